import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { answering } from './support/answers.ts';
import { gitRepository } from './support/git.ts';
import { type OpenWindow, openedFolder, openWindow, run, SeenProject, until } from './support/window.ts';

describe('the first steps in an empty window', () => {
  let window: OpenWindow;
  let root: string;
  const key = (name: string): unknown => window.seen.context.get(`dataTracks.${name}`);

  before(async () => {
    window = await openWindow();
    root = openedFolder();
    await mkdir(path.join(root, 'data'));
    await writeFile(path.join(root, 'data', 'songs.csv'), 'id,title\n1,One\n');
  });

  it('asks before it makes a repository without git, and makes none on Escape', async () => {
    const asked = await answering({}, () => run('init'));
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.modal, true);
    assert.deepEqual(asked[0]?.choices, ['Initialise Git Too', 'Go On Without Git']);
    assert.equal(existsSync(path.join(root, '.dvc')), false);
  });

  it('init makes a repository; the keys, the views and the status bar tell of it', async () => {
    const git = await gitRepository(root);
    const asked = await answering({}, () => run('init'));
    assert.match(asked[0]?.text ?? '', /is a Data Tracks repository now/);
    assert.ok(existsSync(path.join(root, '.dvc', 'config')));
    assert.match(git('diff', '--cached', '--name-only'), /^\.dvc\/config$/m);
    assert.equal(window.api.workspace.repositories.length, 1);
    await until(() => key('hasRepository') === true && key('ready') === true, 'the keys');
    assert.equal(key('hasDatasets'), false);
    assert.equal(window.seen.controls.size, 1);
    await until(() => window.seen.status?.shown, 'the status bar entry');
    assert.deepEqual(await window.seen.trees.get('dataTracks.datasets')?.getChildren(), []);
  });

  it('the first data fills the view', async () => {
    const project = new SeenProject(window);
    await answering({}, () => run('add', project.uri('data/songs.csv')));
    project.wentWell();
    await until(() => key('hasDatasets') === true, 'the key');
    assert.equal(key('hasRemote'), false);
    const rows = (await window.seen.trees.get('dataTracks.datasets')?.getChildren()) ?? [];
    assert.deepEqual(
      rows.map((row) => (row.kind === 'dataset' ? row.dataset.path : row.kind)),
      ['data/songs.csv'],
    );
    assert.ok(existsSync(project.file('data', 'songs.csv.dvc')));
  });

  it('the Explorer knows which paths are tracked and which can be', async () => {
    const project = new SeenProject(window);
    const has = (name: string, file: string): boolean =>
      file in (window.seen.context.get(`dataTracks.${name}`) as object);
    await until(
      () => key('trackableFolders') !== undefined && has('trackableFolders', project.file('data')),
      'folders',
      4000,
    );
    assert.ok(has('trackedPaths', project.file('data', 'songs.csv')));
    assert.ok(has('aboveTracked', project.file('data')) && has('aboveTracked', root));
    await mkdir(project.file('fresh'));
    await until(() => has('trackableFolders', project.file('fresh')), 'a new folder', 4000);
  });

  it('says that there is nothing to initialise any more', async () => {
    const asked = await answering({}, () => run('init'));
    assert.match(asked[0]?.text ?? '', /repository already/);
  });

  it('sync without a remote offers to add one', async () => {
    const asked = await answering({}, () => run('sync'));
    assert.deepEqual(asked[0]?.choices, ['Add Remote…']);
  });
});

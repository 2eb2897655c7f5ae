import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { TreeNode } from '../../../src/extension/views/node.ts';
import { answering } from '../support/answers.ts';
import { md5, objectFile } from '../support/git.ts';
import { type OpenWindow, openedFolder, openWindow, run, SeenProject, until } from '../support/window.ts';

describe('several folders and repositories in one window', () => {
  let window: OpenWindow;
  let folder: string;
  const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
  const uri = (...parts: readonly string[]): vscode.Uri => vscode.Uri.file(at(...parts));
  const rows = async (node?: TreeNode): Promise<readonly TreeNode[]> =>
    (await window.seen.trees.get('dataTracks.datasets')?.getChildren(node)) ?? [];
  const roots = (): readonly string[] =>
    window.api.workspace.repositories.map((model) => path.relative(folder, model.root.fsPath));
  const project = (name: string): SeenProject => new SeenProject(window, at(name));

  before(async () => {
    folder = path.dirname(openedFolder());
    window = await openWindow(
      ...['alpha', 'alpha/inner', 'team/analysis'].map((name) => ({
        aside: at('aside', name.replace('/', '-')),
        root: at(name),
      })),
    );
  });

  it('finds the folder itself, a nested one, and the one that the opened folder lies in', () => {
    assert.deepEqual(roots(), ['alpha', 'alpha/inner', 'team/analysis']);
    assert.deepEqual(
      window.api.workspace.repositories.map((model) => model.snapshot?.list.datasets.map((dataset) => dataset.path)),
      [['data/a.csv'], ['data/b.csv'], ['raw/c.csv']],
    );
  });

  it('a repository below the root of git knows its git', () => {
    assert.equal(project('team/analysis').model.repository.gitRoot, at('team'));
    assert.equal(project('alpha/inner').model.repository.gitRoot, at('alpha', 'inner'));
  });

  it('gives a file to the innermost repository, and to none where there is none', () => {
    const owner = (...parts: readonly string[]): string | undefined => {
      const found = window.api.workspace.find(uri(...parts));
      return found === undefined ? undefined : `${path.relative(folder, found.model.root.fsPath)}: ${found.path}`;
    };
    assert.equal(owner('alpha', 'data', 'a.csv'), 'alpha: data/a.csv');
    assert.equal(owner('alpha', 'inner', 'data', 'b.csv'), 'alpha/inner: data/b.csv');
    assert.equal(owner('team', 'analysis', 'raw', 'c.csv'), 'team/analysis: raw/c.csv');
    assert.equal(owner('plain', 'readme.md'), undefined);
    assert.equal(owner('team', 'elsewhere'), undefined);
  });

  it('the view has a row a repository, with its datasets below; source control has one each', async () => {
    const tree = window.seen.trees.get('dataTracks.datasets');
    const found = await rows();
    const labels = await Promise.all(found.map(async (node) => (await tree?.getTreeItem(node))?.label));
    assert.deepEqual(labels, ['alpha', 'inner', 'analysis']);
    for (const node of found) {
      const [only] = await rows(node);
      assert.equal(only?.kind, 'dataset');
    }
    assert.deepEqual(
      [...window.seen.controls.keys()].sort(),
      ['alpha', 'alpha/inner', 'team/analysis'].map((name) => at(name)),
    );
  });

  it('one selection over two repositories pushes in each', async () => {
    const [a, c] = [uri('alpha', 'data', 'a.csv'), uri('team', 'analysis', 'raw', 'c.csv')];
    await answering({}, () => run('push', a, [a, c]));
    for (const [name, text] of [
      ['alpha', 'alpha\n'],
      ['team/analysis', 'team/analysis\n'],
    ] as const)
      assert.ok(existsSync(objectFile(at('remotes', name), md5(text))), name);
    assert.equal(existsSync(objectFile(at('remotes', 'alpha/inner'), md5('alpha/inner\n'))), false);
    assert.deepEqual(
      window.api.operations.entries.slice(0, 2).map(({ state }) => state),
      ['done', 'done'],
    );
  });

  it('a change shows in its own repository only, also outside of the opened folders', async () => {
    await writeFile(at('alpha', 'inner', 'data', 'b.csv'), 'changed\n');
    await project('alpha/inner').untilState('data/b.csv', 'modified');
    assert.equal(project('alpha').model.snapshot?.states.size, 0);
    await writeFile(at('team', 'analysis', 'raw', 'c.csv'), 'changed\n');
    await project('team/analysis').untilState('raw/c.csv', 'modified');
  });

  it('a command that needs one repository asks which', async () => {
    const asked = await answering({}, () => run('addRemote'));
    assert.deepEqual(asked[0]?.choices, ['alpha', 'inner', 'analysis']);
  });

  it('refuses data of one repository in another one', async () => {
    await writeFile(at('alpha', 'inner', 'new.csv'), 'new\n');
    await run('add', uri('alpha', 'inner', 'new.csv'));
    assert.ok(existsSync(at('alpha', 'inner', 'new.csv.dvc')));
    assert.ok(project('alpha/inner').model.datasetAt('new.csv' as never));
    assert.equal(project('alpha').model.snapshot?.list.datasets.length, 1);
  });

  it('a repository that is made or goes away while the window is open comes and goes', async () => {
    await answering({ message: () => 'Go On Without Git' }, () => run('init', uri('plain')));
    assert.deepEqual(roots(), ['alpha', 'alpha/inner', 'plain', 'team/analysis']);
    await rename(at('plain', '.dvc'), at('gone'));
    await until(
      () => roots().length === 3,
      () => roots().join(),
      5000,
    );
    await rm(at('gone'), { recursive: true });
    assert.equal(window.seen.controls.size, 3);
  });

  it('a broken repository is told, and the others go on', async () => {
    const config = at('alpha', 'inner', '.dvc', 'config');
    await writeFile(config, '[core\n  remote = storage\n');
    await run('refresh');
    const inner = project('alpha/inner');
    await until(
      () =>
        inner.model.error !== undefined ||
        (inner.model.snapshot?.list.faults.length ?? 0) > 0 ||
        (inner.model.snapshot?.remotes.length ?? 1) === 0,
      'the fault',
      5000,
    );
    assert.equal(project('alpha').model.error, undefined);
    await writeFile(at('alpha', 'data', 'a.csv'), 'changed\n');
    await project('alpha').untilState('data/a.csv', 'modified');
  });
});

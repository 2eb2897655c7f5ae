import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { RepoPath } from '../../../src/base/paths.ts';
import type { DataState } from '../../../src/core/system.ts';
import type { DataTracksApi } from '../../../src/extension/main.ts';
import type { RepositoryModel } from '../../../src/extension/model/contract.ts';

/* The main job through the commands, in a real window. The tests build on one another. */

const at = (text: string): RepoPath => text as RepoPath;
const run = (id: string, ...args: readonly unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`dataTracks.${id}`, ...args);

describe('commands', () => {
  let api: DataTracksApi;
  let root: string;
  const file = (...parts: string[]): string => path.join(root, ...parts);
  const uri = (...parts: string[]): vscode.Uri => vscode.Uri.file(file(...parts));
  const git = (...args: readonly string[]): void => {
    execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  };
  const model = (): RepositoryModel => {
    const [first] = api.workspace.repositories;
    assert.ok(first, 'no repository was found');
    return first;
  };
  const state = (name: string): DataState | undefined => model().stateOf(at(name))?.state;
  /** Waits until the model shows a state; gives the milliseconds that it took. */
  const until = async (name: string, want: DataState | undefined, limit = 2000): Promise<number> => {
    const begun = performance.now();
    while (state(name) !== want) {
      const waited = performance.now() - begun;
      assert.ok(waited < limit, `${name} is ${state(name)}, not ${want}, after ${Math.round(waited)} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return performance.now() - begun;
  };
  const lastEntry = () => api.operations.entries[0];

  before(async () => {
    const extension = vscode.extensions.getExtension<DataTracksApi>('data-tracks.data-tracks');
    assert.ok(extension);
    api = await extension.activate();
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    root = folder.uri.fsPath;
  });

  it('every command of package.json is registered', async () => {
    const manifest = vscode.extensions.getExtension('data-tracks.data-tracks')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map((c) => c.command).filter((id) => !known.has(id));
    assert.deepEqual(missing, []);
  });

  it('init makes a repository, and the window finds it', async () => {
    assert.equal(api.workspace.repositories.length, 0);
    await run('init');
    assert.ok(existsSync(file('.dvc', 'config')));
    assert.equal(model().root.fsPath, root);
    assert.deepEqual(model().snapshot?.list.datasets, []);
  });

  it('add tracks the selection of the Explorer', async () => {
    await run('add', uri('model.txt'), [uri('model.txt'), uri('data', 'images')]);
    assert.equal(lastEntry()?.state, 'done', lastEntry()?.summary);
    assert.deepEqual(
      model().snapshot?.list.datasets.map((d) => d.path),
      ['data/images', 'model.txt'],
    );
    git('add', '-A');
    git('commit', '-q', '-m', 'Track data');
  });

  it('a remote that was added shows what is not pushed; push sends it', async () => {
    const remote = path.join(root, '..', 'remote');
    const { extras } = model().repository as unknown as {
      extras: { addRemote(input: { name: string; url: string; makeDefault: boolean }): Promise<void> };
    };
    await extras.addRemote({ name: 'storage', url: remote, makeDefault: true });
    await until('model.txt', 'not-pushed');
    assert.equal(state('data'), 'not-pushed');
    await run('push', { kind: 'repository', model: model() });
    assert.equal(lastEntry()?.state, 'done', lastEntry()?.summary);
    assert.equal(state('model.txt'), undefined);
    assert.ok(readdirSync(path.join(remote, 'files', 'md5')).length > 10);
    git('commit', '-qam', 'Add a remote');
  });

  it('stale data shows within two seconds of a change', async () => {
    await writeFile(file('model.txt'), 'model two, another one\n');
    const took = await until('model.txt', 'modified');
    await rm(file('data', 'images', '3.txt'));
    await until('data/images/3.txt', 'deleted');
    assert.equal(state('data/images'), 'modified');
    console.log(`      shown after ${Math.round(took)} ms`);
  });

  it('checkout brings back what is in the cache and names what it would overwrite', async () => {
    await run('checkout', uri('data', 'images'));
    assert.ok(existsSync(file('data', 'images', '3.txt')));
    assert.equal(state('data/images'), undefined);
    void run('checkout', uri('model.txt'));
    await waitFor(() => lastEntry()?.state === 'failed');
    assert.match(readFileSync(file('model.txt'), 'utf8'), /two/);
    assert.equal(lastEntry()?.failures[0]?.what, 'model.txt');
  });

  it('commit records a change; its version has the old one behind it', async () => {
    await run('commit', uri('model.txt'));
    assert.equal(lastEntry()?.state, 'done', lastEntry()?.summary);
    await until('model.txt', 'not-pushed');
    git('commit', '-qam', 'A better model');
    const { versions } = await model().repository.versions(at('model.txt'), { skip: 0, limit: 50 });
    assert.deepEqual(
      versions.map((v) => v.subject),
      ['A better model', 'Track data'],
    );
  });

  it('a branch switch shows within two seconds', async () => {
    git('switch', '-q', '--detach', 'HEAD~1');
    const took = await until('model.txt', 'modified');
    console.log(`      shown after ${Math.round(took)} ms`);
    git('switch', '-q', 'main');
    await until('model.txt', 'not-pushed');
  });

  it('restore brings an old version into the workspace', async () => {
    const { versions } = await model().repository.versions(at('model.txt'), { skip: 0, limit: 50 });
    const version = versions[1];
    const dataset = model().datasetAt(at('model.txt'));
    assert.ok(version && dataset);
    await run('restore', { kind: 'version', model: model(), dataset, version });
    assert.equal(readFileSync(file('model.txt'), 'utf8'), 'model one\n');
    git('checkout', '-q', 'model.txt.dvc');
    await run('checkout', uri('model.txt'));
    assert.match(readFileSync(file('model.txt'), 'utf8'), /two/);
  });

  it('compares a version with the workspace in the diff of VS Code', async () => {
    const { versions } = await model().repository.versions(at('model.txt'), { skip: 0, limit: 50 });
    const version = versions[1];
    const dataset = model().datasetAt(at('model.txt'));
    assert.ok(version && dataset);
    await run('compareWithWorkspace', { kind: 'version', model: model(), dataset, version });
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal(input.original.scheme, 'data-tracks');
    assert.equal((await vscode.workspace.openTextDocument(input.original)).getText(), 'model one\n');
    assert.equal(input.modified.fsPath, file('model.txt'));
  });

  it('opens a file of a version', async () => {
    const { versions } = await model().repository.versions(at('data/images'), { skip: 0, limit: 50 });
    const dataset = model().datasetAt(at('data/images'));
    const [version] = versions;
    assert.ok(version && dataset);
    const path = at('data/images/7.txt');
    await run('openFileAtVersion', {
      kind: 'file',
      model: model(),
      dataset,
      version,
      path,
      data: { path, kind: 'file' },
    });
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'picture 7\n');
  });

  it('sync pulls what is missing and pushes what is not pushed', async () => {
    await rm(file('data', 'images'), { recursive: true });
    await rm(file('.dvc', 'cache'), { recursive: true });
    await run('refresh');
    assert.equal(state('data/images'), 'missing');
    await run('sync');
    assert.ok(existsSync(file('data', 'images', '19.txt')));
    assert.equal(state('data/images'), undefined);
  });

  it('moves a dataset', async () => {
    await run('move', uri('data', 'images'), undefined, 'pictures');
    assert.ok(existsSync(file('pictures', '1.txt')), lastEntry()?.summary);
    assert.ok(model().datasetAt(at('pictures/1.txt')));
  });

  it('copies paths', async () => {
    await run('copyPath', uri('model.txt'), [uri('model.txt'), uri('pictures')]);
    assert.equal(await vscode.env.clipboard.readText(), `${file('model.txt')}\n${file('pictures')}`);
  });

  it('an operation that is cancelled says so', async () => {
    const work = api.operations.run(
      { title: 'Wait', show: 'quiet', model: model() },
      ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    const entry = lastEntry();
    assert.ok(entry);
    await run('cancelActivity', { kind: 'activity', entry });
    assert.equal(await work, undefined);
    assert.equal(lastEntry()?.state, 'cancelled');
    await run('clearActivity');
    assert.deepEqual(api.operations.entries, []);
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    assert.ok(performance.now() < end, 'it did not happen within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

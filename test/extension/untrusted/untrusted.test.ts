import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { DataTracksApi } from '../../../src/extension/main.ts';

describe('a window that is not trusted', () => {
  let api: DataTracksApi;
  before(async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const extension = vscode.extensions.getExtension<DataTracksApi>('data-tracks.data-tracks');
    assert.ok(extension);
    api = await extension.activate();
    await api.workspace.refresh();
  });

  it('finds the repository above the opened folder and the one below', () => {
    assert.deepEqual(
      api.workspace.repositories.map((model) => model.label),
      ['outer', 'inner'],
    );
  });

  it('lists what is tracked, and pointers that cannot be read', () => {
    const [outer, inner] = api.workspace.repositories;
    assert.deepEqual(
      outer?.snapshot?.list.datasets.map((d) => d.path),
      ['opened/a.csv'],
    );
    assert.deepEqual(
      outer?.snapshot?.list.faults.map((f) => f.pointer),
      ['opened/bad.csv.dvc'],
    );
    assert.deepEqual(
      inner?.snapshot?.list.datasets.map((d) => d.path),
      ['b.csv'],
    );
  });

  it('gives a file to the innermost repository', () => {
    const [, inner] = api.workspace.repositories;
    assert.ok(inner);
    const found = api.workspace.find(vscode.Uri.joinPath(inner.root, 'x', 'y'));
    assert.equal(found?.model, inner);
    assert.equal(found?.path, 'x/y');
  });

  it('can do nothing that writes, starts a process or asks a remote', async () => {
    for (const { repository, root } of api.workspace.repositories) {
      for (const verb of ['add', 'commit', 'checkout', 'restore', 'push', 'fetch', 'pull', 'remove', 'move'] as const) {
        assert.equal(repository[verb], undefined, verb);
      }
      await assert.rejects(repository.content('opened/a.csv' as never, 'HEAD'), /not trusted/);
      assert.deepEqual(readdirSync(path.join(root.fsPath, '.dvc')), ['config']);
    }
  });
});

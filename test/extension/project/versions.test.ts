import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { DatasetVersion } from '../../../src/core/system.ts';
import type { TreeNode } from '../../../src/extension/views/node.ts';
import { answering } from '../support/answers.ts';
import { md5 } from '../support/git.ts';
import { at, run, until } from '../support/window.ts';
import { model, notes } from './data.ts';
import { type Bench, openBench } from './project.ts';

describe('versions and documents', () => {
  let bench: Bench;
  /** Newest first, with the row that the tree has for each. */
  const versionsOf = async (
    path: string,
  ): Promise<readonly (TreeNode & { kind: 'version'; version: DatasetVersion })[]> => {
    const { model: owner } = bench.project;
    const { dataset } = bench.project.node(path);
    const { versions } = await owner.repository.versions(at(path), { skip: 0, limit: 50 });
    return versions.map((version) => ({ kind: 'version', model: owner, dataset, version }));
  };
  const versionAt = async (path: string, index: number) => {
    const found = (await versionsOf(path))[index];
    assert.ok(found, `${path} has no version ${index}`);
    return found;
  };
  const activeUri = (): vscode.Uri | undefined => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
  };
  const activeDiff = (): vscode.TabInputTextDiff => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff, 'no diff is shown');
    return input;
  };
  const textOf = async (uri: vscode.Uri): Promise<string> => (await vscode.workspace.openTextDocument(uri)).getText();

  before(async () => {
    bench = await openBench();
    await bench.reset();
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(() => bench.reset());

  it('openVersion shows the old bytes, read-only', async () => {
    await run('openVersion', await versionAt('notes.txt', 1));
    const uri = activeUri();
    assert.equal(uri?.scheme, 'data-tracks');
    assert.equal(await textOf(uri), notes(1));
    assert.equal(vscode.workspace.fs.isWritableFileSystem('data-tracks'), false);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.writeFile(uri, Buffer.from('x'))));
    await assert.rejects(Promise.resolve(vscode.workspace.fs.delete(uri)));
    assert.equal((await vscode.workspace.fs.stat(uri)).permissions, vscode.FilePermission.Readonly);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), 'changed');
    const applied = await vscode.workspace.applyEdit(edit);
    assert.equal(applied && (await (await vscode.workspace.openTextDocument(uri)).save()), false);
    assert.equal(readFileSync(bench.project.file('notes.txt'), 'utf8'), notes(2));
  });

  it('a document of a version is kept by its own name and language', async () => {
    await run('openVersion', await versionAt('notes.txt', 1));
    const uri = activeUri();
    assert.equal(uri?.path, '/notes.txt');
    assert.equal((await vscode.workspace.openTextDocument(uri)).languageId, 'plaintext');
  });

  for (const [name, args] of [
    ['a Uri', () => [bench.project.uri('notes.txt')]],
    ['a row of the tree', () => [bench.project.node('notes.txt')]],
    ['the palette', () => []],
  ] as const) {
    it(`openVersion from ${name} asks which one`, async () => {
      const asked = await answering(
        { pick: ({ choices }) => (choices.includes('notes.txt') ? 'notes.txt' : 'Track data') },
        () => run('openVersion', ...args()),
      );
      assert.equal(asked.length, name === 'the palette' ? 2 : 1);
      assert.deepEqual(
        asked.at(-1)?.choices.map((label) => label.replace(/^\S+ \S+\s+/, '')),
        ['A second model', 'Track data'],
      );
      const uri = activeUri();
      assert.ok(uri);
      assert.equal(await textOf(uri), notes(1));
    });
  }

  it('binary bytes are read exactly, also where only the remote has them', async () => {
    const node = await versionAt('model.bin', 2);
    assert.equal(existsSync(bench.cached(md5(model(1)))), false);
    const { documentUri } = await import('../../../src/extension/documents/document-uri.ts');
    const uri = documentUri(node.model, at('model.bin'), node.version.commit);
    assert.deepEqual(Buffer.from(await vscode.workspace.fs.readFile(uri)), model(1));
    assert.equal((await vscode.workspace.fs.stat(uri)).size, model(1).length);
    const [, second] = await versionsOf('model.bin');
    assert.ok(second);
    const other = documentUri(node.model, at('model.bin'), second.version.commit);
    assert.deepEqual(Buffer.from(await vscode.workspace.fs.readFile(other)), model(2));
  });

  it('bytes that nobody has are an error that says so, and no window of its own', async () => {
    const { documentUri } = await import('../../../src/extension/documents/document-uri.ts');
    const node = await versionAt('history/table.csv', 7);
    const uri = documentUri(node.model, at('history/table.csv'), node.version.commit);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(uri)), /history\/table\.csv/);
    const unknown = documentUri(node.model, at('no/such.csv'), node.version.commit);
    await assert.rejects(
      Promise.resolve(vscode.workspace.fs.stat(unknown)),
      (error: unknown) => error instanceof vscode.FileSystemError && error.code === 'FileNotFound',
    );
  });

  it('a folder of a version can be listed', async () => {
    const { documentUri } = await import('../../../src/extension/documents/document-uri.ts');
    const node = await versionAt('data/images', 1);
    const uri = documentUri(node.model, at('data/images/b'), node.version.commit);
    const names = (await vscode.workspace.fs.readDirectory(uri)).map(([name]) => name);
    assert.deepEqual(names, ['0.txt', '1.txt', '2.txt', '3.txt', '4.txt']);
  });

  it('openFileAtVersion opens a file of a folder', async () => {
    const { dataset, model: owner, version } = await versionAt('data/images', 1);
    const path = at('data/images/b/3.txt');
    await run('openFileAtVersion', {
      kind: 'file',
      model: owner,
      dataset,
      version,
      path,
      data: { path, kind: 'file' },
    });
    const uri = activeUri();
    assert.ok(uri);
    assert.equal(await textOf(uri), 'picture b3\n');
  });

  it('showVersions of a dataset shows its row; of a file inside asks for a version of it', async () => {
    await answering({}, () => run('showVersions', bench.project.uri('notes.txt')));
    const view = bench.project.window.seen.views.get('dataTracks.datasets');
    await until(() => view?.selection[0]?.kind === 'versions', 'the row is selected');
    assert.equal(view?.visible, true);
    await answering({ pick: () => 'Track data' }, () => run('showVersions', bench.project.uri('data/images/a/2.txt')));
    const uri = activeUri();
    assert.equal(uri?.scheme, 'data-tracks');
    assert.equal(await textOf(uri), 'picture a2\n');
  });

  it('compareWithWorkspace: a version, and HEAD', async () => {
    const { project } = bench;
    await run('compareWithWorkspace', await versionAt('notes.txt', 1));
    const diff = activeDiff();
    assert.equal(await textOf(diff.original), notes(1));
    assert.equal(diff.modified.fsPath, project.file('notes.txt'));
    await writeFile(project.file('notes.txt'), 'Edited.\n');
    await project.model.refresh();
    for (const args of [[project.uri('notes.txt')], [project.node('notes.txt')], [project.scmRow('notes.txt')]]) {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await run('compareWithWorkspace', ...args);
      assert.equal(await textOf(activeDiff().original), notes(2));
    }
    await writeFile(project.file('notes.txt'), notes(2));
  });

  it('compareWithWorkspace: says where nothing differs', async () => {
    const asked = await answering({}, () => run('compareWithWorkspace', bench.project.uri('notes.txt')));
    assert.match(asked[0]?.text ?? '', /is the same as in HEAD/);
  });

  it('compareWithWorkspace: of a folder the files that differ', async () => {
    const { project } = bench;
    await writeFile(project.file('data', 'images', 'a', '0.txt'), 'Edited.\n');
    const asked = await answering({ pick: () => 'a/0.txt' }, async () =>
      run('compareWithWorkspace', await versionAt('data/images', 1)),
    );
    assert.deepEqual(
      asked[0]?.choices.map((label) => label.replace(/^\S+ /, '')),
      ['data/images/a/0.txt', 'data/images/b/5.txt'],
    );
    assert.equal(await textOf(activeDiff().original), 'picture a0\n');
    await bench.reset();
  });

  it('compareWithWorkspace: what is no text is told by its size and hash', async () => {
    const asked = await answering({}, async () => run('compareWithWorkspace', await versionAt('model.bin', 1)));
    assert.match(asked[0]?.text ?? '', /model\.bin differs/);
    assert.ok(asked[0]?.text.includes(md5(model(2))) && asked[0].text.includes(md5(model(3))));
  });

  it('compareFile compares one file of a folder', async () => {
    const { dataset, model: owner, version } = await versionAt('data/images', 1);
    const path = at('data/images/b/1.txt');
    await writeFile(bench.project.file(path), 'Edited.\n');
    await run('compareFile', { kind: 'file', model: owner, dataset, version, path, data: { path, kind: 'file' } });
    assert.equal(await textOf(activeDiff().original), 'picture b1\n');
    assert.equal(activeDiff().modified.fsPath, bench.project.file(path));
    await bench.reset();
  });

  it('copyVersionId copies one commit, or those of a selection', async () => {
    const [first, second] = await versionsOf('notes.txt');
    assert.ok(first && second);
    await run('copyVersionId', first);
    assert.equal(await vscode.env.clipboard.readText(), first.version.commit);
    await run('copyVersionId', first, [first, second]);
    assert.equal(await vscode.env.clipboard.readText(), `${first.version.commit}\n${second.version.commit}`);
  });

  it('pull of an old version puts its bytes into the cache and leaves the workspace as it is', async () => {
    const { project } = bench;
    await answering({}, async () => run('pull', await versionAt('model.bin', 2)));
    project.wentWell();
    assert.ok(existsSync(bench.cached(md5(model(1)))));
    assert.deepEqual(readFileSync(project.file('model.bin')), model(3));
    await rm(bench.cached(md5(model(1))));
  });

  it('restore gets a version that only the remote has, data and pointer', async () => {
    const { project } = bench;
    const asked = await answering({}, async () => run('restore', await versionAt('model.bin', 2)));
    assert.deepEqual(asked, []);
    project.wentWell();
    assert.deepEqual(readFileSync(project.file('model.bin')), model(1));
    assert.ok(readFileSync(project.file('model.bin.dvc'), 'utf8').includes(md5(model(1))));
    await bench.reset();
    await rm(bench.cached(md5(model(1))), { force: true });
  });

  it('revealInExplorer, openPointer and copyPath take a row', async () => {
    const { project } = bench;
    await run('openPointer', project.node('notes.txt'));
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, project.file('notes.txt.dvc'));
    await run('copyPath', project.node('notes.txt'));
    assert.equal(await vscode.env.clipboard.readText(), project.file('notes.txt'));
    const asked = await answering({}, () => run('revealInExplorer', project.node('data/images')));
    assert.deepEqual(asked, []);
  });
});

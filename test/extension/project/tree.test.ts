import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { TreeNode } from '../../../src/extension/views/node.ts';
import { at, run, until } from '../support/window.ts';
import { commits, datasets, notes } from './data.ts';
import { type Bench, openBench } from './project.ts';

describe('the Datasets view', () => {
  let bench: Bench;
  const tree = (): vscode.TreeDataProvider<TreeNode> => {
    const found = bench.project.window.seen.trees.get('dataTracks.datasets');
    assert.ok(found);
    return found;
  };
  const children = async (node?: TreeNode): Promise<TreeNode[]> => (await tree().getChildren(node)) ?? [];
  const item = async (node: TreeNode): Promise<vscode.TreeItem> => tree().getTreeItem(node);
  const labels = async (nodes: readonly TreeNode[]): Promise<unknown[]> =>
    Promise.all(nodes.map(async (node) => (await item(node)).label));
  const child = async (label: string, node?: TreeNode): Promise<TreeNode> => {
    for (const one of await children(node)) if ((await item(one)).label === label) return one;
    assert.fail(`there is no row "${label}"`);
  };
  const dataset = async (path: string): Promise<TreeNode> => {
    const found = (await children()).find((node) => node.kind === 'dataset' && node.dataset.path === path);
    assert.ok(found, `there is no row of ${path}`);
    return found;
  };
  /** How often the thread is asked while `work` runs. */
  const asked = async (method: 'entries' | 'versions' | 'content', work: () => Promise<unknown>): Promise<number> => {
    const { repository } = bench.project.model;
    const real = repository[method].bind(repository) as (...args: readonly unknown[]) => unknown;
    let calls = 0;
    const counted = (...args: readonly unknown[]): unknown => {
      calls++;
      return real(...args);
    };
    Object.assign(repository, { [method]: counted });
    try {
      await work();
      return calls;
    } finally {
      Reflect.deleteProperty(repository, method);
    }
  };

  before(async () => {
    bench = await openBench();
    await bench.reset();
  });
  after(() => bench.reset());

  it('has a row a dataset, without a row for the only repository', async () => {
    const rows = await children();
    assert.deepEqual(
      rows.map((node) => (node.kind === 'dataset' ? node.dataset.path : node.kind)),
      datasets,
    );
    const items = await Promise.all(rows.map(item));
    const found = items.map(({ label, description, contextValue, collapsibleState }) => [
      label,
      description,
      contextValue,
      collapsibleState,
    ]);
    const collapsed = vscode.TreeItemCollapsibleState.Collapsed;
    assert.deepEqual(found.slice(0, 4), [
      ['images', 'data · 121 B · 11 files', 'dataset.folder.ok', collapsed],
      ['table.csv', 'history · 15 B', 'dataset.file.ok', collapsed],
      ['model.bin', '4.0 KB', 'dataset.file.ok', collapsed],
      ['notes.txt', '29 B', 'dataset.file.ok', collapsed],
    ]);
  });

  it('says the state in words', async () => {
    const { project } = bench;
    await writeFile(project.file('notes.txt'), 'Edited.\n');
    await project.untilState('notes.txt', 'modified');
    const row = await item(await dataset('notes.txt'));
    assert.equal(row.contextValue, 'dataset.file.modified');
    assert.match(String(row.description), /modified/);
    assert.equal(project.window.seen.views.get('dataTracks.datasets')?.badge?.value, 1);
    await writeFile(project.file('notes.txt'), notes(2));
    await project.untilState('notes.txt', undefined);
    assert.equal(project.window.seen.views.get('dataTracks.datasets')?.badge, undefined);
  });

  it('lists files only when a folder is opened', async () => {
    let row: TreeNode | undefined;
    assert.equal(
      await asked('entries', async () => {
        row = await dataset('data/images');
        assert.deepEqual(await labels(await children(row)), ['Files', 'Versions']);
      }),
      0,
    );
    const calls = await asked('entries', async () => {
      const files = await child('Files', row);
      assert.deepEqual(await labels(await children(files)), ['a', 'b']);
    });
    assert.equal(calls, 1);
    const b = await child('b', await child('Files', row));
    const inside = await children(b);
    assert.deepEqual(await labels(inside), ['0.txt', '1.txt', '2.txt', '3.txt', '4.txt', '5.txt']);
    assert.equal((await item(inside[0] as TreeNode)).contextValue, 'file.now.ok');
    assert.equal((await item(b)).contextValue, 'folder.now.ok');
  });

  it('lists versions by pages of 50', async () => {
    const row = await dataset('history/table.csv');
    const versions = await child('Versions', row);
    const calls = await asked('content', async () => {
      const shown = async (): Promise<readonly [number, string | undefined]> => {
        const rows = await children(versions);
        const [last] = rows.slice(-1);
        return last?.kind === 'more'
          ? [rows.length - 1, String((await item(last)).description)]
          : [rows.length, undefined];
      };
      assert.deepEqual(await shown(), [50, '50 shown']);
      for (const want of [
        [100, '100 shown'],
        [commits, undefined],
      ] as const) {
        const more = (await children(versions)).find((node) => node.kind === 'more');
        await run('loadMoreVersions', more);
        assert.deepEqual(await shown(), want);
      }
    });
    assert.equal(calls, 0, 'it read data');
  });

  it('a row of a version says commit, author, size, and where its bytes are', async () => {
    const versions = await child('Versions', await dataset('model.bin'));
    const contexts = async (): Promise<string> =>
      (await Promise.all((await children(versions)).map(item))).map((row) => row.contextValue).join(' ');
    await until(
      async () => (await contexts()) === 'version.file.current version.file.other.cache version.file.other.remote',
      'where the versions are',
    );
    assert.deepEqual(await labels(await children(versions)), ['A third model', 'A second model', 'Track data']);
    const head = bench.git('rev-parse', '--short=7', 'HEAD').trim();
    const first = await item((await children(versions))[0] as TreeNode);
    assert.match(String(first.description), new RegExp(`^${head} · main · Ann · .*±0 B`));
  });

  it('a version of a folder opens to its files', async () => {
    const versions = await children(await child('Versions', await dataset('data/images')));
    const [, old] = versions;
    assert.ok(old);
    const b = await child('b', old);
    assert.deepEqual(await labels(await children(b)), ['0.txt', '1.txt', '2.txt', '3.txt', '4.txt']);
    assert.equal((await item(b)).contextValue, 'folder.version');
  });

  it('damaged pointers are a row and an entry in Problems; all else goes on', async () => {
    const { project } = bench;
    const pointer = project.uri('broken.csv.dvc');
    await writeFile(pointer.fsPath, 'outs:\n- md5: abc\n   path: [broken.csv\n');
    const problems = (): readonly vscode.Diagnostic[] => vscode.languages.getDiagnostics(pointer);
    await until(() => problems().length > 0, 'an entry in Problems');
    assert.equal(problems()[0]?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(problems()[0]?.source, 'Data Tracks');
    assert.ok((problems()[0]?.range.start.line ?? 0) > 0, 'no line');
    const fault = (await children()).find((node) => node.kind === 'fault');
    assert.ok(fault);
    const row = await item(fault);
    assert.equal(row.label, 'broken.csv.dvc');
    assert.equal(row.contextValue, 'fault.error');
    assert.match(String(row.description), /^line [23]: /);
    await run('openPointer', fault);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, pointer.fsPath);
    assert.deepEqual((await children()).filter((node) => node.kind === 'dataset').length, datasets.length);
    await rm(pointer.fsPath);
    await until(() => problems().length === 0, 'Problems is empty again');
    assert.equal(
      (await children()).find((node) => node.kind === 'fault'),
      undefined,
    );
  });

  it("a pointer in git's conflict says so", async () => {
    const { project, git } = bench;
    git('checkout', '-q', '-b', 'side');
    await writeFile(project.file('notes.txt'), 'Notes of the side branch.\n');
    await project.model.repository.commit?.({ targets: [at('notes.txt')] });
    git('commit', '-qam', 'Side');
    git('checkout', '-q', 'main');
    await writeFile(project.file('notes.txt'), 'Notes of the main branch.\n');
    await project.model.repository.commit?.({ targets: [at('notes.txt')] });
    git('commit', '-qam', 'Main');
    assert.throws(() => git('merge', '-q', 'side'));
    await project.untilState('notes.txt.dvc', 'conflict');
    assert.equal(project.state('notes.txt'), 'conflict');
    const fault = (await children()).find((node) => node.kind === 'fault');
    assert.ok(fault);
    assert.equal((await item(fault)).contextValue, 'fault.conflict');
    assert.match(vscode.languages.getDiagnostics(project.uri('notes.txt.dvc'))[0]?.message ?? '', /conflict/i);
    git('merge', '--abort');
    await until(() => project.state('notes.txt.dvc') === undefined, 'the end of the conflict');
    await bench.reset();
  });
});

describe('the Remotes and Activity views', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });

  it('shows the remote, its address and that it is the default one', async () => {
    const tree = bench.project.window.seen.trees.get('dataTracks.remotes');
    const rows = (await tree?.getChildren()) ?? [];
    assert.equal(rows.length, 1);
    const row = await tree?.getTreeItem(rows[0] as TreeNode);
    assert.equal(row?.label, 'storage');
    assert.equal(row?.contextValue, 'remote.default.supported');
    assert.match(String(row?.description), /remote/);
  });

  it('shows what has run', async () => {
    await run('unprotect', bench.project.uri('notes.txt'));
    const tree = bench.project.window.seen.trees.get('dataTracks.activity');
    const [first] = (await tree?.getChildren()) ?? [];
    assert.ok(first);
    const row = await tree?.getTreeItem(first);
    assert.equal(row?.label, 'Unprotect notes.txt');
    assert.equal(row?.contextValue, 'activity.done');
  });
});

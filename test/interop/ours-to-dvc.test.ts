import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath, RepoPath } from '../../src/base/paths.ts';
import { add } from '../../src/core/add.ts';
import { commit } from '../../src/core/commit.ts';
import { setConfig } from '../../src/core/config.ts';
import { collectGarbage } from '../../src/core/gc.ts';
import { initRepository } from '../../src/core/init.ts';
import { move } from '../../src/core/move.ts';
import { push } from '../../src/core/push.ts';
import { addRemote } from '../../src/core/remote.ts';
import { restore } from '../../src/core/restore.ts';
import {
  assertSameLines,
  type Bench,
  dataOf,
  type Files,
  git,
  gitCommit,
  gitInit,
  openBench,
  removePath,
  writeFiles,
} from '../support/bench.ts';
import { requireDvc } from '../support/dvc.ts';

const p = (path: string): RepoPath => path as RepoPath;

const files: Files = {
  'a.bin': 'a',
  'empty.bin': '',
  'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  'd/1': '1',
  'd/sub/😀 #1': 'two',
  'd/empty': '',
  'data/raw/ü [x].csv': 'a,b\r\n1,2\r\n',
  'big/big.bin': 'x'.repeat(3 << 20),
  'colon: 1.bin': 'c',
};
const datasets = ['a.bin', 'empty.bin', 'run.sh', 'd', 'data/raw/ü [x].csv', 'big', 'colon: 1.bin', 'hollow'];

describe('what we write is clean for DVC', () => {
  let bench: Bench;
  before(function () {
    requireDvc.call(this);
    bench = openBench();
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
  });

  async function isClean(root: string): Promise<void> {
    assert.deepEqual(JSON.parse(await bench.dvc(root, 'status', '--json')), {});
    const state = ['data', 'status', '--json', '--granular', '--not-in-remote'];
    assert.deepEqual(JSON.parse(await bench.dvc(root, ...state)), {});
  }

  /** A repository of ours with everything in {@link files}, committed, with a remote beside it. */
  async function ourRepository(linkType?: string): Promise<AbsPath> {
    const root = join(bench.folder('ours'), 'repo') as AbsPath;
    mkdirSync(root);
    gitInit(root);
    await initRepository(root);
    writeFiles(root, files);
    mkdirSync(join(root, 'hollow'));
    await bench.ours(root, async (repo) => {
      if (linkType !== undefined) setConfig(repo, 'cache.type', linkType);
      addRemote(repo, 'origin', join(root, '../remote'), { default: true });
      const { failed } = await add(repo, datasets);
      assert.deepEqual(failed, []);
    });
    gitCommit(root, 'one');
    return root;
  }

  for (const linkType of [undefined, 'hardlink', 'symlink']) {
    it(`added and pushed, cache.type ${linkType ?? 'not set'}: clean, nothing to push, pulled by a clone`, async () => {
      const root = await ourRepository(linkType);
      const pushed = await bench.ours(root, (repo) => push(repo));
      assert.deepEqual(pushed.failed, []);
      await isClean(root);
      assert.match(await bench.dvc(root, 'push'), /Everything is up to date/);
      // DVC's push takes the exec bit of linked files away, in its own repositories as well.
      await bench.dvc(root, 'add', ...datasets.filter((d) => linkType === undefined || d !== 'run.sh'));
      assert.equal(git(root, 'status', '--porcelain'), '', 'an add by DVC changes no pointer');

      const clone = join(root, '../clone');
      git(join(root, '..'), 'clone', '-q', root, clone);
      await bench.dvc(clone, 'pull');
      assertSameLines(dataOf(clone, datasets), dataOf(root, datasets), 'the data of the clone');
      await isClean(clone);
      const collected = await bench.dvc(clone, 'gc', '-w', '-f');
      assert.match(collected, /No unused|nothing|Removed 0/i);
      await isClean(clone);
    });
  }

  it('changes, a part of a folder, a move and a commit are clean, too; every version comes back by DVC', async () => {
    const root = await ourRepository();
    const versions: { readonly rev: string; readonly names: readonly string[]; readonly data: readonly string[] }[] =
      [];
    const keep = (names: readonly string[]): void => {
      gitCommit(root, 'next');
      versions.push({ rev: git(root, 'rev-parse', 'HEAD').trim(), names, data: dataOf(root, names) });
    };
    keep(datasets);
    await bench.ours(root, async (repo) => {
      writeFiles(root, { 'a.bin': 'A', 'd/1': 'one', 'd/new/x': 'x' });
      removePath(root, 'd/empty');
      assert.deepEqual((await commit(repo)).failed, []);
      keep(datasets);
      writeFiles(root, { 'd/1': 'again', 'd/new/x': 'xx' });
      assert.deepEqual((await add(repo, ['d/new/x', 'd/1'])).failed, []);
      keep(datasets);
      await move(repo, p('d'), p('data/moved d'));
      await move(repo, p('a.bin'), p('b.bin'));
      keep(['b.bin', 'data/moved d', ...datasets.filter((d) => d !== 'd' && d !== 'a.bin')]);
      assert.deepEqual((await push(repo, { allCommits: true })).failed, []);
    });
    await isClean(root);
    const clone = join(root, '../clone');
    git(join(root, '..'), 'clone', '-q', root, clone);
    for (const { rev, names, data } of versions) {
      git(clone, 'checkout', '-q', rev);
      await bench.dvc(clone, 'pull');
      assertSameLines(dataOf(clone, names), data, rev);
      await isClean(clone);
    }
    git(clone, 'checkout', '-q', 'main');
    await bench.dvc(clone, 'checkout');
    // A version that we restored: the pointer says it, DVC finds the data to be it.
    await bench.ours(clone as AbsPath, async (repo) => {
      const old = versions[1]?.rev ?? '';
      assert.deepEqual((await restore(repo, p('data/moved d'), old)).failed, []);
    });
    assert.deepEqual(JSON.parse(await bench.dvc(clone, 'status', '--json')), {});
  });

  it('our gc keeps what DVC needs, for the workspace and for history', async () => {
    const root = await ourRepository();
    const names = [...datasets];
    const first = dataOf(root, names);
    writeFiles(root, { 'a.bin': 'A', 'd/1': 'one' });
    await bench.ours(root, async (repo) => {
      assert.deepEqual((await commit(repo)).failed, []);
      gitCommit(root, 'two');
      writeFiles(root, { 'a.bin': 'lost', 'd/1': 'lost too' });
      assert.deepEqual((await commit(repo)).failed, []);
      git(root, 'checkout', '-q', '--', '.');
    });
    await bench.dvc(root, 'checkout', '--force');
    await bench.ours(root, async (repo) => {
      const { removed } = await collectGarbage(repo, { allCommits: true });
      assert.equal(removed.length, 3, 'the two files that no commit has, and their tree');
    });
    await bench.dvc(root, 'push', '--all-commits');
    const clone = join(root, '../clone');
    git(join(root, '..'), 'clone', '-q', root, clone);
    await bench.dvc(clone, 'pull');
    assertSameLines(dataOf(clone, names), dataOf(root, names), 'HEAD');
    git(clone, 'checkout', '-q', 'HEAD~1');
    await bench.dvc(clone, 'pull');
    assertSameLines(dataOf(clone, names), first, 'HEAD~1');
    await bench.ours(root, (repo) => collectGarbage(repo, { workspace: true }));
    await isClean(root);
  });

  it('a name that ends a line for YAML is read back, where DVC loses its own', async () => {
    const root = join(bench.folder('nel'), 'repo') as AbsPath;
    mkdirSync(root);
    gitInit(root);
    await initRepository(root);
    const name = '\u0085nel';
    writeFiles(root, { [name]: 'n' });
    await bench.ours(root, (repo) => add(repo, [name]));
    assert.deepEqual(JSON.parse(await bench.dvc(root, 'status', '--json')), {});
    await bench.dvc(root, 'add', '--', name);
    assert.notDeepEqual(
      JSON.parse(await bench.dvc(root, 'status', '--json')),
      {},
      readFileSync(join(root, `${name}.dvc`), 'utf8'),
    );
  });
});

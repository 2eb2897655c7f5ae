import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath, RepoPath } from '../../src/base/paths.ts';
import { add } from '../../src/core/add.ts';
import { checkout } from '../../src/core/checkout.ts';
import { commit } from '../../src/core/commit.ts';
import { collectGarbage } from '../../src/core/gc.ts';
import { pull } from '../../src/core/pull.ts';
import { push } from '../../src/core/push.ts';
import { status } from '../../src/core/status.ts';
import { versions } from '../../src/core/versions.ts';
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
import { statusShape } from '../support/shapes.ts';

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

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

describe('what DVC writes is clean for us', () => {
  let bench: Bench;
  before(function () {
    requireDvc.call(this);
    bench = openBench();
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
  });

  async function isClean(root: AbsPath): Promise<void> {
    await bench.ours(root, async (repo) => {
      const state = await status(repo, { remote: true });
      assert.deepEqual(state.faults, []);
      assert.deepEqual(statusShape(state), {});
    });
  }

  function clone(root: string): AbsPath {
    const to = join(root, '../clone') as AbsPath;
    git(join(root, '..'), 'clone', '-q', root, to);
    return to;
  }

  async function newRepository(): Promise<AbsPath> {
    const root = join(bench.folder('dvc'), 'repo') as AbsPath;
    mkdirSync(root);
    gitInit(root);
    await bench.dvc(root, 'init', '-q');
    await bench.dvc(root, 'remote', 'add', '-q', '-d', 'origin', join(root, '../remote'));
    return root;
  }

  async function dvcRepository(): Promise<AbsPath> {
    const root = await newRepository();
    writeFiles(root, files);
    mkdirSync(join(root, 'hollow'));
    await bench.dvc(root, 'add', ...datasets);
    gitCommit(root, 'one');
    return root;
  }

  it('added and pushed: clean, nothing to push, pulled by our clone; every version comes back', async () => {
    const root = await dvcRepository();
    const first = dataOf(root, datasets);
    writeFiles(root, { 'a.bin': 'A', 'd/1': 'one', 'd/new': 'n' });
    removePath(root, 'd/empty');
    await bench.dvc(root, 'add', 'a.bin', 'd');
    await bench.dvc(root, 'move', 'big', 'large');
    const now = datasets.map((d) => (d === 'big' ? 'large' : d));
    gitCommit(root, 'two');
    const second = dataOf(root, now);
    await bench.dvc(root, 'push', '-q', '--all-commits');
    await isClean(root);
    await bench.ours(root, async (repo) => {
      const pushed = await push(repo, { allCommits: true });
      assert.deepEqual({ objects: pushed.objects, failed: pushed.failed }, { objects: 0, failed: [] });
      const page = await versions(repo, p('large'), { skip: 0, limit: 10 });
      assert.deepEqual(
        page.versions.map((v) => [v.subject, v.change]),
        [
          ['two', 'renamed'],
          ['one', 'added'],
        ],
      );
    });

    const copy = clone(root);
    await bench.ours(copy, async (repo) => {
      assert.deepEqual((await pull(repo)).failed, []);
      assertSameLines(dataOf(copy, now), second, 'HEAD');
      git(copy, 'checkout', '-q', 'HEAD~1');
      assert.deepEqual((await pull(repo)).failed, []);
      assertSameLines(dataOf(copy, datasets), first, 'HEAD~1');
      assert.ok(!existsSync(join(copy, 'large')), 'what is not tracked at HEAD~1 has left');
    });
    await isClean(copy);
    assert.deepEqual(JSON.parse(await bench.dvc(copy, 'status', '--json')), {});
    assert.equal(git(copy, 'status', '--porcelain'), '');
  });

  it("DVC's gc does not delete what we need, ours not what DVC has", async () => {
    const root = await dvcRepository();
    await bench.ours(root, async (repo) => {
      writeFiles(root, { 'a.bin': 'A', 'd/1': 'one' });
      assert.deepEqual((await add(repo, ['a.bin', 'd'])).failed, []);
      gitCommit(root, 'two');
      await bench.dvc(root, 'gc', '-f', '--all-commits');
      removePath(root, ...datasets);
      assert.deepEqual((await checkout(repo)).failed, []);
      await isClean2(root);
      git(root, 'checkout', '-q', 'HEAD~1');
      assert.deepEqual((await checkout(repo)).failed, []);
      await isClean2(root);
      assert.deepEqual((await collectGarbage(repo, { allCommits: true })).removed, []);
    });
  });

  async function isClean2(root: AbsPath): Promise<void> {
    await bench.ours(root, async (repo) => assert.deepEqual(statusShape(await status(repo)), {}));
    assert.deepEqual(JSON.parse(await bench.dvc(root, 'status', '--json')), {});
  }

  it('outs of stages: tracked, pushed, pulled, committed', async () => {
    const root = await dvcRepository();
    const item = ['$', '{item}'].join('');
    writeFiles(root, {
      'dvc.yaml': [
        'stages:',
        '  make:',
        '    cmd: mkdir -p "out put" && cp a.bin "out put/1" && cp d/1 "out put/2" && cp a.bin one.bin && cp a.bin kept.txt',
        '    deps: [a.bin, d]',
        '    outs:',
        '    - out put',
        '    - one.bin:',
        '        persist: true',
        '    - kept.txt:',
        '        cache: false',
        '  each:',
        '    foreach: [x, y]',
        '    do:',
        `      cmd: echo ${item} > ${item}.txt`,
        '      outs:',
        `      - ${item}.txt`,
        '',
      ].join('\n'),
      'sub/dvc.yaml':
        'stages:\n  inner:\n    wdir: ..\n    cmd: echo inner > sub/inner.txt\n    outs:\n    - sub/inner.txt\n',
    });
    await bench.dvc(root, 'repro', '-q', '-R', '.');
    gitCommit(root, 'stages');
    const outs = ['out put', 'one.bin', 'x.txt', 'y.txt', 'sub/inner.txt'];
    await bench.ours(root, async (repo) => {
      assert.deepEqual((await push(repo)).failed, []);
    });
    await isClean(root);
    assert.match(await bench.dvc(root, 'push'), /Everything is up to date/);

    const copy = clone(root);
    await bench.ours(copy, async (repo) => {
      assert.deepEqual((await pull(repo)).failed, []);
      assertSameLines(dataOf(copy, [...outs, ...datasets]), dataOf(root, [...outs, ...datasets]), 'the clone');
    });
    await isClean(copy);
    assert.deepEqual(JSON.parse(await bench.dvc(copy, 'status', '--json')), {});

    // The same commit of changed outs on both sides writes the same lock.
    for (const at of [root, copy]) writeFiles(at, { 'out put/3': 'three', 'one.bin': 'changed' });
    await bench.dvc(root, 'commit', '-f', '-q', 'make');
    await bench.ours(copy, async (repo) => {
      assert.deepEqual((await commit(repo, { targets: [p('out put'), p('one.bin')] })).failed, []);
    });
    assert.equal(readFileSync(join(copy, 'dvc.lock'), 'utf8'), readFileSync(join(root, 'dvc.lock'), 'utf8'));
  });

  it('an import, a frozen pointer and a remote of an out', async () => {
    const root = await newRepository();
    await bench.dvc(root, 'remote', 'add', '-q', 'second', join(root, '../second'));
    writeFiles(join(root, '..'), { 'source/x.csv': 'x', 'source/in/1': '1' });
    await bench.dvc(root, 'import-url', '-q', join(root, '../source/x.csv'), 'x.csv');
    await bench.dvc(root, 'import-url', '-q', join(root, '../source/in'), 'in');
    writeFiles(root, { 'r.bin': 'r', 'f.bin': 'f' });
    await bench.dvc(root, 'add', '-q', 'r.bin', 'f.bin');
    await bench.dvc(root, 'freeze', 'f.bin.dvc');
    writeFiles(root, { 'r.bin.dvc': `${readFileSync(join(root, 'r.bin.dvc'), 'utf8')}  remote: second\n` });
    gitCommit(root, 'one');
    await bench.dvc(root, 'push', '-q');
    await isClean(root);
    const copy = clone(root);
    await bench.ours(copy, async (repo) => assert.deepEqual((await pull(repo)).failed, []));
    const names = ['x.csv', 'in', 'r.bin', 'f.bin'];
    assertSameLines(dataOf(copy, names), dataOf(root, names), 'the clone');
    await isClean(copy);
  });

  it('a repository of DVC 2: read, pulled, checked out; what changes is written as DVC 3 writes it', async () => {
    const root = await newRepository();
    // DVC 3 adds the text with plain line ends, whose md5 is that of DVC 2; what DVC 2 left is made from it: pointers without
    // `hash: md5`, objects in the old place, and line ends that its hash does not see.
    writeFiles(root, { 't.txt': 'a\nb\n', 'b.bin': 'b\0\r\n', 'd/1': '1\n', 'd/2': '2\n' });
    await bench.dvc(root, 'add', '-q', 't.txt', 'b.bin', 'd');
    for (const name of ['t.txt', 'b.bin', 'd']) {
      const text = readFileSync(join(root, `${name}.dvc`), 'utf8').replace('  hash: md5\n', '');
      writeFiles(root, { [`${name}.dvc`]: text });
    }
    mkdirSync(join(root, '.dvc/old'));
    renameSync(join(root, '.dvc/cache/files/md5'), join(root, '.dvc/old/cache'));
    removePath(root, '.dvc/cache');
    renameSync(join(root, '.dvc/old/cache'), join(root, '.dvc/cache'));
    removePath(root, '.dvc/old');
    gitCommit(root, 'as DVC 2 leaves it');
    assert.deepEqual(JSON.parse(await bench.dvc(root, 'status', '--json')), {});
    const names = ['t.txt', 'b.bin', 'd'];
    await bench.dvc(root, 'push', '-q');
    await isClean(root);
    // The same text with other line ends has the same hash there.
    writeFiles(root, { 't.txt': 'a\r\nb\r\n', 'd/1': '1\r\n' });
    assert.deepEqual(JSON.parse(await bench.dvc(root, 'status', '--json')), {});
    await isClean(root);

    const copy = clone(root);
    await bench.ours(copy, async (repo) => assert.deepEqual((await pull(repo)).failed, []));
    await isClean(copy);
    writeFiles(root, { 't.txt': 'a\nb\n', 'd/1': '1\n' });
    assertSameLines(dataOf(copy, names), dataOf(root, names), 'the clone');
    assert.equal(git(copy, 'status', '--porcelain'), '');

    // An add of what is unchanged leaves the old pointer; an add of changes writes DVC 3's, on both sides the same.
    for (const at of [root, copy]) writeFiles(at, { 't.txt': 'changed\r\n', 'd/3': '3\r\n' });
    await bench.dvc(root, 'add', '-q', 't.txt', 'd');
    await bench.ours(copy, async (repo) => assert.deepEqual((await add(repo, names)).failed, []));
    for (const name of ['t.txt.dvc', 'd.dvc'])
      assert.equal(readFileSync(join(copy, name), 'utf8'), readFileSync(join(root, name), 'utf8'));
    assert.equal(git(copy, 'diff', '--name-only').trim(), 'd.dvc\nt.txt.dvc');
    assert.match(readFileSync(join(copy, 't.txt.dvc'), 'utf8'), new RegExp(`md5: ${md5('changed\r\n')}`));
    assert.deepEqual(JSON.parse(await bench.dvc(copy, 'status', '--json')), {});
    gitCommit(copy, 'changed');
    await bench.ours(copy, async (repo) => assert.deepEqual((await push(repo)).failed, []));
    await isClean(copy);
  });
});

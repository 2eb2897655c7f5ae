import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { add } from '../../../src/core/add.ts';
import { checkout } from '../../../src/core/checkout.ts';
import { setConfig } from '../../../src/core/config.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { status } from '../../../src/core/status.ts';
import type { CheckoutResult } from '../../../src/core/system.ts';
import { temporaryFolder } from '../../support/core.ts';
import { mkfifo, withoutRootAsync } from '../../support/faults.ts';
import { at, cacheFiles, cleanUp, filesBelow, makeProject, type Project } from '../../support/project.ts';

const codesOf = (r: CheckoutResult): string[] => r.failed.map((f) => `${f.what}: ${f.error.code}`);
const objectOf = (p: Project, text: string): string =>
  p.path(`.dvc/cache/files/md5/${md5(text).slice(0, 2)}/${md5(text).slice(2)}`);
/** The content of every file below, by its path. */
const contents = (p: Project, folder: string): Record<string, string> =>
  Object.fromEntries(filesBelow(p.path(folder)).map((f) => [f, p.read(`${folder}/${f}`)]));

/** Puts an object into the cache. */
function putObject(p: Project, text: string, suffix = ''): string {
  const file = `${objectOf(p, text)}${suffix}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o444 });
  return md5(text);
}

/** A pointer and its tree with these entries, whatever they are; the contents are in the cache. */
function putTree(p: Project, name: string, entries: Readonly<Record<string, string>>): void {
  const list = Object.entries(entries).map(([relpath, text]) => ({ md5: putObject(p, text), relpath }));
  const hex = putObject(p, JSON.stringify(list), '.dir');
  p.write(`${name}.dvc`, `outs:\n- md5: ${hex}.dir\n  hash: md5\n  path: ${name.split('/').at(-1)}\n`);
}

function putPointer(p: Project, name: string, text: string): void {
  p.write(`${name}.dvc`, `outs:\n- md5: ${putObject(p, text)}\n  hash: md5\n  path: ${name}\n`);
}

describe('checkout', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
  });
  afterEach(cleanUp);

  it('makes the workspace what the pointers say, and says what it did', async () => {
    putTree(p, 'data', { a: 'A', 'sub/b': 'B', empty: '' });
    putPointer(p, 'x', 'X');
    const first = await checkout(p.repo);
    assert.deepEqual([first.added, first.modified, first.failed], [['data/', 'x'], [], []]);
    assert.deepEqual(contents(p, 'data'), { a: 'A', 'sub/b': 'B', empty: '' });
    const second = await checkout(p.repo);
    assert.deepEqual([second.added, second.modified, second.deleted, second.failed], [[], [], [], []]);
    putTree(p, 'data', { a: 'A2', c: 'C' });
    const third = await checkout(p.repo);
    assert.deepEqual([third.modified, third.failed], [['data/'], []]);
    assert.deepEqual(contents(p, 'data'), { a: 'A2', c: 'C' });
    assert.ok(!p.has('data/sub'), 'no empty folder is left');
    assert.deepEqual(
      filesBelow(p.path('.dvc/tmp')).filter((f) => f.endsWith('.tmp')),
      [],
    );
  });

  it('an empty folder; only some targets; a path inside of a folder', async () => {
    putTree(p, 'none', {});
    putTree(p, 'data', { a: 'A', 'sub/b': 'B', 'sub/c': 'C' });
    await checkout(p.repo, { targets: at('none') });
    assert.ok(statSync(p.path('none')).isDirectory());
    assert.ok(!p.has('data'));
    await checkout(p.repo, { targets: at('data/sub/b') });
    assert.deepEqual(contents(p, 'data'), { 'sub/b': 'B' });
    p.write('data/a', 'mine, in no cache');
    await checkout(p.repo, { targets: at('data/sub') });
    assert.deepEqual(contents(p, 'data'), { a: 'mine, in no cache', 'sub/b': 'B', 'sub/c': 'C' });
    await assert.rejects(checkout(p.repo, { targets: at('what') }), { code: 'not-tracked' });
    assert.deepEqual(codesOf(await checkout(p.repo, { targets: at('data/what') })), ['data: not-found']);
  });

  describe('data in no cache is never overwritten or deleted:', () => {
    const cases: readonly (readonly [string, (q: Project) => void, readonly string[]])[] = [
      ['a file that was modified', (q) => q.write('data/a', 'mine'), ['data/a']],
      ['a file that was added', (q) => q.write('data/new', 'mine'), ['data/new']],
      ['a file deep in a folder that leaves', (q) => q.write('data/other/deep/new', 'mine'), ['data/other/deep/new']],
      [
        'a file where a folder is to be',
        (q) => {
          q.remove('data/sub');
          q.write('data/sub', 'mine');
        },
        ['data/sub'],
      ],
      [
        'a folder where a file is to be',
        (q) => {
          q.remove('data/a');
          q.write('data/a/mine', 'mine');
        },
        ['data/a/mine'],
      ],
      [
        'a file where the dataset’s folder is to be',
        (q) => {
          q.remove('data');
          q.write('data', 'mine');
        },
        ['data'],
      ],
      ['a file that differs in its line ends alone', (q) => q.write('data/a', 'A\r\n'), ['data/a']],
      [
        'a link to a file with other content',
        (q) => {
          q.write('elsewhere', 'mine');
          q.remove('data/a');
          q.link('../elsewhere', 'data/a');
        },
        ['data/a'],
      ],
    ];
    for (const [what, change, inTheWay] of cases) {
      it(what, async () => {
        putTree(p, 'data', { a: 'A', 'sub/b': 'B' });
        putPointer(p, 'other', 'O');
        await checkout(p.repo);
        change(p);
        putPointer(p, 'other', 'O2');
        const before = filesBelow(p.root)
          .filter((f) => f.startsWith('data'))
          .map((f) => [f, p.read(f)]);
        const result = await checkout(p.repo);
        assert.deepEqual(codesOf(result), ['data: would-overwrite']);
        assert.deepEqual(result.inTheWay, inTheWay);
        assert.match(result.failed[0]?.error.hint ?? '', /--force/);
        assert.deepEqual(
          filesBelow(p.root)
            .filter((f) => f.startsWith('data'))
            .map((f) => [f, p.read(f)]),
          before,
        );
        assert.equal(p.read('other'), 'O2', 'the rest goes on');
        const forced = await checkout(p.repo, { force: true });
        assert.deepEqual(forced.failed, []);
        assert.deepEqual(contents(p, 'data'), { a: 'A', 'sub/b': 'B' });
        if (p.has('elsewhere')) assert.equal(p.read('elsewhere'), 'mine', 'what a link leads to is left');
      });
    }

    it('a file dataset that was modified, or is a folder now', async () => {
      putPointer(p, 'x', 'X');
      await checkout(p.repo);
      p.write('x', 'mine');
      assert.deepEqual((await checkout(p.repo)).inTheWay, ['x']);
      assert.equal(p.read('x'), 'mine');
      p.remove('x');
      p.write('x/mine', 'mine');
      assert.deepEqual((await checkout(p.repo)).inTheWay, ['x/mine']);
      assert.deepEqual((await checkout(p.repo, { force: true })).failed, []);
      assert.equal(p.read('x'), 'X');
    });

    it('an untracked file or folder at a new pointer’s path', async () => {
      p.write('x', 'mine');
      p.write('data/mine', 'mine');
      putPointer(p, 'x', 'X');
      putTree(p, 'data', { a: 'A' });
      const result = await checkout(p.repo);
      assert.deepEqual(result.inTheWay, ['data/mine', 'x']);
      assert.deepEqual([p.read('x'), p.read('data/mine')], ['mine', 'mine']);
    });

    it('a file that cannot be read', async function () {
      if (process.platform === 'win32') return this.skip();
      putTree(p, 'data', { a: 'A' });
      await checkout(p.repo);
      p.write('data/a', 'mine');
      chmodSync(p.path('data/a'), 0);
      for (const f of ['.', 'data', '.dvc', '.dvc/tmp', '.dvc/tmp/rwlock']) chmodSync(p.path(f), 0o777);
      chmodSync(dirname(p.repo.host.cacheFolder), 0o755);
      const result = await withoutRootAsync(() => checkout(p.repo));
      chmodSync(p.path('data/a'), 0o644);
      assert.deepEqual(codesOf(result), ['data: would-overwrite'], result.failed[0]?.error.message);
      assert.equal(p.read('data/a'), 'mine');
    });

    it('a file that .dvcignore names, where a file is to be', async () => {
      putPointer(p, 'x', 'X');
      p.write('.dvcignore', '*.log\n');
      p.write('x/run.log', 'mine');
      for (const force of [false, true]) {
        assert.deepEqual(codesOf(await checkout(p.repo, { force })), ['x: would-overwrite']);
        assert.equal(p.read('x/run.log'), 'mine');
      }
    });

    it('a file that changes between the look and the act', async () => {
      putTree(p, 'data', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, `old ${i}`])));
      await checkout(p.repo);
      putTree(p, 'data', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, `new ${i}`])));
      const result = await checkout(p.repo, {
        progress: (s) => {
          if (s.phase === 'checkout' && s.files === 0) p.write('data/f299', 'mine, just now');
        },
      });
      assert.deepEqual(codesOf(result), ['data/f299: changed-while-read']);
      assert.equal(p.read('data/f299'), 'mine, just now');
      assert.equal(p.read('data/f0'), 'new 0');
    });
  });

  it('data that is in the cache makes way: files and folders change places', async () => {
    const states: readonly Readonly<Record<string, string>>[] = [
      { a: 'A', 'b/c': 'C' },
      { 'a/x': 'A', b: 'C' },
      { 'a/x/y': 'A', 'b/d/e': 'C', c: 'B' },
      { a: 'B' },
    ];
    for (const state of [...states, ...[...states].reverse()]) {
      putTree(p, 'data', state);
      const result = await checkout(p.repo);
      assert.deepEqual(result.failed, []);
      assert.deepEqual(contents(p, 'data'), state);
    }
    for (const q of ['file', 'folder', 'file']) {
      if (q === 'file') putPointer(p, 'x', 'X');
      else putTree(p, 'x', { deep: 'Y' });
      assert.deepEqual((await checkout(p.repo)).failed, []);
      assert.equal(lstatSync(p.path('x')).isDirectory(), q === 'folder');
    }
  });

  it('empty folders make way', async () => {
    mkdirSync(p.path('x/y/z'), { recursive: true });
    mkdirSync(p.path('data/a/b'), { recursive: true });
    putPointer(p, 'x', 'X');
    putTree(p, 'data', { a: 'A' });
    assert.deepEqual((await checkout(p.repo)).failed, []);
    assert.deepEqual([p.read('x'), p.read('data/a')], ['X', 'A']);
  });

  it('links to nothing hold no data: they make way, or stay where nothing comes', async () => {
    putTree(p, 'data', { a: 'A' });
    p.link('nothing', 'data/a');
    p.link('nothing', 'data/other');
    p.link('nothing', 'x');
    putPointer(p, 'x', 'X');
    const result = await checkout(p.repo);
    assert.deepEqual(result.inTheWay, []);
    assert.equal(p.read('data/a'), 'A');
    assert.equal(p.read('x'), 'X');
    assert.ok(lstatSync(p.path('data/other')).isSymbolicLink());
  });

  it('a pipe in a folder is not waited for', async function () {
    putTree(p, 'data', { a: 'A' });
    await checkout(p.repo);
    const none = mkfifo(p.path('data/pipe'));
    if (none !== undefined) return this.skip();
    putTree(p, 'data', { a: 'A2' });
    const result = await checkout(p.repo);
    assert.deepEqual(result.inTheWay, ['data/pipe']);
    assert.deepEqual((await checkout(p.repo, { force: true })).failed, []);
    assert.equal(p.read('data/a'), 'A2');
    assert.ok(lstatSync(p.path('data/pipe')).isFIFO());
  });

  describe('hostile trees and pointers are refused, nothing is written, the rest goes on:', () => {
    for (const relpath of [
      '../evil',
      'a/../../evil',
      '/tmp/tracks-evil',
      'a\0b',
      '.git/hooks/post-checkout',
      'sub/.GIT/config',
      'C:\\evil',
      '..\\evil',
      '.dvc/config',
    ]) {
      it(`a tree that lists ${JSON.stringify(relpath)}`, async () => {
        putTree(p, 'data', { fine: 'fine', [relpath]: 'evil' });
        putPointer(p, 'x', 'X');
        const before = filesBelow(p.root);
        const result = await checkout(p.repo, { force: true });
        assert.deepEqual(codesOf(result), ['data: bad-path']);
        assert.deepEqual(
          filesBelow(p.root).filter((f) => !before.includes(f) && !f.startsWith('.dvc/tmp')),
          ['x'],
        );
        assert.ok(!p.has('data'));
      });
    }
    for (const path of [
      '../evil',
      '/tmp/tracks-evil',
      '.git/hooks/pre-commit',
      '.dvc/config',
      'sub/.git/config',
      '.',
      'a/../..',
      'C:/evil',
      's3://x/y',
      'a\\..\\..\\evil',
    ]) {
      it(`a pointer with the path ${JSON.stringify(path)}`, async () => {
        p.write('evil.dvc', `outs:\n- md5: ${putObject(p, 'evil')}\n  hash: md5\n  path: ${JSON.stringify(path)}\n`);
        putPointer(p, 'x', 'X');
        const result = await checkout(p.repo, { force: true });
        assert.deepEqual(result.added, ['x']);
        const { faults } = await status(p.repo);
        assert.equal(faults.length, 1);
        assert.equal(faults[0]?.pointer, 'evil.dvc');
        assert.ok((faults[0]?.message ?? '').length > 20);
      });
    }
    it('a pointer with a working folder outside', async () => {
      for (const wdir of ['..', '/etc', '../x/..', 'a/../../..']) {
        p.write('evil.dvc', `wdir: ${wdir}\nouts:\n- md5: ${putObject(p, 'evil')}\n  hash: md5\n  path: evil\n`);
        assert.equal((await status(p.repo)).faults.length, 1, wdir);
      }
    });
    it('a link to a folder in the way, above, at and below the dataset', async () => {
      const outside = temporaryFolder();
      for (const n of ['keep', 'above/data/keep']) {
        mkdirSync(dirname(join(outside, n)), { recursive: true });
        writeFileSync(join(outside, n), 'A');
      }
      putObject(p, 'A');
      putTree(p, 'data', { fine: 'F' });
      putTree(p, 'sub', { 'deep/er': 'D' });
      putTree(p, 'folder/data', { new: 'N' });
      p.link(outside, 'data');
      p.link(outside, 'sub/deep');
      // The pointer lies in a real folder, and its data behind a link.
      p.write('far.dvc', `outs:\n- md5: ${putObject(p, 'far')}\n  hash: md5\n  path: way/far\n`);
      p.link(outside, 'way');
      const result = await checkout(p.repo, { force: true });
      assert.deepEqual(codesOf(result).sort(), ['data: bad-path', 'sub/deep/er: bad-path', 'way/far: bad-path']);
      assert.deepEqual(filesBelow(outside), ['above/data/keep', 'keep']);
    });
  });

  it('objects that are missing are told one by one; what is there is placed', async () => {
    putTree(p, 'data', { a: 'A', b: 'B' });
    p.remove(`.dvc/cache/files/md5/${md5('A').slice(0, 2)}`);
    p.write('gone.dvc', `outs:\n- md5: ${md5('gone')}\n  hash: md5\n  path: gone\n`);
    const result = await checkout(p.repo);
    assert.deepEqual(codesOf(result).sort(), ['data/a: not-in-cache', 'gone: not-in-cache']);
    assert.deepEqual(contents(p, 'data'), { b: 'B' });
    assert.deepEqual(codesOf(await checkout(p.repo, { allowMissing: true })), []);
  });

  it('a missing object leaves the file that is there', async () => {
    putPointer(p, 'x', 'X');
    await checkout(p.repo);
    p.write('x.dvc', `outs:\n- md5: ${md5('gone')}\n  hash: md5\n  path: x\n`);
    assert.deepEqual(codesOf(await checkout(p.repo)), ['x: not-in-cache']);
    assert.equal(p.read('x'), 'X');
  });

  it('a damaged object never reaches the workspace, and leaves the cache', async () => {
    putTree(p, 'data', { a: 'A', b: 'B' });
    chmodSync(objectOf(p, 'A'), 0o644);
    writeFileSync(objectOf(p, 'A'), 'rot');
    const result = await checkout(p.repo);
    assert.deepEqual(codesOf(result), ['data/a: corrupt']);
    assert.deepEqual(contents(p, 'data'), { b: 'B' });
    assert.ok(!cacheFiles(p).some((f) => f.endsWith(md5('A').slice(2))));
  });

  it('a damaged list is removed and counts as missing', async () => {
    putTree(p, 'data', { a: 'A' });
    const tree = cacheFiles(p).find((f) => f.endsWith('.dir')) ?? '';
    chmodSync(p.path(`.dvc/cache/${tree}`), 0o644);
    p.write(`.dvc/cache/${tree}`, '[]');
    assert.deepEqual(codesOf(await checkout(p.repo)), ['data: not-in-cache']);
    assert.ok(!cacheFiles(p).includes(tree));
  });

  describe('leftovers of another branch', () => {
    beforeEach(async () => {
      p.commit('empty');
      p.git('checkout', '-q', '-b', 'with-data');
      p.write('data/a', 'A');
      p.write('x', 'X');
      await add(p.repo, ['data', 'x']);
      p.commit('data');
      p.git('checkout', '-q', 'main');
    });

    it('go with a whole checkout, and come back', async () => {
      const result = await checkout(p.repo);
      assert.deepEqual(result.deleted, ['data/', 'x']);
      assert.ok(!p.has('data') && !p.has('x'));
      p.git('checkout', '-q', 'with-data');
      assert.deepEqual((await checkout(p.repo)).added, ['data/', 'x']);
    });

    it('stay with a checkout of some targets', async () => {
      putPointer(p, 'y', 'Y');
      assert.deepEqual((await checkout(p.repo, { targets: at('y') })).deleted, []);
      assert.ok(p.has('data') && p.has('x'));
    });

    it('stay where anything of them is in no cache', async () => {
      p.write('data/mine', 'mine');
      p.write('x', 'mine');
      const result = await checkout(p.repo);
      assert.deepEqual(result.deleted, []);
      assert.deepEqual(result.inTheWay, ['data/mine', 'x']);
      assert.deepEqual([p.read('data/a'), p.read('x')], ['A', 'mine']);
      assert.deepEqual((await checkout(p.repo, { force: true })).deleted, ['data/', 'x']);
    });

    it('stay where git has them now', async () => {
      p.write('x', 'X');
      p.git('add', '-f', 'x');
      p.git('commit', '-q', '-m', 'x in git');
      const result = await checkout(p.repo);
      assert.deepEqual(result.deleted, ['data/']);
      assert.equal(p.read('x'), 'X');
    });

    it('stay while a pointer cannot be read: it may stand for them', async () => {
      p.write('dvc.yaml', 'stages: [');
      assert.deepEqual((await checkout(p.repo)).deleted, []);
      assert.ok(p.has('data') && p.has('x'));
    });

    it('stay behind a link to a folder', async () => {
      const outside = temporaryFolder();
      writeFileSync(join(outside, 'a'), 'A');
      p.remove('data');
      p.link(outside, 'data');
      const result = await checkout(p.repo);
      assert.deepEqual(codesOf(result), ['data: bad-path']);
      assert.equal(readFileSync(join(outside, 'a'), 'utf8'), 'A');
    });

    it('data that was never placed here is no leftover', async () => {
      p.write('mine', 'A');
      await checkout(p.repo);
      assert.equal(p.read('mine'), 'A');
    });
  });

  for (const type of ['hardlink', 'symlink'] as const) {
    it(`cache.type ${type}: links; a broken link counts as missing; relink after a change of the type`, async () => {
      setConfig(p.repo, 'cache.type', type);
      putTree(p, 'data', { a: 'A', b: 'B' });
      assert.deepEqual((await checkout(p.repo)).failed, []);
      assert.equal(statSync(p.path('data/a')).ino, statSync(objectOf(p, 'A')).ino);
      assert.equal(statSync(p.path('data/a')).mode & 0o222, 0);
      assert.deepEqual((await checkout(p.repo)).modified, []);
      setConfig(p.repo, 'cache.type', 'copy');
      assert.deepEqual((await checkout(p.repo, { relink: true })).failed, []);
      assert.notEqual(statSync(p.path('data/a')).ino, statSync(objectOf(p, 'A')).ino);
      p.write('data/a', 'free');
      assert.equal(readFileSync(objectOf(p, 'A'), 'utf8'), 'A');
    });
  }

  it('cancelled in the middle: whole files only, and a second run completes', async () => {
    const q = await makeProject({ threads: 2 });
    const entries = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`${i % 7}/f${i}`, `content ${i}`]));
    putTree(q, 'data', entries);
    const controller = new AbortController();
    await assert.rejects(
      checkout(q.repo, {
        signal: controller.signal,
        progress: (s) => {
          if (s.phase === 'checkout' && s.files > 100) controller.abort();
        },
      }),
      { code: 'cancelled' },
    );
    const half = contents(q, 'data');
    assert.ok(Object.keys(half).length > 0 && Object.keys(half).length < 1500, `${Object.keys(half).length} files`);
    for (const [f, text] of Object.entries(half)) assert.equal(text, entries[f]);
    assert.deepEqual(
      filesBelow(q.path('.dvc/tmp')).filter((f) => f.endsWith('.tmp')),
      [],
    );
    assert.deepEqual((await checkout(q.repo)).failed, []);
    assert.deepEqual(contents(q, 'data'), entries);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import type { RepoPath } from '../../../../src/base/paths.ts';
import { formatTree, hashTree, parseTree, type TreeEntry } from '../../../../src/core/formats/tree.ts';
import { goldenBytes } from './golden.ts';

const hex = '0123456789abcdef0123456789abcdef';

function entry(path: string, md5 = hex): TreeEntry {
  return { path: path as RepoPath, md5 };
}

function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

describe('trees', () => {
  it('read and write what DVC wrote, whatever the order', () => {
    const written = goldenBytes('order.dirjson');
    const entries = parseTree(written, 'order.dir');
    assert.equal(entries.length, 18);
    assert.deepEqual(formatTree(entries), written);
    assert.deepEqual(formatTree([...entries].reverse()), written);
  });

  it('hash an empty folder as DVC', () => {
    const { hash, bytes: text } = hashTree([]);
    assert.equal(text.toString(), '[]');
    assert.deepEqual(hash, { name: 'md5', hex: 'd751713988987e9331980363e24189ce', kind: 'tree' });
  });

  it('ignore keys they do not know', () => {
    const read = parseTree(
      bytes([{ md5: hex, relpath: 'a', size: 3, isexec: true, etag: 'x', version_id: 'v' }]),
      'x.dir',
    );
    assert.deepEqual(read, [entry('a')]);
  });

  const bad: readonly (readonly [string, Uint8Array, string])[] = [
    ['no JSON', Buffer.from('[{'), 'corrupt'],
    ['no UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'corrupt'],
    ['an object', bytes({}), 'corrupt'],
    ['null', bytes([null]), 'corrupt'],
    ['no relpath', bytes([{ md5: hex }]), 'corrupt'],
    ['a number as relpath', bytes([{ md5: hex, relpath: 1 }]), 'corrupt'],
    ['an upper-case hash', bytes([{ md5: hex.toUpperCase(), relpath: 'a' }]), 'corrupt'],
    ['the hash of a folder', bytes([{ md5: `${hex}.dir`, relpath: 'a' }]), 'corrupt'],
    ['a duplicate', bytes([entry('a'), entry('a')].map(raw)), 'corrupt'],
    ['a file that is a folder', bytes([entry('a/b'), entry('a-'), entry('a')].map(raw)), 'corrupt'],
    ['a file far above', bytes([entry('a/b/c/d'), entry('a')].map(raw)), 'corrupt'],
    ...[
      '..',
      '../a',
      'a/../../b',
      '/etc/passwd',
      'C:/x',
      'a\0b',
      '',
      'a//b',
      './a',
      'a/',
      '..\\a',
      'a\\..\\b',
      '\\x',
      'C:\\x',
    ].map((path) => [`the path ${JSON.stringify(path)}`, bytes([raw(entry(path))]), 'bad-path'] as const),
  ];
  for (const [name, text, code] of bad) {
    it(`refuse ${name}`, () => {
      assert.throws(
        () => parseTree(text, 'cache/x.dir'),
        (error) =>
          isTracksError(error) &&
          error.code === code &&
          error.path === 'cache/x.dir' &&
          error.message.includes('cache/x.dir'),
      );
    });
  }

  it('take a backslash as part of a name', () => {
    assert.deepEqual(parseTree(bytes([raw(entry('a\\b'))]), 'x'), [entry('a\\b')]);
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const read = parseTree(formatTree(tree), 'x');
        assert.deepEqual(
          new Map(read.map((each) => [each.path, each.md5])),
          new Map(tree.map((each) => [each.path, each.md5])),
        );
      }),
    );
  });

  it("are Python's json.dumps", function () {
    this.timeout(20_000);
    const script =
      'import sys,json\nfor t in json.load(sys.stdin): print(json.dumps(sorted(({"md5":m,"relpath":r} for r,m in t),key=lambda e:e["relpath"]),sort_keys=True))';
    const samples = fc.sample(trees, 300);
    const input = JSON.stringify(samples.map((tree) => tree.map(({ path, md5 }) => [path, md5])));
    const python = spawnSync('python3', ['-c', script], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (python.error !== undefined) {
      console.log('      skipped: there is no python3 here');
      this.skip();
    }
    assert.equal(python.stderr, '');
    const lines = python.stdout.trimEnd().split('\n');
    assert.equal(lines.length, samples.length);
    for (const [index, tree] of samples.entries()) assert.equal(formatTree(tree).toString(), lines[index]);
  });

  it('of 100,000 files are written and read within two seconds', () => {
    const entries = Array.from({ length: 100_000 }, (_, i) => entry(`folder-${i % 317}/sub é/${i}.bin`));
    const start = performance.now();
    const { bytes: text } = hashTree(entries);
    assert.equal(parseTree(text, 'x').length, 100_000);
    assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
  });
});

function raw({ path, md5 }: TreeEntry): { relpath: string; md5: string } {
  return { relpath: path, md5 };
}

const part = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'aA-._ !"\\~\u007f\u0080é\u2028\ue000\uff01\t\n\u0001', '😀', '\u0301'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 8,
  })
  .map((text) => `x${text.replaceAll('/', '').replaceAll('\0', '')}`);
const hash = fc.stringMatching(/^[0-9a-f]{32}$/);
/** Files end with `f` and folders with `d`, so that no file is a folder. */
const path = fc
  .tuple(fc.array(part, { maxLength: 2 }), part)
  .map(([folders, file]) => [...folders.map((name) => `${name}d`), `${file}f`].join('/'));
const trees = fc
  .array(fc.tuple(path, hash), { maxLength: 12 })
  .map((pairs) => [...new Map(pairs)].map(([name, md5]) => entry(name, md5)));

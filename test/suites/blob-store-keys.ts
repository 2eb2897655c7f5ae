import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, it } from 'mocha';
import { mapLimited } from '../../src/base/async.ts';
import type { BlobStore } from '../../src/core/remotes/blob-store.ts';
import { sourceOfBuffer } from '../../src/core/remotes/bytes.ts';
import { get, keysOf, put, rejects } from './blob-store-support.ts';

/** Texts that are no keys: each method rejects them with `bad-path`. */
export const hostileKeys: readonly string[] = [
  '',
  '.',
  '..',
  '/',
  '/abs',
  'C:/abs',
  '../x',
  'a/../b',
  'a/..',
  './a',
  'a/./b',
  'a//b',
  'a/',
  'nul\0byte',
  'a/\0/b',
  'lone \ud800 surrogate',
];

/** Of {@link hostileKeys}, those that are fine as the beginning of a key: `..` begins `..name`. */
const finePrefixes: ReadonlySet<string> = new Set(['', '.', '..', 'a/..', 'a/']);

/** Names that people do give, and that are easy to break. */
export const oddKeys: readonly string[] = [
  'hello? sausage/êé/Hello, 世界/ " \' @ < > & ? + ≠/z.txt',
  ' leading space',
  'trailing space ',
  'a folder / with spaces /around ',
  'emoji 🐘/🎉.png',
  'hash#tag',
  'percent%2Fencoded%00%',
  'plus+and&and=and;and,',
  '.hidden',
  '..two-dots',
  '...',
  'trailing-dot.',
  'a.tmp',
  '.almost.tmp',
  'back\\slash',
  'new\nline',
  'tab\tand\u007f',
  'quote"\'`$(x)',
  '[brackets]{braces}*?',
  '-rf',
  '~',
  'colon:name',
  'nfc \u00e9',
  `${'n'.repeat(200)}`,
  `${'deep/'.repeat(30)}file`,
  'files/md5/d7/51713988987e9331980363e24189ce.dir',
];

/** The part of the suite about names and listing; `current` gives the empty store of the running test. */
export function keySuite(current: () => BlobStore): void {
  let store: BlobStore;
  beforeEach(() => {
    store = current();
  });

  describe('keys', () => {
    for (const key of hostileKeys) {
      it(`rejects ${JSON.stringify(key)} on every method`, async () => {
        await rejects(store.stat(key), 'bad-path', 'stat');
        await rejects(store.read(key), 'bad-path', 'read');
        await rejects(store.write(key, sourceOfBuffer(Buffer.from('x'))), 'bad-path', 'write');
        await rejects(store.remove(key), 'bad-path', 'remove');
        if (!finePrefixes.has(key)) await rejects(keysOf(store, key), 'bad-path', 'list');
        if (store.localPath !== undefined) assert.throws(() => store.localPath?.(key), { code: 'bad-path' });
        assert.deepEqual(await keysOf(store), []);
      });
    }

    const names =
      process.platform === 'win32' ? oddKeys.filter((key) => !/[\\:*?"<>|\n\t]|[ .](\/|$)/.test(key)) : oddKeys;
    for (const key of names) {
      it(`takes ${JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key)}`, async () => {
        await put(store, key);
        assert.equal(await get(store, key), `text of ${key}`);
        assert.deepEqual(await keysOf(store), [key]);
        assert.deepEqual(await keysOf(store, key), [key]);
        if (store.localPath !== undefined) assert.equal(await readFile(store.localPath(key), 'utf8'), `text of ${key}`);
        await store.remove(key);
        assert.equal(await store.stat(key), undefined);
        assert.deepEqual(await keysOf(store), []);
      });
    }

    it('keeps all odd names apart', async () => {
      for (const key of names) await put(store, key);
      assert.deepEqual(await keysOf(store), [...names].sort());
      for (const key of names) assert.equal(await get(store, key), `text of ${key}`);
    });

    it('keeps names apart that differ only in case', async function () {
      const keys = ['case/NAME.txt', 'case/Name.txt', 'case/name.txt'];
      await put(store, keys[0] ?? '');
      if ((await store.stat(keys[1] ?? '')) !== undefined) {
        console.log('      skipped: this file system folds case');
        this.skip();
      }
      for (const key of keys) await put(store, key);
      assert.deepEqual(await keysOf(store), keys);
      for (const key of keys) assert.equal(await get(store, key), `text of ${key}`);
    });
  });

  describe('list', () => {
    const keys = ['ab', 'abc', 'ac-x', 'ac/x', 'ac/xy', 'ac/z/deep/er', 'b/ab/c', 'b/ab/d/e', '.dot/.x'].sort();
    const prefixes = [
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      'ac',
      'ac-',
      'ac/',
      'ac/x',
      'ac/xy',
      'ac/xyz',
      'ac/z',
      'ac/z/d',
      'b/',
      'b/ab',
    ];
    prefixes.push(
      'b/ab/',
      'b/ab/d/e',
      'b/ab/d/e/',
      'ab/',
      'z',
      'z/z/z',
      '.',
      '.d',
      '..',
      '.dot/.',
      'ac/.',
      'A',
      '*',
      '%',
      'ac\\',
    );
    it('takes its prefix as a text, not as a folder', async () => {
      for (const key of keys) await put(store, key);
      for (const prefix of prefixes)
        assert.deepEqual(
          await keysOf(store, prefix),
          keys.filter((key) => key.startsWith(prefix)),
          JSON.stringify(prefix),
        );
    });

    it('gives the size of each', async () => {
      for (const key of keys) await put(store, key, key);
      for await (const entry of store.list('')) assert.equal(entry.size, entry.key.length, entry.key);
    });

    it('gives 500 keys, each once', async () => {
      const many = Array.from(
        { length: 500 },
        (_, i) => `files/md5/${(i % 7).toString(16).padStart(2, '0')}/${i.toString().padStart(30, '0')}`,
      );
      await mapLimited(many, 8, (key) => put(store, key, '.'));
      assert.deepEqual(await keysOf(store), [...many].sort());
      assert.deepEqual(
        await keysOf(store, 'files/md5/03/'),
        many.filter((key) => key.startsWith('files/md5/03/')).sort(),
      );
    });

    it('can be left early, and goes on when keys go away', async () => {
      for (const key of keys) await put(store, key);
      for await (const { key } of store.list('')) {
        assert.ok(keys.includes(key));
        break;
      }
      const seen: string[] = [];
      for await (const { key } of store.list('')) {
        seen.push(key);
        await store.remove(key);
      }
      assert.deepEqual(seen.sort(), keys);
      assert.deepEqual(await keysOf(store), []);
    });
  });
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { BlobStore } from '../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer, sourceOfFile } from '../../src/core/remotes/bytes.ts';
import { keySuite } from './blob-store-keys.ts';
import { big, bytesOf, get, keysOf, put, rejects, sourceThen } from './blob-store-support.ts';
import { writeSuite } from './blob-store-writes.ts';

export interface StoreUnderTest {
  /** Empty. */
  readonly store: BlobStore;
  cleanup(): Promise<void>;
}

/**
 * What every {@link BlobStore} does, whatever is behind it. `make` gives an empty store for each test;
 * the test file of a new kind of remote is a call of this and what is special to it.
 */
export function blobStoreSuite(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} is a BlobStore`, () => {
    let store: BlobStore;
    let cleanup: () => Promise<void>;

    beforeEach(async () => {
      const made = await make();
      store = made.store;
      cleanup = () => made.cleanup();
    });
    afterEach(async () => {
      await store[Symbol.asyncDispose]();
      await cleanup();
    });

    describe('bytes', () => {
      for (const size of [0, 1, 1000, 65_536, big]) {
        it(`gives ${size} bytes back`, async () => {
          const bytes = bytesOf(size);
          await store.write('folder/blob', sourceOfBuffer(bytes));
          assert.deepEqual(await store.stat('folder/blob'), { size });
          const md5 = (b: Buffer): string => createHash('md5').update(b).digest('hex');
          assert.equal(md5(await readAll(await store.read('folder/blob'))), md5(bytes));
          const listed = [];
          for await (const entry of store.list('')) listed.push({ key: entry.key, size: entry.size });
          assert.deepEqual(listed, [{ key: 'folder/blob', size }]);
        });
      }

      it('takes a source that does not know its size', async () => {
        await store.write(
          'k',
          sourceThen(Buffer.from('one '), async () => Buffer.from('two')),
        );
        assert.equal(await get(store, 'k'), 'one two');
      });

      it('takes a file of this machine', async () => {
        const folder = await mkdtemp(join(tmpdir(), 'tracks-suite-'));
        try {
          const file = join(folder, 'file');
          await writeFile(file, bytesOf(big, 7), { mode: 0o600 });
          await store.write('from/file', sourceOfFile(file));
          await store.write('from/sized', sourceOfFile(file, big));
          await rm(file);
          assert.ok((await readAll(await store.read('from/file'))).equals(bytesOf(big, 7)));
          assert.ok((await readAll(await store.read('from/sized'))).equals(bytesOf(big, 7)));
          await rejects(store.write('from/gone', sourceOfFile(file)), 'not-found');
          assert.deepEqual(await keysOf(store), ['from/file', 'from/sized']);
        } finally {
          await rm(folder, { recursive: true });
        }
      });

      it('replaces, with longer and with shorter bytes', async () => {
        for (const text of ['first', 'a longer second one', '', '4']) {
          await put(store, 'k', text);
          assert.equal(await get(store, 'k'), text);
          assert.deepEqual(await store.stat('k'), { size: text.length });
        }
        assert.deepEqual(await keysOf(store), ['k']);
      });

      it('gives each reader its own bytes', async () => {
        await put(store, 'k', 'shared');
        for await (const chunk of (await store.read('k')) as AsyncIterable<Buffer>) chunk.fill(0);
        assert.equal(await get(store, 'k'), 'shared');
      });

      it('goes on after a reader that left early', async () => {
        await store.write('k', sourceOfBuffer(bytesOf(big)));
        const stream = await store.read('k');
        for await (const chunk of stream) {
          assert.ok(chunk.length > 0);
          break;
        }
        assert.ok(stream.destroyed);
        assert.equal((await readAll(await store.read('k'))).length, big);
      });
    });

    describe('ranges', () => {
      const text = '0123456789';
      const cases: readonly (readonly [number, number | undefined, string])[] = [
        [0, undefined, text],
        [0, 10, text],
        [3, undefined, '3456789'],
        [3, 7, '3456'],
        [0, 1, '0'],
        [9, 10, '9'],
        [4, 4, ''],
        [0, 0, ''],
        [7, 3, ''],
        [8, 100, '89'],
        [10, undefined, ''],
        [10, 11, ''],
        [1000, 2000, ''],
      ];
      for (const [start, end, expected] of cases) {
        it(`${start}…${end ?? ''} of 10 bytes is ${JSON.stringify(expected)}`, async () => {
          await put(store, 'k', text);
          const range = end === undefined ? { start } : { start, end };
          assert.equal((await readAll(await store.read('k', { range }))).toString(), expected);
        });
      }

      it('reads a part of big bytes', async () => {
        const bytes = bytesOf(big);
        await store.write('k', sourceOfBuffer(bytes));
        const range = { start: 1_000_001, end: 1_900_000 };
        assert.ok((await readAll(await store.read('k', { range }))).equals(bytes.subarray(range.start, range.end)));
      });

      it('rejects offsets that are none', async () => {
        await put(store, 'k', text);
        for (const range of [{ start: -1 }, { start: 1.5 }, { start: 0, end: -2 }, { start: Number.NaN }])
          await rejects(store.read('k', { range }), 'bad-argument', JSON.stringify(range));
      });

      it('of what is not there is not-found', () =>
        rejects(store.read('none', { range: { start: 4, end: 4 } }), 'not-found'));
    });

    describe('absence', () => {
      it('stat is undefined, read is not-found, remove is fine, list is empty', async () => {
        assert.equal(await store.stat('no/such'), undefined);
        await rejects(store.read('no/such'), 'not-found');
        await store.remove('no/such');
        assert.deepEqual(await keysOf(store), []);
        assert.deepEqual(await keysOf(store, 'no/'), []);
      });

      it('a folder of keys is no key', async () => {
        await put(store, 'a/b/c');
        assert.equal(await store.stat('a'), undefined);
        assert.equal(await store.stat('a/b'), undefined);
        await rejects(store.read('a/b'), 'not-found');
        await store.remove('a/b');
        assert.deepEqual(await keysOf(store), ['a/b/c']);
      });

      it('a key is no folder of keys', async () => {
        await put(store, 'a');
        assert.equal(await store.stat('a/b'), undefined);
        await rejects(store.read('a/b'), 'not-found');
        await store.remove('a/b');
        assert.deepEqual(await keysOf(store), ['a']);
      });

      it('a removed key is gone, and can be written again', async () => {
        await put(store, 'a/b', 'old');
        await put(store, 'a/c');
        await store.remove('a/b');
        await store.remove('a/b');
        assert.equal(await store.stat('a/b'), undefined);
        await rejects(store.read('a/b'), 'not-found');
        assert.deepEqual(await keysOf(store), ['a/c']);
        await put(store, 'a/b', 'new');
        assert.equal(await get(store, 'a/b'), 'new');
      });

      it('of a very long name is absence too', async () => {
        const key = 'x'.repeat(5000);
        assert.equal(await store.stat(key), undefined);
        await rejects(store.read(key), 'not-found');
        await store.remove(key);
      });
    });

    writeSuite(() => store);
    keySuite(() => store);
    it('has a name and capabilities', () => {
      assert.notEqual(store.name, '');
      assert.ok(store.capabilities.maxConnections >= 1);
      assert.equal(store.capabilities.readOnly, false);
    });
  });
}

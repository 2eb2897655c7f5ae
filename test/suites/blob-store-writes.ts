import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { beforeEach, describe, it } from 'mocha';
import { type ErrorCode, isCancelled, TracksError } from '../../src/base/errors.ts';
import type { BlobStore, ByteSource } from '../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer } from '../../src/core/remotes/bytes.ts';
import { big, bytesOf, get, keysOf, put, rejects, sourceThen } from './blob-store-support.ts';

/** The part of the suite about writes that fail, meet or are aborted; `current` gives the empty store of the running test. */
export function writeSuite(current: () => BlobStore): void {
  let store: BlobStore;
  beforeEach(() => {
    store = current();
  });

  describe('writes are all or nothing', () => {
    const failures: readonly (readonly [string, ErrorCode, () => ByteSource])[] = [
      [
        'a source that gives less than its size',
        'corrupt',
        () => ({ ...sourceOfBuffer(bytesOf(70_000)), size: 70_001 }),
      ],
      [
        'a source that gives more than its size',
        'corrupt',
        () => ({ ...sourceOfBuffer(bytesOf(70_000)), size: 69_999 }),
      ],
      ['a source that gives bytes and has size 0', 'corrupt', () => ({ ...sourceOfBuffer(bytesOf(1)), size: 0 })],
      ['a source that gives nothing and has size 1', 'corrupt', () => ({ ...sourceOfBuffer(bytesOf(0)), size: 1 })],
      [
        'a source that never ends',
        'corrupt',
        () => ({ size: 10, open: async () => Readable.from(endless(), { objectMode: false }) }),
      ],
      [
        'a source that breaks in the middle',
        'bad-file',
        () => sourceThen(bytesOf(70_000), () => Promise.reject(new TracksError('bad-file', 'broken')), 140_000),
      ],
      [
        'a source that breaks in the middle with an error of the system',
        'io',
        () => sourceThen(bytesOf(70_000), () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))),
      ],
      [
        'a source that does not open',
        'bad-file',
        () => ({ open: () => Promise.reject(new TracksError('bad-file', 'closed')) }),
      ],
    ];
    for (const [what, code, source] of failures) {
      it(`${what} is ${code} and leaves nothing`, async () => {
        await put(store, 'other', 'other');
        await rejects(store.write('a/new', source()), code);
        assert.equal(await store.stat('a/new'), undefined);
        await rejects(store.read('a/new'), 'not-found');
        assert.deepEqual(await keysOf(store), ['other']);
      });
      it(`${what} leaves the old bytes`, async () => {
        await put(store, 'k', 'old');
        await rejects(store.write('k', source()), code);
        assert.equal(await get(store, 'k'), 'old');
        assert.deepEqual(await store.stat('k'), { size: 3 });
        assert.deepEqual(await keysOf(store), ['k']);
      });
    }

    it('shows the old bytes, and no other keys, while it writes', async () => {
      await put(store, 'a/old', 'old');
      const gates: (() => void)[] = [];
      const begun: Promise<void>[] = [];
      const slow = (): ByteSource => {
        let begin: () => void = () => undefined;
        begun.push(new Promise((resolve) => (begin = resolve)));
        const gate = new Promise<void>((resolve) => gates.push(resolve));
        return sourceThen(bytesOf(300_000), async () => {
          begin();
          await gate;
          return Buffer.from('end');
        });
      };
      const writes = [store.write('a/old', slow()), store.write('a/new', slow()), store.write('b/new', slow())];
      await Promise.all(begun);
      assert.deepEqual(await keysOf(store), ['a/old']);
      assert.deepEqual(await keysOf(store, 'a/'), ['a/old']);
      assert.equal(await store.stat('a/new'), undefined);
      await rejects(store.read('a/new'), 'not-found');
      assert.equal(await get(store, 'a/old'), 'old');
      for (const open of gates) open();
      await Promise.all(writes);
      assert.deepEqual(await keysOf(store), ['a/new', 'a/old', 'b/new']);
      for (const key of await keysOf(store)) assert.deepEqual(await store.stat(key), { size: 300_003 });
    });

    it('at once to one key, one of them wins, whole', async () => {
      const sizes = Array.from({ length: 12 }, (_, i) => 100_000 + i);
      await Promise.all(sizes.map((size) => store.write('k/k', sourceOfBuffer(bytesOf(size, size)))));
      const bytes = await readAll(await store.read('k/k'));
      assert.ok(sizes.includes(bytes.length));
      assert.ok(bytes.equals(bytesOf(bytes.length, bytes.length)));
      assert.deepEqual(await keysOf(store), ['k/k']);
    });

    it('a reader that began before sees the old bytes to their end, or all of the new', async () => {
      const old = bytesOf(big, 3);
      const young = bytesOf(big, 4);
      await store.write('k', sourceOfBuffer(old));
      const stream = await store.read('k');
      await store.write('k', sourceOfBuffer(young));
      const bytes = await readAll(stream);
      assert.ok(bytes.equals(old) || bytes.equals(young));
    });
  });

  describe('abort', () => {
    it('in the middle of a write leaves nothing, and the old bytes', async () => {
      await put(store, 'old', 'old');
      for (const key of ['new/key', 'old']) {
        const controller = new AbortController();
        const source = sourceThen(
          bytesOf(300_000),
          () => {
            controller.abort();
            return new Promise<never>(() => undefined);
          },
          600_000,
        );
        await rejects(store.write(key, source, { signal: controller.signal }), 'cancelled', key);
      }
      assert.deepEqual(await keysOf(store), ['old']);
      assert.equal(await get(store, 'old'), 'old');
    });

    it('before the start touches nothing', async () => {
      await put(store, 'old', 'old');
      const signal = AbortSignal.abort();
      await rejects(store.write('old', sourceOfBuffer(bytesOf(9)), { signal }), 'cancelled', 'write');
      await rejects(store.write('new', sourceOfBuffer(bytesOf(9)), { signal }), 'cancelled', 'write');
      await rejects(store.remove('old', { signal }), 'cancelled', 'remove');
      await rejects(store.stat('old', { signal }), 'cancelled', 'stat');
      await rejects(store.read('old', { signal }), 'cancelled', 'read');
      await rejects(keysOf(store, '', signal), 'cancelled', 'list');
      assert.deepEqual(await keysOf(store), ['old']);
      assert.equal(await get(store, 'old'), 'old');
    });

    it('in the middle of a read ends it with an error', async () => {
      await store.write('k', sourceOfBuffer(bytesOf(big)));
      const controller = new AbortController();
      const stream = await store.read('k', { signal: controller.signal });
      await assert.rejects(async () => {
        for await (const chunk of stream) {
          assert.ok(chunk.length < big);
          controller.abort();
        }
      }, isCancelled);
    });
  });
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}

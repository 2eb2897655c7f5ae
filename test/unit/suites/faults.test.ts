import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BlobStore } from '../../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer } from '../../../src/core/remotes/bytes.ts';
import { memoryStore } from '../../../src/core/remotes/memory.ts';
import { blobStoreSuite } from '../../suites/blob-store.ts';
import { type FaultKind, type FaultMethod, faulty, type PlannedFault } from '../../suites/faults.ts';

blobStoreSuite('faulty without a plan', async () => ({
  store: faulty(memoryStore(), []),
  cleanup: async () => undefined,
}));

async function seeded(): Promise<BlobStore> {
  const store = memoryStore();
  for (const key of ['a', 'b', 'c']) await store.write(key, sourceOfBuffer(Buffer.from(`text ${key}`)));
  return store;
}

/** What comes of one call, in words: the result, or the error's code and retry class. */
async function outcome(store: BlobStore, method: FaultMethod, signal?: AbortSignal): Promise<string> {
  const options = { signal };
  try {
    switch (method) {
      case 'stat':
        return `size ${(await store.stat('a', options))?.size}`;
      case 'read':
        return (await readAll(await store.read('a', options))).toString();
      case 'write':
        await store.write('a', sourceOfBuffer(Buffer.from('newer')), options);
        return 'written';
      case 'remove':
        await store.remove('a', options);
        return 'removed';
      case 'list': {
        let text = '';
        for await (const { key, size } of store.list('', options)) text += `${key}${size}`;
        return text;
      }
    }
  } catch (error) {
    const { code, retry, name } = error as { code?: string; retry?: string; name: string };
    return name === 'AbortError' ? 'cancelled' : code === 'cancelled' ? code : `${code} ${retry}`;
  }
}

describe('faulty', () => {
  // method, fault, outcome of the call, what is in the store under 'a' afterwards
  const cases: readonly (readonly [FaultMethod, FaultKind, string, string])[] = [
    ['stat', 'error', 'network later', 'text a'],
    ['stat', 'short', 'size 5', 'text a'],
    ['stat', 'corrupt', 'size 7', 'text a'],
    ['stat', 'cut', 'network later', 'text a'],
    ['stat', 'stall', 'cancelled', 'text a'],
    ['read', 'error', 'network later', 'text a'],
    ['read', 'short', 't', 'text a'],
    ['read', 'corrupt', 'tdxt a', 'text a'],
    ['read', 'cut', 'network later', 'text a'],
    ['read', 'stall', 'cancelled', 'text a'],
    ['write', 'error', 'network later', 'text a'],
    ['write', 'short', 'written', 'n'],
    ['write', 'corrupt', 'written', 'ndwer'],
    ['write', 'cut', 'network later', 'text a'],
    ['write', 'stall', 'cancelled', 'text a'],
    ['remove', 'error', 'network later', 'text a'],
    ['remove', 'short', 'removed', 'text a'],
    ['remove', 'corrupt', 'removed', 'text a'],
    ['remove', 'cut', 'network later', 'gone'],
    ['remove', 'stall', 'cancelled', 'text a'],
    ['list', 'error', 'network later', 'text a'],
    ['list', 'short', 'a6', 'text a'],
    ['list', 'corrupt', 'a7b7c7', 'text a'],
    ['list', 'cut', 'network later', 'text a'],
    ['list', 'stall', 'cancelled', 'text a'],
  ];
  for (const [method, fault, expected, kept] of cases) {
    it(`${method} ${fault}: ${expected}, the store has ${kept}`, async () => {
      const inner = await seeded();
      const store = faulty(inner, [{ method, fault, times: 1 }]);
      const controller = new AbortController();
      const call = outcome(store, method, controller.signal);
      if (fault === 'stall') setImmediate(() => controller.abort());
      assert.equal(await call, expected);
      const now = (await inner.stat('a')) === undefined ? 'gone' : (await readAll(await inner.read('a'))).toString();
      assert.equal(now, kept);
      assert.deepEqual(store.fired, [`${method} ${fault} ${method === 'list' ? '' : 'a'}`]);
      // The plan is used up: the next call goes well.
      assert.doesNotMatch(await outcome(store, method), /network|cancelled/);
      assert.equal(store.fired.length, 1);
    });
  }

  it('chooses by key, counts, and takes the first that fits', async () => {
    const plan: readonly PlannedFault[] = [
      { method: 'stat', key: 'b', fault: 'error', code: 'auth', retry: 'never', times: 1 },
      { method: 'stat', key: /^[ab]$/g, fault: 'short', times: 2 },
      { method: 'stat', key: 'c', fault: 'corrupt' },
    ];
    const store = faulty(await seeded(), plan);
    await assert.rejects(store.stat('b'), { code: 'auth', retry: 'never' });
    assert.deepEqual(await store.stat('b'), { size: 5 });
    assert.deepEqual(await store.stat('a'), { size: 5 });
    assert.deepEqual(await store.stat('a'), { size: 6 });
    assert.equal(await store.stat('ab'), undefined);
    for (let i = 0; i < 5; i++) assert.deepEqual(await store.stat('c'), { size: 7 });
    assert.equal(store.fired.length, 8);
  });

  it('lets so many bytes pass', async () => {
    for (const [fault, after, expected] of [
      ['short', 0, ''],
      ['short', 4, 'text'],
      ['short', 100, 'text a'],
      ['corrupt', 5, 'text `'],
      ['corrupt', 100, 'text `'],
    ] as const) {
      const store = faulty(await seeded(), [{ method: 'read', fault, after }]);
      assert.equal((await readAll(await store.read('a'))).toString(), expected, `${fault} ${after}`);
    }
    const store = faulty(await seeded(), [{ method: 'read', fault: 'cut', after: 4 }]);
    let seen = '';
    await assert.rejects(
      async () => {
        for await (const chunk of await store.read('a')) seen += String(chunk);
      },
      { code: 'network' },
    );
    assert.equal(seen, 'text');
  });

  it('spoils empty blobs too', async () => {
    const inner = memoryStore();
    await inner.write('a', sourceOfBuffer(Buffer.alloc(0)));
    assert.equal(await outcome(faulty(inner, [{ method: 'read', fault: 'corrupt' }]), 'read'), '\0');
    assert.equal(await outcome(faulty(inner, [{ method: 'read', fault: 'cut' }]), 'read'), 'network later');
  });

  it('keeps nothing of a write that was cut in the middle of a new key', async () => {
    const inner = memoryStore();
    const store = faulty(inner, [{ method: 'write', fault: 'cut', after: 70_000 }]);
    await assert.rejects(store.write('new', sourceOfBuffer(Buffer.alloc(200_000))), { code: 'network' });
    assert.equal(await inner.stat('new'), undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cancelled } from '../../../../src/base/errors.ts';
import type { BlobStore } from '../../../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer } from '../../../../src/core/remotes/bytes.ts';
import { memoryStore } from '../../../../src/core/remotes/memory.ts';
import { type RetryOptions, withRetry } from '../../../../src/core/remotes/retry.ts';
import { blobStoreSuite } from '../../../suites/blob-store.ts';
import { type FaultMethod, faulty, type PlannedFault } from '../../../suites/faults.ts';

/** Notes the waits and does not wait. */
function noSleep(waits: number[] = []): RetryOptions {
  return {
    attempts: 4,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
  };
}

blobStoreSuite('withRetry', async () => ({
  store: withRetry(memoryStore(), noSleep()),
  cleanup: async () => undefined,
}));

blobStoreSuite('withRetry over a store that fails twice at each call', async () => {
  const inner = memoryStore();
  const methods: readonly FaultMethod[] = ['stat', 'read', 'write', 'remove', 'list'];
  // A fresh plan for each call: two errors, then it goes well.
  const flaky = (): BlobStore =>
    faulty(
      inner,
      methods.map((method) => ({ method, fault: 'error', times: 2 })),
    );
  const call = (): BlobStore => withRetry(flaky(), noSleep());
  const store: BlobStore = {
    name: inner.name,
    capabilities: inner.capabilities,
    stat: (key, o) => call().stat(key, o),
    read: (key, o) => call().read(key, o),
    write: (key, source, o) => call().write(key, source, o),
    remove: (key, o) => call().remove(key, o),
    list: (prefix, o) => call().list(prefix, o),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  return { store, cleanup: async () => undefined };
});

const calls: Readonly<Record<FaultMethod, (store: BlobStore) => Promise<unknown>>> = {
  stat: (store) => store.stat('a'),
  read: async (store) => (await readAll(await store.read('a'))).toString(),
  write: (store) => store.write('a', sourceOfBuffer(Buffer.from('new'))),
  remove: (store) => store.remove('a'),
  list: async (store) => {
    const keys = [];
    for await (const { key } of store.list('')) keys.push(key);
    return keys;
  },
};

async function over(
  plan: readonly PlannedFault[],
): Promise<{ store: BlobStore; waits: number[]; fired: readonly string[] }> {
  const inner = memoryStore();
  for (const key of ['a', 'b', 'c']) await inner.write(key, sourceOfBuffer(Buffer.from(key)));
  const broken = faulty(inner, plan);
  const waits: number[] = [];
  return { store: withRetry(broken, noSleep(waits)), waits, fired: broken.fired };
}

describe('withRetry', () => {
  for (const [method, call] of Object.entries(calls) as [FaultMethod, (typeof calls)['stat']][]) {
    it(`tries ${method} again, and waits longer each time`, async () => {
      const { store, waits } = await over([{ method, fault: 'error', times: 3 }]);
      await call(store);
      assert.deepEqual(waits, [150, 300, 600]);
    });

    it(`gives up ${method} after so many attempts, with the error itself`, async () => {
      const { store, waits, fired } = await over([{ method, fault: 'error', code: 'network' }]);
      await assert.rejects(call(store), { code: 'network', retry: 'later' });
      assert.equal(fired.length, 4);
      assert.equal(waits.length, 3);
    });

    it(`does not try ${method} again where that cannot help`, async () => {
      const { store, waits, fired } = await over([{ method, fault: 'error', code: 'auth', retry: 'never' }]);
      await assert.rejects(call(store), { code: 'auth' });
      assert.deepEqual([waits.length, fired.length], [0, 1]);
    });
  }

  it('writes anew what was cut in the middle', async () => {
    const { store, waits } = await over([{ method: 'write', fault: 'cut', times: 2 }]);
    await store.write('a', sourceOfBuffer(Buffer.from('whole')));
    assert.equal(await calls.read(store), 'whole');
    assert.equal(waits.length, 2);
  });

  it('leaves a read alone that broke in the middle: half of it is with the reader', async () => {
    const { store, waits } = await over([{ method: 'read', fault: 'cut', times: 1, after: 0 }]);
    await assert.rejects(calls.read(store), { code: 'network' });
    assert.equal(waits.length, 0);
  });

  it('leaves a list alone that broke after its first entry', async () => {
    const { store, waits } = await over([{ method: 'list', fault: 'cut', times: 1, after: 2 }]);
    await assert.rejects(calls.list(store), { code: 'network' });
    assert.equal(waits.length, 0);
  });

  it('tries a list again that broke before its first entry', async () => {
    const { store, waits } = await over([{ method: 'list', fault: 'cut', times: 2, after: 0 }]);
    assert.deepEqual(await calls.list(store), ['a', 'b', 'c']);
    assert.equal(waits.length, 2);
  });

  it('keeps the wait between half and all of the delay, and below the longest', async () => {
    for (const [random, expected] of [
      [0, [50, 100, 150, 150]],
      [0.999999, [100, 200, 300, 300]],
    ] as const) {
      const waits: number[] = [];
      const sleep = async (ms: number): Promise<void> => void waits.push(Math.round(ms));
      const inner = faulty(memoryStore(), [{ method: 'stat', fault: 'error' }]);
      const store = withRetry(inner, { attempts: 5, random: () => random, sleep, firstDelay: 100, longestDelay: 300 });
      await assert.rejects(store.stat('a'));
      assert.deepEqual(waits, expected);
    }
  });

  it('stops waiting on abort', async () => {
    const inner = faulty(memoryStore(), [{ method: 'stat', fault: 'error' }]);
    const controller = new AbortController();
    const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(cancelled()));
        controller.abort();
      });
    const store = withRetry(inner, { attempts: 5, random: () => 0, sleep });
    await assert.rejects(store.stat('a', { signal: controller.signal }), { code: 'cancelled' });
    assert.equal(inner.fired.length, 1);
  });

  it('does not try again after an abort that its sleep did not hear', async () => {
    const inner = faulty(memoryStore(), [{ method: 'stat', fault: 'error' }]);
    const controller = new AbortController();
    const sleep = async (): Promise<void> => controller.abort();
    const store = withRetry(inner, { attempts: 5, random: () => 0, sleep });
    await assert.rejects(store.stat('a', { signal: controller.signal }), { code: 'cancelled' });
    assert.equal(inner.fired.length, 1);
  });

  it('keeps name, capabilities and the path of local files', () => {
    const inner: BlobStore = { ...memoryStore('mine'), localPath: (key) => `/somewhere/${key}` };
    const store = withRetry(inner, noSleep());
    assert.deepEqual(
      [store.name, store.capabilities, store.localPath?.('k')],
      ['mine', inner.capabilities, '/somewhere/k'],
    );
    assert.equal(withRetry(memoryStore(), noSleep()).localPath, undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BlobStore } from '../../../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer } from '../../../../src/core/remotes/bytes.ts';
import { memoryStore } from '../../../../src/core/remotes/memory.ts';
import { readOnly } from '../../../../src/core/remotes/read-only.ts';
import { blobStoreSuite } from '../../../suites/blob-store.ts';
import { hostileKeys } from '../../../suites/blob-store-keys.ts';

// Reading through the wrapper while writing past it: all the suite says of reading holds.
blobStoreSuite('readOnly, read beside a writer', async () => {
  const inner = memoryStore();
  const reader = readOnly(inner);
  const store: BlobStore = {
    ...reader,
    capabilities: inner.capabilities,
    write: (key, source, options) => inner.write(key, source, options),
    remove: (key, options) => inner.remove(key, options),
  };
  return { store, cleanup: async () => undefined };
});

describe('readOnly', () => {
  it('refuses to write and to remove, and does neither', async () => {
    const inner = memoryStore('archive');
    await inner.write('k', sourceOfBuffer(Buffer.from('kept')));
    const store = readOnly(inner);
    let opened = 0;
    const source = { ...sourceOfBuffer(Buffer.from('new')), open: async () => assert.fail(`opened ${++opened}`) };
    await assert.rejects(store.write('k', source), { code: 'no-permission', message: /archive/ });
    await assert.rejects(store.remove('k'), { code: 'no-permission', path: 'archive: k' });
    assert.equal((await readAll(await store.read('k'))).toString(), 'kept');
    assert.equal(opened, 0);
  });

  it('says so in its capabilities', () => {
    const inner = memoryStore('archive');
    assert.deepEqual(readOnly(inner).capabilities, { ...inner.capabilities, readOnly: true });
    assert.equal(readOnly(inner).name, 'archive');
    assert.equal(readOnly(inner).localPath, undefined);
  });

  it('says bad-path of what is no key', async () => {
    const store = readOnly(memoryStore());
    for (const key of hostileKeys) {
      await assert.rejects(store.write(key, sourceOfBuffer(Buffer.alloc(1))), { code: 'bad-path' });
      await assert.rejects(store.remove(key), { code: 'bad-path' });
    }
  });
});

import { mapLimited } from '../../base/async.ts';
import { type OperationOptions, throwIfAborted } from '../../base/operation.ts';
import type { BlobStore } from '../remotes/blob-store.ts';
import { type Hash, objectKey } from './hash.ts';
import { presence } from './presence.ts';

/** A listing of a whole remote costs about this many single look-ups a thousand objects. */
const listingPage = 1000;

/**
 * The keys ({@link objectKey}) of those of the hashes that the store has. A folder of this machine is looked into; elsewhere few
 * objects are asked one by one and many by listing the two-digit folders.
 */
export async function hasObjects(
  store: BlobStore,
  hashes: readonly Hash[],
  options: OperationOptions = {},
): Promise<ReadonlySet<string>> {
  const keys = [...new Set(hashes.map(objectKey))];
  const found = new Set<string>();
  const { localRoot } = store;
  if (localRoot !== undefined) {
    const there = presence(localRoot);
    for (const [i, key] of keys.entries()) {
      if (i % 1024 === 0) throwIfAborted(options.signal);
      if (there(key)) found.add(key);
    }
    return found;
  }
  if (keys.length > listingPage) {
    const wanted = new Set(keys);
    const prefixes = [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf('/') + 1)))];
    await mapLimited(
      prefixes,
      store.capabilities.maxConnections,
      async (prefix) => {
        for await (const entry of store.list(prefix, options)) if (wanted.has(entry.key)) found.add(entry.key);
      },
      options.signal,
    );
    return found;
  }
  await mapLimited(
    keys,
    store.capabilities.maxConnections,
    async (key) => {
      if ((await store.stat(key, options)) !== undefined) found.add(key);
    },
    options.signal,
  );
  return found;
}

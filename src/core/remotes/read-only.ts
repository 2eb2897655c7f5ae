import { TracksError } from '../../base/errors.ts';
import type { BlobStore } from './blob-store.ts';
import { requireKey } from './keys.ts';

/** The same store, where `write` and `remove` reject with `no-permission` and touch nothing. */
export function readOnly(store: BlobStore): BlobStore {
  const refuse = async (key: string): Promise<never> => {
    requireKey(key, store.name);
    throw new TracksError('no-permission', `${store.name}: this store is opened read-only.`, {
      path: `${store.name}: ${key}`,
      hint: 'Choose another remote to write to.',
    });
  };
  const { localPath } = store;
  return {
    name: store.name,
    capabilities: { ...store.capabilities, readOnly: true },
    stat: (key, options) => store.stat(key, options),
    read: (key, options) => store.read(key, options),
    write: refuse,
    remove: refuse,
    list: (prefix, options) => store.list(prefix, options),
    ...(localPath === undefined ? {} : { localPath: (key: string) => localPath.call(store, key) }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

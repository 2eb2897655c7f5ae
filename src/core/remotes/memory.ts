import { throwIfAborted } from '../../base/operation.ts';
import type { BlobEntry, BlobStore } from './blob-store.ts';
import { pour, streamOf } from './bytes.ts';
import { noSuchKey, requireKey, requirePrefix } from './keys.ts';

/** A store that lives as long as the object. */
export function memoryStore(name = 'memory'): BlobStore {
  const blobs = new Map<string, Buffer>();
  return {
    name,
    capabilities: { maxConnections: 16, readOnly: false },
    async stat(key, options) {
      requireKey(key, name);
      throwIfAborted(options?.signal);
      const bytes = blobs.get(key);
      return bytes === undefined ? undefined : { size: bytes.length };
    },
    async read(key, options) {
      requireKey(key, name);
      throwIfAborted(options?.signal);
      const bytes = blobs.get(key);
      if (bytes === undefined) throw noSuchKey(name, key);
      return streamOf(bytes, options?.range, options?.signal);
    },
    async write(key, source, options) {
      requireKey(key, name);
      const chunks: Uint8Array[] = [];
      await pour(source, `${name}: ${key}`, (chunk) => void chunks.push(chunk), options);
      blobs.set(key, Buffer.concat(chunks));
    },
    async remove(key, options) {
      requireKey(key, name);
      throwIfAborted(options?.signal);
      blobs.delete(key);
    },
    async *list(prefix, options): AsyncGenerator<BlobEntry> {
      requirePrefix(prefix, name);
      for (const [key, bytes] of [...blobs]) {
        throwIfAborted(options?.signal);
        if (key.startsWith(prefix)) yield { key, size: bytes.length };
      }
    },
    async [Symbol.asyncDispose]() {
      blobs.clear();
    },
  };
}

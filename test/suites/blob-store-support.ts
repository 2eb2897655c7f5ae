import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type ErrorCode, isTracksError } from '../../src/base/errors.ts';
import type { BlobStore, ByteSource } from '../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer } from '../../src/core/remotes/bytes.ts';

/* What the parts of the conformance suite for stores share. */

/** Bytes: longer than any buffer on the way, and no multiple of one. */
export const big = 2 * 1024 * 1024 + 1;

export function bytesOf(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0, x = seed; i < size; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

export async function get(store: BlobStore, key: string): Promise<string> {
  return (await readAll(await store.read(key))).toString();
}

export async function put(store: BlobStore, key: string, text = `text of ${key}`): Promise<void> {
  await store.write(key, sourceOfBuffer(Buffer.from(text)));
}

export async function keysOf(store: BlobStore, prefix = '', signal?: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, { signal })) keys.push(key);
  return keys.sort();
}

export function rejects(work: Promise<unknown>, code: ErrorCode, what?: string): Promise<void> {
  return assert.rejects(work, (error: unknown) => {
    assert.ok(isTracksError(error), `${what ?? ''}: no TracksError: ${String(error)}`);
    assert.equal(error.code, code, `${what ?? ''}: ${error.message}`);
    return true;
  });
}

/** `first`, then whatever `next` does, once `first` was taken. */
export function sourceThen(first: Uint8Array, next: () => Promise<Uint8Array | undefined>, size?: number): ByteSource {
  return {
    ...(size === undefined ? {} : { size }),
    open: async () => {
      let step = 0;
      return new Readable({
        highWaterMark: 1,
        read(): void {
          if (step++ === 0) this.push(first);
          else
            next().then(
              (chunk) => {
                if (chunk !== undefined) this.push(chunk);
                this.push(null);
              },
              (error: unknown) => this.destroy(error as Error),
            );
        },
      });
    },
  };
}

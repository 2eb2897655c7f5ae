import { toTracksError } from '../../base/errors.ts';
import { throwIfAborted } from '../../base/operation.ts';
import type { BlobEntry, BlobStore } from './blob-store.ts';

export interface RetryOptions {
  /** How often a call is tried in all, 1 or more. */
  readonly attempts: number;
  /** Resolves after so many milliseconds; rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** The longest wait before the second try; it doubles with each. Milliseconds, default 200. */
  readonly firstDelay?: number;
  /** No wait is longer. Milliseconds, default 20,000. */
  readonly longestDelay?: number;
}

/**
 * Tries again what failed with an error of the retry class `later`, after a wait between half and all of a delay that doubles.
 * A `read` is tried again until it opened and a `list` until its first entry: from there on errors reach the caller.
 */
export function withRetry(store: BlobStore, options: RetryOptions): BlobStore {
  const { attempts, sleep, random, firstDelay = 200, longestDelay = 20_000 } = options;

  async function again<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= attempts || toTracksError(error).retry !== 'later') throw error;
        throwIfAborted(signal);
        const delay = Math.min(longestDelay, firstDelay * 2 ** (attempt - 1));
        await sleep(delay / 2 + (random() * delay) / 2, signal);
        throwIfAborted(signal);
      }
    }
  }

  const { localPath } = store;
  return {
    name: store.name,
    capabilities: store.capabilities,
    stat: (key, o) => again(o?.signal, () => store.stat(key, o)),
    read: (key, o) => again(o?.signal, () => store.read(key, o)),
    write: (key, source, o) => again(o?.signal, () => store.write(key, source, o)),
    remove: (key, o) => again(o?.signal, () => store.remove(key, o)),
    async *list(prefix, o): AsyncGenerator<BlobEntry> {
      const { entries, first } = await again(o?.signal, async () => {
        const iterator = store.list(prefix, o)[Symbol.asyncIterator]();
        return { entries: iterator, first: await iterator.next() };
      });
      try {
        for (let step = first; step.done !== true; step = await entries.next()) yield step.value;
      } finally {
        await entries.return?.();
      }
    },
    ...(localPath === undefined ? {} : { localPath: (key: string) => localPath.call(store, key) }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

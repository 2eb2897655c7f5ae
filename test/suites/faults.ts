import { addAbortSignal, pipeline, type Readable, Transform } from 'node:stream';
import { cancelled, type ErrorCode, type RetryClass, TracksError } from '../../src/base/errors.ts';
import { throwIfAborted } from '../../src/base/operation.ts';
import type { BlobEntry, BlobStore, ByteSource } from '../../src/core/remotes/blob-store.ts';

export type FaultMethod = 'stat' | 'read' | 'write' | 'remove' | 'list';

/**
 * | fault   | read                        | write                          | list                     | stat         | remove           |
 * |---------|-----------------------------|--------------------------------|--------------------------|--------------|------------------|
 * | error   | rejects                     | rejects, source not opened     | rejects at the start     | rejects      | rejects          |
 * | short   | ends early, without error   | keeps fewer bytes, says done   | ends early               | size 1 less  | says done, is not |
 * | corrupt | one bit of a byte is other  | keeps one bit other, says done | sizes 1 more             | size 1 more  | says done, is not |
 * | stall   | stops until aborted         | stops until aborted            | stops until aborted      | the same     | the same         |
 * | cut     | breaks in the middle        | breaks in the middle           | breaks in the middle     | rejects      | does it, rejects |
 */
export type FaultKind = 'error' | 'short' | 'corrupt' | 'stall' | 'cut';

export interface PlannedFault {
  readonly method: FaultMethod;
  /** Which keys (for `list`: prefixes). A text is the whole key. Default: all. */
  readonly key?: RegExp | string;
  /** How often, from the first call that fits. Default: always. */
  readonly times?: number;
  readonly fault: FaultKind;
  /** Of `error` and `cut`. Default `network`. */
  readonly code?: ErrorCode;
  /** Of `error` and `cut`. Default `later`. */
  readonly retry?: RetryClass;
  /** Bytes, or entries of a list, that pass before the fault. Default 1. */
  readonly after?: number;
}

export interface FaultyStore extends BlobStore {
  /** What was done to whom so far, as `write error files/md5/…`. */
  readonly fired: readonly string[];
}

/** A store that goes wrong as planned: for each call the first planned fault that fits and has times left. Without a plan it is `store`, less its `localPath`. */
export function faulty(store: BlobStore, plan: readonly PlannedFault[]): FaultyStore {
  const left = plan.map((fault) => fault.times ?? Number.POSITIVE_INFINITY);
  const fired: string[] = [];

  function take(method: FaultMethod, key: string): PlannedFault | undefined {
    const index = plan.findIndex((fault, i) => fault.method === method && (left[i] ?? 0) > 0 && fits(fault.key, key));
    const fault = plan[index];
    if (fault === undefined) return undefined;
    left[index] = (left[index] ?? 0) - 1;
    fired.push(`${method} ${fault.fault} ${key}`);
    return fault;
  }

  return {
    name: store.name,
    capabilities: store.capabilities,
    fired,
    async stat(key, options) {
      const fault = take('stat', key);
      if (fault?.fault === 'error' || fault?.fault === 'cut') throw errorOf(fault, key);
      if (fault?.fault === 'stall') return untilAborted(options?.signal);
      const found = await store.stat(key, options);
      if (found === undefined || fault === undefined) return found;
      return { size: Math.max(0, found.size + (fault.fault === 'short' ? -1 : 1)) };
    },
    async read(key, options) {
      const fault = take('read', key);
      if (fault?.fault === 'error') throw errorOf(fault, key);
      const stream = await store.read(key, options);
      return fault === undefined ? stream : spoiled(stream, fault, key, options?.signal);
    },
    async write(key, source, options) {
      const fault = take('write', key);
      if (fault?.fault === 'error') throw errorOf(fault, key);
      await store.write(key, fault === undefined ? source : spoiledSource(source, fault, key), options);
    },
    async remove(key, options) {
      const fault = take('remove', key);
      if (fault?.fault === 'error') throw errorOf(fault, key);
      if (fault?.fault === 'stall') return untilAborted(options?.signal);
      if (fault?.fault === 'short' || fault?.fault === 'corrupt') return;
      await store.remove(key, options);
      if (fault !== undefined) throw errorOf(fault, key);
    },
    async *list(prefix, options): AsyncGenerator<BlobEntry> {
      const fault = take('list', prefix);
      if (fault?.fault === 'error') throw errorOf(fault, prefix);
      let left = fault === undefined || fault.fault === 'corrupt' ? Number.POSITIVE_INFINITY : (fault.after ?? 1);
      for await (const entry of store.list(prefix, options)) {
        if (left-- <= 0) break;
        yield fault?.fault === 'corrupt' ? { ...entry, size: entry.size + 1 } : entry;
      }
      if (fault?.fault === 'cut') throw errorOf(fault, prefix);
      if (fault?.fault === 'stall') await untilAborted(options?.signal);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function fits(pattern: RegExp | string | undefined, key: string): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === 'string'
    ? pattern === key
    : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(key);
}

function errorOf(fault: PlannedFault, key: string): TracksError {
  const code = fault.code ?? 'network';
  return new TracksError(code, `${key}: a planned ${code} error.`, { path: key, retry: fault.retry ?? 'later' });
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  throwIfAborted(signal);
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(cancelled(signal.reason)), { once: true });
  });
}

function spoiledSource(source: ByteSource, fault: PlannedFault, key: string): ByteSource {
  return {
    // Without a size the store below cannot see that bytes are lacking: it takes them, as a lying server does.
    ...(source.size === undefined || fault.fault === 'short' ? {} : { size: source.size }),
    open: async (range, options) => spoiled(await source.open(range, options), fault, key, options?.signal),
  };
}

function spoiled(stream: Readable, fault: PlannedFault, key: string, signal: AbortSignal | undefined): Readable {
  const after = fault.after ?? 1;
  let count = 0;
  let flipped = false;
  const spoiler = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      const before = count;
      count += chunk.length;
      if (fault.fault === 'corrupt') {
        const bytes = Buffer.from(chunk);
        // Always a byte that is there: short blobs get it in their first chunk.
        const at = Math.min(Math.max(0, after - before), bytes.length - 1);
        if (!flipped && (count > after || before === 0)) {
          bytes[at] = (bytes[at] ?? 0) ^ 1;
          flipped = true;
        }
        done(null, bytes);
        return;
      }
      const pass = chunk.subarray(0, Math.max(0, after - before));
      if (pass.length > 0) this.push(pass);
      if (fault.fault === 'short' || count < after) done();
      // Later, so that the reader gets what passed before.
      else if (fault.fault === 'cut') setImmediate(() => done(errorOf(fault, key)));
      // A stall: `done` is never called.
    },
    flush(done): void {
      if (fault.fault === 'cut') done(errorOf(fault, key));
      else if (fault.fault === 'corrupt' && !flipped) done(null, Buffer.from([0]));
      else if (fault.fault !== 'stall') done();
    },
  });
  // Who reads `spoiler` meets the error.
  pipeline(stream, spoiler, () => undefined);
  return signal === undefined ? spoiler : addAbortSignal(signal, spoiler);
}

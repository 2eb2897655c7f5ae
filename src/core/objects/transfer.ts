import { Readable } from 'node:stream';
import { mapLimited } from '../../base/async.ts';
import { fromPlainError, toTracksError } from '../../base/errors.ts';
import { Counter, type Failure, type OperationOptions } from '../../base/operation.ts';
import type { BlobStore, ByteSource } from '../remotes/blob-store.ts';
import { sourceOfBlob } from '../remotes/bytes.ts';
import type { WorkPool } from '../workers/pool.ts';
import type { HashItem } from '../workers/protocol.ts';
import { type Hash, objectKey } from './hash.ts';
import { verifiedObject } from './verify.ts';

/** An object to move, and the path it is shown as. */
export interface Wanted {
  readonly hash: Hash;
  readonly what: string;
  /** Bytes, where known. */
  readonly size?: number;
}

type KeyFailure = Failure & { readonly key: string };

export interface Moved {
  readonly done: readonly Wanted[];
  readonly failed: readonly KeyFailure[];
  readonly bytes: number;
}

const batchFiles = 128;
const batchBytes = 16 << 20;

/** Stops the whole transfer: the next object would meet the same. */
function stopsAll(error: unknown): boolean {
  const { code } = toTracksError(error);
  return code === 'cancelled' || code === 'no-space' || code === 'auth' || code === 'no-permission';
}

async function sized(
  from: BlobStore,
  wanted: readonly Wanted[],
  options: OperationOptions,
): Promise<{ known: (Wanted & { size: number })[]; absent: Wanted[]; failed: KeyFailure[] }> {
  const known: (Wanted & { size: number })[] = [];
  const absent: Wanted[] = [];
  const failed: KeyFailure[] = [];
  await mapLimited(
    wanted,
    from.localPath === undefined ? from.capabilities.maxConnections : 32,
    async (w) => {
      const key = objectKey(w.hash);
      try {
        const size = (await from.stat(key, options))?.size;
        if (size === undefined) absent.push(w);
        else known.push({ ...w, size });
      } catch (error) {
        if (stopsAll(error)) throw error;
        failed.push({ what: w.what, error: toTracksError(error, w.what), key });
      }
    },
    options.signal,
  );
  return { known, absent, failed };
}

/** Between two folders of this machine: threads read each object once, check it and write it. */
async function moveLocally(
  pool: WorkPool,
  from: BlobStore,
  toRoot: string,
  wanted: readonly (Wanted & { size: number })[],
  counter: Counter,
  options: OperationOptions,
): Promise<Moved> {
  const done: Wanted[] = [];
  const failed: KeyFailure[] = [];
  let bytes = 0;
  const batches: (Wanted & { size: number })[][] = [];
  let current: (Wanted & { size: number })[] = [];
  let weight = 0;
  for (const w of wanted) {
    if (
      current.length > 0 &&
      (current.length >= batchFiles || weight + w.size > batchBytes || current[0]?.hash.name !== w.hash.name)
    ) {
      batches.push(current);
      current = [];
      weight = 0;
    }
    current.push(w);
    weight += w.size;
  }
  if (current.length > 0) batches.push(current);
  await mapLimited(
    batches,
    pool.size + 1,
    async (batch) => {
      const items = batch.map(
        (w): HashItem => ({ file: from.localPath?.(objectKey(w.hash)) ?? '', size: w.size, expect: w.hash.hex }),
      );
      const hashName = batch[0]?.hash.name ?? 'md5';
      const outcomes = await pool.run(
        { kind: 'hash', items, hashName, cacheRoot: toRoot },
        { signal: options.signal, tick: (f, b) => counter.add(f, b) },
      );
      for (const [i, outcome] of outcomes.entries()) {
        const w = batch[i] as Wanted & { size: number };
        if ('error' in outcome)
          failed.push({ what: w.what, error: fromPlainError(outcome.error), key: objectKey(w.hash) });
        else {
          done.push(w);
          bytes += w.size;
        }
      }
    },
    options.signal,
  );
  return { done, failed, bytes };
}

async function* counting(stream: AsyncIterable<Uint8Array>, counter: Counter): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    counter.add(0, chunk.byteLength);
    yield chunk;
  }
}

/** Counts the bytes as they pass. */
function counted(source: ByteSource, counter: Counter): ByteSource {
  return {
    ...(source.size === undefined ? {} : { size: source.size }),
    open: async (range, options) =>
      Readable.from(counting(await source.open(range, options), counter), { objectMode: false }),
  };
}

/**
 * Copies objects from one store to another, largest first, each checked against its hash on arrival. An object that fails is reported
 * and the rest goes on; a full disk, refused credentials and cancelling stop it.
 */
export async function transferObjects(
  pool: WorkPool,
  from: BlobStore,
  to: BlobStore,
  wanted: readonly Wanted[],
  options: OperationOptions & { readonly phase: string },
): Promise<Moved & { readonly absent: readonly Wanted[] }> {
  const unique = [...new Map(wanted.map((w) => [objectKey(w.hash), w])).values()];
  const { known, absent, failed } = await sized(from, unique, options);
  known.sort((a, b) => b.size - a.size);
  const total = known.reduce((sum, w) => sum + w.size, 0);
  const counter = new Counter(options.phase, known.length === 0 ? undefined : options.progress, {
    files: known.length,
    bytes: total,
  });
  const root = to.localRoot;
  if (from.localPath !== undefined && root !== undefined && !to.capabilities.readOnly) {
    const moved = await moveLocally(
      pool,
      from,
      root,
      known.filter((w) => w.hash.kind === 'file'),
      counter,
      options,
    );
    const trees = known.filter((w) => w.hash.kind === 'tree');
    const rest = await moveByStream(from, to, trees, counter, options);
    counter.done();
    return {
      done: [...moved.done, ...rest.done],
      failed: [...failed, ...moved.failed, ...rest.failed],
      bytes: moved.bytes + rest.bytes,
      absent,
    };
  }
  const moved = await moveByStream(from, to, known, counter, options);
  counter.done();
  return { ...moved, failed: [...failed, ...moved.failed], absent };
}

async function moveByStream(
  from: BlobStore,
  to: BlobStore,
  wanted: readonly (Wanted & { size: number })[],
  counter: Counter,
  options: OperationOptions,
): Promise<Moved> {
  const done: Wanted[] = [];
  const failed: KeyFailure[] = [];
  let bytes = 0;
  const limit = Math.max(1, Math.min(from.capabilities.maxConnections, to.capabilities.maxConnections));
  await mapLimited(
    wanted,
    limit,
    async (w) => {
      const key = objectKey(w.hash);
      try {
        const source = verifiedObject(counted(sourceOfBlob(from, key, w.size), counter), w.hash, w.what);
        await to.write(key, source, { signal: options.signal });
        done.push(w);
        bytes += w.size;
        counter.add(1, 0);
      } catch (error) {
        if (stopsAll(error)) throw error;
        failed.push({ what: w.what, error: toTracksError(error, w.what), key });
      }
    },
    options.signal,
  );
  return { done, failed, bytes };
}

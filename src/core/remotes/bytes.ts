import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { addAbortSignal, pipeline as join, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancelled, isCancelled, TracksError, toTracksError } from '../../base/errors.ts';
import { type OperationOptions, throwIfAborted } from '../../base/operation.ts';
import type { BlobStore, ByteSource, Range } from './blob-store.ts';
import { requireRange } from './keys.ts';

const chunkSize = 256 * 1024;

/** A stream over bytes that are here already, in pieces of at most 256 KiB. */
export function streamOf(bytes: Uint8Array, range?: Range, signal?: AbortSignal): Readable {
  requireRange(range);
  throwIfAborted(signal);
  const part = range === undefined ? bytes : bytes.subarray(range.start, range.end);
  function* pieces(): Generator<Buffer> {
    // Copies: what a reader does to its chunk must not reach the next reader.
    for (let at = 0; at < part.length; at += chunkSize) yield Buffer.from(part.subarray(at, at + chunkSize));
  }
  const stream = Readable.from(pieces(), { objectMode: false });
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

/** Opens a file of this machine; rejects with `not-found` before the first byte, also where `path` is a folder. */
export async function openFile(path: string, range?: Range, signal?: AbortSignal, what = path): Promise<Readable> {
  requireRange(range);
  throwIfAborted(signal);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw toTracksError(error, what);
  });
  try {
    if (!(await handle.stat()).isFile())
      throw new TracksError('not-found', `${what}: this is no file.`, { path: what });
    throwIfAborted(signal);
  } catch (error) {
    await handle.close();
    throw toTracksError(error, what);
  }
  if (range?.end !== undefined && range.end <= range.start) {
    await handle.close();
    return Readable.from([], { objectMode: false });
  }
  const stream = handle.createReadStream({
    highWaterMark: chunkSize,
    ...(range === undefined ? {} : { start: range.start }),
    ...(range?.end === undefined ? {} : { end: range.end - 1 }),
  });
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

export function sourceOfBuffer(bytes: Uint8Array): ByteSource {
  return { size: bytes.byteLength, open: async (range, options) => streamOf(bytes, range, options?.signal) };
}

/** `size`, where the caller knows it, is what the file must have: a store rejects with `corrupt` otherwise. */
export function sourceOfFile(path: string, size?: number): ByteSource {
  return {
    file: path,
    ...(size === undefined ? {} : { size }),
    open: (range, options) => openFile(path, range, options?.signal),
  };
}

export function sourceOfBlob(store: BlobStore, key: string, size?: number): ByteSource {
  const file = store.localPath?.(key);
  return {
    ...(file === undefined ? {} : { file }),
    ...(size === undefined ? {} : { size }),
    open: (range, options = {}) => store.read(key, range === undefined ? options : { ...options, range }),
  };
}

/**
 * Gives every chunk of a source to `sink`, one after the other, each awaited; returns the number of bytes.
 * Rejects with `corrupt` where the source has a `size` and gives more (at once, before the surplus reaches `sink`) or less,
 * with `cancelled` on abort, with what `sink` threw, and with the source's own error as a {@link TracksError}.
 */
export async function pour(
  source: ByteSource,
  what: string,
  sink: (chunk: Uint8Array) => Promise<void> | void,
  options: OperationOptions = {},
): Promise<number> {
  const { signal } = options;
  throwIfAborted(signal);
  let count = 0;
  let sinkError: { readonly error: unknown } | undefined;
  const wrong = (): TracksError =>
    new TracksError(
      'corrupt',
      `${what}: ${source.size} bytes were expected, the source gave ${count > (source.size ?? 0) ? 'more' : count}.`,
      {
        path: what,
        hint: 'The data changed or broke while it was read; run the same command again.',
        details: { expected: source.size, got: count },
      },
    );
  const stream = await source.open(undefined, options).catch((error: unknown) => {
    throw toTracksError(error, source.file);
  });
  const drain = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      count += chunk.byteLength;
      try {
        if (source.size !== undefined && count > source.size) throw wrong();
        await sink(chunk);
      } catch (error) {
        sinkError = { error };
        throw error;
      }
    }
  };
  try {
    await pipeline(stream, drain, signal === undefined ? {} : { signal });
  } catch (error) {
    if (sinkError !== undefined) throw sinkError.error;
    if (signal?.aborted || isCancelled(error)) throw cancelled(error);
    throw toTracksError(error, source.file ?? what);
  }
  throwIfAborted(signal);
  if (source.size !== undefined && count !== source.size) throw wrong();
  return count;
}

/** Everything a stream gives. Rejects with `bad-file` past `limit` bytes, and lets go of the stream. */
export async function readAll(readable: Readable, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  // Leaving the loop by a throw destroys the stream.
  for await (const chunk of readable as AsyncIterable<Uint8Array>) {
    count += chunk.byteLength;
    if (count > limit)
      throw new TracksError('bad-file', `There are more than ${limit} bytes where fewer were expected.`, {
        details: { limit },
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, count);
}

/** Passes bytes on unchanged. `end` gets the MD5 (hex) and the count before the stream ends; what it throws becomes the stream's error. */
export function hashingTransform(end: (hex: string, bytes: number) => void): Transform {
  const hash = createHash('md5');
  let count = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done): void {
      hash.update(chunk);
      count += chunk.byteLength;
      done(null, chunk);
    },
    flush(done): void {
      try {
        end(hash.digest('hex'), count);
        done();
      } catch (error) {
        done(toTracksError(error));
      }
    },
  });
}

/**
 * The same bytes, with `corrupt` as the stream's error at its end where their MD5 is another one: a store's `write` then fails and keeps nothing.
 * It has no `file`, as a copy by the system would pass the check by. A part has no hash: `open` with a range rejects with `bad-argument`.
 */
export function verifying(source: ByteSource, expectedMd5Hex: string, what: string): ByteSource {
  return {
    ...(source.size === undefined ? {} : { size: source.size }),
    open: async (range, options): Promise<Readable> => {
      if (range !== undefined)
        throw new TracksError('bad-argument', `${what}: only the whole of it can be verified.`, { path: what });
      const stream = await source.open(undefined, options);
      const check = hashingTransform((hex, bytes) => {
        if (hex === expectedMd5Hex) return;
        throw new TracksError(
          'corrupt',
          `${what}: its bytes are not its hash (MD5 ${hex}, expected ${expectedMd5Hex}).`,
          {
            path: what,
            hint: 'Get it from another remote or cache, or push it again from where it is whole.',
            details: { expected: expectedMd5Hex, got: hex, bytes },
          },
        );
      });
      // The reader of `check` meets the same error; the callback is there so that nothing is thrown past it.
      join(stream, check, () => undefined);
      return check;
    },
  };
}

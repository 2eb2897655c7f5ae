import type { Readable } from 'node:stream';
import type { OperationOptions } from '../../base/operation.ts';

/** Bytes `start` to `end`, `end` not included; without `end` up to the last. */
export interface Range {
  readonly start: number;
  readonly end?: number;
}

/** Something that can be read, and read again from the start: a retry opens it anew. */
export interface ByteSource {
  /** In bytes, where it is known before reading. */
  readonly size?: number;
  open(range?: Range, options?: OperationOptions): Promise<Readable>;
  /** Set where the bytes lie in a file of this machine: stores may link or copy it by the system's own means. */
  readonly file?: string;
}

export interface BlobStat {
  /** Bytes. */
  readonly size: number;
}

export interface BlobEntry extends BlobStat {
  readonly key: string;
}

export interface BlobCapabilities {
  readonly maxConnections: number;
  readonly readOnly: boolean;
}

/**
 * A flat space of named byte strings: a remote, a cache folder, a fake.
 *
 * Keys are posix relative paths without `.` and `..`; a bad key throws `bad-path` before anything is touched.
 * Every implementation passes test/suites/blob-store.ts.
 */
export interface BlobStore extends AsyncDisposable {
  /** What the user calls it, for messages. Never holds a secret. */
  readonly name: string;
  readonly capabilities: BlobCapabilities;
  /** `undefined` where there is no such key. */
  stat(key: string, options?: OperationOptions): Promise<BlobStat | undefined>;
  /** Rejects with `not-found` where there is no such key, before the first byte. A range past the end gives no bytes. */
  read(key: string, options?: OperationOptions & { readonly range?: Range }): Promise<Readable>;
  /**
   * All or nothing: a reader sees the old bytes or all of the new ones; a failed or aborted write leaves the old.
   * Replaces what is there. Rejects with `corrupt` where the source gave another number of bytes than its `size`.
   */
  write(key: string, source: ByteSource, options?: OperationOptions): Promise<void>;
  /** Removing what is not there is no error. */
  remove(key: string, options?: OperationOptions): Promise<void>;
  /** Keys that begin with `prefix` (a text, not a folder), in no particular order. An empty or missing store lists nothing. */
  list(prefix: string, options?: OperationOptions): AsyncIterable<BlobEntry>;
  /** The path of the file behind a key, where the store is a folder of this machine. */
  localPath?(key: string): string;
  /** The folder itself, where the store is one and keeps each key as the file of that name in it. */
  readonly localRoot?: string;
}

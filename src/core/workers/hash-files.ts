import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { TracksError, toPlainError } from '../../base/errors.ts';
import { createDos2UnixHasher } from '../objects/dos2unix.ts';
import { type HashName, objectKey } from '../objects/hash.ts';
import type { FileStat, Hashed, HashItem, HashOutcome, HashTask, Tick } from './protocol.ts';

/** Files up to this size are hashed and stored from one buffer. */
const wholeFile = 8 << 20;
const chunkSize = 1 << 20;

export function fileStat(stats: Stats): FileStat {
  return { size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino, mode: stats.mode };
}

export function sameStat(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.ctimeMs === b.ctimeMs;
}

interface Sink {
  readonly root: string;
  readonly known: Set<string>;
}

function hasher(name: HashName): { update(bytes: Uint8Array): unknown; digest(): string } {
  if (name === 'md5-dos2unix') return createDos2UnixHasher();
  const h = createHash('md5');
  return { update: (bytes) => h.update(bytes), digest: () => h.digest('hex') };
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at);
}

function temporary(root: string): string {
  // The form that the local store, and DVC, take for a file that is being written, and never list.
  return join(root, `.${randomBytes(16).toString('base64url')}.tmp`);
}

function ensureFolder(sink: Sink, folder: string): void {
  if (sink.known.has(folder)) return;
  mkdirSync(folder, { recursive: true });
  sink.known.add(folder);
}

/** Moves a finished temporary file to its object's place, read-only. Whoever came first with the same content wins. */
function settle(sink: Sink, temp: string, object: string): boolean {
  if (existsSync(object)) {
    rmSync(temp, { force: true });
    return false;
  }
  ensureFolder(sink, dirname(object));
  renameSync(temp, object);
  return true;
}

function readWhole(fd: number, size: number, buffer: Buffer): Buffer {
  let at = 0;
  // One byte more than the size tells whether the file grew.
  while (at < size + 1) {
    const n = readSync(fd, buffer, at, size + 1 - at, null);
    if (n === 0) break;
    at += n;
  }
  return buffer.subarray(0, at);
}

function storeSmall(sink: Sink, bytes: Uint8Array, md5: string, name: HashName): boolean {
  const object = join(sink.root, objectKey({ name, hex: md5, kind: 'file' }));
  if (existsSync(object)) return false;
  ensureFolder(sink, sink.root);
  const temp = temporary(sink.root);
  try {
    const out = openSync(temp, 'wx', 0o644);
    try {
      writeAll(out, bytes);
    } finally {
      closeSync(out);
    }
    chmodSync(temp, 0o444);
    return settle(sink, temp, object);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}

function check(item: HashItem, md5: string): void {
  if (item.expect === undefined || item.expect === md5) return;
  throw new TracksError('corrupt', `${item.file}: its bytes are not its hash (MD5 ${md5}, expected ${item.expect}).`, {
    path: item.file,
    hint: 'Get it from another remote or cache, or push it again from where it is whole.',
    details: { expected: item.expect, got: md5 },
  });
}

/** Reads once; with a sink the same bytes are written to the cache. */
function hashOpen(
  fd: number,
  before: Stats,
  item: HashItem,
  task: HashTask,
  sink: Sink | undefined,
  buffer: Buffer,
  tick: Tick,
): { md5: string; stored: boolean; bytes: number } {
  const digest = hasher(task.hashName);
  if (before.size <= wholeFile) {
    const bytes = readWhole(fd, before.size, buffer);
    digest.update(bytes);
    const md5 = digest.digest();
    tick(0, bytes.length);
    check(item, md5);
    const stored = sink !== undefined && bytes.length === before.size && storeSmall(sink, bytes, md5, task.hashName);
    return { md5, stored, bytes: bytes.length };
  }
  let temp: string | undefined;
  let out: number | undefined;
  let total = 0;
  try {
    if (sink !== undefined) {
      ensureFolder(sink, sink.root);
      temp = temporary(sink.root);
      out = openSync(temp, 'wx', 0o644);
    }
    for (;;) {
      const n = readSync(fd, buffer, 0, chunkSize, null);
      if (n === 0) break;
      const bytes = buffer.subarray(0, n);
      digest.update(bytes);
      if (out !== undefined) writeAll(out, bytes);
      total += n;
      tick(0, n);
    }
    const md5 = digest.digest();
    check(item, md5);
    if (sink === undefined || temp === undefined || out === undefined) return { md5, stored: false, bytes: total };
    closeSync(out);
    out = undefined;
    if (total !== before.size) {
      rmSync(temp, { force: true });
      return { md5, stored: false, bytes: total };
    }
    chmodSync(temp, 0o444);
    return {
      md5,
      stored: settle(sink, temp, join(sink.root, objectKey({ name: task.hashName, hex: md5, kind: 'file' }))),
      bytes: total,
    };
  } catch (error) {
    if (out !== undefined) closeSync(out);
    if (temp !== undefined) rmSync(temp, { force: true });
    throw error;
  }
}

function hashOnce(
  item: HashItem,
  task: HashTask,
  sink: Sink | undefined,
  buffer: Buffer,
  tick: Tick,
): Hashed | undefined {
  const { file } = item;
  const irregular = (): TracksError =>
    new TracksError('unsupported', `${file}: not a regular file.`, { path: file, hint: 'Move it out of the dataset.' });
  // Opening a pipe would wait for whoever writes to it.
  if (!statSync(file).isFile()) throw irregular();
  const fd = openSync(file, 'r');
  try {
    const before = fstatSync(fd);
    if (!before.isFile()) throw irregular();
    const enough = Math.min(before.size, wholeFile) + 1;
    const room = enough <= buffer.length ? buffer : Buffer.allocUnsafeSlow(wholeFile + 1);
    const { md5, stored, bytes } = hashOpen(fd, before, item, task, sink, room, tick);
    const after = statSync(file);
    // A file that changed under the reader: the hash is that of no version of it.
    if (bytes !== before.size || !sameStat(fileStat(before), fileStat(after))) return undefined;
    return { md5, stat: fileStat(after), stored };
  } finally {
    closeSync(fd);
  }
}

/**
 * Hashes (and with `cacheRoot` stores) every file with one read of its bytes. A file that changes while it is read is read once
 * more, then reported. One failed file does not stop the rest; a full disk does.
 */
export function hashFiles(task: HashTask, tick: Tick): HashOutcome[] {
  const sink: Sink | undefined = task.cacheRoot === undefined ? undefined : { root: task.cacheRoot, known: new Set() };
  const largest = task.items.reduce((max, item) => Math.max(max, item.size), 0);
  const buffer = Buffer.allocUnsafeSlow(Math.max(Math.min(largest, wholeFile) + 1, chunkSize));
  const outcomes: HashOutcome[] = [];
  for (const item of task.items) {
    try {
      const hashed = hashGrowing(item, task, sink, buffer, tick);
      outcomes.push(hashed);
      tick(1, 0);
    } catch (error) {
      const plain = toPlainError(error, item.file);
      if (plain.code === 'cancelled' || plain.code === 'no-space') throw error;
      outcomes.push({ error: plain });
      tick(1, 0);
    }
  }
  return outcomes;
}

function hashGrowing(item: HashItem, task: HashTask, sink: Sink | undefined, buffer: Buffer, tick: Tick): Hashed {
  const { file } = item;
  for (let attempt = 0; attempt < 2; attempt++) {
    const hashed = hashOnce(item, task, sink, buffer, tick);
    if (hashed !== undefined) return hashed;
  }
  throw new TracksError('changed-while-read', `${file}: it was changed while it was read, twice.`, {
    path: file,
    hint: 'Run it again when nothing writes to the file.',
  });
}

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAbsent, toTracksError } from '../../base/errors.ts';

/** The text of a file; `undefined` where there is none. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw toTracksError(error, path);
  }
}

function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode & 0o777;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Writes a small text file all or nothing, and through to the disk: after a power cut it holds the old text or the new. `durable: false`
 * is for what can be made again, and then it may also be empty.
 */
export function writeTextFile(path: string, text: string, options: { readonly durable?: boolean } = {}): void {
  const temp = join(dirname(path), `.${basename(path).slice(0, 80)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw toTracksError(error, path);
  }
  try {
    const fd = openSync(temp, 'wx', 0o666);
    try {
      // Whoever made it private (a config with credentials) meant it.
      const mode = modeOf(path);
      if (mode !== undefined) fchmodSync(fd, mode);
      const bytes = Buffer.from(text, 'utf8');
      let at = 0;
      while (at < bytes.length) at += writeSync(fd, bytes, at);
      if (options.durable !== false) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temp, path);
  } catch (error) {
    rmSync(temp, { force: true });
    throw toTracksError(error, path);
  }
}

export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw toTracksError(error, path);
  }
}

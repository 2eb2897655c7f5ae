import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isAbsent, TracksError, toPlainError, toTracksError } from '../../base/errors.ts';
import { cannotLink, type LinkType, makeLink } from '../worktree/link.ts';
import { fileStat } from './hash-files.ts';
import type { FileStat, PlaceItem, PlaceOutcome, PlaceTask, Tick } from './protocol.ts';

function md5OfFile(path: string, tick: Tick): string {
  const hash = createHash('md5');
  const buffer = Buffer.allocUnsafe(1 << 20);
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const n = readSync(fd, buffer, 0, buffer.length, null);
      if (n === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, n));
      tick(0, 0);
    }
  } finally {
    closeSync(fd);
  }
}

/** Makes the folders above `target`; refuses one that is a symbolic link, for it may lead out of the repository. */
function prepareFolder(folder: string, root: string, known: Set<string>): void {
  if (known.has(folder) || folder === root) return;
  const below = relative(root, folder);
  if (below === '..' || below.startsWith(`..${sep}`)) {
    throw new TracksError('bad-path', `${folder} is outside of ${root}: nothing was written.`, { path: folder });
  }
  prepareFolder(dirname(folder), root, known);
  try {
    const stats = lstatSync(folder);
    if (stats.isSymbolicLink()) {
      throw new TracksError('bad-path', `${folder} is a symbolic link, which data is not written through.`, {
        path: folder,
        hint: 'Replace the link by a folder, then run it again.',
      });
    }
    if (!stats.isDirectory()) {
      throw new TracksError('would-overwrite', `${folder} is a file where a folder is needed.`, {
        path: folder,
        hint: 'Move the file away, then run it again.',
      });
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
    mkdirSync(folder);
  }
  known.add(folder);
}

function requireUnchanged(target: string, expected: FileStat | null): void {
  let now: FileStat | null = null;
  try {
    now = fileStat(statSync(target));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  if (now === null ? expected === null : expected !== null && sameContentStat(now, expected)) return;
  throw new TracksError(
    'changed-while-read',
    `${target}: it was changed while its place was being taken, and was left as it is.`,
    {
      path: target,
      hint: 'Run it again when nothing writes to the file.',
    },
  );
}

/** The change time may move by a link that was made to the file; the content has not changed by that. */
function sameContentStat(a: FileStat, b: FileStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino;
}

/** A linked file's mode is its object's, so the object gets the bit, as DVC does it. */
function makeExecutable(object: string, mode: number): void {
  if ((mode & 0o100) !== 0) return;
  try {
    chmodSync(object, (mode & 0o7777) | 0o100);
  } catch (error) {
    // The object of another user, in a shared cache: the data is right, the bit is left out.
    if (toTracksError(error).code !== 'no-permission') throw error;
  }
}

function placeOne(item: PlaceItem, links: readonly LinkType[], tick: Tick, verify: boolean): void {
  const object = statSync(item.object);
  if (verify && (object.mode & 0o222) !== 0 && md5OfFile(item.object, tick) !== item.md5) {
    rmSync(item.object, { force: true });
    throw new TracksError(
      'corrupt',
      `The cache object of ${item.target} was damaged (its bytes are not ${item.md5}) and has been removed.`,
      {
        path: item.target,
        hint: 'Pull it from the remote again.',
      },
    );
  }
  const temp = join(
    dirname(item.target),
    `.${basename(item.target).slice(0, 80)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    for (const [i, type] of links.entries()) {
      // An empty file is no hard link, as DVC does it: file systems bound the number of links.
      const use = object.size === 0 && type === 'hardlink' ? 'copy' : type;
      const linked = use === 'hardlink' || use === 'symlink';
      try {
        makeLink(use, item.object, temp);
      } catch (error) {
        rmSync(temp, { force: true });
        if (i + 1 < links.length && cannotLink(error)) continue;
        throw error;
      }
      if (!linked) {
        chmodSync(temp, (0o666 & ~process.umask()) | (item.executable ? 0o100 : 0));
        // In the past on purpose: whoever writes to the file from now on gives it another time, so its stat can be trusted at once.
        const past = Date.now() / 1000 - 3;
        utimesSync(temp, past, past);
      } else if (item.executable) makeExecutable(item.object, object.mode);
      break;
    }
    if (item.replaces !== undefined) requireUnchanged(item.target, item.replaces);
    renameSync(temp, item.target);
    // A rename onto another link to the same file does nothing at all, says POSIX.
    rmSync(temp, { force: true });
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}

/** Puts cache objects into the workspace, each all or nothing; whatever is at a target is replaced. */
export function placeFiles(task: PlaceTask, tick: Tick): PlaceOutcome[] {
  const known = new Set<string>();
  return task.items.map((item): PlaceOutcome => {
    try {
      prepareFolder(dirname(item.target), task.root, known);
      placeOne(item, task.links, tick, task.verify);
      const stat = fileStat(statSync(item.target));
      tick(1, stat.size);
      return { stat };
    } catch (error) {
      const plain = toPlainError(error, item.target);
      if (plain.code === 'cancelled' || plain.code === 'no-space') throw error;
      tick(1, 0);
      return { error: plain };
    }
  });
}

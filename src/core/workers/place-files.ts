import { createHash } from 'node:crypto';
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { isAbsent, systemCode, TracksError, toPlainError, toTracksError } from '../../base/errors.ts';
import { cannotLink, makeLink } from '../worktree/link.ts';
import { removeEmptyTree } from '../worktree/remove-files.ts';
import { replaceFile } from '../worktree/temporary.ts';
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
    if (!makeFolder(folder)) {
      prepareFolder(folder, root, known);
      return;
    }
  }
  known.add(folder);
}

/** False where something came to be there meanwhile: another thread makes the same folders. */
function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
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

function changeMode(object: string, mode: number): void {
  try {
    chmodSync(object, mode);
  } catch (error) {
    // The object of another user, in a shared cache: the data is right, its mode stays.
    if (toTracksError(error).code !== 'no-permission') throw error;
  }
}

/** An object that was found whole is read-only from now on, as those that DVC checked: no link to it can be written to. */
function protect(object: string, mode: number): void {
  changeMode(object, mode & 0o7555);
}

/** A linked file's mode is its object's, so the object gets the bit, as DVC does it. */
function makeExecutable(object: string): void {
  const { mode } = statSync(object);
  if ((mode & 0o100) === 0) changeMode(object, (mode & 0o7777) | 0o100);
}

function placeOne(item: PlaceItem, { links, root, verify }: PlaceTask, tick: Tick): void {
  const object = statSync(item.object);
  const open = verify && (object.mode & 0o222) !== 0;
  if (open && md5OfFile(item.object, tick) !== item.md5) {
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
  if (open) protect(item.object, object.mode);
  const make = (temp: string): void => {
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
      } else if (item.executable) makeExecutable(item.object);
      break;
    }
  };
  replaceFile(root, item.target, make, () => {
    clearFolder(item.target);
    if (item.replaces !== undefined) requireUnchanged(item.target, item.replaces);
  });
}

/** Folders that hold no file give way to one. */
function clearFolder(target: string): void {
  try {
    if (!lstatSync(target).isDirectory() || removeEmptyTree(target)) return;
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  throw new TracksError('would-overwrite', `${target}: a folder with files in it stands where a file is to be.`, {
    path: target,
    hint: 'Move it away, then run it again.',
  });
}

/** Puts cache objects into the workspace, each all or nothing; whatever is at a target is replaced. */
export function placeFiles(task: PlaceTask, tick: Tick): PlaceOutcome[] {
  const known = new Set<string>();
  return task.items.map((item): PlaceOutcome => {
    try {
      prepareFolder(dirname(item.target), task.root, known);
      placeOne(item, task, tick);
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

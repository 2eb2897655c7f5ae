import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAbsent, systemCode, toTracksError } from '../../base/errors.ts';

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (isAbsent(error)) return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EBUSY') return false;
    throw toTracksError(error, folder);
  }
}

/** Removes a folder and those above it up to and with `root` while they are empty. */
export function removeEmpty(folder: string, root: string): void {
  for (let at = folder; at.startsWith(`${root}/`) || at === root; at = dirname(at)) if (!removeFolder(at)) return;
}

/** Removes a folder that holds nothing but folders, and they nothing else. False, and whatever holds a file stays, where it holds more. */
export function removeEmptyTree(folder: string): boolean {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || !removeEmptyTree(join(folder, entry.name))) return false;
  }
  return removeFolder(folder);
}

/** Removes files, and the folders below `root` that are empty then. `files`: absolute, in `root`, or `root` itself. */
export function removeFiles(root: string, files: readonly string[]): void {
  const folders = new Set<string>();
  for (const file of files) {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      if (!isAbsent(error)) throw toTracksError(error, file);
    }
    if (file !== root) folders.add(dirname(file));
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    for (let at = folder; at.length > root.length; at = dirname(at)) if (!removeFolder(at)) break;
  }
}

/**
 * Of the files that leave, those in whose place a folder comes, and those that lie in folders in whose place a file comes. All paths are
 * absolute, in `root`.
 */
export function standingWhere(root: string, arriving: readonly string[], leaving: readonly string[]): string[] {
  if (leaving.length === 0) return [];
  const targets = new Set(arriving);
  const folders = new Set<string>();
  for (const target of targets) {
    for (let at = dirname(target); at.length > root.length && !folders.has(at); at = dirname(at)) folders.add(at);
  }
  return leaving.filter((file) => {
    if (folders.has(file)) return true;
    for (let at = dirname(file); at.length > root.length; at = dirname(at)) if (targets.has(at)) return true;
    return false;
  });
}

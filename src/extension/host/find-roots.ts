import { opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAbsent, systemCode } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';

/** So many folders deep an opened folder is searched. */
const maxDepth = 4;

/**
 * The DVC roots of an opened folder: the folder itself or the nearest one above, and those below, up to four folders deep, without hidden
 * folders and `node_modules`. Looks at names only. What cannot be read holds none.
 */
export async function findRoots(folder: AbsPath): Promise<AbsPath[]> {
  const roots: AbsPath[] = [];
  for (let at = folder; ; at = dirname(at) as AbsPath) {
    if (await isRoot(at)) {
      roots.push(at);
      break;
    }
    if (at === dirname(at)) break;
  }
  let level: readonly AbsPath[] = [folder];
  for (let depth = 1; depth <= maxDepth; depth++) {
    const next: AbsPath[] = [];
    for (const parent of level) next.push(...(await childFolders(parent)));
    for (const child of next) if (await isRoot(child)) roots.push(child);
    level = next;
  }
  return roots;
}

async function isRoot(folder: AbsPath): Promise<boolean> {
  try {
    return (await stat(join(folder, '.dvc'))).isDirectory();
  } catch (error) {
    if (cannotBeRead(error)) return false;
    throw error;
  }
}

async function childFolders(folder: AbsPath): Promise<AbsPath[]> {
  const found: AbsPath[] = [];
  try {
    // In portions: a folder of 100,000 pictures must not stop the extension host.
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
        found.push(join(folder, entry.name) as AbsPath);
    }
  } catch (error) {
    if (!cannotBeRead(error)) throw error;
  }
  return found.sort();
}

function cannotBeRead(error: unknown): boolean {
  const code = systemCode(error);
  return isAbsent(error) || code === 'EACCES' || code === 'EPERM' || code === 'ELOOP' || code === 'EIO';
}

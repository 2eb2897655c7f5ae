import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isAbsent, systemCode } from '../../base/errors.ts';
import { type OperationOptions, throwIfAborted } from '../../base/operation.ts';
import { type AbsPath, ancestors, type RepoFolder, type RepoPath, repoPathFault } from '../../base/paths.ts';
import type { FolderList } from './extras.ts';

export interface ListFoldersInput {
  readonly root: AbsPath;
  /** Paths that are listed apart with all folders in them: the datasets. Those that are files are left out. */
  readonly inside: readonly RepoPath[];
  /** How many folders at most. */
  readonly limit: number;
  /** Leaves out the folders that are neither inside of a dataset nor above one. */
  readonly insideOnly?: boolean;
}

/** The folders of a repository, breadth first. Symbolic links are not followed; a folder that cannot be read counts as empty. */
export async function listFolders(input: ListFoldersInput, options: OperationOptions = {}): Promise<FolderList> {
  const { root, limit } = input;
  const datasets = new Set<string>(input.inside);
  const above = input.insideOnly === true ? new Set<string>(input.inside.flatMap(ancestors)) : undefined;
  const outside: RepoPath[] = [];
  const inside: RepoPath[] = [];
  const queue: { readonly path: RepoFolder; readonly tracked: boolean }[] = [{ path: '', tracked: false }];
  let cut = false;
  // Breadth first: if the limit cuts something off, it is what lies deep.
  for (let folder = queue.shift(); folder !== undefined && !cut; folder = queue.shift()) {
    throwIfAborted(options.signal);
    await turn();
    for (const name of childFolders(join(root, folder.path))) {
      if (!folder.tracked && (name.startsWith('.') || name === 'node_modules')) continue;
      const path = (folder.path === '' ? name : `${folder.path}/${name}`) as RepoPath;
      if (repoPathFault(path) !== undefined) continue;
      const tracked = folder.tracked || datasets.has(path);
      if (!tracked && above?.has(path) === false) continue;
      if (outside.length + inside.length >= limit) {
        cut = true;
        break;
      }
      (tracked ? inside : outside).push(path);
      queue.push({ path, tracked });
    }
  }
  return { outside, inside, cut };
}

function childFolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    const code = systemCode(error);
    if (isAbsent(error) || code === 'EACCES' || code === 'EPERM') return [];
    throw error;
  }
}

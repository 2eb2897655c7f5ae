import { posix } from 'node:path';
import type { OperationOptions } from '../base/operation.ts';
import { type RepoFolder, type RepoPath, repoDirname, repoPath } from '../base/paths.ts';
import type { GitRepository, GitTreeFile } from './git/repository.ts';
import {
  decodePointer,
  faultOf,
  isPointer,
  type Out,
  type OutList,
  outsOfDvcFile,
  outsOfPipeline,
  requireGit,
  settleOuts,
} from './outs.ts';
import type { Repository } from './repository.ts';
import type { PointerFault } from './system.ts';

interface PointerText {
  readonly path: RepoPath;
  readonly bytes: Uint8Array;
}

/** A file that only the root of a repository has. */
const rootMark = /(?:^|\/)\.dvc\/(?:config|\.gitignore)$/;

function isWanted(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  const name = posix.basename(path);
  return isPointer(name) || name === 'dvc.yaml' || name === 'dvc.lock' || rootMark.test(path);
}

async function readPointers(
  repo: Repository,
  git: GitRepository,
  found: readonly GitTreeFile[],
  options: OperationOptions,
): Promise<PointerText[]> {
  const files = found.map((f) => ({ ...f, path: f.path.slice(repo.gitPrefix.length) }));
  const nested = new Set<string>();
  for (const { path } of files) {
    const mark = rootMark.exec(path);
    if (mark !== null && mark.index > 0) nested.add(path.slice(0, mark.index));
  }
  const isNested = (path: RepoPath): boolean => {
    for (let at: RepoFolder = repoDirname(path); at !== ''; at = repoDirname(at)) if (nested.has(at)) return true;
    return false;
  };
  const pointers = files.filter((f) => {
    const path = f.path as RepoPath;
    return f.mode !== '120000' && f.mode !== '160000' && !rootMark.test(path) && !isNested(path);
  });
  const blobs = await git.blobs([...new Set(pointers.map((f) => f.blob))], options);
  return pointers.flatMap((f) => {
    const bytes = blobs.get(f.blob);
    return bytes === undefined ? [] : [{ path: f.path as RepoPath, bytes }];
  });
}

function readOuts(texts: readonly PointerText[], revision: string): { outs: Out[]; faults: PointerFault[] } {
  const outs: Out[] = [];
  const faults: PointerFault[] = [];
  const locks = new Map<RepoPath, Uint8Array[]>();
  for (const { path, bytes } of texts) {
    if (posix.basename(path) === 'dvc.lock') locks.set(path, [...(locks.get(path) ?? []), bytes]);
  }
  for (const { path, bytes } of texts) {
    try {
      if (isPointer(posix.basename(path))) {
        outs.push(...outsOfDvcFile(path, decodePointer(bytes, path), { path, revision }));
      } else if (posix.basename(path) === 'dvc.yaml') {
        const folder = repoDirname(path);
        const lockPath = repoPath(folder === '' ? 'dvc.lock' : `${folder}/dvc.lock`);
        const yaml = decodePointer(bytes, path);
        for (const lock of locks.get(lockPath) ?? [undefined]) {
          outs.push(...outsOfPipeline(path, yaml, lock && decodePointer(lock, lockPath), revision));
        }
      }
    } catch (error) {
      faults.push(faultOf(path, error));
    }
  }
  return { outs, faults };
}

/** Every out at a commit, from git alone: one `ls-tree`, one `cat-file`. Roots inside of this one are left out. */
export async function collectOutsAt(
  repo: Repository,
  revision: string,
  options: OperationOptions = {},
): Promise<OutList> {
  const git = requireGit(repo);
  const commit = await git.resolve(revision);
  const files = await git.files(commit, { names: (path) => isWanted(repo.gitPrefix, path), signal: options.signal });
  const { outs, faults } = readOuts(await readPointers(repo, git, files, options), commit.slice(0, 7));
  return { outs: settleOuts(outs, faults), faults, ignore: [] };
}

/** Every out of git's index, all sides of a conflict: a path may be there more than once. Nothing without git. */
export async function collectStagedOuts(repo: Repository, options: OperationOptions = {}): Promise<OutList> {
  if (repo.git === undefined) return { outs: [], faults: [], ignore: [] };
  const files = (await repo.git.staged()).filter((f) => isWanted(repo.gitPrefix, f.path));
  return { ...readOuts(await readPointers(repo, repo.git, files, options), 'index'), ignore: [] };
}

/**
 * Every out that any of the commits has, each version of it once: one process for all commits and for each level of folders, and the
 * cost of what changed between them. A pointer that no commit can be read from is a fault.
 */
export async function collectOutsOf(
  repo: Repository,
  commits: readonly string[],
  options: OperationOptions = {},
): Promise<{
  readonly outs: readonly Out[];
  readonly faults: readonly (PointerFault & { readonly commit: string })[];
}> {
  const git = requireGit(repo);
  const under = repo.gitPrefix.replace(/\/$/, '');
  const names = (name: string): boolean => isPointer(name) || name === 'dvc.yaml' || name === 'dvc.lock';
  const folders = await git.folders(commits, { under, apart: '.dvc', names, signal: options.signal });
  const real = folders.map((one) => ({ ...one, files: one.files.filter((f) => f.mode !== '120000') }));
  const blobs = await git.blobs([...new Set(real.flatMap((f) => f.files.map((file) => file.blob)))], options);
  const outs: Out[] = [];
  const faults: (PointerFault & { readonly commit: string })[] = [];
  const known = new Set<string>();
  for (const { folder, commit, files } of real) {
    const below = folder === under ? '' : `${folder.slice(repo.gitPrefix.length)}/`;
    // Stages are read from both of their files: one of them in another version makes other outs.
    const pipeline = files.filter((f) => !isPointer(f.name)).map((f) => `${f.name} ${f.blob}`);
    const texts = files.flatMap((f): PointerText[] => {
      const bytes = blobs.get(f.blob);
      const key = `${below}${f.name}\0${isPointer(f.name) ? f.blob : pipeline.join(' ')}`;
      if (bytes === undefined || known.has(key)) return [];
      known.add(key);
      return [{ path: `${below}${f.name}` as RepoPath, bytes }];
    });
    const read = readOuts(texts, commit.slice(0, 7));
    outs.push(...read.outs);
    faults.push(...read.faults.map((fault) => ({ ...fault, commit })));
  }
  return { outs, faults };
}

import { posix } from 'node:path';
import { TracksError } from '../base/errors.ts';
import { type RepoPath, repoBasename, repoDirname, repoPath } from '../base/paths.ts';
import { newDvcFile, type OutUpdate, updateDvcFile } from './formats/dvc-file.ts';
import { updateDvcLock } from './formats/dvc-lock.ts';
import { addEntry, removeEntry } from './formats/gitignore.ts';
import type { Out } from './outs.ts';
import { absolute, type Repository } from './repository.ts';
import { readTextFile, removeFile, writeTextFile } from './worktree/write-file.ts';

/** Files of git that a verb wrote or removed, for `git add`. */
export type Touched = Set<RepoPath>;

export function pointerOf(path: RepoPath): RepoPath {
  return repoPath(`${path}.dvc`);
}

/** Makes the `.dvc` file of data that is tracked from now on. */
export function writeNewPointer(
  repo: Repository,
  path: RepoPath,
  update: OutUpdate & { desc?: string; type?: string; labels?: readonly string[] },
  touched: Touched,
): RepoPath {
  const pointer = pointerOf(path);
  writeTextFile(absolute(repo, pointer), newDvcFile({ path: repoBasename(path), ...update }));
  touched.add(pointer);
  return pointer;
}

/** Rewrites what a pointer says of one out; comments, unknown keys and the order of keys stay. No write where nothing changes. */
export function updatePointer(repo: Repository, out: Out, update: OutUpdate, touched: Touched): void {
  const file = absolute(repo, out.pointer);
  const text = readTextFile(file);
  if (text === undefined)
    throw new TracksError('not-found', `${out.pointer}: it is gone.`, {
      path: out.pointer,
      hint: 'Get it back with git.',
    });
  const origin = { path: out.pointer };
  const next =
    out.stage === undefined
      ? updateDvcFile(text, origin, out.rawPath, update, { hashName: 'md5' })
      : updateDvcLock(text, origin, out.stage, out.rawPath, update);
  if (next === text) return;
  writeTextFile(file, next);
  touched.add(out.pointer);
}

function ignoreFile(path: RepoPath): RepoPath {
  return repoPath(posix.join(repoDirname(path), '.gitignore'));
}

/** Keeps data out of git: an entry in the `.gitignore` beside it, unless git ignores it already. */
export async function ignoreInGit(repo: Repository, paths: readonly RepoPath[], touched: Touched): Promise<void> {
  if (repo.git === undefined || paths.length === 0) return;
  const inGit = (p: RepoPath): string => `${repo.gitPrefix}${p}`;
  const ignored = await repo.git.ignored(paths.map(inGit));
  for (const path of paths) {
    if (ignored.has(inGit(path))) continue;
    const file = ignoreFile(path);
    const text = readTextFile(absolute(repo, file));
    const next = addEntry(text, repoBasename(path));
    if (next === text) continue;
    writeTextFile(absolute(repo, file), next);
    touched.add(file);
  }
}

/** Takes the entry of data that is not tracked any more out of `.gitignore`; an empty `.gitignore` goes. */
export function unignoreInGit(repo: Repository, path: RepoPath, touched: Touched): void {
  const file = ignoreFile(path);
  const text = readTextFile(absolute(repo, file));
  if (text === undefined) return;
  const next = removeEntry(text, repoBasename(path));
  if (next === text) return;
  if (next === undefined) removeFile(absolute(repo, file));
  else writeTextFile(absolute(repo, file), next);
  touched.add(file);
}

/** `git add` of what was written, where `core.autostage` asks for it. */
export async function autostage(repo: Repository, touched: Touched): Promise<void> {
  if (repo.git === undefined || touched.size === 0 || !repo.settings().autostage) return;
  await repo.git.stagePaths([...touched].map((p) => `${repo.gitPrefix}${p}`));
}

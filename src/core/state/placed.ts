import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TracksError } from '../../base/errors.ts';
import { type RepoPath, repoPathFault } from '../../base/paths.ts';
import type { Repository } from '../repository.ts';
import { readTextFile, writeTextFile } from '../worktree/write-file.ts';

/*
 * Which datasets this program has put into (or found in) the workspace: what lies there after its pointer is gone with a switch of
 * branches is a leftover, which `checkout` takes away. Kept outside of the repository; losing it loses no data.
 */

function file(repo: Repository): string {
  const id = createHash('sha256').update(repo.root).digest('hex').slice(0, 24);
  return join(repo.host.cacheFolder, 'placed', `${id}.json`);
}

export function placedPaths(repo: Repository): readonly RepoPath[] {
  try {
    const text = readTextFile(file(repo));
    if (text === undefined) return [];
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value))
      return value.filter((p): p is RepoPath => typeof p === 'string' && repoPathFault(p) === undefined);
    throw new TracksError('bad-file', 'It is no list.');
  } catch (error) {
    repo.host.log.warn('The list of placed datasets cannot be read and begins anew.', {
      file: file(repo),
      reason: String(error),
    });
    return [];
  }
}

function write(repo: Repository, paths: readonly RepoPath[]): void {
  writeTextFile(file(repo), JSON.stringify([...paths].sort()), { durable: false });
}

/** What cannot be noted is logged: the data is where it belongs, and is no leftover then. */
export function notePlaced(repo: Repository, paths: readonly RepoPath[]): void {
  const known = new Set(placedPaths(repo));
  const before = known.size;
  for (const path of paths) known.add(path);
  if (known.size === before) return;
  try {
    write(repo, [...known]);
  } catch (error) {
    repo.host.log.warn('The list of placed datasets cannot be written.', { file: file(repo), reason: String(error) });
  }
}

/** The data at these paths is the user's own from now on. */
export function forgetPlaced(repo: Repository, paths: readonly RepoPath[]): void {
  const known = placedPaths(repo);
  const rest = known.filter((p) => !paths.includes(p));
  if (rest.length !== known.length) write(repo, rest);
}

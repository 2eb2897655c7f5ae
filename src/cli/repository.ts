import { join, relative, resolve, sep } from 'node:path';
import { TracksError } from '../base/errors.ts';
import type { AbsPath, RepoPath } from '../base/paths.ts';
import { openRepository, type Repository, requireRepository, toRepoPath } from '../core/repository.ts';
import type { Cli } from './cli.ts';
import type { Input } from './verb.ts';

/** A repository, and its paths as the person in `cwd` writes and reads them. */
export interface Here {
  readonly repo: Repository;
  /** `data/` for a folder; `..` where it lies outside of the current folder. */
  shown(path: string): string;
  path(text: string): RepoPath;
  /** Of words that name data; `undefined` where one of them is the root, or there is none: everything. */
  targets(words: readonly string[]): readonly RepoPath[] | undefined;
}

/** A path below `root` as seen from `cwd`. The `/` at its end stays. */
export function shownFrom(root: AbsPath, cwd: AbsPath, path: string): string {
  const below = relative(cwd, join(root, path)).split(sep).join('/');
  const text = below === '' ? '.' : below;
  return path.endsWith('/') && !text.endsWith('/') ? `${text}/` : text;
}

/** Opens the repository that `cwd` lies in for as long as `work` takes. */
export async function withRepository<T>(
  cli: Cli,
  input: Input,
  work: (here: Here, repo: Repository) => Promise<T>,
): Promise<T> {
  const jobs = input.number('jobs');
  if (jobs === 0) throw new TracksError('bad-argument', '--jobs takes a number from 1 on.');
  const root = requireRepository(cli.cwd);
  await using repo = await openRepository(root, await cli.createHost(jobs));
  const path = (text: string): RepoPath => toRepoPath(repo, resolve(cli.cwd, text));
  const here: Here = {
    repo,
    shown: (p) => shownFrom(repo.root, cli.cwd, p),
    path,
    targets: (words) =>
      words.length === 0 || words.some((w) => resolve(cli.cwd, w) === repo.root) ? undefined : words.map(path),
  };
  return await work(here, repo);
}

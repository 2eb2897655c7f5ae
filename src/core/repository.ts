import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { TracksError } from '../base/errors.ts';
import { type AbsPath, type RepoPath, repoPath } from '../base/paths.ts';
import { findGit, type GitRepository, openGit } from './git/repository.ts';
import type { Host } from './host.ts';
import { type Cache, openCache } from './objects/cache.ts';
import { readSettings, type Settings } from './settings.ts';
import { openStatIndex, type StatIndex } from './state/stat-index.ts';
import { inlinePool, threadPool, type WorkPool } from './workers/pool.ts';
import { type LinkType, probeLinks } from './worktree/link.ts';

/** A DVC root, opened. What every verb works on. */
export interface Repository extends AsyncDisposable {
  /** The folder that holds `.dvc`. */
  readonly root: AbsPath;
  readonly dvcFolder: AbsPath;
  /** The git work tree around it; `undefined` with `core.no_scm` or where there is none. */
  readonly git: GitRepository | undefined;
  /** `root` below the git root, posix with a `/` at its end; `''` where they are one. */
  readonly gitPrefix: string;
  readonly host: Host;
  readonly pool: WorkPool;
  readonly index: StatIndex;
  /** Read anew at each call. */
  settings(): Settings;
  cache(): Cache;
  /** `cache.type` without what cannot be done between cache and workspace; ends with `copy`. */
  links(): readonly LinkType[];
}

/** The innermost DVC root that holds `start`, or `undefined`. Looks at names only. */
export function findRepository(start: AbsPath): AbsPath | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.dvc')) && statSync(join(folder, '.dvc')).isDirectory()) return folder as AbsPath;
    if (folder === dirname(folder)) return undefined;
  }
}

export function requireRepository(start: AbsPath): AbsPath {
  const root = findRepository(start);
  if (root !== undefined) return root;
  throw new TracksError(
    'not-a-repository',
    `${start} is in no repository: there is no .dvc folder in it or above it.`,
    {
      path: start,
      hint: 'Make one: tracks init',
    },
  );
}

export function absolute(repo: { readonly root: AbsPath }, path: string): AbsPath {
  return join(repo.root, ...path.split('/')) as AbsPath;
}

/** The repository path of a path of this machine; throws `bad-path` for one outside of the root. */
export function toRepoPath(repo: { readonly root: AbsPath }, path: string): RepoPath {
  const below = relative(repo.root, resolve(repo.root, path));
  if (below === '')
    throw new TracksError('bad-path', 'The root of the repository itself cannot be used here.', { path });
  if (below === '..' || below.startsWith(`..${sep}`) || resolve(below) === below) {
    throw new TracksError('bad-path', `${path} is outside of the repository (${repo.root}).`, {
      path,
      hint: 'Move or copy it into the repository first.',
    });
  }
  return repoPath(below.split(sep).join('/'));
}

export async function openRepository(folder: AbsPath, host: Host): Promise<Repository> {
  // Git names its root without symbolic links; so do we, or one would not be inside of the other.
  const root = realpathSync(folder) as AbsPath;
  const dvcFolder = join(root, '.dvc') as AbsPath;
  const first = readSettings(dvcFolder, host.env);
  const gitRoot = first.noScm || host.untrusted === true ? undefined : await findGit(root);
  const git = gitRoot === undefined ? undefined : await openGit(gitRoot, host.env);
  const below = git === undefined ? '' : relative(git.root, root).split(sep).join('/');
  const pool =
    host.workerFile === undefined
      ? inlinePool()
      : threadPool({ file: host.workerFile, size: Math.max(1, host.threads) });
  const index = openStatIndex({ cacheFolder: host.cacheFolder, root, log: host.log });
  const caches = new Map<string, Cache>();
  const probed = new Map<string, readonly LinkType[]>();
  const settings = (): Settings => readSettings(dvcFolder, host.env);
  return {
    root,
    dvcFolder,
    git,
    gitPrefix: below === '' ? '' : `${below}/`,
    host,
    pool,
    index,
    settings,
    cache: () => {
      const folder = settings().cacheFolder;
      const cache = caches.get(folder) ?? openCache(folder, host.log);
      caches.set(folder, cache);
      return cache;
    },
    links: () => {
      const { links, cacheFolder } = settings();
      const key = `${links.join(',')} ${cacheFolder}`;
      let usable = probed.get(key);
      if (usable === undefined) {
        mkdirSync(cacheFolder, { recursive: true });
        mkdirSync(join(dvcFolder, 'tmp'), { recursive: true });
        usable = probeLinks(links, cacheFolder, join(dvcFolder, 'tmp'));
        probed.set(key, usable);
      }
      return usable;
    },
    [Symbol.asyncDispose]: async () => {
      index[Symbol.dispose]();
      await pool[Symbol.asyncDispose]();
    },
  };
}

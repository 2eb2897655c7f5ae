import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import type { AbsPath, RepoPath } from '../../src/base/paths.ts';
import { initRepository } from '../../src/core/init.ts';
import { addRemote } from '../../src/core/remote.ts';
import { openRepository, type Repository } from '../../src/core/repository.ts';
import { removeFolders, temporaryFolder, testHost } from './core.ts';

const identity = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_ALLOW_PROTOCOL: 'file',
};

/** Runs git; its output without the last newline. */
export function gitIn(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    env: { ...process.env, ...identity },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).replace(/\n$/, '');
}

/** A repository in a temporary folder with a folder as its default remote. */
export interface Project {
  readonly root: AbsPath;
  readonly repo: Repository;
  /** The folder that is the remote `storage`. */
  readonly storage: AbsPath;
  path(below: string): string;
  write(below: string, content: string | Uint8Array): void;
  read(below: string): string;
  has(below: string): boolean;
  remove(below: string): void;
  link(target: string, below: string): void;
  git(...args: string[]): string;
  /** `git add -A`, `git commit`; the commit id. */
  commit(subject?: string): string;
  /** Names in the folder, hidden ones too, sorted. */
  names(below?: string): string[];
  /** The same repository, opened once more: its own caches, the same stat index. */
  reopen(threads?: number): Promise<Repository>;
}

export interface ProjectOptions {
  /** Default true. */
  readonly git?: boolean;
  readonly threads?: number;
  /** A folder below the git root that holds `.dvc`. */
  readonly subdir?: string;
}

export async function makeProject(options: ProjectOptions = {}): Promise<Project> {
  const home = temporaryFolder('tracks-home-');
  const top = temporaryFolder('tracks project é ');
  if (options.git !== false) gitIn(top, 'init', '-q', '-b', 'main', '--template=');
  const root = (options.subdir === undefined ? top : join(top, options.subdir)) as AbsPath;
  mkdirSync(root, { recursive: true });
  await initRepository(root, { noScm: options.git === false, subdir: options.subdir !== undefined });
  return openProject(root, home, options.threads);
}

const opened: Repository[] = [];

/** Opens what {@link makeProject} or git made; adds the remote where there is none. */
export async function openProject(
  root: AbsPath,
  home = temporaryFolder('tracks-home-'),
  threads?: number,
): Promise<Project> {
  const open = async (n?: number): Promise<Repository> => {
    const host = testHost({ home, ...(n === undefined ? {} : { threads: n }) });
    const repo = await openRepository(root, { ...host, env: { ...host.env, ...identity } });
    opened.push(repo);
    return repo;
  };
  const repo = await open(threads);
  const storage = join(home, 'storage') as AbsPath;
  if (repo.settings().remotes.size === 0) addRemote(repo, 'storage', storage, { default: true });
  const path = (below: string): string => join(root, below);
  return {
    root: repo.root,
    repo,
    storage,
    path,
    write: (below, content) => {
      mkdirSync(dirname(path(below)), { recursive: true });
      writeFileSync(path(below), content);
    },
    read: (below) => readFileSync(path(below), 'utf8'),
    has: (below) => lstatSync(path(below), { throwIfNoEntry: false }) !== undefined,
    remove: (below) => rmSync(path(below), { recursive: true, force: true }),
    link: (target, below) => {
      mkdirSync(dirname(path(below)), { recursive: true });
      symlinkSync(target, path(below));
    },
    git: (...args) => gitIn(root, ...args),
    commit: (subject = 'commit') => {
      gitIn(root, 'add', '-A');
      gitIn(root, 'commit', '-q', '--allow-empty', '-m', subject);
      return gitIn(root, 'rev-parse', 'HEAD');
    },
    names: (below = '.') => readdirSync(path(below)).sort(),
    reopen: open,
  };
}

/** Closes every repository that was opened here. */
export async function closeProjects(): Promise<void> {
  for (const repo of opened.splice(0)) await repo[Symbol.asyncDispose]();
}

/** {@link closeProjects}, and every temporary folder goes. */
export async function cleanUp(): Promise<void> {
  await closeProjects();
  removeFolders();
}

/** Every file below a folder, posix, sorted; nothing where there is no folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(realpathSync(folder), { recursive: true, withFileTypes: true })
    .filter((e) => !e.isDirectory())
    .map((e) => join(e.parentPath, e.name).slice(realpathSync(folder).length + 1))
    .sort();
}

/** Keys of objects (and whatever else lies there) below a cache or remote. */
export const cacheFiles = (p: Project): string[] => filesBelow(p.path('.dvc/cache'));

export const at = (...paths: string[]): RepoPath[] => paths as RepoPath[];

import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { Sequence } from '../../base/async.ts';
import { isAbsent, systemCode, TracksError, toTracksError } from '../../base/errors.ts';
import type { OperationOptions } from '../../base/operation.ts';
import type { AbsPath } from '../../base/paths.ts';
import { readBlobs } from './blobs.ts';
import { type FolderOptions, type FolderVersion, folderVersions } from './folders.ts';
import { followHistory, type HistorySource, type Rename } from './follow.ts';
import { stagedFiles, trackedAmong } from './index-files.ts';
import { type LogEntry, type LogFile, readLog, readRenames } from './log.ts';
import { type CommitScope, type GitRef, listCommits, listRefs, resolveCommit, tryHead } from './revisions.ts';
import { createRunner, type Environment, type GitRunner } from './run.ts';

export type { CommitScope, GitRef, LogEntry, LogFile };

export interface GitHead {
  /** Absent where HEAD is detached. */
  readonly branch?: string;
  /** Absent where there is no commit yet. */
  readonly commit?: string;
}

export interface GitTreeFile {
  /** Below the git root, posix. */
  readonly path: string;
  readonly blob: string;
  /** `100644`, `100755`, or `120000` for a symbolic link. */
  readonly mode: string;
  /** Bytes; with `sizes: true` only. */
  readonly size?: number;
}

export interface HistoryPage {
  /** How many of the newest commits to leave out. */
  readonly skip: number;
  readonly limit: number;
}

export interface HistoryOptions extends OperationOptions {
  /** Goes on under the former names of the file; needs exactly one path. Copies are no renames. */
  readonly follow?: boolean;
  /** Where to begin. Default: HEAD. */
  readonly revision?: string;
}

export interface FilesOptions extends OperationOptions {
  /** A folder or file; the whole tree otherwise. */
  readonly under?: string;
  readonly names?: (path: string) => boolean;
  /** Say how many bytes each file has. */
  readonly sizes?: boolean;
}

/**
 * One git work tree. All paths are below its root, posix and literal (no pathspec magic). Every call starts its own processes,
 * four at once at most, and sees the repository as it is then. Rejects with a TracksError.
 */
export interface GitRepository {
  readonly root: AbsPath;
  /** Of this work tree: `.git`, or a folder in the `.git` of another one. */
  readonly gitDir: AbsPath;
  /** Shared by all work trees; same as `gitDir` in the main one. */
  readonly commonDir: AbsPath;
  head(): Promise<GitHead>;
  /** The full commit id that a branch, tag, or any other notation for one commit stands for. `not-found` names the revision. */
  resolve(revision: string): Promise<string>;
  /** Files and symbolic links of a commit, in git's order (by byte); no submodules. */
  files(revision: string, options?: FilesOptions): Promise<readonly GitTreeFile[]>;
  /** Contents from one process, byte for byte. Ids that are missing, or no blob, are absent. */
  blobs(ids: readonly string[], options?: OperationOptions): Promise<ReadonlyMap<string, Buffer>>;
  /** See {@link folderVersions}. */
  folders(commits: readonly string[], options: FolderOptions): Promise<readonly FolderVersion[]>;
  /** The commits that changed one of the paths, newest first. No path, or no commit yet: nothing. */
  history(
    paths: readonly string[],
    page: HistoryPage,
    options?: HistoryOptions,
  ): Promise<{ readonly entries: readonly LogEntry[]; readonly more: boolean }>;
  /** Those of the paths that are in git's index; a folder counts where anything below it is. */
  isTracked(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** What is in git's index; a path in conflict once for each side. */
  staged(): Promise<readonly GitTreeFile[]>;
  /** Files that are neither in git's index nor ignored. */
  untracked(): Promise<readonly string[]>;
  /** Those of the paths that git's ignore rules name. */
  ignored(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** `git add`, deleted files too; a folder with all that is in it. Paths that neither git nor the disk know are skipped. */
  stagePaths(paths: readonly string[]): Promise<void>;
  /** Full ids, newest first, each once. A scope that asks for nothing gives nothing. */
  commits(scope: CommitScope): Promise<readonly string[]>;
  /** Branches, tags and remote branches, by their short names; tags of anything but a commit are left out. */
  refs(): Promise<readonly GitRef[]>;
}

/** The nearest folder at or above `start` with a `.git`. Looks at names only, starts no process. */
export async function findGit(start: AbsPath): Promise<AbsPath | undefined> {
  for (let folder = resolvePath(start); ; folder = dirname(folder)) {
    if (await hasGit(folder)) return folder as AbsPath;
    if (dirname(folder) === folder) return undefined;
  }
}

async function hasGit(folder: string): Promise<boolean> {
  const at = join(folder, '.git');
  try {
    const stat = await lstat(at);
    if (stat.isFile()) return true;
    // An empty `.git` folder is no repository, for git neither.
    await lstat(join(at, 'HEAD'));
    return true;
  } catch (error) {
    // A folder that may not be read is none that we could work in.
    if (isAbsent(error) || systemCode(error) === 'EACCES' || systemCode(error) === 'EPERM') return false;
    throw toTracksError(error, at);
  }
}

/**
 * Opens the work tree that `folder` lies in.
 * `env`: the variables that git gets; those that point to another repository are left out. Default: those of this process.
 * Rejects with `git` where git is not installed or does not trust the folder, and with `not-a-repository`.
 */
export async function openGit(folder: AbsPath, env: Environment = process.env): Promise<GitRepository> {
  const places = await locate(createRunner(folder, env));
  return new ProcessRepository(places, createRunner(places.root, env));
}

interface Places {
  readonly root: AbsPath;
  readonly gitDir: AbsPath;
  readonly commonDir: AbsPath;
}

async function locate(git: GitRunner): Promise<Places> {
  const questions = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir'];
  const { stdout } = await git.text(['rev-parse', ...questions]);
  let lines = stdout.replace(/\n$/, '').split('\n');
  // A folder name may hold a newline.
  if (lines.length !== questions.length) {
    const answers = questions.map((question) => git.text(['rev-parse', question]));
    lines = (await Promise.all(answers)).map((answer) => answer.stdout.replace(/\n$/, ''));
  }
  const [top = '', gitDir = '', commonDir = ''] = lines.map((line) => resolvePath(git.root, line) as AbsPath);
  return {
    root: await inNotationOf(git.root, top as AbsPath),
    gitDir: gitDir as AbsPath,
    commonDir: commonDir as AbsPath,
  };
}

/** git resolves symbolic links; the caller's paths may go through one, and must stay comparable with the root. */
async function inNotationOf(start: AbsPath, top: AbsPath): Promise<AbsPath> {
  const found = await findGit(start);
  if (found === undefined || found === top) return top;
  const [a, b] = await Promise.all([realpath(found), realpath(top)]);
  return a === b ? found : top;
}

class ProcessRepository implements GitRepository {
  readonly root: AbsPath;
  readonly gitDir: AbsPath;
  readonly commonDir: AbsPath;
  readonly #git: GitRunner;
  /** By commit and path; `null`: the file came from nowhere. A commit never changes. */
  readonly #origins = new Map<string, Rename | null>();
  readonly #staging = new Sequence();

  constructor(places: Places, git: GitRunner) {
    this.root = places.root;
    this.gitDir = places.gitDir;
    this.commonDir = places.commonDir;
    this.#git = git;
  }

  async head(): Promise<GitHead> {
    const [symbolic, commit] = await Promise.all([
      this.#git.text(['symbolic-ref', '--quiet', 'HEAD'], { accept: [0, 1] }),
      tryHead(this.#git),
    ]);
    const name = symbolic.stdout.trim();
    return {
      ...(name === '' ? {} : { branch: name.replace(/^refs\/heads\//, '') }),
      ...(commit === undefined ? {} : { commit }),
    };
  }

  resolve(revision: string): Promise<string> {
    return resolveCommit(this.#git, this.commonDir, revision);
  }

  async files(revision: string, { under, names, sizes, signal }: FilesOptions = {}): Promise<readonly GitTreeFile[]> {
    const commit = await this.resolve(revision);
    const folder = (under ?? '').replace(/\/+$/, '');
    const limit = folder === '' ? [] : ['--', folder];
    const long = sizes === true ? ['--long'] : [];
    const { stdout } = await this.#git.text(['ls-tree', '-r', '-z', ...long, '--full-tree', commit, ...limit], {
      signal,
    });
    const files: GitTreeFile[] = [];
    for (const line of stdout.split('\0')) {
      // <mode> <type> <id>\t<path>, and with --long <mode> <type> <id> <size, padded with spaces>\t<path>
      const tab = line.indexOf('\t');
      const [mode = '', type, blob = '', size = ''] = line.slice(0, tab).split(/ +/);
      const path = line.slice(tab + 1);
      if (type === 'blob' && (names === undefined || names(path)))
        files.push({ path, blob, mode, ...(size === '' ? {} : { size: Number(size) }) });
    }
    return files;
  }

  blobs(ids: readonly string[], options?: OperationOptions): Promise<ReadonlyMap<string, Buffer>> {
    return readBlobs(this.#git, ids, options);
  }

  folders(commits: readonly string[], options: FolderOptions): Promise<readonly FolderVersion[]> {
    return folderVersions(this.#git, commits, options);
  }

  async history(
    paths: readonly string[],
    { skip, limit }: HistoryPage,
    { follow = false, revision, signal }: HistoryOptions = {},
  ): Promise<{ readonly entries: readonly LogEntry[]; readonly more: boolean }> {
    const [only] = paths;
    if (only === undefined || limit <= 0) return { entries: [], more: false };
    if (follow && paths.length > 1) {
      throw new TracksError('bad-argument', 'Only the history of one file at a time can be followed.');
    }
    const start = revision === undefined ? await tryHead(this.#git, signal) : await this.resolve(revision);
    if (start === undefined) return { entries: [], more: false };
    // One more than asked for tells whether there are more.
    const entries = follow
      ? (
          await followHistory(this.#followed(signal), { path: only, include: [start], exclude: [] }, skip + limit + 1)
        ).slice(skip)
      : await readLog(this.#git, { include: [start], paths, skip, limit: limit + 1, signal });
    return { entries: entries.slice(0, limit), more: entries.length > limit };
  }

  #followed(signal: AbortSignal | undefined): HistorySource {
    const key = (commit: string, path: string): string => `${commit}\0${path}`;
    return {
      log: ({ path, include, exclude }, limit) =>
        readLog(this.#git, { include, exclude, paths: [path], limit, signal }),
      origins: async (commits, path) => {
        const unknown = commits.filter((commit) => !this.#origins.has(key(commit, path)));
        const found = await readRenames(this.#git, unknown, signal);
        for (const commit of unknown) this.#origins.set(key(commit, path), null);
        for (const entry of found) {
          const file = entry.files.find((one) => one.path === path);
          if (file?.oldPath === undefined) continue;
          const oldBlob = file.oldBlob === undefined ? {} : { oldBlob: file.oldBlob };
          this.#origins.set(key(entry.commit, path), { oldPath: file.oldPath, ...oldBlob });
        }
        const result = new Map<string, Rename>();
        for (const commit of commits) {
          const rename = this.#origins.get(key(commit, path));
          if (rename !== undefined && rename !== null) result.set(commit, rename);
        }
        return result;
      },
    };
  }

  isTracked(paths: readonly string[]): Promise<ReadonlySet<string>> {
    return trackedAmong(this.#git, paths);
  }

  staged(): Promise<readonly GitTreeFile[]> {
    return stagedFiles(this.#git);
  }

  async untracked(): Promise<readonly string[]> {
    const { stdout } = await this.#git.text(['ls-files', '-z', '--others', '--exclude-standard']);
    return stdout.split('\0').filter((path) => path !== '');
  }

  async ignored(paths: readonly string[]): Promise<ReadonlySet<string>> {
    if (paths.length === 0) return new Set();
    // This command knows no literal paths; `./` keeps a leading colon from being magic.
    const input = paths.map((path) => `./${path}\0`).join('');
    // With an answer for every path, as simple-git gives a process that says nothing 50 ms more. 1: none of them is ignored.
    const flags = ['-z', '--stdin', '--no-index', '--verbose', '--non-matching'];
    const { stdout } = await this.#git.text(['--no-literal-pathspecs', 'check-ignore', ...flags], {
      input,
      accept: [0, 1],
    });
    // <file> <line> <pattern> <path>; the first three are empty where no pattern matches.
    const fields = stdout.split('\0');
    const found = new Set<string>();
    for (let at = 0; at + 3 < fields.length; at += 4) {
      const [pattern = '', path = ''] = fields.slice(at + 2, at + 4);
      if (pattern !== '' && !pattern.startsWith('!')) found.add(path.replace(/^\.\//, ''));
    }
    return found;
  }

  async stagePaths(paths: readonly string[]): Promise<void> {
    await this.#staging.run(async () => {
      const known = await this.#known(paths);
      if (known.length === 0) return;
      await this.#git.text(['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], {
        input: known.map((path) => `${path}\0`).join(''),
      });
    });
  }

  /** git refuses all paths for one that it does not know. */
  async #known(paths: readonly string[]): Promise<readonly string[]> {
    const gone = new Set<string>();
    for (const path of paths) {
      try {
        await lstat(join(this.root, path));
      } catch (error) {
        if (!isAbsent(error)) throw toTracksError(error, path);
        gone.add(path);
      }
    }
    const tracked = await trackedAmong(this.#git, [...gone]);
    return paths.filter((path) => !gone.has(path) || tracked.has(path));
  }

  commits(scope: CommitScope): Promise<readonly string[]> {
    return listCommits(this.#git, this.commonDir, scope);
  }

  refs(): Promise<readonly GitRef[]> {
    return listRefs(this.#git);
  }
}

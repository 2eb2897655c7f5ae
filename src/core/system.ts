import type { Batch, OperationOptions } from '../base/operation.ts';
import type { AbsPath, RepoFolder, RepoPath } from '../base/paths.ts';
import type { ByteSource } from './remotes/blob-store.ts';

/*
 * The port that every versioning system implements (DVC's own formats here; Git LFS, git-annex, Oxen and lakeFS behind the same views).
 * Plain readonly data in the words of the views. An optional member is a capability: the views ask for it and never for a name.
 */

/** The state of a dataset, or of a file or folder in it, against what the checked-out commit says. */
export type DataState =
  | 'ok'
  | 'modified' // other bytes than the pointer says
  | 'added' // inside of a tracked folder, not in its pointer
  | 'deleted' // in the pointer and (if it was here) in the cache, not in the workspace
  | 'renamed'
  | 'missing' // in the pointer, neither in the workspace nor in the cache: not pulled
  | 'not-pushed' // here and as the pointer says, and not on the remote
  | 'conflict' // the pointer holds git's conflict markers
  | 'changed?' // the stat differs; the bytes are not read yet
  | 'error'; // the pointer cannot be read

export interface Dataset {
  /** Unique in the repository: the path of the data. */
  readonly path: RepoPath;
  /** The file in git that stands for it, and the stage where that file is a dvc.yaml or dvc.lock. */
  readonly pointer: RepoPath;
  readonly stage?: string;
  readonly kind: 'file' | 'folder' | 'unknown';
  /** As the pointer text has it; absent where nothing is recorded yet. */
  readonly hash?: string;
  /** Bytes, where the pointer says it. */
  readonly size?: number;
  readonly files?: number;
  readonly frozen: boolean;
  /** Where an imported dataset came from. */
  readonly importedFrom?: string;
  readonly description?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  /** False for outs that stay in git (`cache: false`). */
  readonly cached: boolean;
  readonly pushable: boolean;
  readonly remote?: string;
}

/** A pointer that cannot be read, or stands in conflict. */
export interface PointerFault {
  readonly pointer: RepoPath;
  readonly message: string;
  readonly line?: number;
  readonly conflict: boolean;
  /** The data it stands for, where its name tells. */
  readonly path?: RepoPath;
}

export interface DatasetList {
  readonly datasets: readonly Dataset[];
  readonly faults: readonly PointerFault[];
}

/** One git commit that changed a dataset. */
export interface DatasetVersion {
  /** Full git commit id. */
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Branches and tags that point here. */
  readonly refs: readonly string[];
  /** The path of the data at that commit: another one before a rename. */
  readonly path: RepoPath;
  /** The content id; absent where this commit stopped tracking it, or the pointer could not be read. */
  readonly hash?: string;
  readonly kind: 'file' | 'folder' | 'unknown';
  readonly size?: number;
  readonly files?: number;
  readonly change: 'added' | 'modified' | 'renamed' | 'removed';
  /** Against the version before; absent where that is not known without a download. */
  readonly bytesDelta?: number;
  readonly filesDelta?: FileCounts;
  /** This is what the pointer in the workspace says. */
  readonly current: boolean;
  readonly inCache: boolean;
  /** `undefined`: not known (no remote, or not asked yet). */
  readonly onRemote?: boolean;
}

export interface FileCounts {
  readonly added: number;
  readonly deleted: number;
  readonly modified: number;
  readonly renamed: number;
}

export interface Page {
  /** How many newest versions to leave out. */
  readonly skip: number;
  readonly limit: number;
}

export interface VersionPage {
  readonly versions: readonly DatasetVersion[];
  readonly more: boolean;
}

/** A file or folder inside of a dataset, at a version or now. */
export interface DataEntry {
  /** Below the root of the repository. */
  readonly path: RepoPath;
  readonly kind: 'file' | 'folder';
  readonly hash?: string;
  /** Bytes, where known without a download. */
  readonly size?: number;
}

export interface PathChange {
  /** Below the root; a folder dataset itself ends with `/`. */
  readonly path: string;
  readonly oldHash?: string;
  readonly newHash?: string;
}

export interface PathRename {
  readonly old: string;
  readonly new: string;
  readonly hash?: string;
}

/** What differs between two versions. Paths of folders end with `/`. */
export interface Changes {
  readonly added: readonly PathChange[];
  readonly deleted: readonly PathChange[];
  readonly modified: readonly PathChange[];
  readonly renamed: readonly PathRename[];
}

/** The state of the repository, as `dvc data status --granular` divides it. Paths of folders end with `/`. */
export interface RepositoryStatus {
  /** The pointers of the workspace against those of HEAD. */
  readonly committed: Changes;
  /** The data of the workspace against the pointers of the workspace. */
  readonly uncommitted: Changes;
  readonly notInCache: readonly string[];
  /** Asked for with `remote: true` only. */
  readonly notInRemote: readonly string[];
  readonly unchanged: readonly string[];
  readonly untracked: readonly string[];
  /** Changes that cannot be divided, as their tree object is neither here nor in the cache. */
  readonly unknown: readonly string[];
  readonly faults: readonly PointerFault[];
  /** The name of HEAD's branch or short id; absent without git. */
  readonly head?: string;
}

export interface StatusOptions extends OperationOptions {
  /** Limits to these datasets or paths inside. */
  readonly targets?: readonly RepoPath[];
  /** Look into folders. Default true. */
  readonly granular?: boolean;
  readonly remote?: boolean;
  readonly remoteName?: string;
  readonly untracked?: boolean;
  readonly unchanged?: boolean;
}

/** `undefined`: the workspace. A branch, tag or commit otherwise. */
export type Revision = string | undefined;

export interface TransferResult extends Batch<string> {
  /** Objects that were moved and their bytes. */
  readonly objects: number;
  readonly bytes: number;
}

export interface CheckoutResult extends Batch<string> {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
  /** Data in no cache that was left as it is; `force` would replace it. Also listed in `failed`. */
  readonly inTheWay: readonly string[];
}

export interface PullResult extends TransferResult {
  readonly checkout: CheckoutResult;
}

export interface RemoteInfo {
  readonly name: string;
  readonly url: string;
  readonly kind: string;
  readonly default: boolean;
  /** False for kinds that this build cannot open. */
  readonly supported: boolean;
}

export interface TargetOptions extends OperationOptions {
  /** Datasets, pointer files, or paths inside of datasets. None: everything. */
  readonly targets?: readonly RepoPath[];
}

export interface VersionedRepository extends AsyncDisposable {
  readonly system: string;
  /** The folder that holds the data and the pointers. */
  readonly root: AbsPath;
  /** The git work tree around it, where there is one. */
  readonly gitRoot: AbsPath | undefined;

  datasets(revision?: Revision, options?: OperationOptions): Promise<DatasetList>;
  /** Newest first, over the history of HEAD; renames of the pointer are followed. */
  versions(
    path: RepoPath,
    page: Page,
    options?: OperationOptions & { readonly remote?: boolean },
  ): Promise<VersionPage>;
  /** The direct children of `folder` at a revision, folders first. */
  entries(folder: RepoFolder, revision?: Revision, options?: OperationOptions): Promise<readonly DataEntry[]>;
  /** What is at `path`; `undefined` where nothing tracked is. */
  entry(path: RepoPath, revision?: Revision, options?: OperationOptions): Promise<DataEntry | undefined>;
  /** The bytes of a file of a revision from workspace, cache or remote, whichever has them first. */
  content(path: RepoPath, revision?: Revision, options?: OperationOptions): Promise<ByteSource>;
  status(options?: StatusOptions): Promise<RepositoryStatus>;
  diff(from: Revision, to: Revision, options?: TargetOptions): Promise<Changes>;

  readonly add?: (
    paths: readonly RepoPath[],
    options?: OperationOptions & { readonly force?: boolean },
  ) => Promise<Batch<string>>;
  readonly commit?: (options?: TargetOptions) => Promise<Batch<string>>;
  readonly checkout?: (options?: TargetOptions & { readonly force?: boolean }) => Promise<CheckoutResult>;
  /** Puts the data of a revision into the workspace and its pointer beside it; git's HEAD stays. */
  readonly restore?: (
    path: RepoPath,
    revision: string,
    options?: OperationOptions & { readonly force?: boolean },
  ) => Promise<CheckoutResult>;
  readonly push?: (options?: TargetOptions & RemoteChoice) => Promise<TransferResult>;
  readonly fetch?: (options?: TargetOptions & RemoteChoice & { readonly revision?: string }) => Promise<TransferResult>;
  readonly pull?: (options?: TargetOptions & RemoteChoice & { readonly force?: boolean }) => Promise<PullResult>;
  /** Stops tracking; the data stays in the workspace. */
  readonly remove?: (paths: readonly RepoPath[], options?: OperationOptions) => Promise<Batch<string>>;
  readonly move?: (from: RepoPath, to: RepoPath, options?: OperationOptions) => Promise<void>;
  readonly unprotect?: (paths: readonly RepoPath[], options?: OperationOptions) => Promise<Batch<string>>;
  readonly remotes?: () => Promise<readonly RemoteInfo[]>;
}

export interface RemoteChoice {
  /** The remote's name; the default one otherwise. */
  readonly remote?: string;
}

export interface VersionedSystem<H> {
  readonly id: string;
  /** The root that `start` lies in, or `undefined`. Looks at names only, starts no process. */
  detect(start: AbsPath): Promise<AbsPath | undefined>;
  open(root: AbsPath, host: H): Promise<VersionedRepository>;
}

import type { RepoPath } from '../../base/paths.ts';
import type { DataEntry, Dataset, DatasetVersion, PointerFault, RemoteInfo } from '../../core/system.ts';
import type { ActivityEntry, RepositoryModel } from '../model/contract.ts';

/*
 * The elements of the three trees. Plain data: the views make them, the commands read them (they are a command's first argument;
 * with a multi-selection the second argument is an array of them).
 *
 * Their `contextValue`, for `viewItem =~ /…/` in package.json (made in *-labels.ts):
 *   repository
 *   dataset.KIND.STATE[.stage][.imported][.frozen][.inGit]   KIND: file folder unknown
 *                             STATE: ok modified added deleted renamed missing notPushed conflict changed error
 *   fault.error | fault.conflict
 *   files | versions | more | message
 *   folder.now.STATE | file.now.STATE            in the workspace
 *   folder.version | file.version                in one of the versions
 *   version.KIND.current | version.KIND.other.PLACE | version.removed    PLACE: cache remote nowhere unknown
 *   remote.(default|other).(supported|unsupported)
 *   activity.(running|done|failed|cancelled)
 */

export interface RepositoryNode {
  readonly kind: 'repository';
  readonly model: RepositoryModel;
}

export interface DatasetNode {
  readonly kind: 'dataset';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
}

/** A pointer that cannot be read. */
export interface FaultNode {
  readonly kind: 'fault';
  readonly model: RepositoryModel;
  readonly fault: PointerFault;
}

/** "Files" of a dataset now, or of one of its versions. */
export interface FilesNode {
  readonly kind: 'files';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
  readonly version?: DatasetVersion;
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
  readonly path: RepoPath;
  readonly version?: DatasetVersion;
}

export interface FileNode {
  readonly kind: 'file';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
  readonly path: RepoPath;
  /** The file's hash and size, as far as they are known. */
  readonly data: DataEntry;
  readonly version?: DatasetVersion;
}

/** "Versions" of a dataset. */
export interface VersionsNode {
  readonly kind: 'versions';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
}

export interface VersionNode {
  readonly kind: 'version';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
  readonly version: DatasetVersion;
}

/** "Load more" at the end of a page of versions, or of the files of a large folder. */
export interface MoreNode {
  readonly kind: 'more';
  readonly model: RepositoryModel;
  readonly dataset: Dataset;
  /** The folder whose files go on; absent for versions. */
  readonly folder?: RepoPath;
  /** The version that `folder` is shown at; absent for now. */
  readonly version?: DatasetVersion;
}

export interface RemoteNode {
  readonly kind: 'remote';
  readonly model: RepositoryModel;
  readonly remote: RemoteInfo;
}

export interface ActivityNode {
  readonly kind: 'activity';
  readonly entry: ActivityEntry;
}

/** One of an activity's failures, or any line of text below another node (an error, an empty folder). */
export interface MessageNode {
  readonly kind: 'message';
  readonly text: string;
  readonly severity: 'error' | 'info';
  readonly model?: RepositoryModel;
  readonly entry?: ActivityEntry;
}

export type TreeNode =
  | RepositoryNode
  | DatasetNode
  | FaultNode
  | FilesNode
  | FolderNode
  | FileNode
  | VersionsNode
  | VersionNode
  | MoreNode
  | RemoteNode
  | ActivityNode
  | MessageNode;

const kinds: ReadonlySet<string> = new Set<TreeNode['kind']>([
  'repository',
  'dataset',
  'fault',
  'files',
  'folder',
  'file',
  'versions',
  'version',
  'more',
  'remote',
  'activity',
  'message',
]);

/** Tells a tree element from the other things that VS Code hands to commands (Uri, SCM resource state). */
export function isTreeNode(value: unknown): value is TreeNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    kinds.has(value.kind)
  );
}

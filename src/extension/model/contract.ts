import type * as vscode from 'vscode';
import type { OperationOptions, ProgressState } from '../../base/operation.ts';
import type { RepoPath } from '../../base/paths.ts';
import type {
  DataState,
  Dataset,
  DatasetList,
  FileCounts,
  RemoteInfo,
  RepositoryStatus,
  VersionedRepository,
} from '../../core/system.ts';

/** What the views know of one path: its state, and the same in words. */
export interface PathState {
  readonly state: DataState;
  /** One sentence for tooltips: "Modified: other bytes than the pointer says". */
  readonly words: string;
  /** For folders: what is inside of them. */
  readonly inside?: FileCounts;
}

/** All that is known of a repository at one moment. Never changed in place: the next one replaces it. */
export interface Snapshot {
  readonly list: DatasetList;
  readonly status: RepositoryStatus;
  readonly remotes: readonly RemoteInfo[];
  /** Every path that is not `ok` and is shown: datasets, files inside, and the folders above them (worst state wins). */
  readonly states: ReadonlyMap<RepoPath, PathState>;
}

/** One repository in the window. Owner of its watchers and its refreshes. */
export interface RepositoryModel {
  readonly root: vscode.Uri;
  /** The folder's name, for titles. */
  readonly label: string;
  /** Runs in a thread of its own: no call blocks the extension host. */
  readonly repository: VersionedRepository;
  /** `undefined` until the first refresh has ended. */
  readonly snapshot: Snapshot | undefined;
  /** The last refresh's error, where it failed as a whole. */
  readonly error: Error | undefined;
  /** Fires after each refresh whose result differs. `changed`: the paths whose {@link PathState} is another one. */
  readonly onDidChange: vscode.Event<{ readonly changed: readonly RepoPath[] }>;
  uri(path: RepoPath): vscode.Uri;
  /** The path of a file below the root; `undefined` outside. */
  pathOf(uri: vscode.Uri): RepoPath | undefined;
  /** The dataset that a path is, or lies in. */
  datasetAt(path: RepoPath): Dataset | undefined;
  stateOf(path: RepoPath): PathState | undefined;
  /** Debounced; at most one runs and one is queued. Resolves when a refresh begun after the call has ended. */
  refresh(): Promise<void>;
}

/** The repositories of the window's folders. */
export interface WorkspaceModel {
  readonly repositories: readonly RepositoryModel[];
  /** False until the first search for repositories has ended. */
  readonly ready: boolean;
  readonly onDidChangeRepositories: vscode.Event<void>;
  /** Any repository's change. */
  readonly onDidChange: vscode.Event<{ readonly model: RepositoryModel; readonly changed: readonly RepoPath[] }>;
  /** The innermost repository that holds the file. */
  find(uri: vscode.Uri): { readonly model: RepositoryModel; readonly path: RepoPath } | undefined;
  /** Looks for repositories again and refreshes each. */
  refresh(): Promise<void>;
}

export type ActivityState = 'running' | 'done' | 'failed' | 'cancelled';

/** One row of the Activity view. */
export interface ActivityEntry {
  readonly id: number;
  /** "Push data/images" */
  readonly title: string;
  readonly state: ActivityState;
  readonly started: number;
  readonly ended?: number;
  readonly progress?: ProgressState;
  /** Bytes a second, over the last seconds. */
  readonly rate?: number;
  /** Why it failed, or what it did, one sentence. */
  readonly summary?: string;
  readonly failures: readonly { readonly what: string; readonly message: string }[];
}

export interface OperationSpec {
  readonly title: string;
  /** `notification`: with bytes, rate and a Cancel button. `quiet`: in the Activity view and the view's progress bar only. */
  readonly show: 'notification' | 'quiet';
  readonly model?: RepositoryModel;
  /** Offered as *Retry* where it failed. */
  readonly retry?: () => void;
}

/** What a work gets; to be handed on to the repository's method. */
export interface WorkOptions extends OperationOptions {
  /** Set when the user has said yes to overwriting what stands in the way. */
  readonly force?: boolean;
}

/** Every long or writing command passes through `run`. */
export interface Operations {
  readonly entries: readonly ActivityEntry[];
  readonly onDidChange: vscode.Event<void>;
  /**
   * Runs one writing operation a repository at a time; reports progress; turns errors into a message with a button for the next step.
   * Resolves to `undefined` where it failed or was cancelled (the user has been told by then).
   */
  run<T>(spec: OperationSpec, work: (options: WorkOptions) => Promise<T>): Promise<T | undefined>;
  cancel(id: number): void;
  retry(id: number): void;
  clearFinished(): void;
}

import type { Failure, OperationOptions } from '../../base/operation.ts';
import type { RepoPath } from '../../base/paths.ts';
import type { VersionedRepository } from '../../core/system.ts';

/*
 * What the extension asks of a repository thread beyond the port of the versioning systems: settings, housekeeping, and one walk for the
 * Explorer's menus. Each takes one plain object and the options of every operation. repository-thread.ts joins them to the core.
 */

export interface RemoteTest {
  readonly ok: boolean;
  /** One sentence: what was found, or why it cannot be used. */
  readonly message: string;
}

/** Which commits' data a garbage collection keeps; the workspace's always. */
export type GarbageScope = 'workspace' | 'branches' /* and tags */ | 'all-commits';

export interface GarbageReport {
  readonly dry: boolean;
  /** Objects that are (or would be) removed from the cache, and their bytes. */
  readonly objects: number;
  readonly bytes: number;
  readonly kept: number;
  readonly failed: readonly Failure[];
}

export interface FolderList {
  /** Folders below the root, without those skipped, hidden ones and `node_modules`. */
  readonly outside: readonly RepoPath[];
  /** The `inside` folders that exist, and every folder in them. */
  readonly inside: readonly RepoPath[];
  /** The limit was met: there are more. */
  readonly cut: boolean;
}

export interface RepositoryExtras {
  addRemote(
    input: { readonly name: string; readonly url: string; readonly makeDefault: boolean },
    options?: OperationOptions,
  ): Promise<void>;
  setDefaultRemote(input: { readonly name: string }, options?: OperationOptions): Promise<void>;
  removeRemote(input: { readonly name: string }, options?: OperationOptions): Promise<void>;
  testRemote(input: { readonly name: string }, options?: OperationOptions): Promise<RemoteTest>;
  collectGarbage(
    input: { readonly dry: boolean; readonly scope: GarbageScope },
    options?: OperationOptions,
  ): Promise<GarbageReport>;
  listFolders(
    input: { readonly inside: readonly RepoPath[]; readonly limit: number; readonly insideOnly?: boolean },
    options?: OperationOptions,
  ): Promise<FolderList>;
}

export const extraNames = [
  'addRemote',
  'setDefaultRemote',
  'removeRemote',
  'testRemote',
  'collectGarbage',
  'listFolders',
] as const satisfies readonly (keyof RepositoryExtras)[];

export interface InitInput {
  readonly subdir?: boolean;
  readonly noScm?: boolean;
  readonly force?: boolean;
}

/** The extras of a repository that runs in a thread; `undefined` for others (untrusted window). */
export function extrasOf(repository: VersionedRepository): RepositoryExtras | undefined {
  return 'extras' in repository ? (repository.extras as RepositoryExtras | undefined) : undefined;
}

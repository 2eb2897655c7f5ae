import { posix } from 'node:path';
import { TracksError } from '../base/errors.ts';
import { type Failure, type OperationOptions, throwIfAborted } from '../base/operation.ts';
import { ancestors, compareCodePoints, type RepoFolder, type RepoPath, repoBasename } from '../base/paths.ts';
import {
  commitView,
  ignoreRules,
  type PlacedNode,
  type PlacedView,
  type TrackedNode,
  trackedView,
  workspaceView,
} from './list-views.ts';
import { collectOuts } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import type { Repository } from './repository.ts';
import type { PointerFault, Revision } from './system.ts';

/** A line of `dvc list --json`, with its names. */
export interface ListEntry {
  /** Tracked data, or inside of it. */
  readonly isout: boolean;
  readonly isdir: boolean;
  /** Of the file that lies there. */
  readonly isexec: boolean;
  /** Bytes of what lies there, else what the pointer says; `null` where neither is known. */
  readonly size: number | null;
  /** What the pointer says, with `.dir` for a folder. */
  readonly md5: string | null;
  /** Below the folder that was asked for; the name alone where that was a file. */
  readonly path: string;
}

export interface ListOptions extends OperationOptions {
  readonly revision?: Revision;
  /** The files of all folders below, and no folders. */
  readonly recursive?: boolean;
  /** Tracked data alone. */
  readonly dvcOnly?: boolean;
}

export interface ListResult {
  /** In code-point order of their paths. */
  readonly entries: readonly ListEntry[];
  /** Pointers that cannot be read, and folders whose list of files cannot be had: what is known of them is listed all the same. */
  readonly failed: readonly Failure[];
}

/**
 * What is in a folder: files of the workspace (or of a commit) and tracked data together, data that is not here too, as `dvc list`
 * shows it. The list of a folder's files is fetched where it is not in the cache, and nothing else is. Throws `not-found`.
 */
export async function ls(repo: Repository, path: RepoFolder, options: ListOptions = {}): Promise<ListResult> {
  const { revision } = options;
  const list = revision === undefined ? collectOuts(repo, options) : await collectOutsAt(repo, revision, options);
  const placed =
    revision === undefined ? workspaceView(repo, ignoreRules(list.ignore)) : await commitView(repo, revision, options);
  const tracked = trackedView(repo, list.outs, options);
  const here = placed.at(path);
  const said = isUnderFile(placed, path) ? undefined : await tracked.at(path);
  const entries: ListEntry[] = [];
  if (here === undefined && said === undefined) {
    if (tracked.failed[0] !== undefined) throw tracked.failed[0].error;
    const at = revision === undefined ? '' : ` at ${revision}`;
    throw new TracksError('not-found', `${path}: there is no such file or folder${at}.`, { path });
  }
  if (!isFolder(here, said)) entries.push(entryOf(repoBasename(path as RepoPath), here, said));
  else {
    const visit = async (folder: RepoFolder, below: string): Promise<void> => {
      throwIfAborted(options.signal);
      const files = options.dvcOnly === true ? new Map<string, PlacedNode>() : placed.children(folder);
      // A file where a folder was tracked, or the other way round: what is there now counts.
      const now = options.dvcOnly === true ? undefined : placed.at(folder);
      const then = await tracked.at(folder);
      const other = now !== undefined && then !== undefined && (now.type === 'folder') !== then.folder;
      const data = other ? new Map<string, TrackedNode>() : await tracked.children(folder);
      for (const name of new Set([...files.keys(), ...data.keys()])) {
        const [file, datum] = [files.get(name), data.get(name)];
        const shown = posix.join(below, name);
        if (options.recursive !== true || !isFolder(file, datum)) entries.push(entryOf(shown, file, datum));
        else await visit(posix.join(folder, name) as RepoPath, shown);
      }
    };
    await visit(path, '');
  }
  return {
    entries: entries.sort((a, b) => compareCodePoints(a.path, b.path)),
    failed: [...list.faults.map(faultFailure), ...tracked.failed],
  };
}

/** What lies there decides, where something does. */
function isFolder(here: PlacedNode | undefined, said: TrackedNode | undefined): boolean {
  return here === undefined ? said?.folder === true : here.type === 'folder';
}

function entryOf(path: string, here: PlacedNode | undefined, said: TrackedNode | undefined): ListEntry {
  return {
    isout: said?.isOut === true,
    isdir: isFolder(here, said),
    isexec: here?.executable === true,
    size: here?.size ?? said?.size ?? null,
    md5: said?.hash ?? null,
    path,
  };
}

/** Below a file nothing can be, whatever pointers say. */
function isUnderFile(placed: PlacedView, path: RepoFolder): boolean {
  if (path === '') return false;
  return ancestors(path).some((folder) => {
    const node = placed.at(folder);
    return node !== undefined && node.type !== 'folder';
  });
}

function faultFailure(fault: PointerFault): Failure {
  const line = fault.line === undefined ? {} : { line: fault.line };
  return { what: fault.pointer, error: new TracksError('bad-file', fault.message, { path: fault.pointer, ...line }) };
}

import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isAbsent, isTracksError, systemCode, toTracksError } from '../base/errors.ts';
import type { Failure, OperationOptions } from '../base/operation.ts';
import { isInside, type RepoFolder, type RepoPath, repoDirname } from '../base/paths.ts';
import { fetchTree } from './contents.ts';
import { createIgnore, type IgnoreRules, isIgnored, withFile } from './formats/dvcignore.ts';
import { notInCache } from './objects/cache.ts';
import { hashText } from './objects/hash.ts';
import { decodePointer, type Out, requireGit } from './outs.ts';
import { absolute, type Repository } from './repository.ts';
import type { IgnoreText } from './workers/protocol.ts';

/** What lies at a path on disk or in git. `other`: a link, or what is neither file nor folder. */
export interface PlacedNode {
  readonly type: 'file' | 'folder' | 'other';
  /** Bytes; of a folder and a link what `dvc list` shows, which is of no use. */
  readonly size: number;
  readonly executable: boolean;
}

/** A workspace, or a commit. What `.dvcignore` names and repositories inside of this one are not there. */
export interface PlacedView {
  at(path: RepoFolder): PlacedNode | undefined;
  children(folder: RepoFolder): ReadonlyMap<string, PlacedNode>;
}

export function ignoreRules(texts: readonly IgnoreText[]): IgnoreRules {
  return texts.reduce((rules, i) => withFile(rules, i.folder as RepoFolder, i.text), createIgnore());
}

const owner = 0o100;

function isAbsentOrClosed(error: unknown): boolean {
  return isAbsent(error) || systemCode(error) === 'EACCES' || systemCode(error) === 'ELOOP';
}

export function workspaceView(repo: Repository, rules: IgnoreRules): PlacedView {
  const full = (path: RepoFolder): string => (path === '' ? repo.root : absolute(repo, path));
  const read = (file: string, follow: boolean): Stats | undefined => {
    try {
      return follow ? statSync(file) : lstatSync(file);
    } catch (error) {
      if (isAbsentOrClosed(error)) return undefined;
      throw toTracksError(error, file);
    }
  };
  const isNested = (path: RepoFolder): boolean => read(join(full(path), '.dvc'), false)?.isDirectory() === true;
  const node = (stats: Stats): PlacedNode => ({
    type: stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other',
    size: stats.size,
    executable: stats.isFile() && (stats.mode & owner) !== 0,
  });
  return {
    at: (path) => {
      // What was named is followed, what is found is not.
      const stats = read(full(path), true) ?? read(full(path), false);
      if (stats === undefined) return undefined;
      return path !== '' && isIgnored(rules, path, stats.isDirectory()) ? undefined : node(stats);
    },
    children: (folder) => {
      const found = new Map<string, PlacedNode>();
      let entries: Dirent[];
      try {
        entries = readdirSync(full(folder), { withFileTypes: true });
      } catch (error) {
        if (isAbsentOrClosed(error)) return found;
        throw toTracksError(error, full(folder));
      }
      for (const entry of entries) {
        const path = posix.join(folder, entry.name) as RepoPath;
        if (isIgnored(rules, path, entry.isDirectory())) continue;
        if (entry.isDirectory() && isNested(path)) continue;
        if (entry.isSymbolicLink()) {
          found.set(entry.name, { type: 'other', size: read(full(path), true)?.size ?? 0, executable: false });
          continue;
        }
        const stats = read(full(path), false);
        if (stats !== undefined) found.set(entry.name, node(stats));
      }
      return found;
    },
  };
}

/** The files of a commit, from git alone. */
export async function commitView(repo: Repository, revision: string, options: OperationOptions): Promise<PlacedView> {
  const git = requireGit(repo);
  const prefix = repo.gitPrefix;
  const all = await git.files(revision, { sizes: true, signal: options.signal });
  const files = all.flatMap((f) => (f.path.startsWith(prefix) ? [{ ...f, path: f.path.slice(prefix.length) }] : []));
  const ignoreFiles = files.filter((f) => posix.basename(f.path) === '.dvcignore' && f.mode !== '120000');
  const texts = await git.blobs(
    ignoreFiles.map((f) => f.blob),
    options,
  );
  const rules = ignoreRules(
    ignoreFiles.flatMap((f) => {
      const bytes = texts.get(f.blob);
      return bytes === undefined
        ? []
        : [{ folder: repoDirname(f.path as RepoPath), text: decodePointer(bytes, f.path) }];
    }),
  );
  const folders = new Map<RepoFolder, Map<string, PlacedNode>>([['', new Map()]]);
  /** The number of bytes of git's own object for the folder, as `dvc list --rev` shows it. */
  const objectSizes = new Map<RepoFolder, number>();
  const put = (path: RepoPath, node: PlacedNode, objectBytes: number): void => {
    const folder = repoDirname(path);
    const siblings = folders.get(folder) ?? new Map<string, PlacedNode>();
    const name = posix.basename(path);
    if (!folders.has(folder)) {
      folders.set(folder, siblings);
      put(folder as RepoPath, { type: 'folder', size: 0, executable: false }, '40000'.length);
    }
    if (!siblings.has(name)) {
      const id = (files[0]?.blob.length ?? 40) / 2;
      const bytes = objectBytes + ' '.length + Buffer.byteLength(name) + '\0'.length + id;
      objectSizes.set(folder, (objectSizes.get(folder) ?? 0) + bytes);
    }
    siblings.set(name, node);
  };
  for (const f of files) {
    const type = f.mode === '120000' ? 'other' : 'file';
    put(f.path as RepoPath, { type, size: f.size ?? 0, executable: f.mode === '100755' }, f.mode.length);
  }
  const isNested = (folder: RepoFolder): boolean => folders.get(folder)?.get('.dvc')?.type === 'folder';
  const sized = (path: RepoFolder, node: PlacedNode): PlacedNode =>
    node.type === 'folder' ? { ...node, size: objectSizes.get(path) ?? 0 } : node;
  const visible = (path: RepoPath, node: PlacedNode): boolean => !isIgnored(rules, path, node.type === 'folder');
  return {
    at: (path) => {
      if (path === '') return sized('', { type: 'folder', size: 0, executable: false });
      const node = folders.get(repoDirname(path))?.get(posix.basename(path));
      return node === undefined || !visible(path, node) ? undefined : sized(path, node);
    },
    children: (folder) => {
      const found = new Map<string, PlacedNode>();
      for (const [name, node] of folders.get(folder) ?? []) {
        const path = posix.join(folder, name) as RepoPath;
        if (!visible(path, node) || (node.type === 'folder' && isNested(path))) continue;
        found.set(name, sized(path, node));
      }
      return found;
    },
  };
}

/** What pointers say of a path. */
export interface TrackedNode {
  readonly folder: boolean;
  /** A dataset, or inside of one; false for the folders above them. */
  readonly isOut: boolean;
  readonly size: number | undefined;
  readonly hash?: string;
}

export interface TrackedView {
  at(path: RepoFolder): Promise<TrackedNode | undefined>;
  children(folder: RepoFolder): Promise<ReadonlyMap<string, TrackedNode>>;
  /** Folders whose list of files could not be had. */
  readonly failed: readonly Failure[];
}

const above: TrackedNode = { folder: true, isOut: false, size: undefined };

function nodeOf(out: Out): TrackedNode {
  const hash = out.hash === undefined ? {} : { hash: hashText(out.hash) };
  return { folder: out.hash?.kind === 'tree', isOut: true, size: out.hash === undefined ? 0 : out.size, ...hash };
}

/** Outs, and what is in those that are folders: their lists come from the cache, or from the remote where they are not there. */
export function trackedView(repo: Repository, outs: readonly Out[], options: OperationOptions): TrackedView {
  const cached = outs.filter((o) => o.cache);
  const nodes = new Map<RepoFolder, Map<string, TrackedNode>>([['', new Map()]]);
  const failed: Failure[] = [];
  const opened = new Set<Out>();
  const put = (path: RepoPath, node: TrackedNode, folderNode: TrackedNode): void => {
    const folder = repoDirname(path);
    let siblings = nodes.get(folder);
    if (siblings === undefined) {
      siblings = new Map();
      nodes.set(folder, siblings);
      if (nodes.get(repoDirname(folder as RepoPath))?.has(posix.basename(folder)) !== true) {
        put(folder as RepoPath, folderNode, folderNode);
      }
    }
    siblings.set(posix.basename(path), node);
  };
  for (const out of cached) put(out.path, nodeOf(out), above);

  const open = async (out: Out): Promise<void> => {
    if (opened.has(out) || out.hash?.kind !== 'tree') return;
    opened.add(out);
    try {
      for (const e of await fetchTree(repo, out, options)) {
        put(
          posix.join(out.path, e.path) as RepoPath,
          { folder: false, isOut: true, size: undefined, hash: e.md5 },
          { folder: true, isOut: true, size: undefined },
        );
      }
    } catch (error) {
      if (isTracksError(error, 'cancelled')) throw error;
      const known = isTracksError(error, 'no-remote') ? notInCache(out.path, out.hash) : error;
      failed.push({ what: out.path, error: toTracksError(known, out.path) });
    }
  };
  const openAround = async (path: RepoFolder): Promise<void> => {
    const out = cached.find((o) => isInside(o.path, path));
    if (out !== undefined) await open(out);
  };
  return {
    failed,
    at: async (path) => {
      if (path === '') return above;
      const found = nodes.get(repoDirname(path))?.get(posix.basename(path));
      if (found !== undefined) return found;
      await openAround(path);
      return nodes.get(repoDirname(path))?.get(posix.basename(path));
    },
    children: async (folder) => {
      await openAround(folder);
      return nodes.get(folder) ?? new Map();
    },
  };
}

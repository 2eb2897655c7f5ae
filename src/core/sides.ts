import type { RepoPath } from '../base/paths.ts';
import type { TreeEntry } from './formats/tree.ts';
import { formatTree } from './formats/tree.ts';
import { type Hash, hashText, md5 } from './objects/hash.ts';
import type { Out } from './outs.ts';
import type { Repository } from './repository.ts';
import type { Changes, PathChange, PathRename } from './system.ts';
import type { WorkData } from './workspace.ts';

/** One out's content on one side of a comparison. */
export interface SideOut {
  readonly path: RepoPath;
  readonly folder: boolean;
  /** Absent where none is recorded, or the workspace could not be read as a whole. */
  readonly hash?: Hash;
  /** md5 by path below a folder out; absent where the tree object is not here. */
  readonly entries?: ReadonlyMap<string, string>;
  /** It is in the workspace and cannot be read, or not as a whole. */
  readonly unread?: boolean;
}

/** One side of a comparison: a commit, the pointers of the workspace, or its data. */
export type Side = ReadonlyMap<RepoPath, SideOut>;

export function entryMap(entries: readonly TreeEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.map((e) => [e.path, e.md5]));
}

/** What pointers say: folder contents from the cache. A tree that cannot be used goes to `faulty`, and counts as one that is not here. */
export function pointerSide(
  repo: Repository,
  outs: readonly Out[],
  granular: boolean,
  faulty?: (out: Out, error: unknown) => void,
): Side {
  const cache = repo.cache();
  const treeOf = (out: Out, hash: Hash): readonly TreeEntry[] | undefined => {
    try {
      return cache.tree(hash);
    } catch (error) {
      if (faulty === undefined) throw error;
      faulty(out, error);
      return undefined;
    }
  };
  return new Map(
    outs.map((out): [RepoPath, SideOut] => {
      const folder = out.hash?.kind === 'tree';
      const tree = granular && out.hash !== undefined && folder ? treeOf(out, out.hash) : undefined;
      return [
        out.path,
        {
          path: out.path,
          folder,
          ...(out.hash === undefined ? {} : { hash: out.hash }),
          ...(tree === undefined ? {} : { entries: entryMap(tree) }),
        },
      ];
    }),
  );
}

/** What lies in the workspace, for the outs that are there. */
export function workspaceSide(outs: readonly Out[], data: readonly WorkData[]): Side {
  const side = new Map<RepoPath, SideOut>();
  for (const [i, out] of outs.entries()) {
    const work = data[i];
    if (work === undefined || work.type === 'absent') continue;
    const name = out.hash?.name ?? 'md5';
    if (work.type === 'file') {
      const file = work.files[0];
      side.set(out.path, {
        path: out.path,
        folder: false,
        ...(file === undefined ? { unread: true } : { hash: { name, hex: file.md5, kind: 'file' } }),
      });
      continue;
    }
    const entries = new Map(work.files.map((f) => [f.path, f.md5]));
    const whole = work.failed.length === 0;
    const hash: Hash = {
      name,
      hex: md5(formatTree(work.files.map((f) => ({ path: f.path as RepoPath, md5: f.md5 })))),
      kind: 'tree',
    };
    side.set(out.path, { path: out.path, folder: true, entries, ...(whole ? { hash } : { unread: true }) });
  }
  return side;
}

export interface CompareOptions {
  readonly granular: boolean;
  /** `true`: only hashes count (as `dvc data status`); otherwise an out that appears without a hash is a change too (as `dvc diff`). */
  readonly hashOnly: boolean;
}

export interface Comparison extends Changes {
  readonly unchanged: readonly string[];
  /** Files on the new side whose old state cannot be known: the old tree object is not here. */
  readonly unknown: readonly string[];
}

interface Item {
  readonly path: string;
  readonly hash: string | undefined;
}

function textOf(hash: Hash | undefined): string | undefined {
  return hash === undefined ? undefined : `${hash.name === 'md5' ? '' : `${hash.name}:`}${hashText(hash)}`;
}

function plain(hash: string | undefined): { hash?: string } {
  return hash === undefined ? {} : { hash: hash.replace(/^md5-dos2unix:/, '') };
}

/** DVC orders by the parts of a path. */
export function compareParts(a: string, b: string): number {
  const x = a.split('/');
  const y = b.split('/');
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const p = x[i] as string;
    const q = y[i] as string;
    if (p !== q) return p < q ? -1 : 1;
  }
  return x.length - y.length;
}

/** Pairs what appeared with what went away and has the same content, in the order of their paths (as DVC does). */
function pairRenames(
  added: readonly Item[],
  deleted: readonly Item[],
): { renamed: PathRename[]; added: Item[]; deleted: Item[] } {
  if (added.length === 0 || deleted.length === 0) return { renamed: [], added: [...added], deleted: [...deleted] };
  const queues = new Map<string, Item[]>();
  const gone = new Set(deleted);
  for (const item of [...deleted].sort((a, b) => compareParts(a.path, b.path))) {
    if (item.hash === undefined) continue;
    const queue = queues.get(item.hash);
    if (queue === undefined) queues.set(item.hash, [item]);
    else queue.push(item);
  }
  const renamed: PathRename[] = [];
  const rest: Item[] = [];
  for (const item of [...added].sort((a, b) => compareParts(a.path, b.path))) {
    const old = item.hash === undefined ? undefined : queues.get(item.hash)?.shift();
    if (old === undefined) {
      rest.push(item);
      continue;
    }
    gone.delete(old);
    renamed.push({ old: old.path, new: item.path, ...plain(item.hash) });
  }
  return { renamed, added: rest, deleted: [...gone] };
}

/** What is different between two sides. Paths of folder outs end with `/`. */
export function compareSides(before: Side, after: Side, options: CompareOptions): Comparison {
  const added: Item[] = [];
  const deleted: Item[] = [];
  const modified: PathChange[] = [];
  const unchanged: string[] = [];
  const unknown: string[] = [];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(compareParts);
  for (const path of paths) {
    const old = before.get(path);
    const now = after.get(path);
    const oldText = textOf(old?.hash);
    const newText = textOf(now?.hash);
    const shown =
      (now?.hash === undefined && old !== undefined ? old.folder : (now?.folder ?? old?.folder)) === true
        ? `${path}/`
        : path;
    const oldThere = options.hashOnly ? oldText !== undefined : old !== undefined;
    const newThere = options.hashOnly ? newText !== undefined : now !== undefined;
    // What could not be read as a whole has changed for all we know; a folder's files are compared one by one.
    if (now?.unread === true)
      modified.push({ path: shown, ...(oldText === undefined ? {} : { oldHash: plain(oldText).hash ?? '' }) });
    else if (oldThere && !newThere) deleted.push({ path: old?.folder === true ? `${path}/` : path, hash: oldText });
    else if (!oldThere && newThere) added.push({ path: shown, hash: newText });
    else if (oldText !== newText) {
      const o = plain(oldText).hash;
      const n = plain(newText).hash;
      modified.push({
        // The name it had, for `dvc diff`; the one it has, for `dvc data status`.
        path: options.hashOnly || old === undefined ? shown : old.folder ? `${path}/` : path,
        ...(o === undefined ? {} : { oldHash: o }),
        ...(n === undefined ? {} : { newHash: n }),
      });
    } else if (oldText !== undefined) unchanged.push(shown);
    if (!options.granular) continue;
    const same = oldText !== undefined && oldText === newText;
    // The same tree on both sides: whichever side knows its files knows them for both.
    const oldEntries = old?.entries ?? (same ? now?.entries : undefined);
    const newEntries = now?.entries ?? (same ? old?.entries : undefined);
    const lost =
      (old?.folder === true && oldEntries === undefined) || (now?.folder === true && newEntries === undefined);
    if (lost) {
      for (const file of newEntries?.keys() ?? []) unknown.push(`${path}/${file}`);
      continue;
    }
    for (const [file, hash] of newEntries ?? []) {
      const was = oldEntries?.get(file);
      const full = `${path}/${file}`;
      if (was === undefined) added.push({ path: full, hash });
      else if (was === hash) unchanged.push(full);
      else modified.push({ path: full, oldHash: was, newHash: hash });
    }
    for (const [file, hash] of oldEntries ?? []) {
      if (newEntries?.has(file) !== true) deleted.push({ path: `${path}/${file}`, hash });
    }
  }
  const paired = pairRenames(added, deleted);
  const toNew = (item: Item): PathChange => ({
    path: item.path,
    ...(item.hash === undefined ? {} : { newHash: plain(item.hash).hash ?? '' }),
  });
  const toOld = (item: Item): PathChange => ({
    path: item.path,
    ...(item.hash === undefined ? {} : { oldHash: plain(item.hash).hash ?? '' }),
  });
  return {
    added: paired.added.map(toNew),
    deleted: paired.deleted.map(toOld),
    modified,
    renamed: paired.renamed,
    unchanged,
    unknown,
  };
}

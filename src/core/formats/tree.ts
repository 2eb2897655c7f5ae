import { TracksError } from '../../base/errors.ts';
import { compareCodePoints, type RepoPath, repoPathFault } from '../../base/paths.ts';
import { type Hash, md5 } from '../objects/hash.ts';
import { pythonString } from './python-json.ts';

/** One file of a folder. */
export interface TreeEntry {
  /** Below the folder. */
  readonly path: RepoPath;
  /** 32 lower-case hex digits; its hash name is that of the tree. */
  readonly md5: string;
}

/**
 * Parses the bytes of a `.dir` object. They are untrusted: a bad shape is `corrupt`, a path that leaves the folder `bad-path`; both name
 * `what`. Entries come in code-point order; keys other than `md5` and `relpath` are ignored.
 */
export function parseTree(bytes: Uint8Array, what: string): readonly TreeEntry[] {
  const list = parseJson(bytes, what);
  if (!Array.isArray(list)) throw corrupt(what, 'it is no list of files');
  const entries = list.map((item: unknown, index) => parseEntry(item, index, what));
  if (!isSorted(entries)) entries.sort(byPath);
  checkNames(entries, what);
  return entries;
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt(what, error instanceof Error ? error.message : String(error), error);
  }
}

function parseEntry(item: unknown, index: number, what: string): TreeEntry {
  if (typeof item !== 'object' || item === null || !('md5' in item) || !('relpath' in item)) {
    throw corrupt(what, `entry ${index + 1} has no "md5" or no "relpath"`);
  }
  const { md5: hex, relpath: path } = item;
  if (typeof hex !== 'string' || !/^[0-9a-f]{32}$/.test(hex))
    throw corrupt(what, `the "md5" of entry ${index + 1} is no MD5`);
  if (typeof path !== 'string') throw corrupt(what, `the "relpath" of entry ${index + 1} is no text`);
  const fault = repoPathFault(path) ?? windowsFault(path);
  if (fault !== undefined) throw badPath(what, path, fault);
  return { path: path as RepoPath, md5: hex };
}

/** A `\` is part of a name on Linux and a separator on Windows: what it would reach there counts everywhere. */
function windowsFault(path: string): string | undefined {
  if (!path.includes('\\')) return undefined;
  if (path.startsWith('\\')) return 'it is absolute on Windows';
  return path.split(/[\\/]/).includes('..') ? 'it leaves the folder on Windows' : undefined;
}

/** Wants the entries sorted. `a` and `a/b` need not be neighbours (`a-` comes between), hence the set. */
function checkNames(entries: readonly TreeEntry[], what: string): void {
  const files = new Set<string>();
  for (const { path } of entries) {
    if (files.has(path)) throw corrupt(what, `"${path}" is listed twice`);
    files.add(path);
  }
  let folder = '';
  for (const { path } of entries) {
    const slash = path.lastIndexOf('/');
    if (slash < 0 || path.slice(0, slash) === folder) continue;
    folder = path.slice(0, slash);
    for (let above = folder; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      if (files.has(above)) throw corrupt(what, `"${above}" is a file and also the folder of "${path}"`);
    }
  }
}

function corrupt(what: string, reason: string, cause?: unknown): TracksError {
  return new TracksError('corrupt', `${what} is damaged: ${reason}.`, {
    path: what,
    hint: 'Remove it from the cache and pull it again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function badPath(what: string, path: string, fault: string): TracksError {
  return new TracksError('bad-path', `${what} lists "${path}": ${fault}.`, {
    path: what,
    hint: 'Do not use this folder: someone made it by hand. Ask where it came from.',
    details: { entry: path },
  });
}

function byPath(a: TreeEntry, b: TreeEntry): number {
  return compareCodePoints(a.path, b.path);
}

function isSorted(entries: readonly TreeEntry[]): boolean {
  for (let i = 1; i < entries.length; i++) {
    const [a, b] = [entries[i - 1], entries[i]];
    if (a !== undefined && b !== undefined && byPath(a, b) > 0) return false;
  }
  return true;
}

/** The bytes that DVC writes for these entries, in whatever order they come. */
export function formatTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = isSorted(entries) ? entries : [...entries].sort(byPath);
  const parts: string[] = [];
  for (const { md5: hex, path } of sorted) parts.push(`{"md5": "${hex}", "relpath": ${pythonString(path)}}`);
  return Buffer.from(`[${parts.join(', ')}]`, 'latin1');
}

/** The id of a folder: the MD5 of its bytes. */
export function hashTree(entries: readonly TreeEntry[]): { readonly hash: Hash; readonly bytes: Buffer } {
  const bytes = formatTree(entries);
  return { hash: { name: 'md5', hex: md5(bytes), kind: 'tree' }, bytes };
}

import { TracksError } from './errors.ts';

declare const kind: unique symbol;
/** An absolute, normalised path of this machine, in its own notation. */
export type AbsPath = string & { readonly [kind]: 'abs' };
/** A path inside a repository: posix, relative, normalised, no `.` and no `..`, never empty. */
export type RepoPath = string & { readonly [kind]: 'repo' };
/** A {@link RepoPath} or `''`, the root itself. */
export type RepoFolder = RepoPath | '';

/** Why a text is no {@link RepoPath}, or `undefined` if it is one. */
export function repoPathFault(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.includes('\0')) return 'it holds a NUL';
  if (text.startsWith('/')) return 'it is absolute';
  if (/^[A-Za-z]:[\\/]/.test(text)) return 'it is absolute';
  for (const part of text.split('/')) {
    if (part === '') return 'it holds an empty part';
    if (part === '.') return 'it holds the part "."';
    if (part === '..') return 'it leaves the folder ("..")';
  }
  return undefined;
}

/** Parses an untrusted text; throws `bad-path`. */
export function repoPath(text: string): RepoPath {
  const fault = repoPathFault(text);
  if (fault !== undefined)
    throw new TracksError('bad-path', `"${text}" is not a path inside of the repository: ${fault}.`, { path: text });
  return text as RepoPath;
}

export function joinRepo(folder: RepoFolder, relative: string): RepoPath {
  return repoPath(folder === '' ? relative : `${folder}/${relative}`);
}

export function repoDirname(path: RepoPath): RepoFolder {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : (path.slice(0, slash) as RepoPath);
}

export function repoBasename(path: RepoPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `path` below `folder`, or `undefined` where it is not inside; `''` where they are equal. */
export function relativeTo(folder: RepoFolder, path: RepoFolder): RepoFolder | undefined {
  if (folder === '') return path;
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1) as RepoPath) : undefined;
}

export function isInside(folder: RepoFolder, path: RepoFolder): boolean {
  return relativeTo(folder, path) !== undefined;
}

/** Every folder above `path`, nearest first, without the root. */
export function ancestors(path: RepoPath): RepoPath[] {
  const result: RepoPath[] = [];
  for (let folder = repoDirname(path); folder !== ''; folder = repoDirname(folder)) result.push(folder);
  return result;
}

/** The order of Python's `str` and of DVC: by code point. (JavaScript's own order is by UTF-16 unit.) */
export function compareCodePoints(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const high = (u: number): boolean => u >= 0xd800 && u <= 0xdfff;
    if (high(x) !== high(y)) return high(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

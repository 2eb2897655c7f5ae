import type { PlainError } from '../../base/errors.ts';
import type { HashName } from '../objects/hash.ts';
import type { LinkType } from '../worktree/link.ts';

/** What a stat tells of a regular file. Times in milliseconds, as `fs.Stats` has them. */
export interface FileStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly mode: number;
}

export interface ScannedFile extends FileStat {
  /** Below the scanned folder, posix; `''` where a file itself was scanned. */
  readonly path: string;
}

/** Text of a `.dvcignore` above or in the scanned folder; `folder` is below the repository's root. */
export interface IgnoreText {
  readonly folder: string;
  readonly text: string;
}

export interface ScanTask {
  readonly kind: 'scan';
  /** Absolute path of a file or folder. */
  readonly path: string;
  /** The same, below the repository's root, which ignore rules are relative to. */
  readonly relative: string;
  readonly ignore: readonly IgnoreText[];
}

export interface ScanResult {
  readonly type: 'absent' | 'file' | 'folder';
  readonly files: readonly ScannedFile[];
  /** Names that cannot be tracked: broken links, sockets, names that are not UTF-8. */
  readonly failed: readonly { readonly path: string; readonly error: PlainError }[];
}

export interface HashItem {
  /** Absolute path. */
  readonly file: string;
  /** Bytes, as the scan saw it; for balance only. */
  readonly size: number;
  /** The MD5 that the bytes must have: with others nothing is stored, and the outcome is `corrupt`. */
  readonly expect?: string;
}

export interface HashTask {
  readonly kind: 'hash';
  readonly items: readonly HashItem[];
  readonly hashName: HashName;
  /** Where set, the bytes are also put into this cache. */
  readonly cacheRoot?: string;
}

export interface Hashed {
  readonly md5: string;
  /** Of the file after it was read: what the hash is true for. */
  readonly stat: FileStat;
  /** False where the object was in the cache before. */
  readonly stored: boolean;
}

export type HashOutcome = Hashed | { readonly error: PlainError };

export interface PlaceItem {
  /** Absolute path of the cache object. */
  readonly object: string;
  readonly md5: string;
  /** Absolute path of the file to make. */
  readonly target: string;
  readonly executable: boolean;
  /**
   * What the target was when it was looked at, `null` for nothing: another state is left alone (`changed-while-read`). Absent: whatever
   * is there is replaced.
   */
  readonly replaces?: FileStat | null;
}

export interface PlaceTask {
  readonly kind: 'place';
  readonly items: readonly PlaceItem[];
  /** Tried in this order. */
  readonly links: readonly LinkType[];
  /** No folder of a target below this one may be a symbolic link. */
  readonly root: string;
  /** Check the object's bytes first, unless it is write protected. */
  readonly verify: boolean;
}

export type PlaceOutcome = { readonly stat: FileStat } | { readonly error: PlainError };

export type Task = ScanTask | HashTask | PlaceTask;

export interface TaskResults {
  readonly scan: ScanResult;
  readonly hash: readonly HashOutcome[];
  readonly place: readonly PlaceOutcome[];
}

/** Reports bytes and files as they are done; throws where the work was cancelled. */
export type Tick = (files: number, bytes: number) => void;

import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { AbsPath } from '../../../src/base/paths.ts';
import { objectKey } from '../../../src/core/objects/hash.ts';
import { collectOuts } from '../../../src/core/outs.ts';
import { removePath } from '../../support/bench.ts';
import { normalise, type Shape } from '../../support/shapes.ts';

/** A repository to be changed: a copy of one with two commits, `first` and `second` (the branch main), all of it pushed. */
export interface Ground {
  readonly root: AbsPath;
  /** Beside the repository. */
  readonly remote: AbsPath;
  dvc(...args: readonly string[]): Promise<string>;
}

export interface Case {
  readonly change: (ground: Ground) => unknown;
  /** Where the repository is, below the git root. */
  readonly at?: string;
  /** Without the two commits: a git repository with DVC and nothing more. */
  readonly bare?: boolean;
  /** Two revisions that are compared too. */
  readonly between?: readonly [string, string];
  /** Where ours is another answer on purpose; takes both answers to a common one. */
  readonly different?: {
    readonly why: string;
    readonly made: Made;
  };
}

export type Question = 'granular' | 'folders' | 'diff' | 'between';

export function rename(root: string, from: string, to: string): void {
  renameSync(join(root, from), join(root, to));
}

export function cacheFile(root: AbsPath, path: string, inner?: string): string {
  const out = collectOuts({ root }).outs.find((o) => o.path === path);
  if (out?.hash === undefined) throw new Error(`${path} has no hash`);
  const file = join('.dvc/cache', objectKey(out.hash));
  if (inner === undefined) return file;
  const entries = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    readonly md5: string;
    readonly relpath: string;
  }[];
  const md5 = entries.find((e) => e.relpath === inner)?.md5;
  if (md5 === undefined) throw new Error(`${path} holds no ${inner}`);
  return join('.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2));
}

/** Takes paths away, and all that the remote has. */
export function lose(root: string, remote: string, ...paths: readonly string[]): void {
  removePath(remote, 'files');
  removePath(root, ...paths);
}

export function edit(shape: Shape, change: (text: string) => string): Shape {
  return JSON.parse(change(JSON.stringify(shape)));
}

export type Made = (shape: Shape, whose: 'ours' | 'dvc', what: Question) => Shape;

/** Leaves out what is said of single files below these folders. */
export function withoutFilesOf(...folders: readonly string[]): Made {
  const isBelow = (path: unknown): boolean =>
    typeof path === 'string' && folders.some((f) => path.startsWith(`${f}/`) && path !== `${f}/`);
  const visit = (value: Shape): Shape => {
    if (Array.isArray(value))
      return value.filter((v) => !isBelow(typeof v === 'string' ? v : (v as { path?: unknown }).path)).map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, v]): [string, Shape] => [key, visit(v)]));
  };
  return (shape) => normalise(visit(shape));
}

/** Data that is as its pointer says tells the files of the tree. */
export function dataTellsTree(...folders: readonly string[]): NonNullable<Case['different']> {
  return {
    why: 'for DVC the files of a lost tree are unknown, though the data that lies here has its very hash',
    made: withoutFilesOf(...folders),
  };
}

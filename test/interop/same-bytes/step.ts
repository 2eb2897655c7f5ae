import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath } from '../../../src/base/paths.ts';
import { type AddOptions, add } from '../../../src/core/add.ts';
import type { Repository } from '../../../src/core/repository.ts';
import type { Files } from '../../support/bench.ts';

/** The same step on both sides: first the same edit, then DVC's command here and our verb there. */
export interface Step {
  readonly what: string;
  readonly edit?: Files | ((root: string) => void);
  readonly dvc: readonly (readonly string[])[];
  readonly ours: (repo: Repository) => unknown;
  readonly different?: Difference;
}

/** Where we differ on purpose, from this step on. */
export interface Difference {
  readonly why: string;
  /** Makes both sides' lines the same. */
  readonly made?: (line: string) => string;
  /** True for the lines that DVC may have beyond ours. */
  readonly extra?: (line: string) => boolean;
}

export const treesOfParts: Difference = {
  why: 'DVC keeps a tree object of the added subfolder itself, which nothing refers to',
  extra: (line) => /files\/md5\/..("|\/[0-9a-f]{30}\.dir")/.test(line),
};

export const modeOfItsOwner = {
  why: 'DVC makes an executable file 744 (it writes it anew from its cache); ours leaves the mode to whoever gave it',
  made: (line: string): string => line.replace(/^file 7[45][45] (×\d+ "(?!\.dvc\/))/, 'file 7** $1'),
};

export async function adding(repo: Repository, paths: readonly string[], options?: AddOptions): Promise<void> {
  const { failed } = await add(repo, paths, options);
  if (failed[0] !== undefined) throw failed[0].error;
}

export const p = (path: string): RepoPath => path as RepoPath;

/** DVC's pointer of this file, with text of a user put around it. */
export function dress(root: string, pointer: string, edit: (text: string) => string): void {
  const file = join(root, pointer);
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

export const plainFiles: Files = {
  'a.bin': 'a',
  'empty.bin': '',
  'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  'd/1': '1',
  'd/sub/2': '2',
  'd/sub/deep/er/3': '3',
  'd/same': '1',
  'd/empty': '',
  'd/run.sh': { text: '#!/bin/sh\necho\n', mode: 0o755 },
  'd/crlf.txt': 'a\r\nb\r\n',
  'hollow/inner': null,
  'data/raw/x.csv': 'a,b\n1,2\n',
  'data/raw/y.csv': 'a,b\n3,4\n',
  'data/raw/z.txt': 'z',
};

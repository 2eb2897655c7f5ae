import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type ErrorCode, isTracksError } from '../../src/base/errors.ts';
import type { AbsPath } from '../../src/base/paths.ts';
import { add } from '../../src/core/add.ts';
import type { Repository } from '../../src/core/repository.ts';
import {
  assertSameLines,
  type Bench,
  type Files,
  gitCommit,
  gitInit,
  listing,
  openBench,
  writeFiles,
} from '../support/bench.ts';
import { requireDvc } from '../support/dvc.ts';

interface Refusal {
  readonly files?: Files;
  readonly path: string;
  readonly code: ErrorCode;
}

const refusals: Readonly<Record<string, Refusal>> = {
  'nothing there': { path: 'absent', code: 'not-found' },
  'a file of git': { path: 'in-git.txt', code: 'tracked-by-git' },
  'a folder with files of git': { path: 'git-folder', code: 'tracked-by-git' },
  'a folder around tracked data': { path: 'data', code: 'overlap' },
  'a folder with a .dvcignore in it': {
    files: { 'f/in/.dvcignore': '*.x\n', 'f/in/1': '1' },
    path: 'f',
    code: 'bad-path',
  },
  'data that .dvcignore names': { files: { '.dvcignore': '*.tmp\n', 'a.tmp': '1' }, path: 'a.tmp', code: 'bad-path' },
  'a folder with a link to nothing': {
    files: { 'g/1': '1', 'g/broken': { link: 'nowhere' } },
    path: 'g',
    code: 'not-found',
  },
  'data behind a linked folder': { files: { 'h/1': '1', linked: { link: 'h' } }, path: 'linked/1', code: 'bad-path' },
  'an out of a stage': {
    files: { 'dvc.yaml': 'stages:\n  s:\n    cmd: echo > o\n    outs: [o]\n', o: '\n' },
    path: 'o',
    code: 'overlap',
  },
  "DVC's own folder": { path: '.dvc/config', code: 'bad-path' },
};

describe('what DVC refuses to add, so do we, and nothing is changed', () => {
  let bench: Bench;
  before(function () {
    requireDvc.call(this);
    bench = openBench();
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
  });

  async function codeOf(repo: Repository, path: string): Promise<ErrorCode | undefined> {
    try {
      return (await add(repo, [path])).failed[0]?.error.code;
    } catch (error) {
      if (isTracksError(error)) return error.code;
      throw error;
    }
  }

  for (const [name, { files = {}, path, code }] of Object.entries(refusals)) {
    it(name, async () => {
      const root = join(bench.folder('refused'), 'repo') as AbsPath;
      mkdirSync(root);
      gitInit(root);
      await bench.dvc(root, 'init', '-q');
      writeFiles(root, { 'in-git.txt': 't', 'git-folder/1': '1', 'data/x/1': '1' });
      await bench.dvc(root, 'add', '-q', 'data/x');
      gitCommit(root, 'one');
      writeFiles(root, files);
      const before = listing(root);
      assert.equal(await bench.ours(root, (repo) => codeOf(repo, path)), code);
      const noCache = (lines: readonly string[]): string[] => lines.filter((line) => !line.includes('.dvc/cache/'));
      assertSameLines(noCache(listing(root)), noCache(before), 'after ours');
      assert.notEqual((await bench.tryDvc(root, 'add', path)).code, 0);
    });
  }
});

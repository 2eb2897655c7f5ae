import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { type GitRepository, openGit } from '../../../../src/core/git/repository.ts';
import { git, gitCommit, gitInit } from '../../../support/bench.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';

describe('versions of folders over many commits', () => {
  let root: AbsPath;
  let repository: GitRepository;
  const names = (name: string): boolean => name.endsWith('.dvc');
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const commits = async (): Promise<readonly string[]> => repository.commits({ all: true });

  before(async () => {
    root = temporaryFolder();
    gitInit(root);
    put('a.dvc', 'one');
    put('data/x.dvc', 'x');
    put('data/deep/ü y.dvc', 'deep');
    put('data/other.txt', '1');
    put('nested/.dvc/config', '');
    put('nested/z.dvc', 'z');
    gitCommit(root, 'first');
    put('a.dvc', 'two');
    gitCommit(root, 'second');
    put('data/other.txt', '2');
    gitCommit(root, 'third');
    rmSync(join(root, 'data'), { recursive: true });
    gitCommit(root, 'fourth');
    repository = await openGit(root);
  });
  after(removeFolders);

  it('gives each version of a folder once, with one of its commits, nested repositories left out', async () => {
    const all = await commits();
    const found = await repository.folders(all, { under: '', apart: '.dvc', names });
    const shown = found.map((f) => `${f.folder}: ${f.files.map((file) => file.name).join(' ')}`).sort();
    // The root has four versions; `data` two (of which its pointers are the same); `data/deep` one.
    assert.deepEqual(shown, [
      ': a.dvc',
      ': a.dvc',
      ': a.dvc',
      ': a.dvc',
      'data/deep: ü y.dvc',
      'data: x.dvc',
      'data: x.dvc',
    ]);
    assert.equal(new Set(found.flatMap((f) => f.files.map((file) => file.blob))).size, 4);
    for (const { commit } of found) assert.ok(all.includes(commit));
  });

  it('stays below a folder, which may be a repository of its own', async () => {
    const found = await repository.folders(await commits(), { under: 'nested', apart: '.dvc', names });
    assert.deepEqual(
      found.map((f) => [f.folder, f.files.map((file) => file.name)]),
      [['nested', ['z.dvc']]],
    );
    assert.deepEqual(await repository.folders(await commits(), { under: 'none', apart: '.dvc', names }), []);
    assert.deepEqual(await repository.folders([], { under: '', apart: '.dvc', names }), []);
  });

  it('says of every file the blob that git has', async () => {
    const [newest = ''] = await commits();
    const [one] = await repository.folders([newest], { under: '', apart: '.dvc', names });
    assert.equal(one?.files[0]?.blob, git(root, 'rev-parse', 'HEAD:a.dvc').trim());
  });
});

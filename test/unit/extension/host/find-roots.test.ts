import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { silentLogger } from '../../../../src/core/host.ts';
import { findRoots } from '../../../../src/extension/host/find-roots.ts';
import { GitWatch, gitFolders } from '../../../../src/extension/host/git-watch.ts';

describe('findRoots', () => {
  let top: AbsPath;
  const at = (path: string): AbsPath => join(top, path) as AbsPath;
  before(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'tracks-roots-'))) as AbsPath;
    for (const folder of [
      '.dvc',
      'a/b/.dvc',
      'a/node_modules/x/.dvc',
      'a/.hidden/.dvc',
      '1/2/3/4/.dvc',
      '1/2/3/4/5/.dvc',
      'plain/x',
    ])
      mkdirSync(at(folder), { recursive: true });
    writeFileSync(at('plain/x/.dvc'), 'a file');
  });
  after(() => rmSync(top, { recursive: true }));

  it('finds the folder itself and those below', async () => {
    assert.deepEqual(await findRoots(top), [top, at('a/b'), at('1/2/3/4')]);
  });
  it('finds the nearest one above', async () => assert.deepEqual(await findRoots(at('plain/x')), [top]));
  it('finds one above and one below', async () => assert.deepEqual(await findRoots(at('a')), [top, at('a/b')]));
});

describe('GitWatch', () => {
  let top: AbsPath;
  const git = (folder: string, ...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder, stdio: 'pipe' });
  };
  before(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'tracks-watch-'))) as AbsPath;
    mkdirSync(join(top, 'repo/sub'), { recursive: true });
    git(join(top, 'repo'), 'init', '-q', '-b', 'main');
    git(join(top, 'repo'), 'commit', '-q', '--allow-empty', '-m', 'one');
    git(join(top, 'repo'), 'worktree', 'add', '-q', '../tree', '-b', 'other');
  });
  after(() => rmSync(top, { recursive: true }));

  it('finds the folders of a work tree and of a worktree', async () => {
    const shared = join(top, 'repo/.git');
    assert.deepEqual(await gitFolders(join(top, 'repo/sub') as AbsPath), {
      workTree: join(top, 'repo'),
      own: shared,
      shared,
    });
    assert.deepEqual(await gitFolders(join(top, 'tree') as AbsPath), {
      workTree: join(top, 'tree'),
      own: join(shared, 'worktrees/tree'),
      shared,
    });
  });

  for (const [where, command] of [
    ['repo', ['commit', '-q', '--allow-empty', '-m', 'two']],
    ['repo', ['switch', '-q', '-c', 'feature/deep']],
    ['repo', ['commit', '-q', '--allow-empty', '-m', 'three']],
    ['repo', ['tag', 'v1']],
    ['tree', ['commit', '-q', '--allow-empty', '-m', 'four']],
    ['tree', ['reset', '-q', '--hard', 'HEAD~1']],
  ] as const) {
    it(`sees git ${command[0]} in ${where}`, async () => {
      const folder = join(top, where) as AbsPath;
      const folders = await gitFolders(folder);
      assert.ok(folders);
      let seen: (() => void) | undefined;
      const event = new Promise<void>((resolve) => {
        seen = resolve;
      });
      const watch = new GitWatch(folders, () => seen?.(), silentLogger);
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('no event within two seconds')), 2000).unref();
      });
      try {
        git(folder, ...command);
        await Promise.race([event, late]);
      } finally {
        watch.dispose();
      }
    });
  }
});

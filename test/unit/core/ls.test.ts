import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { isTracksError } from '../../../src/base/errors.ts';
import { type AbsPath, type RepoFolder, repoPath } from '../../../src/base/paths.ts';
import { add } from '../../../src/core/add.ts';
import { initRepository } from '../../../src/core/init.ts';
import { type ListOptions, ls } from '../../../src/core/ls.ts';
import { push } from '../../../src/core/push.ts';
import { addRemote, removeRemote } from '../../../src/core/remote.ts';
import type { Repository } from '../../../src/core/repository.ts';
import { openTestRepository, removeFolders, temporaryFolder } from '../../support/core.ts';
import { dvc, dvcEnvironment, dvcProgram, requireDvc, runDvc } from '../../support/dvc.ts';

after(removeFolders);

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', args, { cwd, env: dvcEnvironment(), stdio: 'ignore' });
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const lock = `schema: '2.0'
stages:
  s1:
    cmd: x
    outs:
    - path: o1.txt
      hash: md5
      md5: b026324c6904b2a9cb4b88d6d61c81d1
      size: 2
    - path: o2.txt
      hash: md5
      md5: 26ab0db90d72e28ad0ba1e22ee510510
      size: 2
`;

/** Everything that a listing can meet: code, data, links, ignored files, a repository inside of this one, stages, old pointers. */
async function make(): Promise<Repository> {
  const root = temporaryFolder('tracks-ls-');
  git(root, 'init', '-q', '-b', 'main');
  await initRepository(root);
  const repo = await openTestRepository(root);
  for (const [path, text] of [
    ['data/a.csv', '1'],
    ['data/sub/b.csv', '22'],
    ['pics/1.png', '333'],
    ['pics/in/2.png', '4444'],
    ['pics/in.png', '5'],
    ['pics/hello? sausage/êé/😀 \' " & +.txt', 'hostile'],
  ] as const)
    write(root, path, text);
  await add(repo, ['data/a.csv', 'data/sub/b.csv', 'pics']);
  write(root, 'src/run.sh', '#!/bin/sh\n');
  chmodSync(join(root, 'src/run.sh'), 0o755);
  write(root, 'README.md', 'read me');
  write(root, '.dvcignore', 'ignored.txt\n/skipped/\n');
  write(root, 'ignored.txt', 'x');
  write(root, 'skipped/x', 'x');
  symlinkSync('README.md', join(root, 'link.md'));
  symlinkSync('src', join(root, 'linked-folder'));
  symlinkSync('nowhere', join(root, 'broken'));
  write(root, 'nested/.dvc/config', '');
  write(root, 'nested/x', 'x');
  write(
    root,
    'dvc.yaml',
    'stages:\n  s1:\n    cmd: x\n    outs:\n    - o1.txt\n    - o2.txt:\n        cache: false\n    - od\n',
  );
  write(root, 'dvc.lock', lock);
  write(root, 'o2.txt', '2\n');
  write(root, 'old.txt.dvc', 'outs:\n- md5: b026324c6904b2a9cb4b88d6d61c81d1\n  size: 2\n  path: old.txt\n');
  write(root, 'nothing.txt.dvc', 'outs:\n- path: nothing.txt\n  hash: md5\n');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'All');
  addRemote(repo, 'store', temporaryFolder('tracks-ls-remote-'), { default: true });
  await push(repo, { targets: [repoPath('data'), repoPath('pics')] });
  rmSync(join(root, 'pics/1.png'));
  rmSync(join(root, 'data/a.csv'));
  write(root, 'pics/new.png', 'new');
  write(root, 'untracked.txt', 'untracked');
  mkdirSync(join(root, 'empty'));
  return repo;
}

const cases: readonly (readonly [path: RepoFolder | string, options: ListOptions])[] = [
  ['', {}],
  ['', { recursive: true }],
  ['', { dvcOnly: true }],
  ['data', {}],
  ['data/a.csv', {}],
  ['pics', {}],
  ['pics', { recursive: true }],
  ['pics/in', {}],
  ['pics/in/2.png', {}],
  ['README.md', {}],
  ['linked-folder', {}],
  ['empty', {}],
  ['src', { dvcOnly: true }],
  ['nested', {}],
  ['nothing.txt', {}],
  ['', { revision: 'HEAD' }],
  ['data', { revision: 'HEAD' }],
  ['pics', { revision: 'HEAD', recursive: true }],
  ['pics/1.png', { revision: 'HEAD' }],
];

function dvcArguments(path: string, { revision, recursive, dvcOnly }: ListOptions): string[] {
  return [
    ...['list', '--json', '.'],
    ...(path === '' ? [] : [path]),
    ...(recursive === true ? ['-R'] : []),
    ...(dvcOnly === true ? ['--dvc-only'] : []),
    ...(revision === undefined ? [] : ['--rev', revision]),
  ];
}

describe('ls against real DVC', function () {
  this.timeout(60_000);
  let repo: Repository;
  before(async function () {
    requireDvc.call(this);
    repo = await make();
  });
  after(async () => {
    if (dvcProgram() !== undefined) await repo[Symbol.asyncDispose]();
  });

  for (const [path, options] of cases) {
    it(`${path === '' ? '.' : path} ${JSON.stringify(options)}`, async () => {
      const { entries, failed } = await ls(repo, path as RepoFolder, options);
      assert.deepEqual(entries, JSON.parse(await runDvc(repo.root, dvcArguments(path, options))));
      assert.deepEqual(failed, []);
    });
  }

  for (const path of ['nope', 'ignored.txt', '.dvc', 'README.md/x', 'pics/nope']) {
    it(`${path} is not there, for neither`, async () => {
      await assert.rejects(ls(repo, path as RepoFolder), (e) => isTracksError(e, 'not-found'));
      assert.notEqual((await dvc(repo.root, dvcArguments(path, {}))).code, 0);
    });
  }

  it('data that was never pulled is listed, its list alone is fetched', async () => {
    rmSync(join(repo.root, 'pics'), { recursive: true });
    rmSync(join(repo.root, '.dvc/cache'), { recursive: true });
    const theirs: unknown = JSON.parse(await runDvc(repo.root, dvcArguments('pics', { recursive: true })));
    const { entries } = await ls(repo, 'pics' as RepoFolder, { recursive: true });
    assert.deepEqual(entries, theirs);
    for await (const { key } of repo.cache().store.list('')) assert.match(key, /\.dir$/);
  });

  it('a file where a folder was tracked', async () => {
    writeFileSync(join(repo.root, 'pics'), 'now a file');
    for (const path of ['', 'pics']) {
      const { entries } = await ls(repo, path as RepoFolder, { recursive: true });
      assert.deepEqual(entries, JSON.parse(await runDvc(repo.root, dvcArguments(path, { recursive: true }))));
    }
  });
});

describe('ls', () => {
  let repo: Repository;
  let root: AbsPath;
  before(async () => {
    repo = await make();
    root = repo.root;
  });
  after(() => repo[Symbol.asyncDispose]());

  it('data and code together', async () => {
    const { entries } = await ls(repo, 'pics' as RepoFolder);
    assert.deepEqual(
      entries.map((e) => [e.path, e.isout, e.isdir, e.size !== null]),
      [
        ['1.png', true, false, false],
        ['hello? sausage', true, true, true],
        ['in', true, true, true],
        ['in.png', true, false, true],
        ['new.png', false, false, true],
      ],
    );
  });

  it('where DVC gives up, what is known is listed and the rest is said: a pointer that cannot be read', async () => {
    write(root, 'bad.dvc', 'outs: [');
    const { entries, failed } = await ls(repo, repoPath('data'));
    assert.deepEqual(
      entries.map((e) => e.path),
      ['.gitignore', 'a.csv', 'a.csv.dvc', 'sub'],
    );
    assert.deepEqual(
      failed.map((f) => [f.what, f.error.code]),
      [['bad.dvc', 'bad-file']],
    );
    rmSync(join(root, 'bad.dvc'));
  });

  it('and a folder whose list is nowhere', async () => {
    removeRemote(repo, 'store');
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    const { entries, failed } = await ls(repo, '', { recursive: true, dvcOnly: true });
    assert.deepEqual(
      entries.filter((e) => e.path.startsWith('data')).map((e) => e.path),
      ['data/a.csv', 'data/sub/b.csv'],
    );
    assert.deepEqual(
      failed.map((f) => [f.what, f.error.code]),
      [['pics', 'not-in-cache']],
    );
    await assert.rejects(ls(repo, 'pics/1.png' as RepoFolder), (e) => isTracksError(e, 'not-in-cache'));
  });

  it('an aborted listing is cancelled', async () => {
    await assert.rejects(ls(repo, '', { signal: AbortSignal.abort() }), (e) => isTracksError(e, 'cancelled'));
  });
});

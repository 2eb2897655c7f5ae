import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { type GitRepository, openGit } from '../../../../src/core/git/repository.ts';
import { type GitSandbox, makeGitSandbox } from './sandbox.ts';

describe('revisions', () => {
  let box: GitSandbox;
  let repo: GitRepository;
  beforeEach(async () => {
    box = makeGitSandbox();
    repo = await openGit(box.root, box.env);
  });
  afterEach(() => box.dispose());

  const page = { skip: 0, limit: 50 };

  it('resolves every notation for one commit', async () => {
    const first = box.commit('first');
    box.git('tag', 'light');
    box.git('tag', '-a', 'v1.0', '-m', 'annotated');
    box.git('tag', '-a', 'v1.0-again', '-m', 'a tag of a tag', 'v1.0');
    const second = box.commit('second: find me');
    box.git('branch', 'ünï/branch');
    const cases: readonly (readonly [string, string])[] = [
      ['HEAD', second],
      ['HEAD~1', first],
      ['HEAD^', first],
      ['@', second],
      ['main', second],
      ['refs/heads/main', second],
      ['ünï/branch', second],
      ['light', first],
      ['v1.0', first],
      ['v1.0-again', first],
      ['main@{0}', second],
      [':/find me', second],
      [first, first],
      [first.slice(0, 8), first],
    ];
    for (const [revision, commit] of cases) assert.equal(await repo.resolve(revision), commit, revision);
  });

  const refused = [
    'nope',
    '',
    '-',
    '--all',
    '--output=x',
    '--exec=touch x',
    '^HEAD',
    'HEAD..main',
    'HEAD:a.txt',
    'HEAD^{tree}',
    'HEAD~7',
    'a b',
    'HEAD\nHEAD',
    'HEAD\0',
    '0123456789012345678901234567890123456789',
    '$(touch x)',
  ];
  for (const revision of refused) {
    it(`has no commit ${JSON.stringify(revision)} and names it`, async () => {
      box.write('a.txt', 'a');
      box.commit('first');
      const says = (e: unknown): boolean =>
        isTracksError(e, 'not-found') && e.message.includes(`"${revision}"`) && /git fetch --tags/.test(e.hint ?? '');
      await assert.rejects(repo.resolve(revision), says);
      await assert.rejects(repo.files(revision), says);
      await assert.rejects(repo.history(['a.txt'], page, { revision }), says);
      await assert.rejects(repo.commits({ revision }), says);
      assert.equal(existsSync(join(box.root, 'x')), false);
    });
  }

  it('says that nothing is committed yet', async () => {
    await assert.rejects(
      repo.resolve('HEAD'),
      (e) => isTracksError(e, 'not-found') && /nothing is committed yet/.test(e.message),
    );
    assert.deepEqual(await repo.history(['a'], page), { entries: [], more: false });
    assert.deepEqual(await repo.history(['a'], page, { follow: true }), { entries: [], more: false });
    assert.deepEqual(await repo.refs(), []);
    assert.deepEqual(await repo.commits({ all: true, branches: true, tags: true }), []);
    assert.deepEqual(await repo.isTracked(['a']), new Set());
  });

  it('lists branches, tags and remote branches by their commits', async () => {
    box.write('a.txt', 'a');
    const first = box.commit('first');
    box.git('tag', 'light');
    box.git('tag', '-a', 'v1', '-m', 'annotated');
    box.git('tag', '-a', 'v1-again', '-m', 'a tag of a tag', 'v1');
    box.git('tag', 'tree', 'HEAD^{tree}');
    box.git('tag', '-a', 'blob', '-m', 'of a blob', 'HEAD:a.txt');
    const second = box.commit('second');
    box.git('branch', 'feature/x', first);
    box.git('update-ref', 'refs/remotes/origin/main', second);
    box.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    assert.deepEqual(await repo.refs(), [
      { name: 'feature/x', commit: first, kind: 'branch' },
      { name: 'main', commit: second, kind: 'branch' },
      { name: 'origin/main', commit: second, kind: 'remote' },
      { name: 'light', commit: first, kind: 'tag' },
      { name: 'v1', commit: first, kind: 'tag' },
      { name: 'v1-again', commit: first, kind: 'tag' },
    ]);
  });

  it('lists the commits of a scope', async () => {
    const first = box.commit('first');
    box.git('tag', '-a', 'v1', '-m', 'annotated');
    box.git('checkout', '-q', '--detach');
    const tagged = box.commit('tagged');
    box.git('tag', 'light');
    box.git('checkout', '-q', 'main');
    const second = box.commit('second');
    box.git('update-ref', 'refs/exps/one', box.git('commit-tree', '-m', 'experiment', '-p', second, 'HEAD^{tree}'));
    const experiment = box.git('rev-parse', 'refs/exps/one');
    const set = async (...args: Parameters<GitRepository['commits']>): Promise<Set<string>> =>
      new Set(await repo.commits(...args));
    assert.deepEqual(await repo.commits({ branches: true }), [second, first]);
    assert.deepEqual(await set({ tags: true }), new Set([first, tagged]));
    assert.deepEqual(await set({ tags: true, branches: true }), new Set([first, second, tagged]));
    assert.deepEqual(await set({ all: true }), new Set([first, second, tagged, experiment]));
    assert.deepEqual(await set({ revision: 'light' }), new Set([first, tagged]));
    assert.deepEqual(await set({ revision: 'light', branches: true }), new Set([first, second, tagged]));
    assert.deepEqual(await set({}), new Set());
    assert.deepEqual(await set({ since: 0 }), new Set());
    const { entries } = await repo.history(['none'], page);
    assert.deepEqual(entries, []);
  });

  it('leaves out commits before a time, whatever the order of the dates', async () => {
    const first = box.commit('at minute one');
    const second = box.commit('at minute two');
    const third = box.commit('at minute three');
    const at = (minute: number): number => (1_700_000_000 + minute * 60) * 1000;
    assert.deepEqual(await repo.commits({ branches: true, since: at(2) }), [third, second]);
    assert.deepEqual(await repo.commits({ branches: true, since: at(2) + 1 }), [third]);
    assert.deepEqual(await repo.commits({ branches: true, since: at(0) }), [third, second, first]);
  });

  it('knows every stash', async () => {
    box.write('a.txt', '1');
    box.commit('first');
    const stashes: string[] = [];
    for (const content of ['2', '3', '4']) {
      box.write('a.txt', content);
      box.git('stash', '-q');
      stashes.push(box.git('rev-parse', 'refs/stash'));
    }
    const all = new Set(await repo.commits({ all: true }));
    for (const stash of stashes) assert.ok(all.has(stash), stash);
    assert.equal((await repo.commits({ branches: true })).length, 1);
  });

  it('reads a shallow clone, and says that it is one', async () => {
    for (const content of ['1', '2', '3']) {
      box.write('a.dvc', content);
      box.commit(`number ${content}`);
    }
    const clone = join(box.home, 'shallow') as AbsPath;
    box.git('clone', '-q', '--depth', '2', pathToFileURL(box.root).href, clone);
    const shallow = await openGit(clone, box.env);
    for (const follow of [false, true]) {
      const { entries } = await shallow.history(['a.dvc'], page, { follow });
      assert.deepEqual(
        entries.map((entry) => [entry.subject, entry.files[0]?.status]),
        [
          ['number 3', 'M'],
          ['number 2', 'A'],
        ],
      );
    }
    await assert.rejects(
      shallow.resolve('HEAD~2'),
      (e) => isTracksError(e, 'not-found') && /git fetch --unshallow/.test(e.hint ?? ''),
    );
  });
});

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import { type GitRepository, type LogEntry, openGit } from '../../../../src/core/git/repository.ts';
import { type GitSandbox, makeGitSandbox } from './sandbox.ts';

const pointer = (letter: string, path: string): string =>
  `outs:\n- md5: ${letter.repeat(32)}\n  size: 14445097\n  hash: md5\n  path: ${path}\n`;

describe('history under former names', () => {
  let box: GitSandbox;
  let repo: GitRepository;
  beforeEach(async () => {
    box = makeGitSandbox();
    repo = await openGit(box.root, box.env);
  });
  afterEach(() => box.dispose());

  const brief = (entries: readonly LogEntry[]): string[] =>
    entries.map(({ subject, files }) =>
      [subject, ...files.map((f) => `${f.status} ${f.oldPath === undefined ? '' : `${f.oldPath} → `}${f.path}`)].join(
        ' | ',
      ),
    );
  /** The whole history, and the same in pages of every size. */
  const followed = async (path: string): Promise<string[]> => {
    const all = await repo.history([path], { skip: 0, limit: 100 }, { follow: true });
    assert.equal(all.more, false);
    for (let limit = 1; limit <= all.entries.length; limit++) {
      const joined: LogEntry[] = [];
      for (let more = true; more; ) {
        const page = await repo.history([path], { skip: joined.length, limit }, { follow: true });
        joined.push(...page.entries);
        more = page.more;
        assert.ok(page.entries.length === limit || !more);
      }
      assert.deepEqual(joined, all.entries, `pages of ${limit}`);
    }
    return brief(all.entries);
  };
  const change = (path: string, letter: string, subject: string): void => {
    box.write(`${path}.dvc`, pointer(letter, path));
    box.commit(subject);
  };
  /** As `dvc move` does: the pointer is renamed and its `path:` with it. */
  const move = (from: string, to: string, letter: string, subject: string): void => {
    rmSync(join(box.root, `${from}.dvc`));
    change(to, letter, subject);
  };
  const remove = (path: string, subject: string): void => {
    rmSync(join(box.root, `${path}.dvc`));
    box.commit(subject);
  };

  it('goes on through several renames, over pages', async () => {
    change('a', '1', 'a1');
    change('a', '2', 'a2');
    change('unrelated', '9', 'unrelated');
    move('a', 'b', '2', 'a → b');
    change('b', '3', 'b3');
    move('b', 'folder/ç', '3', 'b → ç');
    change('folder/ç', '4', 'ç4');
    assert.deepEqual(await followed('folder/ç.dvc'), [
      'ç4 | M folder/ç.dvc',
      'b → ç | R b.dvc → folder/ç.dvc',
      'b3 | M b.dvc',
      'a → b | R a.dvc → b.dvc',
      'a2 | M a.dvc',
      'a1 | A a.dvc',
    ]);
    const { entries } = await repo.history(['folder/ç.dvc'], { skip: 1, limit: 1 }, { follow: true });
    const [file] = entries[0]?.files ?? [];
    assert.equal(file?.blob, box.git('rev-parse', 'HEAD~1:folder/ç.dvc'));
    assert.equal(file?.oldBlob, box.git('rev-parse', 'HEAD~2:b.dvc'));
  }).timeout(30_000);

  it('does not take a copy, or a pointer that looks alike, for a rename', async () => {
    change('a', '1', 'a1');
    change('a', '2', 'a2');
    change('b', '2', 'b: the same content');
    change('b', '3', 'b3');
    assert.deepEqual(await followed('b.dvc'), ['b3 | M b.dvc', 'b: the same content | A b.dvc']);
  }).timeout(20_000);

  it('leaves out an earlier file of the new name, and a later one of the old', async () => {
    change('a', '1', 'a1');
    change('b', '7', 'another b');
    remove('b', 'the other b is gone');
    change('a', '2', 'a2');
    move('a', 'b', '2', 'a → b');
    change('a', '8', 'another a');
    change('b', '3', 'b3');
    assert.deepEqual(await followed('b.dvc'), [
      'b3 | M b.dvc',
      'a → b | R a.dvc → b.dvc',
      'a2 | M a.dvc',
      'a1 | A a.dvc',
    ]);
    assert.deepEqual(await followed('a.dvc'), [
      'another a | A a.dvc',
      'a → b | D a.dvc',
      'a2 | M a.dvc',
      'a1 | A a.dvc',
    ]);
  }).timeout(30_000);

  it('comes back to a name', async () => {
    change('a', '1', 'a1');
    move('a', 'b', '1', 'a → b');
    move('b', 'a', '1', 'b → a');
    change('a', '2', 'a2');
    assert.deepEqual(await followed('a.dvc'), [
      'a2 | M a.dvc',
      'b → a | R b.dvc → a.dvc',
      'a → b | R a.dvc → b.dvc',
      'a1 | A a.dvc',
    ]);
  }).timeout(20_000);

  it('has what was merged, where one side renamed and the other changed', async () => {
    change('a', '1', 'a1');
    box.git('checkout', '-q', '-b', 'side');
    move('a', 'b', '1', 'a → b');
    change('b', '2', 'b2');
    box.git('checkout', '-q', 'main');
    change('other', '5', 'other');
    box.git('merge', '-q', '--no-commit', 'side');
    box.commit('merged');
    change('b', '3', 'b3');
    assert.deepEqual(await followed('b.dvc'), [
      'b3 | M b.dvc',
      'b2 | M b.dvc',
      'a → b | R a.dvc → b.dvc',
      'a1 | A a.dvc',
    ]);
    box.git('checkout', '-q', '-b', 'again');
    move('b', 'c', '3', 'b → c');
    box.git('checkout', '-q', 'main');
    change('b', '4', 'b4');
    assert.throws(() => box.git('merge', '-q', '--no-commit', '-s', 'recursive', '-X', 'find-renames=99', 'again'));
    box.git('rm', '-q', '--cached', '--ignore-unmatch', 'b.dvc');
    rmSync(join(box.root, 'b.dvc'), { force: true });
    box.write('c.dvc', pointer('4', 'c'));
    box.commit('merged again');
    assert.deepEqual((await followed('c.dvc')).slice(0, 2), ['merged again | M c.dvc', 'b → c | R b.dvc → c.dvc']);
  }).timeout(30_000);

  it('keeps the parallel branch that made the same rename', async () => {
    change('a', '1', 'a1');
    box.git('checkout', '-q', '-b', 'side');
    move('a', 'b', '1', 'side: a → b');
    change('b', '2', 'side: b2');
    box.git('checkout', '-q', 'main');
    move('a', 'b', '1', 'main: a → b');
    assert.throws(() => box.git('merge', '-q', '--no-commit', 'side'));
    box.write('b.dvc', pointer('3', 'b'));
    box.commit('merged');
    assert.deepEqual(await followed('b.dvc'), [
      'merged | M b.dvc',
      'main: a → b | R a.dvc → b.dvc',
      'side: b2 | M b.dvc',
      'side: a → b | R a.dvc → b.dvc',
      'a1 | A a.dvc',
    ]);
  }).timeout(30_000);

  it('follows one file alone', async () => {
    await assert.rejects(repo.history(['a', 'b'], { skip: 0, limit: 1 }, { follow: true }), (e) =>
      isTracksError(e, 'bad-argument'),
    );
  });
});

import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import { parseLog } from '../../../../src/core/git/log.ts';
import { type GitRepository, type LogEntry, openGit } from '../../../../src/core/git/repository.ts';
import { type GitSandbox, makeGitSandbox } from './sandbox.ts';

const page = { skip: 0, limit: 50 };
const brief = (entries: readonly LogEntry[]): string[] =>
  entries.map(({ subject, files }) => [subject, ...files.map((file) => `${file.status} ${file.path}`)].join(' | '));

describe('history', () => {
  let box: GitSandbox;
  let repo: GitRepository;
  beforeEach(async () => {
    box = makeGitSandbox();
    repo = await openGit(box.root, box.env);
  });
  afterEach(() => box.dispose());

  it('gives all that a version needs', async () => {
    box.write('a.dvc', 'one');
    const first = box.commit('first: "quoted" ünï 🎵');
    box.git('tag', '-a', 'v1,odd', '-m', 'x');
    box.write('other', '');
    box.commit('not about it');
    box.write('a.dvc', 'two');
    const second = box.commit('second');
    box.git('branch', 'feature/x');
    box.git('update-ref', 'refs/remotes/origin/main', second);
    const parent = box.git('rev-parse', 'HEAD~1');
    const [one, two] = [box.git('rev-parse', `${first}:a.dvc`), box.git('rev-parse', 'HEAD:a.dvc')];
    const common = { author: 'Ada Löve', email: 'ada@example.org' };
    assert.deepEqual(await repo.history(['a.dvc'], page), {
      more: false,
      entries: [
        {
          ...common,
          commit: second,
          parents: [parent],
          subject: 'second',
          time: 1_700_000_180_000,
          refs: ['main', 'feature/x'],
          files: [{ status: 'M', path: 'a.dvc', blob: two, oldBlob: one }],
        },
        {
          ...common,
          commit: first,
          parents: [],
          subject: 'first: "quoted" ünï 🎵',
          time: 1_700_000_060_000,
          refs: ['v1,odd'],
          files: [{ status: 'A', path: 'a.dvc', blob: one }],
        },
      ],
    });
  });

  it('takes paths literally, however odd', async () => {
    const names = [
      'with space',
      'new\nline',
      '"q" \'s\'',
      'ж-🎵',
      '-dash',
      '--output=x',
      ':(top)*',
      '*',
      ':x',
      '^HEAD',
      'HEAD',
      ':100644 M',
    ];
    for (const name of names) {
      box.write(name, name);
      box.commit(`adds ${JSON.stringify(name)}`);
    }
    for (const name of names) {
      for (const follow of [false, true]) {
        const { entries } = await repo.history([name], page, { follow });
        assert.deepEqual(brief(entries), [`adds ${JSON.stringify(name)} | A ${name}`]);
      }
    }
    const all = await repo.history(names, page);
    assert.deepEqual(brief(all.entries), names.map((name) => `adds ${JSON.stringify(name)} | A ${name}`).reverse());
  }).timeout(20_000);

  it('takes thousands of paths, a folder among them', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `${'x'.repeat(50)}-${i}.dvc`);
    box.write('folder/in.dvc', '');
    box.commit('in a folder');
    box.write('new\nline', '');
    box.commit('with a newline');
    box.write(many[2999] ?? '', '');
    box.commit('the last');
    box.write('not asked for', '');
    box.commit('not asked for');
    const { entries } = await repo.history([...many, 'new\nline', 'folder'], page);
    assert.deepEqual(brief(entries), [
      `the last | A ${many[2999]}`,
      'with a newline | A new\nline',
      'in a folder | A folder/in.dvc',
    ]);
  });

  it('gives pages that fit', async () => {
    for (let i = 0; i < 7; i++) {
      box.write('a.dvc', `${i}`);
      box.commit(`${i}`);
    }
    const subjects = async (skip: number, limit: number): Promise<[string, boolean]> => {
      const { entries, more } = await repo.history(['a.dvc'], { skip, limit });
      return [entries.map((entry) => entry.subject).join(''), more];
    };
    assert.deepEqual(await subjects(0, 3), ['654', true]);
    assert.deepEqual(await subjects(3, 3), ['321', true]);
    assert.deepEqual(await subjects(6, 3), ['0', false]);
    assert.deepEqual(await subjects(4, 3), ['210', false]);
    assert.deepEqual(await subjects(7, 3), ['', false]);
    assert.deepEqual(await subjects(0, 0), ['', false]);
  });

  it('begins at another revision', async () => {
    box.write('a.dvc', '1');
    box.commit('first');
    box.write('a.dvc', '2');
    box.commit('second');
    assert.deepEqual(brief((await repo.history(['a.dvc'], page, { revision: 'HEAD~1' })).entries), ['first | A a.dvc']);
    assert.deepEqual(await repo.history([], page), { entries: [], more: false });
    assert.deepEqual(await repo.history(['none'], page), { entries: [], more: false });
  });

  it('shows a file that was deleted and added again, and one that became a link', async () => {
    box.write('a.dvc', '1');
    box.commit('added');
    rmSync(join(box.root, 'a.dvc'));
    box.commit('deleted');
    box.write('a.dvc', '2');
    box.commit('again');
    rmSync(join(box.root, 'a.dvc'));
    symlinkSync('x', join(box.root, 'a.dvc'));
    box.commit('a link');
    const expected = ['a link | T a.dvc', 'again | A a.dvc', 'deleted | D a.dvc', 'added | A a.dvc'];
    for (const follow of [false, true]) {
      assert.deepEqual(brief((await repo.history(['a.dvc'], page, { follow })).entries), expected);
    }
    const { entries } = await repo.history(['a.dvc'], page);
    assert.deepEqual(
      entries.map(({ files: [file] }) => [file?.blob !== undefined, file?.oldBlob !== undefined]),
      [
        [true, true],
        [true, false],
        [false, true],
        [true, false],
      ],
    );
  });

  it('shows a merge where it made something new, and only there', async () => {
    box.write('a.dvc', 'base');
    box.write('b.dvc', 'base');
    box.commit('base');
    box.git('checkout', '-q', '-b', 'side');
    box.write('a.dvc', 'side');
    box.write('b.dvc', 'side');
    box.commit('on the side');
    box.git('checkout', '-q', 'main');
    box.write('a.dvc', 'main');
    box.commit('on main');
    assert.throws(() => box.git('merge', '-q', '--no-commit', 'side'));
    box.write('a.dvc', 'resolved');
    const merge = box.commit('merged');
    for (const follow of [false, true]) {
      const { entries } = await repo.history(['a.dvc'], page, { follow });
      assert.deepEqual(brief(entries), [
        'merged | M a.dvc',
        'on main | M a.dvc',
        'on the side | M a.dvc',
        'base | A a.dvc',
      ]);
      assert.equal(entries[0]?.parents.length, 2);
      assert.deepEqual(entries[0]?.files, [
        {
          status: 'M',
          path: 'a.dvc',
          blob: box.git('rev-parse', `${merge}:a.dvc`),
          oldBlob: box.git('rev-parse', `${merge}^1:a.dvc`),
        },
      ]);
      const other = await repo.history(['b.dvc'], page, { follow });
      assert.deepEqual(brief(other.entries), ['on the side | M b.dvc', 'base | A b.dvc']);
    }
  });

  it('shows a merge of changes to different files without files', async () => {
    for (const name of ['a.dvc', 'b.dvc']) box.write(name, 'base');
    box.commit('base');
    box.git('checkout', '-q', '-b', 'side');
    box.write('a.dvc', 'side');
    box.commit('side');
    box.git('checkout', '-q', 'main');
    box.write('b.dvc', 'main');
    box.commit('main');
    box.git('merge', '-q', '--no-commit', 'side');
    box.commit('merged');
    const { entries } = await repo.history(['a.dvc', 'b.dvc'], page);
    assert.deepEqual(brief(entries), ['merged', 'main | M b.dvc', 'side | M a.dvc', 'base | A a.dvc | A b.dvc']);
  });

  it('shows what a merge added and deleted by itself', async () => {
    box.write('gone.dvc', 'x');
    box.commit('base');
    box.git('checkout', '-q', '-b', 'side');
    box.commit('side');
    box.git('checkout', '-q', 'main');
    box.commit('main');
    box.git('merge', '-q', '--no-commit', '--no-ff', 'side');
    box.write('new.dvc', 'y');
    rmSync(join(box.root, 'gone.dvc'));
    box.commit('merged');
    const { entries } = await repo.history(['gone.dvc', 'new.dvc'], page);
    assert.deepEqual(brief(entries), ['merged | D gone.dvc | A new.dvc', 'base | A gone.dvc']);
  });

  it('is cancelled by its signal', async () => {
    box.write('a.dvc', '1');
    box.commit('first');
    const abort = new AbortController();
    const running = repo.history(['a.dvc'], page, { signal: abort.signal, follow: true });
    abort.abort();
    await assert.rejects(running, (e) => isTracksError(e, 'cancelled'));
    assert.equal((await repo.history(['a.dvc'], page)).entries.length, 1);
  });

  it('reads any text between the NULs', () => {
    const id = fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(40));
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
    const line = text.map((value) => value.replaceAll('\n', ''));
    // Names that look like the beginning of something else.
    const path = fc
      .oneof(text, fc.constantFrom(':100644', '\n', ':', 'a'.repeat(40), '::1 2'))
      .filter((value) => value !== '');
    const file = fc.record({ path, blob: id, oldBlob: id });
    const entry = fc.record({ commit: id, parents: fc.array(id), author: line, subject: line, files: fc.array(file) });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const output = entries
          .map((one) => {
            const head = [one.commit, one.parents.join(' '), '7', one.author, '', '', one.subject].join('\0');
            const raw = one.files.map((f) => `:100644 100644 ${f.oldBlob} ${f.blob} M\0${f.path}\0`).join('');
            return `${head}\0${raw === '' ? '' : `${one.parents.length > 1 ? '\0' : '\n'}${raw}`}`;
          })
          .join('');
        const read = parseLog(output).map(({ commit, parents, author, subject, files }) => ({
          commit,
          parents: [...parents],
          author,
          subject,
          files: files.map(({ path: at, blob, oldBlob }) => ({ path: at, blob, oldBlob })),
        }));
        assert.deepEqual(read, JSON.parse(JSON.stringify(entries)));
      }),
    );
    assert.throws(
      () => parseLog(`${'a'.repeat(40)}\0\0`),
      (e) => isTracksError(e, 'git'),
    );
  });
});

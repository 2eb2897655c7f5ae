import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { findGit, type GitRepository, openGit } from '../../../../src/core/git/repository.ts';
import { type GitSandbox, makeGitSandbox } from './sandbox.ts';

/** Names that a shell, a pathspec, an option parser or a line reader would take for something else. */
const awkward = [
  'with space.dvc',
  'new\nline.dvc',
  '"quoted" \'name\'.dvc',
  'ünïcödé-ж-数据-🎵.dvc',
  '-dash.dvc',
  '--output=x.dvc',
  ':(glob)*.dvc',
  '*.dvc',
  '[a].dvc',
  'back\\slash.dvc',
  'tab\there.dvc',
  '$(touch pwned).dvc',
  '-c core.editor=x/deep/file.dvc',
];

describe('GitRepository', () => {
  let box: GitSandbox;
  let repo: GitRepository;
  beforeEach(async () => {
    box = makeGitSandbox();
    repo = await openGit(box.root, box.env);
  });
  afterEach(() => box.dispose());

  describe('places', () => {
    it('opens from a folder below the root', async () => {
      mkdirSync(join(box.root, 'a/b'), { recursive: true });
      const inner = await openGit(join(box.root, 'a/b') as AbsPath, box.env);
      assert.equal(inner.root, box.root);
      assert.equal(inner.gitDir, join(box.root, '.git'));
      assert.equal(inner.commonDir, inner.gitDir);
      assert.equal(await findGit(join(box.root, 'a/b') as AbsPath), box.root);
    });

    it('keeps the notation of a root reached through a symbolic link', async () => {
      const link = join(box.home, 'link') as AbsPath;
      symlinkSync(box.root, link);
      assert.equal((await openGit(link, box.env)).root, link);
    });

    it('opens a root with a newline in its name', async () => {
      const odd = makeGitSandbox('new\nline');
      try {
        const opened = await openGit(odd.root, odd.env);
        assert.deepEqual([opened.root, opened.gitDir], [odd.root, join(odd.root, '.git')]);
      } finally {
        odd.dispose();
      }
    });

    it('opens another work tree', async () => {
      box.write('a.txt', 'a');
      const commit = box.commit('first');
      const other = join(box.home, 'other') as AbsPath;
      box.git('worktree', 'add', '-q', '-b', 'side', other);
      assert.equal(await findGit(join(other, 'deep') as AbsPath), other);
      const tree = await openGit(other, box.env);
      assert.equal(tree.root, other);
      assert.equal(tree.gitDir, join(box.root, '.git/worktrees/other'));
      assert.equal(tree.commonDir, join(box.root, '.git'));
      assert.deepEqual(await tree.head(), { branch: 'side', commit });
      assert.deepEqual(await repo.head(), { branch: 'main', commit });
    });

    it('opens the root of a submodule, and leaves submodules out of lists', async () => {
      const inner = makeGitSandbox('inner');
      try {
        inner.write('data.dvc', 'outs: []\n');
        const commit = inner.commit('inner');
        box.git('submodule', '--quiet', 'add', inner.root, 'sub');
        box.commit('outer');
        const sub = await openGit(join(box.root, 'sub') as AbsPath, box.env);
        assert.equal(sub.root, join(box.root, 'sub'));
        assert.equal(sub.gitDir, join(box.root, '.git/modules/sub'));
        assert.equal((await sub.head()).commit, commit);
        assert.deepEqual(
          (await sub.files('HEAD')).map((file) => file.path),
          ['data.dvc'],
        );
        assert.deepEqual(
          (await repo.files('HEAD')).map((file) => file.path),
          ['.gitmodules'],
        );
        const { entries } = await repo.history(['sub', '.gitmodules'], { skip: 0, limit: 5 });
        assert.deepEqual(
          entries.flatMap((entry) => entry.files.map((file) => file.path)),
          ['.gitmodules'],
        );
        assert.deepEqual(await repo.isTracked(['sub/data.dvc']), new Set());
      } finally {
        inner.dispose();
      }
    });

    it('finds no repository where there is none, and passes over an empty .git folder', async () => {
      assert.equal(await findGit(box.home), undefined);
      mkdirSync(join(box.root, 'sub/.git'), { recursive: true });
      assert.equal(await findGit(join(box.root, 'sub') as AbsPath), box.root);
      writeFileSync(join(box.root, 'file'), '');
      assert.equal(await findGit(join(box.root, 'file/below') as AbsPath), box.root);
      await assert.rejects(
        openGit(box.home, box.env),
        (e) => isTracksError(e, 'not-a-repository') && /git init/.test(e.hint ?? ''),
      );
    });

    it('says that a bare repository has no work tree', async () => {
      const bare = join(box.home, 'bare.git') as AbsPath;
      box.git('init', '-q', '--bare', bare);
      await assert.rejects(openGit(bare, box.env), (e) => isTracksError(e, 'not-a-repository'));
    });
  });

  describe('head', () => {
    it('has a branch and no commit at first', async () => {
      assert.deepEqual(await repo.head(), { branch: 'main' });
    });

    it('names branch and commit, and the commit alone where it is detached', async () => {
      const first = box.commit('first');
      box.git('checkout', '-q', '-b', 'feature/ünï');
      const second = box.commit('second');
      assert.deepEqual(await repo.head(), { branch: 'feature/ünï', commit: second });
      box.git('checkout', '-q', first);
      assert.deepEqual(await repo.head(), { commit: first });
    });
  });

  describe('files', () => {
    it('lists awkward names with mode and blob', async () => {
      for (const name of awkward) box.write(name, name);
      symlinkSync('with space.dvc', join(box.root, 'link'));
      box.commit('awkward');
      const files = await repo.files('HEAD');
      assert.deepEqual(new Set(files.map((file) => file.path)), new Set([...awkward, 'link']));
      assert.equal(files.find((file) => file.path === 'link')?.mode, '120000');
      assert.equal(files.find((file) => file.path === '*.dvc')?.mode, '100644');
      const blobs = await repo.blobs(files.map((file) => file.blob));
      for (const { path, blob } of files) {
        if (path !== 'link') assert.equal(blobs.get(blob)?.toString(), path);
      }
    });

    for (const under of [...awkward, '-c core.editor=x', '-c core.editor=x/deep/']) {
      it(`limits to ${JSON.stringify(under)}, literally`, async () => {
        for (const name of awkward) box.write(name, name);
        box.commit('awkward');
        const found = (await repo.files('HEAD', { under })).map((file) => file.path);
        assert.deepEqual(found, [under.startsWith('-c') ? '-c core.editor=x/deep/file.dvc' : under]);
      });
    }

    it('filters by name, knows other revisions, and finds nothing in a folder that is not there', async () => {
      box.write('a.dvc', '1');
      box.write('b/c.dvc', '2');
      box.write('b/d.txt', '3');
      box.commit('first');
      rmSync(join(box.root, 'b'), { recursive: true });
      box.commit('second');
      const names = (path: string): boolean => path.endsWith('.dvc');
      assert.deepEqual(
        (await repo.files('HEAD~1', { names })).map((file) => file.path),
        ['a.dvc', 'b/c.dvc'],
      );
      assert.deepEqual(
        (await repo.files('HEAD', { names })).map((file) => file.path),
        ['a.dvc'],
      );
      assert.deepEqual(await repo.files('HEAD', { under: 'b' }), []);
    });
  });

  describe('index', () => {
    it('tells tracked files and folders, before the first commit too', async () => {
      for (const name of awkward) box.write(name, name);
      box.git('add', '--all');
      box.write('new.txt', '');
      const folders = ['-c core.editor=x', '-c core.editor=x/deep/', ''];
      const asked = [...awkward, ...folders, 'new.txt', 'nothing', '-c core', 'new.txt/below'];
      assert.deepEqual(await repo.isTracked(asked), new Set([...awkward, ...folders]));
      assert.deepEqual(await repo.isTracked([]), new Set());
    });

    it('tells thousands of paths at once', async () => {
      const many = Array.from({ length: 3000 }, (_, i) => `folder/${'x'.repeat(60)}-${i}.dvc`);
      for (const path of many.slice(0, 1500)) box.write(path, '');
      await repo.stagePaths(many);
      assert.deepEqual(await repo.isTracked([...many, 'folder']), new Set([...many.slice(0, 1500), 'folder']));
    }).timeout(20_000);

    it('stages new, changed and deleted files, literally, and skips what nobody knows', async () => {
      for (const name of awkward) box.write(name, name);
      box.write('other.dvc', '');
      await repo.stagePaths([...awkward, 'nobody knows']);
      assert.deepEqual(await repo.isTracked([...awkward, 'other.dvc']), new Set(awkward));
      box.git('commit', '-q', '-m', 'awkward');
      rmSync(join(box.root, '-dash.dvc'));
      box.write('with space.dvc', 'changed');
      await repo.stagePaths(['-dash.dvc', 'with space.dvc', 'nobody knows']);
      assert.equal(box.git('diff', '--cached', '--name-status'), 'D\t-dash.dvc\nM\twith space.dvc');
      await repo.stagePaths(['nobody knows']);
      await repo.stagePaths([]);
    });

    it('says which file git ignores', async () => {
      box.write('.gitignore', '*.log\n');
      box.write('x.log', '');
      await assert.rejects(repo.stagePaths(['x.log']), (e) => isTracksError(e, 'git') && e.path === 'x.log');
    });

    it('says that another git holds the index', async () => {
      box.write('a', '');
      box.write('.git/index.lock', '');
      await assert.rejects(repo.stagePaths(['a']), (e) => isTracksError(e, 'locked') && e.retry === 'later');
    });

    it('takes many calls at once', async () => {
      const paths = Array.from({ length: 12 }, (_, i) => `f${i}`);
      for (const path of paths) box.write(path, '');
      await Promise.all(paths.map((path) => repo.stagePaths([path])));
      assert.deepEqual(await repo.isTracked(paths), new Set(paths));
    });
  });
});

import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { add } from '../../../src/core/add.ts';
import { setConfig } from '../../../src/core/config.ts';
import { collectGarbage, type GcOptions } from '../../../src/core/gc.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { temporaryFolder } from '../../support/core.ts';
import { withoutRootAsync } from '../../support/faults.ts';
import { cacheFiles, cleanUp, makeProject, type Project } from '../../support/project.ts';

describe('gc', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
  });
  afterEach(cleanUp);

  const has = (text: string): boolean => cacheFiles(p).some((f) => f.replace(/[^0-9a-f]/g, '').endsWith(md5(text)));
  const track = async (path: string, text: string): Promise<void> => {
    p.write(path, text);
    const result = await add(p.repo, [path]);
    assert.deepEqual(result.failed, []);
  };
  const stays = async (options: GcOptions, code: string, message: RegExp): Promise<void> => {
    const before = cacheFiles(p);
    await assert.rejects(collectGarbage(p.repo, options), (error: { code: string; message: string; hint?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.notEqual(error.hint ?? '', '');
      return true;
    });
    assert.deepEqual(cacheFiles(p), before);
  };

  it('wants to be told what to keep', async () => {
    await stays({}, 'bad-argument', /what is to be kept/);
  });

  it('deletes what nothing refers to, files of a folder’s old version too; says what', async () => {
    p.write('data/a', 'A1');
    p.write('data/b', 'B');
    await add(p.repo, ['data']);
    await track('x', 'X1');
    await track('data/a', 'A2');
    await track('x', 'X2');
    const dry = await collectGarbage(p.repo, { workspace: true, dry: true });
    assert.ok(has('A1') && has('X1'));
    const result = await collectGarbage(p.repo, { workspace: true });
    assert.deepEqual([...result.removed].sort(), [...dry.removed].sort());
    assert.equal(result.removed.length, 3);
    assert.deepEqual(result.failed, []);
    assert.deepEqual([has('A1'), has('X1'), has('A2'), has('B'), has('X2')], [false, false, true, true, true]);
    assert.equal(result.kept, 4);
  });

  it('leaves what is no object', async () => {
    await track('x', 'X');
    for (const f of ['runs/ab/abcd/x', 'files/md5/zz', '.something.tmp', 'files/md5/ab/short'])
      p.write(`.dvc/cache/${f}`, 'x');
    await collectGarbage(p.repo, { workspace: true });
    assert.equal(cacheFiles(p).length, 5);
  });

  it('keeps the data that lies in the workspace, whatever its pointer says', async () => {
    await track('x', 'old');
    p.commit();
    await track('x', 'edit');
    p.git('checkout', '-q', 'x.dvc');
    await collectGarbage(p.repo, { workspace: true });
    assert.deepEqual([has('old'), has('edit')], [true, true]);
  });

  describe('keeps what git’s index refers to:', () => {
    it('staged, then edited', async () => {
      await track('x', 'staged');
      p.git('add', 'x.dvc');
      await track('x', 'later');
      await collectGarbage(p.repo, { workspace: true });
      assert.deepEqual([has('staged'), has('later')], [true, true]);
    });
    it('staged, then deleted', async () => {
      p.write('data/a', 'A');
      await add(p.repo, ['data']);
      p.git('add', 'data.dvc');
      p.remove('data.dvc');
      p.remove('data');
      await collectGarbage(p.repo, { workspace: true });
      assert.ok(has('A'));
    });
    it('all sides of a merge conflict', async () => {
      await track('x', 'base');
      p.commit();
      p.git('checkout', '-q', '-b', 'theirs');
      await track('x', 'theirs');
      p.commit();
      p.git('checkout', '-q', 'main');
      await track('x', 'ours');
      p.commit();
      assert.throws(() => p.git('merge', 'theirs'));
      await stays({ workspace: true }, 'bad-file', /x\.dvc/);
      await track('y', 'y');
      p.git('show', ':2:x.dvc');
      p.write('x.dvc', p.git('show', ':2:x.dvc'));
      await collectGarbage(p.repo, { workspace: true });
      assert.deepEqual([has('base'), has('ours'), has('theirs')], [true, true, true]);
    });
    it('a faulty pointer there stops it', async () => {
      await track('y', 'y');
      p.write('x.dvc', 'outs: [');
      p.git('add', 'x.dvc');
      p.remove('x.dvc');
      await stays({ workspace: true }, 'bad-file', /x\.dvc in the index/);
    });
  });

  it('keeps other branches, tags, history and every stash where that is asked for', async () => {
    const texts = ['first', 'branch', 'tag', 'stash 1', 'stash 2', 'now'];
    await track('x', 'first');
    p.commit('first');
    p.git('checkout', '-q', '-b', 'other');
    await track('x', 'branch');
    p.commit('branch');
    p.git('checkout', '-q', 'main');
    await track('x', 'tag');
    p.commit('tag');
    p.git('tag', 'v1');
    for (const s of ['stash 1', 'stash 2']) {
      await track('x', s);
      p.git('stash', '-q');
    }
    await track('x', 'now');
    p.commit('now');
    const kept = (): string[] => texts.filter(has);
    await collectGarbage(p.repo, { allCommits: true });
    assert.deepEqual(kept(), texts);
    await collectGarbage(p.repo, { allBranches: true, allTags: true });
    assert.deepEqual(kept(), ['branch', 'tag', 'now']);
    await collectGarbage(p.repo, { workspace: true });
    assert.deepEqual(kept(), ['now']);
  });

  it('keeps the commit of a detached HEAD', async () => {
    await track('x', 'one');
    p.commit();
    p.git('checkout', '-q', '--detach');
    await track('x', 'detached');
    p.commit();
    await track('x', 'now');
    await collectGarbage(p.repo, { allCommits: true });
    assert.deepEqual([has('one'), has('detached'), has('now')], [true, true, true]);
  });

  describe('deletes nothing where it cannot know:', () => {
    it('the list of a folder is not in the cache', async () => {
      p.write('data/a', 'A');
      await add(p.repo, ['data']);
      await track('x', 'old');
      await track('x', 'new');
      const list = cacheFiles(p).find((f) => f.endsWith('.dir')) ?? '';
      p.remove(`.dvc/cache/${list}`);
      await stays({ workspace: true }, 'not-in-cache', /data/);
    });
    it('the list is damaged, or hostile', async () => {
      p.write('data/a', 'A');
      await add(p.repo, ['data']);
      const bad = JSON.stringify([{ md5: md5('A'), relpath: '../x' }]);
      p.write(`.dvc/cache/files/md5/${md5(bad).slice(0, 2)}/${md5(bad).slice(2)}.dir`, bad);
      p.write('data.dvc', `outs:\n- md5: ${md5(bad)}.dir\n  hash: md5\n  path: data\n`);
      await stays({ workspace: true }, 'bad-path', /\.\.\/x/);
    });
    it('a pointer cannot be read', async () => {
      await track('x', 'old');
      await track('x', 'new');
      p.write('y.dvc', 'outs: [');
      await stays({ workspace: true }, 'bad-file', /y\.dvc/);
    });
    it('a pointer of history cannot be read, for all commits', async () => {
      await track('x', 'old');
      p.write('y.dvc', 'outs: [');
      p.commit();
      p.remove('y.dvc');
      p.commit();
      await track('x', 'new');
      await stays({ allCommits: true }, 'bad-file', /y\.dvc at [0-9a-f]{7}/);
      await collectGarbage(p.repo, { workspace: true });
    });
    it('the cache may be shared', async () => {
      setConfig(p.repo, 'cache.dir', temporaryFolder());
      await track('x', 'old');
      await track('x', 'new');
      await assert.rejects(collectGarbage(p.repo, { workspace: true }), { code: 'bad-argument', hint: /--force/ });
      assert.equal((await collectGarbage(p.repo, { workspace: true, force: true })).removed.length, 1);
    });
    it('a folder may not be read', async function () {
      if (process.platform === 'win32') return this.skip();
      // Without git, which does not work in folders of somebody else.
      p = await makeProject({ git: false });
      await track('secret/x', 'hidden');
      await track('y', 'y');
      for (const f of ['.', '.dvc', '.dvc/tmp', '.dvc/tmp/rwlock', '.dvc/cache']) chmodSync(p.path(f), 0o777);
      chmodSync(dirname(p.repo.host.cacheFolder), 0o777);
      chmodSync(p.path('secret'), 0);
      await withoutRootAsync(() => stays({ workspace: true }, 'no-permission', /secret/));
      chmodSync(p.path('secret'), 0o755);
      assert.ok(has('hidden'));
    });
    it('a pointer that is a link', async () => {
      await track('x', 'X');
      p.write('pointers/x', p.read('x.dvc'));
      p.remove('x.dvc');
      p.remove('x');
      p.link('pointers/x', 'x.dvc');
      await collectGarbage(p.repo, { workspace: true });
      assert.ok(has('X'));
    });
  });

  it('of DVC 2’s objects, too', async () => {
    const put = (text: string): string => {
      const hex = md5(text);
      p.write(`.dvc/cache/${hex.slice(0, 2)}/${hex.slice(2)}`, text);
      return hex;
    };
    p.write('x.dvc', `outs:\n- md5: ${put('kept')}\n  path: x\n`);
    put('unused');
    const result = await collectGarbage(p.repo, { workspace: true });
    assert.deepEqual(result.removed, [md5('unused')]);
    assert.ok(has('kept'));
  });

  it('cancelled: what is left is whole, and the next run goes on', async () => {
    await track('x', 'x');
    for (let i = 0; i < 300; i++)
      p.write(`.dvc/cache/files/md5/${md5(`${i}`).slice(0, 2)}/${md5(`${i}`).slice(2)}`, `${i}`);
    const controller = new AbortController();
    await assert.rejects(
      collectGarbage(p.repo, {
        workspace: true,
        signal: controller.signal,
        progress: (s) => s.phase === 'gc' && controller.abort(),
      }),
      { code: 'cancelled' },
    );
    assert.ok(has('x'));
    await collectGarbage(p.repo, { workspace: true });
    assert.equal(cacheFiles(p).length, 1);
  });
});

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { add } from '../../../src/core/add.ts';
import { checkout } from '../../../src/core/checkout.ts';
import { fetch } from '../../../src/core/fetch.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { pull } from '../../../src/core/pull.ts';
import { push } from '../../../src/core/push.ts';
import { addRemote } from '../../../src/core/remote.ts';
import { status } from '../../../src/core/status.ts';
import { temporaryFolder } from '../../support/core.ts';
import { at, cacheFiles, cleanUp, filesBelow, makeProject, type Project } from '../../support/project.ts';

type Failed = { readonly failed: readonly { readonly what: string; readonly error: { readonly code: string } }[] };
const codesOf = (r: Failed): string[] => r.failed.map((f) => `${f.what}: ${f.error.code}`).sort();
const keyOf = (text: string): string => `files/md5/${md5(text).slice(0, 2)}/${md5(text).slice(2)}`;

describe('push, fetch and pull', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
    p.write('data/a', 'A');
    p.write('data/sub/b', 'B');
    p.write('data/zero', '');
    p.write('x', 'X');
    await add(p.repo, ['data', 'x']);
  });
  afterEach(cleanUp);

  const remote = (): string[] => filesBelow(p.storage);
  const dropData = (...paths: string[]): void => {
    for (const path of paths) p.remove(path);
  };
  const dropCache = (): void => p.remove('.dvc/cache');
  const tree = (): string => cacheFiles(p).find((f) => f.endsWith('.dir')) ?? 'none';

  it('go there and back, with nothing to do the second time', async () => {
    const all = cacheFiles(p);
    const pushed = await push(p.repo);
    assert.deepEqual([pushed.done, pushed.failed, pushed.objects], [['data', 'x'], [], 5]);
    assert.deepEqual(remote(), all);
    assert.deepEqual([(await push(p.repo)).objects, (await push(p.repo)).done], [0, []]);
    dropCache();
    dropData('data', 'x');
    const fetched = await fetch(p.repo);
    assert.deepEqual([fetched.done, fetched.failed, fetched.objects], [['data', 'x'], [], 5]);
    assert.deepEqual(cacheFiles(p), all);
    assert.ok(!p.has('x'), 'fetch leaves the workspace alone');
    assert.equal((await fetch(p.repo)).objects, 0);
    const pulled = await pull(p.repo);
    assert.deepEqual([pulled.checkout.added, pulled.failed], [['data/', 'x'], []]);
    assert.deepEqual(filesBelow(p.path('data')), ['a', 'sub/b', 'zero']);
    const state = await status(p.repo, { remote: true });
    assert.deepEqual([state.notInCache, state.notInRemote, state.uncommitted.modified], [[], [], []]);
  });

  it('of targets: a dataset, its pointer, a path inside', async () => {
    await push(p.repo, { targets: at('x.dvc') });
    assert.deepEqual(remote(), [keyOf('X')]);
    await push(p.repo, { targets: at('data/sub') });
    assert.deepEqual(remote(), [keyOf('X'), keyOf('B')].sort(), 'a part of a folder comes without the list');
    await push(p.repo);
    dropCache();
    dropData('data', 'x');
    await pull(p.repo, { targets: at('data/sub/b') });
    assert.deepEqual(filesBelow(p.path('data')), ['sub/b']);
    assert.deepEqual(cacheFiles(p).length, 2);
    await assert.rejects(push(p.repo, { targets: at('nothing') }), { code: 'not-tracked' });
  });

  it('without a remote, or with an unknown one, say how to get one', async () => {
    const q = await makeProject();
    q.write('.dvc/config', '');
    await assert.rejects(push(q.repo), { code: 'no-remote', hint: /remote add/ });
    await assert.rejects(push(p.repo, { remote: 'other' }), { code: 'no-remote', hint: /storage/ });
    addRemote(p.repo, 'far', 's3://bucket/path');
    await assert.rejects(push(p.repo, { remote: 'far' }), { code: 'unsupported' });
  });

  it('each dataset to its own remote', async () => {
    const second = temporaryFolder();
    addRemote(p.repo, 'second', second);
    p.write('x.dvc', `${p.read('x.dvc')}  remote: second\n`);
    await push(p.repo);
    assert.deepEqual(filesBelow(second), [keyOf('X')]);
    assert.ok(!remote().includes(keyOf('X')));
    p.write('x.dvc', p.read('x.dvc').replace('remote: second', 'push: false'));
    await push(p.repo, { remote: 'storage' });
    assert.ok(!remote().includes(keyOf('X')));
  });

  describe('a list is on the remote only where all its files are:', () => {
    it('a file that is not in the cache', async () => {
      const list = tree();
      p.remove(`.dvc/cache/${keyOf('B')}`);
      const result = await push(p.repo);
      assert.deepEqual(codesOf(result), ['data/sub/b: not-in-cache']);
      assert.deepEqual(result.done, ['x']);
      assert.ok(!remote().includes(list));
      assert.ok(remote().includes(keyOf('A')), 'what can go goes');
    });
    it('a cache object that is damaged', async () => {
      const list = tree();
      chmodSync(p.path(`.dvc/cache/${keyOf('B')}`), 0o644);
      writeFileSync(p.path(`.dvc/cache/${keyOf('B')}`), 'rot');
      const result = await push(p.repo);
      assert.deepEqual(codesOf(result), ['data/sub/b: corrupt']);
      assert.ok(!remote().includes(list) && !remote().includes(keyOf('B')));
    });
    it('a list that is hostile, or damaged: the others go', async () => {
      const bad = JSON.stringify([{ md5: md5('A'), relpath: '../x' }]);
      p.write(`.dvc/cache/${keyOf(bad)}.dir`, bad);
      p.write('evil.dvc', `outs:\n- md5: ${md5(bad)}.dir\n  hash: md5\n  path: evil\n`);
      const result = await push(p.repo);
      assert.deepEqual(codesOf(result), ['evil: bad-path']);
      assert.deepEqual([...result.done].sort(), ['data', 'x']);
    });
  });

  it('a pointer that cannot be read is told; the others go', async () => {
    p.write('bad.dvc', 'outs: [');
    const result = await push(p.repo);
    assert.deepEqual(codesOf(result), ['bad.dvc: bad-file']);
    assert.equal(result.objects, 5);
  });

  describe('a remote that lies', () => {
    beforeEach(async () => {
      await push(p.repo);
      dropCache();
      dropData('data', 'x');
    });
    const spoil = (key: string, text: string): void => {
      chmodSync(join(p.storage, key), 0o644);
      writeFileSync(join(p.storage, key), text);
    };

    it('bytes that are not their hash: neither in the cache nor in the workspace; the rest comes', async () => {
      spoil(keyOf('B'), 'evil');
      spoil(keyOf('X'), '');
      const result = await pull(p.repo);
      assert.deepEqual(codesOf(result), ['data/sub/b: corrupt', 'x: corrupt']);
      assert.ok(!cacheFiles(p).includes(keyOf('B')) && !cacheFiles(p).includes(keyOf('X')));
      assert.deepEqual(filesBelow(p.path('data')), ['a', 'zero']);
      assert.ok(!p.has('x'));
    });
    it('a list that is none: nothing of the folder is placed', async () => {
      const list = remote().find((f) => f.endsWith('.dir')) ?? '';
      spoil(list, '[]');
      const result = await pull(p.repo);
      assert.deepEqual(codesOf(result), ['data/: corrupt']);
      assert.ok(!p.has('data') && !cacheFiles(p).includes(list));
      assert.equal(p.read('x'), 'X');
    });
    it('objects that are missing are told, once each; another remote has them', async () => {
      const second = temporaryFolder();
      mkdirSync(dirname(join(second, keyOf('B'))), { recursive: true });
      renameSync(join(p.storage, keyOf('B')), join(second, keyOf('B')));
      assert.deepEqual(codesOf(await pull(p.repo)), ['data/sub/b: not-in-remote']);
      addRemote(p.repo, 'second', second);
      assert.deepEqual(codesOf(await pull(p.repo, { remote: 'second' })), []);
      assert.equal(p.read('data/sub/b'), 'B');
    });
  });

  it('pull overwrites nothing that is in no cache', async () => {
    await push(p.repo);
    dropCache();
    p.write('x', 'mine');
    p.write('data/mine', 'mine');
    const result = await pull(p.repo);
    assert.deepEqual(codesOf(result), ['data: would-overwrite', 'x: would-overwrite']);
    assert.deepEqual([p.read('x'), p.read('data/mine')], ['mine', 'mine']);
    assert.deepEqual(codesOf(await pull(p.repo, { force: true })), []);
    assert.equal(p.read('x'), 'X');
  });

  it('links to nothing, left by a cache that is gone, are data to be pulled', async () => {
    await push(p.repo);
    dropData('x', 'data');
    p.link(p.path(`.dvc/cache/${keyOf('X')}`), 'x');
    p.link(p.path(`.dvc/cache/${keyOf('A')}`), 'data/a');
    p.link(p.path(`.dvc/cache/${keyOf('B')}`), 'data/sub/b');
    dropCache();
    rmSync(join(p.storage, keyOf('B')));
    assert.deepEqual(codesOf(await pull(p.repo)), ['data/sub/b: not-in-remote']);
    assert.deepEqual([p.read('x'), p.read('data/a')], ['X', 'A']);
  });

  it('the data of other commits: a revision, branches, tags, all', async () => {
    p.commit('one');
    p.git('tag', 'v1');
    p.write('x', 'X2');
    await add(p.repo, ['x']);
    p.commit('two');
    p.write('x', 'X3');
    await add(p.repo, ['x']);
    await push(p.repo);
    assert.ok(remote().includes(keyOf('X3')) && !remote().includes(keyOf('X2')));
    await push(p.repo, { allBranches: true });
    assert.ok(remote().includes(keyOf('X2')) && !remote().includes(keyOf('X')));
    await push(p.repo, { allCommits: true });
    assert.ok(remote().includes(keyOf('X')));
    dropCache();
    await fetch(p.repo, { revision: 'v1', targets: at('x') });
    assert.deepEqual(cacheFiles(p), [keyOf('X')]);
    await fetch(p.repo, { allTags: true, targets: at('x') });
    assert.deepEqual(cacheFiles(p), [keyOf('X'), keyOf('X3')].sort());
    await fetch(p.repo, { allCommits: true });
    for (const t of ['X', 'X2', 'X3']) assert.ok(cacheFiles(p).includes(keyOf(t)), t);
  });

  for (const verb of ['push', 'fetch'] as const) {
    it(`${verb}, cancelled in the middle: whole objects only, no list before its files, and a second run completes`, async () => {
      const q = await makeProject({ threads: 2 });
      for (let i = 0; i < 60; i++) q.write(`data/${i}`, Buffer.alloc(1 << 20, `${i} `));
      await add(q.repo, ['data']);
      const from = verb === 'push' ? q.path('.dvc/cache') : q.storage;
      const to = verb === 'push' ? q.storage : q.path('.dvc/cache');
      if (verb === 'fetch') {
        await push(q.repo);
        q.remove('.dvc/cache');
      }
      const controller = new AbortController();
      const stop = (s: { phase: string; bytes: number }): void => {
        if (s.phase === verb && s.bytes > 8 << 20) controller.abort();
      };
      const run = (o: object): Promise<Failed> => (verb === 'push' ? push(q.repo, o) : fetch(q.repo, o));
      await assert.rejects(run({ signal: controller.signal, progress: stop }), { code: 'cancelled' });
      const there = filesBelow(to);
      assert.ok(there.length > 0 && there.length < 61, `${there.length} objects`);
      for (const key of there) {
        assert.match(key, /^files\/md5\//, 'nothing half is left');
        assert.equal(
          md5(readFileSync(join(to, key))),
          key.replace('files/md5/', '').replace('/', '').replace('.dir', ''),
        );
      }
      if (verb === 'push') assert.ok(!there.some((k) => k.endsWith('.dir')));
      assert.deepEqual((await run({})).failed, []);
      assert.deepEqual(filesBelow(to), filesBelow(from));
    });
  }

  it('pull, cancelled while it places: a second run completes', async () => {
    await push(p.repo);
    dropCache();
    dropData('data', 'x');
    const controller = new AbortController();
    await assert.rejects(
      pull(p.repo, { signal: controller.signal, progress: (s) => s.phase === 'checkout' && controller.abort() }),
      { code: 'cancelled' },
    );
    assert.deepEqual(codesOf(await pull(p.repo)), []);
    assert.deepEqual(filesBelow(p.path('data')), ['a', 'sub/b', 'zero']);
    assert.deepEqual((await checkout(p.repo)).modified, []);
  });
});

import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RepoPath } from '../../../src/base/paths.ts';
import { add } from '../../../src/core/add.ts';
import { checkout } from '../../../src/core/checkout.ts';
import { getConfig, listConfig, parseConfigName, setConfig } from '../../../src/core/config.ts';
import { move } from '../../../src/core/move.ts';
import {
  addRemote,
  listRemotes,
  modifyRemote,
  removeRemote,
  setDefaultRemote,
  testRemote,
} from '../../../src/core/remote.ts';
import { remove } from '../../../src/core/remove.ts';
import { configFile, parseBoolean } from '../../../src/core/settings.ts';
import { status } from '../../../src/core/status.ts';
import { unprotect } from '../../../src/core/unprotect.ts';
import { temporaryFolder } from '../../support/core.ts';
import { at, cacheFiles, cleanUp, filesBelow, makeProject, type Project } from '../../support/project.ts';

describe('managing datasets', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
    p.write('data/a', 'A');
    p.write('x', 'X');
    await add(p.repo, ['data', 'x']);
  });
  afterEach(cleanUp);
  const go = (from: string, to: string): ReturnType<typeof move> => move(p.repo, from as RepoPath, to as RepoPath);

  describe('move', () => {
    it('renames data, pointer and .gitignore entry; into a folder it keeps its name', async () => {
      await go('x', 'deep/er/y');
      assert.ok(!p.has('x') && !p.has('x.dvc'));
      assert.equal(p.read('deep/er/y'), 'X');
      assert.match(p.read('deep/er/y.dvc'), /path: y\n/);
      assert.deepEqual([p.read('.gitignore'), p.read('deep/er/.gitignore')], ['/data\n', '/y\n']);
      p.write('folder/keep', 'x');
      await go('data', 'folder');
      assert.deepEqual(filesBelow(p.path('folder')).sort(), ['.gitignore', 'data.dvc', 'data/a', 'keep']);
      const s = await status(p.repo);
      assert.deepEqual([s.uncommitted.modified, s.uncommitted.deleted, s.faults], [[], [], []]);
      assert.deepEqual((await checkout(p.repo)).deleted, [], 'nothing of it is a leftover');
    });
    it('data that is not here: the pointer alone', async () => {
      p.remove('x');
      await go('x', 'y');
      assert.ok(p.has('y.dvc') && !p.has('x.dvc'));
    });
    for (const [to, code] of [
      ['data/x', 'overlap'],
      ['data/sub/x', 'overlap'],
      ['taken', 'would-overwrite'],
      ['taken2', 'would-overwrite'],
      ['.dvc/x', 'bad-path'],
      ['.git/x', 'bad-path'],
      ['link/x', 'bad-path'],
      ['x/y', 'overlap'],
    ] as const) {
      it(`to ${to} is refused, and nothing is moved`, async () => {
        p.write('taken', 'mine');
        p.write('taken2.dvc/x', 'mine');
        p.link(temporaryFolder(), 'link');
        const before = filesBelow(p.root).filter((f) => !/^\.git\/|\.dvc\/tmp/.test(f));
        await assert.rejects(go('x', to), { code });
        assert.deepEqual(
          filesBelow(p.root).filter((f) => !/^\.git\/|\.dvc\/tmp/.test(f)),
          before,
        );
        assert.equal(p.read('taken'), 'mine');
      });
    }
    it('what is not tracked, or made by a stage', async () => {
      await assert.rejects(go('nothing', 'y'), { code: 'not-tracked' });
      p.write('dvc.yaml', 'stages:\n  s:\n    cmd: x\n    outs:\n    - model\n');
      await assert.rejects(go('model', 'y'), { code: 'unsupported' });
    });
  });

  it('remove: the pointer and the entry go, the data stays, and is the user’s from now on', async () => {
    const result = await remove(p.repo, at('x', 'nothing', 'data.dvc'));
    assert.deepEqual(result.done, ['x', 'data']);
    assert.deepEqual(
      result.failed.map((f) => `${f.what}: ${f.error.code}`),
      ['nothing: not-tracked'],
    );
    assert.ok(!p.has('x.dvc') && !p.has('data.dvc') && !p.has('.gitignore'));
    assert.deepEqual((await checkout(p.repo)).deleted, []);
    assert.deepEqual([p.read('x'), p.read('data/a')], ['X', 'A']);
    assert.equal(cacheFiles(p).length, 3);
  });

  for (const type of ['hardlink', 'symlink'] as const) {
    it(`unprotect of ${type}s: files of their own, the cache is safe`, async () => {
      setConfig(p.repo, 'cache.type', type);
      await checkout(p.repo, { relink: true });
      const objects = cacheFiles(p).map((f) => readFileSync(p.path(`.dvc/cache/${f}`), 'utf8'));
      assert.equal(statSync(p.path('x')).mode & 0o222, 0);
      const result = await unprotect(p.repo, at('x', 'data/a'));
      assert.deepEqual([result.done, result.failed], [['data', 'x'], []]);
      p.write('x', 'edited');
      p.write('data/a', 'edited');
      assert.deepEqual(
        cacheFiles(p).map((f) => readFileSync(p.path(`.dvc/cache/${f}`), 'utf8')),
        objects,
      );
      assert.deepEqual(filesBelow(p.path('data')), ['a']);
    });
  }

  it('unprotect of what is not here', async () => {
    p.remove('x');
    assert.deepEqual(
      (await unprotect(p.repo, at('x'))).failed.map((f) => f.error.code),
      ['not-found'],
    );
    await assert.rejects(unprotect(p.repo, at('what')), { code: 'not-tracked' });
  });
});

describe('settings and remotes', () => {
  let p: Project;

  beforeEach(async () => {
    p = await makeProject({ git: false });
  });
  afterEach(cleanUp);

  it('four levels, the strongest wins; each is listed with its file', () => {
    const levels = ['system', 'global', 'project', 'local'] as const;
    setConfig(p.repo, 'core.remote', undefined);
    for (const level of levels) {
      setConfig(p.repo, 'core.remote', level, level);
      assert.equal(getConfig(p.repo, 'core.remote'), level);
      assert.equal(getConfig(p.repo, 'core.remote', level), level);
    }
    assert.deepEqual(
      listConfig(p.repo)
        .filter((l) => l.name === 'core.remote')
        .map((l) => [l.level, l.value, l.file]),
      levels.map((l) => [l, l, configFile(l, p.repo.dvcFolder, p.repo.host.env)]),
    );
    for (const level of [...levels].reverse()) {
      assert.equal(getConfig(p.repo, 'core.remote'), level);
      setConfig(p.repo, 'core.remote', undefined, level);
    }
    assert.equal(getConfig(p.repo, 'core.remote'), undefined);
  });

  it('comments and everything else in a file stay; a private file stays private', () => {
    const text =
      '# mine\n[core]\n    remote = storage  # ours\n    analytics = false\n[remote "storage"]\n    url = /somewhere\n    unknown = kept\n';
    p.write('.dvc/config', text);
    chmodSync(p.path('.dvc/config'), 0o600);
    setConfig(p.repo, 'core.autostage', 'true');
    for (const part of ['# mine', '# ours', 'analytics = false', 'unknown = kept'])
      assert.ok(p.read('.dvc/config').includes(part), p.read('.dvc/config'));
    assert.equal(statSync(p.path('.dvc/config')).mode & 0o777, 0o600);
    setConfig(p.repo, 'core.autostage', undefined);
    assert.equal(p.read('.dvc/config'), text);
  });

  it('names of options', () => {
    assert.deepEqual(parseConfigName('Core.Remote'), { section: 'core', key: 'remote' });
    assert.deepEqual(parseConfigName('remote.my.store.URL'), { section: 'remote "my.store"', key: 'url' });
    for (const bad of ['', 'core', 'core.', '.x', 'a.b.c'])
      assert.throws(() => parseConfigName(bad), { code: 'bad-argument' }, bad);
  });

  it('true and false as DVC takes them', () => {
    for (const t of ['true', 'Yes', 'ON', '1', ' True ']) assert.equal(parseBoolean(t, 'x'), true);
    for (const t of [undefined, 'false', 'No', 'off', '0']) assert.equal(parseBoolean(t, 'x'), false);
    for (const t of ['', 'maybe', '2'])
      assert.throws(() => parseBoolean(t, 'core.x'), { code: 'bad-file', message: /core\.x/ });
  });

  it('a config that is damaged names its file and line', () => {
    for (const [name, level] of [
      ['config', 'project'],
      ['config.local', 'local'],
    ] as const) {
      p.write(`.dvc/${name}`, '[core]\n    remote = x\n[core\n');
      assert.throws(() => p.repo.settings(), {
        code: 'bad-file',
        path: configFile(level, p.repo.dvcFolder, p.repo.host.env),
        line: 3,
      });
      p.write(`.dvc/${name}`, '');
    }
  });

  it('remotes: added, listed, changed, made the default, removed', () => {
    addRemote(p.repo, 'one', '../one', { from: p.root });
    assert.throws(() => addRemote(p.repo, 'one', '/x'), { code: 'already-exists' });
    addRemote(p.repo, 'one', '/elsewhere', { force: true });
    addRemote(p.repo, 'bucket', 's3://user:se@cret@bucket/path@x', { level: 'local' });
    for (const [name, url, code] of [
      ['', '/x', 'bad-argument'],
      ['a"b', '/x', 'bad-argument'],
      ['a\nb', '/x', 'bad-argument'],
      ['y', '', 'bad-argument'],
      ['y', 'ftp://x/y', 'unsupported'],
    ] as const)
      assert.throws(() => addRemote(p.repo, name, url), { code }, `${name} ${url}`);
    const rows = listRemotes(p.repo);
    assert.deepEqual(
      rows.map((r) => [r.name, r.kind, r.default, r.supported]),
      [
        ['storage', 'local', true, true],
        ['one', 'local', false, true],
        ['bucket', 's3', false, false],
      ],
    );
    assert.equal(rows.find((r) => r.name === 'bucket')?.url, 's3://user:***@bucket/path@x', 'no password is shown');
    setDefaultRemote(p.repo, 'one');
    modifyRemote(p.repo, 'one', 'url', 'sub/folder', { from: p.root });
    assert.equal(getConfig(p.repo, 'remote.one.url'), '../sub/folder');
    assert.equal(listRemotes(p.repo).find((r) => r.name === 'one')?.url, p.path('sub/folder'));
    assert.throws(() => setDefaultRemote(p.repo, 'what'), { code: 'no-remote' });
    removeRemote(p.repo, 'one');
    assert.deepEqual([getConfig(p.repo, 'core.remote'), listRemotes(p.repo).length], [undefined, 2]);
  });

  it('removing a remote leaves the user’s own default alone', () => {
    setConfig(p.repo, 'core.remote', 'storage', 'global');
    setConfig(p.repo, 'core.remote', 'storage', 'local');
    removeRemote(p.repo, 'storage');
    assert.deepEqual(
      ['global', 'project', 'local'].map((l) => getConfig(p.repo, 'core.remote', l as 'global')),
      ['storage', undefined, undefined],
    );
  });

  it('a remote is tried with a small object, which goes again', async () => {
    await testRemote(p.repo, undefined);
    assert.deepEqual(filesBelow(p.storage), []);
    p.write('file', 'x');
    addRemote(p.repo, 'bad', p.path('file'));
    await assert.rejects(testRemote(p.repo, 'bad'));
    assert.equal(p.read('file'), 'x');
  });
});

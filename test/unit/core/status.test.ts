import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AbsPath } from '../../../src/base/paths.ts';
import { add } from '../../../src/core/add.ts';
import { commit } from '../../../src/core/commit.ts';
import { diff } from '../../../src/core/diff.ts';
import { initRepository } from '../../../src/core/init.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { collectOuts } from '../../../src/core/outs.ts';
import { collectOutsAt, collectStagedOuts } from '../../../src/core/outs-at.ts';
import { push } from '../../../src/core/push.ts';
import { status } from '../../../src/core/status.ts';
import type { Changes } from '../../../src/core/system.ts';
import { mkfifo, withoutRootAsync } from '../../support/faults.ts';
import { at, cleanUp, makeProject, openProject, type Project } from '../../support/project.ts';

const shown = (c: Changes): string[] => [
  ...c.added.map((e) => `+ ${e.path}`),
  ...c.deleted.map((e) => `- ${e.path}`),
  ...c.modified.map((e) => `~ ${e.path}`),
  ...c.renamed.map((e) => `${e.old} > ${e.new}`),
];
const pointer = (text: string, path: string): string =>
  `outs:\n- md5: ${md5(text)}\n  size: ${text.length}\n  hash: md5\n  path: ${path}\n`;

describe('status, diff and commit', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
    for (const n of ['a', 'b', 'sub/c']) p.write(`data/${n}`, n);
    p.write('x', 'X');
    await add(p.repo, ['data', 'x']);
    p.commit('one');
  });
  afterEach(cleanUp);

  it('nothing has changed', async () => {
    const s = await status(p.repo, { unchanged: true, untracked: true });
    assert.deepEqual(
      [shown(s.committed), shown(s.uncommitted), s.notInCache, s.untracked, s.faults, s.unknown],
      [[], [], [], [], [], []],
    );
    assert.deepEqual([...s.unchanged].sort(), ['data/', 'data/a', 'data/b', 'data/sub/c', 'x']);
    assert.equal(s.head, 'main');
    assert.deepEqual(shown(await diff(p.repo, 'HEAD', undefined)), []);
  });

  it('what changed in the workspace; commit records it; then it differs from HEAD', async () => {
    p.write('data/a', 'other');
    p.write('data/new', 'new');
    p.remove('data/b');
    p.remove('x');
    const s = await status(p.repo);
    assert.deepEqual(shown(s.uncommitted).sort(), ['+ data/new', '- data/b', '- x', '~ data/', '~ data/a'].sort());
    const result = await commit(p.repo);
    assert.deepEqual([result.done, result.failed], [['data'], []]);
    assert.deepEqual(
      (await commit(p.repo, { targets: at('x') })).failed.map((f) => f.error.code),
      ['not-found'],
    );
    const later = await status(p.repo);
    assert.deepEqual(shown(later.uncommitted), ['- x']);
    assert.deepEqual(shown(later.committed).sort(), ['+ data/new', '- data/b', '~ data/', '~ data/a'].sort());
    p.commit('two');
    assert.deepEqual(
      shown(await diff(p.repo, 'HEAD~1', 'HEAD')).sort(),
      ['+ data/new', '- data/b', '~ data/', '~ data/a'].sort(),
    );
    assert.deepEqual(
      shown(await diff(p.repo, 'HEAD', 'HEAD~1')).sort(),
      ['+ data/b', '- data/new', '~ data/', '~ data/a'].sort(),
    );
  });

  it('a file that was renamed; a touched file; same size and time with other content', async () => {
    p.write('data/moved', 'a');
    p.remove('data/a');
    utimesSync(p.path('x'), 5000, 5000);
    assert.deepEqual(shown((await status(p.repo)).uncommitted).sort(), ['data/a > data/moved', '~ data/']);
    p.write('x', 'Y');
    utimesSync(p.path('x'), 5000, 5000);
    assert.ok(shown((await status(p.repo)).uncommitted).includes('~ x'));
  });

  it('of targets alone', async () => {
    p.write('data/a', 'other');
    p.write('x', 'other');
    assert.deepEqual(shown((await status(p.repo, { targets: at('x') })).uncommitted), ['~ x']);
    assert.deepEqual(shown((await status(p.repo, { targets: at('data/sub') })).uncommitted), []);
    assert.deepEqual(shown((await status(p.repo, { granular: false })).uncommitted).sort(), ['~ data/', '~ x']);
  });

  it('not in the cache, not on the remote', async () => {
    await push(p.repo, { targets: at('x') });
    const s = await status(p.repo, { remote: true });
    assert.deepEqual(s.notInRemote, ['data/', 'data/a', 'data/b', 'data/sub/c']);
    p.remove('.dvc/cache');
    assert.deepEqual((await status(p.repo)).notInCache, ['data/', 'data/a', 'data/b', 'data/sub/c', 'x']);
  });

  it('before the first commit, with a detached HEAD, without git', async () => {
    const fresh = await makeProject();
    fresh.write('y', 'y');
    await add(fresh.repo, ['y']);
    assert.deepEqual(shown((await status(fresh.repo)).committed), ['+ y']);
    p.git('checkout', '-q', '--detach');
    assert.match((await status(p.repo)).head ?? '', /^[0-9a-f]{7}$/);
    const plain = await makeProject({ git: false });
    plain.write('y', 'y');
    await add(plain.repo, ['y']);
    assert.deepEqual(shown((await status(plain.repo)).uncommitted), []);
  });

  describe('pointers that are damaged or hostile are told with file and reason; all else goes on:', () => {
    const cases: readonly (readonly [string, string, string | Uint8Array, { line?: number; conflict?: boolean }])[] = [
      ['no YAML', 'bad.dvc', 'outs:\n- md5: [', { line: 2 }],
      ['no map', 'bad.dvc', '- a\n- b\n', { line: 1 }],
      ['no MD5', 'bad.dvc', 'outs:\n- md5: xyz\n  path: bad\n', { line: 2 }],
      ['no path', 'bad.dvc', `outs:\n- md5: ${md5('')}\n  hash: md5\n`, {}],
      [
        'in conflict',
        'bad.dvc',
        `<<<<<<< HEAD\n${pointer('a', 'bad')}=======\n${pointer('b', 'bad')}>>>>>>> other\n`,
        { conflict: true },
      ],
      ['not UTF-8', 'bad.dvc', Buffer.from([0xff, 0xfe, 0x00]), { line: 1 }],
      ['binary', 'bad.dvc', Buffer.alloc(5000), {}],
      ['data that another pointer has', 'xx.dvc', pointer('X', 'x'), {}],
      ['data inside of another dataset', 'bad.dvc', pointer('X', 'data/a'), {}],
      ['a dvc.yaml that is none', 'dvc.yaml', 'stages: [', {}],
      ['a NUL in the path', 'bad.dvc', `outs:\n- md5: ${md5('')}\n  hash: md5\n  path: "a\\0b"\n`, {}],
    ];
    for (const [what, name, text, expected] of cases) {
      it(what, async () => {
        p.write(name, text);
        p.write('data/a', 'other');
        const s = await status(p.repo);
        assert.deepEqual(s.faults.length, 1, JSON.stringify(s.faults));
        const fault = s.faults[0];
        assert.equal(fault?.pointer, name);
        assert.ok((fault?.message ?? '').includes(name), fault?.message);
        assert.equal(fault?.conflict, expected.conflict === true);
        if (expected.line !== undefined) assert.equal(fault?.line, expected.line);
        assert.ok(shown(s.uncommitted).includes('~ data/a'));
        p.commit('with the fault');
        assert.equal((await collectOutsAt(p.repo, 'HEAD')).faults.length, 1);
        await status(p.repo);
      });
    }
    it('a dvc.lock that is damaged', async () => {
      p.write('dvc.yaml', 'stages:\n  s:\n    cmd: x\n    outs:\n    - model\n');
      p.write('dvc.lock', 'schema: [');
      const { faults } = await status(p.repo);
      assert.equal(faults.length, 1);
      assert.match(faults[0]?.message ?? '', /dvc\.lock/);
    });
    it('a list of files, damaged or hostile', async () => {
      const bad = JSON.stringify([{ md5: md5('A'), relpath: '../x' }]);
      p.write(`.dvc/cache/files/md5/${md5(bad).slice(0, 2)}/${md5(bad).slice(2)}.dir`, bad);
      p.write('evil.dvc', `outs:\n- md5: ${md5(bad)}.dir\n  hash: md5\n  path: evil\n`);
      p.write('x', 'other');
      const s = await status(p.repo);
      assert.deepEqual(
        s.faults.map((f) => [f.pointer, f.path]),
        [['evil.dvc', 'evil']],
      );
      assert.match(s.faults[0]?.message ?? '', /\.\.\/x/);
      assert.ok(shown(s.uncommitted).includes('~ x'));
      p.commit('with it');
      assert.ok(shown((await status(p.repo)).uncommitted).includes('~ x'));
    });
    it('the config', async () => {
      p.write('.dvc/config', '[core\nremote = x');
      await assert.rejects(status(p.repo), { code: 'bad-file', path: p.path('.dvc/config') });
      p.write('.dvc/config', '[cache]\n    type = teleport\n');
      await assert.rejects(status(p.repo), { code: 'bad-file', message: /teleport/ });
    });
  });

  it('files that cannot be read are told, and are not "deleted"', async function () {
    if (process.platform === 'win32') return this.skip();
    const q = await makeProject({ git: false });
    q.write('secret', 'S');
    q.write('data/secret', 'S');
    q.write('data/open', 'O');
    q.write('closed/x', 'C');
    await add(q.repo, ['secret', 'data', 'closed/x']);
    for (const f of ['secret', 'data/secret', 'closed']) chmodSync(q.path(f), 0);
    for (const f of ['.', '.dvc', '.dvc/tmp']) chmodSync(q.path(f), 0o777);
    chmodSync(dirname(q.repo.host.cacheFolder), 0o755);
    // A memory of its own: nothing is known of the files.
    const fresh = await openProject(q.root);
    chmodSync(dirname(fresh.repo.host.cacheFolder), 0o755);
    const s = await withoutRootAsync(() => status(fresh.repo));
    chmodSync(q.path('closed'), 0o755);
    assert.deepEqual(s.faults.map((f) => f.path).sort(), ['data/secret', 'secret']);
    assert.deepEqual(
      shown(s.uncommitted)
        .filter((l) => !l.startsWith('- data/'))
        .sort(),
      ['~ data/', '~ secret'],
    );
  });

  it('a pipe inside of a dataset is told, and not waited for', async function () {
    const none = mkfifo(p.path('data/pipe'));
    if (none !== undefined) return this.skip();
    const s = await status(p.repo);
    assert.deepEqual(
      s.faults.map((f) => f.path),
      ['data/pipe'],
    );
    assert.deepEqual(shown(s.uncommitted), ['~ data/']);
  });

  it('a .dvcignore that cannot be read is a fault', async () => {
    p.write('some/.dvcignore/file', 'a folder of that name is no rule');
    assert.deepEqual((await status(p.repo)).faults, []);
  });

  it('roots inside of this one are their own business, now and in history', async () => {
    const inner = p.path('inner') as AbsPath;
    p.write('inner/y', 'Y');
    await initRepository(inner, { subdir: true });
    const q = await openProject(inner);
    await add(q.repo, ['y']);
    p.commit('inner');
    for (const list of [collectOuts(p.repo), await collectOutsAt(p.repo, 'HEAD'), await collectStagedOuts(p.repo)])
      assert.deepEqual(
        list.outs.map((o) => o.path),
        ['data', 'x'],
      );
    for (const list of [collectOuts(q.repo), await collectOutsAt(q.repo, 'HEAD'), await collectStagedOuts(q.repo)])
      assert.deepEqual(
        list.outs.map((o) => o.path),
        ['y'],
      );
    assert.deepEqual(shown((await status(p.repo)).committed), []);
    assert.deepEqual(shown((await status(q.repo)).committed), []);
    // Two roots side by side, in one git repository without a root of its own.
    const side = await makeProject({ subdir: 'one' });
    const two = join(dirname(side.root), 'two') as AbsPath;
    mkdirSync(two);
    await initRepository(two, { subdir: true });
    const other = await openProject(two);
    side.write('z', 'Z');
    other.write('z', 'Z2');
    await add(side.repo, ['z']);
    await add(other.repo, ['z']);
    side.git('add', '-A', '..');
    side.git('commit', '-q', '-m', 'two roots');
    assert.deepEqual(shown((await status(side.repo)).committed), []);
    assert.deepEqual((await status(other.repo, { unchanged: true })).unchanged, ['z']);
  });

  it('cancelled', async () => {
    await assert.rejects(status(p.repo, { signal: AbortSignal.abort() }), { code: 'cancelled' });
  });
});

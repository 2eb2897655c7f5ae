import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RepoPath } from '../../../src/base/paths.ts';
import { add } from '../../../src/core/add.ts';
import { content, entries, entry } from '../../../src/core/contents.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { push } from '../../../src/core/push.ts';
import { readAll } from '../../../src/core/remotes/bytes.ts';
import { restore } from '../../../src/core/restore.ts';
import { status } from '../../../src/core/status.ts';
import type { DatasetVersion } from '../../../src/core/system.ts';
import { versions } from '../../../src/core/versions.ts';
import { at, cacheFiles, cleanUp, filesBelow, makeProject, type Project } from '../../support/project.ts';

const page = { skip: 0, limit: 50 };
const [x, data] = at('x', 'data') as [RepoPath, RepoPath];

describe('versions of a dataset', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
  });
  afterEach(cleanUp);

  const save = async (files: Readonly<Record<string, string>>, path: string, subject: string): Promise<string> => {
    for (const [name, text] of Object.entries(files)) p.write(name, text);
    assert.deepEqual((await add(p.repo, [path])).failed, []);
    return p.commit(subject);
  };
  const list = async (path: RepoPath, paging = page): Promise<readonly DatasetVersion[]> =>
    (await versions(p.repo, path, paging)).versions;
  const changes = (rows: readonly DatasetVersion[]): string[] => rows.map((v) => `${v.subject}: ${v.change} ${v.path}`);

  it('one row a commit that changed it, newest first, with what changed', async () => {
    const one = await save({ 'data/a': 'A', 'data/b': 'B' }, 'data', 'one');
    p.write('README', 'x');
    p.commit('nothing of data');
    const two = await save({ 'data/a': 'AAAA', 'data/c': 'C' }, 'data', 'two');
    const rows = await list(data);
    assert.deepEqual(
      rows.map((v) => [v.commit, v.change, v.current, v.inCache, v.kind, v.files]),
      [
        [two, 'modified', true, true, 'folder', 3],
        [one, 'added', false, true, 'folder', 2],
      ],
    );
    assert.deepEqual(
      [rows[0]?.filesDelta, rows[0]?.bytesDelta],
      [{ added: 1, deleted: 0, modified: 1, renamed: 0 }, 4],
    );
    assert.deepEqual(rows[0]?.refs, ['main']);
  });

  it('a pointer that was renamed is followed', async () => {
    await save({ x: 'some content that is long enough for git to see' }, 'x', 'one');
    p.git('mv', 'x.dvc', 'y.dvc');
    p.write('y.dvc', p.read('y.dvc').replace('path: x', 'path: y'));
    p.git('rm', '-q', '--cached', '.gitignore');
    p.remove('x');
    p.commit('renamed');
    const [y] = at('y') as [RepoPath];
    assert.deepEqual(changes(await list(y)), ['renamed: renamed y', 'one: added x']);
  });

  it('stopped and tracked again; a commit whose pointer cannot be read', async () => {
    await save({ x: '1' }, 'x', 'one');
    const pointer = p.read('x.dvc');
    p.remove('x.dvc');
    p.commit('stopped');
    p.write('x.dvc', 'outs: [');
    p.commit('broken');
    p.write('x.dvc', pointer);
    p.commit('again');
    const rows = changes(await list(x));
    assert.equal(rows[0], 'again: added x');
    assert.ok(rows.includes('one: added x') && rows.some((r) => r.startsWith('stopped: removed')), rows.join('\n'));
  });

  it('page by page they are the same as all at once', async () => {
    for (let i = 0; i < 7; i++) await save({ x: `${i}` }, 'x', `commit ${i}`);
    const all = await list(x);
    assert.equal(all.length, 7);
    const paged: DatasetVersion[] = [];
    for (let skip = 0, more = true; more; skip += 2) {
      const part = await versions(p.repo, x, { skip, limit: 2 });
      paged.push(...part.versions);
      more = part.more;
    }
    assert.deepEqual(paged, all);
  });

  it('none before the first commit; a detached HEAD has its own; nothing untracked', async () => {
    p.write('x', '1');
    await add(p.repo, ['x']);
    assert.deepEqual(await list(x), []);
    const one = p.commit('one');
    await save({ x: '2' }, 'x', 'two');
    p.git('checkout', '-q', '--detach', one);
    assert.deepEqual(changes(await list(x)), ['one: added x']);
    await assert.rejects(list(at('what')[0] as RepoPath), { code: 'not-tracked' });
    const plain = await makeProject({ git: false });
    await assert.rejects(versions(plain.repo, x, page), { code: 'git' });
  });

  it('a list that is damaged or hostile does not hide the versions', async () => {
    await save({ 'data/a': 'A' }, 'data', 'one');
    const bad = JSON.stringify([{ md5: md5('A'), relpath: '../x' }]);
    p.write(`.dvc/cache/files/md5/${md5(bad).slice(0, 2)}/${md5(bad).slice(2)}.dir`, bad);
    p.write('data.dvc', `outs:\n- md5: ${md5(bad)}.dir\n  hash: md5\n  path: data\n`);
    p.commit('evil');
    const rows = await list(data);
    assert.deepEqual(
      rows.map((v) => [v.subject, v.inCache]),
      [
        ['evil', false],
        ['one', true],
      ],
    );
    await assert.rejects(entries(p.repo, data, 'HEAD'), { code: 'bad-path' });
    assert.equal((await entries(p.repo, data, 'HEAD~1')).length, 1);
  });

  it('the remote is asked where that is wanted', async () => {
    await save({ x: '1' }, 'x', 'one');
    await push(p.repo);
    await save({ x: '2' }, 'x', 'two');
    const { versions: rows } = await versions(p.repo, x, page, { remote: true });
    assert.deepEqual(
      rows.map((v) => v.onRemote),
      [false, true],
    );
  });

  describe('contents', () => {
    const bytes = async (path: string, revision?: string): Promise<string> =>
      (await readAll(await (await content(p.repo, path as RepoPath, revision)).open())).toString();

    it('of any version, from workspace, cache or remote; lists without a download', async () => {
      const one = await save({ 'data/a': 'A1', 'data/sub/b': 'B' }, 'data', 'one');
      await push(p.repo);
      await save({ 'data/a': 'A2' }, 'data', 'two');
      p.write('data/a', 'A3');
      assert.deepEqual(
        [await bytes('data/a'), await bytes('data/a', 'HEAD'), await bytes('data/a', one)],
        ['A3', 'A2', 'A1'],
      );
      assert.deepEqual(
        (await entries(p.repo, data, one)).map((e) => `${e.kind} ${e.path} ${e.size ?? ''}`.trim()),
        ['folder data/sub', 'file data/a 2'],
      );
      assert.equal((await entry(p.repo, 'data/sub' as RepoPath, one))?.kind, 'folder');
      assert.equal(await entry(p.repo, 'data/what' as RepoPath, one), undefined);
      p.remove('.dvc/cache');
      assert.equal(await bytes('data/a', one), 'A1');
      await assert.rejects(bytes('data/what', one), { code: 'not-found' });
      await assert.rejects(bytes('data', one), { code: 'bad-argument' });
    });

    it('of a remote that lies are refused at the end', async () => {
      const one = await save({ x: 'X' }, 'x', 'one');
      await push(p.repo);
      p.remove('.dvc/cache');
      p.remove('x');
      const file = `${p.storage}/files/md5/${md5('X').slice(0, 2)}/${md5('X').slice(2)}`;
      chmodSync(file, 0o644);
      writeFileSync(file, 'Y');
      await assert.rejects(bytes('x', one), { code: 'corrupt' });
    });
  });

  describe('restore', () => {
    it('puts an old version into the workspace and its pointer beside it; HEAD stays', async () => {
      const one = await save({ 'data/a': 'A1', 'data/b': 'B' }, 'data', 'one');
      const two = await save({ 'data/a': 'A2', 'data/c': 'C' }, 'data', 'two');
      const result = await restore(p.repo, data, one);
      assert.deepEqual([result.failed, filesBelow(p.path('data'))], [[], ['a', 'b']]);
      assert.equal(p.read('data/a'), 'A1');
      assert.equal(p.git('rev-parse', 'HEAD'), two);
      assert.equal(p.git('show', `${one}:data.dvc`), p.read('data.dvc').trimEnd());
      await restore(p.repo, data, 'main');
      assert.equal(p.git('status', '--porcelain'), '');
    });

    it('fetches what is not here; changes nothing where it cannot', async () => {
      const one = await save({ 'data/a': 'A1' }, 'data', 'one');
      await push(p.repo);
      await save({ 'data/a': 'A2' }, 'data', 'two');
      const pointer = p.read('data.dvc');
      p.remove('.dvc/cache');
      await add(p.repo, ['data']);
      assert.deepEqual((await restore(p.repo, data, one)).failed, []);
      assert.equal(p.read('data/a'), 'A1');
      await restore(p.repo, data, 'HEAD');
      p.remove('.dvc/cache');
      await add(p.repo, ['data']);
      for (const f of filesBelow(p.storage)) if (!f.endsWith('.dir')) rmSync(join(p.storage, f));
      const result = await restore(p.repo, data, one);
      assert.deepEqual(
        result.failed.map((f) => f.error.code),
        ['not-in-remote'],
      );
      assert.deepEqual([p.read('data/a'), p.read('data.dvc')], ['A2', pointer]);
    });

    it('overwrites nothing that is in no cache, unless forced', async () => {
      const one = await save({ x: 'X1' }, 'x', 'one');
      await save({ x: 'X2' }, 'x', 'two');
      p.write('x', 'mine');
      const pointer = p.read('x.dvc');
      const result = await restore(p.repo, x, one);
      assert.deepEqual([result.inTheWay, p.read('x'), p.read('x.dvc')], [['x'], 'mine', pointer]);
      await restore(p.repo, x, one, { force: true });
      assert.equal(p.read('x'), 'X1');
    });

    it('brings back a dataset that is not tracked any more, over nothing untracked', async () => {
      const one = await save({ x: 'X1' }, 'x', 'one');
      p.remove('x.dvc');
      p.commit('gone');
      p.write('x', 'mine');
      assert.deepEqual((await restore(p.repo, x, one)).inTheWay, ['x']);
      assert.ok(!p.has('x.dvc'));
      p.remove('x');
      await restore(p.repo, x, one);
      assert.equal(p.read('x'), 'X1');
      assert.ok(p.read('x.dvc').includes(md5('X1')));
    });

    it('one file of a folder: the pointer stays', async () => {
      const one = await save({ 'data/a': 'A1', 'data/b': 'B1' }, 'data', 'one');
      await save({ 'data/a': 'A2', 'data/b': 'B2' }, 'data', 'two');
      const pointer = p.read('data.dvc');
      await restore(p.repo, 'data/a' as RepoPath, one);
      assert.deepEqual([p.read('data/a'), p.read('data/b'), p.read('data.dvc')], ['A1', 'B2', pointer]);
    });

    it('a version of DVC 2: the data is right, and the pointer says it by the hash of today', async () => {
      const crlf = 'a\r\nb\r\n';
      const hex = md5('a\nb\n');
      p.write(`.dvc/cache/${hex.slice(0, 2)}/${hex.slice(2)}`, crlf);
      p.write('x.dvc', `outs:\n- md5: ${hex}\n  size: ${crlf.length}\n  path: x\n`);
      p.write('.gitignore', '/x\n');
      const one = p.commit('dvc 2');
      p.write('x', 'new');
      await add(p.repo, ['x']);
      p.commit('dvc 3');
      assert.deepEqual((await restore(p.repo, x, one)).failed, []);
      assert.equal(p.read('x'), crlf);
      assert.ok(p.read('x.dvc').includes(md5(crlf)) && p.read('x.dvc').includes('hash: md5'), p.read('x.dvc'));
      const state = await status(p.repo);
      assert.deepEqual([state.uncommitted.modified, state.notInCache], [[], []]);
      assert.ok(cacheFiles(p).some((f) => f.startsWith('files/md5/') && f.endsWith(md5(crlf).slice(2))));
    });

    it('what was never there', async () => {
      await save({ x: 'X' }, 'x', 'one');
      await assert.rejects(restore(p.repo, at('y')[0] as RepoPath, 'HEAD'), { code: 'not-tracked' });
      await assert.rejects(restore(p.repo, x, 'no-such-branch'), { code: 'not-found' });
    });
  });
});

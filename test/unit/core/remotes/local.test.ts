import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { readAll, sourceOfBuffer, sourceOfFile } from '../../../../src/core/remotes/bytes.ts';
import { localStore } from '../../../../src/core/remotes/local.ts';
import { blobStoreSuite } from '../../../suites/blob-store.ts';

blobStoreSuite('localStore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tracks-local-'));
  return {
    store: localStore({ root: join(folder, 'not', 'there yet') as AbsPath, name: 'storage' }),
    cleanup: () => rm(folder, { recursive: true, force: true }),
  };
});

describe('localStore', () => {
  let folder: string;
  let root: AbsPath;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracks-local-'));
    root = join(folder, 'a', 'root') as AbsPath;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const text = sourceOfBuffer(Buffer.from('text'));
  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

  /** As `push` of DVC 3.67 leaves a local remote: files 0444 whatever the umask, folders 0777 less the umask. */
  for (const [umask, folderMode] of [
    [0o022, '755'],
    [0o002, '775'],
    [0o077, '700'],
  ] as const) {
    it(`with umask ${umask.toString(8)}: files 444, folders ${folderMode}`, async function () {
      if (process.platform === 'win32') {
        console.log('      skipped: no modes on Windows');
        this.skip();
      }
      const file = join(folder, 'source');
      await writeFile(file, 'text', { mode: 0o755 });
      const before = process.umask(umask);
      try {
        const store = localStore({ root, name: 's' });
        await store.write('files/md5/ab/cd', text);
        await store.write('files/md5/ab/ef', sourceOfFile(file));
      } finally {
        process.umask(before);
      }
      for (const at of ['.', '..', 'files', 'files/md5', 'files/md5/ab'])
        assert.equal(await modeOf(join(root, at)), folderMode);
      for (const at of ['cd', 'ef']) assert.equal(await modeOf(join(root, 'files/md5/ab', at)), '444');
      assert.deepEqual(await readdir(root, { recursive: true }).then((names) => names.sort()), [
        'files',
        'files/md5',
        'files/md5/ab',
        'files/md5/ab/cd',
        'files/md5/ab/ef',
      ]);
      assert.deepEqual(await readdir(join(folder, 'a')), ['root']);
    });
  }

  it('takes another mode for its files', async () => {
    const store = localStore({ root, name: 's', fileMode: 0o664 });
    await store.write('k', text);
    if (process.platform !== 'win32') assert.equal(await modeOf(store.localPath?.('k') ?? ''), '664');
    await store.write('k', sourceOfBuffer(Buffer.from('more')));
    assert.equal(await readFile(store.localPath?.('k') ?? '', 'utf8'), 'more');
  });

  it('leaves the source file as it is, and shares no bytes with it', async () => {
    const file = join(folder, 'source');
    await writeFile(file, 'before', { mode: 0o640 });
    const store = localStore({ root, name: 's' });
    await store.write('k', sourceOfFile(file));
    await writeFile(file, 'after!');
    assert.equal(await readFile(join(root, 'k'), 'utf8'), 'before');
    if (process.platform !== 'win32') assert.equal(await modeOf(file), '640');
  });

  it('makes nothing by looking', async () => {
    const store = localStore({ root, name: 's' });
    assert.equal(await store.stat('a/b'), undefined);
    await store.remove('a/b');
    for await (const entry of store.list('')) assert.fail(entry.key);
    await store[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(folder), []);
  });

  it('opened read-only, reads and does not write', async () => {
    await localStore({ root, name: 's' }).write('k', text);
    const store = localStore({ root, name: 's', readOnly: true });
    assert.equal(store.capabilities.readOnly, true);
    assert.equal((await readAll(await store.read('k'))).toString(), 'text');
    assert.equal(store.localPath?.('k'), join(root, 'k'));
    await assert.rejects(store.write('k', text), { code: 'no-permission' });
    await assert.rejects(store.remove('k'), { code: 'no-permission' });
  });

  it('works below a root that is itself a symbolic link, and below one with odd names', async () => {
    const real = join(folder, 'réal # %20 dir');
    await mkdir(real);
    await symlink(real, join(folder, 'link'), 'junction');
    const store = localStore({ root: join(folder, 'link') as AbsPath, name: 's' });
    await store.write('a/b', text);
    assert.equal(await readFile(join(real, 'a/b'), 'utf8'), 'text');
    assert.deepEqual(await store.stat('a/b'), { size: 4 });
  });
});

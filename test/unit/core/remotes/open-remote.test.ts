import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { sourceOfBuffer } from '../../../../src/core/remotes/bytes.ts';
import {
  isRemoteSupported,
  openRemote,
  parseRemoteUrl,
  type RemoteKind,
} from '../../../../src/core/remotes/open-remote.ts';

const base = resolve('/project/.dvc') as AbsPath;

describe('parseRemoteUrl', () => {
  const cases: readonly (readonly [string, RemoteKind])[] = [
    ['/data/store', 'local'],
    ['../store', 'local'],
    ['store', 'local'],
    ['a folder/with: colon', 'local'],
    ['~/store', 'local'],
    ['C:\\store', 'local'],
    ['C:/store', 'local'],
    ['c://store', 'local'],
    ['', 'local'],
    ['s3://bucket/path', 's3'],
    ['S3://bucket', 's3'],
    ['gs://bucket', 'gs'],
    ['azure://container/path', 'azure'],
    ['ssh://user@host:22/path', 'ssh'],
    ['http://host/', 'http'],
    ['https://host/', 'https'],
    ['webdav://host/', 'webdav'],
    ['webdavs://host/', 'webdavs'],
    ['hdfs://host/', 'hdfs'],
    ['webhdfs://host/', 'webhdfs'],
    ['gdrive://root/x', 'gdrive'],
    ['oss://bucket', 'oss'],
    ['remote://other/path', 'unknown'],
    ['ftp://host', 'unknown'],
    ['file:///data/store', 'unknown'],
    ['local://x', 'unknown'],
    ['constructor://x', 'unknown'],
  ];
  for (const [url, kind] of cases)
    it(`${JSON.stringify(url)} is ${kind}`, () => assert.equal(parseRemoteUrl(url).kind, kind));
});

describe('openRemote', () => {
  const roots: readonly (readonly [string, string])[] = [
    [resolve('/data/store'), resolve('/data/store')],
    ['../store', resolve('/project/store')],
    ['../../outside/', resolve('/outside')],
    ['store', resolve('/project/.dvc/store')],
    ['./~odd', resolve('/project/.dvc/~odd')],
    ['a b/ü#%20', resolve('/project/.dvc/a b/ü#%20')],
    ['~', homedir()],
    ['~/my/store', join(homedir(), 'my/store')],
  ];
  for (const [url, root] of roots) {
    it(`opens ${url}`, () => {
      const store = openRemote({ name: 'storage', url, options: {} }, base);
      assert.equal(store.name, 'storage');
      assert.equal(store.localPath?.('files/md5/aa/bb'), join(root, 'files/md5/aa/bb'));
    });
  }

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['s3://bucket/path', 'unsupported', /local/],
    ['ssh://host/path', 'unsupported', /local/],
    ['nosuch://host/path', 'unsupported', /local/],
    ['file:///data/store', 'unsupported', /path/],
    ['~somebody/store', 'unsupported', /full path/],
    ['', 'bad-argument', /url/],
    ['a\0b', 'bad-argument', /url/],
  ];
  for (const [url, code, hint] of refused) {
    it(`refuses ${JSON.stringify(url)} and says what to do`, () =>
      assert.throws(
        () => openRemote({ name: 'storage', url, options: { password: 'secret' } }, base),
        (error: unknown) => {
          assert.ok(isTracksError(error));
          assert.equal(error.code, code);
          assert.match(error.message, /"storage"/);
          assert.match(error.hint ?? '', hint);
          assert.doesNotMatch(JSON.stringify([error.message, error.details]), /secret/);
          return true;
        },
      ));
  }

  it('knows what it opens', () => {
    assert.equal(isRemoteSupported('local'), true);
    assert.equal(isRemoteSupported('unknown'), false);
  });

  it('makes the folders of a shared remote as DVC does: 2775', async function () {
    if (process.platform === 'win32') {
      console.log('      skipped: no modes on Windows');
      this.skip();
    }
    const folder = await mkdtemp(join(tmpdir(), 'tracks-open-'));
    try {
      const store = openRemote({ name: 's', url: 'shared', options: { shared: 'Group' } }, folder as AbsPath);
      await store.write('files/md5/aa/bb', sourceOfBuffer(Buffer.from('x')));
      for (const sub of ['shared', 'shared/files', 'shared/files/md5', 'shared/files/md5/aa'])
        assert.equal(((await stat(join(folder, sub))).mode & 0o7777).toString(8), '2775', sub);
      const file = join(folder, 'shared/files/md5/aa/bb');
      assert.equal((await stat(file)).mode & 0o777, 0o444);
      assert.equal(await readFile(file, 'utf8'), 'x');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

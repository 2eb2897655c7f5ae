import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ErrorCode } from '../../../../src/base/errors.ts';
import type { AbsPath } from '../../../../src/base/paths.ts';
import type { BlobStore } from '../../../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer, sourceOfFile } from '../../../../src/core/remotes/bytes.ts';
import { localStore } from '../../../../src/core/remotes/local.ts';

const key = 'files/md5/ab/cdef';
const slowly = fileURLToPath(new URL('../../../support/remotes/write-slowly.ts', import.meta.url));
const once = fileURLToPath(new URL('../../../support/remotes/write-once.ts', import.meta.url));

interface Outcome {
  readonly outcomes: readonly string[];
  readonly keys: readonly string[];
  readonly onDisk: readonly string[];
}

describe('localStore when things go wrong', () => {
  let folder: string;
  let root: AbsPath;
  let store: BlobStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracks-faults-'));
    root = join(folder, 'root') as AbsPath;
    store = localStore({ root, name: 'storage' });
  });
  afterEach(async () => {
    await chmod(root, 0o755).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  const put = (at: string, text = 'text'): Promise<void> => store.write(at, sourceOfBuffer(Buffer.from(text)));
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const entry of store.list('')) found.push(entry.key);
    return found.sort();
  };
  const onDisk = async (): Promise<string[]> => (await readdir(root, { recursive: true })).sort();

  async function failed(work: Promise<unknown>, code: ErrorCode, at = key): Promise<void> {
    await assert.rejects(work, (error: { code?: unknown; message: string; hint?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.ok(error.message.includes('storage') && error.message.includes(at), error.message);
      assert.notEqual(error.hint ?? '', '');
      return true;
    });
  }

  it('a process killed in the middle of a write leaves no half object, and the old one whole', async function () {
    this.timeout(20_000);
    for (const [index, old] of [undefined, 'old bytes'].entries()) {
      const target = `files/md5/ab/${index}`;
      if (old !== undefined) await put(target, old);
      const child = spawn(process.execPath, [slowly, root, target], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.once('exit', (_code, signal) => resolve(signal)),
      );
      await new Promise((resolve, reject) => {
        child.stdout.once('data', resolve);
        child.once('exit', () => reject(new Error('the child ended before it was killed')));
      });
      child.kill('SIGKILL');
      assert.equal(await ended, 'SIGKILL');
      const left = (await readdir(join(root, 'files/md5/ab'))).filter((name) => name.endsWith('.tmp'));
      assert.equal(left.length, index + 1, 'the process was killed in the middle: its temporary file is there');
      assert.deepEqual(await store.stat(target), old === undefined ? undefined : { size: old.length });
      if (old === undefined) await assert.rejects(store.read(target), { code: 'not-found' });
      else assert.equal((await readAll(await store.read(target))).toString(), old);
      assert.deepEqual(await keys(), old === undefined ? [] : [target]);
    }
    await put('files/md5/ab/0', 'second try');
    assert.equal((await readAll(await store.read('files/md5/ab/0'))).toString(), 'second try');
  });

  it('a full disk is no-space, and nothing of the write stays on it', async function () {
    this.timeout(20_000);
    const mountPoint = join(folder, 'full');
    await mkdir(mountPoint);
    const file = join(folder, 'big');
    await writeFile(file, Buffer.alloc(3_000_000));
    const script = 'mount -t tmpfs -o size=1m tmpfs "$1" || exit 77; exec "$2" "$3" "$1" "$4" 3000000';
    const result = spawnSync('unshare', ['-rm', 'sh', '-c', script, 'sh', mountPoint, process.execPath, once, file], {
      encoding: 'utf8',
    });
    if (result.error !== undefined || result.status === 77 || /unshare/.test(result.stderr)) {
      console.log('      skipped: no small disk can be mounted here (unshare -rm, tmpfs)');
      return this.skip();
    }
    assert.equal(result.status, 0, result.stderr);
    const { outcomes, keys: listed, onDisk: left } = JSON.parse(result.stdout) as Outcome;
    assert.deepEqual(outcomes, [
      'no-space: limited: buffer/new: the disk is full.',
      'no-space: limited: file/new: the disk is full.',
    ]);
    assert.deepEqual(listed, ['buffer/after', 'buffer/small']);
    assert.deepEqual(left, ['buffer', 'buffer/after', 'buffer/small', 'file']);
  });

  it('a write that the system takes only a part of fails, and nothing of it stays', async function () {
    this.timeout(20_000);
    if (process.platform === 'win32') {
      console.log('      skipped: no longest file size (ulimit -f) on Windows');
      return this.skip();
    }
    const file = join(folder, 'big');
    await writeFile(file, Buffer.alloc(110_000));
    // 100 blocks are 51,200 or 102,400 bytes, as the shell counts them: the one write of 110,000 is a short one, and what is left of it fails.
    const script = 'trap "" XFSZ; ulimit -f 100; exec "$1" "$2" "$3" "$4" 110000';
    const result = spawnSync('sh', ['-c', script, 'sh', process.execPath, once, root, file], { encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
    const { outcomes, keys: listed, onDisk: left } = JSON.parse(result.stdout) as Outcome;
    assert.equal(outcomes.length, 2);
    for (const outcome of outcomes) assert.match(outcome, /^io: limited: (buffer|file)\/new: .*EFBIG/);
    assert.deepEqual(listed, ['buffer/after', 'buffer/small']);
    assert.deepEqual(left, ['buffer', 'buffer/after', 'buffer/small', 'file']);
  });

  it('a file where a folder should be is told, and stays', async () => {
    await put('files', 'in the way');
    await failed(put(key), 'io');
    await failed(store.write(key, sourceOfFile(slowly)), 'io');
    assert.deepEqual(await onDisk(), ['files']);
    assert.equal(await store.stat(key), undefined);
  });

  it('a root that is a file is told at a write', async () => {
    await writeFile(root, 'a file');
    await failed(put(key), 'io');
    assert.equal(await store.stat(key), undefined);
    assert.deepEqual(await keys(), []);
  });

  it('a folder where the file should be is told, and nothing stays beside it', async () => {
    await put(`${key}/below`);
    await failed(put(key), 'io');
    assert.deepEqual(await keys(), [`${key}/below`]);
    assert.deepEqual(await onDisk(), ['files', 'files/md5', 'files/md5/ab', key, `${key}/below`]);
  });

  it('a name too long for the file system is bad-path at a write', async () => {
    await assert.rejects(put('x'.repeat(300)), { code: 'bad-path', message: /storage/ });
    await put('x'.repeat(255));
    assert.deepEqual(await keys(), ['x'.repeat(255)]);
  });

  it('a name in the form of a temporary file is bad-path: it would never be listed', async () => {
    for (const bad of ['.0123456789abcdefghijkl.tmp', 'files/.AAAAAAAAAA_-AAAAAAAAAA.tmp']) {
      await assert.rejects(put(bad), { code: 'bad-path' });
      await assert.rejects(store.stat(bad), { code: 'bad-path' });
    }
  });

  it('no permission is told with store, key and hint', async function () {
    if (process.platform === 'win32') {
      console.log('      skipped: no modes on Windows');
      return this.skip();
    }
    await put(key, 'kept');
    const file = join(folder, 'secret');
    await writeFile(file, 'secret', { mode: 0o000 });
    const parent = join(root, 'files/md5/ab');
    await chmod(folder, 0o755);
    await chmod(parent, 0o555);
    const user = process.geteuid?.() ?? 0;
    // The administrator may do everything: for a moment, be somebody else.
    if (user === 0) {
      await chown(join(root, 'files'), 65_534, 65_534);
      process.seteuid?.(65_534);
    }
    try {
      await failed(put('files/md5/ab/new'), 'no-permission', 'files/md5/ab/new');
      await failed(put(key, 'other'), 'no-permission');
      await failed(store.remove(key), 'no-permission');
      await assert.rejects(
        put('files/secret/x').then(() => store.write('files/y', sourceOfFile(file))),
        {
          code: 'no-permission',
        },
      );
      assert.equal((await readAll(await store.read(key))).toString(), 'kept');
      assert.deepEqual(await keys(), [key, 'files/secret/x']);
    } finally {
      if (user === 0) process.seteuid?.(0);
      await chmod(parent, 0o755);
    }
    assert.deepEqual(
      (await onDisk()).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('a folder that cannot be listed is an error: less than all must not look like all', async function () {
    if (process.platform === 'win32') {
      console.log('      skipped: no modes on Windows');
      return this.skip();
    }
    await put('a/x');
    await put('b/x');
    await chmod(folder, 0o755);
    await chmod(join(root, 'b'), 0o000);
    const user = process.geteuid?.() ?? 0;
    if (user === 0) process.seteuid?.(65_534);
    try {
      await assert.rejects(keys(), { code: 'no-permission' });
      // Where nothing below it can match, nobody looks.
      for await (const entry of store.list('a')) assert.equal(entry.key, 'a/x');
    } finally {
      if (user === 0) process.seteuid?.(0);
      await chmod(join(root, 'b'), 0o755);
    }
    assert.deepEqual(await keys(), ['a/x', 'b/x']);
  });

  it('folders that somebody removed in between are made anew', async () => {
    await put(key, 'one');
    await rm(root, { recursive: true });
    assert.equal(await store.stat(key), undefined);
    await assert.rejects(store.read(key), { code: 'not-found' });
    await store.remove(key);
    assert.deepEqual(await keys(), []);
    await put(key, 'two');
    await rm(root, { recursive: true });
    await store.write(key, sourceOfFile(slowly));
    assert.deepEqual(await keys(), [key]);
  });

  it('a symbolic link out of the root is never followed', async function () {
    const outside = join(folder, 'outside');
    await mkdir(join(outside, 'md5/ab'), { recursive: true });
    await writeFile(join(outside, 'md5/ab/cdef'), 'not ours');
    await put('other/x');
    try {
      await symlink(outside, join(root, 'files'));
      await symlink(join(outside, 'md5/ab/cdef'), join(root, 'other/link'));
      await symlink(join(root, 'other/x'), join(root, 'other/inside'));
      await symlink('loop', join(root, 'other/loop'));
      await symlink('..', join(root, 'other/up'));
    } catch (error) {
      console.log(`      skipped: no symbolic links here (${String(error)})`);
      return this.skip();
    }
    for (const at of [key, 'files/md5/new/file', 'files/new']) await failed(put(at), 'bad-path', 'files');
    for (const at of [key, 'files/new']) await failed(store.remove(at), 'bad-path', 'files');
    await failed(store.read(key), 'bad-path', 'files');
    await failed(store.stat(key), 'bad-path', 'files');
    assert.equal(await store.stat('other/link'), undefined);
    await assert.rejects(store.read('other/link'), { code: 'not-found' });
    assert.equal((await readAll(await store.read('other/inside'))).toString(), 'text');
    assert.deepEqual(await keys(), ['other/inside', 'other/x']);
    // A write replaces the link itself, and not what it leads to.
    await put('other/link', 'ours');
    assert.equal((await readAll(await store.read('other/link'))).toString(), 'ours');
    assert.deepEqual((await readdir(outside, { recursive: true })).sort(), ['md5', 'md5/ab', 'md5/ab/cdef']);
    assert.equal(await readFile(join(outside, 'md5/ab/cdef'), 'utf8'), 'not ours');
  });

  it('a source file that is shorter or longer than it should be is corrupt, by copy and by stream', async () => {
    for (const length of [10_000, 20_000_000]) {
      const file = join(folder, 'source');
      await writeFile(file, Buffer.alloc(length));
      for (const size of [length - 1, length + 1]) await failed(store.write(key, sourceOfFile(file, size)), 'corrupt');
      assert.deepEqual(await keys(), []);
      await store.write('fine', sourceOfFile(file, length));
      assert.deepEqual(await store.stat('fine'), { size: length });
      await store.remove('fine');
    }
  });

  it('an abort in the middle of copying a big file leaves nothing', async () => {
    const file = join(folder, 'source');
    await writeFile(file, Buffer.alloc(50_000_000));
    const controller = new AbortController();
    const source = sourceOfFile(file);
    const opened = {
      ...source,
      open: () => {
        setImmediate(() => controller.abort());
        return source.open();
      },
    };
    await assert.rejects(store.write(key, opened, { signal: controller.signal }), { code: 'cancelled' });
    assert.deepEqual(await onDisk(), ['files', 'files/md5', 'files/md5/ab']);
  });

  it('an abort while the source gives nothing ends the write at once', async () => {
    const controller = new AbortController();
    const source = { open: async () => new Readable({ read: () => void setImmediate(() => controller.abort()) }) };
    await assert.rejects(store.write(key, source, { signal: controller.signal }), { code: 'cancelled' });
    assert.deepEqual(await keys(), []);
  });
});

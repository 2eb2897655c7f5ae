import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { cancelled } from '../../../../src/base/errors.ts';
import type { ScanResult } from '../../../../src/core/workers/protocol.ts';
import { scanFolder } from '../../../../src/core/workers/scan-folder.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { mkfifo, withoutRoot } from '../../../support/faults.ts';

describe('scanning a folder', () => {
  let root: string;

  after(removeFolders);
  beforeEach(() => {
    root = temporaryFolder();
  });

  const put = (path: string, text = path): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const scan = (path: string, ignore: readonly { folder: string; text: string }[] = []): ScanResult =>
    scanFolder({ kind: 'scan', path: join(root, path), relative: path, ignore }, () => undefined);
  const files = (result: ScanResult): string[] => result.files.map((f) => f.path).sort();
  const failures = (result: ScanResult): string[] => result.failed.map((f) => `${f.path}: ${f.error.code}`).sort();

  it('tells absent, file and folder', () => {
    put('file', 'four');
    mkdirSync(join(root, 'empty'));
    assert.deepEqual(scan('nothing'), { type: 'absent', files: [], failed: [] });
    assert.deepEqual(scan('file/below'), { type: 'absent', files: [], failed: [] });
    assert.deepEqual(scan('empty'), { type: 'folder', files: [], failed: [] });
    const file = scan('file');
    assert.equal(file.type, 'file');
    assert.deepEqual(files(file), ['']);
    const stat = statSync(join(root, 'file'));
    const { size, mtimeMs, ctimeMs, ino, mode } = stat;
    assert.deepEqual(file.files, [{ path: '', size, mtimeMs, ctimeMs, ino, mode }]);
  });

  it('finds files at any depth, hidden ones too, whatever their names', () => {
    const names = [
      'a',
      '.hidden',
      'deep/er/still/x',
      'hello? sausage/êé/Hello, 世界 \' " & + %41.txt',
      'new\nline',
      ' space ',
      '-dash',
      'ab\\cd',
      '😀',
      '～',
    ];
    for (const name of names) put(`data/${name}`);
    const result = scan('data');
    assert.deepEqual(files(result), [...names].sort());
    assert.deepEqual(result.failed, []);
  });

  it('leaves out what .dvcignore names: above, in, and below the folder', () => {
    for (const name of [
      'keep',
      'top.log',
      'sub/a.tmp',
      'sub/b',
      'sub/deep/c.tmp',
      'cache/x',
      '.git/config',
      '.dvc/config',
    ])
      put(`data/${name}`);
    put('data/sub/.dvcignore', '*.tmp\n');
    const result = scan('data', [{ folder: '', text: '*.log\ncache/\n' }]);
    assert.deepEqual(files(result), ['keep', 'sub/.dvcignore', 'sub/b']);
  });

  it('a .dvcignore that cannot be read is told: what is in the folder is not known', function () {
    put('data/a');
    mkdirSync(join(root, 'data/folder/.dvcignore'), { recursive: true });
    put('data/folder/b');
    put('data/secret/.dvcignore', 'x');
    put('data/secret/x');
    chmodSync(join(root, 'data/secret/.dvcignore'), 0);
    chmodSync(root, 0o755);
    const { skipped, result } = withoutRoot(() => scan('data'));
    if (skipped !== undefined) return this.skip();
    assert.deepEqual(failures(result), ['secret/.dvcignore: no-permission']);
    assert.ok(files(result).includes('folder/b'));
  });

  it('follows links to files, leaves out links to folders, tells links to nothing', () => {
    put('elsewhere/file', 'target');
    put('data/own');
    symlinkSync('../elsewhere/file', join(root, 'data/link'));
    symlinkSync('../elsewhere', join(root, 'data/folder'));
    symlinkSync('nothing', join(root, 'data/broken'));
    symlinkSync('loop', join(root, 'data/loop'));
    const result = scan('data');
    assert.deepEqual(files(result), ['link', 'own']);
    assert.equal(result.files.find((f) => f.path === 'link')?.size, 6);
    assert.deepEqual(failures(result), ['broken: not-found', 'loop: io']);
  });

  it('a link itself: to a file, a folder, nothing, and to itself', () => {
    put('elsewhere/file');
    symlinkSync('elsewhere/file', join(root, 'a'));
    symlinkSync('elsewhere', join(root, 'b'));
    symlinkSync('nothing', join(root, 'c'));
    symlinkSync('d', join(root, 'd'));
    assert.deepEqual([scan('a').type, files(scan('a'))], ['file', ['']]);
    assert.deepEqual([scan('b').type, files(scan('b'))], ['folder', ['file']]);
    assert.equal(scan('c').type, 'absent');
    assert.deepEqual(failures(scan('d')), [': io']);
  });

  it('tells pipes and sockets, and does not wait for them', async function () {
    put('data/a');
    const none = mkfifo(join(root, 'data/pipe'));
    if (none !== undefined) {
      console.log(`      skipped: ${none}`);
      return this.skip();
    }
    const script = "require('node:net').createServer().listen(process.argv[1], () => console.log('up'))";
    const child = spawn(process.execPath, ['-e', script, 'sock'], {
      cwd: join(root, 'data'),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    try {
      const result = scan('data');
      assert.deepEqual(files(result), ['a']);
      assert.deepEqual(failures(result), ['pipe: unsupported', 'sock: unsupported']);
      for (const f of result.failed) assert.notEqual(f.error.hint ?? '', '');
      assert.deepEqual(failures(scan('data/pipe')), [': unsupported']);
    } finally {
      child.kill();
    }
  });

  it('tells names that are not UTF-8, of files and folders, and goes on', function () {
    put('data/fine');
    put('data/half \uFFFD fine');
    for (const name of ['bad-', 'folder-']) {
      const bytes = Buffer.concat([Buffer.from(`${join(root, 'data')}/${name}`), Buffer.from([0xff, 0xfe])]);
      try {
        if (name === 'bad-') writeFileSync(bytes, 'x');
        else mkdirSync(bytes);
      } catch (error) {
        console.log(`      skipped: no such names here (${String(error)})`);
        return this.skip();
      }
    }
    const result = scan('data');
    assert.deepEqual(files(result), ['fine', 'half \uFFFD fine']);
    assert.deepEqual(failures(result), ['bad-\uFFFD\uFFFD: bad-path', 'folder-\uFFFD\uFFFD: bad-path']);
  });

  it('folders that may not be read are told, at any depth', function () {
    put('data/a');
    put('data/secret/x');
    put('closed/data/x');
    chmodSync(join(root, 'data/secret'), 0);
    chmodSync(join(root, 'closed'), 0);
    chmodSync(root, 0o755);
    const { skipped, result } = withoutRoot(() => [scan('data'), scan('data/secret'), scan('closed/data')] as const);
    chmodSync(join(root, 'data/secret'), 0o755);
    chmodSync(join(root, 'closed'), 0o755);
    if (skipped !== undefined) return this.skip();
    assert.deepEqual(files(result[0]), ['a']);
    assert.deepEqual(failures(result[0]), ['secret: no-permission']);
    assert.deepEqual(failures(result[1]), [': no-permission']);
    // Not "absent": it may well be there.
    assert.notEqual(result[2].type, 'absent');
    assert.deepEqual(failures(result[2]), [': no-permission']);
  });

  it('what vanishes meanwhile is not there, and a cancel ends the walk', () => {
    for (let i = 0; i < 20; i++) put(`data/${i}/x`);
    let ticks = 0;
    const task = { kind: 'scan', path: join(root, 'data'), relative: 'data', ignore: [] } as const;
    const result = scanFolder(task, () => {
      if (++ticks !== 3) return;
      renameSync(join(root, 'data'), join(root, 'moved'));
    });
    assert.ok(result.files.length >= 3 && result.files.length < 20, `${result.files.length}`);
    for (const { error } of result.failed) assert.equal(error.code, 'not-found');
    rmSync(join(root, 'moved'), { recursive: true });
    for (let i = 0; i < 20; i++) put(`data/${i}/x`);
    assert.throws(
      () =>
        scanFolder(task, () => {
          throw cancelled();
        }),
      { code: 'cancelled' },
    );
  });
});

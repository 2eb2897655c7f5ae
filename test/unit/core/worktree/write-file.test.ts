import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { readTextFile, removeFile, writeTextFile } from '../../../../src/core/worktree/write-file.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { withoutRoot } from '../../../support/faults.ts';
import { filesBelow } from '../../../support/project.ts';

describe('small files', () => {
  let folder: string;

  after(removeFolders);
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it('are written with their folders, replaced whole, read and removed', () => {
    const file = join(folder, 'a/b/c.dvc');
    assert.equal(readTextFile(file), undefined);
    writeTextFile(file, 'one ü\n');
    assert.equal(readTextFile(file), 'one ü\n');
    writeTextFile(file, '');
    assert.equal(readTextFile(file), '');
    removeFile(file);
    removeFile(file);
    assert.deepEqual(filesBelow(folder), []);
  });

  it('a new one has the modes of the umask, an old one keeps its own', () => {
    const file = join(folder, 'config.local');
    writeTextFile(file, 'a');
    assert.equal(statSync(file).mode & 0o777, 0o666 & ~process.umask());
    chmodSync(file, 0o600);
    writeTextFile(file, 'password = x');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('are never written through a link', () => {
    writeFileSync(join(folder, 'precious'), 'precious');
    symlinkSync('precious', join(folder, 'a'));
    writeTextFile(join(folder, 'a'), 'new');
    assert.equal(readFileSync(join(folder, 'precious'), 'utf8'), 'precious');
    assert.equal(readFileSync(join(folder, 'a'), 'utf8'), 'new');
  });

  it('what goes wrong names the file and leaves nothing', function () {
    writeFileSync(join(folder, 'file'), 'x');
    mkdirSync(join(folder, 'folder/full'), { recursive: true });
    assert.throws(() => writeTextFile(join(folder, 'file/below'), 'x'), { path: join(folder, 'file/below') });
    assert.throws(() => writeTextFile(join(folder, 'folder'), 'x'), { path: join(folder, 'folder') });
    assert.throws(() => readTextFile(join(folder, 'folder')), { code: 'io' });
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0o555);
    chmodSync(folder, 0o755);
    const { skipped } = withoutRoot(() => {
      if (process.platform !== 'win32')
        assert.throws(() => writeTextFile(join(folder, 'closed/x'), 'x'), { code: 'no-permission' });
    });
    assert.deepEqual(filesBelow(folder), ['file']);
    if (skipped !== undefined) return this.skip();
  });
});

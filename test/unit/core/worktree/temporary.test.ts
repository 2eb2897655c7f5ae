import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { removeAbandoned, replaceFile } from '../../../../src/core/worktree/temporary.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { filesBelow } from '../../../support/project.ts';

describe('files that take the place of others', () => {
  let root: string;

  after(removeFolders);
  beforeEach(() => {
    root = temporaryFolder();
  });

  it('are made in .dvc/tmp, which is made where it is not there', () => {
    const target = join(root, 'data');
    let made = '';
    replaceFile(root, target, (temp) => {
      made = temp;
      writeFileSync(temp, 'new');
    });
    assert.equal(dirname(made), join(root, '.dvc/tmp'));
    assert.deepEqual(filesBelow(root), ['data']);
    assert.equal(readFileSync(target, 'utf8'), 'new');
  });

  it('leave the old one, and nothing else, where they fail', () => {
    const target = join(root, 'data');
    writeFileSync(target, 'old');
    for (const step of ['make', 'settled']) {
      assert.throws(
        () =>
          replaceFile(
            root,
            target,
            (temp) => {
              writeFileSync(temp, 'half');
              if (step === 'make') throw new Error('planned');
            },
            () => {
              throw new Error('planned');
            },
          ),
        /planned/,
      );
      assert.deepEqual(filesBelow(root), ['data']);
      assert.equal(readFileSync(target, 'utf8'), 'old');
    }
  });

  it('are made beside the target where that is on another file system', function () {
    const other = '/dev/shm';
    if (process.platform !== 'linux' || statSync(other, { throwIfNoEntry: false })?.dev === statSync(root).dev) {
      console.log('      skipped: no second file system here');
      return this.skip();
    }
    const folder = join(other, `tracks-test-${process.pid}`);
    mkdirSync(folder);
    try {
      const temps: string[] = [];
      replaceFile(root, join(folder, 'data'), (temp) => {
        temps.push(dirname(temp));
        writeFileSync(temp, 'new');
      });
      assert.deepEqual([...new Set(temps)], [join(root, '.dvc/tmp'), folder]);
      assert.equal(readFileSync(join(folder, 'data'), 'utf8'), 'new');
      assert.deepEqual([...filesBelow(folder), ...filesBelow(root)], ['data']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('left by processes that are no more are removed, and nothing else', () => {
    const folder = join(root, '.dvc/tmp');
    removeAbandoned(root, () => false);
    mkdirSync(folder, { recursive: true });
    const mine = `tracks-${process.pid}-0123456789ab.tmp`;
    for (const name of [
      'tracks-424242-0123456789ab.tmp',
      mine,
      'lock',
      'rwlock',
      'tracks-1-x.tmp',
      'tracks-424242-0123456789ab.tmp2',
    ])
      writeFileSync(join(folder, name), '');
    removeAbandoned(root, (pid) => pid === process.pid);
    assert.deepEqual(
      filesBelow(folder),
      ['lock', 'rwlock', 'tracks-1-x.tmp', 'tracks-424242-0123456789ab.tmp2', mine].sort(),
    );
  });
});

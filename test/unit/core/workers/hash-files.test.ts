import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { cancelled, type PlainError } from '../../../../src/base/errors.ts';
import { md5 } from '../../../../src/core/objects/hash.ts';
import { hashFiles } from '../../../../src/core/workers/hash-files.ts';
import type { Hashed, HashOutcome, HashTask, Tick } from '../../../../src/core/workers/protocol.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { mkfifo, withoutRoot } from '../../../support/faults.ts';
import { filesBelow } from '../../../support/project.ts';

const quiet: Tick = () => undefined;
const mib = 1 << 20;

function good(outcome: HashOutcome | undefined): Hashed {
  assert.ok(outcome !== undefined && 'md5' in outcome, JSON.stringify(outcome));
  return outcome;
}

function bad(outcome: HashOutcome | undefined): PlainError {
  assert.ok(outcome !== undefined && 'error' in outcome, 'it should have failed');
  return outcome.error;
}

describe('hashing files', () => {
  let folder: string;
  let cacheRoot: string;

  after(removeFolders);
  beforeEach(() => {
    folder = temporaryFolder();
    cacheRoot = join(folder, 'cache');
  });

  const put = (name: string, bytes: string | Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const task = (files: readonly string[], more: Partial<HashTask> = {}): HashTask => ({
    kind: 'hash',
    hashName: 'md5',
    items: files.map((file) => ({ file, size: statSync(file, { throwIfNoEntry: false })?.size ?? 0 })),
    ...more,
  });
  const objectOf = (hex: string): string => join(cacheRoot, 'files/md5', hex.slice(0, 2), hex.slice(2));

  // Around the buffer of a whole file, and of a piece of a large one.
  for (const size of [0, 1, mib - 1, mib, mib + 1, 8 * mib - 1, 8 * mib, 8 * mib + 1, 9 * mib + 17]) {
    it(`hashes and stores ${size} bytes, and counts every one of them`, () => {
      const bytes = Buffer.alloc(size, 'data versions ');
      const file = put('f', bytes);
      let files = 0;
      let count = 0;
      const outcome = good(
        hashFiles(task([file], { cacheRoot }), (f, b) => {
          files += f;
          count += b;
        })[0],
      );
      assert.equal(outcome.md5, md5(bytes));
      assert.equal(outcome.stored, true);
      assert.deepEqual([files, count], [1, size]);
      assert.equal(outcome.stat.size, size);
      assert.equal(outcome.stat.ino, statSync(file).ino);
      assert.deepEqual(filesBelow(cacheRoot), [objectOf(md5(bytes)).slice(cacheRoot.length + 1)]);
      assert.equal(statSync(objectOf(md5(bytes))).mode & 0o777, 0o444);
      assert.equal(statSync(objectOf(md5(bytes))).size, size);
    });
  }

  it('stores the same content once', () => {
    const outcomes = hashFiles(task([put('a', 'same'), put('b', 'same')], { cacheRoot }), quiet);
    assert.deepEqual(
      outcomes.map((o) => good(o).stored),
      [true, false],
    );
    assert.equal(filesBelow(cacheRoot).length, 1);
  });

  it('uses a small buffer again for a file that is larger than the scan saw', () => {
    const file = put('f', Buffer.alloc(3 * mib, 'x'));
    const outcome = good(hashFiles({ ...task([]), items: [{ file, size: 5 }], cacheRoot }, quiet)[0]);
    assert.equal(outcome.md5, md5(Buffer.alloc(3 * mib, 'x')));
    assert.equal(statSync(objectOf(outcome.md5)).size, 3 * mib);
  });

  describe('a file that changes while it is read', () => {
    const size = 10 * mib;
    const changing = (
      change: (file: string) => void,
      times: number,
    ): { outcome: HashOutcome | undefined; reads: number } => {
      const file = put('large', Buffer.alloc(size, 'a'));
      utimesSync(file, 1000, 1000);
      let left = times;
      let total = 0;
      let pieces = 0;
      const outcome = hashFiles(task([file], { cacheRoot }), (_files, bytes) => {
        total += bytes;
        // In the middle of a reading.
        if (bytes > 0 && ++pieces % 5 === 0 && left-- > 0) change(file);
      })[0];
      return { outcome, reads: total / size };
    };

    for (const [what, change] of [
      ['grows', (file: string) => appendFileSync(file, 'more')],
      ['is overwritten', (file: string) => writeFileSync(file, Buffer.alloc(size, 'b'))],
      ['shrinks', (file: string) => truncateSync(file, 9 * mib)],
    ] as const) {
      it(`once (${what}): it is hashed again, and that hash is right`, () => {
        const { outcome } = changing(change, 1);
        const { md5: hex, stat } = good(outcome);
        const now = statSync(join(folder, 'large'));
        assert.deepEqual([stat.size, stat.mtimeMs], [now.size, now.mtimeMs]);
        const expected =
          what === 'shrinks'
            ? Buffer.alloc(9 * mib, 'a')
            : what === 'grows'
              ? Buffer.concat([Buffer.alloc(size, 'a'), Buffer.from('more')])
              : Buffer.alloc(size, 'b');
        assert.equal(hex, md5(expected));
        assert.equal(statSync(objectOf(hex)).size, expected.length);
      });
    }

    it('again and again: it is reported after two readings, and no hash is given', () => {
      const { outcome, reads } = changing((file) => appendFileSync(file, 'more'), 1000);
      const error = bad(outcome);
      assert.equal(error.code, 'changed-while-read');
      assert.equal(error.path, join(folder, 'large'));
      assert.notEqual(error.hint ?? '', '');
      assert.ok(reads > 1.9 && reads < 2.1, `${reads} readings`);
      for (const file of filesBelow(cacheRoot)) assert.match(file, /^files\/md5\//);
    });

    it('with the same size and time, by its change time', () => {
      const { outcome } = changing((file) => {
        writeFileSync(file, Buffer.alloc(size, 'c'));
        utimesSync(file, 1000, 1000);
      }, 1);
      assert.equal(good(outcome).md5, md5(Buffer.alloc(size, 'c')));
    });
  });

  it('replaced by another file while it is read: hashed again', () => {
    const file = put('large', Buffer.alloc(10 * mib, 'a'));
    let done = false;
    const outcome = hashFiles(task([file]), (_f, bytes) => {
      if (bytes === 0 || done) return;
      done = true;
      const other = put('other', Buffer.alloc(10 * mib, 'b'));
      renameSync(other, file);
    })[0];
    assert.equal(good(outcome).md5, md5(Buffer.alloc(10 * mib, 'b')));
  });

  it('one file that cannot be read does not stop the rest', function () {
    const secret = put('secret', 'x');
    chmodSync(secret, 0);
    chmodSync(folder, 0o755);
    const fifo = mkfifo(join(folder, 'pipe'));
    mkdirSync(join(folder, 'folder'));
    symlinkSync('nothing', join(folder, 'broken'));
    const names = ['a', 'gone', 'secret', 'pipe', 'folder', 'broken', 'b'];
    put('a', 'a');
    put('b', 'b');
    const { skipped, result } = withoutRoot(() =>
      hashFiles({ ...task([]), items: names.map((n) => ({ file: join(folder, n), size: 1 })) }, quiet),
    );
    if (skipped !== undefined || fifo !== undefined) {
      console.log(`      skipped: ${skipped ?? fifo}`);
      return this.skip();
    }
    assert.deepEqual(
      result.map((o) => ('error' in o ? o.error.code : o.md5)),
      [md5('a'), 'not-found', 'no-permission', 'unsupported', 'unsupported', 'not-found', md5('b')],
    );
  });

  it('stores nothing where the bytes are not those expected', () => {
    for (const size of [5, 9 * mib]) {
      const file = put('f', Buffer.alloc(size, 'x'));
      const expect = md5('other');
      const error = bad(hashFiles({ ...task([]), items: [{ file, size, expect }], cacheRoot }, quiet)[0]);
      assert.equal(error.code, 'corrupt');
      assert.deepEqual(filesBelow(cacheRoot), []);
    }
  });

  it('cancelled in the middle of a large file: nothing of it stays', () => {
    const file = put('f', Buffer.alloc(20 * mib));
    let seen = 0;
    assert.throws(
      () =>
        hashFiles(task([file], { cacheRoot }), (_f, bytes) => {
          seen += bytes;
          if (seen > 10 * mib) throw cancelled();
        }),
      { code: 'cancelled' },
    );
    assert.deepEqual(filesBelow(cacheRoot), []);
  });

  it('a large file with holes is read in pieces', function () {
    this.timeout(60_000);
    const size = 200 * mib;
    const file = put('sparse', '');
    truncateSync(file, size);
    const before = process.memoryUsage().rss;
    let bytes = 0;
    const outcome = good(
      hashFiles(task([file]), (_f, b) => {
        bytes += b;
      })[0],
    );
    assert.equal(bytes, size);
    assert.equal(outcome.stat.size, size);
    assert.ok(process.memoryUsage().rss - before < 64 * mib, 'it was read in pieces');
  });

  it('hashes as DVC 2 does where it is asked to', () => {
    const file = put('crlf.txt', 'a\r\nb\r\n');
    assert.equal(good(hashFiles(task([file], { hashName: 'md5-dos2unix' }), quiet)[0]).md5, md5('a\nb\n'));
  });
});

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { cancelled } from '../../../../src/base/errors.ts';
import { md5 } from '../../../../src/core/objects/hash.ts';
import { fileStat } from '../../../../src/core/workers/hash-files.ts';
import { placeFiles } from '../../../../src/core/workers/place-files.ts';
import type { PlaceItem, PlaceOutcome, PlaceTask } from '../../../../src/core/workers/protocol.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { withoutRoot } from '../../../support/faults.ts';
import { filesBelow } from '../../../support/project.ts';

describe('placing files', () => {
  let home: string;
  let root: string;

  after(removeFolders);
  beforeEach(() => {
    home = temporaryFolder();
    root = join(home, 'root');
    mkdirSync(join(root, '.dvc/tmp'), { recursive: true });
  });

  const object = (text: string): { object: string; md5: string } => {
    const hex = md5(text);
    const file = join(home, 'cache/files/md5', hex.slice(0, 2), hex.slice(2));
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) writeFileSync(file, text);
    chmodSync(file, 0o444);
    return { object: file, md5: hex };
  };
  const item = (text: string, target: string, more: Partial<PlaceItem> = {}): PlaceItem => ({
    ...object(text),
    target: join(root, target),
    executable: false,
    ...more,
  });
  const place = (items: readonly PlaceItem[], more: Partial<PlaceTask> = {}): PlaceOutcome[] =>
    placeFiles({ kind: 'place', items, links: ['copy'], root, verify: true, ...more }, () => undefined);
  const codes = (outcomes: readonly PlaceOutcome[]): string[] =>
    outcomes.map((o) => ('error' in o ? o.error.code : 'ok'));
  /** All but the data: nothing may be left behind there. */
  const left = (): string[] => filesBelow(root).filter((f) => f.includes('tmp'));

  it('makes folders and files of their own, writable, with a time in the past', () => {
    const before = Date.now();
    const [outcome] = place([item('text', 'data/deep/er/file')]);
    assert.ok(outcome !== undefined && 'stat' in outcome);
    const file = join(root, 'data/deep/er/file');
    assert.equal(readFileSync(file, 'utf8'), 'text');
    const stat = statSync(file);
    assert.deepEqual(outcome.stat, fileStat(stat));
    assert.equal(stat.nlink, 1);
    assert.equal(stat.mode & 0o777, 0o666 & ~process.umask());
    // Whoever writes to it next gives it another time: the stat can be trusted at once.
    assert.ok(stat.mtimeMs < before - 1000);
    assert.deepEqual(left(), []);
  });

  it('sets the executable bit of those that have it', () => {
    place([item('#!', 'run', { executable: true })]);
    assert.equal(statSync(join(root, 'run')).mode & 0o100, 0o100);
  });

  it('hard links and symbolic links as asked; an empty file is no hard link', () => {
    const a = item('a', 'a');
    place([a, item('', 'empty')], { links: ['hardlink', 'copy'] });
    assert.equal(statSync(join(root, 'a')).ino, statSync(a.object).ino);
    assert.equal(statSync(join(root, 'empty')).nlink, 1);
    const b = item('b', 'b');
    place([b], { links: ['symlink'] });
    assert.equal(readlinkSync(join(root, 'b')), b.object);
  });

  it('takes the next kind of link where the file system has not the first', () => {
    // A reflink on a file system without them, or one that has them: both are fine.
    place([item('a', 'a')], { links: ['reflink', 'copy'] });
    assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'a');
    assert.equal(statSync(join(root, 'a')).nlink, 1);
  });

  it('puts a link in the place of the same link', () => {
    const a = item('a', 'a');
    for (let i = 0; i < 2; i++) assert.deepEqual(codes(place([a], { links: ['hardlink'] })), ['ok']);
    assert.equal(statSync(a.object).nlink, 2);
    assert.deepEqual(filesBelow(root), ['a']);
  });

  it('an object that is not write protected is checked: damaged it goes, whole it is protected', () => {
    const good = item('good', 'a');
    const damaged = item('bad', 'b');
    for (const { object: file } of [good, damaged]) chmodSync(file, 0o644);
    writeFileSync(damaged.object, 'rot');
    const outcomes = place([damaged, good], { links: ['hardlink'] });
    assert.deepEqual(codes(outcomes), ['corrupt', 'ok']);
    assert.ok(!existsSync(damaged.object));
    assert.ok(!existsSync(join(root, 'b')));
    // Or else whoever writes to the link writes to the cache.
    assert.equal(statSync(good.object).mode & 0o222, 0);
    assert.equal(statSync(join(root, 'a')).mode & 0o222, 0);
  });

  it('an object that is not there is told; the rest goes on', () => {
    const gone = item('x', 'a');
    chmodSync(dirname(gone.object), 0o755);
    const outcomes = place([{ ...gone, object: `${gone.object}0` }, item('b', 'b')]);
    assert.deepEqual(codes(outcomes), ['not-found', 'ok']);
  });

  it('goes through no symbolic link, and not out of the root', () => {
    mkdirSync(join(home, 'outside'));
    symlinkSync(join(home, 'outside'), join(root, 'link'));
    mkdirSync(join(root, 'data'));
    symlinkSync('../../outside', join(root, 'data/up'));
    const outcomes = place([
      item('x', 'link/x'),
      item('x', 'link/deep/x'),
      item('x', 'data/up/x'),
      item('x', '../outside/x'),
      item('fine', 'data/fine'),
    ]);
    assert.deepEqual(codes(outcomes), ['bad-path', 'bad-path', 'bad-path', 'bad-path', 'ok']);
    assert.deepEqual(filesBelow(join(home, 'outside')), []);
    assert.deepEqual(left(), []);
  });

  it('replaces a link itself, not what it leads to', () => {
    writeFileSync(join(home, 'precious'), 'precious');
    symlinkSync('../precious', join(root, 'a'));
    assert.deepEqual(codes(place([item('new', 'a')])), ['ok']);
    assert.ok(lstatSync(join(root, 'a')).isFile());
    assert.equal(readFileSync(join(home, 'precious'), 'utf8'), 'precious');
  });

  it('a file where a folder is needed stays', () => {
    writeFileSync(join(root, 'a'), 'mine');
    assert.deepEqual(codes(place([item('x', 'a/b')])), ['would-overwrite']);
    assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'mine');
  });

  it('folders without files give way to a file; with files they stay', () => {
    mkdirSync(join(root, 'a/b/c'), { recursive: true });
    mkdirSync(join(root, 'd/e'), { recursive: true });
    writeFileSync(join(root, 'd/e/mine'), 'mine');
    assert.deepEqual(codes(place([item('x', 'a', { replaces: null }), item('x', 'd', { replaces: null })])), [
      'ok',
      'would-overwrite',
    ]);
    assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'x');
    assert.equal(readFileSync(join(root, 'd/e/mine'), 'utf8'), 'mine');
    assert.deepEqual(left(), []);
  });

  describe('a target that is not what it was when it was looked at is left alone:', () => {
    const cases: readonly (readonly [string, (file: string) => void])[] = [
      ['it was written', (f) => writeFileSync(f, 'other')],
      ['it was written with the same size', (f) => writeFileSync(f, 'OLD')],
      [
        'it was replaced, with the same size and time',
        (f) => {
          const { mtime } = statSync(f);
          writeFileSync(`${f}2`, 'OLD');
          utimesSync(`${f}2`, mtime, mtime);
          renameSync(`${f}2`, f);
        },
      ],
    ];
    for (const [what, change] of cases) {
      it(what, () => {
        const file = join(root, 'a');
        writeFileSync(file, 'old');
        utimesSync(file, 1000, 1000);
        const replaces = fileStat(statSync(file));
        change(file);
        const text = readFileSync(file, 'utf8');
        assert.deepEqual(codes(place([item('new', 'a', { replaces })])), ['changed-while-read']);
        assert.equal(readFileSync(file, 'utf8'), text);
        assert.deepEqual(left(), []);
      });
    }
    it('it was not there', () => {
      writeFileSync(join(root, 'a'), 'somebody’s');
      assert.deepEqual(codes(place([item('new', 'a', { replaces: null })])), ['changed-while-read']);
      assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'somebody’s');
    });
    it('while the same is replaced', () => {
      writeFileSync(join(root, 'a'), 'old');
      assert.deepEqual(codes(place([item('new', 'a', { replaces: fileStat(statSync(join(root, 'a'))) })])), ['ok']);
      assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'new');
    });
  });

  it('a folder that may not be written to is told; the rest goes on', function () {
    mkdirSync(join(root, 'closed'));
    chmodSync(join(root, 'closed'), 0o555);
    for (const f of [home, root]) chmodSync(f, 0o777);
    chmodSync(join(root, '.dvc/tmp'), 0o777);
    const items = [item('a', 'closed/a'), item('b', 'b')];
    const { skipped, result } = withoutRoot(() => place(items));
    if (skipped !== undefined) return this.skip();
    assert.deepEqual(codes(result), ['no-permission', 'ok']);
    assert.deepEqual(left(), []);
  });

  it('cancelled in between: what was placed is whole, and nothing is left beside', () => {
    const items = ['a', 'b', 'c', 'd'].map((n) => item(n, `data/${n}`));
    let n = 0;
    assert.throws(
      () =>
        placeFiles({ kind: 'place', items, links: ['copy'], root, verify: true }, (files) => {
          n += files;
          if (n === 2) throw cancelled();
        }),
      { code: 'cancelled' },
    );
    assert.deepEqual(filesBelow(root), ['data/a', 'data/b']);
  });

  it('counts files and bytes', () => {
    let files = 0;
    let bytes = 0;
    placeFiles(
      {
        kind: 'place',
        items: [item('12345', 'a'), item('123', 'b/c'), { ...item('x', 'd'), object: '/no/thing' }],
        links: ['copy'],
        root,
        verify: true,
      },
      (f, b) => {
        files += f;
        bytes += b;
      },
    );
    assert.deepEqual([files, bytes], [3, 8]);
  });
});

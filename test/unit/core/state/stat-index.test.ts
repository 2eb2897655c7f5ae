import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import type { AbsPath } from '../../../../src/base/paths.ts';
import type { LogFields, Logger } from '../../../../src/core/host.ts';
import {
  type KnownFile,
  memoryIndex,
  openStatIndex,
  type StatIndex,
  tooFresh,
} from '../../../../src/core/state/stat-index.ts';
import { fileStat } from '../../../../src/core/workers/hash-files.ts';
import type { FileStat } from '../../../../src/core/workers/protocol.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { withoutRoot } from '../../../support/faults.ts';

const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as typeof import('node:sqlite');
const hexA = '0123456789abcdef0123456789abcdef';
const hexB = 'ffffffffffffffffffffffffffffffff';
const stat: FileStat = {
  size: 5,
  mtimeMs: 1_700_000_000_123.5,
  ctimeMs: 1_700_000_000_124.25,
  ino: 77,
  mode: 0o100644,
};
const later = stat.mtimeMs + 60_000;

const known = (md5 = hexA, more: Partial<KnownFile> = {}): KnownFile => ({ ...stat, md5, hashName: 'md5', ...more });

describe('the stat index', () => {
  let cacheFolder: AbsPath;
  let lines: string[];
  let log: Logger;

  after(removeFolders);
  beforeEach(() => {
    cacheFolder = temporaryFolder();
    lines = [];
    const note = (message: string, fields?: LogFields): void =>
      void lines.push(`${message} ${String(fields?.['reason'] ?? '')}`);
    log = { debug: note, info: note, warn: note };
  });

  const open = (root = '/repo', folder = cacheFolder): StatIndex =>
    openStatIndex({ cacheFolder: folder, root: root as AbsPath, log });
  const database = (): string => {
    const folder = join(cacheFolder, 'stat-index');
    const name = readdirSync(folder).find((n) => n.endsWith('.sqlite'));
    assert.ok(name !== undefined, 'there is a database');
    return join(folder, name);
  };
  const fill = (): void => {
    using index = open();
    index.store('/repo/data', new Map([['a', known()]]), later);
  };

  for (const [name, make] of [
    ['on disk', () => open()],
    ['in memory', () => memoryIndex()],
  ] as const) {
    it(`${name}: knows a file by its whole stat alone`, () => {
      using index = make();
      index.store('/repo/data', new Map([['a', known()]]), later);
      const look = (change: Partial<FileStat>): string | undefined =>
        index.lookup('/repo/data', 'a', { ...stat, ...change }, 'md5');
      assert.equal(look({}), hexA);
      assert.equal(look({ mode: 0o100755 }), hexA);
      for (const change of [
        { size: 6 },
        { mtimeMs: stat.mtimeMs + 0.5 },
        { mtimeMs: stat.mtimeMs - 9000 },
        { ctimeMs: stat.ctimeMs + 1 },
        { ino: 78 },
      ])
        assert.equal(look(change), undefined, JSON.stringify(change));
      assert.equal(index.lookup('/repo/data', 'b', stat, 'md5'), undefined);
      assert.equal(index.lookup('/repo', 'a', stat, 'md5'), undefined);
      assert.equal(index.lookup('/repo/data', 'a', stat, 'md5-dos2unix'), undefined);
    });
  }

  it('keeps what it knows, beside what comes, from one session to the next', () => {
    {
      using index = open();
      index.store(
        '/repo/data',
        new Map([
          ['a', known()],
          ['b', known(hexB, { hashName: 'md5-dos2unix' })],
        ]),
        later,
      );
      index.store('/repo/other', new Map([['x/y? "ü" 😀', known()]]), later);
      index.flush();
      index.store(
        '/repo/data',
        new Map([
          ['c', known(hexB)],
          ['a', known(hexB)],
        ]),
        later,
      );
    }
    using index = open();
    assert.equal(index.lookup('/repo/data', 'a', stat, 'md5'), hexB);
    assert.equal(index.lookup('/repo/data', 'b', stat, 'md5-dos2unix'), hexB);
    assert.equal(index.lookup('/repo/data', 'c', stat, 'md5'), hexB);
    assert.equal(index.lookup('/repo/other', 'x/y? "ü" 😀', stat, 'md5'), hexA);
    assert.deepEqual(lines, []);
  });

  it('is one for each repository', () => {
    fill();
    using other = open('/other');
    assert.equal(other.lookup('/repo/data', 'a', stat, 'md5'), undefined);
  });

  describe('racy stats', () => {
    for (const [what, change, taken, fresh] of [
      ['written long before', {}, later, false],
      ['written in the same tick', {}, stat.mtimeMs, true],
      ['written a few ticks before', {}, stat.ctimeMs + 49, true],
      ['written well before', {}, stat.ctimeMs + 51, false],
      ['written with its time set back', { mtimeMs: 1000.5 }, stat.ctimeMs + 1, true],
      ['on a file system with whole seconds', { mtimeMs: 1000, ctimeMs: 1_700_000_000_000 }, 1_700_000_001_500, true],
      ['on such a file system, longer ago', { mtimeMs: 1000, ctimeMs: 1_700_000_000_000 }, 1_700_000_002_500, false],
      ['a time to come (the clock was set back)', { mtimeMs: later + 3_600_000 }, later, true],
      ['placed with a time in the past', {}, Number.POSITIVE_INFINITY, false],
    ] as const) {
      it(`${what}: ${fresh ? 'not kept' : 'kept'}`, () => {
        const it = { ...stat, ...change };
        assert.equal(tooFresh(it, taken), fresh);
        using index = open();
        index.store('/repo', new Map([['a', known(hexA, change)]]), taken);
        assert.equal(index.lookup('/repo', 'a', it, 'md5'), fresh ? undefined : hexA);
      });
    }

    it('what was known before is forgotten with a fresh stat', () => {
      using index = open();
      index.store('/repo', new Map([['a', known()]]), later);
      index.store('/repo', new Map([['a', known(hexB)]]), stat.mtimeMs);
      assert.equal(index.lookup('/repo', 'a', stat, 'md5'), undefined);
    });
  });

  it('a real file with other content, the same size and the same time is not taken for the old one', () => {
    const file = join(cacheFolder, 'file');
    writeFileSync(file, 'one');
    utimesSync(file, 1000, 1000);
    const before = fileStat(statSync(file));
    using index = open();
    index.store(
      cacheFolder,
      new Map([['file', { ...before, md5: hexA, hashName: 'md5' as const }]]),
      Number.POSITIVE_INFINITY,
    );
    writeFileSync(file, 'two');
    utimesSync(file, 1000, 1000);
    const now = fileStat(statSync(file));
    assert.deepEqual([now.size, now.mtimeMs, now.ino], [before.size, before.mtimeMs, before.ino]);
    assert.equal(index.lookup(cacheFolder, 'file', now, 'md5'), undefined);
  });

  describe('a database that is no good is made anew:', () => {
    for (const [what, spoil] of [
      ['text', (f: string) => writeFileSync(f, 'this is no database, and long enough to look like one. '.repeat(100))],
      ['nothing', (f: string) => writeFileSync(f, '')],
      ['half of it', (f: string) => truncateSync(f, 5000)],
      [
        'of another version',
        (f: string) => run(f, 'PRAGMA user_version = 99; DROP TABLE folders; CREATE TABLE folders (x)'),
      ],
      ['of this version, with another table', (f: string) => run(f, 'DROP TABLE folders; CREATE TABLE folders (x)')],
      ['without its table', (f: string) => run(f, 'DROP TABLE folders')],
    ] as const) {
      it(what, () => {
        fill();
        spoil(database());
        for (let session = 0; session < 3; session++) {
          using index = open();
          // At the latest in the second session it works again.
          const found = index.lookup('/repo/data', 'a', stat, 'md5');
          if (session === 2) assert.equal(found, hexA);
          else if (session === 0) assert.notEqual(found, hexB);
          index.store('/repo/data', new Map([['a', known()]]), later);
          assert.equal(index.lookup('/repo/data', 'a', stat, 'md5'), hexA);
        }
      });
    }

    it('entries that cannot be unpacked', () => {
      fill();
      run(database(), "UPDATE folders SET entries = x'0000000000c0ffee00'");
      using index = open();
      assert.equal(index.lookup('/repo/data', 'a', stat, 'md5'), undefined);
      index.store('/repo/data', new Map([['a', known(hexB)]]), later);
      index.flush();
      using second = open();
      assert.equal(second.lookup('/repo/data', 'a', stat, 'md5'), hexB);
    });
  });

  it('a folder where the database should be: kept in memory', () => {
    fill();
    const file = database();
    const other = temporaryFolder();
    mkdirSync(join(other, 'stat-index', file.slice(file.lastIndexOf('/') + 1), 'x'), { recursive: true });
    using index = open('/repo', other);
    index.store('/repo/data', new Map([['a', known()]]), later);
    assert.equal(index.lookup('/repo/data', 'a', stat, 'md5'), hexA);
    assert.ok(
      lines.some((l) => l.includes('kept in memory')),
      lines.join('\n'),
    );
  });

  it('a cache folder that cannot be written: kept in memory', function () {
    chmodSync(cacheFolder, 0o555);
    const { skipped, result } = withoutRoot(() => {
      using index = open();
      index.store('/repo/data', new Map([['a', known()]]), later);
      return index.lookup('/repo/data', 'a', stat, 'md5');
    });
    chmodSync(cacheFolder, 0o755);
    if (skipped !== undefined) return this.skip();
    assert.equal(result, hexA);
    assert.ok(
      lines.some((l) => l.includes('kept in memory')),
      lines.join('\n'),
    );
  });

  it('two sessions at once: both write, none fails', () => {
    using a = open();
    using b = open();
    a.store('/repo/a', new Map([['a', known()]]), later);
    b.store('/repo/b', new Map([['b', known()]]), later);
    a.flush();
    b.flush();
    using c = open();
    assert.equal(c.lookup('/repo/a', 'a', stat, 'md5'), hexA);
    assert.equal(c.lookup('/repo/b', 'b', stat, 'md5'), hexA);
    assert.deepEqual(lines, []);
  });

  it('another session that keeps it busy: nothing is deleted, nothing waits for ever', function () {
    this.timeout(20_000);
    fill();
    const db = new DatabaseSync(database());
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE folders SET path = path');
    {
      using index = open();
      index.store('/repo/data', new Map([['a', known(hexB)]]), later);
      assert.equal(index.lookup('/repo/data', 'a', stat, 'md5'), hexB);
    }
    db.exec('COMMIT');
    db.close();
    using index = open();
    assert.equal(index.lookup('/repo/data', 'a', stat, 'md5'), hexA);
  });

  it('10,000 files of one folder come back', () => {
    const many = new Map(
      Array.from({ length: 10_000 }, (_, i): [string, KnownFile] => [`file ${i}`, known(hexA, { ino: i })]),
    );
    {
      using index = open();
      index.store('/repo/data', many, later);
    }
    using index = open();
    for (const i of [0, 1, 4999, 9999])
      assert.equal(index.lookup('/repo/data', `file ${i}`, { ...stat, ino: i }, 'md5'), hexA);
  });
});

function run(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AbsPath } from '../../base/paths.ts';
import type { Logger } from '../host.ts';
import type { HashName } from '../objects/hash.ts';
import type { FileStat } from '../workers/protocol.ts';

/** What is known of one file: the hash of its bytes at this stat. */
export interface KnownFile extends FileStat {
  readonly md5: string;
  readonly hashName: HashName;
}

/**
 * Stat → hash of the files of one repository: facts by path, checked against the file's stat at each use. Can be lost at any
 * time: then files are hashed again.
 */
export interface StatIndex extends Disposable {
  /** The hash of a file whose stat is the one given; `undefined` where it is not known. */
  lookup(folder: string, name: string, stat: FileStat, hashName: HashName): string | undefined;
  /**
   * Remembers hashes of a folder's files, beside what is known already. `since`: no stat of them was taken before, ms. A stat too fresh
   * to trust then (another write in the same tick of the file system's clock would not show) is not kept; infinity trusts all.
   */
  store(folder: string, files: ReadonlyMap<string, KnownFile>, since: number): void;
  /** Writes what `store` collected, in one transaction. */
  flush(): void;
}

const version = 1;

/** True where a later write could leave the stat as it is. `taken`: when the stat was taken, or before, ms. */
export function tooFresh(stat: FileStat, taken: number): boolean {
  // Copying tools set the modification time back, and nobody the change time.
  const newest = Math.max(stat.mtimeMs, stat.ctimeMs);
  // A time in whole seconds comes from a file system with a coarse clock.
  const tick = newest % 1000 === 0 ? 2000 : 50;
  return taken - newest < tick;
}

interface Row {
  readonly name: string;
  readonly known: KnownFile;
}

const numbers = 5;

/** A folder's entries: a count, then numbers (float64 size, mtime, ctime, ino, mode), MD5s (16 bytes and a flag), then names, NUL between. */
function pack(rows: readonly Row[]): Buffer {
  const names = Buffer.from(rows.map((r) => r.name).join('\0'), 'utf8');
  const out = Buffer.allocUnsafe(8 + rows.length * (numbers * 8 + 17) + names.length);
  out.writeDoubleLE(rows.length, 0);
  let at = 8;
  for (const { known } of rows) {
    for (const value of [known.size, known.mtimeMs, known.ctimeMs, known.ino, known.mode])
      at = out.writeDoubleLE(value, at);
    out.write(known.md5, at, 'hex');
    out[at + 16] = known.hashName === 'md5' ? 0 : 1;
    at += 17;
  }
  names.copy(out, at);
  return out;
}

function unpack(bytes: Uint8Array): Map<string, KnownFile> {
  const result = new Map<string, KnownFile>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = buffer.readDoubleLE(0);
  const names = buffer.toString('utf8', 8 + count * (numbers * 8 + 17)).split('\0');
  let at = 8;
  for (let i = 0; i < count; i++) {
    result.set(names[i] ?? '', {
      size: buffer.readDoubleLE(at),
      mtimeMs: buffer.readDoubleLE(at + 8),
      ctimeMs: buffer.readDoubleLE(at + 16),
      ino: buffer.readDoubleLE(at + 24),
      mode: buffer.readDoubleLE(at + 32),
      md5: buffer.toString('hex', at + 40, at + 56),
      hashName: buffer[at + 56] === 0 ? 'md5' : 'md5-dos2unix',
    });
    at += numbers * 8 + 17;
  }
  return result;
}

interface Shelf extends Disposable {
  read(folder: string): Map<string, KnownFile> | undefined;
  write(folders: ReadonlyMap<string, Map<string, KnownFile>>): void;
}

function memoryShelf(): Shelf {
  return { read: () => undefined, write: () => undefined, [Symbol.dispose]: () => undefined };
}

function openDatabase(file: string): { db: DatabaseSync; read: StatementSync; write: StatementSync } {
  const { DatabaseSync: Database } = createRequire(import.meta.url)('node:sqlite') as typeof import('node:sqlite');
  const db = new Database(file, { timeout: 3000 });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    const row = db.prepare('PRAGMA user_version').get();
    if (row?.['user_version'] !== version) {
      db.exec(
        `DROP TABLE IF EXISTS folders; CREATE TABLE folders (path TEXT PRIMARY KEY, entries BLOB NOT NULL) WITHOUT ROWID; PRAGMA user_version = ${version}`,
      );
    }
    return {
      db,
      read: db.prepare('SELECT entries FROM folders WHERE path = ?'),
      write: db.prepare('INSERT OR REPLACE INTO folders (path, entries) VALUES (?, ?)'),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

function sqliteShelf(file: string, log: Logger): Shelf {
  let open: ReturnType<typeof openDatabase>;
  try {
    open = openDatabase(file);
  } catch (error) {
    const reason = reasonOf(error);
    if (/no such built-in module/i.test(reason)) {
      log.info('The stat index is kept in memory: this Node has no SQLite.');
      return memoryShelf();
    }
    if (/locked|busy/i.test(reason)) {
      log.info('The stat index is kept in memory: another program keeps it busy.', { file });
      return memoryShelf();
    }
    log.warn('The stat index could not be read and is made again.', { file, reason });
    try {
      removeDatabase(file);
      open = openDatabase(file);
    } catch (second) {
      log.warn('The stat index is kept in memory.', { file, reason: reasonOf(second) });
      return memoryShelf();
    }
  }
  const { db, read, write } = open;
  let damaged = false;
  const guard = <T>(what: string, otherwise: T, work: () => T): T => {
    if (damaged) return otherwise;
    try {
      return work();
    } catch (error) {
      const reason = reasonOf(error);
      log.warn(`The stat index could not be ${what}.`, { file, reason });
      if (/malformed|not a database|corrupt/i.test(reason)) {
        // Of no use any more: the rest of this session does without, the next one makes it anew.
        damaged = true;
        db.close();
        removeDatabase(file);
      }
      return otherwise;
    }
  };
  return {
    read: (folder) =>
      guard('read', undefined, () => {
        const row = read.get(folder);
        const bytes = row?.['entries'];
        return bytes instanceof Uint8Array ? unpack(bytes) : undefined;
      }),
    write: (folders) =>
      guard('written', undefined, () => {
        db.exec('BEGIN IMMEDIATE');
        try {
          for (const [folder, files] of folders) {
            write.run(folder, pack([...files].map(([name, known]) => ({ name, known }))));
          }
          db.exec('COMMIT');
        } catch (error) {
          db.exec('ROLLBACK');
          throw error;
        }
      }),
    [Symbol.dispose]: () => guard('closed', undefined, () => db.close()),
  };
}

function indexOver(shelf: Shelf): StatIndex {
  const loaded = new Map<string, Map<string, KnownFile>>();
  const dirty = new Map<string, Map<string, KnownFile>>();
  const load = (folder: string): Map<string, KnownFile> => {
    let files = loaded.get(folder);
    if (files === undefined) {
      files = shelf.read(folder) ?? new Map();
      loaded.set(folder, files);
    }
    return files;
  };
  const flush = (): void => {
    if (dirty.size === 0) return;
    shelf.write(dirty);
    dirty.clear();
  };
  return {
    lookup: (folder, name, stat, hashName) => {
      const known = load(folder).get(name);
      if (known === undefined || known.hashName !== hashName) return undefined;
      const same =
        known.size === stat.size &&
        known.mtimeMs === stat.mtimeMs &&
        known.ctimeMs === stat.ctimeMs &&
        known.ino === stat.ino;
      return same ? known.md5 : undefined;
    },
    store: (folder, files, since) => {
      const known = load(folder);
      for (const [name, file] of files) {
        if (tooFresh(file, since)) known.delete(name);
        else known.set(name, file);
      }
      dirty.set(folder, known);
    },
    flush,
    [Symbol.dispose]: () => {
      flush();
      shelf[Symbol.dispose]();
    },
  };
}

/** The index of one repository, kept in the user's cache folder; in memory where there is no SQLite or the folder cannot be written. */
export function openStatIndex(options: {
  readonly cacheFolder: AbsPath;
  readonly root: AbsPath;
  readonly log: Logger;
}): StatIndex {
  const id = createHash('sha256').update(options.root).digest('hex').slice(0, 24);
  const folder = join(options.cacheFolder, 'stat-index');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    options.log.warn('The stat index is kept in memory: its folder cannot be made.', { folder, reason: String(error) });
    return indexOver(memoryShelf());
  }
  return indexOver(sqliteShelf(join(folder, `${id}.sqlite`), options.log));
}

export function memoryIndex(): StatIndex {
  return indexOver(memoryShelf());
}

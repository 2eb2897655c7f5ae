import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbsent, systemCode, TracksError, toTracksError } from '../base/errors.ts';
import { type OperationOptions, throwIfAborted } from '../base/operation.ts';
import { absolute, type Repository } from './repository.ts';
import { removeAbandoned } from './worktree/temporary.ts';
import { readTextFile, removeFile, writeTextFile } from './worktree/write-file.ts';

/*
 * Working beside DVC. Its locks are `.dvc/tmp/lock` (an OS lock on the file while a command starts) and `.dvc/tmp/rwlock`, JSON:
 * {"write": {ABSOLUTE PATH: {"pid", "cmd"}}, "read": {ABSOLUTE PATH: [{"pid", "cmd"}]}}. We wait for both and put our own entries
 * into the second, so that DVC refuses to start on the same paths. Reads take no lock. Source: dvc/lock.py, dvc/rwlock.py.
 */

interface Holder {
  readonly pid: number;
  readonly cmd: string;
}

interface RwLock {
  readonly write: Record<string, Holder>;
  readonly read: Record<string, Holder[]>;
}

/** As DVC's own default. */
const patience = 3000;
const poll = 100;

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    // Zero and less are no process for `kill`, but a group of them.
    Number.isInteger(value.pid) &&
    Number(value.pid) > 0 &&
    'cmd' in value &&
    typeof value.cmd === 'string'
  );
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function readRwLock(repo: Repository): RwLock {
  const text = readTextFile(rwlockFile(repo));
  if (text === undefined || text.trim() === '') return { write: {}, read: {} };
  try {
    const value = record(JSON.parse(text));
    return {
      write: Object.fromEntries(
        Object.entries(record(value['write'])).filter((e): e is [string, Holder] => isHolder(e[1])),
      ),
      read: Object.fromEntries(
        Object.entries(record(value['read'])).map(([path, list]): [string, Holder[]] => [
          path,
          Array.isArray(list) ? list.filter(isHolder) : [],
        ]),
      ),
    };
  } catch (error) {
    // DVC refuses to work with it, too.
    throw new TracksError('bad-file', `${rwlockFile(repo)}: it is damaged.`, {
      path: '.dvc/tmp/rwlock',
      hint: 'Delete the file when no DVC command is at work.',
      cause: error,
    });
  }
}

function rwlockFile(repo: Repository): string {
  return join(repo.dvcFolder, 'tmp', 'rwlock');
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

/** Who holds the OS lock on `.dvc/tmp/lock`; known on Linux only, where the kernel lists locks by inode. */
function osLockHolder(repo: Repository): Holder | undefined {
  const file = join(repo.dvcFolder, 'tmp', 'lock');
  try {
    if (process.platform !== 'linux' || !existsSync('/proc/locks')) return undefined;
    const inode = statSync(file).ino;
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const match = /^\d+: (?:FLOCK|POSIX|OFDLCK)\s+\S+\s+WRITE (-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line);
      const pid = Number(match?.[1]);
      if (match !== null && Number(match[2]) === inode && pid !== process.pid) return { pid, cmd: commandOf(pid) };
    }
    return undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw toTracksError(error, file);
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() || 'a program';
  } catch (error) {
    if (isAbsent(error) || systemCode(error) === 'ESRCH') return 'a program that has ended';
    throw toTracksError(error);
  }
}

function blocker(repo: Repository, paths: readonly string[]): Holder | undefined {
  const held = osLockHolder(repo);
  if (held !== undefined) return held;
  const lock = readRwLock(repo);
  const entries = [
    ...Object.entries(lock.write),
    ...Object.entries(lock.read).flatMap(([path, list]) => list.map((h): [string, Holder] => [path, h])),
  ];
  return entries.find(
    ([path, holder]) => holder.pid !== process.pid && alive(holder.pid) && paths.some((p) => overlaps(p, path)),
  )?.[1];
}

function change(repo: Repository, edit: (write: Record<string, Holder>) => void): void {
  const lock = readRwLock(repo);
  const write = { ...lock.write };
  edit(write);
  const empty = Object.keys(write).length === 0 && Object.keys(lock.read).length === 0;
  try {
    writeTextFile(
      rwlockFile(repo),
      JSON.stringify({
        ...(Object.keys(write).length > 0 ? { write } : {}),
        ...(Object.keys(lock.read).length > 0 ? { read: lock.read } : {}),
      }),
      { durable: false },
    );
  } catch (error) {
    // On a full disk the last entry must go all the same.
    if (!empty) throw error;
    removeFile(rwlockFile(repo));
  }
}

/**
 * Runs `work`, which looks at the rwlock and changes it, while no other `tracks` does. The mark is a link that leads to the process's
 * id: made in one step, and on a full disk, too. Where links cannot be made it goes on without.
 */
async function alone<T>(repo: Repository, signal: AbortSignal | undefined, work: () => T): Promise<T> {
  const mark = join(repo.dvcFolder, 'tmp', 'rwlock.tracks');
  let made = false;
  for (const started = performance.now(); !made; ) {
    try {
      symlinkSync(String(process.pid), mark);
      made = true;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') break;
      const owner = markOwner(mark);
      // Nobody keeps it for longer than it takes to write a small file.
      if (owner === undefined || !alive(owner) || performance.now() - started > patience) removeFile(mark);
      else {
        throwIfAborted(signal);
        await sleep(poll / 10);
      }
    }
  }
  try {
    return work();
  } finally {
    if (made) removeFile(mark);
  }
}

function markOwner(mark: string): number | undefined {
  try {
    const pid = Number(readlinkSync(mark));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (isAbsent(error) || systemCode(error) === 'EINVAL') return undefined;
    throw toTracksError(error, mark);
  }
}

/**
 * Runs `work` as the only program that writes these paths (none named: the whole repository). Waits three seconds for another program,
 * then rejects with `locked`, which names it. Operations of one process do not wait for each other.
 */
export async function withWriteLock<T>(
  repo: Repository,
  verb: string,
  targets: readonly string[],
  options: OperationOptions,
  work: () => Promise<T>,
): Promise<T> {
  const paths = targets.length === 0 ? [repo.root as string] : targets.map((t) => absolute(repo, t) as string);
  const started = performance.now();
  try {
    mkdirSync(join(repo.dvcFolder, 'tmp'), { recursive: true });
  } catch (error) {
    throw toTracksError(error, join(repo.dvcFolder, 'tmp'));
  }
  const mine: Holder = { pid: process.pid, cmd: `tracks ${verb}` };
  const added: string[] = [];
  const enter = (): Holder | undefined => {
    const holder = blocker(repo, paths);
    if (holder !== undefined) return holder;
    change(repo, (write) => {
      for (const path of paths) {
        // A second operation of this very process on the same path leaves the entry to the first.
        if (write[path]?.pid === process.pid) continue;
        write[path] = mine;
        added.push(path);
      }
    });
    return undefined;
  };
  for (;;) {
    const holder = await alone(repo, options.signal, enter);
    if (holder === undefined) break;
    throwIfAborted(options.signal);
    if (performance.now() - started > patience) {
      throw new TracksError('locked', `Another program is at work here: ${holder.cmd} (process ${holder.pid}).`, {
        hint: 'Wait until it has ended, then run it again.',
        details: { pid: holder.pid, command: holder.cmd },
        retry: 'later',
      });
    }
    await sleep(poll);
  }
  try {
    removeAbandoned(repo.root, alive);
    return await work();
  } finally {
    await alone(repo, undefined, () =>
      change(repo, (write) => {
        for (const path of added) delete write[path];
      }),
    );
  }
}

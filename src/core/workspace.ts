import { posix } from 'node:path';
import { mapLimited } from '../base/async.ts';
import { fromPlainError, type PlainError } from '../base/errors.ts';
import { Counter, type Failure, type OperationOptions } from '../base/operation.ts';
import type { RepoPath } from '../base/paths.ts';
import type { HashName } from './objects/hash.ts';
import { absolute, type Repository } from './repository.ts';
import type { KnownFile } from './state/stat-index.ts';
import type { FileStat, Hashed, HashItem, IgnoreText, ScannedFile, ScanResult } from './workers/protocol.ts';

export interface WorkFile {
  /** Below the out; `''` for an out that is a file. */
  readonly path: string;
  readonly stat: FileStat;
  readonly md5: string;
}

/** What lies at an out's path in the workspace, hashed. */
export interface WorkData {
  readonly type: 'absent' | 'file' | 'folder';
  readonly files: readonly WorkFile[];
  /** Files that could not be read: the content as a whole is not known then. */
  readonly failed: readonly Failure[];
}

export interface HashRequest {
  readonly path: RepoPath;
  readonly hashName: HashName;
  /** Only these paths below it (and what is below them). */
  readonly inside?: readonly RepoPath[];
  /** False: its bytes stay out of the cache, whatever {@link HashOptions} say. */
  readonly store?: boolean;
}

export interface HashOptions extends OperationOptions {
  readonly ignore: readonly IgnoreText[];
  /** Put every file's bytes into the cache as well. */
  readonly store?: boolean;
}

/** Batches of this many files or bytes go to a thread at once. */
const batchFiles = 256;
const batchBytes = 32 << 20;

interface Pending {
  readonly request: number;
  readonly file: ScannedFile;
  readonly item: HashItem;
}

function scanned(path: RepoPath, file: ScannedFile): string {
  return file.path === '' ? path : `${path}/${file.path}`;
}

function batches(pending: readonly Pending[]): Pending[][] {
  const result: Pending[][] = [];
  let current: Pending[] = [];
  let bytes = 0;
  for (const p of pending) {
    if (current.length > 0 && (current.length >= batchFiles || bytes + p.item.size > batchBytes)) {
      result.push(current);
      current = [];
      bytes = 0;
    }
    current.push(p);
    bytes += p.item.size;
  }
  if (current.length > 0) result.push(current);
  return result;
}

function narrow(scan: ScanResult, inside: readonly RepoPath[] | undefined): ScanResult {
  if (inside === undefined) return scan;
  const chosen = (path: string): boolean => inside.some((p) => path === p || path.startsWith(`${p}/`));
  return {
    ...scan,
    files: scan.files.filter((f) => chosen(f.path)),
    failed: scan.failed.filter((f) => chosen(f.path)),
  };
}

/**
 * Walks and hashes what lies at the given paths. A file whose stat is in the index is not read. Files that cannot be read are
 * reported with their path; the rest goes on.
 */
export async function hashWorkspace(
  repo: Repository,
  requests: readonly HashRequest[],
  options: HashOptions,
): Promise<WorkData[]> {
  const { signal } = options;
  const scans = await Promise.all(
    requests.map(async (r) => {
      const task = { kind: 'scan', path: absolute(repo, r.path), relative: r.path, ignore: options.ignore } as const;
      return narrow(await repo.pool.run(task, { signal }), r.inside);
    }),
  );
  const known = scans.map(() => new Map<string, { md5: string; stat: FileStat }>());
  const failures = scans.map((scan, i) =>
    scan.failed.map((f) => failure(posix.join(requests[i]?.path ?? '', f.path), f.error)),
  );
  const pending = new Map<string, Pending[]>();
  const stores = (request: HashRequest | undefined): boolean => options.store === true && request?.store !== false;
  let bytes = 0;
  let count = 0;
  for (const [i, scan] of scans.entries()) {
    const request = requests[i] as HashRequest;
    const cached = stores(request) ? repo.cache().look() : undefined;
    const group = `${request.hashName} ${stores(request)}`;
    for (const file of scan.files) {
      const full = absolute(repo, scanned(request.path, file));
      const md5 = repo.index.lookup(posixFolder(full), posixName(full), file, request.hashName);
      if (md5 !== undefined && (cached === undefined || cached({ name: request.hashName, hex: md5, kind: 'file' }))) {
        known[i]?.set(file.path, { md5, stat: file });
        continue;
      }
      const list = pending.get(group) ?? [];
      list.push({ request: i, file, item: { file: full, size: file.size } });
      pending.set(group, list);
      bytes += file.size;
      count++;
    }
  }
  const counter = count === 0 ? undefined : new Counter('hash', options.progress, { files: count, bytes });
  const jobs = [...pending.values()].flatMap((list) => {
    const request = requests[list[0]?.request ?? 0];
    const hashName = request?.hashName ?? 'md5';
    // Largest first, so that no large file is left for the end.
    const sorted = [...list].sort((a, b) => b.item.size - a.item.size);
    return batches(sorted).map((batch) => ({ hashName, store: stores(request), batch }));
  });
  const tick = (files: number, b: number): void => counter?.add(files, b);
  await mapLimited(
    jobs,
    repo.pool.size + 1,
    async ({ hashName, store, batch }) => {
      const since = repo.host.now();
      const outcomes = await repo.pool.run(
        {
          kind: 'hash',
          items: batch.map((p) => p.item),
          hashName,
          ...(store ? { cacheRoot: repo.cache().root } : {}),
        },
        { signal, tick },
      );
      for (const [k, outcome] of outcomes.entries()) {
        const p = batch[k] as Pending;
        if ('error' in outcome)
          failures[p.request]?.push(failure(scanned(requests[p.request]?.path as RepoPath, p.file), outcome.error));
        else known[p.request]?.set(p.file.path, { md5: outcome.md5, stat: outcome.stat });
      }
      remember(
        repo,
        hashName,
        batch.flatMap((p, k) => {
          const outcome = outcomes[k];
          return outcome === undefined || 'error' in outcome ? [] : [{ file: p.item.file, hashed: outcome }];
        }),
        since,
      );
    },
    signal,
  );
  counter?.done();
  repo.index.flush();
  return scans.map((scan, i) => ({
    type: scan.type,
    failed: failures[i] ?? [],
    files: scan.files.flatMap((f): WorkFile[] => {
      const found = known[i]?.get(f.path);
      return found === undefined ? [] : [{ path: f.path, ...found }];
    }),
  }));
}

function failure(what: string, error: PlainError): Failure {
  return { what, error: fromPlainError(error) };
}

/**
 * Puts hashes and the stats that they are true for into the index; `flush` is the caller's. `since`: when the first of the stats was
 * taken, or before; infinity for files that were placed with a time in the past.
 */
export function remember(
  repo: Repository,
  hashName: HashName,
  files: readonly { readonly file: string; readonly hashed: Pick<Hashed, 'md5' | 'stat'> }[],
  since: number,
): void {
  const folders = new Map<string, Map<string, KnownFile>>();
  for (const { file, hashed } of files) {
    const folder = posixFolder(file);
    const entries = folders.get(folder) ?? new Map<string, KnownFile>();
    entries.set(posixName(file), { ...hashed.stat, md5: hashed.md5, hashName });
    folders.set(folder, entries);
  }
  for (const [folder, entries] of folders) repo.index.store(folder, entries, since);
}

function lastSlash(path: string): number {
  return Math.max(path.lastIndexOf('/'), process.platform === 'win32' ? path.lastIndexOf('\\') : -1);
}

function posixFolder(path: string): string {
  return path.slice(0, Math.max(lastSlash(path), 1));
}

function posixName(path: string): string {
  return path.slice(lastSlash(path) + 1);
}

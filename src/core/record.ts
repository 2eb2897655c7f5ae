import { fromPlainError, isTracksError, TracksError, toTracksError } from '../base/errors.ts';
import type { Batch, Failure, OperationOptions } from '../base/operation.ts';
import type { RepoPath } from '../base/paths.ts';
import type { OutUpdate } from './formats/dvc-file.ts';
import type { TreeEntry } from './formats/tree.ts';
import { formatTree } from './formats/tree.ts';
import { type Hash, hashText, md5 } from './objects/hash.ts';
import type { Out } from './outs.ts';
import { autostage, ignoreInGit, type Touched, updatePointer, writeNewPointer } from './pointers.ts';
import { absolute, type Repository } from './repository.ts';
import { notePlaced } from './state/placed.ts';
import type { IgnoreText, PlaceItem } from './workers/protocol.ts';
import { hashWorkspace, remember, type WorkData } from './workspace.ts';

/** Data whose present content a pointer is to say: new data (no `out`), a dataset, or some paths inside of one. */
export interface RecordRequest {
  readonly path: RepoPath;
  readonly out?: Out;
  readonly inside?: readonly RepoPath[];
  readonly notes?: { readonly desc?: string; readonly type?: string; readonly labels?: readonly string[] };
}

export interface RecordOptions extends OperationOptions {
  readonly ignore: readonly IgnoreText[];
  /** False: hash and write the pointer, and put nothing into the cache (`--no-commit`). */
  readonly store: boolean;
}

export interface RecordResult extends Batch<RepoPath> {
  /** Files of git that were written. */
  readonly files: readonly RepoPath[];
}

const owner = 0o100;

async function contentOf(repo: Repository, request: RecordRequest, data: WorkData, store: boolean): Promise<OutUpdate> {
  const first = data.failed[0];
  if (first !== undefined) {
    throw data.failed.length === 1
      ? first.error
      : new TracksError(
          first.error.code,
          `${request.path}: ${data.failed.length} files cannot be read, the first: ${first.error.message}`,
          {
            path: request.path,
            cause: first.error,
            ...(first.error.hint === undefined ? {} : { hint: first.error.hint }),
          },
        );
  }
  if (data.type === 'file' && request.inside === undefined) {
    const file = data.files[0];
    if (file === undefined) throw new TracksError('internal', `${request.path}: it was not hashed.`);
    const executable = process.platform !== 'win32' && (file.stat.mode & owner) !== 0;
    return { md5: file.md5, size: file.stat.size, ...(executable ? { isexec: true } : {}) };
  }
  const rules = data.files.find((f) => /(^|\/)\.dvcignore$/.test(f.path));
  if (rules !== undefined) {
    const path = `${request.path}/${rules.path}`;
    throw new TracksError('bad-path', `${path}: DVC takes no folder that holds a .dvcignore.`, {
      path,
      hint: 'Put its patterns into a .dvcignore above the folder.',
    });
  }
  const fresh: TreeEntry[] = data.files.map((f) => ({ path: f.path as RepoPath, md5: f.md5 }));
  const entries = request.inside === undefined ? fresh : merged(repo, request, fresh);
  const hash: Hash = store
    ? await repo.cache().putTree(entries)
    : { name: 'md5', hex: md5(formatTree(entries)), kind: 'tree' };
  // As DVC: after a partial add the sizes of the other files are not known.
  const size = request.inside === undefined ? { size: data.files.reduce((sum, f) => sum + f.stat.size, 0) } : {};
  return { md5: hashText(hash), nfiles: entries.length, ...size };
}

/** The dataset's tree with what lies at `inside` now put in the place of what was there. */
function merged(repo: Repository, request: RecordRequest, fresh: readonly TreeEntry[]): TreeEntry[] {
  const { out, inside = [] } = request;
  if (out?.hash === undefined || out.hash.kind !== 'tree') {
    throw new TracksError('bad-argument', `${request.path} is not a tracked folder.`, { path: request.path });
  }
  if (out.hash.name !== 'md5') {
    throw new TracksError(
      'unsupported',
      `${request.path} was recorded by DVC 2: a part of it cannot be recorded alone.`,
      {
        path: request.path,
        hint: `Record all of it: tracks add ${request.path}`,
      },
    );
  }
  const old = repo.cache().tree(out.hash);
  if (old === undefined) {
    throw new TracksError(
      'not-in-cache',
      `${request.path}: the list of its files (${hashText(out.hash)}) is not in the cache.`,
      {
        path: request.path,
        hint: `Get it first: tracks fetch ${request.path}`,
        details: { hash: hashText(out.hash) },
      },
    );
  }
  const replaced = (path: string): boolean => inside.some((p) => path === p || path.startsWith(`${p}/`));
  const here = new Set(fresh.map((e) => e.path));
  for (const target of inside) {
    const exists = fresh.some((e) => e.path === target || e.path.startsWith(`${target}/`));
    const was = old.some((e) => e.path === target || e.path.startsWith(`${target}/`));
    if (!exists && !was) {
      throw new TracksError('not-found', `${request.path}/${target}: there is no such file or folder.`, {
        path: `${request.path}/${target}`,
      });
    }
  }
  return [...old.filter((e) => !replaced(e.path) && !here.has(e.path)), ...fresh];
}

/** With `cache.type` hardlink or symlink: the workspace file becomes a link to its object, as DVC leaves it. */
async function linkBack(
  repo: Repository,
  path: RepoPath,
  data: WorkData,
  options: OperationOptions,
): Promise<readonly Failure[]> {
  const links = repo.links();
  const first = links[0];
  if (first !== 'hardlink' && first !== 'symlink') return [];
  const cache = repo.cache();
  const items = data.files.map(
    (f): PlaceItem => ({
      object: cache.path({ name: 'md5', hex: f.md5, kind: 'file' }),
      md5: f.md5,
      target: absolute(repo, f.path === '' ? path : `${path}/${f.path}`),
      // Of files in a folder no pointer says it.
      executable: f.path === '' && (f.stat.mode & owner) !== 0,
      replaces: f.stat,
    }),
  );
  const placed = await repo.pool.run(
    { kind: 'place', items, links, root: repo.root, verify: false },
    { signal: options.signal },
  );
  remember(
    repo,
    'md5',
    placed.flatMap((p, i) =>
      'error' in p ? [] : [{ file: items[i]?.target ?? '', hashed: { md5: items[i]?.md5 ?? '', stat: p.stat } }],
    ),
    Number.POSITIVE_INFINITY,
  );
  repo.index.flush();
  return placed.flatMap((p, i) => {
    const below = data.files[i]?.path ?? '';
    return 'error' in p ? [{ what: below === '' ? path : `${path}/${below}`, error: fromPlainError(p.error) }] : [];
  });
}

/**
 * Hashes data, puts it into the cache and writes what it is into its pointer: contents first, then the tree object, then the pointer,
 * then `.gitignore`. What is stopped in the middle leaves at most objects that nothing refers to. One dataset's failure does not stop
 * the others.
 */
export async function recordData(
  repo: Repository,
  requests: readonly RecordRequest[],
  options: RecordOptions,
): Promise<RecordResult> {
  const touched: Touched = new Set();
  const done: RepoPath[] = [];
  const failed: Failure[] = [];
  const fresh = await withoutUnchangedLegacy(repo, requests, options);
  done.push(...requests.filter((r) => !fresh.includes(r)).map((r) => r.path));
  const data = await hashWorkspace(
    repo,
    fresh.map((r) => ({
      path: r.path,
      hashName: 'md5',
      store: r.out?.cache !== false,
      ...(r.inside === undefined ? {} : { inside: r.inside }),
    })),
    { signal: options.signal, progress: options.progress, ignore: options.ignore, store: options.store },
  );
  const newPaths: RepoPath[] = [];
  for (const [i, request] of fresh.entries()) {
    const work = data[i] as WorkData;
    try {
      if (work.type === 'absent') {
        throw new TracksError('not-found', `${request.path}: there is no such file or folder.`, { path: request.path });
      }
      const update = await contentOf(repo, request, work, options.store && request.out?.cache !== false);
      if (request.out === undefined) {
        writeNewPointer(repo, request.path, { ...update, ...request.notes }, touched);
      } else updatePointer(repo, request.out, update, touched);
      if (request.out?.cache !== false) newPaths.push(request.path);
      if (options.store && request.out?.cache !== false)
        failed.push(...(await linkBack(repo, request.path, work, options)));
      done.push(request.path);
    } catch (error) {
      if (isTracksError(error, 'cancelled') || isTracksError(error, 'no-space')) throw error;
      failed.push({ what: request.path, error: toTracksError(error, request.path) });
    }
  }
  notePlaced(repo, done);
  await ignoreInGit(repo, newPaths, touched);
  await autostage(repo, touched);
  return { done, failed, files: [...touched] };
}

/** A DVC 2.x out whose content is as its pointer says stays as it is; one that changed is written as 3.x. */
async function withoutUnchangedLegacy(
  repo: Repository,
  requests: readonly RecordRequest[],
  options: RecordOptions,
): Promise<RecordRequest[]> {
  const legacy = requests.filter((r) => r.out?.hash?.name === 'md5-dos2unix');
  if (legacy.length === 0) return [...requests];
  const data = await hashWorkspace(
    repo,
    legacy.map((r) => ({ path: r.path, hashName: 'md5-dos2unix' })),
    {
      signal: options.signal,
      ignore: options.ignore,
    },
  );
  const same = new Set<RecordRequest>();
  for (const [i, request] of legacy.entries()) {
    const work = data[i];
    const hash = request.out?.hash;
    if (work === undefined || hash === undefined || work.failed.length > 0) continue;
    const hex =
      work.type === 'file'
        ? work.files[0]?.md5
        : md5(formatTree(work.files.map((f) => ({ path: f.path as RepoPath, md5: f.md5 }))));
    if (hex === hash.hex && repo.cache().has(hash)) same.add(request);
  }
  return requests.filter((r) => !same.has(r));
}

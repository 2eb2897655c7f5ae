import { lstatSync, mkdirSync } from 'node:fs';
import { posix } from 'node:path';
import { mapLimited } from '../base/async.ts';
import { fromPlainError, isAbsent, TracksError, toTracksError } from '../base/errors.ts';
import { Counter, type Failure, type OperationOptions } from '../base/operation.ts';
import { ancestors, isInside, type RepoPath } from '../base/paths.ts';
import { withWriteLock } from './lock.ts';
import { notInCache } from './objects/cache.ts';
import type { Hash } from './objects/hash.ts';
import { collectOuts, type OutList, reservedPart } from './outs.ts';
import { absolute, type Repository } from './repository.ts';
import { forgetPlaced, notePlaced, placedPaths } from './state/placed.ts';
import type { CheckoutResult, TargetOptions } from './system.ts';
import { selectOuts } from './targets.ts';
import type { IgnoreText, PlaceItem } from './workers/protocol.ts';
import { hashWorkspace, remember, type WorkData, type WorkFile } from './workspace.ts';
import { removeEmpty, removeEmptyTree, removeFiles, standingWhere } from './worktree/remove-files.ts';

/** Content that is to lie at a path. */
export interface Placement {
  readonly path: RepoPath;
  readonly hash: Hash;
  readonly executable: boolean;
  /** Of a folder: only these paths below it. */
  readonly inside?: readonly RepoPath[];
}

export interface PlaceOptions extends OperationOptions {
  readonly ignore: readonly IgnoreText[];
  /** Replace and delete data that is in no cache. */
  readonly force?: boolean;
  /** Make every file anew, with the link type that is configured now. */
  readonly relink?: boolean;
}

export interface CheckoutOptions extends TargetOptions {
  readonly force?: boolean;
  readonly relink?: boolean;
  /** Datasets that are in no cache are no failure. */
  readonly allowMissing?: boolean;
}

interface Plan {
  readonly placement: Placement;
  readonly type: WorkData['type'];
  readonly place: readonly PlaceItem[];
  /** Below the path. */
  readonly remove: readonly string[];
  readonly inTheWay: readonly string[];
  readonly failed: readonly Failure[];
  /** The path holds a file where a folder is to be, or the other way round. */
  readonly otherKind: boolean;
}

const batchFiles = 256;

function full(path: RepoPath, below: string): string {
  return below === '' ? path : posix.join(path, below);
}

/** The files whose very bytes are in the cache by the hash of today, where DVC 2's hashes count. */
async function keptToday(repo: Repository, { path }: Placement, options: PlaceOptions): Promise<ReadonlySet<string>> {
  const { signal, ignore } = options;
  const [data] = await hashWorkspace(repo, [{ path, hashName: 'md5' }], { signal, ignore });
  const kept = data?.files.filter((f) => repo.cache().has({ name: 'md5', hex: f.md5, kind: 'file' })) ?? [];
  return new Set(kept.map((f) => f.path));
}

function planOne(
  repo: Repository,
  placement: Placement,
  data: WorkData,
  kept: ReadonlySet<string>,
  options: PlaceOptions,
): Plan {
  const { path, hash } = placement;
  const cache = repo.cache();
  const cached = cache.look();
  const folder = hash.kind === 'tree';
  const desired = new Map<string, string>();
  if (folder) {
    const tree = cache.tree(hash);
    if (tree === undefined) throw notInCache(path, hash);
    const { inside } = placement;
    for (const entry of tree) {
      if (inside !== undefined && !inside.some((p) => entry.path === p || entry.path.startsWith(`${p}/`))) continue;
      const reserved = reservedPart(entry.path);
      if (reserved !== undefined) {
        throw new TracksError(
          'bad-path',
          `${path} lists "${entry.path}", which lies in ${reserved}: nothing was written.`,
          {
            path,
            hint: 'Do not use this folder: someone made it by hand. Ask where it came from.',
          },
        );
      }
      desired.set(entry.path, entry.md5);
    }
    if (inside !== undefined && desired.size === 0) {
      throw new TracksError('not-found', `${path} holds no ${inside.join(', ')} at this version.`, { path });
    }
  } else desired.set('', hash.hex);
  const otherKind = data.type !== 'absent' && (data.type === 'folder') !== folder;
  const present = new Map<string, WorkFile>(otherKind ? [] : data.files.map((f) => [f.path, f]));
  const leaving: readonly WorkFile[] = otherKind
    ? data.files
    : data.files.filter((f) => !desired.has(f.path) && placement.inside === undefined);
  const replaced = [...desired].flatMap(([below, md5]) => {
    const now = present.get(below);
    return now !== undefined && now.md5 !== md5 ? [now] : [];
  });
  const safe = (file: WorkFile): boolean =>
    cached({ name: hash.name, hex: file.md5, kind: 'file' }) || kept.has(file.path);
  // What cannot be read cannot be in the cache for all we know. A link to nothing holds no data.
  const unread = data.failed.filter((f) => f.error.code !== 'not-found').map((f) => f.what);
  const unsafe = [...[...leaving, ...replaced].filter((f) => !safe(f)).map((f) => full(path, f.path)), ...unread];
  const failed: Failure[] = [];
  const place: PlaceItem[] = [];
  for (const [below, md5] of desired) {
    const now = present.get(below);
    if (now !== undefined && now.md5 === md5 && options.relink !== true) continue;
    const object: Hash = { name: hash.name, hex: md5, kind: 'file' };
    if (!cached(object)) {
      if (now?.md5 !== md5) failed.push({ what: full(path, below), error: notInCache(full(path, below), object) });
      continue;
    }
    place.push({
      object: cache.path(object),
      md5,
      target: absolute(repo, full(path, below)),
      executable: below === '' && placement.executable,
      ...(options.force === true ? {} : { replaces: now?.stat ?? null }),
    });
  }
  return {
    placement,
    type: data.type,
    place,
    remove: leaving.map((f) => f.path),
    inTheWay: options.force === true ? [] : unsafe,
    failed,
    otherKind,
  };
}

/** Data is never placed or deleted through a symbolic link to a folder: that would be somebody else's. */
function refuseLinks(repo: Repository, path: RepoPath, data: WorkData): void {
  for (const at of [...ancestors(path), ...(data.type === 'folder' ? [path] : [])]) {
    const file = absolute(repo, at);
    if (!exists(file) || !lstatSync(file).isSymbolicLink()) continue;
    throw new TracksError('bad-path', `${at} is a symbolic link, which data is not written through.`, {
      path: at,
      hint: 'Replace the link by a folder, then run it again.',
    });
  }
}

function notEmpty(path: RepoPath): TracksError {
  return new TracksError(
    'would-overwrite',
    `${path}: the folder holds more than tracked data, and a file is to be there.`,
    {
      path,
      hint: 'Move away what .dvcignore names, and links, then run it again.',
    },
  );
}

interface Outcome {
  readonly failed: readonly Failure[];
}

async function carryOut(repo: Repository, plan: Plan, options: PlaceOptions, counter: Counter): Promise<Outcome> {
  const { path, hash } = plan.placement;
  const target = absolute(repo, path);
  const failed: Failure[] = [...plan.failed];
  const leaving = plan.remove.map((below) => absolute(repo, full(path, below)) as string);
  if (plan.otherKind) {
    removeFiles(target, leaving);
    if (plan.type === 'folder' && exists(target) && !removeEmptyTree(target)) throw notEmpty(path);
  }
  if (hash.kind === 'tree' && plan.place.length === 0 && !exists(target)) mkdirSync(target, { recursive: true });
  const first = new Set(
    plan.otherKind
      ? leaving
      : standingWhere(
          target,
          plan.place.map((item) => item.target),
          leaving,
        ),
  );
  if (!plan.otherKind) removeFiles(target, [...first]);
  const batches: PlaceItem[][] = [];
  // A few large files are to keep every thread busy, too.
  const step = Math.min(batchFiles, Math.ceil(plan.place.length / (4 * repo.pool.size)));
  for (let i = 0; i < plan.place.length; i += step) batches.push(plan.place.slice(i, i + step));
  const links = repo.links();
  await mapLimited(
    batches,
    repo.pool.size + 1,
    async (items) => {
      const outcomes = await repo.pool.run(
        { kind: 'place', items, links, root: repo.root, verify: hash.name === 'md5' },
        { signal: options.signal, tick: (files, bytes) => counter.add(files, bytes) },
      );
      const good: {
        file: string;
        hashed: { md5: string; stat: Extract<(typeof outcomes)[number], { stat: unknown }>['stat'] };
      }[] = [];
      for (const [i, outcome] of outcomes.entries()) {
        const item = items[i] as PlaceItem;
        if ('error' in outcome)
          failed.push({ what: posix.relative(repo.root, item.target), error: fromPlainError(outcome.error) });
        else good.push({ file: item.target, hashed: { md5: item.md5, stat: outcome.stat } });
      }
      remember(repo, hash.name, good, Number.POSITIVE_INFINITY);
    },
    options.signal,
  );
  // Only now: a file that was renamed inside of the folder has its new place before its old one goes.
  removeFiles(
    target,
    leaving.filter((file) => !first.has(file)),
  );
  return { failed };
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw toTracksError(error, path);
  }
}

/**
 * Makes the workspace hold the given contents. Files are made beside their place and moved there whole; files of a folder that its
 * tree does not have are deleted. A dataset in which anything would be lost (it is in no cache) is left as it is and reported in
 * `inTheWay` and `failed`, unless `force` is set. Objects that are missing are reported; the rest of the dataset is placed.
 */
export async function placeData(
  repo: Repository,
  placements: readonly Placement[],
  options: PlaceOptions,
): Promise<CheckoutResult> {
  const data = await hashWorkspace(
    repo,
    placements.map((p) => ({
      path: p.path,
      hashName: p.hash.name,
      ...(p.inside === undefined ? {} : { inside: p.inside }),
    })),
    { signal: options.signal, progress: options.progress, ignore: options.ignore },
  );
  const result = {
    done: [] as string[],
    failed: [] as Failure[],
    added: [] as string[],
    modified: [] as string[],
    inTheWay: [] as string[],
  };
  const plans: Plan[] = [];
  const placed: RepoPath[] = [];
  for (const [i, placement] of placements.entries()) {
    try {
      refuseLinks(repo, placement.path, data[i] as WorkData);
      const work = data[i] as WorkData;
      let plan = planOne(repo, placement, work, new Set(), options);
      if (plan.inTheWay.length > 0 && placement.hash.name !== 'md5')
        plan = planOne(repo, placement, work, await keptToday(repo, placement, options), options);
      if (plan.inTheWay.length > 0) {
        result.inTheWay.push(...plan.inTheWay);
        result.failed.push({ what: placement.path, error: standsInTheWay(placement.path, plan.inTheWay) });
      } else plans.push(plan);
    } catch (error) {
      result.failed.push({ what: placement.path, error: toTracksError(error, placement.path) });
    }
  }
  const files = plans.reduce((sum, p) => sum + p.place.length, 0);
  const counter = new Counter('checkout', files === 0 ? undefined : options.progress, { files });
  for (const plan of plans) {
    const { path, hash } = plan.placement;
    try {
      const { failed } = await carryOut(repo, plan, options, counter);
      result.failed.push(...failed);
      const shown = hash.kind === 'tree' ? `${path}/` : path;
      const changed = plan.place.length > 0 || plan.remove.length > 0;
      if (plan.type === 'absent' && failed.length < Math.max(1, plan.place.length + plan.failed.length))
        result.added.push(shown);
      else if (changed && options.relink !== true) result.modified.push(shown);
      if (failed.length === 0) result.done.push(shown);
      placed.push(path);
    } catch (error) {
      const e = toTracksError(error, path);
      if (e.code === 'cancelled' || e.code === 'no-space') throw e;
      result.failed.push({ what: path, error: e });
    }
  }
  counter.done();
  repo.index.flush();
  notePlaced(repo, placed);
  return { ...result, deleted: [] };
}

export function standsInTheWay(path: RepoPath, files: readonly string[]): TracksError {
  const which = files.slice(0, 3).join(', ') + (files.length > 3 ? `, … (${files.length} files)` : '');
  return new TracksError('would-overwrite', `${path}: ${which} would be lost: this content is in no cache.`, {
    path,
    hint: `Keep it with tracks add ${path}, or give it up with --force.`,
    details: { files: [...files] },
  });
}

/** Takes away what this program placed for a pointer that is gone (another branch has none), where the cache holds all of it. */
async function removeLeftovers(
  repo: Repository,
  list: OutList,
  options: CheckoutOptions,
): Promise<{ deleted: string[]; inTheWay: string[]; failed: Failure[] }> {
  const claimed = (path: RepoPath): boolean =>
    list.outs.some((o) => isInside(o.path, path) || isInside(path, o.path)) || list.faults.some((f) => f.path === path);
  const left = placedPaths(repo).filter((p) => !claimed(p));
  const result = { deleted: [] as string[], inTheWay: [] as string[], failed: [] as Failure[] };
  // A pointer that cannot be read may stand for any of it.
  if (left.length === 0 || list.faults.length > 0 || list.unread !== undefined) return result;
  const inGit =
    repo.git === undefined ? new Set<string>() : await repo.git.isTracked(left.map((p) => `${repo.gitPrefix}${p}`));
  const mine = left.filter((p) => !inGit.has(`${repo.gitPrefix}${p}`));
  const data = await hashWorkspace(
    repo,
    mine.map((path) => ({ path, hashName: 'md5' })),
    { signal: options.signal, ignore: list.ignore },
  );
  const cached = repo.cache().look();
  const gone: RepoPath[] = left.filter((p) => !mine.includes(p));
  for (const [i, path] of mine.entries()) {
    const work = data[i] as WorkData;
    if (work.type === 'absent') {
      gone.push(path);
      continue;
    }
    try {
      refuseLinks(repo, path, work);
    } catch (error) {
      result.failed.push({ what: path, error: toTracksError(error, path) });
      continue;
    }
    const unsafe = [
      ...work.files.filter((f) => !cached({ name: 'md5', hex: f.md5, kind: 'file' })).map((f) => full(path, f.path)),
      ...work.failed.map((f) => f.what),
    ];
    if (unsafe.length > 0 && options.force !== true) {
      result.inTheWay.push(...unsafe);
      result.failed.push({ what: path, error: standsInTheWay(path, unsafe) });
      continue;
    }
    const target = absolute(repo, path);
    removeFiles(
      target,
      work.files.map((f) => absolute(repo, full(path, f.path))),
    );
    if (work.type === 'folder') removeEmpty(target, target);
    result.deleted.push(work.type === 'folder' ? `${path}/` : path);
    gone.push(path);
  }
  forgetPlaced(repo, gone);
  return result;
}

/** Makes the workspace hold what its pointers say, from the cache. */
export async function checkout(repo: Repository, options: CheckoutOptions = {}): Promise<CheckoutResult> {
  return withWriteLock(repo, 'checkout', options.targets ?? [], options, async () => {
    const list = collectOuts(repo, options);
    return checkoutList(repo, list, options);
  });
}

/** {@link checkout} for a caller that holds the lock and has the list. */
export async function checkoutList(repo: Repository, list: OutList, options: CheckoutOptions): Promise<CheckoutResult> {
  const chosen = selectOuts(list.outs, options.targets);
  const placements = chosen.flatMap(({ out, inside }): Placement[] =>
    out.hash === undefined || !out.cache
      ? []
      : [{ path: out.path, hash: out.hash, executable: out.executable, ...(inside === undefined ? {} : { inside }) }],
  );
  const result = await placeData(repo, placements, { ...options, ignore: list.ignore });
  const whole = options.targets === undefined || options.targets.length === 0;
  const left = whole ? await removeLeftovers(repo, list, options) : { deleted: [], inTheWay: [], failed: [] };
  const failed = [...result.failed, ...left.failed];
  return {
    ...result,
    deleted: left.deleted,
    inTheWay: [...result.inTheWay, ...left.inTheWay],
    failed: options.allowMissing === true ? failed.filter((f) => f.error.code !== 'not-in-cache') : failed,
  };
}

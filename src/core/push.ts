import { TracksError, toTracksError } from '../base/errors.ts';
import type { Failure, OperationOptions } from '../base/operation.ts';
import type { TreeEntry } from './formats/tree.ts';
import { notInCache } from './objects/cache.ts';
import { hasObjects } from './objects/has.ts';
import { objectKey } from './objects/hash.ts';
import { transferObjects, type Wanted } from './objects/transfer.ts';
import { collectOuts, type Out } from './outs.ts';
import { collectOutsOf } from './outs-at.ts';
import { openNamedRemote, remoteSettings } from './remote.ts';
import type { Repository } from './repository.ts';
import type { RemoteChoice, TargetOptions, TransferResult } from './system.ts';
import { type Selection, selectedEntries, selectOuts } from './targets.ts';

/** Which commits' data: the workspace alone, or that of history as well. */
export interface Scope {
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
}

export interface PushOptions extends TargetOptions, RemoteChoice, Scope {}

/** The outs of the workspace and of the commits of a scope; each with its commit where that is not the workspace. */
export async function outsOfScope(
  repo: Repository,
  scope: Scope,
  options: OperationOptions,
): Promise<{ readonly outs: Out[]; readonly faults: Failure[] }> {
  const here = collectOuts(repo, options);
  const outs = [...here.outs];
  const faults: Failure[] = here.faults.map((f) => ({
    what: f.pointer,
    error: new TracksError('bad-file', f.message, { path: f.pointer }),
  }));
  if (repo.git === undefined || !(scope.allBranches || scope.allTags || scope.allCommits)) return { outs, faults };
  const commits = await repo.git.commits(
    scope.allCommits === true
      ? { all: true }
      : { branches: scope.allBranches === true, tags: scope.allTags === true, tipsOnly: true },
  );
  const list = await collectOutsOf(repo, commits, options);
  outs.push(...list.outs);
  faults.push(
    ...list.faults.map((f) => ({
      what: `${f.pointer} at ${f.commit.slice(0, 7)}`,
      error: new TracksError('bad-file', f.message, { path: f.pointer }),
    })),
  );
  return { outs, faults };
}

function groupByRemote(chosen: readonly Selection[], name: string | undefined): Map<string | undefined, Selection[]> {
  const groups = new Map<string | undefined, Selection[]>();
  for (const s of chosen) {
    const remote = name ?? s.out.remote;
    groups.set(remote, [...(groups.get(remote) ?? []), s]);
  }
  return groups;
}

interface Total {
  done: string[];
  failed: Failure[];
  objects: number;
  bytes: number;
}

/**
 * Copies what the remote does not have from the cache to it. Every folder's list (`.dir`) goes after all of its files, so that a list
 * on the remote means that its files are there. An object that fails is reported and the rest goes on.
 */
export async function push(repo: Repository, options: PushOptions = {}): Promise<TransferResult> {
  const scope = await outsOfScope(repo, options, options);
  const chosen = selectOuts(scope.outs, options.targets).filter(
    (s) => s.out.cache && s.out.push && s.out.hash !== undefined,
  );
  const total: Total = {
    done: [],
    failed: options.targets === undefined || options.targets.length === 0 ? [...scope.faults] : [],
    objects: 0,
    bytes: 0,
  };
  if (chosen.length === 0) {
    remoteSettings(repo, options.remote); // a missing remote is an error even where there is nothing to push
    return total;
  }
  for (const [name, group] of groupByRemote(chosen, options.remote)) await pushGroup(repo, name, group, options, total);
  return total;
}

async function pushGroup(
  repo: Repository,
  name: string | undefined,
  group: readonly Selection[],
  options: PushOptions,
  total: Total,
): Promise<void> {
  await using remote = openNamedRemote(repo, name);
  const cache = repo.cache();
  const files: Wanted[] = [];
  const trees: { readonly wanted: Wanted; readonly keys: readonly string[] }[] = [];
  const plan: { readonly selection: Selection; readonly keys: readonly string[] }[] = [];
  for (const selection of group) {
    const { out } = selection;
    const hash = out.hash as NonNullable<Out['hash']>;
    if (hash.kind === 'file') {
      files.push({ hash, what: out.path });
      plan.push({ selection, keys: [objectKey(hash)] });
      continue;
    }
    let entries: readonly TreeEntry[] | undefined;
    try {
      entries = cache.tree(hash);
    } catch (error) {
      total.failed.push({ what: out.path, error: toTracksError(error, out.path) });
      continue;
    }
    if (entries === undefined) {
      // Not here. It may well be on the remote, list and all.
      const there = await hasObjects(remote, [hash], options);
      if (there.size === 0) total.failed.push({ what: out.path, error: notInCache(out.path, hash) });
      continue;
    }
    const objects = selectedEntries(selection, entries).map(
      (e): Wanted => ({ hash: { name: hash.name, hex: e.md5, kind: 'file' }, what: `${out.path}/${e.path}` }),
    );
    files.push(...objects);
    const keys = objects.map((o) => objectKey(o.hash));
    const whole = selection.inside === undefined;
    if (whole) trees.push({ wanted: { hash, what: `${out.path}/` }, keys });
    plan.push({ selection, keys: whole ? [...keys, objectKey(hash)] : keys });
  }
  const there = await hasObjects(
    remote,
    [...files, ...trees.map((t) => t.wanted)].map((w) => w.hash),
    options,
  );
  const missing = files.filter((w) => !there.has(objectKey(w.hash)));
  const moved = await transferObjects(repo.pool, cache.store, remote, missing, { ...options, phase: 'push' });
  const bad = new Set([...moved.failed.map((f) => f.key), ...moved.absent.map((w) => objectKey(w.hash))]);
  total.failed.push(
    ...moved.failed.map(({ what, error }) => ({ what, error })),
    ...moved.absent.map((w) => ({ what: w.what, error: notInCache(w.what, w.hash) })),
  );
  const ready = trees
    .filter((t) => !there.has(objectKey(t.wanted.hash)) && !t.keys.some((k) => bad.has(k)))
    .map((t) => t.wanted);
  const lists = await transferObjects(repo.pool, cache.store, remote, ready, { ...options, phase: 'push' });
  for (const f of lists.failed) bad.add(f.key);
  total.failed.push(...lists.failed.map(({ what, error }) => ({ what, error })));
  total.objects += moved.done.length + lists.done.length;
  total.bytes += moved.bytes + lists.bytes;
  const sent = new Set([...moved.done, ...lists.done].map((w) => objectKey(w.hash)));
  total.done.push(
    ...plan
      .filter((p) => p.keys.some((k) => sent.has(k)) && !p.keys.some((k) => bad.has(k)))
      .map((p) => p.selection.out.path),
  );
}

export { groupByRemote };

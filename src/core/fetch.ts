import { TracksError, toTracksError } from '../base/errors.ts';
import type { Failure } from '../base/operation.ts';
import { withWriteLock } from './lock.ts';
import { type Hash, hashText, objectKey } from './objects/hash.ts';
import { transferObjects, type Wanted } from './objects/transfer.ts';
import type { Out } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import { groupByRemote, outsOfScope, type Scope } from './push.ts';
import { openNamedRemote } from './remote.ts';
import type { BlobStore } from './remotes/blob-store.ts';
import type { Repository } from './repository.ts';
import type { RemoteChoice, TargetOptions, TransferResult } from './system.ts';
import { type Selection, selectedEntries, selectOuts } from './targets.ts';

export interface FetchOptions extends TargetOptions, RemoteChoice, Scope {
  /** The data of this commit instead of the workspace's pointers. */
  readonly revision?: string;
}

/** Copies what the cache does not have from the remote to it, each object checked. The workspace stays as it is. */
export async function fetch(repo: Repository, options: FetchOptions = {}): Promise<TransferResult> {
  const outs =
    options.revision === undefined
      ? (await outsOfScope(repo, options, options)).outs
      : (await collectOutsAt(repo, options.revision, options)).outs;
  return fetchSelections(repo, selectOuts(outs, options.targets), options);
}

export function notInRemote(what: string, hash: Hash, remote: string): TracksError {
  return new TracksError(
    'not-in-remote',
    `${what}: its data (${hashText(hash)}) is neither in the cache nor on the remote "${remote}".`,
    {
      path: what,
      hint: 'Ask whoever has it to push it, or name another remote with -r.',
      details: { hash: hashText(hash), remote },
    },
  );
}

export async function fetchSelections(
  repo: Repository,
  selections: readonly Selection[],
  options: FetchOptions,
): Promise<TransferResult> {
  const chosen = selections.filter((s) => s.out.cache && s.out.hash !== undefined);
  const total = { done: [] as string[], failed: [] as Failure[], objects: 0, bytes: 0 };
  const cache = repo.cache();
  const cached = cache.look();
  const incomplete = chosen.filter((s) => {
    const hash = s.out.hash as Hash;
    if (hash.kind === 'file') return !cached(hash);
    try {
      const tree = cache.tree(hash);
      return (
        tree === undefined ||
        selectedEntries(s, tree).some((e) => !cached({ name: hash.name, hex: e.md5, kind: 'file' }))
      );
    } catch (error) {
      total.failed.push({ what: s.out.path, error: toTracksError(error, s.out.path) });
      return false;
    }
  });
  if (incomplete.length === 0) return total;
  return withWriteLock(
    repo,
    'fetch',
    incomplete.map((s) => s.out.path),
    options,
    async () => {
      for (const [name, group] of groupByRemote(incomplete, options.remote)) {
        await using remote = openNamedRemote(repo, name);
        await fetchGroup(repo, remote, group, options, total);
      }
      return total;
    },
  );
}

async function fetchGroup(
  repo: Repository,
  remote: BlobStore,
  group: readonly Selection[],
  options: FetchOptions,
  total: { done: string[]; failed: Failure[]; objects: number; bytes: number },
): Promise<void> {
  const cache = repo.cache();
  const hashOf = (s: Selection): Hash => s.out.hash as NonNullable<Out['hash']>;
  const treeless = group.filter((s) => hashOf(s).kind === 'tree' && cache.tree(hashOf(s)) === undefined);
  const move = async (wanted: readonly Wanted[]): Promise<ReadonlySet<string>> => {
    const moved = await transferObjects(repo.pool, remote, cache.store, wanted, { ...options, phase: 'fetch' });
    total.objects += moved.done.length;
    total.bytes += moved.bytes;
    total.failed.push(
      ...moved.failed.map(({ what, error }) => ({ what, error })),
      ...moved.absent.map((w) => ({ what: w.what, error: notInRemote(w.what, w.hash, remote.name) })),
    );
    return new Set([...moved.failed.map((f) => f.key), ...moved.absent.map((w) => objectKey(w.hash))]);
  };
  const badTrees = await move(treeless.map((s) => ({ hash: hashOf(s), what: `${s.out.path}/` })));
  const wanted: Wanted[] = [];
  const keysOf = new Map<Selection, readonly string[]>();
  for (const s of group) {
    const hash = hashOf(s);
    if (hash.kind === 'file') {
      wanted.push({ hash, what: s.out.path });
      keysOf.set(s, [objectKey(hash)]);
      continue;
    }
    if (badTrees.has(objectKey(hash))) continue;
    try {
      const files = selectedEntries(s, cache.tree(hash) ?? []).map(
        (e): Wanted => ({ hash: { name: hash.name, hex: e.md5, kind: 'file' }, what: `${s.out.path}/${e.path}` }),
      );
      const cached = cache.look();
      wanted.push(...files.filter((w) => !cached(w.hash)));
      keysOf.set(
        s,
        files.map((w) => objectKey(w.hash)),
      );
    } catch (error) {
      total.failed.push({ what: s.out.path, error: toTracksError(error, s.out.path) });
    }
  }
  const bad = await move(wanted);
  for (const [s, keys] of keysOf) if (!keys.some((k) => bad.has(k))) total.done.push(s.out.path);
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { TracksError, toTracksError } from '../base/errors.ts';
import { Counter, type Failure, type OperationOptions, throwIfAborted } from '../base/operation.ts';
import { withWriteLock } from './lock.ts';
import { type Hash, hashOfKey, hashText, objectKey } from './objects/hash.ts';
import { sweepLeftovers } from './objects/leftovers.ts';
import { collectOuts } from './outs.ts';
import { collectStagedOuts } from './outs-at.ts';
import { outsOfScope, type Scope } from './push.ts';
import type { Repository } from './repository.ts';
import { hashWorkspace } from './workspace.ts';

export interface GcOptions extends OperationOptions, Scope {
  /** Keep what the workspace refers to. Always part of the wider scopes. */
  readonly workspace?: boolean;
  /** Say what would go and delete nothing. */
  readonly dry?: boolean;
  /** Collect a cache that other repositories may share (`cache.dir`). */
  readonly force?: boolean;
}

export interface GcResult {
  /** Hashes that went (or would go). */
  readonly removed: readonly string[];
  readonly bytes: number;
  readonly kept: number;
  /** Half-written files of processes that were killed more than a day ago; their bytes count. */
  readonly leftovers: number;
  readonly failed: readonly Failure[];
}

/**
 * Deletes cache objects that nothing in the scope refers to. What cannot be proved unreferenced stays: where a pointer of the scope
 * cannot be read, or the list of a folder's files is in no cache, nothing is deleted and the error says which. The data that lies in
 * the workspace is kept too, whatever its pointers say.
 */
export async function collectGarbage(repo: Repository, options: GcOptions): Promise<GcResult> {
  if (!(options.workspace || options.allBranches || options.allTags || options.allCommits)) {
    throw new TracksError(
      'bad-argument',
      'Say what is to be kept: the workspace, all branches, all tags or all commits.',
      {
        hint: 'tracks gc --workspace --dry shows what would go.',
      },
    );
  }
  const cache = repo.cache();
  if (cache.root !== join(repo.dvcFolder, 'cache') && options.force !== true) {
    throw new TracksError(
      'bad-argument',
      `The cache lies outside of the repository (${cache.root}): others may keep their data in it.`,
      {
        path: cache.root,
        hint: 'Where no other repository uses it, run it again with --force.',
      },
    );
  }
  return withWriteLock(repo, 'gc', [], options, async () => {
    const used = await usedKeys(repo, options);
    const unused: { readonly key: string; readonly hash: Hash; readonly size: number }[] = [];
    let kept = 0;
    for await (const entry of cache.store.list('', options)) {
      const hash = hashOfKey(entry.key);
      if (hash === undefined) continue;
      if (used.has(entry.key)) kept++;
      else unused.push({ key: entry.key, hash, size: entry.size });
    }
    const failed: Failure[] = [];
    const removed: string[] = [];
    let bytes = 0;
    const counter = new Counter('gc', options.progress, {
      files: unused.length,
      bytes: unused.reduce((s, u) => s + u.size, 0),
    });
    // Lists before files: a list that is there means that its files are.
    unused.sort((a, b) => Number(b.hash.kind === 'tree') - Number(a.hash.kind === 'tree'));
    for (const [i, object] of unused.entries()) {
      if (i % 64 === 0) throwIfAborted(options.signal);
      try {
        if (options.dry !== true) rmSync(cache.path(object.hash));
        removed.push(hashText(object.hash));
        bytes += object.size;
        counter.add(1, object.size);
      } catch (error) {
        failed.push({ what: object.key, error: toTracksError(error, object.key) });
      }
    }
    const leftovers = sweepLeftovers(cache.root, { now: repo.host.now(), dry: options.dry === true });
    return { removed, bytes: bytes + leftovers.bytes, kept, leftovers: leftovers.files, failed };
  });
}

async function usedKeys(repo: Repository, options: GcOptions): Promise<ReadonlySet<string>> {
  const scope = await outsOfScope(repo, options, options);
  // What was staged and then edited, or deleted, is in no commit and no work tree.
  const staged = await collectStagedOuts(repo, options);
  const outs = [...scope.outs, ...staged.outs];
  const faults = [
    ...scope.faults,
    ...staged.faults.map((f) => ({
      what: `${f.pointer} in the index`,
      error: new TracksError('bad-file', f.message, { path: f.pointer }),
    })),
  ];
  const fault = faults[0];
  if (fault !== undefined) {
    throw new TracksError(
      'bad-file',
      `Nothing was deleted: what ${fault.what} refers to cannot be known. ${fault.error.message}`,
      {
        path: fault.what,
        hint: 'Mend the pointer, or choose a scope without it.',
        cause: fault.error,
      },
    );
  }
  const used = new Set<string>();
  const cache = repo.cache();
  const missing = new Map<string, string>();
  for (const out of outs) {
    if (out.hash === undefined) continue;
    used.add(objectKey(out.hash));
    if (out.hash.kind === 'file') continue;
    const entries = cache.tree(out.hash);
    if (entries === undefined) {
      missing.set(hashText(out.hash), out.path);
      continue;
    }
    for (const e of entries) used.add(objectKey({ name: out.hash.name, hex: e.md5, kind: 'file' }));
  }
  for (const hex of await workspaceKeys(repo, options)) used.add(hex);
  const [first] = missing;
  // A folder none of whose objects is here refers to nothing here, but that cannot be told from one whose list alone was lost.
  if (first !== undefined) {
    throw new TracksError(
      'not-in-cache',
      `Nothing was deleted: which files ${first[1]} (${first[0]}) refers to cannot be known, its list is not in the cache.`,
      {
        path: first[1],
        hint: 'Fetch it first: tracks fetch, with --all-commits where history is to be kept.',
        details: { missing: [...missing.keys()] },
      },
    );
  }
  return used;
}

/** Objects of the data as it lies in the workspace: an edit that was added and whose pointer was then lost is kept. */
async function workspaceKeys(repo: Repository, options: OperationOptions): Promise<string[]> {
  const list = collectOuts(repo, options);
  const [unread] = list.unread ?? [];
  if (unread !== undefined) {
    throw new TracksError('no-permission', `Nothing was deleted: which pointers are in ${unread} cannot be known.`, {
      path: unread,
      hint: 'Make the folder readable, or name it in .dvcignore where it holds no pointers.',
    });
  }
  const data = await hashWorkspace(
    repo,
    list.outs.map((o) => ({ path: o.path, hashName: o.hash?.name ?? 'md5' })),
    { signal: options.signal, progress: options.progress, ignore: list.ignore },
  );
  return data.flatMap((d, i) =>
    d.files.map((f) => objectKey({ name: list.outs[i]?.hash?.name ?? 'md5', hex: f.md5, kind: 'file' })),
  );
}

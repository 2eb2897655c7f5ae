import { TracksError } from '../base/errors.ts';
import type { OperationOptions } from '../base/operation.ts';
import type { RepoPath } from '../base/paths.ts';
import { placeData } from './checkout.ts';
import { fetchSelections } from './fetch.ts';
import { withWriteLock } from './lock.ts';
import { hashText } from './objects/hash.ts';
import { collectOuts, type Out, outAt } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import { autostage, ignoreInGit, type Touched, updatePointer, writeNewPointer } from './pointers.ts';
import { recordData } from './record.ts';
import type { Repository } from './repository.ts';
import type { CheckoutResult } from './system.ts';
import { versions } from './versions.ts';

function update(out: Out): { md5: string; size?: number; nfiles?: number; isexec?: boolean } {
  if (out.hash === undefined)
    throw new TracksError('not-found', `${out.path}: that version records no content.`, { path: out.path });
  return {
    md5: hashText(out.hash),
    ...(out.size === undefined ? {} : { size: out.size }),
    ...(out.nfiles === undefined ? {} : { nfiles: out.nfiles }),
    ...(out.executable ? { isexec: true } : {}),
  };
}

/** The out that stood for a dataset at a commit, under the name it had then. */
async function outThen(repo: Repository, path: RepoPath, revision: string, options: OperationOptions): Promise<Out> {
  const { outs } = await collectOutsAt(repo, revision, options);
  const same = outAt(outs, path);
  if (same !== undefined) return same;
  const git = repo.git;
  const commit = git === undefined ? revision : await git.resolve(revision);
  // Renamed since: the history of the pointer knows the old name.
  for (let skip = 0, more = true; more; skip += 200) {
    const page = await versions(repo, path, { skip, limit: 200 }, options);
    const found = page.versions.find((v) => v.commit === commit);
    const old = found === undefined ? undefined : outAt(outs, found.path);
    if (old !== undefined) return old;
    more = page.more;
  }
  throw new TracksError('not-found', `${path} was not tracked at ${revision}.`, {
    path,
    hint: `tracks versions ${path} lists what there is.`,
  });
}

/**
 * Puts the content that a dataset (or one path inside of it) had at a commit into the workspace, and makes its pointer say so; git's
 * HEAD stays. What is not in the cache is fetched first. The pointer is written only when all of the content is in place; of one path
 * inside of a folder the pointer stays, as the folder as a whole is none of the old versions.
 */
export async function restore(
  repo: Repository,
  path: RepoPath,
  revision: string,
  options: OperationOptions & { readonly force?: boolean } = {},
): Promise<CheckoutResult> {
  const list = collectOuts(repo, options);
  const now = outAt(list.outs, path);
  const then = await outThen(repo, now?.path === undefined || now.path === path ? path : now.path, revision, options);
  if (then.hash === undefined)
    throw new TracksError('not-found', `${path}: that version records no content.`, { path });
  const home = now ?? then;
  const inside =
    path === home.path || path === home.pointer ? undefined : [path.slice(home.path.length + 1) as RepoPath];
  const selection = { out: then, ...(inside === undefined ? {} : { inside }) };
  const fetched = await fetchSelections(repo, [selection], options);
  const none = { done: [], added: [], modified: [], deleted: [], inTheWay: [] };
  if (fetched.failed.length > 0) return { ...none, failed: fetched.failed };
  return withWriteLock(repo, 'restore', [home.path], options, async () => {
    const placement = {
      path: home.path,
      hash: then.hash as NonNullable<Out['hash']>,
      executable: then.executable,
      ...(inside === undefined ? {} : { inside }),
    };
    const result = await placeData(repo, [placement], { ...options, ignore: list.ignore });
    if (result.failed.length > 0 || inside !== undefined) return result;
    if (then.hash?.name !== 'md5') {
      // DVC 2's hashes are for reading alone: the pointer says the same content by the hash of today.
      const request = { path: home.path, ...(now === undefined ? {} : { out: now }) };
      const recorded = await recordData(repo, [request], { ...options, ignore: list.ignore, store: true });
      return { ...result, failed: recorded.failed };
    }
    const touched: Touched = new Set();
    if (now === undefined) {
      if (then.stage !== undefined) return result;
      writeNewPointer(repo, then.path, update(then), touched);
    } else updatePointer(repo, now, update(then), touched);
    await ignoreInGit(repo, [home.path], touched);
    await autostage(repo, touched);
    return result;
  });
}

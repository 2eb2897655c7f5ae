import { isTracksError, TracksError } from '../base/errors.ts';
import type { Batch, Failure, OperationOptions } from '../base/operation.ts';
import type { RepoPath } from '../base/paths.ts';
import { withWriteLock } from './lock.ts';
import { collectOuts } from './outs.ts';
import { autostage, type Touched, unignoreInGit } from './pointers.ts';
import { absolute, type Repository } from './repository.ts';
import { forgetPlaced } from './state/placed.ts';
import { unlinkOut } from './unprotect.ts';
import { removeFile } from './worktree/write-file.ts';

export interface RemoveResult extends Batch<RepoPath> {
  readonly files: readonly RepoPath[];
}

/** Stops tracking: the pointer and its `.gitignore` entry go; the data stays in the workspace, as files of its own, and in the cache. */
export async function remove(
  repo: Repository,
  paths: readonly RepoPath[],
  options: OperationOptions = {},
): Promise<RemoveResult> {
  return withWriteLock(repo, 'remove', paths, options, async () => {
    const { outs, ignore } = collectOuts(repo, options);
    const touched: Touched = new Set();
    const done: RepoPath[] = [];
    const failed: Failure[] = [];
    for (const path of paths) {
      try {
        const pointers = new Set(outs.filter((o) => o.path === path || o.pointer === path).map((o) => o.pointer));
        if (pointers.size === 0) {
          throw new TracksError('not-tracked', `${path} is not tracked.`, {
            path,
            hint: 'tracks status names what is.',
          });
        }
        const mine = outs.filter((o) => pointers.has(o.pointer));
        const stage = mine.find((o) => o.stage !== undefined);
        if (stage !== undefined) {
          throw new TracksError('unsupported', `${stage.path} is made by the stage "${stage.stage}".`, {
            path,
            hint: 'Take it out of dvc.yaml by hand.',
          });
        }
        // First: what stays is the user's own from now on, and no link into a cache that will not keep it.
        const linked = (await Promise.all(mine.map((o) => unlinkOut(repo, o, { ...options, ignore })))).flatMap(
          (f) => f ?? [],
        );
        failed.push(...linked);
        if (linked.length > 0) continue;
        for (const pointer of pointers) {
          removeFile(absolute(repo, pointer));
          touched.add(pointer);
        }
        for (const out of mine) unignoreInGit(repo, out.path, touched);
        forgetPlaced(
          repo,
          mine.map((o) => o.path),
        );
        done.push(...mine.map((o) => o.path));
      } catch (error) {
        if (!isTracksError(error)) throw error;
        failed.push({ what: path, error });
      }
    }
    await autostage(repo, touched);
    return { done, failed, files: [...touched] };
  });
}

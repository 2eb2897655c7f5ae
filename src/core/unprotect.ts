import { chmodSync, copyFileSync, lstatSync, statSync } from 'node:fs';
import { TracksError, toTracksError } from '../base/errors.ts';
import { type Batch, Counter, type Failure, type OperationOptions, throwIfAborted } from '../base/operation.ts';
import type { RepoPath } from '../base/paths.ts';
import { withWriteLock } from './lock.ts';
import { collectOuts, type Out } from './outs.ts';
import { absolute, type Repository } from './repository.ts';
import { selectOuts } from './targets.ts';
import type { IgnoreText } from './workers/protocol.ts';
import { replaceFile } from './worktree/temporary.ts';

/** Makes a file one of its own, so that writing to it leaves the cache alone. True where something was done. */
function unlinkFromCache(root: string, file: string): boolean {
  const stats = lstatSync(file);
  const linked = stats.isSymbolicLink() || stats.nlink > 1;
  const writable = (0o666 & ~process.umask()) | (statSync(file).mode & 0o111);
  if (!linked) {
    if ((stats.mode & 0o200) !== 0) return false;
    chmodSync(file, writable);
    return true;
  }
  replaceFile(root, file, (temp) => {
    copyFileSync(file, temp);
    chmodSync(temp, writable);
  });
  return true;
}

/** {@link unprotect} of one dataset for a caller that holds the lock: what failed, or `undefined` where the data is not here. */
export async function unlinkOut(
  repo: Repository,
  out: Pick<Out, 'path'>,
  options: OperationOptions & {
    readonly ignore: readonly IgnoreText[];
    readonly inside?: readonly RepoPath[] | undefined;
  },
): Promise<readonly Failure[] | undefined> {
  const { inside } = options;
  const failed: Failure[] = [];
  const scan = await repo.pool.run(
    { kind: 'scan', path: absolute(repo, out.path), relative: out.path, ignore: options.ignore },
    { signal: options.signal },
  );
  if (scan.type === 'absent') return undefined;
  const files = scan.files.filter(
    (f) => inside === undefined || inside.some((p) => f.path === p || f.path.startsWith(`${p}/`)),
  );
  const counter = new Counter('unprotect', options.progress, { files: files.length });
  for (const [i, file] of files.entries()) {
    if (i % 64 === 0) throwIfAborted(options.signal);
    const path = file.path === '' ? out.path : `${out.path}/${file.path}`;
    try {
      unlinkFromCache(repo.root, absolute(repo, path));
      counter.add(1, file.size);
    } catch (error) {
      failed.push({ what: path, error: toTracksError(error, absolute(repo, path)) });
    }
  }
  return failed;
}

/** Makes files that are links into the cache (hardlink, symlink) ordinary ones that can be edited. */
export async function unprotect(
  repo: Repository,
  paths: readonly RepoPath[],
  options: OperationOptions = {},
): Promise<Batch<string>> {
  return withWriteLock(repo, 'unprotect', paths, options, async () => {
    const list = collectOuts(repo, options);
    const done: string[] = [];
    const failed: Failure[] = [];
    for (const { out, inside } of selectOuts(list.outs, paths)) {
      const result = await unlinkOut(repo, out, { ...options, ignore: list.ignore, inside });
      if (result === undefined) {
        failed.push({
          what: out.path,
          error: new TracksError('not-found', `${out.path} is not here.`, {
            path: out.path,
            hint: `Get it: tracks checkout ${out.path}`,
          }),
        });
        continue;
      }
      failed.push(...result);
      if (result.length === 0) done.push(out.path);
    }
    return { done, failed };
  });
}

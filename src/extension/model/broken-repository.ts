import type { AbsPath } from '../../base/paths.ts';
import type { VersionedRepository } from '../../core/system.ts';

/** Stands for a repository that could not be opened: every call rejects with the reason, so that the views can show it. */
export function brokenRepository(root: AbsPath, reason: unknown): VersionedRepository {
  const fail = async (): Promise<never> => {
    throw reason;
  };
  return {
    system: 'dvc',
    root,
    gitRoot: undefined,
    datasets: fail,
    versions: fail,
    entries: fail,
    entry: fail,
    content: fail,
    status: fail,
    diff: fail,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

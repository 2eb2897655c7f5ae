import { isTracksError } from '../base/errors.ts';
import { withWriteLock } from './lock.ts';
import { collectOuts } from './outs.ts';
import { type RecordResult, recordData } from './record.ts';
import type { Repository } from './repository.ts';
import type { TargetOptions } from './system.ts';
import { selectOuts } from './targets.ts';

/**
 * Records the data of tracked datasets as it is in the workspace. Without targets, datasets that are not here are left as they are;
 * with targets they fail with `not-found`.
 */
export async function commit(repo: Repository, options: TargetOptions = {}): Promise<RecordResult> {
  return withWriteLock(repo, 'commit', options.targets ?? [], options, async () => {
    const list = collectOuts(repo, options);
    const chosen = selectOuts(list.outs, options.targets);
    const requests = chosen.map((s) => ({
      path: s.out.path,
      out: s.out,
      ...(s.inside === undefined ? {} : { inside: s.inside }),
    }));
    const result = await recordData(repo, requests, { ...options, ignore: list.ignore, store: true });
    const named = options.targets !== undefined && options.targets.length > 0;
    return named ? result : { ...result, failed: result.failed.filter((f) => !isTracksError(f.error, 'not-found')) };
  });
}

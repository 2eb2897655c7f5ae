import { restore } from '../../core/restore.ts';
import type { Cli } from '../cli.ts';
import { changedNothing, placedJson, placedLines } from '../placed.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const [path = '', revision = ''] = input.positionals;
    const result = await restore(repo, here.path(path), revision, {
      force: input.flag('force'),
      signal: cli.signal,
      progress: cli.progress,
    });
    const lines = placedLines(cli, here, result);
    const done = result.failed.length === 0;
    return report(cli, here, {
      batch: result,
      more: placedJson(result),
      lines:
        done && changedNothing(result)
          ? [`${here.shown(here.path(path))} is as it was at ${revision} already.`]
          : done
            ? [...lines, `Restored from ${revision}. git log is as it was; tracks status says what differs from it.`]
            : lines,
    });
  });
}

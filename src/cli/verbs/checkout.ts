import { checkout } from '../../core/checkout.ts';
import type { Cli } from '../cli.ts';
import { changedNothing, placedJson, placedLines } from '../placed.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const targets = here.targets(input.positionals);
    const relink = input.flag('relink');
    const result = await checkout(repo, {
      ...(targets === undefined ? {} : { targets }),
      force: input.flag('force'),
      relink,
      allowMissing: input.flag('allow-missing'),
      signal: cli.signal,
      progress: cli.progress,
    });
    const lines = placedLines(cli, here, result);
    const nothing = changedNothing(result) && result.failed.length === 0;
    return report(cli, here, {
      batch: result,
      more: placedJson(result),
      lines: nothing ? [relink ? 'Linked anew.' : 'All is in place.'] : lines,
    });
  });
}

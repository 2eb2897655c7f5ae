import { pull } from '../../core/pull.ts';
import type { Cli } from '../cli.ts';
import { changedNothing, placedJson, placedLines } from '../placed.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { amountMoved, transferOptions } from './transferred.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const result = await pull(repo, {
      ...transferOptions(cli, here, input),
      force: input.flag('force'),
      allowMissing: input.flag('allow-missing'),
    });
    const { objects, bytes, failed, checkout } = result;
    const nothing = objects === 0 && failed.length === 0 && changedNothing(checkout);
    return report(cli, here, {
      batch: { done: checkout.done, failed },
      more: { objects, bytes, ...placedJson(checkout) },
      lines: nothing
        ? ['Everything is in place.']
        : [...placedLines(cli, here, checkout), amountMoved('Fetched', result)],
    });
  });
}

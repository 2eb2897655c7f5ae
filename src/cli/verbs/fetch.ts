import { fetch } from '../../core/fetch.ts';
import type { Cli } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { amountMoved, transferOptions } from './transferred.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const revision = input.text('rev');
    const result = await fetch(repo, {
      ...transferOptions(cli, here, input),
      ...(revision === undefined ? {} : { revision }),
    });
    const { objects, bytes, failed } = result;
    const nothing = objects === 0 && failed.length === 0;
    return report(cli, here, {
      batch: result,
      more: { objects, bytes },
      lines: [nothing ? 'Everything is in the cache.' : amountMoved('Fetched', result)],
    });
  });
}

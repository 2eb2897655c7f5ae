import { removeRemote } from '../../core/remote.ts';
import type { Cli } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { levelOption } from './levels.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const [name = ''] = input.positionals;
    removeRemote(repo, name, levelOption(input));
    return report(cli, here, {
      batch: { done: [name], failed: [] },
      lines: [`The remote ${name} was taken out of the config. The data on it is still there.`],
    });
  });
}

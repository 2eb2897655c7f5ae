import { addRemote } from '../../core/remote.ts';
import type { Cli } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { levelOption } from './levels.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const [name = '', url = ''] = input.positionals;
    const isDefault = input.flag('default');
    addRemote(repo, name, url, {
      ...levelOption(input),
      default: isDefault,
      force: input.flag('force'),
      from: cli.cwd,
    });
    return report(cli, here, {
      batch: { done: [name], failed: [] },
      lines: [isDefault ? `${name} is the default remote now.` : `The remote ${name} was added.`],
    });
  });
}

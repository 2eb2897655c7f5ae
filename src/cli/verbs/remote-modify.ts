import { modifyRemote } from '../../core/remote.ts';
import { type Cli, usageError } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { levelOption } from './levels.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const [name = '', option = '', value] = input.positionals;
    const unset = input.flag('unset');
    if (unset && value !== undefined) throw usageError('--unset takes no value.');
    if (!unset && value === undefined) throw usageError('tracks remote modify needs VALUE, or --unset.');
    modifyRemote(repo, name, option, value, { ...levelOption(input), from: cli.cwd });
    return report(cli, here, {
      batch: { done: [name], failed: [] },
      lines: [unset ? `${name}: ${option} was taken out.` : `${name}: ${option} was set.`],
    });
  });
}

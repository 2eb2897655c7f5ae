import { getConfig } from '../../core/config.ts';
import { setDefaultRemote } from '../../core/remote.ts';
import { type Cli, printJson, say, usageError } from '../cli.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { chosenLevel, levelOption } from './levels.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (_here, repo) => {
    const [name] = input.positionals;
    if (input.flag('unset')) {
      if (name !== undefined) throw usageError('--unset takes no name.');
      setDefaultRemote(repo, undefined, levelOption(input));
      if (cli.json) printJson(cli, { name: getConfig(repo, 'core.remote') ?? null });
      say(cli, 'There is no default remote any more.');
      return 0;
    }
    if (name !== undefined) {
      setDefaultRemote(repo, name, levelOption(input));
      if (cli.json) printJson(cli, { name });
      say(cli, `${name} is the default remote now.`);
      return 0;
    }
    const found = getConfig(repo, 'core.remote', chosenLevel(input));
    if (cli.json) printJson(cli, { name: found ?? null });
    else say(cli, found ?? 'There is no default remote.');
    return found === undefined ? 1 : 0;
  });
}

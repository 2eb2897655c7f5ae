import { listRemotes } from '../../core/remote.ts';
import { type Cli, printJson, say } from '../cli.ts';
import { withRepository } from '../repository.ts';
import { table } from '../style.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (_here, repo) => {
    const remotes = listRemotes(repo);
    if (cli.json) printJson(cli, remotes);
    else if (remotes.length === 0) say(cli, 'There is no remote. Add one: tracks remote add -d NAME URL');
    for (const line of table(
      remotes.map((r) => [
        r.default ? cli.style.green(r.name) : r.name,
        r.url,
        [r.default ? '(default)' : '', r.supported ? '' : '(cannot be opened yet)'].join(' ').trim(),
      ]),
    ))
      say(cli, line);
    return 0;
  });
}

import { initRepository } from '../../core/init.ts';
import { type Cli, printJson, say } from '../cli.ts';
import type { Input } from '../verb.ts';

export async function run(cli: Cli, input: Input): Promise<number> {
  const noScm = input.flag('no-scm');
  const { files } = await initRepository(cli.cwd, {
    subdir: input.flag('subdir'),
    noScm,
    force: input.flag('force'),
  });
  if (cli.json) printJson(cli, { done: [cli.cwd], failed: [], files });
  say(cli, `${cli.cwd} is a repository for data now.`);
  say(cli, noScm ? 'Next: tracks add PATH' : 'Next: git commit -m "Start Data Tracks", then tracks add PATH');
  return 0;
}

import { unprotect } from '../../core/unprotect.ts';
import type { Cli } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const targets = here.targets(input.positionals) ?? [];
    const result = await unprotect(repo, targets, { signal: cli.signal, progress: cli.progress });
    const { done } = result;
    return report(cli, here, {
      batch: result,
      lines: done.length === 0 ? [] : [`Can be edited: ${done.map(here.shown).join(', ')}`],
    });
  });
}

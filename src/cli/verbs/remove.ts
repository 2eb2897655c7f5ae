import { remove } from '../../core/remove.ts';
import type { Cli } from '../cli.ts';
import { gitLines, report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const result = await remove(repo, input.positionals.map(here.path), { signal: cli.signal, progress: cli.progress });
    const { done, files } = result;
    return report(cli, here, {
      batch: result,
      more: { files },
      lines:
        done.length === 0
          ? []
          : [`Not tracked any more: ${done.map(here.shown).join(', ')}`, ...(await gitLines(here, files))],
    });
  });
}

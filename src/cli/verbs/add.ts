import { plural } from '../../base/format.ts';
import { add } from '../../core/add.ts';
import type { Cli } from '../cli.ts';
import { gitLines, report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const desc = input.text('desc');
    const type = input.text('type');
    const labels = input.list('label').flatMap((l) => l.split(','));
    const result = await add(repo, input.positionals.map(here.path), {
      glob: input.flag('glob'),
      commit: !input.flag('no-commit'),
      ...(desc === undefined ? {} : { desc }),
      ...(type === undefined ? {} : { type }),
      ...(labels.length === 0 ? {} : { labels }),
      signal: cli.signal,
      progress: cli.progress,
    });
    const { done, files } = result;
    const shown = done.length > 10 ? plural(done.length, 'dataset') : done.map(here.shown).join(', ');
    return report(cli, here, {
      batch: result,
      more: { files },
      lines: done.length === 0 ? [] : [`Tracked: ${shown}`, ...(await gitLines(here, files))],
    });
  });
}

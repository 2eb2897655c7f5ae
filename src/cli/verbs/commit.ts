import { commit } from '../../core/commit.ts';
import type { Cli } from '../cli.ts';
import { gitLines, report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const targets = here.targets(input.positionals);
    const result = await commit(repo, {
      ...(targets === undefined ? {} : { targets }),
      signal: cli.signal,
      progress: cli.progress,
    });
    const { files } = result;
    const pointers = files.filter((f) => !/(^|\/)\.gitignore$/.test(f));
    return report(cli, here, {
      batch: result,
      more: { files },
      lines:
        pointers.length > 0
          ? [`Recorded: ${pointers.map(here.shown).join(', ')}`, ...(await gitLines(here, files))]
          : result.failed.length === 0
            ? ['Nothing has changed.']
            : [],
    });
  });
}

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { repoBasename } from '../../base/paths.ts';
import { move } from '../../core/move.ts';
import type { Cli } from '../cli.ts';
import { gitLines, report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const [from = '', to = ''] = input.positionals;
    const source = here.path(from);
    // The root has no path of its own, and `data/` says that a folder is meant though it is not there yet.
    const target = resolve(cli.cwd, to);
    const into = /[\\/]$/.test(to) && statSync(target, { throwIfNoEntry: false }) === undefined;
    const isRoot = target === repo.root;
    const name = repoBasename(source).replace(/\.dvc$/, '');
    const { path, files } = await move(repo, source, here.path(into || isRoot ? `${target}/${name}` : target), {
      signal: cli.signal,
      progress: cli.progress,
    });
    return report(cli, here, {
      batch: { done: [source], failed: [] },
      more: { path, files },
      lines: [`Moved: ${here.shown(source)} → ${here.shown(path)}`, ...(await gitLines(here, files))],
    });
  });
}

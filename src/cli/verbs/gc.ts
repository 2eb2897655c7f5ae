import { formatBytes, formatCount, plural } from '../../base/format.ts';
import { collectGarbage, type GcResult } from '../../core/gc.ts';
import { type Cli, usageError } from '../cli.ts';
import { report } from '../report.ts';
import { type Here, withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

function amount(result: GcResult): string {
  return `${plural(result.removed.length, 'object')} (${formatBytes(result.bytes)})`;
}

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const force = input.flag('force');
    const dry = input.flag('dry');
    const collect = (options: { readonly dry: boolean }): Promise<GcResult> =>
      collectGarbage(repo, {
        ...options,
        workspace: input.flag('workspace'),
        allBranches: input.flag('all-branches'),
        allTags: input.flag('all-tags'),
        allCommits: input.flag('all-commits'),
        force,
        signal: cli.signal,
        progress: cli.progress,
      });
    if (dry) {
      const found = await collect({ dry: true });
      return finish(cli, here, found, `Would delete ${amount(found)} and keep ${formatCount(found.kept)}.`, true);
    }
    if (!force) {
      // Looks first: wrong options are an error whether somebody can be asked or not.
      const found = await collect({ dry: true });
      if (found.removed.length === 0) return finish(cli, here, found, 'Nothing to delete.', false);
      if (cli.ask === undefined) {
        throw usageError(
          `${amount(found)} would be deleted, and there is no terminal to ask for a yes. Nothing was done.`,
          'Say --force to go on without a question, or --dry to see what would go.',
        );
      }
      cli.clearProgress();
      const yes = await cli.ask(`Delete ${amount(found)} from the cache? This cannot be undone.`);
      if (!yes) {
        cli.note('Nothing was deleted.');
        return 1;
      }
    }
    const result = await collect({ dry: false });
    return finish(cli, here, result, `Deleted ${amount(result)}, kept ${formatCount(result.kept)}.`, false);
  });
}

function finish(cli: Cli, here: Here, result: GcResult, line: string, dry: boolean): number {
  const { removed, failed, bytes, kept } = result;
  return report(cli, here, { batch: { done: removed, failed }, more: { bytes, kept, dry }, lines: [line] });
}

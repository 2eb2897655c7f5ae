import { status } from '../../core/status.ts';
import type { Changes, RepositoryStatus } from '../../core/system.ts';
import { type Cli, printJson } from '../cli.ts';
import { type Here, withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { printStatus } from './status-text.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const targets = here.targets(input.positionals);
    const remoteName = input.text('remote');
    const found = await status(repo, {
      ...(targets === undefined ? {} : { targets }),
      ...(remoteName === undefined ? {} : { remoteName }),
      remote: input.flag('not-in-remote') || remoteName !== undefined,
      untracked: input.text('untracked-files') === 'all',
      unchanged: input.flag('unchanged'),
      signal: cli.signal,
      progress: cli.progress,
    });
    if (cli.json) printJson(cli, statusJson(found, here));
    else if (!cli.quiet) printStatus(cli, here, found, input.flag('granular'));
    for (const fault of found.faults) {
      cli.note(`${cli.noteStyle.red('tracks:')} ${fault.message}`);
      if (fault.conflict) cli.note('  Choose a side with git, or edit the file, then git add it.');
    }
    if (found.faults.length > 0) return 1;
    return differs(found) && (cli.quiet || input.flag('exit-code')) ? 1 : 0;
  });
}

function differs(found: RepositoryStatus): boolean {
  const any = (c: Changes): boolean => c.added.length + c.deleted.length + c.modified.length + c.renamed.length > 0;
  return (
    any(found.committed) ||
    any(found.uncommitted) ||
    found.unknown.length + found.notInCache.length + found.notInRemote.length + found.untracked.length > 0
  );
}

/** What `dvc data status --granular --json` prints: keys without content are left out. */
function statusJson(found: RepositoryStatus, here: Here): Record<string, unknown> {
  const paths = (list: readonly { readonly path: string }[]): string[] => list.map((c) => c.path);
  const divided = (c: Changes, unknown: readonly string[]): Record<string, unknown> =>
    compact({
      modified: paths(c.modified),
      added: paths(c.added),
      deleted: paths(c.deleted),
      renamed: c.renamed.map((r) => ({ old: r.old, new: r.new })),
      unknown,
    });
  return compact({
    not_in_cache: found.notInCache,
    not_in_remote: found.notInRemote,
    committed: divided(found.committed, []),
    uncommitted: divided(found.uncommitted, found.unknown),
    // Alone of all, DVC has these as seen from the current folder.
    untracked: found.untracked.map(here.shown),
    unchanged: found.unchanged,
  });
}

function compact(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(([, v]) =>
      Array.isArray(v) ? v.length > 0 : typeof v === 'object' && v !== null && Object.keys(v).length > 0,
    ),
  );
}

import { formatBytes, plural } from '../../base/format.ts';
import type { OperationOptions } from '../../base/operation.ts';
import type { RepoPath } from '../../base/paths.ts';
import type { Scope } from '../../core/push.ts';
import type { RemoteChoice, TransferResult } from '../../core/system.ts';
import type { Cli } from '../cli.ts';
import type { Here } from '../repository.ts';
import type { Input } from '../verb.ts';

/** What push, fetch and pull have in common. */
export function transferOptions(
  cli: Cli,
  here: Here,
  input: Input,
): OperationOptions & RemoteChoice & Scope & { readonly targets?: readonly RepoPath[] } {
  const targets = here.targets(input.positionals);
  const remote = input.text('remote');
  return {
    ...(targets === undefined ? {} : { targets }),
    ...(remote === undefined ? {} : { remote }),
    allBranches: input.flag('all-branches'),
    allTags: input.flag('all-tags'),
    allCommits: input.flag('all-commits'),
    signal: cli.signal,
    progress: cli.progress,
  };
}

/** `Pushed 12 objects, 3.1 MB.` */
export function amountMoved(verb: string, { objects, bytes }: TransferResult): string {
  return `${verb} ${plural(objects, 'object')}, ${formatBytes(bytes)}.`;
}

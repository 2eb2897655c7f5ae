import { resolve } from 'node:path';
import { formatBytes } from '../../base/format.ts';
import type { RepoFolder } from '../../base/paths.ts';
import { type ListEntry, ls } from '../../core/ls.ts';
import { type Cli, printJson, say } from '../cli.ts';
import { printFailures } from '../errors.ts';
import { withRepository } from '../repository.ts';
import { table } from '../style.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const word = input.positionals[0] ?? '.';
    const folder: RepoFolder = resolve(cli.cwd, word) === repo.root ? '' : here.path(word);
    const { entries, failed } = await ls(repo, folder, {
      revision: input.text('rev'),
      recursive: input.flag('recursive'),
      dvcOnly: input.flag('dvc-only'),
      signal: cli.signal,
      progress: cli.progress,
    });
    if (cli.json) printJson(cli, entries);
    else if (!cli.quiet && entries.length > 0) cli.out(`${lines(cli, input, entries).join('\n')}\n`);
    if (entries.length === 0 && failed.length === 0) say(cli, cli.style.dim('(nothing)'));
    printFailures(cli, failed, here.shown);
    return failed.length > 0 ? 1 : 0;
  });
}

function lines(cli: Cli, input: Input, entries: readonly ListEntry[]): string[] {
  const size = input.flag('size');
  const hash = input.flag('show-hash');
  const { bold, cyan, dim } = cli.style;
  const name = (e: ListEntry): string => {
    const text = e.isdir ? `${e.path}/` : e.path;
    return e.isout ? (e.isdir ? bold(cyan(text)) : cyan(text)) : e.isdir ? bold(text) : text;
  };
  if (!size && !hash) return entries.map(name);
  return table(
    entries.map((e) => [
      ...(size ? [e.size === null || (e.isdir && !e.isout) ? '' : formatBytes(e.size)] : []),
      ...(hash ? [dim(e.md5 ?? '-')] : []),
      name(e),
    ]),
    new Set(size ? [0] : []),
  );
}

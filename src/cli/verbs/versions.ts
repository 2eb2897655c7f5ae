import { formatAge, formatBytes, formatCount } from '../../base/format.ts';
import type { DatasetVersion, FileCounts } from '../../core/system.ts';
import { versions } from '../../core/versions.ts';
import { type Cli, printJson, say } from '../cli.ts';
import { withRepository } from '../repository.ts';
import { table } from '../style.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const path = here.path(input.positionals[0] ?? '');
    const skip = input.number('skip') ?? 0;
    const page = await versions(
      repo,
      path,
      { skip, limit: input.number('number') ?? 20 },
      { remote: input.flag('remote'), signal: cli.signal },
    );
    if (cli.json) {
      printJson(cli, page);
      return 0;
    }
    const now = repo.host.now();
    if (page.versions.length === 0) {
      say(cli, skip === 0 ? 'No commit holds it yet. Commit its pointer with git.' : 'There are no more.');
    }
    for (const line of table(
      page.versions.map((v) => row(cli, v, now)),
      new Set([3, 4]),
    ))
      say(cli, line);
    if (page.more) {
      const next = skip + page.versions.length;
      say(cli, cli.style.dim(`… more: tracks versions ${input.positionals[0]} --skip ${next}`));
    }
    return 0;
  });
}

function row(cli: Cli, v: DatasetVersion, now: number): string[] {
  const { yellow, green, dim, cyan } = cli.style;
  const marks = [
    ...(v.current ? [green('here')] : []),
    ...(v.inCache ? ['cache'] : []),
    ...(v.onRemote === true ? ['remote'] : []),
  ];
  return [
    yellow(v.commit.slice(0, 7)),
    formatAge(now - v.time),
    v.author,
    v.change === 'modified' || v.filesDelta === undefined ? filesText(v.filesDelta) : v.change,
    bytesText(v.bytesDelta),
    marks.length > 0 ? marks.join(',') : dim('-'),
    `${v.refs.length > 0 ? `${cyan(`(${v.refs.join(', ')})`)} ` : ''}${v.subject}`,
  ];
}

/** `+3 −1 ~2`: added, deleted, modified. */
function filesText(delta: FileCounts | undefined): string {
  if (delta === undefined) return '';
  const part = (sign: string, n: number): string[] => (n === 0 ? [] : [`${sign}${formatCount(n)}`]);
  return [
    ...part('+', delta.added),
    ...part('−', delta.deleted),
    ...part('~', delta.modified),
    ...part('→', delta.renamed),
  ].join(' ');
}

function bytesText(delta: number | undefined): string {
  if (delta === undefined) return '';
  return delta === 0 ? '±0' : `${delta > 0 ? '+' : ''}${formatBytes(delta)}`;
}

import { compareCodePoints } from '../../base/paths.ts';
import { type Diff, diff } from '../../core/diff.ts';
import type { PathChange } from '../../core/system.ts';
import { type Cli, printJson, say } from '../cli.ts';
import { type Here, withRepository } from '../repository.ts';
import type { Style } from '../style.ts';
import type { Input } from '../verb.ts';

type Group = 'added' | 'deleted' | 'modified' | 'renamed' | 'not in cache';
type Row = Readonly<{ path: string | { old: string; new: string }; hash?: unknown }>;

const none: Diff = { added: [], deleted: [], modified: [], renamed: [], notInCache: [] };

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const [from = 'HEAD', to] = input.positionals;
    const targets = here.targets(input.list('targets'));
    const unborn = repo.git !== undefined && (await repo.git.head()).commit === undefined;
    const options = { signal: cli.signal, progress: cli.progress, ...(targets === undefined ? {} : { targets }) };
    const found = unborn ? none : await diff(repo, from, to, options);
    const withMissing = to === undefined && !input.flag('hide-missing');
    if (cli.json) printJson(cli, diffJson(found, withMissing, input.flag('show-hash')));
    else if (!cli.quiet) print(cli, here, input, found, withMissing);
    const differs = groups(found, withMissing).some(([name, rows]) => name !== 'not in cache' && rows.length > 0);
    return differs && (cli.quiet || input.flag('exit-code')) ? 1 : 0;
  });
}

function groups(found: Diff, withMissing: boolean): readonly (readonly [Group, readonly Row[]])[] {
  const one =
    (side: 'oldHash' | 'newHash') =>
    (c: PathChange): Row => ({ path: c.path, hash: c[side] ?? null });
  const all: (readonly [Group, readonly Row[]])[] = [
    ['added', found.added.map(one('newHash'))],
    ['deleted', found.deleted.map(one('oldHash'))],
    [
      'modified',
      found.modified.map((c) => ({ path: c.path, hash: { old: c.oldHash ?? null, new: c.newHash ?? null } })),
    ],
    ['renamed', found.renamed.map((r) => ({ path: { old: r.old, new: r.new }, hash: r.hash ?? null }))],
    ...(withMissing ? [['not in cache', found.notInCache.map(one('oldHash'))] as const] : []),
  ];
  const key = ({ path }: Row): string => (typeof path === 'string' ? path : path.old);
  return all.map(([name, rows]) => [name, [...rows].sort((a, b) => compareCodePoints(key(a), key(b)))]);
}

/** What `dvc diff --json` prints. */
function diffJson(found: Diff, withMissing: boolean, showHash: boolean): Record<string, unknown> {
  // DVC leaves all keys out where there is nothing at all, before it hides what is missing.
  if (groups(found, true).every(([, rows]) => rows.length === 0)) return {};
  return Object.fromEntries(
    groups(found, withMissing).map(([name, rows]) => [name, showHash ? rows : rows.map(({ path }) => ({ path }))]),
  );
}

const order: readonly Group[] = ['added', 'deleted', 'renamed', 'modified', 'not in cache'];
const colors: Readonly<Record<Group, keyof Style>> = {
  added: 'green',
  deleted: 'red',
  renamed: 'green',
  modified: 'yellow',
  'not in cache': 'yellow',
};

function print(cli: Cli, here: Here, input: Input, found: Diff, withMissing: boolean): void {
  const byName = new Map(groups(found, withMissing));
  const shown = order.flatMap((name) => {
    const rows = byName.get(name) ?? [];
    return rows.length === 0 ? [] : [{ name, rows }];
  });
  const pathText = ({ path }: Row): string =>
    typeof path === 'string' ? here.shown(path) : `${here.shown(path.old)} → ${here.shown(path.new)}`;
  const showHash = input.flag('show-hash');
  if (input.flag('md')) {
    printMarkdown(
      cli,
      ['Status', ...(showHash ? ['Hash'] : []), 'Path'],
      shown.flatMap(({ name, rows }) =>
        rows.map((r) => [name, ...(showHash ? [digest(r.hash)] : []), pathText(r).replaceAll('|', '\\|')]),
      ),
    );
    return;
  }
  if (shown.length === 0) say(cli, 'No changes.');
  for (const { name, rows } of shown) {
    say(cli, cli.style[colors[name]](`${name.charAt(0).toUpperCase()}${name.slice(1)}:`));
    for (const r of rows) say(cli, `    ${showHash ? `${digest(r.hash)}  ` : ''}${pathText(r)}`);
    say(cli, '');
  }
  const counts = shown.map(({ name, rows }) => {
    const files = rows.filter((r) => !(typeof r.path === 'string' ? r.path : r.path.new).endsWith('/')).length;
    return files === 0 ? undefined : `${files} ${name}`;
  });
  const summary = counts.filter((c) => c !== undefined).join(', ');
  if (summary !== '') say(cli, `Files: ${summary}`);
}

/** The first eight digits, of both sides where there are two. */
function digest(hash: unknown): string {
  if (typeof hash === 'string') return hash.slice(0, 8);
  if (typeof hash !== 'object' || hash === null) return '-';
  return Object.values(hash)
    .map((h) => (typeof h === 'string' ? h.slice(0, 8) : '-'))
    .join('..');
}

function printMarkdown(cli: Cli, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  say(cli, line(head));
  say(cli, `|${widths.map((w) => '-'.repeat(w + 2)).join('|')}|`);
  for (const row of rows) say(cli, line(row));
}

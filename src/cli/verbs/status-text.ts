import { formatCount, plural } from '../../base/format.ts';
import type { Changes, RepositoryStatus } from '../../core/system.ts';
import type { Cli } from '../cli.ts';
import type { Here } from '../repository.ts';
import type { Style } from '../style.ts';

interface Row {
  readonly state: string;
  readonly path: string;
  readonly old?: string;
}

interface Group {
  readonly title: string;
  readonly hints: readonly string[];
  readonly color: keyof Style;
  readonly lines: readonly string[];
}

function rows(changes: Changes, unknown: readonly string[]): Row[] {
  const of = (state: string, list: readonly { readonly path: string }[]): Row[] =>
    list.map(({ path }) => ({ state, path }));
  return [
    ...of('modified', changes.modified),
    ...changes.renamed.map((r) => ({ state: 'renamed', path: r.new, old: r.old })),
    ...of('added', changes.added),
    ...of('deleted', changes.deleted),
    ...unknown.map((path) => ({ state: 'unknown', path })),
  ];
}

/** The folder dataset among the rows that a path lies in. */
function folderOf(path: string, folders: ReadonlySet<string>): string | undefined {
  for (let at = path.lastIndexOf('/', path.length - 2); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const folder = path.slice(0, at + 1);
    if (folders.has(folder)) return folder;
  }
  return undefined;
}

/** `modified  covers/  (3 added, 1 deleted)`: the files of a folder are counted, unless `granular`. */
function lines(all: readonly Row[], here: Here, granular: boolean): string[] {
  const folders = new Set(all.filter((r) => r.path.endsWith('/')).map((r) => r.path));
  const inside = new Map<string, Map<string, number>>();
  const shown = all.filter((row) => {
    const folder = granular ? undefined : folderOf(row.path, folders);
    if (folder === undefined) return true;
    const counts = inside.get(folder) ?? new Map<string, number>();
    counts.set(row.state, (counts.get(row.state) ?? 0) + 1);
    inside.set(folder, counts);
    return false;
  });
  return shown.map(({ state, path, old }) => {
    const counts = inside.get(path);
    const single = counts?.size === 1 ? counts.get(state) : undefined;
    const text =
      counts === undefined
        ? ''
        : single !== undefined && state !== 'modified'
          ? `  (${plural(single, 'file')})`
          : `  (${[...counts].map(([s, n]) => `${formatCount(n)} ${s}`).join(', ')})`;
    return `${state.padEnd(9)} ${old === undefined ? '' : `${here.shown(old)} → `}${here.shown(path)}${text}`;
  });
}

/** Paths that say only where something is not: files below a folder that is listed are counted too. */
function plain(paths: readonly string[], here: Here, granular: boolean): string[] {
  const folders = new Set(paths.filter((p) => p.endsWith('/')));
  const counts = new Map<string, number>();
  const shown = paths.filter((path) => {
    const folder = granular ? undefined : folderOf(path, folders);
    if (folder !== undefined) counts.set(folder, (counts.get(folder) ?? 0) + 1);
    return folder === undefined;
  });
  return shown.map((path) => {
    const count = counts.get(path);
    return `${here.shown(path)}${count === undefined ? '' : `  (${plural(count, 'file')})`}`;
  });
}

export function printStatus(cli: Cli, here: Here, found: RepositoryStatus, granular: boolean): void {
  // What is neither here nor in the cache was not deleted: it was never pulled.
  const absent = new Set(found.notInCache);
  const notPulled = new Set(found.uncommitted.deleted.map((c) => c.path).filter((path) => absent.has(path)));
  const changed = { ...found.uncommitted, deleted: found.uncommitted.deleted.filter((c) => !notPulled.has(c.path)) };
  const groups: readonly Group[] = [
    {
      title: 'Not pulled',
      hints: ['get it: tracks pull PATH…'],
      color: 'red',
      lines: plain([...notPulled], here, granular),
    },
    {
      title: 'Here, and not in the cache',
      hints: ['put it there: tracks commit PATH…', 'or get it from the remote: tracks fetch PATH…'],
      color: 'red',
      lines: plain(
        found.notInCache.filter((path) => !notPulled.has(path)),
        here,
        granular,
      ),
    },
    {
      title: 'Not on the remote',
      hints: ['share it: tracks push PATH…'],
      color: 'red',
      lines: plain(found.notInRemote, here, granular),
    },
    {
      title: 'Recorded, and not in git yet',
      hints: ['commit the pointers: git add, git commit'],
      color: 'green',
      lines: lines(rows(found.committed, []), here, granular),
    },
    {
      title: 'Changed, and not recorded',
      hints: ['record it: tracks commit PATH…', 'give it up: tracks checkout --force PATH…'],
      color: 'yellow',
      lines: lines(rows(changed, found.unknown), here, granular),
    },
    {
      title: 'Untracked',
      hints: ['track data: tracks add PATH…', 'track code: git add PATH…'],
      color: 'cyan',
      lines: plain(found.untracked, here, granular),
    },
    { title: 'Unchanged', hints: [], color: 'dim', lines: plain(found.unchanged, here, granular) },
  ];
  const shown = groups.filter((g) => g.lines.length > 0);
  if (shown.length === 0 && found.faults.length === 0) cli.out('No changes.\n');
  const text = shown.map(
    ({ title, hints, color, lines: own }) =>
      `${title}:\n${hints.map((h) => `  (${h})\n`).join('')}${own.map((l) => `        ${cli.style[color](l)}\n`).join('')}`,
  );
  cli.out(text.join('\n'));
}

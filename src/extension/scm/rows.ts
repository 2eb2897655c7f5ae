import type { RepoPath } from '../../base/paths.ts';
import type { Changes, Dataset, FileCounts } from '../../core/system.ts';
import { countsWords } from '../views/states.ts';

/** One dataset with what changed in it. */
export interface ChangeRow {
  readonly dataset: Dataset;
  readonly change: 'added' | 'deleted' | 'modified' | 'renamed';
  /** The changed files inside; absent for a dataset that is one file, or whose files are not known. */
  readonly inside?: FileCounts;
  /** The name before, where the whole dataset was renamed. */
  readonly renamedFrom?: string;
}

type Change = ChangeRow['change'];

/** One row a dataset, by path. `find` gives the dataset that a path is, or lies in. */
export function changeRows(changes: Changes, find: (path: RepoPath) => Dataset | undefined): readonly ChangeRow[] {
  const rows = new Map<string, { dataset: Dataset; own?: Change; from?: string; counts: Record<Change, number> }>();
  const note = (text: string, change: Change, from?: string): void => {
    const path = text.replace(/\/$/, '') as RepoPath;
    const dataset = find(path);
    if (dataset === undefined) return;
    let row = rows.get(dataset.path);
    if (row === undefined) {
      row = { dataset, counts: { added: 0, deleted: 0, modified: 0, renamed: 0 } };
      rows.set(dataset.path, row);
    }
    if (path !== dataset.path) row.counts[change]++;
    else {
      row.own = change;
      if (from !== undefined) row.from = from.replace(/\/$/, '');
    }
  };
  for (const { path } of changes.modified) note(path, 'modified');
  for (const { path } of changes.added) note(path, 'added');
  for (const { path } of changes.deleted) note(path, 'deleted');
  for (const { old, new: now } of changes.renamed) note(now, 'renamed', old);
  return [...rows.values()]
    .map(({ dataset, own, from, counts }): ChangeRow => {
      const some = counts.added + counts.deleted + counts.modified + counts.renamed > 0;
      return {
        dataset,
        change: own ?? 'modified',
        ...(some ? { inside: counts } : {}),
        ...(from === undefined ? {} : { renamedFrom: from }),
      };
    })
    .sort((a, b) => (a.dataset.path < b.dataset.path ? -1 : 1));
}

/** `Modified: 12 added, 3 deleted inside` */
export function rowTooltip(row: ChangeRow): string {
  const word = `${row.change.charAt(0).toUpperCase()}${row.change.slice(1)}`;
  const from = row.renamedFrom === undefined ? '' : ` from ${row.renamedFrom}`;
  const inside = countsWords(row.inside);
  return `${row.dataset.path}: ${word}${from}${inside === '' ? '' : ` (${inside} inside)`}`;
}

import type { Diff } from '../../src/core/diff.ts';
import type { Changes, PathChange, RepositoryStatus } from '../../src/core/system.ts';

/** JSON as DVC prints it, with every list in one order and without empty parts: lists stand for sets here. */
export type Shape = unknown;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts lists, drops empty lists and objects, at every depth. */
export function normalise(value: unknown): Shape {
  if (Array.isArray(value)) {
    const items = value.map((item): { readonly text: string; readonly item: Shape } => {
      const made = normalise(item);
      return { text: JSON.stringify(made) ?? '', item: made };
    });
    return items.sort((a, b) => compareText(a.text, b.text)).map((i) => i.item);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, Shape] => [key, normalise(inner)]);
  const isEmpty = (v: Shape): boolean => typeof v === 'object' && v !== null && Object.keys(v).length === 0;
  return Object.fromEntries(entries.filter(([, v]) => !isEmpty(v)).sort(([a], [b]) => compareText(a, b)));
}

function pathsOf(changes: Changes): Readonly<Record<string, unknown>> {
  const paths = (list: readonly PathChange[]): string[] => list.map((c) => c.path);
  return {
    added: paths(changes.added),
    deleted: paths(changes.deleted),
    modified: paths(changes.modified),
    renamed: changes.renamed.map((r) => ({ old: r.old, new: r.new })),
  };
}

/**
 * `dvc data status --json`, its lists in one order. Among the files of which it knows no old state it names the folders inside, too; no
 * folder that holds them has a state of its own elsewhere, so they are left out.
 */
export function dvcStatusShape(json: string): Shape {
  return normalise(
    JSON.parse(json, (key, value: unknown) =>
      key === 'unknown' && Array.isArray(value) ? value.filter((path) => !String(path).endsWith('/')) : value,
    ),
  );
}

/** Our status as `dvc data status --json` prints it. */
export function statusShape(status: RepositoryStatus): Shape {
  return normalise({
    not_in_cache: status.notInCache,
    not_in_remote: status.notInRemote,
    committed: pathsOf(status.committed),
    uncommitted: { ...pathsOf(status.uncommitted), unknown: status.unknown },
    untracked: status.untracked,
    unchanged: status.unchanged,
  });
}

/** Our diff as `dvc diff --json --show-hash` prints it. */
export function diffShape(diff: Diff): Shape {
  return normalise({
    added: diff.added.map((c) => ({ path: c.path, hash: c.newHash ?? null })),
    deleted: diff.deleted.map((c) => ({ path: c.path, hash: c.oldHash ?? null })),
    modified: diff.modified.map((c) => ({
      path: c.path,
      hash: { old: c.oldHash ?? null, new: c.newHash ?? null },
    })),
    renamed: diff.renamed.map((r) => ({ path: { old: r.old, new: r.new }, hash: r.hash ?? null })),
    'not in cache': diff.notInCache.map((c) => ({ path: c.path, hash: c.oldHash ?? null })),
  });
}

import { collectOuts, type OutList } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import type { Repository } from './repository.ts';
import { compareParts, compareSides, pointerSide, type Side, workspaceSide } from './sides.ts';
import { sideObjects } from './status.ts';
import type { Changes, PathChange, Revision, TargetOptions } from './system.ts';
import { isSelected, selectOuts } from './targets.ts';
import { hashWorkspace } from './workspace.ts';

export interface Diff extends Changes {
  /** Objects of the old side that are in no cache here; with the workspace as the new side only. */
  readonly notInCache: readonly PathChange[];
}

async function outsOf(repo: Repository, revision: Revision, options: TargetOptions): Promise<OutList> {
  return revision === undefined ? collectOuts(repo, options) : collectOutsAt(repo, revision, options);
}

async function sideOf(repo: Repository, revision: Revision, list: OutList, options: TargetOptions): Promise<Side> {
  if (revision !== undefined) return pointerSide(repo, list.outs, true);
  const requests = list.outs.map((o) => ({ path: o.path, hashName: o.hash?.name ?? 'md5' }) as const);
  return workspaceSide(list.outs, await hashWorkspace(repo, requests, { ...options, ignore: list.ignore }));
}

const byPath = (a: PathChange, b: PathChange): number => compareParts(a.path, b.path);

/**
 * What differs between two revisions, or a revision and the workspace (`undefined`): files and folders added, deleted, modified and
 * renamed, sorted by path. Folders whose tree object is in no cache are compared as a whole.
 */
export async function diff(repo: Repository, from: Revision, to: Revision, options: TargetOptions = {}): Promise<Diff> {
  const lists = [await outsOf(repo, from, options), await outsOf(repo, to, options)] as const;
  const all = [...new Map([...lists[0].outs, ...lists[1].outs].map((o) => [o.path, o])).values()];
  const chosen = new Map(selectOuts(all, options.targets).map((s) => [s.out.path, s]));
  // As DVC: outs that are not cached are git's.
  const narrow = (list: OutList): OutList => ({
    ...list,
    outs: list.outs.filter((o) => o.cache && chosen.has(o.path)),
  });
  const before = await sideOf(repo, from, narrow(lists[0]), options);
  const after = await sideOf(repo, to, narrow(lists[1]), options);
  const changes = compareSides(before, after, { granular: true, hashOnly: false });
  const keep = (path: string): boolean => {
    for (const s of chosen.values()) {
      const at = path.replace(/\/$/, '');
      if (at === s.out.path) return s.inside === undefined;
      if (at.startsWith(`${s.out.path}/`)) return isSelected(s, at.slice(s.out.path.length + 1));
    }
    return true;
  };
  const cached = repo.cache().look();
  return {
    added: changes.added.filter((c) => keep(c.path)).sort(byPath),
    deleted: changes.deleted.filter((c) => keep(c.path)).sort(byPath),
    modified: changes.modified.filter((c) => keep(c.path)).sort(byPath),
    renamed: changes.renamed.filter((r) => keep(r.new)).sort((a, b) => compareParts(a.old, b.old)),
    notInCache:
      to !== undefined
        ? []
        : [...sideObjects(before)]
            .filter((o) => keep(o.path) && !cached(o.hash))
            .map((o) => ({ path: o.path, oldHash: o.hash.kind === 'tree' ? `${o.hash.hex}.dir` : o.hash.hex }))
            .sort(byPath),
  };
}

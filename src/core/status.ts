import type { RepoPath } from '../base/paths.ts';
import { hasObjects } from './objects/has.ts';
import type { Hash } from './objects/hash.ts';
import { objectKey } from './objects/hash.ts';
import { collectOuts, faultOf, type Out, type OutList } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import { openNamedRemote } from './remote.ts';
import type { Repository } from './repository.ts';
import { compareSides, pointerSide, type Side, type SideOut, workspaceSide } from './sides.ts';
import type { Changes, PointerFault, RepositoryStatus, StatusOptions } from './system.ts';
import { isSelected, type Selection, selectOuts } from './targets.ts';
import { hashWorkspace } from './workspace.ts';

const none: Changes = { added: [], deleted: [], modified: [], renamed: [] };

/** The outs of HEAD; empty without git, before the first commit, and where HEAD has no repository here. */
async function headOuts(repo: Repository, commit: string | undefined, options: StatusOptions): Promise<OutList> {
  return commit === undefined ? { outs: [], faults: [], ignore: [] } : collectOutsAt(repo, commit, options);
}

function filterChanges(changes: Changes, keep: (path: string) => boolean): Changes {
  return {
    added: changes.added.filter((c) => keep(c.path)),
    deleted: changes.deleted.filter((c) => keep(c.path)),
    modified: changes.modified.filter((c) => keep(c.path)),
    renamed: changes.renamed.filter((r) => keep(r.new)),
  };
}

/** Objects that a side refers to, with the path each stands for. */
export function* sideObjects(side: Side): Iterable<{ readonly path: string; readonly hash: Hash }> {
  for (const out of side.values()) {
    if (out.hash === undefined) continue;
    yield { path: out.folder ? `${out.path}/` : out.path, hash: out.hash };
    const { name } = out.hash;
    for (const [file, hex] of out.entries ?? [])
      yield { path: `${out.path}/${file}`, hash: { name, hex, kind: 'file' } };
  }
}

/** With the files of a tree that is not in the cache taken from the workspace, where that holds the very same tree. */
function completed(pointers: Side, work: Side): Side {
  return new Map(
    [...pointers].map(([path, out]): [RepoPath, SideOut] => {
      const now = work.get(path);
      const same =
        out.hash !== undefined &&
        now?.hash !== undefined &&
        out.hash.hex === now.hash.hex &&
        out.hash.kind === now.hash.kind;
      return [
        path,
        same && out.entries === undefined && now?.entries !== undefined ? { ...out, entries: now.entries } : out,
      ];
    }),
  );
}

/**
 * The state of the repository as `dvc data status` divides it. Nothing is read but what has changed since it was last hashed; the
 * remote is asked with `remote: true` only. A pointer that cannot be read is a fault, and the rest goes on.
 */
export async function status(repo: Repository, options: StatusOptions = {}): Promise<RepositoryStatus> {
  const granular = options.granular !== false;
  const list = collectOuts(repo, options);
  const now = await repo.git?.head();
  const head = await headOuts(repo, now?.commit, options);
  const chosen = selectOuts(mergedOuts(list.outs, head.outs), options.targets);
  const wanted = new Map(chosen.map((s) => [s.out.path, s]));
  // As DVC: an out that is not cached (`cache: false`) is git's, which tells its changes.
  const shown = (out: Out): boolean => out.cache && wanted.has(out.path);
  const outs = list.outs.filter(shown);
  const work = await hashWorkspace(
    repo,
    outs.map((o) => ({ path: o.path, hashName: o.hash?.name ?? 'md5' })),
    { ...options, ignore: list.ignore },
  );
  const inWorkspace = workspaceSide(outs, work);
  const faulty: PointerFault[] = [];
  const unusable = (out: Out, error: unknown): void => void faulty.push(faultOf(out.pointer, error, out.path));
  const pointers = completed(pointerSide(repo, outs, granular, unusable), inWorkspace);
  const uncommitted = compareSides(pointers, inWorkspace, { granular, hashOnly: true });
  const committedSide = pointerSide(
    repo,
    head.outs.filter(shown),
    granular,
    // Told of the workspace already, or of no matter any more.
    () => undefined,
  );
  const committed =
    repo.git === undefined ? undefined : compareSides(committedSide, pointers, { granular, hashOnly: true });
  const keep = keeper(chosen);
  const listed: Side = granular ? pointers : new Map([...pointers].map(([p, o]) => [p, { ...o, entries: new Map() }]));
  const cached = repo.cache().look();
  const notInCache = [...sideObjects(listed)].filter(({ hash }) => !cached(hash)).map((o) => o.path);
  const alsoUnchanged = new Set(committed?.unchanged);
  const unchanged = uncommitted.unchanged.filter((p) => committed === undefined || alsoUnchanged.has(p));
  return {
    committed: committed === undefined ? none : filterChanges(committed, keep),
    uncommitted: filterChanges(uncommitted, keep),
    notInCache: notInCache.filter(keep),
    notInRemote: options.remote === true ? (await notInRemote(repo, outs, listed, options)).filter(keep) : [],
    unchanged: options.unchanged === true ? unchanged.filter(keep) : [],
    untracked: options.untracked === true ? await untracked(repo, options.targets) : [],
    unknown: uncommitted.unknown.filter(keep),
    faults: [...list.faults, ...faulty, ...unreadable(work)],
    ...(now?.branch !== undefined
      ? { head: now.branch }
      : now?.commit !== undefined
        ? { head: now.commit.slice(0, 7) }
        : {}),
  };
}

function mergedOuts(workspace: readonly Out[], head: readonly Out[]): Out[] {
  const here = new Set(workspace.map((o) => o.path));
  return [...workspace, ...head.filter((o) => !here.has(o.path))];
}

function keeper(chosen: readonly Selection[]): (path: string) => boolean {
  if (chosen.every((s) => s.inside === undefined)) return () => true;
  const partial = chosen.filter((s) => s.inside !== undefined);
  return (path) => {
    const at = path.replace(/\/$/, '');
    const part = partial.find((s) => at === s.out.path || at.startsWith(`${s.out.path}/`));
    return part === undefined || (at !== part.out.path && isSelected(part, at.slice(part.out.path.length + 1)));
  };
}

/** Files that could not be read are shown where the user looks: as faults of their own. */
function unreadable(
  work: readonly { readonly failed: readonly { readonly what: string; readonly error: Error }[] }[],
): RepositoryStatus['faults'] {
  return work.flatMap((w) =>
    w.failed.map((f) => ({
      pointer: f.what as RepoPath,
      path: f.what as RepoPath,
      message: f.error.message,
      conflict: false,
    })),
  );
}

async function notInRemote(
  repo: Repository,
  outs: readonly Out[],
  side: Side,
  options: StatusOptions,
): Promise<string[]> {
  const byRemote = new Map<string | undefined, Out[]>();
  for (const out of outs) {
    if (!out.cache || !out.push || out.hash === undefined) continue;
    const name = out.remote ?? options.remoteName;
    byRemote.set(name, [...(byRemote.get(name) ?? []), out]);
  }
  const missing: string[] = [];
  for (const [name, group] of byRemote) {
    await using remote = openNamedRemote(repo, name);
    const objects = group.flatMap((out) => {
      const found = side.get(out.path);
      return found === undefined ? [] : [...sideObjects(new Map([[out.path, found]]))];
    });
    const there = await hasObjects(
      remote,
      objects.map((o) => o.hash),
      options,
    );
    missing.push(...objects.filter((o) => !there.has(objectKey(o.hash))).map((o) => o.path));
  }
  return missing;
}

async function untracked(repo: Repository, targets: readonly RepoPath[] | undefined): Promise<string[]> {
  if (repo.git === undefined) return [];
  const all = await repo.git.untracked();
  const below = all.filter((p) => p.startsWith(repo.gitPrefix)).map((p) => p.slice(repo.gitPrefix.length));
  return targets === undefined || targets.length === 0
    ? below
    : below.filter((p) => targets.some((t) => p === t || p.startsWith(`${t}/`)));
}

import type { AbsPath, RepoPath } from '../base/paths.ts';
import { add } from './add.ts';
import { checkout } from './checkout.ts';
import { commit } from './commit.ts';
import { content, entries, entry } from './contents.ts';
import { diff } from './diff.ts';
import { fetch } from './fetch.ts';
import type { Host } from './host.ts';
import { move } from './move.ts';
import { collectOuts, datasetOf } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { listRemotes } from './remote.ts';
import { remove } from './remove.ts';
import { findRepository, openRepository, type Repository } from './repository.ts';
import { restore } from './restore.ts';
import { status } from './status.ts';
import type { VersionedRepository, VersionedSystem } from './system.ts';
import { unprotect } from './unprotect.ts';
import { versions } from './versions.ts';

/** A DVC root behind the port that the views use. `repo` is what the verbs that only DVC has take. */
export interface DvcRepository extends VersionedRepository {
  readonly repo: Repository;
}

/** Opens a DVC root; rejects where its config cannot be read or git is missing. */
export async function openDvcRepository(root: AbsPath, host: Host): Promise<DvcRepository> {
  const repo = await openRepository(root, host);
  return {
    repo,
    system: 'dvc',
    root: repo.root,
    gitRoot: repo.git?.root,
    datasets: async (revision, options = {}) => {
      const list = revision === undefined ? collectOuts(repo, options) : await collectOutsAt(repo, revision, options);
      return { datasets: list.outs.map(datasetOf), faults: list.faults };
    },
    versions: (path, page, options) => versions(repo, path, page, options),
    entries: (folder, revision, options) => entries(repo, folder, revision, options),
    entry: (path, revision, options) => entry(repo, path, revision, options),
    content: (path, revision, options) => content(repo, path, revision, options),
    status: (options) => status(repo, options),
    diff: (from, to, options) => diff(repo, from, to, options),
    add: (paths, options) => add(repo, paths, options),
    commit: (options) => commit(repo, options),
    checkout: (options) => checkout(repo, options),
    restore: (path, revision, options) => restore(repo, path, revision, options),
    push: (options) => push(repo, options),
    fetch: (options) => fetch(repo, options),
    pull: (options) => pull(repo, options),
    remove: (paths, options) => remove(repo, paths, options),
    move: async (from: RepoPath, to: RepoPath, options) => {
      await move(repo, from, to, options);
    },
    unprotect: (paths, options) => unprotect(repo, paths, options),
    remotes: async () => listRemotes(repo),
    [Symbol.asyncDispose]: () => repo[Symbol.asyncDispose](),
  };
}

export const dvcSystem: VersionedSystem<Host> = {
  id: 'dvc',
  detect: async (start) => findRepository(start),
  open: openDvcRepository,
};

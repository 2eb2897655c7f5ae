import type { RepoPath } from '../../../../src/base/paths.ts';
import type { Dataset, DatasetVersion, RepositoryStatus } from '../../../../src/core/system.ts';
import type { ActivityEntry, PathState, RepositoryModel, Snapshot } from '../../../../src/extension/model/contract.ts';

export function dataset(path: string, more: Partial<Dataset> = {}): Dataset {
  return {
    path: path as RepoPath,
    pointer: `${path}.dvc` as RepoPath,
    kind: 'file',
    frozen: false,
    cached: true,
    pushable: true,
    ...more,
  };
}

export const commit = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

export function version(more: Partial<DatasetVersion> = {}): DatasetVersion {
  return {
    commit,
    subject: 'Retrain',
    author: 'Ada',
    time: 0,
    refs: [],
    path: 'data/images' as RepoPath,
    hash: 'd751713988987e9331980363e24189ce.dir',
    kind: 'folder',
    change: 'modified',
    current: false,
    inCache: false,
    ...more,
  };
}

export function withoutHash(more: Partial<DatasetVersion> = {}): DatasetVersion {
  const { hash: _, ...rest } = version(more);
  return rest;
}

export function activity(more: Partial<ActivityEntry> = {}): ActivityEntry {
  return { id: 1, title: 'Push data/images', state: 'running', started: 0, failures: [], ...more };
}

export function status(more: Partial<RepositoryStatus> = {}): RepositoryStatus {
  const none = { added: [], deleted: [], modified: [], renamed: [] };
  return {
    committed: none,
    uncommitted: none,
    notInCache: [],
    notInRemote: [],
    unchanged: [],
    untracked: [],
    unknown: [],
    faults: [],
    ...more,
  };
}

export function snapshot(
  datasets: readonly Dataset[],
  states: Readonly<Record<string, PathState['state']>> = {},
  more: Partial<Omit<Snapshot, 'states'>> = {},
): Snapshot {
  const entries = Object.entries(states).map(([path, state]) => [path as RepoPath, { state, words: state }] as const);
  return { list: { datasets, faults: [] }, status: status(), remotes: [], states: new Map(entries), ...more };
}

/** What of a model the pure parts of the views look at. */
export function model(root: string, states: Readonly<Record<string, PathState>> = {}): RepositoryModel {
  const part: Pick<RepositoryModel, 'stateOf'> & { readonly root: { toString(): string } } = {
    root: { toString: () => root },
    stateOf: (path) => states[path],
  };
  return part as RepositoryModel;
}

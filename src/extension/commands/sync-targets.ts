import type { RepoPath } from '../../base/paths.ts';
import type { Snapshot } from '../model/contract.ts';

export interface SyncPlan {
  /** Datasets, or paths inside of datasets that were changed too, to be pulled. */
  readonly missing: readonly RepoPath[];
  readonly push: boolean;
  /** There is none to sync with. */
  readonly noRemote: boolean;
}

/** What a sync is to do. Data that was changed here is not touched: of such a dataset only the missing files are pulled. */
export function syncTargets(snapshot: Snapshot): SyncPlan {
  const { list, remotes, states, status } = snapshot;
  const missing: RepoPath[] = [];
  const partly = new Set<string>();
  for (const { path } of list.datasets) {
    const state = states.get(path)?.state;
    if (state === 'missing') missing.push(path);
    else if (state !== undefined && state !== 'error' && state !== 'conflict') partly.add(path);
  }
  for (const [path, { state, inside }] of states) {
    if (state !== 'missing' || inside !== undefined) continue;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (partly.has(path.slice(0, at))) missing.push(path);
    }
  }
  const main = remotes.find((remote) => remote.default);
  const noRemote = main === undefined && !list.datasets.some((dataset) => dataset.remote !== undefined);
  const notHere = new Set(status.notInCache);
  // A remote that the status does not ask is asked by the push itself, which plans first.
  const push = main?.kind === 'local' ? status.notInRemote.some((path) => !notHere.has(path)) : !noRemote;
  return { missing, push, noRemote };
}

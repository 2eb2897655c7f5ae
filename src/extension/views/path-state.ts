import { ancestors, isInside, type RepoPath } from '../../base/paths.ts';
import type { Dataset } from '../../core/system.ts';
import type { PathState, RepositoryModel } from '../model/contract.ts';

/** The state of a path in a dataset. Where the whole dataset, or a folder in it, is gone, so is all that is inside. */
export function stateInside(model: RepositoryModel, dataset: Dataset, path: RepoPath): PathState | undefined {
  const own = model.stateOf(path);
  if (own !== undefined) return own;
  for (const folder of ancestors(path)) {
    if (!isInside(dataset.path, folder)) return undefined;
    const state = model.stateOf(folder);
    if (state !== undefined && state.inside === undefined && (state.state === 'missing' || state.state === 'deleted'))
      return state;
  }
  return undefined;
}

/** Whether the workspace has no such file now. */
export function isAway(state: PathState | undefined): boolean {
  return state?.state === 'missing' || state?.state === 'deleted';
}

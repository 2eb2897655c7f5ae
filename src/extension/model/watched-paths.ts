import { isInside, type RepoPath, repoBasename } from '../../base/paths.ts';
import type { Dataset } from '../../core/system.ts';

export type PathClass =
  /** A pointer, the settings or an ignore file: what is tracked may be another thing now. */
  | 'pointer'
  /** Data, or a folder above. */
  | 'data'
  /** Nothing of ours. */
  | 'other';

/** What a changed path means for a repository. */
export function classify(
  path: RepoPath,
  datasets: readonly Dataset[],
  datasetAt: (path: RepoPath) => Dataset | undefined,
): PathClass {
  if (path === '.dvc') return 'pointer';
  // Cache, temporary files and locks change all the time while we work.
  if (isInside('.dvc' as RepoPath, path))
    return path === '.dvc/config' || path === '.dvc/config.local' ? 'pointer' : 'other';
  if (isInside('.git' as RepoPath, path)) return 'other';
  if (datasetAt(path) !== undefined) return 'data';
  const name = repoBasename(path);
  if (name.endsWith('.dvc') || name === 'dvc.yaml' || name === 'dvc.lock' || name === '.dvcignore') return 'pointer';
  // A folder that held datasets, moved or deleted as a whole, is one event.
  return datasets.some((dataset) => isInside(path, dataset.path)) ? 'data' : 'other';
}

import { TracksError } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';
import { collectOuts, datasetOf, outAt } from '../../core/outs.ts';
import type { RepositoryStatus, VersionedRepository } from '../../core/system.ts';

const none = { added: [], deleted: [], modified: [], renamed: [] } as const;

function refused(): TracksError {
  return new TracksError('unsupported', 'Data Tracks only lists datasets here, because this window is not trusted.', {
    hint: 'Trust the window to see states and versions.',
  });
}

/**
 * A repository in a window that is not trusted: what the pointers in the workspace say, and nothing else. Starts no process, asks no
 * remote, reads no data, writes nothing.
 */
export function pointerOnlyRepository(root: AbsPath): VersionedRepository {
  return {
    system: 'dvc',
    root,
    gitRoot: undefined,
    datasets: async (revision, options) => {
      if (revision !== undefined) throw refused();
      const { outs, faults } = collectOuts({ root }, options);
      return { datasets: outs.map(datasetOf), faults };
    },
    versions: async () => ({ versions: [], more: false }),
    entries: async () => [],
    entry: async (path, revision, options) => {
      if (revision !== undefined) throw refused();
      const out = outAt(collectOuts({ root }, options).outs, path);
      if (out === undefined || out.path !== path) return undefined;
      const { kind, hash, size } = datasetOf(out);
      return {
        path,
        kind: kind === 'folder' ? 'folder' : 'file',
        ...(hash === undefined ? {} : { hash }),
        ...(size === undefined ? {} : { size }),
      };
    },
    content: async () => {
      throw refused();
    },
    status: async (options): Promise<RepositoryStatus> => ({
      committed: none,
      uncommitted: none,
      notInCache: [],
      notInRemote: [],
      unchanged: [],
      untracked: [],
      unknown: [],
      faults: collectOuts({ root }, options).faults,
    }),
    diff: async () => {
      throw refused();
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

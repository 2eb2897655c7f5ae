import { TracksError } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';
import { openDvcRepository } from '../../core/dvc-repository.ts';
import type { Host } from '../../core/host.ts';
import type { VersionedRepository } from '../../core/system.ts';

function refused(): TracksError {
  return new TracksError('unsupported', 'Versions are not shown here, because this window is not trusted.', {
    hint: 'Trust the window to see versions.',
  });
}

/**
 * A repository in a window that is not trusted: what the pointers say, and whether the data beside them is that. Starts no process,
 * asks no remote and writes nothing; it has no history, as that is git's.
 */
export async function openReadOnlyRepository(root: AbsPath, host: Host): Promise<VersionedRepository> {
  const whole = await openDvcRepository(root, { ...host, untrusted: true });
  const now = (revision: string | undefined): void => {
    if (revision !== undefined) throw refused();
  };
  return {
    system: whole.system,
    root: whole.root,
    gitRoot: undefined,
    datasets: async (revision, options) => {
      now(revision);
      return whole.datasets(revision, options);
    },
    versions: async () => ({ versions: [], more: false }),
    entries: async (folder, revision, options) => {
      now(revision);
      return whole.entries(folder, revision, options);
    },
    entry: async (path, revision, options) => {
      now(revision);
      return whole.entry(path, revision, options);
    },
    content: async (path, revision, options) => {
      now(revision);
      return whole.content(path, revision, options);
    },
    status: (options) => whole.status({ ...options, remote: false }),
    diff: async () => {
      throw refused();
    },
    [Symbol.asyncDispose]: () => whole[Symbol.asyncDispose](),
  };
}

import type { AbsPath } from '../../base/paths.ts';
import { openDvcRepository } from '../../core/dvc-repository.ts';
import type { Host } from '../../core/host.ts';
import type { InitInput, RepositoryExtras } from './extras.ts';
import { listFolders } from './list-folders.ts';
import type { OpenedRepository } from './repository-methods.ts';

/* The only file of the extension that names functions of the core library: runs in the repository thread. */

export async function openCoreRepository(root: AbsPath, host: Host): Promise<OpenedRepository> {
  const repository = await openDvcRepository(root, host);
  const extras: RepositoryExtras = {
    addRemote: async ({ name, url, makeDefault }) =>
      (await import('../../core/remote.ts')).addRemote(repository, { name, url, makeDefault }),
    setDefaultRemote: async ({ name }) => (await import('../../core/remote.ts')).setDefaultRemote(repository, name),
    removeRemote: async ({ name }) => (await import('../../core/remote.ts')).removeRemote(repository, name),
    testRemote: async ({ name }, options) =>
      (await import('../../core/remote.ts')).testRemote(repository, name, options),
    collectGarbage: async (input, options) =>
      (await import('../../core/gc.ts')).collectGarbage(repository, input, options),
    listFolders: (input, options) => listFolders({ ...input, root }, options),
  };
  return { repository, extras };
}

export async function initCoreRepository(root: AbsPath, input: InitInput): Promise<void> {
  const { initRepository } = await import('../../core/init.ts');
  await initRepository(root, input);
}

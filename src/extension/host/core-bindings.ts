import { isCancelled, TracksError, toTracksError } from '../../base/errors.ts';
import type { OperationOptions } from '../../base/operation.ts';
import type { AbsPath } from '../../base/paths.ts';
import { openDvcRepository } from '../../core/dvc-repository.ts';
import type { Host } from '../../core/host.ts';
import { addRemote, removeRemote, setDefaultRemote, testRemote } from '../../core/remote.ts';
import type { Repository } from '../../core/repository.ts';
import type { GarbageReport, GarbageScope, InitInput, RemoteTest, RepositoryExtras } from './extras.ts';
import { listFolders } from './list-folders.ts';
import { openReadOnlyRepository } from './read-only.ts';
import type { OpenedRepository } from './repository-methods.ts';

/* Joins the thread's calls to the core library; runs in the repository thread. */

export async function openCoreRepository(root: AbsPath, host: Host): Promise<OpenedRepository> {
  const repository = await openDvcRepository(root, host);
  const { repo } = repository;
  const extras: RepositoryExtras = {
    addRemote: async ({ name, url, makeDefault }) => addRemote(repo, name, url, { default: makeDefault }),
    setDefaultRemote: async ({ name }) => setDefaultRemote(repo, name),
    removeRemote: async ({ name }) => removeRemote(repo, name),
    testRemote: ({ name }, options) => tryRemote(repo, name, options),
    collectGarbage: (input, options) => collect(repo, input, options),
    listFolders: (input, options) => listFolders({ ...input, root }, options),
  };
  return { repository, extras };
}

/** For a window that is not trusted. */
export async function openUntrusted(root: AbsPath, host: Host): Promise<OpenedRepository> {
  const refuse = async (): Promise<never> => {
    throw new TracksError('unsupported', 'This window is not trusted.', { hint: 'Trust the window first.' });
  };
  const extras: RepositoryExtras = {
    addRemote: refuse,
    setDefaultRemote: refuse,
    removeRemote: refuse,
    testRemote: refuse,
    collectGarbage: refuse,
    listFolders: (input, options) => listFolders({ ...input, root }, options),
  };
  return { repository: await openReadOnlyRepository(root, host), extras };
}

export async function initCoreRepository(root: AbsPath, input: InitInput): Promise<void> {
  const { initRepository } = await import('../../core/init.ts');
  await initRepository(root, input);
}

async function tryRemote(repo: Repository, name: string, options: OperationOptions = {}): Promise<RemoteTest> {
  try {
    await testRemote(repo, name, options);
    return { ok: true, message: `${name} can be reached, written and read.` };
  } catch (error) {
    if (isCancelled(error)) throw error;
    const { message, hint } = toTracksError(error);
    return { ok: false, message: hint === undefined ? message : `${message} ${hint}` };
  }
}

async function collect(
  repo: Repository,
  input: { readonly dry: boolean; readonly scope: GarbageScope },
  options: OperationOptions = {},
): Promise<GarbageReport> {
  const { collectGarbage } = await import('../../core/gc.ts');
  const { removed, bytes, kept, failed } = await collectGarbage(repo, {
    ...options,
    dry: input.dry,
    workspace: true,
    allBranches: input.scope === 'branches',
    allTags: input.scope === 'branches',
    allCommits: input.scope === 'all-commits',
  });
  return { dry: input.dry, objects: removed.length, bytes, kept, failed };
}

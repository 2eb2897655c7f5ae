import { isCancelled, isTracksError } from '../../base/errors.ts';
import type { RepoPath } from '../../base/paths.ts';
import type { Logger } from '../../core/host.ts';
import type {
  Changes,
  PathChange,
  RemoteInfo,
  RepositoryStatus,
  StatusOptions,
  VersionedRepository,
} from '../../core/system.ts';
import type { Snapshot } from './contract.ts';
import { changedSteps, inSlices, type States, stateSteps } from './states.ts';

const noStates: States = new Map();

/** Asks the repository for all that views show. Rejects where the datasets or the status cannot be had at all. */
export async function takeSnapshot(
  repository: VersionedRepository,
  log: Logger,
  signal: AbortSignal,
): Promise<Snapshot> {
  const options = { signal };
  const [list, remotes] = await Promise.all([repository.datasets(undefined, options), readRemotes(repository, log)]);
  // Only a folder of this machine is asked at each refresh: others cost time, money or a password.
  const near = remotes.some((remote) => remote.default && remote.supported && remote.kind === 'local');
  const status = await readStatus(repository, { ...options, granular: true, remote: near }, log);
  return { list, status, remotes, states: await inSlices(stateSteps(status)) };
}

async function readRemotes(repository: VersionedRepository, log: Logger): Promise<readonly RemoteInfo[]> {
  try {
    return (await repository.remotes?.()) ?? [];
  } catch (error) {
    if (isCancelled(error) || !isTracksError(error)) throw error;
    log.warn('The remotes cannot be read.', { reason: error.message });
    return [];
  }
}

/** A remote that cannot be asked must not hide what is known without it. */
async function readStatus(
  repository: VersionedRepository,
  options: StatusOptions,
  log: Logger,
): Promise<RepositoryStatus> {
  if (options.remote !== true) return repository.status(options);
  try {
    return await repository.status(options);
  } catch (error) {
    if (isCancelled(error) || !isTracksError(error)) throw error;
    log.warn('The status was read without the remote.', { reason: error.message });
    return repository.status({ ...options, remote: false });
  }
}

export interface SnapshotChange {
  /** Anything that views show is another thing now. */
  readonly differs: boolean;
  readonly changed: readonly RepoPath[];
}

export async function compareSnapshots(before: Snapshot | undefined, after: Snapshot): Promise<SnapshotChange> {
  const changed = await inSlices(changedSteps(before?.states ?? noStates, after.states));
  const differs = before === undefined || changed.length > 0 || !sameFacts(before, after);
  return { differs, changed };
}

/** Everything but the states, which are compared path by path. */
function sameFacts(a: Snapshot, b: Snapshot): boolean {
  return (
    a.status.head === b.status.head &&
    same(a.list, b.list) &&
    same(a.remotes, b.remotes) &&
    same(a.status.faults, b.status.faults) &&
    sameChanges(a.status.committed, b.status.committed) &&
    sameChanges(a.status.uncommitted, b.status.uncommitted) &&
    sameTexts(a.status.notInCache, b.status.notInCache) &&
    sameTexts(a.status.notInRemote, b.status.notInRemote)
  );
}

/** For the short lists: some hundred datasets, a few remotes. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameChanges(a: Changes, b: Changes): boolean {
  return (
    samePaths(a.added, b.added) &&
    samePaths(a.deleted, b.deleted) &&
    samePaths(a.modified, b.modified) &&
    a.renamed.length === b.renamed.length &&
    a.renamed.every((r, i) => r.old === b.renamed[i]?.old && r.new === b.renamed[i]?.new)
  );
}

function samePaths(a: readonly PathChange[], b: readonly PathChange[]): boolean {
  return (
    a.length === b.length &&
    a.every((c, i) => c.path === b[i]?.path && c.newHash === b[i]?.newHash && c.oldHash === b[i]?.oldHash)
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

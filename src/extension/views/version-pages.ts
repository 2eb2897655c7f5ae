import * as vscode from 'vscode';
import { isCancelled, toTracksError } from '../../base/errors.ts';
import type { Dataset, DatasetVersion } from '../../core/system.ts';
import type { RepositoryModel } from '../model/contract.ts';

export const versionsPerPage = 50;

/** What is loaded of the versions of one dataset. */
export interface LoadedVersions {
  readonly versions: readonly DatasetVersion[];
  readonly more: boolean;
  /** Why they could not be read. */
  readonly fault?: string;
  /** Why the remote could not be asked which of them it has. */
  readonly remoteFault?: string;
}

interface Entry {
  loaded: LoadedVersions | undefined;
  limit: number;
  stale: boolean;
  loading: Promise<LoadedVersions> | undefined;
}

/**
 * The pages of versions that the tree has asked for. First what this machine knows; then, in a trusted workspace, the remote is asked which
 * versions it has, and `onDidChange` tells of the answer.
 */
export class VersionPages implements vscode.Disposable {
  readonly #entries = new Map<RepositoryModel, Map<string, Entry>>();
  readonly #changed = new vscode.EventEmitter<{ readonly model: RepositoryModel; readonly dataset: Dataset }>();
  readonly #end = new AbortController();
  readonly onDidChange = this.#changed.event;

  load(model: RepositoryModel, dataset: Dataset): Promise<LoadedVersions> {
    const entry = this.#entry(model, dataset);
    if (entry.loading !== undefined) return entry.loading;
    if (entry.loaded !== undefined && !entry.stale) return Promise.resolve(entry.loaded);
    const loading = this.#read(model, dataset, entry).finally(() => {
      entry.loading = undefined;
    });
    entry.loading = loading;
    return loading;
  }

  /** Takes one page more; the next `load` reads it. */
  grow(model: RepositoryModel, dataset: Dataset): void {
    const entry = this.#entry(model, dataset);
    entry.limit = (entry.loaded?.versions.length ?? 0) + versionsPerPage;
    entry.stale = true;
  }

  /** What is loaded by now. */
  peek(model: RepositoryModel, dataset: Dataset): LoadedVersions | undefined {
    return this.#entries.get(model)?.get(dataset.path)?.loaded;
  }

  /** The next `load` reads anew; as many as were shown. */
  markStale(model?: RepositoryModel): void {
    for (const [owner, entries] of this.#entries) {
      if (model === undefined || owner === model) for (const entry of entries.values()) entry.stale = true;
    }
  }

  forgetAllBut(models: readonly RepositoryModel[]): void {
    for (const model of [...this.#entries.keys()]) if (!models.includes(model)) this.#entries.delete(model);
  }

  dispose(): void {
    this.#end.abort();
    this.#changed.dispose();
  }

  #entry(model: RepositoryModel, dataset: Dataset): Entry {
    let entries = this.#entries.get(model);
    if (entries === undefined) {
      entries = new Map();
      this.#entries.set(model, entries);
    }
    let entry = entries.get(dataset.path);
    if (entry === undefined) {
      entry = { loaded: undefined, limit: versionsPerPage, stale: true, loading: undefined };
      entries.set(dataset.path, entry);
    }
    return entry;
  }

  async #read(model: RepositoryModel, dataset: Dataset, entry: Entry): Promise<LoadedVersions> {
    const limit = entry.limit;
    entry.stale = false;
    try {
      const options = { signal: this.#end.signal };
      const page = await model.repository.versions(dataset.path, { skip: 0, limit }, options);
      entry.loaded = carryRemote(page, entry.loaded);
      if (page.versions.length > 0 && vscode.workspace.isTrusted && (model.snapshot?.remotes.length ?? 0) > 0) {
        void this.#askRemote(model, dataset, entry, limit);
      }
    } catch (error) {
      entry.stale = true;
      entry.loaded = {
        versions: [],
        more: false,
        fault: isCancelled(error) ? 'Cancelled.' : toTracksError(error).message,
      };
    }
    return entry.loaded;
  }

  async #askRemote(model: RepositoryModel, dataset: Dataset, entry: Entry, limit: number): Promise<void> {
    const before = entry.loaded;
    let next: LoadedVersions;
    try {
      next = await model.repository.versions(
        dataset.path,
        { skip: 0, limit },
        { remote: true, signal: this.#end.signal },
      );
    } catch (error) {
      if (isCancelled(error) || before === undefined) return;
      next = { ...before, remoteFault: toTracksError(error).message };
    }
    if (this.#end.signal.aborted || entry.loaded !== before || JSON.stringify(before) === JSON.stringify(next)) return;
    entry.loaded = next;
    this.#changed.fire({ model, dataset });
  }
}

/** Keeps what the remote said before until it is asked again: rows do not flicker. */
function carryRemote(page: LoadedVersions, before: LoadedVersions | undefined): LoadedVersions {
  if (before === undefined) return page;
  const known = new Map(before.versions.map((version) => [version.commit + (version.hash ?? ''), version.onRemote]));
  const versions = page.versions.map((version) => {
    const onRemote = version.onRemote ?? known.get(version.commit + (version.hash ?? ''));
    return onRemote === undefined ? version : { ...version, onRemote };
  });
  return { versions, more: page.more };
}

import { toTracksError } from '../../base/errors.ts';
import type { RepoPath } from '../../base/paths.ts';
import type { DataEntry } from '../../core/system.ts';
import type { RepositoryModel } from '../model/contract.ts';

export const filesPerPage = 500;

export interface LoadedEntries {
  readonly entries: readonly DataEntry[];
  /** How many more there are. */
  readonly rest: number;
  readonly fault?: string;
}

export interface FolderAddress {
  readonly model: RepositoryModel;
  readonly path: RepoPath;
  /** A commit id; absent for now. */
  readonly commit?: string;
}

interface Entry {
  all: readonly DataEntry[] | undefined;
  shown: number;
  /** The next `load` may show what is loaded. */
  fresh: boolean;
}

/** The files of opened folders, in pages. A folder at a commit is read once, a folder of now at each refresh of its row. */
export class EntryPages {
  readonly #folders = new Map<string, Entry>();

  async load(folder: FolderAddress): Promise<LoadedEntries> {
    const entry = this.#entry(folder);
    if (entry.all === undefined || (folder.commit === undefined && !entry.fresh)) {
      try {
        entry.all = await folder.model.repository.entries(folder.path, folder.commit);
      } catch (error) {
        entry.all = undefined;
        return { entries: [], rest: 0, fault: toTracksError(error).message };
      }
    }
    entry.fresh = false;
    const entries = entry.all.slice(0, entry.shown);
    return { entries, rest: entry.all.length - entries.length };
  }

  /** Shows one page more at the next `load`, of what is loaded already. */
  grow(folder: FolderAddress): void {
    const entry = this.#entry(folder);
    entry.shown += filesPerPage;
    entry.fresh = true;
  }

  forget(model: RepositoryModel): void {
    const prefix = `${model.root.toString()}\0`;
    for (const key of [...this.#folders.keys()]) if (key.startsWith(prefix)) this.#folders.delete(key);
  }

  #entry({ model, path, commit }: FolderAddress): Entry {
    const key = `${model.root.toString()}\0${commit ?? ''}\0${path}`;
    let entry = this.#folders.get(key);
    if (entry === undefined) {
      entry = { all: undefined, shown: filesPerPage, fresh: false };
      this.#folders.set(key, entry);
    }
    return entry;
  }
}

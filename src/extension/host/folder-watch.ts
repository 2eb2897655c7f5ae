import { type FSWatcher, statSync, watch } from 'node:fs';
import { isAbsent, systemCode } from '../../base/errors.ts';
import type { Logger } from '../../core/host.ts';

interface Watched {
  readonly watcher: FSWatcher;
  readonly inode: number;
}

export interface FolderWatchOptions {
  /** Something in one of the folders is another thing now. */
  readonly changed: () => void;
  /** A folder is another one of the same name, or gone: the list is to be made anew. */
  readonly replaced: () => void;
  readonly log: Logger;
}

/** Milliseconds in which folders that may have been replaced are looked at once. */
const patience = 200;

/**
 * Watches folders one by one. On Linux the editor's recursive watcher misses folders that are made inside of a folder just made, as a
 * checkout or a pull does, and those in a folder that was moved: nothing in them would be seen any more.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #doubtful = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #full = false;
  #disposed = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  /** Watches these and no others. To be run in slices: each `yield` is a place to pause. True where some are new. */
  *steps(folders: readonly string[]): Generator<void, boolean> {
    const wanted = new Set(folders);
    let added = false;
    let count = 0;
    for (const folder of [...this.#watched.keys()]) {
      if (!wanted.has(folder) || this.#isReplaced(folder)) this.#drop(folder);
      if (++count % 50 === 0) yield;
    }
    for (const folder of wanted) {
      if (!this.#watched.has(folder) && this.#add(folder)) added = true;
      if (++count % 50 === 0) yield;
    }
    return added;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const folder of [...this.#watched.keys()]) this.#drop(folder);
  }

  #add(folder: string): boolean {
    if (this.#disposed || this.#full) return false;
    try {
      const inode = statSync(folder).ino;
      const watcher = watch(folder, { persistent: false }, (type) => {
        // Also what a folder tells when it goes itself; its name says nothing of that.
        if (type === 'rename') this.#doubt(folder);
        this.#options.changed();
      });
      watcher.on('error', () => this.#drop(folder));
      this.#watched.set(folder, { watcher, inode });
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      const code = systemCode(error);
      this.#full = code === 'ENOSPC' || code === 'EMFILE';
      this.#options.log.warn('A folder cannot be watched.', { folder, reason: code ?? String(error) });
      return false;
    }
  }

  #drop(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
    this.#full = false;
  }

  #doubt(folder: string): void {
    this.#doubtful.add(folder);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const replaced = [...this.#doubtful].filter((doubtful) => this.#isReplaced(doubtful));
      this.#doubtful.clear();
      for (const gone of replaced) this.#drop(gone);
      if (replaced.length > 0) this.#options.replaced();
    }, patience);
  }

  #isReplaced(folder: string): boolean {
    return statSync(folder, { throwIfNoEntry: false })?.ino !== this.#watched.get(folder)?.inode;
  }
}

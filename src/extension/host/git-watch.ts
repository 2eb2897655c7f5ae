import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isAbsent, systemCode } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';
import type { Logger } from '../../core/host.ts';

/** Where git keeps a work tree's own state, and what its work trees share. */
export interface GitFolders {
  readonly workTree: AbsPath;
  readonly own: AbsPath;
  readonly shared: AbsPath;
}

/** The git folders of the work tree around `start`, read from files alone (`.git` may be a file in worktrees and submodules). */
export async function gitFolders(start: AbsPath): Promise<GitFolders | undefined> {
  for (let at: string = start; ; at = dirname(at)) {
    const own = await gitFolderAt(at);
    if (own !== undefined) {
      const common = await textOf(join(own, 'commondir'));
      return {
        workTree: at as AbsPath,
        own,
        shared: common === undefined ? own : (resolve(own, common.trim()) as AbsPath),
      };
    }
    if (at === dirname(at)) return undefined;
  }
}

async function gitFolderAt(folder: string): Promise<AbsPath | undefined> {
  const path = join(folder, '.git');
  try {
    if ((await stat(path)).isDirectory()) return path as AbsPath;
  } catch (error) {
    if (isAbsent(error) || systemCode(error) === 'EACCES') return undefined;
    throw error;
  }
  const target = /^gitdir:\s*(.+)$/m.exec((await textOf(path)) ?? '')?.[1];
  return target === undefined ? undefined : (resolve(folder, target.trim()) as AbsPath);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Calls `changed` when HEAD, a branch or a tag may point elsewhere. Not the editor's watcher: its excludes often hide `.git`. Git's index
 * is left out: `git status` rewrites it, and it says nothing of data.
 */
export class GitWatch {
  readonly #folders: GitFolders;
  readonly #changed: () => void;
  readonly #log: Logger;
  readonly #watchers = new Map<string, FSWatcher>();
  #disposed = false;

  constructor(folders: GitFolders, changed: () => void, log: Logger) {
    this.#folders = folders;
    this.#changed = changed;
    this.#log = log;
    this.#arm();
  }

  dispose(): void {
    this.#disposed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Watches folders: git replaces its files by renaming. Those that are not there yet come with the next call. */
  #arm(): void {
    const { own, shared } = this.#folders;
    const heads = (name: string): boolean =>
      name === 'HEAD' || name === 'packed-refs' || name === 'logs' || name === 'refs';
    const any = (name: string): boolean => !name.endsWith('.lock');
    this.#watch(own, heads);
    if (shared !== own) this.#watch(shared, heads);
    // Every move of HEAD is one line more in logs/HEAD: also those to branches in folders of their own.
    this.#watch(join(own, 'logs'), (name) => name === 'HEAD');
    this.#watch(join(shared, 'refs', 'heads'), any);
    this.#watch(join(shared, 'refs', 'tags'), any);
  }

  #watch(folder: string, of: (name: string) => boolean): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (this.#disposed || (name !== null && !of(name))) return;
        this.#arm();
        this.#changed();
      });
      watcher.on('error', (error) => {
        this.#log.debug('A watcher of git ended.', { folder, reason: error.message });
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      if (!isAbsent(error))
        this.#log.warn('A git folder cannot be watched.', { folder, reason: systemCode(error) ?? String(error) });
    }
  }
}

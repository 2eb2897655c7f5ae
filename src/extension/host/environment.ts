import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import type { AbsPath } from '../../base/paths.ts';

/** What a repository thread is told when it starts (`workerData`). */
export interface ThreadData {
  readonly cacheFolder: AbsPath;
  /** The built file of the hash threads. */
  readonly hashWorker: string;
  readonly threads: number;
  /** False where the window is not trusted: pointers are read, and nothing else is done. */
  readonly trusted: boolean;
}

export interface ThreadFiles {
  readonly repositoryThread: string;
  readonly hashWorker: string;
}

/** The built files beside the extension's own bundle. */
export function threadFiles(extensionPath: string): ThreadFiles {
  return {
    repositoryThread: join(extensionPath, 'dist', 'repository-thread.mjs'),
    hashWorker: join(extensionPath, 'dist', 'hash-worker.mjs'),
  };
}

export function threadData(files: ThreadFiles, trusted: boolean, env: NodeJS.ProcessEnv = process.env): ThreadData {
  const threads = Math.max(1, Math.min(8, availableParallelism()));
  return { cacheFolder: cacheFolder(env), hashWorker: files.hashWorker, threads, trusted };
}

/** The user's cache folder for what can be made again; the command line uses the same. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): AbsPath {
  const home = env['HOME'] || homedir();
  const base =
    platform === 'darwin'
      ? join(home, 'Library', 'Caches')
      : platform === 'win32'
        ? env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local')
        : env['XDG_CACHE_HOME'] || join(home, '.cache');
  return join(base, 'data-tracks') as AbsPath;
}

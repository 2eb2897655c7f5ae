import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AbsPath } from '../../base/paths.ts';
import { defaultCacheFolder } from '../../core/host.ts';

/** What a repository thread is told when it starts (`workerData`). */
export interface ThreadData {
  readonly cacheFolder: AbsPath;
  /** The built file of the hash threads. */
  readonly hashWorker: string;
  readonly threads: number;
  /** False where the window is not trusted: nothing is written, no process started, no remote asked. */
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
  return { cacheFolder: defaultCacheFolder(env, process.platform), hashWorker: files.hashWorker, threads, trusted };
}

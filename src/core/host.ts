import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AbsPath } from '../base/paths.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Constant message, variables in fields. No secret ever. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

/** What the library needs from whoever runs it. Made in the two composition roots, and by tests. */
export interface Host {
  readonly log: Logger;
  /** Milliseconds since 1970. */
  now(): number;
  /** The folder for what can be made again: the stat index. */
  readonly cacheFolder: AbsPath;
  /** The file that worker threads start with; `undefined` runs the work on this thread. */
  readonly workerFile: string | URL | undefined;
  /** How many threads hash and copy. */
  readonly threads: number;
  /** True: start no process (so there is no git) and ask no remote, for a workspace whose settings are not to be believed yet. */
  readonly untrusted?: boolean;
  /** Environment variables, for what DVC and git read from them. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The user's folder for what can be made again; extension and command line use the same. */
export function defaultCacheFolder(env: Host['env'], platform: NodeJS.Platform): AbsPath {
  const home = env['HOME'] || homedir();
  const base =
    platform === 'darwin'
      ? join(home, 'Library', 'Caches')
      : platform === 'win32'
        ? env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local')
        : env['XDG_CACHE_HOME'] || join(home, '.cache');
  return join(base, 'data-tracks') as AbsPath;
}

export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

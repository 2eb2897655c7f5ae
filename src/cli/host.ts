import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import type { AbsPath } from '../base/paths.ts';
import { type Host, type LogFields, silentLogger } from '../core/host.ts';

export interface HostInput {
  readonly env: Host['env'];
  readonly platform: NodeJS.Platform;
  /** The file that hash threads start with. */
  readonly workerFile: URL;
  readonly jobs?: number | undefined;
  /** Where `--verbose` writes to; nothing is logged without. */
  readonly log: ((line: string) => void) | undefined;
}

/** The user's folder for what can be made again; the extension uses the same. */
export function cacheFolder(env: Host['env'], platform: NodeJS.Platform): AbsPath {
  const home = env['HOME'] || homedir();
  const base =
    platform === 'darwin'
      ? join(home, 'Library', 'Caches')
      : platform === 'win32'
        ? env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local')
        : env['XDG_CACHE_HOME'] || join(home, '.cache');
  return join(base, 'data-tracks') as AbsPath;
}

function logLine(level: string, message: string, fields: LogFields = {}): string {
  const rest = Object.entries(fields).flatMap(([k, v]) => (v === undefined ? [] : [`${k}=${JSON.stringify(v)}`]));
  return [`${level}: ${message}`, ...rest].join(' ');
}

export function createHost({ env, platform, workerFile, jobs, log }: HostInput): Host {
  return {
    env,
    now: () => Date.now(),
    cacheFolder: cacheFolder(env, platform),
    workerFile,
    threads: jobs ?? Math.max(1, Math.min(8, availableParallelism())),
    log:
      log === undefined
        ? silentLogger
        : {
            debug: (message, fields) => log(logLine('debug', message, fields)),
            info: (message, fields) => log(logLine('info', message, fields)),
            warn: (message, fields) => log(logLine('warn', message, fields)),
          },
  };
}

import { availableParallelism } from 'node:os';
import { defaultCacheFolder, type Host, type LogFields, silentLogger } from '../core/host.ts';

export interface HostInput {
  readonly env: Host['env'];
  readonly platform: NodeJS.Platform;
  /** The file that hash threads start with. */
  readonly workerFile: URL;
  readonly jobs?: number | undefined;
  /** Where `--verbose` writes to; nothing is logged without. */
  readonly log: ((line: string) => void) | undefined;
}

function logLine(level: string, message: string, fields: LogFields = {}): string {
  const rest = Object.entries(fields).flatMap(([k, v]) => (v === undefined ? [] : [`${k}=${JSON.stringify(v)}`]));
  return [`${level}: ${message}`, ...rest].join(' ');
}

export function createHost({ env, platform, workerFile, jobs, log }: HostInput): Host {
  return {
    env,
    now: () => Date.now(),
    cacheFolder: defaultCacheFolder(env, platform),
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

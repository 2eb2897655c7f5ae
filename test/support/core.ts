import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AbsPath } from '../../src/base/paths.ts';
import { type Host, silentLogger } from '../../src/core/host.ts';
import { openRepository, type Repository } from '../../src/core/repository.ts';

/** A folder that {@link removeFolders} takes away. */
export function temporaryFolder(prefix = 'tracks-'): AbsPath {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix))) as AbsPath;
  made.push(folder);
  return folder;
}

const made: AbsPath[] = [];

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** A host for tests: work on this thread unless `threads` is set, own cache and config folders. */
export function testHost(options: { readonly home: string; readonly threads?: number }): Host {
  return {
    log: silentLogger,
    now: () => Date.now(),
    cacheFolder: join(options.home, 'cache') as AbsPath,
    workerFile:
      options.threads === undefined ? undefined : new URL('../../src/core/workers/hash-worker.ts', import.meta.url),
    threads: options.threads ?? 1,
    env: {
      ...process.env,
      HOME: options.home,
      XDG_CONFIG_HOME: join(options.home, 'config'),
      DVC_GLOBAL_CONFIG_DIR: join(options.home, 'global'),
      DVC_SYSTEM_CONFIG_DIR: join(options.home, 'system'),
    },
  };
}

export async function openTestRepository(root: AbsPath, threads?: number): Promise<Repository> {
  const home = temporaryFolder('tracks-home-');
  return openRepository(root, testHost({ home, ...(threads === undefined ? {} : { threads }) }));
}

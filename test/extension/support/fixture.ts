import { glob, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AbsPath } from '../../../src/base/paths.ts';
import { add } from '../../../src/core/add.ts';
import { type Host, silentLogger } from '../../../src/core/host.ts';
import { initRepository } from '../../../src/core/init.ts';
import { push } from '../../../src/core/push.ts';
import { addRemote } from '../../../src/core/remote.ts';
import { openRepository } from '../../../src/core/repository.ts';
import { identity } from './git.ts';

/* Repositories for the windows, made by our own library before a window opens. */

/** The library's verbs on one root. */
export interface Tracks {
  init(options?: { readonly subdir?: boolean }): Promise<void>;
  add(...paths: readonly string[]): Promise<void>;
  push(): Promise<void>;
  addRemote(name: string, url: string): Promise<void>;
}

export function tracksIn(root: string): Tracks {
  const open = async <T>(work: (repo: Awaited<ReturnType<typeof openRepository>>) => Promise<T>): Promise<T> => {
    const home = await mkdtemp(path.join(tmpdir(), 'data-tracks-home-'));
    try {
      await using repo = await openRepository(root as AbsPath, hostIn(home));
      return await work(repo);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };
  const whole = ({ failed }: { readonly failed: readonly { readonly error: Error }[] }): void => {
    const [first] = failed;
    if (first !== undefined) throw first.error;
  };
  return {
    init: async (options = {}) => {
      await initRepository(root as AbsPath, options);
    },
    add: (...paths) => open(async (repo) => whole(await add(repo, paths))),
    push: () => open(async (repo) => whole(await push(repo))),
    addRemote: (name, url) => open(async (repo) => void (await addRemote(repo, name, url, { default: true }))),
  };
}

function hostIn(home: string): Host {
  return {
    log: silentLogger,
    now: () => Date.now(),
    cacheFolder: path.join(home, 'cache') as AbsPath,
    workerFile: undefined,
    threads: 1,
    env: { ...process.env, ...identity, HOME: home, XDG_CONFIG_HOME: path.join(home, 'config') },
  };
}

/** Puts what makes a folder a repository aside, so that a window on it does not start the extension; see `openWindow`. */
export async function hideRepository(root: string, aside: string): Promise<void> {
  await mkdir(aside, { recursive: true });
  await rename(path.join(root, '.dvc'), path.join(aside, '.dvc'));
  for await (const name of glob('**/*.dvc', { cwd: root })) {
    await mkdir(path.dirname(path.join(aside, name)), { recursive: true });
    await rename(path.join(root, name), path.join(aside, name));
  }
}

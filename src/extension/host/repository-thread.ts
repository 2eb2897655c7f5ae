import { parentPort, workerData } from 'node:worker_threads';
import { TracksError } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';
import type { Host, Logger } from '../../core/host.ts';
import { initCoreRepository, openCoreRepository, openUntrusted } from './core-bindings.ts';
import type { ThreadData } from './environment.ts';
import type { InitInput } from './extras.ts';
import { repositoryMethods } from './repository-methods.ts';
import { asPort, type FromThread, type ToThread } from './rpc-messages.ts';
import { type Method, RpcServer } from './rpc-server.ts';

/*
 * The entry of a repository thread: opens one repository with the core library and answers calls for it. Bundled as
 * dist/repository-thread.mjs.
 */

function serve(): void {
  if (parentPort === null) throw new TracksError('internal', 'repository-thread.ts runs as a worker thread only.');
  const port = asPort<FromThread, ToThread>(parentPort);
  const data = workerData as ThreadData;
  const write =
    (level: 'debug' | 'info' | 'warn'): Logger['info'] =>
    (message, fields) =>
      port.postMessage({ type: 'log', level, message, fields });
  const host: Host = {
    log: { debug: write('debug'), info: write('info'), warn: write('warn') },
    now: Date.now,
    cacheFolder: data.cacheFolder,
    workerFile: data.hashWorker,
    threads: data.threads,
    env: process.env,
  };
  const ofRepository = repositoryMethods(async (root) =>
    data.trusted ? openCoreRepository(root, host) : openUntrusted(root, host),
  );
  const own: Readonly<Record<string, Method>> = {
    ping: async () => undefined,
    init: async (args) => initCoreRepository(args[0] as AbsPath, args[1] as InitInput),
  };
  new RpcServer(port, (name) => (Object.hasOwn(own, name) ? own[name] : ofRepository(name)));
}

serve();

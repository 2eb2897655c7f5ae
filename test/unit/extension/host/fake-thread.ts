import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { TracksError } from '../../../../src/base/errors.ts';
import type { AbsPath, RepoPath } from '../../../../src/base/paths.ts';
import type { VersionedRepository } from '../../../../src/core/system.ts';
import type { RepositoryExtras } from '../../../../src/extension/host/extras.ts';
import { repositoryMethods } from '../../../../src/extension/host/repository-methods.ts';
import { asPort, type FromThread, type ToThread } from '../../../../src/extension/host/rpc-messages.ts';
import { RpcServer } from '../../../../src/extension/host/rpc-server.ts';

/* A repository thread whose repository is made up. Paths choose what happens. */

let chunksRead = 0;

function fakeRepository(root: AbsPath): VersionedRepository {
  if (root.endsWith('not-there')) throw new TracksError('not-a-repository', 'Nothing there.', { path: root });
  return {
    system: 'fake',
    root,
    gitRoot: undefined,
    datasets: async () => ({ datasets: [], faults: [] }),
    versions: async (path, page) => {
      throw new TracksError('bad-file', `${path}: broken`, {
        path,
        line: page.limit,
        hint: 'Mend it.',
        details: { a: [1] },
      });
    },
    entries: async (folder) =>
      Array.from({ length: 10_001 }, (_, i) => ({
        path: `${folder}/${i}` as RepoPath,
        kind: 'file' as const,
        size: i,
      })),
    // Asks how far the stream of `content` was read.
    entry: async (path) => ({ path, kind: 'file', size: chunksRead }),
    content: async (path) => ({
      size: 1000 * 65_536,
      open: async (range) => {
        chunksRead = 0;
        async function* chunks(): AsyncGenerator<Buffer> {
          for (let i = range?.start ?? 0; i < (range?.end ?? 1000); i++) {
            if (path === 'breaks' && i === 3) throw new TracksError('corrupt', 'Bad bytes.', { path });
            chunksRead++;
            yield Buffer.alloc(65_536, i % 256);
          }
        }
        return Readable.from(chunks(), { objectMode: false, highWaterMark: 65_536 });
      },
    }),
    status: async () => process.exit(3),
    diff: async () => {
      setImmediate(() => {
        throw new Error('boom');
      });
      return new Promise(() => undefined);
    },
    push: async (options) => {
      for (let i = 0; i < 1000; i++) {
        options?.progress?.({ phase: 'push', files: i, bytes: i });
        if (options?.targets?.[0] !== 'fast') await wait(10, undefined, { signal: options?.signal });
      }
      return {
        done: [],
        failed: [{ what: 'x', error: new TracksError('network', 'Gone.', { path: 'x', hint: 'Wait.' }) }],
        objects: 0,
        bytes: 0,
      };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

if (parentPort !== null) {
  const extras = {
    testRemote: async ({ name }: { name: string }) => ({ ok: true, message: name }),
  } as unknown as RepositoryExtras;
  const port = asPort<FromThread, ToThread>(parentPort);
  const methods = repositoryMethods(async (root) => ({ repository: fakeRepository(root), extras }));
  new RpcServer(port, methods);
  port.postMessage({ type: 'log', level: 'info', message: 'started', fields: { n: 1 } });
}

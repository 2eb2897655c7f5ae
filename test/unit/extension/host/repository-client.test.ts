import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError, type TracksError } from '../../../../src/base/errors.ts';
import type { ProgressState } from '../../../../src/base/operation.ts';
import type { AbsPath, RepoPath } from '../../../../src/base/paths.ts';
import { silentLogger } from '../../../../src/core/host.ts';
import { RepositoryClient, type ThreadSetup } from '../../../../src/extension/host/repository-client.ts';

const logged: string[] = [];
const setup: ThreadSetup = {
  file: new URL('./fake-thread.ts', import.meta.url),
  data: undefined,
  log: { ...silentLogger, info: (message, fields) => logged.push(`${message} ${fields?.['n']}`) },
};
const path = (text: string): RepoPath => text as RepoPath;

describe('RepositoryClient', () => {
  let client: RepositoryClient;
  beforeEach(async () => {
    client = await RepositoryClient.open('/fake' as AbsPath, setup);
  });
  afterEach(() => client[Symbol.asyncDispose]());

  it('has the members that the repository has, and no others', () => {
    assert.equal(client.system, 'fake');
    assert.equal(client.root, '/fake');
    assert.equal(typeof client.push, 'function');
    assert.equal(client.pull, undefined);
    assert.equal('add' in client && client.add !== undefined, false);
  });

  it('rejects opening with the error of opening', async () => {
    await assert.rejects(RepositoryClient.open('/not-there' as AbsPath, setup), (e) =>
      isTracksError(e, 'not-a-repository'),
    );
  });

  it('carries the log of the thread', () => assert.ok(logged.includes('started 1')));

  it('carries an error with all its fields', async () => {
    await assert.rejects(client.versions(path('a/b'), { skip: 0, limit: 7 }), (e: TracksError) => {
      assert.ok(isTracksError(e, 'bad-file'));
      assert.deepEqual(
        [e.message, e.path, e.line, e.hint, e.details],
        ['a/b: broken', 'a/b', 7, 'Mend it.', { a: [1] }],
      );
      return true;
    });
  });

  it('carries the errors inside of a batch', async () => {
    const result = await client.push?.({ targets: [path('fast')] });
    const error = result?.failed[0]?.error;
    assert.ok(isTracksError(error, 'network'));
    assert.deepEqual([result?.failed[0]?.what, error.hint], ['x', 'Wait.']);
  });

  it('gives back a list of many things whole and in order', async () => {
    const entries = await client.entries(path('f'));
    assert.equal(entries.length, 10_001);
    assert.ok(entries.every((entry, i) => entry.path === `f/${i}` && entry.size === i));
  });

  it('cancels a call in the middle', async () => {
    const abort = new AbortController();
    const started = performance.now();
    const states: ProgressState[] = [];
    const call = client.push?.({
      signal: abort.signal,
      progress: (state) => {
        states.push(state);
        if (states.length === 2) abort.abort();
      },
    });
    await assert.rejects(call ?? Promise.resolve(), (e) => isTracksError(e, 'cancelled'));
    assert.ok(performance.now() - started < 5000);
    assert.ok((states.at(-1)?.files ?? 0) < 999);
  });

  it('rejects a call whose signal is aborted already', async () => {
    await assert.rejects(client.datasets(undefined, { signal: AbortSignal.abort() }), (e) =>
      isTracksError(e, 'cancelled'),
    );
  });

  it('reports progress at most ten times a second, the last state always', async () => {
    const states: ProgressState[] = [];
    await client.push?.({ targets: [path('fast')], progress: (state) => states.push(state) });
    assert.ok(states.length <= 5, `${states.length} reports`);
    assert.equal(states.at(-1)?.files, 999);
  });

  it('calls the extras by name', async () => {
    assert.deepEqual(await client.extras.testRemote({ name: 'r' }), { ok: true, message: 'r' });
  });

  describe('content', () => {
    it('streams a range', async () => {
      const source = await client.content(path('data'));
      assert.equal(source.size, 65_536_000);
      const stream = await source.open({ start: 2, end: 12 });
      let bytes = 0;
      const seen = new Set<number>();
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        for (const at of [0, chunk.length - 1]) seen.add(chunk[at] ?? -1);
      }
      assert.equal(bytes, 10 * 65_536);
      assert.deepEqual(
        [...seen].sort((a, b) => a - b),
        [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      );
    });

    it('reads no further ahead than a few chunks, and stops when the reader leaves', async () => {
      const stream = await (await client.content(path('data'))).open();
      const reader = stream[Symbol.asyncIterator]();
      await reader.next();
      await wait(100);
      const before = (await client.entry(path('x')))?.size ?? 0;
      assert.ok(before > 0 && before < 20, `${before} chunks read`);
      await reader.return?.(undefined);
      await wait(50);
      const later = (await client.entry(path('x')))?.size ?? 0;
      assert.ok(later <= before + 1, `${later} chunks after the end, ${before} before`);
    });

    it('carries an error in the middle', async () => {
      const stream = await (await client.content(path('breaks'))).open();
      let chunks = 0;
      const read = async (): Promise<void> => {
        for await (const _ of stream) chunks++;
      };
      await assert.rejects(read(), (e) => isTracksError(e, 'corrupt'));
      assert.equal(chunks, 3);
    });

    it('ends with `cancelled` when its signal aborts', async () => {
      const abort = new AbortController();
      const stream = await (await client.content(path('data'))).open(undefined, { signal: abort.signal });
      const read = async (): Promise<void> => {
        for await (const _ of stream) abort.abort();
      };
      await assert.rejects(read(), (e) => isTracksError(e, 'cancelled'));
    });
  });

  for (const [what, kill] of [
    ['exits', (c: RepositoryClient) => c.status()],
    ['throws', (c: RepositoryClient) => c.diff(undefined, undefined)],
  ] as const) {
    it(`rejects all that is under way when the thread ${what}, and starts a new one`, async () => {
      const stream = await (await client.content(path('data'))).open();
      const push = client.push?.() ?? Promise.resolve();
      const read = async (): Promise<void> => {
        for await (const _ of stream) await wait(1);
      };
      const crash = (e: unknown): boolean => isTracksError(e, 'internal') && /thread.*\/fake.*ended/.test(e.message);
      await Promise.all([
        assert.rejects(push, crash),
        assert.rejects(read(), crash),
        assert.rejects(kill(client), crash),
      ]);
      assert.deepEqual(await client.datasets(), { datasets: [], faults: [] });
    });
  }

  it('rejects what is under way, and later calls, as cancelled after its end', async () => {
    const push = client.push?.() ?? Promise.resolve();
    const rejected = assert.rejects(push, (e) => isTracksError(e, 'cancelled'));
    await client[Symbol.asyncDispose]();
    await rejected;
    await assert.rejects(client.datasets(), (e) => isTracksError(e, 'cancelled'));
  });
});

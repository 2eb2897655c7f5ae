import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { md5 } from '../../../../src/core/objects/hash.ts';
import { inlinePool, threadPool, type WorkPool } from '../../../../src/core/workers/pool.ts';
import type { HashTask, PlaceItem, TaskResults } from '../../../../src/core/workers/protocol.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { filesBelow } from '../../../support/project.ts';

const worker = new URL('../../../../src/core/workers/hash-worker.ts', import.meta.url);
const crashing = new URL('../../../support/workers/crashing.ts', import.meta.url);

describe('pools of threads', function () {
  this.timeout(20_000);
  let folder: string;
  const pools: WorkPool[] = [];

  before(() => {
    folder = temporaryFolder();
    for (let i = 0; i < 40; i++) writeFileSync(join(folder, `f${i}`), `content ${i}`);
    writeFileSync(join(folder, 'large'), Buffer.alloc(150 << 20, 'x'));
  });
  after(removeFolders);
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool[Symbol.asyncDispose]();
  });

  const open = (size: number, file: URL = worker): WorkPool => {
    const pool = threadPool({ file, size });
    pools.push(pool);
    return pool;
  };
  const task = (names: readonly string[], more: Partial<HashTask> = {}): HashTask => ({
    kind: 'hash',
    hashName: 'md5',
    items: names.map((n) => ({ file: join(folder, n), size: 10 })),
    ...more,
  });

  it('threads: two that make the same folders at once do not stand in each other’s way', async () => {
    const pool = open(2);
    const root = temporaryFolder();
    const object = join(folder, 'f0');
    const item = (i: number, k: number): PlaceItem => ({
      object,
      md5: md5('content 0'),
      target: join(root, `${i}`, 'deep', `file${k}`),
      executable: false,
    });
    const place = (k: number): Promise<TaskResults['place']> =>
      pool.run({
        kind: 'place',
        items: Array.from({ length: 1500 }, (_, i) => item(i, k)),
        links: ['copy'],
        root,
        verify: false,
      });
    const outcomes = (await Promise.all([place(0), place(1)])).flat();
    assert.deepEqual(
      outcomes.flatMap((o) => ('error' in o ? [o.error.message] : [])),
      [],
    );
  });

  for (const [name, make] of [
    ['threads', () => open(2)],
    ['the calling thread', () => inlinePool()],
  ] as const) {
    it(`${name}: results in the order of the items, progress that adds up`, async () => {
      const pool = make();
      let files = 0;
      let bytes = 0;
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, k) =>
          pool.run(task(Array.from({ length: 5 }, (_x, i) => `f${k * 5 + i}`)), {
            tick: (f, b) => {
              files += f;
              bytes += b;
            },
          }),
        ),
      );
      assert.deepEqual(
        results.flat().map((o) => ('md5' in o ? o.md5 : o.error.code)),
        Array.from({ length: 40 }, (_, i) => md5(`content ${i}`)),
      );
      assert.equal(files, 40);
      assert.equal(
        bytes,
        Array.from({ length: 40 }, (_, i) => `content ${i}`.length).reduce((a, b) => a + b),
      );
    });

    it(`${name}: errors keep code, path and hint on their way`, async () => {
      const [outcome] = await make().run(task(['nothing-here']));
      assert.ok(outcome !== undefined && 'error' in outcome);
      assert.equal(outcome.error.code, 'not-found');
      assert.equal(outcome.error.path, join(folder, 'nothing-here'));
    });

    it(`${name}: cancelled in the middle of a large file`, async () => {
      const pool = make();
      const controller = new AbortController();
      const cacheRoot = join(temporaryFolder(), 'cache');
      const started = performance.now();
      let seen = 0;
      const running = pool.run(task(['large'], { cacheRoot }), {
        signal: controller.signal,
        tick: (_f, bytes) => {
          seen += bytes;
          if (seen > 1 << 20) controller.abort();
        },
      });
      await assert.rejects(running, { code: 'cancelled' });
      assert.ok(seen < 150 << 20, 'it was stopped in the middle');
      assert.deepEqual(filesBelow(cacheRoot), []);
      assert.ok(performance.now() - started < 10_000);
      // The same threads do the next task.
      const [next] = await pool.run(task(['f1']));
      assert.ok(next !== undefined && 'md5' in next && next.md5 === md5('content 1'));
    });

    it(`${name}: cancelled before it begins`, async () => {
      await assert.rejects(make().run(task(['f1']), { signal: AbortSignal.abort() }), { code: 'cancelled' });
    });
  }

  it('cancels what waits in the queue, and leaves other tasks alone', async () => {
    const pool = open(1);
    const controller = new AbortController();
    const first = pool.run(task(['large']), { signal: controller.signal });
    const queued = pool.run(task(['f1']), { signal: controller.signal });
    const other = pool.run(task(['f2']));
    controller.abort();
    await assert.rejects(first, { code: 'cancelled' });
    await assert.rejects(queued, { code: 'cancelled' });
    const [outcome] = await other;
    assert.ok(outcome !== undefined && 'md5' in outcome && outcome.md5 === md5('content 2'));
  });

  for (const way of ['throw', 'exit']) {
    it(`a thread that dies (${way}) fails its task alone; another takes its place`, async () => {
      const pool = open(1, crashing);
      const crashed = pool.run(task([way]));
      const waiting = pool.run(task(['f3']));
      await assert.rejects(crashed, { code: 'internal', message: /thread ended/ });
      const [outcome] = await waiting;
      assert.ok(outcome !== undefined && 'md5' in outcome && outcome.md5 === md5('content 3'));
    });
  }

  it('a thread that cannot even start fails every task, and hangs none', async () => {
    const pool = open(2, new URL('./no-such-worker.ts', import.meta.url));
    const results = await Promise.allSettled([pool.run(task(['f1'])), pool.run(task(['f2'])), pool.run(task(['f3']))]);
    assert.deepEqual(
      results.map((r) => r.status),
      ['rejected', 'rejected', 'rejected'],
    );
  });

  it('closed, it rejects what runs, what waits and what comes', async () => {
    const pool = open(1, crashing);
    const running = pool.run(task(['wait']));
    const waiting = pool.run(task(['f1']));
    const ends = Promise.all([
      assert.rejects(running, { code: 'cancelled' }),
      assert.rejects(waiting, { code: 'cancelled' }),
    ]);
    await pool[Symbol.asyncDispose]();
    await ends;
    await assert.rejects(pool.run(task(['f1'])), { code: 'internal' });
  });
});

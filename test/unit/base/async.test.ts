import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mapLimited, Sequence, SingleFlight } from '../../../src/base/async.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('mapLimited', () => {
  it('runs at most so many at once, results in the order of the items', async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimited([5, 1, 4, 2, 3], 2, async (n) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < n; i++) await turn();
      running--;
      return n * 10;
    });
    assert.deepEqual(results, [50, 10, 40, 20, 30]);
    assert.equal(most, 2);
    assert.deepEqual(await mapLimited([], 3, () => assert.fail()), []);
  });

  it('throws the first error, when nothing is under way any more, and begins nothing after it', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    await assert.rejects(
      mapLimited([1, 2, 3, 4, 5], 3, async (n) => {
        begun.push(n);
        for (let i = 0; i < n * 5; i++) await turn();
        ended.push(n);
        if (n <= 2) throw new Error(`planned ${n}`);
      }),
      /planned 1/,
    );
    assert.deepEqual(begun, [1, 2, 3]);
    assert.deepEqual(ended, [1, 2, 3]);
  });

  it('an abort stops what has not begun', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const running = mapLimited(
      [1, 2, 3],
      1,
      async (n) => {
        begun.push(n);
        controller.abort();
      },
      controller.signal,
    );
    await assert.rejects(running, { code: 'cancelled' });
    assert.deepEqual(begun, [1]);
  });
});

describe('SingleFlight and Sequence', () => {
  it('one joins calls of the same key while they run', async () => {
    const flight = new SingleFlight<number>();
    let calls = 0;
    const work = async (): Promise<number> => {
      await turn();
      return ++calls;
    };
    assert.deepEqual(
      await Promise.all([flight.run('a', work), flight.run('a', work), flight.run('b', work)]),
      [1, 1, 2],
    );
    assert.equal(await flight.run('a', work), 3);
    const fail = (): Promise<number> => Promise.reject(new Error('planned'));
    await assert.rejects(flight.run('a', fail), /planned/);
    assert.equal(await flight.run('a', work), 4);
  });

  it('the other runs them one after the other, also after a failure', async () => {
    const sequence = new Sequence();
    const order: string[] = [];
    const step =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        order.push(`${name} begins`);
        await turn();
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      sequence.run(step('a')),
      sequence.run(step('b', true)),
      sequence.run(step('c')),
    ]);
    assert.deepEqual(
      results.map((r) => r.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refresher, type Timers } from '../../../../src/extension/model/refresher.ts';

class FakeTimers implements Timers {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; readonly then: () => void }>();

  now(): number {
    return this.#now;
  }

  start(milliseconds: number, then: () => void): { dispose(): void } {
    const timer = { at: this.#now + milliseconds, then };
    this.#waiting.add(timer);
    return { dispose: () => void this.#waiting.delete(timer) };
  }

  /** Lets time pass in steps of a millisecond. */
  async pass(milliseconds: number): Promise<void> {
    for (let i = 0; i < milliseconds; i++) {
      this.#now++;
      for (const timer of [...this.#waiting]) {
        if (timer.at > this.#now) continue;
        this.#waiting.delete(timer);
        timer.then();
      }
    }
    await settle();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Rig {
  readonly timers: FakeTimers;
  readonly refresher: Refresher;
  /** When the runs began. */
  readonly runs: number[];
  /** Ends the run that is under way. */
  finish(): Promise<void>;
  awake: boolean;
}

function rig(): Rig {
  const timers = new FakeTimers();
  const runs: number[] = [];
  let end: (() => void) | undefined;
  const made: Rig = {
    timers,
    runs,
    awake: true,
    refresher: new Refresher({
      timers,
      quiet: 300,
      longest: 1000,
      mayRun: () => made.awake,
      work: () => {
        runs.push(timers.now());
        return new Promise((resolve) => {
          end = resolve;
        });
      },
    }),
    finish: async () => {
      end?.();
      await settle();
    },
  };
  return made;
}

describe('Refresher', () => {
  it('waits for a quiet moment', async () => {
    const { timers, refresher, runs } = rig();
    refresher.request();
    await timers.pass(200);
    refresher.request();
    await timers.pass(299);
    assert.deepEqual(runs, []);
    await timers.pass(1);
    assert.deepEqual(runs, [500]);
  });

  it('waits no longer than a second', async () => {
    const { timers, refresher, runs } = rig();
    for (let i = 0; i < 12; i++) {
      refresher.request();
      await timers.pass(100);
    }
    assert.deepEqual(runs, [1000]);
  });

  it('has one run under way and one queued, however many ask', async () => {
    const { refresher, runs, finish } = rig();
    const first = refresher.now();
    const second = refresher.now();
    const third = refresher.now();
    assert.equal(second, third);
    assert.equal(runs.length, 1);
    await finish();
    await first;
    assert.equal(runs.length, 2);
    let done = false;
    void second.then(() => {
      done = true;
    });
    await settle();
    assert.equal(done, false);
    await finish();
    assert.equal(done, true);
    assert.equal(runs.length, 2);
  });

  it('puts a request off while it may not run, and catches up', async () => {
    const made = rig();
    made.awake = false;
    made.refresher.request();
    await made.timers.pass(2000);
    assert.deepEqual(made.runs, []);
    made.awake = true;
    made.refresher.wake();
    assert.equal(made.runs.length, 1);
    await made.finish();
    made.refresher.wake();
    assert.equal(made.runs.length, 1);
  });

  it('runs at once when asked by hand, also while asleep', () => {
    const made = rig();
    made.awake = false;
    void made.refresher.now();
    assert.equal(made.runs.length, 1);
  });

  it('waits while it is held', async () => {
    const { timers, refresher, runs } = rig();
    const hold = refresher.hold();
    refresher.request();
    await timers.pass(5000);
    assert.deepEqual(runs, []);
    hold.dispose();
    hold.dispose();
    await timers.pass(300);
    assert.equal(runs.length, 1);
  });

  it('is asked by hand after a hold: one run serves the requests put off as well', async () => {
    const { timers, refresher, runs, finish } = rig();
    const hold = refresher.hold();
    refresher.request();
    await timers.pass(500);
    hold.dispose();
    void refresher.now();
    await finish();
    await timers.pass(2000);
    assert.equal(runs.length, 1);
  });

  it('does nothing any more once disposed', async () => {
    const { timers, refresher, runs } = rig();
    refresher.request();
    refresher.dispose();
    await timers.pass(2000);
    await refresher.now();
    assert.deepEqual(runs, []);
  });
});

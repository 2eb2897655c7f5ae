import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ProgressState } from '../../../../src/base/operation.ts';
import {
  activityDescription,
  activityOrder,
  activityTooltip,
  formatDuration,
  percent,
  progressText,
} from '../../../../src/extension/views/activity-labels.ts';
import { activity } from './samples.ts';

const mega = 1024 * 1024;

describe('progress', () => {
  const cases: readonly (readonly [ProgressState | undefined, number | undefined, string])[] = [
    [undefined, undefined, 'starting'],
    [
      { phase: 'push', files: 3, bytes: 12 * mega, totalFiles: 9, totalBytes: 40 * mega },
      5.2 * mega,
      'push · 12.0 MB of 40.0 MB · 30 % · 5.2 MB/s',
    ],
    [{ phase: 'hash', files: 3, bytes: 0, totalFiles: 2000 }, undefined, 'hash · 3 of 2,000 files · 0 %'],
    [{ phase: 'scan', files: 1, bytes: 0 }, 0, 'scan · 1 file'],
    [{ phase: 'plan', files: 0, bytes: 0 }, undefined, 'plan'],
    [{ phase: 'push', files: 0, bytes: 10, totalBytes: 5 }, undefined, 'push · 10 B of 5 B · 100 %'],
  ];
  for (const [progress, rate, expected] of cases) {
    it(expected, () => assert.equal(progressText(progress, rate), expected));
  }

  it('has no percent without a total, nor with an empty one', () => {
    assert.equal(percent({ phase: '', files: 1, bytes: 1 }), undefined);
    assert.equal(percent({ phase: '', files: 0, bytes: 0, totalBytes: 0, totalFiles: 0 }), undefined);
  });
});

describe('an activity', () => {
  it('that ended says what it did and when', () => {
    const done = activity({ state: 'done', summary: '3 files pushed.', ended: 1000 });
    assert.equal(activityDescription(done, 61_000), '3 files pushed. · 1 minute ago');
    assert.equal(activityDescription(activity({ state: 'cancelled', ended: 0 }), 0), 'cancelled · just now');
    assert.match(
      activityTooltip(activity({ state: 'failed', ended: 12_000, failures: [{ what: 'a', message: 'b' }] }), 12_000),
      /Took 12 s.*\n\n1 thing failed/,
    );
  });

  it('that runs comes first, then the newest', () => {
    const entries = [
      activity({ id: 1, started: 1, state: 'done' }),
      activity({ id: 2, started: 2, state: 'failed' }),
      activity({ id: 3, started: 0 }),
    ];
    assert.deepEqual(
      activityOrder(entries).map(({ id }) => id),
      [3, 2, 1],
    );
  });

  for (const [milliseconds, expected] of [
    [-5, '0.0 s'],
    [420, '0.4 s'],
    [12_900, '12 s'],
    [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'],
  ] as const) {
    it(`lasts ${expected}`, () => assert.equal(formatDuration(milliseconds), expected));
  }
});

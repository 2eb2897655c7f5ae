import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ErrorCode, TracksError } from '../../../../src/base/errors.ts';
import { errorText, failuresOf, failureText, nextStep, summaryOf } from '../../../../src/extension/model/outcomes.ts';
import { percentDone, progressText, RateMeter } from '../../../../src/extension/model/progress-text.ts';

const failure = (what: string, code: ErrorCode, message: string, hint?: string) => ({
  what,
  error: new TracksError(code, message, hint === undefined ? {} : { hint }),
});

describe('outcomes', () => {
  const codes: readonly (readonly [ErrorCode, string])[] = [
    ['not-in-cache', 'Pull'],
    ['would-overwrite', 'Overwrite…'],
    ['no-remote', 'Add Remote…'],
    ['not-a-repository', 'Initialise'],
    ['auth', 'Retry'],
    ['network', 'Retry'],
    ['locked', 'Retry'],
    ['corrupt', 'Show Log'],
  ];
  for (const [code, want] of codes)
    it(`${code}: ${want}`, () => assert.equal(nextStep(new TracksError(code, 'x')), want));
  it('what can be tried later is tried again', () =>
    assert.equal(nextStep(new TracksError('io', 'x', { retry: 'later' })), 'Retry'));

  it('finds failures of a batch and of the checkout in a pull', () => {
    const [a, b] = [failure('a', 'io', 'x'), failure('b', 'io', 'y')];
    assert.deepEqual(failuresOf({ done: [], failed: [a], checkout: { failed: [b] } }), [a, b]);
    assert.deepEqual(failuresOf(undefined), []);
    assert.deepEqual(failuresOf({ removed: 3 }), []);
  });

  it('says message and hint', () => {
    assert.equal(errorText(new TracksError('io', 'It broke', { hint: 'Mend it.' })), 'It broke. Mend it.');
    assert.equal(errorText(new Error('plain.')), 'plain.');
  });

  it('names the first failure and the count', () => {
    assert.equal(failureText([failure('a/b', 'io', 'Broken.')]), 'a/b: Broken.');
    assert.equal(failureText([failure('a/b', 'io', 'a/b is broken.', 'Mend it.')]), 'a/b is broken. Mend it.');
    assert.equal(failureText([failure('a', 'io', 'x.'), failure('b', 'io', 'y.')]), '2 items failed. First: a: x.');
  });

  const summaries: readonly (readonly [unknown, string])[] = [
    [undefined, ''],
    [{ done: ['a', 'b'], failed: [] }, '2 done.'],
    [{ done: [], failed: [], objects: 0, bytes: 0 }, 'Nothing to transfer.'],
    [{ done: [], failed: [], objects: 1200, bytes: 1536 }, '1,200 objects, 1.5 KB.'],
    [{ added: ['a'], modified: [], deleted: ['b', 'c'], inTheWay: [] }, '1 added, 2 deleted in the workspace.'],
    [
      { objects: 1, bytes: 1, checkout: { added: [], modified: [], deleted: [], inTheWay: [] } },
      '1 object, 1 B; the workspace was up to date.',
    ],
  ];
  for (const [result, want] of summaries)
    it(`sums up: ${want || 'nothing'}`, () => assert.equal(summaryOf(result), want));
});

describe('progressText', () => {
  it('says all that is known', () =>
    assert.equal(
      progressText(
        { phase: 'push', files: 120, totalFiles: 2000, bytes: 12.3 * 1024 ** 2, totalBytes: 80 * 1024 ** 2 },
        5.1 * 1024 ** 2,
      ),
      '12.3 MB of 80.0 MB · 5.1 MB/s · 120 of 2,000 files',
    ));
  it('leaves out what is not', () =>
    assert.equal(progressText({ phase: 'x', files: 1, bytes: 0 }, undefined), '1 file'));
  it('is never more than all', () => assert.equal(percentDone({ phase: 'x', files: 3, totalFiles: 2, bytes: 0 }), 100));
  it('goes by files where no bytes are known', () =>
    assert.equal(percentDone({ phase: 'x', files: 1, totalFiles: 4, bytes: 7 }), 25));
  it('is unknown without totals', () => assert.equal(percentDone({ phase: 'x', files: 1, bytes: 7 }), undefined));
});

describe('RateMeter', () => {
  it('measures the last three seconds', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 10; second++) meter.add(second * 1000, second <= 5 ? 0 : (second - 5) * 100);
    assert.equal(meter.rate, 100);
  });
  it('begins anew when a new phase counts from zero', () => {
    const meter = new RateMeter();
    meter.add(0, 5000);
    meter.add(1000, 0);
    assert.equal(meter.rate, undefined);
    meter.add(2000, 500);
    assert.equal(meter.rate, 500);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { Snapshot } from '../../../../src/extension/model/contract.ts';
import {
  addSummaries,
  emptySummary,
  summarise,
  summaryText,
  summaryWords,
} from '../../../../src/extension/views/summary.ts';
import { dataset, snapshot, status } from './samples.ts';

const three = [dataset('a'), dataset('b', { kind: 'folder' }), dataset('c')];
const fault = { pointer: 'd.dvc' as RepoPath, message: 'bad', conflict: false };

describe('the status bar', () => {
  const cases: readonly (readonly [string, Snapshot, string])[] = [
    ['all is well', snapshot(three), 'Data ok'],
    ['nothing tracked', snapshot([]), 'Data ok'],
    ['stale', snapshot(three, { a: 'modified', b: 'changed?' }), 'Data: 2 stale'],
    [
      'states inside do not count twice',
      snapshot(three, { b: 'modified', 'b/x': 'modified', 'b/y': 'deleted' }),
      'Data: 1 stale',
    ],
    ['not here is not stale', snapshot(three, { a: 'missing', b: 'missing', c: 'missing' }), 'Data: ↓3'],
    [
      'everything at once',
      snapshot(three, { a: 'modified', b: 'not-pushed', c: 'missing' }),
      'Data: 1 stale · ↑1 · ↓1',
    ],
    [
      'modified and not pushed',
      snapshot(three, { b: 'modified' }, { status: status({ notInRemote: ['b/'] }) }),
      'Data: 1 stale · ↑1',
    ],
    ['a damaged pointer', snapshot(three, {}, { list: { datasets: three, faults: [fault] } }), 'Data: 1 error'],
  ];
  for (const [name, what, expected] of cases) {
    it(name, () => assert.equal(summaryText(summarise(what)), expected));
  }

  it('adds up repositories', () => {
    const sum = addSummaries(summarise(snapshot(three, { a: 'modified' })), summarise(snapshot(three, { a: 'added' })));
    assert.deepEqual(sum, { ...emptySummary, datasets: 6, stale: 2 });
  });

  it('says it in words', () => {
    assert.deepEqual(summaryWords(summarise(snapshot([]))), ['Nothing is tracked yet']);
    assert.deepEqual(summaryWords({ datasets: 9, stale: 1, notPushed: 2, missing: 3, faults: 1 }), [
      '1 pointer cannot be read',
      '1 dataset differs from its pointer',
      '2 datasets are not on the remote (↑)',
      '3 datasets are not here (↓)',
    ]);
  });
});

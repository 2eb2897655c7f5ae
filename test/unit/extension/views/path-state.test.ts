import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { PathState } from '../../../../src/extension/model/contract.ts';
import { isAway, stateInside } from '../../../../src/extension/views/path-state.ts';
import { dataset, model } from './samples.ts';

const folder = dataset('data/images', { kind: 'folder' });
const missing: PathState = { state: 'missing', words: '' };
const counts = { added: 0, deleted: 1, modified: 0, renamed: 0 };

describe('the state inside of a dataset', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, PathState>>, PathState['state'] | undefined])[] = [
    ['its own', { 'data/images/a/b.png': { state: 'modified', words: '' }, 'data/images': missing }, 'modified'],
    ['of the dataset that is not here', { 'data/images': missing }, 'missing'],
    ['of the folder that is gone', { 'data/images/a': { state: 'deleted', words: '' } }, 'deleted'],
    ['not of a folder that is only partly gone', { 'data/images/a': { ...missing, inside: counts } }, undefined],
    ['not of a folder above the dataset', { data: missing }, undefined],
    ['not of a modified folder', { 'data/images': { state: 'modified', words: '' } }, undefined],
  ];
  for (const [name, states, expected] of cases) {
    it(name, () => {
      const state = stateInside(model('file:///r', states), folder, 'data/images/a/b.png' as RepoPath);
      assert.equal(state?.state, expected);
    });
  }

  it('tells what is away', () => {
    const states = ['missing', 'deleted', 'modified', 'added', 'not-pushed'] as const;
    assert.deepEqual(
      states.filter((state) => isAway({ state, words: '' })),
      ['missing', 'deleted'],
    );
    assert.equal(isAway(undefined), false);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DataState } from '../../../../src/core/system.ts';
import { badgeOf, chunks } from '../../../../src/extension/decorations/badges.ts';
import { stateLooks } from '../../../../src/extension/views/states.ts';

describe('badges', () => {
  const expected: Readonly<Record<DataState, string | undefined>> = {
    ok: undefined,
    modified: 'M',
    added: 'A',
    deleted: 'D',
    renamed: 'R',
    missing: '!',
    'not-pushed': '↑',
    conflict: 'C',
    'changed?': '?',
    error: 'E',
  };
  for (const state of Object.keys(stateLooks) as DataState[]) {
    it(`${state} → ${expected[state] ?? 'nothing'}`, () => {
      const badge = badgeOf({ state, words: 'In words.' });
      assert.equal(badge?.badge, expected[state]);
      if (badge === undefined) return;
      assert.ok(badge.badge.length <= 2);
      assert.equal(badge.tooltip, 'In words.');
      assert.match(badge.color, /^dataTracks\./);
    });
  }

  it('show nothing where nothing is known', () => assert.equal(badgeOf(undefined), undefined));
});

describe('chunks', () => {
  it('cover all, in order', () => {
    assert.deepEqual(chunks([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
    assert.deepEqual(chunks([], 2), []);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Dataset } from '../../../../src/core/system.ts';
import type { PathState } from '../../../../src/extension/model/contract.ts';
import {
  datasetContext,
  datasetDescription,
  datasetIcon,
  datasetTooltip,
  entryDescription,
} from '../../../../src/extension/views/dataset-labels.ts';
import { dataset } from './samples.ts';

const none = { added: 0, deleted: 0, modified: 0, renamed: 0 };

describe('description of a dataset', () => {
  const cases: readonly (readonly [Dataset, PathState | undefined, string])[] = [
    [dataset('songs.csv'), undefined, ''],
    [dataset('data/songs.csv', { size: 1536 }), undefined, 'data · 1.5 KB'],
    [
      dataset('data/images', { kind: 'folder', size: 2048, files: 2000 }),
      { state: 'modified', words: '', inside: { added: 12, deleted: 3, modified: 4, renamed: 0 } },
      'data · 2.0 KB · 2,000 files · modified +12 −3 ~4',
    ],
    [dataset('m.pkl', { size: 1 }), { state: 'missing', words: '' }, '1 B · ↓ not here'],
    [dataset('m.pkl', { size: 1 }), { state: 'not-pushed', words: '' }, '1 B · ↑ not pushed'],
    [dataset('d', { kind: 'folder', files: 1 }), { state: 'ok', words: '', inside: none }, '1 file'],
    [dataset('raw.csv', { frozen: true }), undefined, 'frozen'],
    [dataset('raw.csv', { frozen: true, importedFrom: 'https://x' }), undefined, ''],
  ];
  for (const [what, state, expected] of cases) {
    it(`${what.path} ${state?.state ?? 'ok'} → "${expected}"`, () => {
      assert.equal(datasetDescription(what, state), expected);
    });
  }

  it('of an entry: size and state', () => {
    assert.equal(entryDescription({ size: 10 }, { state: 'modified', words: '' }), '10 B · modified');
    assert.equal(entryDescription({}, undefined), '');
  });
});

describe('icon of a dataset', () => {
  const cases: readonly (readonly [Dataset, string])[] = [
    [dataset('d', { kind: 'folder' }), 'file-directory'],
    [dataset('a.parquet'), 'table'],
    [dataset('a.npy'), 'database'],
    [dataset('a.pkl'), 'symbol-method'],
    [dataset('weights', { type: 'model', kind: 'folder' }), 'symbol-method'],
    [dataset('a.csv', { importedFrom: 'https://x' }), 'link-external'],
    [dataset('a.csv', { importedFrom: 'https://x', frozen: true }), 'lock'],
    [dataset('a', { kind: 'unknown' }), 'question'],
  ];
  for (const [what, icon] of cases) {
    it(`${what.path} (${what.kind}${what.type ?? ''}) → ${icon}`, () => assert.equal(datasetIcon(what), icon));
  }
});

describe('context value of a dataset', () => {
  const cases: readonly (readonly [Dataset, PathState['state'] | undefined, string])[] = [
    [dataset('a'), undefined, 'dataset.file.ok'],
    [dataset('a'), 'not-pushed', 'dataset.file.notPushed'],
    [dataset('a', { kind: 'folder' }), 'changed?', 'dataset.folder.changed'],
    [
      dataset('a', { stage: 'train', frozen: true, importedFrom: 'x', cached: false }),
      'missing',
      'dataset.file.missing.stage.imported.frozen.inGit',
    ],
  ];
  for (const [what, state, expected] of cases) {
    it(expected, () => {
      assert.equal(datasetContext(what, state === undefined ? undefined : { state, words: '' }), expected);
    });
  }
});

describe('tooltip of a dataset', () => {
  it('names what is known, with markup in names escaped', () => {
    const text = datasetTooltip(
      dataset('a_b*.csv', {
        hash: '1f3870be274f6c49b3e31a0c6728957f',
        size: 1024,
        description: '<b>Songs</b>',
        pushable: false,
      }),
      { state: 'modified', words: 'Modified: other bytes.' },
    );
    assert.match(text, /^\*\*a\\_b\\\*\\\.csv\*\*\n\n/);
    assert.ok(text.includes('\\<b\\>Songs'));
    assert.ok(text.includes('- Hash: `1f3870be274f6c49b3e31a0c6728957f`'));
    assert.ok(text.includes('1\\.0 KB \\(1,024 bytes\\)'));
    assert.ok(text.includes('Never pushed'));
    assert.ok(text.includes('Modified: other bytes'));
    assert.ok(!text.includes('Files'));
  });

  it('says so where all is well', () => {
    assert.ok(datasetTooltip(dataset('a'), undefined).includes('As the checked-out commit says.'));
  });
});

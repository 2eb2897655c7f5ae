import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isInside } from '../../../../src/base/paths.ts';
import type { Changes } from '../../../../src/core/system.ts';
import { changeRows, rowTooltip } from '../../../../src/extension/scm/rows.ts';
import { dataset } from '../views/samples.ts';

const datasets = [dataset('model.pkl'), dataset('data/images', { kind: 'folder' }), dataset('new', { kind: 'folder' })];
const none: Changes = { added: [], deleted: [], modified: [], renamed: [] };

function rows(changes: Partial<Changes>): readonly string[] {
  const find = (path: (typeof datasets)[number]['path']): (typeof datasets)[number] | undefined =>
    datasets.find((candidate) => isInside(candidate.path, path));
  return changeRows({ ...none, ...changes }, find).map(rowTooltip);
}

const at = (...paths: readonly string[]): { path: string }[] => paths.map((path) => ({ path }));

describe('rows of Source Control', () => {
  const cases: readonly (readonly [string, Partial<Changes>, readonly string[]])[] = [
    ['nothing changed', {}, []],
    ['a file', { modified: at('model.pkl') }, ['model.pkl: Modified']],
    [
      'one row a folder, with counts',
      {
        modified: at('data/images/', 'data/images/a.png'),
        added: at('data/images/b.png', 'data/images/c/d.png'),
        deleted: at('data/images/e.png'),
      },
      ['data/images: Modified (2 added, 1 deleted, 1 modified inside)'],
    ],
    ['files inside alone', { deleted: at('data/images/a.png') }, ['data/images: Modified (1 deleted inside)']],
    ['a folder that is gone', { deleted: at('data/images/') }, ['data/images: Deleted']],
    ['a rename', { renamed: [{ old: 'old/', new: 'new/' }] }, ['new: Renamed from old']],
    ['sorted by path', { modified: at('model.pkl', 'data/images/') }, ['data/images: Modified', 'model.pkl: Modified']],
    ['what no dataset holds is left out', { modified: at('elsewhere') }, []],
  ];
  for (const [name, changes, expected] of cases) it(name, () => assert.deepEqual(rows(changes), expected));
});

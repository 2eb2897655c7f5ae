import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { Dataset } from '../../../../src/core/system.ts';
import { classify } from '../../../../src/extension/model/watched-paths.ts';

const datasets = ['data/images', 'model.bin'].map((path) => ({ path }) as Dataset);
const at = (path: RepoPath): Dataset | undefined =>
  datasets.find((d) => path === d.path || path.startsWith(`${d.path}/`));

describe('classify', () => {
  const cases = {
    'data/images': 'data',
    'data/images/a/1.png': 'data',
    'data/images/notes.dvc': 'data',
    data: 'data',
    'data/other.csv': 'other',
    'data/images2/1.png': 'other',
    'model.bin': 'data',
    'model.bin.dvc': 'pointer',
    'sub/dvc.yaml': 'pointer',
    'dvc.lock': 'pointer',
    '.dvcignore': 'pointer',
    '.dvc': 'pointer',
    '.dvc/config': 'pointer',
    '.dvc/config.local': 'pointer',
    '.dvc/tmp/lock': 'other',
    '.dvc/cache/files/md5/00/11': 'other',
    '.git/index': 'other',
    'src/main.ts': 'other',
  } as const;
  for (const [path, want] of Object.entries(cases)) {
    it(`${path}: ${want}`, () => assert.equal(classify(path as RepoPath, datasets, at), want));
  }
});

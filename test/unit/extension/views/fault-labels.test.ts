import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import { faultDescription } from '../../../../src/extension/views/fault-labels.ts';

const pointer = 'data/a.csv.dvc' as RepoPath;

describe('descriptions of damaged pointers', () => {
  for (const [message, line, expected] of [
    ['data/a.csv.dvc:3: bad YAML: odd', 3, 'line 3: Bad YAML: odd'],
    ['data/a.csv.dvc:3:7: bad YAML', 3, 'line 3: Bad YAML'],
    ['data/a.csv.dvc: it is empty', undefined, 'It is empty'],
    ['Something else', undefined, 'Something else'],
    ['data/a.csv.dvc', 1, 'line 1: data/a.csv.dvc'],
  ] as const) {
    it(expected, () => {
      const fault = { pointer, message, conflict: false, ...(line === undefined ? {} : { line }) };
      assert.equal(faultDescription(fault), expected);
    });
  }
});

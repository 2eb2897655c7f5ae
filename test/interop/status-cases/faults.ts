import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, gitCommit, writeFiles } from '../../support/bench.ts';
import type { Case } from './case.ts';

/** What DVC does not take: its next `add` ends with an error, and ours tells a fault and what is to be told of all else. */
export const faultCases: Readonly<
  Record<
    string,
    {
      readonly change: Case['change'];
      readonly fault: { readonly pointer: string; readonly conflict: boolean };
      readonly taken?: string;
    }
  >
> = {
  'a pointer in conflict': {
    change: ({ root }) => {
      git(root, 'checkout', '-q', '-b', 'other', 'first');
      const text = readFileSync(join(root, 'b.bin.dvc'), 'utf8');
      for (const [branch, hash] of [
        ['other', '0cc175b9c0f1b6a831c399e269772661'],
        ['main', 'c4ca4238a0b923820dcc509a6f75849b'],
      ] as const) {
        git(root, 'checkout', '-q', branch);
        writeFileSync(join(root, 'b.bin.dvc'), text.replace(/md5: \w{32}/, `md5: ${hash}`));
        gitCommit(root, branch);
      }
      assert.throws(() => git(root, 'merge', '-q', 'other'));
    },
    fault: { pointer: 'b.bin.dvc', conflict: true },
  },
  'a pointer that is no YAML': {
    change: ({ root }) => writeFiles(root, { 'b.bin.dvc': 'outs: [\n' }),
    fault: { pointer: 'b.bin.dvc', conflict: false },
  },
  'a pointer without outs': {
    change: ({ root }) => writeFiles(root, { 'b.bin.dvc': 'outs: 3\n' }),
    fault: { pointer: 'b.bin.dvc', conflict: false },
  },
  'two pointers of one out': {
    change: ({ root }) => writeFiles(root, { 'b2.dvc': readFileSync(join(root, 'b.bin.dvc'), 'utf8') }),
    fault: { pointer: 'b2.dvc', conflict: false },
  },
  'an out inside of another': {
    change: ({ root }) => writeFiles(root, { 'in.dvc': 'outs:\n- path: d/sub\n' }),
    fault: { pointer: 'in.dvc', conflict: false },
  },
  'an out outside of the repository': {
    change: ({ root }) => writeFiles(root, { 'out.dvc': 'outs:\n- path: ../x\n' }),
    fault: { pointer: 'out.dvc', conflict: false },
    taken: 'DVC would write there',
  },
};

import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { removeFolders } from '../../support/core.ts';
import { requireDvc, runDvc } from '../../support/dvc.ts';
import { commitAll, done, git, json, project, write } from './sandbox.ts';

after(removeFolders);

/** Lists of DVC are in no promised order, but those of `diff` and `list`. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([k, v]) => [k, unordered(v)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface State {
  readonly name: string;
  readonly make: (root: string) => Promise<void> | void;
  /** Below the root. */
  readonly cwd?: string;
  /** Options of `status`. */
  readonly more?: readonly string[];
}

const states: readonly State[] = [
  {
    name: 'nothing has changed',
    make: () => undefined,
  },
  {
    name: 'files added, changed, renamed and deleted, and one that is untracked',
    make: (root) => {
      write(root, 'data/a.csv', 'changed');
      write(root, 'pics/new.png', 'new');
      write(root, 'pics.txt', 'untracked');
      renameSync(join(root, 'pics/in/2.png'), join(root, 'pics/in/renamed.png'));
      rmSync(join(root, 'pics/1.png'));
    },
  },
  {
    name: 'the same, seen from a folder',
    make: () => undefined,
    cwd: 'data',
  },
  {
    name: 'recorded, and not in git',
    make: async (root) => {
      await done(root, 'commit');
    },
  },
  {
    name: 'committed, not pushed',
    make: (root) => commitAll(root, 'Change data'),
    more: ['--not-in-remote'],
  },
  {
    name: 'data and cache are gone, but for the lists of folders',
    make: async (root) => {
      await done(root, 'push');
      for (const path of ['.dvc/cache', 'pics', 'data/a.csv']) rmSync(join(root, path), { recursive: true });
      await done(root, 'ls', '-R');
      await done(root, 'ls', '-R', '--rev', 'first');
    },
  },
  {
    name: 'a file where a folder was, and the other way round',
    make: (root) => {
      write(root, 'pics', 'a file');
      mkdirSync(join(root, 'data/a.csv'));
      write(root, 'data/a.csv/inner', 'x');
    },
  },
];

describe('tracks --json: the shapes of real DVC', function () {
  this.timeout(120_000);
  let root: string;
  before(async function () {
    requireDvc.call(this);
    root = await project();
    await done(root, 'push');
    git(root, 'tag', 'first');
  });

  for (const { name, make, cwd = '.', more = [] } of states) {
    describe(name, () => {
      before(() => make(root));
      const compare = async (ours: readonly string[], theirs: readonly string[], ordered: boolean): Promise<void> => {
        const at = join(root, cwd);
        const mine = await json(at, ...ours);
        const dvcs: unknown = JSON.parse(await runDvc(at, theirs));
        if (ordered) assert.deepEqual(mine, dvcs);
        else assert.deepEqual(unordered(mine), unordered(dvcs));
      };
      const all = ['--unchanged', '--untracked-files', ...more];
      it('status', () => compare(['status', ...all], ['data', 'status', '--granular', '--json', ...all], false));
      it('diff', () => compare(['diff', 'first', '--show-hash'], ['diff', '--json', 'first', '--show-hash'], true));
      // Seen from a folder DVC's list has paths that begin with ../
      if (cwd !== '.') return;
      it('ls', () => compare(['ls', '-R', root], ['list', '--json', '-R', root], true));
    });
  }
});

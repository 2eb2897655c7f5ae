import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { Changes, RepositoryStatus } from '../../../../src/core/system.ts';
import { changedSteps, computeStates, drain, inSlices, stateSteps } from '../../../../src/extension/model/states.ts';

type Short = Partial<Omit<RepositoryStatus, 'uncommitted' | 'committed'>> & {
  readonly added?: readonly string[];
  readonly deleted?: readonly string[];
  readonly modified?: readonly string[];
  readonly renamed?: readonly (readonly [string, string])[];
  readonly committed?: readonly string[];
};

function status(short: Short): RepositoryStatus {
  const { added = [], deleted = [], modified = [], renamed = [], committed = [], ...rest } = short;
  const at = (path: string): { path: string } => ({ path });
  const none: Changes = { added: [], deleted: [], modified: [], renamed: [] };
  return {
    committed: { ...none, modified: committed.map(at) },
    uncommitted: {
      added: added.map(at),
      deleted: deleted.map(at),
      modified: modified.map(at),
      renamed: renamed.map(([old, now]) => ({ old, new: now })),
    },
    notInCache: [],
    notInRemote: [],
    unchanged: [],
    untracked: [],
    unknown: [],
    faults: [],
    ...rest,
  };
}

const cases: readonly {
  readonly name: string;
  readonly status: Short;
  readonly want: Readonly<Record<string, string>>;
}[] = [
  { name: 'nothing differs', status: {}, want: {} },
  { name: 'committed to Data Tracks, not to git', status: { committed: ['data/a.csv'] }, want: {} },
  {
    name: 'a changed file, and the folders above',
    status: { modified: ['data/raw/a.csv'] },
    want: { 'data/raw/a.csv': 'modified', 'data/raw': 'modified', data: 'modified' },
  },
  {
    name: 'deleted from the workspace, in the cache',
    status: { deleted: ['a.csv'] },
    want: { 'a.csv': 'deleted' },
  },
  {
    name: 'neither in the workspace nor in the cache',
    status: { deleted: ['a.csv'], notInCache: ['a.csv'] },
    want: { 'a.csv': 'missing' },
  },
  {
    name: 'in the workspace, not in the cache',
    status: { notInCache: ['a.csv'] },
    want: {},
  },
  {
    name: 'not on the remote',
    status: { notInRemote: ['img/', 'img/1.png'] },
    want: { 'img/1.png': 'not-pushed', img: 'not-pushed' },
  },
  {
    name: 'changed and not on the remote',
    status: { modified: ['a.csv'], notInRemote: ['a.csv'] },
    want: { 'a.csv': 'modified' },
  },
  {
    name: 'a folder dataset takes the worst of what is inside',
    status: { modified: ['img/', 'img/a/2.png'], added: ['img/3.png'], deleted: ['img/b/4.png'] },
    want: {
      img: 'modified',
      'img/a': 'modified',
      'img/a/2.png': 'modified',
      'img/3.png': 'added',
      'img/b': 'deleted',
      'img/b/4.png': 'deleted',
    },
  },
  {
    name: 'a folder dataset with new files only is modified all the same',
    status: { modified: ['img/'], added: ['img/3.png'] },
    want: { img: 'modified', 'img/3.png': 'added' },
  },
  {
    name: 'a folder that was not pulled, its list of files unknown',
    status: { deleted: ['data/img/'], notInCache: ['data/img/'] },
    want: { 'data/img': 'missing', data: 'missing' },
  },
  {
    name: 'a folder of which a part was pulled is not "modified"',
    status: { modified: ['img/'], deleted: ['img/1', 'img/2'], notInCache: ['img/1', 'img/2'] },
    want: { img: 'missing', 'img/1': 'missing', 'img/2': 'missing' },
  },
  {
    name: 'a folder of which only the list of files was fetched',
    status: { deleted: ['img/', 'img/1'], notInCache: ['img/1'] },
    want: { img: 'missing', 'img/1': 'missing' },
  },
  {
    name: 'a folder of which a part was pulled, with a change',
    status: { modified: ['img/', 'img/3'], deleted: ['img/1'], notInCache: ['img/1'] },
    want: { img: 'modified', 'img/1': 'missing', 'img/3': 'modified' },
  },
  {
    name: 'a renamed file',
    status: { modified: ['img/'], renamed: [['img/old.png', 'img/new.png']] },
    want: { img: 'modified', 'img/new.png': 'renamed' },
  },
  {
    name: 'changes that cannot be divided',
    status: { unknown: ['img/1'] },
    want: { img: 'changed?', 'img/1': 'changed?' },
  },
  {
    name: 'a pointer in conflict is worse than a change',
    status: {
      modified: ['data/b.csv'],
      faults: [
        { pointer: 'data/a.csv.dvc' as RepoPath, path: 'data/a.csv' as RepoPath, message: 'markers', conflict: true },
      ],
    },
    want: { 'data/a.csv.dvc': 'conflict', 'data/a.csv': 'conflict', 'data/b.csv': 'modified', data: 'conflict' },
  },
  {
    name: 'a pointer that cannot be read is the worst',
    status: {
      faults: [
        { pointer: 'd/a.dvc' as RepoPath, message: 'no YAML', conflict: false },
        { pointer: 'd/b.dvc' as RepoPath, message: 'markers', conflict: true },
      ],
    },
    want: { 'd/a.dvc': 'error', 'd/b.dvc': 'conflict', d: 'error' },
  },
];

const words: readonly { readonly status: Short; readonly path: string; readonly want: string }[] = [
  {
    status: { modified: ['img/', 'img/1', 'img/2'], added: ['img/3'] },
    path: 'img',
    want: 'Modified: 2 files changed, 1 added. Not committed to Data Tracks yet.',
  },
  {
    status: { modified: ['data/1', 'b/2'], deleted: ['data/3'] },
    path: 'data',
    want: 'Inside: 1 file changed, 1 deleted.',
  },
  {
    status: { deleted: ['a'], notInCache: ['a'] },
    path: 'a',
    want: 'Not here: not pulled yet. Pull gets it from the remote.',
  },
  {
    status: { deleted: ['a'], notInCache: ['a'], notInRemote: ['a'] },
    path: 'a',
    want: 'Not here, and not on the remote either: no copy of it is known.',
  },
  {
    status: { modified: ['img/'], deleted: ['img/1'], notInCache: ['img/1'] },
    path: 'img',
    want: 'Partly here: 1 file not pulled yet. Pull gets the rest from the remote.',
  },
  {
    status: { notInRemote: ['img/', 'img/1', 'img/2'] },
    path: 'img',
    want: 'Not pushed: 2 files only on this machine. Push copies them to the remote.',
  },
  {
    status: { deleted: ['img/'], notInCache: ['img/'] },
    path: 'img',
    want: 'Not here: not pulled yet. Pull gets it from the remote.',
  },
  {
    status: { renamed: [['d/old', 'd/new']] },
    path: 'd/new',
    want: 'Renamed from old. Not committed to Data Tracks yet.',
  },
];

describe('computeStates', () => {
  for (const { name, status: short, want } of cases) {
    it(name, () => {
      const states = computeStates(status(short));
      assert.deepEqual(Object.fromEntries([...states].map(([path, s]) => [path, s.state])), want);
      for (const [path, state] of states) assert.match(state.words, /^[A-Z].*\.$|no YAML$/, path);
    });
  }

  for (const { status: short, path, want } of words) {
    it(`says: ${want}`, () => assert.equal(computeStates(status(short)).get(path as RepoPath)?.words, want));
  }

  it('counts what is inside of folders, missing files apart', () => {
    const states = computeStates(
      status({
        modified: ['d/img/', 'd/img/x/1'],
        added: ['d/img/2', 'd/img/3'],
        deleted: ['d/img/4', 'd/img/5'],
        renamed: [['d/img/6', 'd/img/7']],
        notInCache: ['d/img/5'],
      }),
    );
    const want = { added: 2, deleted: 1, modified: 1, renamed: 1 };
    assert.deepEqual(states.get('d/img' as RepoPath)?.inside, want);
    assert.deepEqual(states.get('d' as RepoPath)?.inside, want);
    assert.equal(states.get('d/img/2' as RepoPath)?.inside, undefined);
  });

  it('has no counts for a folder whose files are not listed', () => {
    const states = computeStates(status({ deleted: ['img/'], notInCache: ['img/'] }));
    assert.equal(states.get('img' as RepoPath)?.inside, undefined);
  });

  it('gives the same in slices, and no slice of 200,000 paths is long', async () => {
    const many = status({ modified: ['img/', ...Array.from({ length: 200_000 }, (_, i) => `img/${i % 100}/${i}`)] });
    const once = computeStates(many);
    let longest = 0;
    const steps = stateSteps(many);
    const timed = (function* (): Generator<void, ReturnType<typeof computeStates>> {
      for (;;) {
        const begun = performance.now();
        const step = steps.next();
        longest = Math.max(longest, performance.now() - begun);
        if (step.done === true) return step.value;
        yield;
      }
    })();
    assert.deepEqual((await inSlices(timed)).size, once.size);
    assert.ok(longest < 100, `${longest} ms`);
  });
});

describe('changedSteps', () => {
  const before = computeStates(status({ modified: ['a', 'b'], notInRemote: ['c'] }));

  it('is empty where nothing changed', () =>
    assert.deepEqual(
      drain(changedSteps(before, computeStates(status({ modified: ['a', 'b'], notInRemote: ['c'] })))),
      [],
    ));

  it('has what came, went, and became another', () => {
    const after = computeStates(status({ modified: ['a', 'c'], added: ['d/e'] }));
    assert.deepEqual(drain(changedSteps(before, after)).sort(), ['b', 'c', 'd', 'd/e']);
  });

  it('sees that only the counts differ', () => {
    const one = computeStates(status({ modified: ['d/', 'd/1'] }));
    const two = computeStates(status({ modified: ['d/', 'd/1', 'd/2'] }));
    assert.deepEqual(drain(changedSteps(one, two)).sort(), ['d', 'd/2']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Uri } from 'vscode';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { Dataset, DatasetVersion } from '../../../../src/core/system.ts';
import {
  byRepository,
  describeGroup,
  pathNow,
  pathThen,
  targetsOf,
} from '../../../../src/extension/commands/targets.ts';
import type { RepositoryModel, WorkspaceModel } from '../../../../src/extension/model/contract.ts';

interface FakeUri {
  readonly scheme: string;
  readonly fsPath: string;
  with(change: { scheme?: string }): FakeUri;
  toString(): string;
}

function uri(fsPath: string, scheme = 'file'): FakeUri {
  return {
    scheme,
    fsPath,
    with: (change) => uri(fsPath, change.scheme ?? scheme),
    toString: () => `${scheme}://${fsPath}`,
  };
}

function model(root: string, datasets: readonly Dataset[]): RepositoryModel {
  return {
    root: uri(root),
    label: root.slice(1),
    snapshot: { list: { datasets, faults: [] } },
    datasetAt: (path: RepoPath) => datasets.find((d) => path === d.path || path.startsWith(`${d.path}/`)),
  } as unknown as RepositoryModel;
}

const dataset = (path: string, pointer = `${path}.dvc`): Dataset => ({ path, pointer }) as Dataset;
const images = dataset('data/images');
const bin = dataset('model.bin');
const staged = [dataset('out/a', 'dvc.lock'), dataset('out/b', 'dvc.lock')];
const one = model('/one', [images, bin, ...staged]);
const two = model('/two', [dataset('x')]);
const workspace = {
  repositories: [one, two],
  find: (at: Uri) => {
    const found = [one, two].find((m) => at.scheme === 'file' && at.fsPath.startsWith(`${m.root.fsPath}/`));
    return found === undefined
      ? undefined
      : { model: found, path: at.fsPath.slice(found.root.fsPath.length + 1) as RepoPath };
  },
} as unknown as WorkspaceModel;
const version = { commit: 'c1', path: 'old/images' } as DatasetVersion;

const short = (args: readonly unknown[]): string[] =>
  targetsOf(args, workspace).map((t) =>
    [
      t.model.label,
      t.path ?? '*',
      ...(t.path !== undefined && t.dataset === undefined ? ['-'] : []),
      ...(t.version === undefined ? [] : [t.version.commit]),
    ].join(' '),
  );

describe('targetsOf', () => {
  const cases: readonly (readonly [string, readonly unknown[], readonly string[]])[] = [
    ['the palette', [], []],
    ['a file', [uri('/one/model.bin')], ['one model.bin']],
    ['a file inside of a dataset', [uri('/one/data/images/a/1.png')], ['one data/images/a/1.png']],
    ['a file that is not tracked', [uri('/one/readme.md')], ['one readme.md -']],
    ['a folder above datasets', [uri('/one/data')], ['one data -']],
    ['a pointer', [uri('/one/model.bin.dvc')], ['one model.bin']],
    ['a pointer of two datasets', [uri('/one/dvc.lock')], ['one out/a', 'one out/b']],
    ['a root', [uri('/one')], ['one *']],
    ['a file outside', [uri('/three/a')], []],
    [
      'several files of two repositories, the one clicked among them',
      [uri('/one/model.bin'), [uri('/one/model.bin'), uri('/two/x'), uri('/one/data/images')]],
      ['one model.bin', 'two x', 'one data/images'],
    ],
    ['data and its pointer', [undefined, [uri('/one/model.bin'), uri('/one/model.bin.dvc')]], ['one model.bin']],
    ['an empty selection', [uri('/one/model.bin'), []], ['one model.bin']],
    ['a repository row', [{ kind: 'repository', model: one }], ['one *']],
    ['a dataset row', [{ kind: 'dataset', model: one, dataset: bin }, undefined], ['one model.bin']],
    ['a version row', [{ kind: 'version', model: one, dataset: images, version }], ['one old/images c1']],
    [
      'two versions of a dataset',
      [
        undefined,
        ['c1', 'c2'].map((commit) => ({
          kind: 'version',
          model: one,
          dataset: images,
          version: { ...version, commit },
        })),
      ],
      ['one old/images c1', 'one old/images c2'],
    ],
    [
      'a file row',
      [{ kind: 'file', model: one, dataset: images, path: 'data/images/1.png', data: {} }],
      ['one data/images/1.png'],
    ],
    ['the files of a version', [{ kind: 'files', model: one, dataset: images, version }], ['one old/images c1']],
    ['an activity row', [{ kind: 'activity', entry: {} }], []],
    [
      'source control rows, one after the other',
      [
        { resourceUri: uri('/one/model.bin', 'data-tracks-state') },
        { resourceUri: uri('/one/data/images', 'data-tracks-state') },
      ],
      ['one model.bin', 'one data/images'],
    ],
    [
      'a source control row that is a dataset row',
      [{ kind: 'dataset', model: one, dataset: bin, resourceUri: uri('/x') }],
      ['one model.bin'],
    ],
    ['a source control', [{ rootUri: uri('/two') }], ['two *']],
    ['nonsense', [null, 3, 'x', { kind: 'elephant' }], []],
  ];
  for (const [name, args, want] of cases) it(name, () => assert.deepEqual(short(args), want));
});

describe('byRepository', () => {
  it('groups, and a whole repository takes its paths in', () => {
    const groups = byRepository(
      targetsOf([undefined, [uri('/one/model.bin'), uri('/two/x'), uri('/one'), uri('/one/data/images')]], workspace),
    );
    assert.deepEqual(groups, [
      { model: one, paths: undefined },
      { model: two, paths: ['x'] },
    ]);
    assert.deepEqual(groups.map(describeGroup), ['one', 'x']);
  });

  it('names the first of several', () => {
    const groups = byRepository(targetsOf([undefined, [uri('/one/model.bin'), uri('/one/data/images')]], workspace));
    assert.deepEqual(groups.map(describeGroup), ['model.bin and 1 more']);
  });
});

describe('paths of a dataset that was renamed', () => {
  const inside = 'old/images/a/1.png' as RepoPath;
  const now = 'data/images/a/1.png' as RepoPath;
  it('today', () => assert.equal(pathNow({ model: one, path: inside, dataset: images, version }), now));
  it('today, the dataset itself', () =>
    assert.equal(pathNow({ model: one, path: version.path, dataset: images, version }), images.path));
  it('then', () => assert.equal(pathThen(now, images, version), inside));
});

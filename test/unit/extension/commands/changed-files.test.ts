import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { DataState, RemoteInfo } from '../../../../src/core/system.ts';
import { changedFiles, looksLikeText } from '../../../../src/extension/commands/changed-files.ts';
import { syncTargets } from '../../../../src/extension/commands/sync-targets.ts';
import type { Snapshot } from '../../../../src/extension/model/contract.ts';

describe('changedFiles', () => {
  it('has files alone, by path, with both of their names', () => {
    const files = changedFiles({
      modified: [{ path: 'img/' }, { path: 'img/b', oldHash: '1', newHash: '2' }],
      added: [{ path: 'img/c', newHash: '3' }],
      deleted: [{ path: 'img/a', oldHash: '4' }],
      renamed: [{ old: 'img/x', new: 'img/0', hash: '5' }],
    });
    assert.deepEqual(files, [
      { change: 'renamed', old: 'img/x', now: 'img/0', oldHash: '5', newHash: '5' },
      { change: 'deleted', old: 'img/a', oldHash: '4' },
      { change: 'modified', old: 'img/b', now: 'img/b', oldHash: '1', newHash: '2' },
      { change: 'added', now: 'img/c', newHash: '3' },
    ]);
  });
});

describe('looksLikeText', () => {
  it('takes text', () => assert.ok(looksLikeText(Buffer.from('a,b\n1,ü\n'))));
  it('takes an empty file', () => assert.ok(looksLikeText(Buffer.alloc(0))));
  it('refuses a NUL', () => assert.ok(!looksLikeText(Buffer.from([65, 0, 66]))));
});

describe('syncTargets', () => {
  const local: RemoteInfo = { name: 'r', url: '/r', kind: 'local', default: true, supported: true };
  const plan = (
    states: Readonly<Record<string, DataState>>,
    notInRemote: readonly string[],
    remotes: readonly RemoteInfo[] = [local],
  ) =>
    syncTargets({
      list: { datasets: [{ path: 'img' }, { path: 'model.bin' }], faults: [] },
      remotes,
      states: new Map(
        Object.entries(states).map(([path, state]) => [
          path as RepoPath,
          {
            state,
            words: '',
            ...(path === 'img' ? { inside: { added: 0, deleted: 0, modified: 0, renamed: 0 } } : {}),
          },
        ]),
      ),
      status: { notInRemote, notInCache: ['img/lost'] },
    } as unknown as Snapshot);

  it('has nothing to do', () => assert.deepEqual(plan({}, []), { missing: [], push: false, noRemote: false }));
  it('pulls what is missing whole', () =>
    assert.deepEqual(plan({ img: 'missing', 'img/1': 'missing', 'model.bin': 'missing' }, []).missing, [
      'img',
      'model.bin',
    ]));
  it('pulls missing files alone where others were changed', () =>
    assert.deepEqual(plan({ img: 'modified', 'img/1': 'missing', 'img/2': 'modified' }, []).missing, ['img/1']));
  it('pushes what the remote lacks', () => assert.equal(plan({}, ['model.bin']).push, true));
  it('does not push what is nowhere', () => assert.equal(plan({}, ['img/lost']).push, false));
  it('lets a remote far away be asked by the push', () =>
    assert.equal(plan({}, [], [{ ...local, kind: 's3' }]).push, true));
  it('says that there is no remote', () =>
    assert.deepEqual(plan({}, [], []), { missing: [], push: false, noRemote: true }));
});

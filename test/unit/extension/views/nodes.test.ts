import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { DataEntry } from '../../../../src/core/system.ts';
import type { TreeNode } from '../../../../src/extension/views/node.ts';
import { nodeId } from '../../../../src/extension/views/node-id.ts';
import { NodeRegistry } from '../../../../src/extension/views/nodes.ts';
import { activity, dataset, model, version } from './samples.ts';

const one = model('file:///one');
const two = model('file:///two');
const folder = dataset('data', { kind: 'folder' });
const path = 'data/x' as RepoPath;
const data: DataEntry = { path, kind: 'file' };

describe('ids of rows', () => {
  it('differ for all rows that may stand in one tree', () => {
    const rows = [one, two].flatMap((owner): TreeNode[] => [
      { kind: 'repository', model: owner },
      { kind: 'dataset', model: owner, dataset: folder },
      { kind: 'fault', model: owner, fault: { pointer: 'data.dvc' as RepoPath, message: '', conflict: false } },
      { kind: 'files', model: owner, dataset: folder },
      { kind: 'folder', model: owner, dataset: folder, path },
      { kind: 'folder', model: owner, dataset: folder, path, version: version() },
      { kind: 'file', model: owner, dataset: folder, path, data },
      { kind: 'file', model: owner, dataset: folder, path, data, version: version() },
      { kind: 'file', model: owner, dataset: folder, path, data, version: version({ commit: 'b'.repeat(40) }) },
      { kind: 'versions', model: owner, dataset: folder },
      { kind: 'version', model: owner, dataset: folder, version: version() },
      { kind: 'more', model: owner, dataset: folder },
      { kind: 'more', model: owner, dataset: folder, folder: folder.path },
      { kind: 'more', model: owner, dataset: folder, folder: folder.path, version: version() },
      { kind: 'remote', model: owner, remote: { name: 'r', url: '', kind: '', default: true, supported: true } },
      { kind: 'message', model: owner, severity: 'error', text: 'a' },
    ]);
    const activities: TreeNode[] = [1, 2].map((id) => ({ kind: 'activity', entry: activity({ id }) }));
    const all = [...rows, ...activities];
    assert.equal(new Set(all.map(nodeId)).size, all.length);
  });

  it('stay as they are when the state of the dataset changes', () => {
    const before: TreeNode = { kind: 'dataset', model: one, dataset: folder };
    assert.equal(nodeId(before), nodeId({ ...before, dataset: { ...folder, hash: 'other', size: 3 } }));
  });
});

describe('the registry of rows', () => {
  it('hands out the same object while nothing differs, and another one after', () => {
    const nodes = new NodeRegistry();
    const first = nodes.keep({ kind: 'dataset', model: one, dataset: folder });
    assert.equal(nodes.keep({ kind: 'dataset', model: one, dataset: { ...folder } }), first);
    const other = nodes.keep({ kind: 'dataset', model: one, dataset: { ...folder, size: 7 } });
    assert.notEqual(other, first);
    assert.equal(nodes.known(first), other);
  });

  it('knows parents and kinds', () => {
    const nodes = new NodeRegistry();
    const parent = nodes.keep({ kind: 'dataset', model: one, dataset: folder });
    const child = nodes.keep({ kind: 'versions', model: one, dataset: folder }, parent);
    assert.equal(nodes.parent(child), parent);
    assert.equal(nodes.parent(parent), undefined);
    assert.deepEqual(nodes.ofKind('versions'), [child]);
  });

  it('forgets one repository, but not that it is there', () => {
    const nodes = new NodeRegistry();
    const repository = nodes.keep({ kind: 'repository', model: one });
    const gone = nodes.keep({ kind: 'dataset', model: one, dataset: folder });
    const kept = nodes.keep({ kind: 'dataset', model: two, dataset: folder });
    nodes.forget(one);
    assert.equal(nodes.known(gone), undefined);
    assert.equal(nodes.known(kept), kept);
    assert.equal(nodes.known(repository), repository);
  });
});

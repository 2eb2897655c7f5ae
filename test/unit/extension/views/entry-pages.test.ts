import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TracksError } from '../../../../src/base/errors.ts';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { DataEntry } from '../../../../src/core/system.ts';
import type { RepositoryModel } from '../../../../src/extension/model/contract.ts';
import { EntryPages, filesPerPage } from '../../../../src/extension/views/entry-pages.ts';
import { model as sample } from './samples.ts';

const path = 'data' as RepoPath;

function folderOf(count: number): { readonly model: RepositoryModel; reads: number; fault: Error | undefined } {
  const rig = {
    reads: 0,
    fault: undefined as Error | undefined,
    model: {
      ...sample('file:///r'),
      repository: {
        entries: async (): Promise<readonly DataEntry[]> => {
          rig.reads++;
          if (rig.fault !== undefined) throw rig.fault;
          return Array.from({ length: count }, (_, i) => ({ path: `data/${i}` as RepoPath, kind: 'file' }));
        },
      },
    } as unknown as RepositoryModel,
  };
  return rig;
}

describe('pages of files', () => {
  it('shows 500, then 500 more without reading again', async () => {
    const rig = folderOf(1200);
    const pages = new EntryPages();
    const folder = { model: rig.model, path };
    const shown: (readonly number[])[] = [];
    for (let i = 0; i < 3; i++) {
      const { entries, rest } = await pages.load(folder);
      shown.push([entries.length, rest]);
      pages.grow(folder);
    }
    assert.deepEqual(shown, [
      [filesPerPage, 700],
      [1000, 200],
      [1200, 0],
    ]);
    assert.equal(rig.reads, 1);
  });

  it('reads a folder of now again at each refresh, one at a commit never', async () => {
    const rig = folderOf(2);
    const pages = new EntryPages();
    for (let i = 0; i < 3; i++) await pages.load({ model: rig.model, path });
    assert.equal(rig.reads, 3);
    for (let i = 0; i < 3; i++) await pages.load({ model: rig.model, path, commit: 'abc' });
    assert.equal(rig.reads, 4);
  });

  it('tells of a fault, and tries again', async () => {
    const rig = folderOf(2);
    const pages = new EntryPages();
    const folder = { model: rig.model, path, commit: 'abc' };
    rig.fault = new TracksError('not-in-cache', 'The tree is not here.');
    assert.deepEqual(await pages.load(folder), { entries: [], rest: 0, fault: 'The tree is not here.' });
    rig.fault = undefined;
    assert.equal((await pages.load(folder)).entries.length, 2);
  });

  it('forgets how much was shown with the repository', async () => {
    const rig = folderOf(1200);
    const pages = new EntryPages();
    pages.grow({ model: rig.model, path });
    pages.forget(rig.model);
    assert.equal((await pages.load({ model: rig.model, path })).entries.length, filesPerPage);
  });
});

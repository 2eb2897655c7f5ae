import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import type { AbsPath, RepoPath } from '../../../../src/base/paths.ts';
import { listFolders } from '../../../../src/extension/host/list-folders.ts';

describe('listFolders', () => {
  let root: AbsPath;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'tracks-folders-')) as AbsPath;
    for (const folder of [
      'data/images/a/.deep',
      'data/other',
      '.git/refs',
      '.dvc/cache',
      'src/node_modules/x',
      'data/empty',
    ])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'data/model.bin'), 'x');
    symlinkSync(root, join(root, 'data/loop'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('tells the folders of datasets from the others', async () => {
    const inside = ['data/images', 'data/model.bin', 'gone'] as RepoPath[];
    assert.deepEqual(await listFolders({ root, inside, limit: 100 }), {
      outside: ['data', 'src', 'data/empty', 'data/other'],
      inside: ['data/images', 'data/images/a', 'data/images/a/.deep'],
      cut: false,
    });
  });

  it('stops at the limit and says so', async () => {
    const list = await listFolders({ root, inside: [], limit: 3 });
    assert.equal(list.outside.length, 3);
    assert.equal(list.cut, true);
  });

  it('can be cancelled', async () => {
    await assert.rejects(listFolders({ root, inside: [], limit: 3 }, { signal: AbortSignal.abort() }), (e) =>
      isTracksError(e, 'cancelled'),
    );
  });
});

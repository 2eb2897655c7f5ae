import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { localStore } from '../../../../src/core/remotes/local.ts';
import { blobStoreSuite } from '../../../suites/blob-store.ts';

blobStoreSuite('localStore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tracks-local-'));
  return {
    store: localStore({ root: join(folder, 'not', 'there yet') as AbsPath, name: 'storage' }),
    cleanup: () => rm(folder, { recursive: true, force: true }),
  };
});

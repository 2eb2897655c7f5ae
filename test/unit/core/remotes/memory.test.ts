import { memoryStore } from '../../../../src/core/remotes/memory.ts';
import { blobStoreSuite } from '../../../suites/blob-store.ts';

blobStoreSuite('memoryStore', async () => ({ store: memoryStore(), cleanup: async () => undefined }));

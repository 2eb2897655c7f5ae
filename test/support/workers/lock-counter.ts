import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTracksError } from '../../../src/base/errors.ts';
import type { AbsPath } from '../../../src/base/paths.ts';
import { withWriteLock } from '../../../src/core/lock.ts';
import { openRepository } from '../../../src/core/repository.ts';
import { testHost } from '../core.ts';

/* A process that counts up in the file `counter` of a repository, argv[3] times, each time under the lock. */
const [, , root = '', times] = process.argv;
await using repo = await openRepository(root as AbsPath, testHost({ home: join(root, '.home') }));
for (let left = Number(times); left > 0; ) {
  try {
    await withWriteLock(repo, 'count', ['counter'], {}, async () => {
      const file = join(root, 'counter');
      const value = Number(readFileSync(file, 'utf8'));
      await sleep(2);
      writeFileSync(file, String(value + 1));
    });
    left--;
  } catch (error) {
    // It is waited for three seconds only.
    if (!isTracksError(error, 'locked')) throw error;
  }
}

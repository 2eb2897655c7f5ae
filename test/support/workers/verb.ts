import { writeSync } from 'node:fs';
import { isTracksError } from '../../../src/base/errors.ts';
import type { AbsPath, RepoPath } from '../../../src/base/paths.ts';
import { add } from '../../../src/core/add.ts';
import { checkout } from '../../../src/core/checkout.ts';
import { fetch } from '../../../src/core/fetch.ts';
import { push } from '../../../src/core/push.ts';
import { openRepository } from '../../../src/core/repository.ts';
import { testHost } from '../core.ts';

/*
 * A process for tests that kill it, or give it a small disk: runs the verb argv[4] of the repository argv[2], with argv[3] as its home
 * and two threads, on the paths that follow. Says `working` when a good part is done, and at the end what came of it, as JSON.
 */
const [, , root = '', home = '', verb = '', ...paths] = process.argv;
const repo = await openRepository(root as AbsPath, testHost({ home, threads: 2 }));
let told = false;
const progress = (s: { readonly phase: string; readonly files: number; readonly bytes: number }): void => {
  if (told || (s.bytes < 6 << 20 && s.files < 200)) return;
  told = true;
  // Not buffered: whoever reads it kills us.
  writeSync(1, 'working\n');
};
const targets = paths as RepoPath[];
const verbs: Readonly<
  Record<
    string,
    () => Promise<{ readonly failed: readonly { readonly what: string; readonly error: { readonly code: string } }[] }>
  >
> = {
  add: () => add(repo, targets, { progress }),
  checkout: () => checkout(repo, { targets, progress }),
  fetch: () => fetch(repo, { targets, progress }),
  push: () => push(repo, { targets, progress }),
};
let outcome: readonly string[];
try {
  const result = await verbs[verb]?.();
  outcome = result?.failed.map((f) => `${f.what}: ${f.error.code}`) ?? ['no such verb'];
} catch (error) {
  outcome = [isTracksError(error) ? error.code : String(error)];
}
writeSync(1, `${JSON.stringify(outcome)}\n`);
process.exit(0);

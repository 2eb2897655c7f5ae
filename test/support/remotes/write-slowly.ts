import { Readable } from 'node:stream';
import type { AbsPath } from '../../../src/base/paths.ts';
import { localStore } from '../../../src/core/remotes/local.ts';

/*
 * A process to be killed: writes 1 GiB of `n` under the key argv[3] of the local store at argv[2], 64 KiB every few milliseconds,
 * and says `writing` on standard output once 1 MiB is through.
 */
const [, , root, key] = process.argv;
if (root === undefined || key === undefined) throw new Error('usage: write-slowly.ts <root> <key>');

async function* slowly(): AsyncGenerator<Buffer> {
  for (let i = 0; i < 16 * 1024; i++) {
    yield Buffer.alloc(65_536, 'n');
    if (i === 16) process.stdout.write('writing\n');
    if (i > 16) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

await localStore({ root: root as AbsPath, name: 'killed' }).write(key, {
  size: 1024 * 1024 * 1024,
  open: async () => Readable.from(slowly(), { objectMode: false }),
});

import { isTracksError } from '../../../src/base/errors.ts';
import type { AbsPath } from '../../../src/base/paths.ts';
import { sourceOfBuffer, sourceOfFile } from '../../../src/core/remotes/bytes.ts';
import { localStore } from '../../../src/core/remotes/local.ts';

/*
 * A process that lives with a limit (a full disk, a longest file): writes argv[4] bytes under the keys `buffer/new`, and those of the file argv[3]
 * under `file/new`, into the local store at argv[2]; then says on standard output what came of it, as JSON.
 */
const [, , root, file, size] = process.argv;
if (root === undefined || file === undefined) throw new Error('usage: write-once.ts <root> <file> <size>');

const store = localStore({ root: root as AbsPath, name: 'limited' });
const outcomes: string[] = [];
await store.write('buffer/small', sourceOfBuffer(Buffer.from('small')));
for (const [key, source] of [
  ['buffer/new', sourceOfBuffer(Buffer.alloc(Number(size), 'n'))],
  ['file/new', sourceOfFile(file)],
] as const) {
  await store.write(key, source).then(
    () => outcomes.push('written'),
    (error: unknown) => outcomes.push(isTracksError(error) ? `${error.code}: ${error.message}` : String(error)),
  );
}
await store.write('buffer/after', sourceOfBuffer(Buffer.from('small')));
const keys: string[] = [];
for await (const { key } of store.list('')) keys.push(key);
const { readdirSync } = await import('node:fs');
const onDisk = readdirSync(root, { recursive: true }).map(String);
process.stdout.write(JSON.stringify({ outcomes, keys: keys.sort(), onDisk: onDisk.sort() }));

import { TracksError } from '../../base/errors.ts';
import type { OperationOptions } from '../../base/operation.ts';
import type { GitRunner } from './run.ts';

/** A full object id, SHA-1 or SHA-256. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The bytes of many blobs from one process. Ids that are missing, or no blob, are absent. */
export async function readBlobs(
  git: GitRunner,
  ids: readonly string[],
  { signal }: OperationOptions = {},
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...new Set(ids)];
  for (const id of wanted) {
    if (!isObjectId(id)) throw new TracksError('bad-argument', `"${id}" is not the full id of a git object.`);
  }
  if (wanted.length === 0) return new Map();
  const { stdout } = await git.catFile(['--batch', '--buffer'], { input: `${wanted.join('\n')}\n`, signal });
  return parseBatch(stdout);
}

const newline = 0x0a;

/** The objects of one type. Reads `<id> <type> <size>\n<bytes>\n` and `<id> missing\n` (git-cat-file, BATCH OUTPUT). */
export function parseBatch(output: Buffer, wanted: 'blob' | 'tree' = 'blob'): Map<string, Buffer> {
  const result = new Map<string, Buffer>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(newline, at);
    if (end < 0) throw truncated();
    const header = output.toString('latin1', at, end);
    at = end + 1;
    const [id = '', type = '', length] = header.split(' ');
    if (length === undefined) continue;
    const size = Number(length);
    if (!Number.isSafeInteger(size) || at + size >= output.length || output[at + size] !== newline) throw truncated();
    // A copy: a view would hold on to the bytes of all blobs for as long as one is kept.
    if (type === wanted) result.set(id, Buffer.from(output.subarray(at, at + size)));
    at += size + 1;
  }
  return result;
}

function truncated(): TracksError {
  return new TracksError('git', 'git cat-file: the output ends in the middle of an object.', {
    hint: 'Run `git fsck` in the repository to see what is damaged.',
  });
}

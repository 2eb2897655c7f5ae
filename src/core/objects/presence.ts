import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent, toTracksError } from '../../base/errors.ts';

/** Up to this many questions about a folder cost less than reading it. */
const few = 8;

/**
 * Answers which keys a folder of this machine has, for many questions in a row: a folder that is asked about often is read once. The
 * answers are those of one moment: make a new one for each piece of work.
 */
export function presence(root: string): (key: string) => boolean {
  const asked = new Map<string, number>();
  const listed = new Map<string, ReadonlySet<string>>();
  const list = (folder: string): ReadonlySet<string> => {
    try {
      return new Set(readdirSync(join(root, folder)));
    } catch (error) {
      if (isAbsent(error)) return new Set();
      throw toTracksError(error, join(root, folder));
    }
  };
  return (key) => {
    const slash = key.lastIndexOf('/');
    const folder = key.slice(0, Math.max(slash, 0));
    const names = listed.get(folder);
    if (names !== undefined) return names.has(key.slice(slash + 1));
    const times = (asked.get(folder) ?? 0) + 1;
    asked.set(folder, times);
    if (times <= few) return existsSync(join(root, key));
    const read = list(folder);
    listed.set(folder, read);
    return read.has(key.slice(slash + 1));
  };
}

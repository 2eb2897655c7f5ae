import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent } from '../../base/errors.ts';
import { temporaryName } from '../remotes/local.ts';

const day = 86_400_000;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/**
 * Deletes what killed processes left half written in a cache: temporary files that nobody has touched for a day. Returns their number
 * and bytes; `dry` deletes nothing.
 */
export function sweepLeftovers(
  root: string,
  options: { readonly now: number; readonly dry: boolean },
): { readonly files: number; readonly bytes: number } {
  const twoDigits = (folder: string): string[] =>
    namesIn(folder)
      .filter((name) => /^[0-9a-f]{2}$/.test(name))
      .map((name) => join(folder, name));
  let files = 0;
  let bytes = 0;
  for (const folder of [root, ...twoDigits(root), ...twoDigits(join(root, 'files', 'md5'))]) {
    for (const name of namesIn(folder)) {
      if (!temporaryName.test(name)) continue;
      const path = join(folder, name);
      try {
        const stats = lstatSync(path);
        if (!stats.isFile() || options.now - Math.max(stats.mtimeMs, stats.ctimeMs) < day) continue;
        if (!options.dry) rmSync(path, { force: true });
        files++;
        bytes += stats.size;
      } catch (error) {
        if (!isAbsent(error)) throw error; // its writer has just finished
      }
    }
  }
  return { files, bytes };
}

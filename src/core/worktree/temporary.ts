import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAbsent, systemCode, toTracksError } from '../../base/errors.ts';

const ours = /^tracks-(\d+)-[0-9a-f]{12}\.tmp$/;

function folderOf(root: string): string {
  return join(root, '.dvc', 'tmp');
}

/**
 * Makes a file all or nothing: `make` makes it at a temporary path (where nothing is), `settled` is called when it is whole, then it takes
 * the place of whatever file is at `target`. The temporary path lies in `.dvc/tmp`, so that a process that is killed leaves nothing
 * among the data, or beside the target where that is on another file system.
 */
export function replaceFile(root: string, target: string, make: (temp: string) => void, settled?: () => void): void {
  const id = randomBytes(6).toString('hex');
  const beside = join(dirname(target), `.${basename(target).slice(0, 60)}.${id}.tmp`);
  for (const temp of [join(folderOf(root), `tracks-${process.pid}-${id}.tmp`), beside]) {
    try {
      try {
        make(temp);
      } catch (error) {
        if (!isAbsent(error) || temp === beside) throw error;
        mkdirSync(folderOf(root), { recursive: true });
        make(temp);
      }
      settled?.();
      renameSync(temp, target);
      // A rename onto another link to the same file does nothing at all, says POSIX.
      rmSync(temp, { force: true });
      return;
    } catch (error) {
      rmSync(temp, { force: true });
      if (systemCode(error) !== 'EXDEV' || temp === beside) throw error;
    }
  }
}

/** Takes away what {@link replaceFile} left in processes that are no more. */
export function removeAbandoned(root: string, alive: (pid: number) => boolean): void {
  const folder = folderOf(root);
  try {
    for (const name of readdirSync(folder)) {
      const pid = Number(ours.exec(name)?.[1]);
      if (pid > 0 && !alive(pid)) rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    if (!isAbsent(error)) throw toTracksError(error, folder);
  }
}

import type { GitRunner } from './run.ts';

/** Bytes of paths up to which git is asked for them alone and not for its whole index. */
const argumentBudget = 16_000;

/** Files and symbolic links of git's index, all sides of a conflict too. */
export async function stagedFiles(git: GitRunner): Promise<readonly { path: string; blob: string; mode: string }[]> {
  const { stdout } = await git.text(['ls-files', '-z', '--stage', '--full-name']);
  return stdout.split('\0').flatMap((line) => {
    // <mode> <id> <stage>\t<path>
    const match = /^(\d+) ([0-9a-f]+) \d\t(.+)$/s.exec(line);
    const [, mode = '', blob = '', path = ''] = match ?? [];
    return match === null || mode === '160000' ? [] : [{ path, blob, mode }];
  });
}

/** Those of the paths, as they were given, that are in git's index or have anything below them that is. */
export async function trackedAmong(git: GitRunner, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Map<string, string[]>();
  for (const path of paths) {
    const plain = path.replace(/\/+$/, '');
    const same = wanted.get(plain);
    if (same === undefined) wanted.set(plain, [path]);
    else same.push(path);
  }
  if (wanted.size === 0) return new Set();
  let bytes = 0;
  for (const path of wanted.keys()) bytes += Buffer.byteLength(path) + 3;
  const alone = bytes <= argumentBudget && !wanted.has('');
  // simple-git gives a process that says nothing 50 ms more: with the flag, git names on its standard error what it does not know.
  const { stdout } = alone
    ? await git.text(['ls-files', '-z', '--error-unmatch', '--', ...wanted.keys()], { accept: [0, 1] })
    : await git.text(['ls-files', '-z']);
  const tracked = new Set<string>();
  const mark = (path: string): void => {
    for (const given of wanted.get(path) ?? []) tracked.add(given);
    wanted.delete(path);
  };
  for (const file of stdout.split('\0')) {
    if (file === '') continue;
    for (let path = file; path !== '.'; path = above(path)) {
      mark(path);
      if (path === '') break;
    }
    if (wanted.size === 0) break;
  }
  return tracked;
}

function above(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TracksError, toTracksError } from '../base/errors.ts';
import type { AbsPath } from '../base/paths.ts';
import { findGit, openGit } from './git/repository.ts';
import { writeTextFile } from './worktree/write-file.ts';

export interface InitOptions {
  /** Make the repository here, below the git root. */
  readonly subdir?: boolean;
  readonly noScm?: boolean;
  /** Remove a `.dvc` folder that is there, its cache included. */
  readonly force?: boolean;
}

const ignoreText = [
  '# Add patterns of files dvc should ignore, which could improve',
  '# the performance. Learn more at',
  '# https://dvc.org/doc/user-guide/dvcignore',
  '',
].join('\n');

/** Makes `.dvc` and `.dvcignore` and stages them in git, as `dvc init` does. Returns the files that git is to have, below `root`. */
export async function initRepository(
  root: AbsPath,
  options: InitOptions = {},
): Promise<{ readonly files: readonly string[] }> {
  if (options.noScm === true && options.subdir === true) {
    throw new TracksError(
      'bad-argument',
      '--subdir is for repositories in git: it cannot be used together with --no-scm.',
      { hint: 'Leave one of them out.' },
    );
  }
  const gitRoot = await findGit(root);
  if (options.noScm !== true) {
    if (gitRoot === undefined) {
      throw new TracksError('git', `${root} is in no git repository.`, {
        path: root,
        hint: 'Run git init first, or do without git: tracks init --no-scm',
      });
    }
    if (gitRoot !== root && options.subdir !== true) {
      throw new TracksError('bad-argument', `${root} is not the root of its git repository (that is ${gitRoot}).`, {
        path: root,
        hint: 'Go to the root, or make a repository of this folder alone: tracks init --subdir',
      });
    }
  }
  const folder = join(root, '.dvc');
  if (existsSync(folder)) {
    if (options.force !== true) {
      throw new TracksError('already-exists', `${root} is a repository already.`, {
        path: root,
        hint: 'Use it as it is. --force makes it anew and deletes its cache.',
      });
    }
    rmSync(folder, { recursive: true, force: true });
  }
  try {
    mkdirSync(join(folder, 'tmp'), { recursive: true });
  } catch (error) {
    throw toTracksError(error, folder);
  }
  writeTextFile(join(folder, 'config'), options.noScm === true ? '[core]\n    no_scm = True\n' : '');
  const files = ['.dvc/config', '.dvcignore'];
  if (!existsSync(join(root, '.dvcignore'))) writeTextFile(join(root, '.dvcignore'), ignoreText);
  if (options.noScm === true || gitRoot === undefined) return { files };
  writeTextFile(join(folder, '.gitignore'), '/config.local\n/tmp\n/cache\n');
  files.unshift('.dvc/.gitignore');
  const git = await openGit(gitRoot);
  const prefix = root === git.root ? '' : `${root.slice(git.root.length + 1)}/`;
  await git.stagePaths(files.map((f) => `${prefix}${f}`));
  return { files };
}

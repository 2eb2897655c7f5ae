import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaunchWorkspace } from '../../support/vscode/launches.ts';

const pointer = (name: string): string =>
  `outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  size: 0\n  hash: md5\n  path: ${name}\n`;

/** A folder inside of one repository, with another repository below, in a window that is not trusted. */
export const workspace: LaunchWorkspace = {
  trusted: false,
  prepare: async (folder) => {
    const opened = path.join(folder, 'outer', 'opened');
    const inner = path.join(opened, 'deep', 'inner');
    for (const root of [path.join(folder, 'outer'), inner]) {
      await mkdir(path.join(root, '.dvc'), { recursive: true });
      await writeFile(path.join(root, '.dvc', 'config'), '');
    }
    execFileSync('git', ['init', '-q', folder], { stdio: 'pipe' });
    await writeFile(path.join(opened, 'a.csv.dvc'), pointer('a.csv'));
    await writeFile(path.join(opened, 'bad.csv.dvc'), 'outs: [\n');
    await writeFile(path.join(inner, 'b.csv.dvc'), pointer('b.csv'));
    for (const name of ['git', 'dvc']) {
      const file = path.join(folder, 'bin', name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, '#!/bin/sh\necho "$(basename "$0") $*" >> "$DATA_TRACKS_TEST_MARKS"\nexit 1\n');
      await chmod(file, 0o755);
    }
    return opened;
  },
  // Fakes that leave a mark: nothing is to start them.
  env: (folder) => ({
    PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    DATA_TRACKS_TEST_MARKS: path.join(folder, 'started'),
  }),
};

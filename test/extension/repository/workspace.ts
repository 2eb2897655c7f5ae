import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaunchWorkspace } from '../../support/vscode/launches.ts';

/** A git repository that is no Data Tracks repository yet, some data in it, and an empty folder beside it for a remote. */
export const workspace: LaunchWorkspace = {
  prepare: async (folder) => {
    const root = path.join(folder, 'project');
    await mkdir(path.join(root, 'data', 'images'), { recursive: true });
    await mkdir(path.join(folder, 'remote'));
    for (let i = 0; i < 20; i++) await writeFile(path.join(root, 'data', 'images', `${i}.txt`), `picture ${i}\n`);
    await writeFile(path.join(root, 'model.txt'), 'model one\n');
    await writeFile(path.join(root, 'readme.md'), 'A project.\n');
    const git = (...args: readonly string[]): void => {
      execFileSync('git', args, { cwd: root, stdio: 'pipe' });
    };
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 'Ann');
    git('config', 'user.email', 'ann@example.org');
    git('add', 'readme.md');
    git('commit', '-q', '-m', 'Begin');
    return root;
  },
};

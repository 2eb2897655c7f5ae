import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaunchWorkspace } from '../../support/vscode/launches.ts';
import { hideRepository, tracksIn } from '../support/fixture.ts';
import { gitRepository } from '../support/git.ts';

/**
 * A window of several folders: `alpha`, a repository with another one nested in it; `team`, one git repository with a data repository of its
 * own in `team/analysis`, of which only `team/analysis/raw` is opened; and `plain`, which has none.
 */
export const workspace: LaunchWorkspace = {
  prepare: async (folder) => {
    const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
    const make = async (name: string, git: string, data: string): Promise<void> => {
      const root = at(name);
      if (git === name) await gitRepository(root);
      await mkdir(path.dirname(path.join(root, data)), { recursive: true });
      await writeFile(path.join(root, data), `${name}\n`);
      const tracks = tracksIn(root);
      await tracks.init({ subdir: git !== name });
      await mkdir(at('remotes', name), { recursive: true });
      await tracks.addRemote('storage', at('remotes', name));
      await tracks.add(data);
    };
    await make('alpha', 'alpha', 'data/a.csv');
    await make('alpha/inner', 'alpha/inner', 'data/b.csv');
    await gitRepository(at('team'));
    await make('team/analysis', 'team', 'raw/c.csv');
    await mkdir(at('plain'));
    await writeFile(at('plain', 'readme.md'), 'No data here.\n');
    for (const name of ['alpha/inner', 'alpha', 'team/analysis'])
      await hideRepository(at(name), at('aside', name.replace('/', '-')));
    const file = at('window.code-workspace');
    const folders = ['alpha', 'team/analysis/raw', 'plain'].map((name) => ({ path: name }));
    await writeFile(file, JSON.stringify({ folders, settings: {} }));
    return file;
  },
};

import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaunchWorkspace } from '../../support/vscode/launches.ts';
import { tracksIn } from '../support/fixture.ts';
import { gitRepository } from '../support/git.ts';
import { bigBytes, bigFiles, files, sets } from './data.ts';

/** A folder of many files, many datasets, and some large files that are not pushed yet. */
export const workspace: LaunchWorkspace = {
  prepare: async (folder) => {
    const root = path.join(folder, 'large');
    const remote = path.join(folder, 'remote');
    await mkdir(remote);
    const git = await gitRepository(root);
    const tracks = tracksIn(root);
    await tracks.init();
    await tracks.addRemote('storage', remote);
    for (const name of ['many', 'sets', 'big']) await mkdir(path.join(root, name));
    for (let i = 0; i < files; i++) await writeFile(path.join(root, 'many', `${i}.txt`), `file ${i}\n`);
    const names = Array.from({ length: sets }, (_, i) => `sets/${i}.csv`);
    for (const name of names) await writeFile(path.join(root, name), `${name}\n`);
    await tracks.add('many', ...names);
    await tracks.push();
    const bytes = randomFillSync(Buffer.alloc(bigBytes));
    for (let i = 0; i < bigFiles; i++) {
      bytes.writeUInt32LE(i);
      await writeFile(path.join(root, 'big', `${i}.bin`), bytes);
    }
    await tracks.add('big');
    git('add', '-A');
    git('commit', '-qm', 'Track data');
    return root;
  },
};

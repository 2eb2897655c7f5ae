import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaunchWorkspace } from '../../support/vscode/launches.ts';
import { hideRepository, tracksIn } from '../support/fixture.ts';
import { gitRepository, md5, objectFile, pointerText } from '../support/git.ts';
import { commits, model, notes, table, verbFiles } from './data.ts';

/** A repository with a history, all of it on a remote, hidden at first. */
export const workspace: LaunchWorkspace = {
  prepare: async (folder) => {
    const root = path.join(folder, 'project');
    const remote = path.join(folder, 'remote');
    await mkdir(remote);
    const git = await gitRepository(root);
    const tracks = tracksIn(root);
    const write = async (name: string, bytes: string | Uint8Array): Promise<void> => {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), bytes);
    };
    await write('readme.md', 'A project.\n');
    await tracks.init();
    await tracks.addRemote('storage', remote);
    git('add', '-A');
    git('commit', '-qm', 'Begin');
    execFileSync('git', ['fast-import', '--quiet'], { cwd: root, input: longHistory() });
    git('reset', '-q', '--hard');

    const record = async (message: string, ...paths: readonly string[]): Promise<void> => {
      await tracks.add(...paths);
      await tracks.push();
      git('add', '-A');
      git('commit', '-qm', message);
    };
    await write('history/table.csv', table(commits));
    await write('model.bin', model(1));
    await write('notes.txt', notes(1));
    for (const name of ['a', 'b'])
      for (let i = 0; i < 5; i++) await write(`data/images/${name}/${i}.txt`, `picture ${name}${i}\n`);
    for (const name of verbFiles) await write(name, `${name}, first\n`);
    await record('Track data', 'history/table.csv', 'model.bin', 'notes.txt', 'data/images', ...verbFiles);
    await write('model.bin', model(2));
    await write('notes.txt', notes(2));
    await record('A second model', 'model.bin', 'notes.txt');
    await write('model.bin', model(3));
    await write('data/images/b/5.txt', 'picture b5\n');
    await record('A third model', 'model.bin', 'data/images');
    await rm(objectFile(path.join(root, '.dvc', 'cache'), md5(model(1))));
    await hideRepository(root, path.join(folder, 'aside'));
    return root;
  },
};

/** A stream for `git fast-import`: a pointer that changed in many commits. */
function longHistory(): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const parts: string[] = [];
  for (let i = 1; i <= commits; i++) {
    parts.push(`commit refs/heads/main\ncommitter Ann <ann@example.org> ${1_700_000_000 + i * 3600} +0000\n`);
    parts.push(data(`Table ${i}`));
    if (i === 1) parts.push(`from refs/heads/main^0\nM 100644 inline history/.gitignore\n${data('/table.csv\n')}`);
    parts.push(`M 100644 inline history/table.csv.dvc\n${data(pointerText('table.csv', table(i)))}`);
  }
  return parts.join('');
}

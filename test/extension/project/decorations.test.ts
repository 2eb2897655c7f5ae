import assert from 'node:assert/strict';
import { appendFile, rm, unlink, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { md5 } from '../support/git.ts';
import { at, until } from '../support/window.ts';
import { datasets, notes } from './data.ts';
import { type Bench, openBench } from './project.ts';

/* Changes come from outside of VS Code: plain file writes, and git in a terminal. */

describe('decorations', () => {
  let bench: Bench;
  /** Badge and first words of the tooltip, as the Explorer shows them. */
  const look = async (name: string): Promise<string> => {
    const found = await bench.project.window.seen.decoration(bench.project.uri(name));
    return found === undefined ? '' : `${found.badge} ${/^[\w ]+/.exec(found.tooltip ?? '')?.[0]}`;
  };
  /** Within the two seconds that stale data may stay unseen. */
  const shows = async (name: string, want: string): Promise<void> => {
    const begun = performance.now();
    let now = '';
    await until(
      async () => {
        now = await look(name);
        return now === want;
      },
      () => `${name} shows "${now}", not "${want}"`,
    );
    console.log(
      `      ${name}: ${want === '' ? 'nothing' : want.slice(0, 1)} after ${Math.round(performance.now() - begun)} ms`,
    );
  };

  before(async () => {
    bench = await openBench();
    await bench.reset();
  });
  after(() => bench.reset());

  it('are silent where all is as the commit says', async () => {
    for (const name of [...datasets, 'readme.md', 'model.bin.dvc', 'data', 'data/images/a/1.txt'])
      assert.equal(await look(name), '', name);
  });

  it('an edit shows on the file, and tells VS Code of it', async () => {
    const { project } = bench;
    await writeFile(project.file('notes.txt'), 'Edited by another program.\n');
    await shows('notes.txt', 'M Modified');
    assert.ok(project.window.seen.fired.has(project.uri('notes.txt').toString()));
    const found = await project.window.seen.decoration(project.uri('notes.txt'));
    assert.ok(found?.color instanceof vscode.ThemeColor);
    await writeFile(project.file('notes.txt'), notes(2));
    await shows('notes.txt', '');
  });

  it('files that are changed, deleted and added in a folder show, and the folders above', async () => {
    const { project } = bench;
    await appendFile(project.file('data', 'images', 'a', '0.txt'), 'more\n');
    await unlink(project.file('data', 'images', 'a', '1.txt'));
    await writeFile(project.file('data', 'images', 'b', 'new.txt'), 'new\n');
    await shows('data/images/a/0.txt', 'M Modified');
    await shows('data/images/a/1.txt', 'D Deleted here');
    await shows('data/images/b/new.txt', 'A Added');
    await shows('data/images/a', 'M Inside');
    await shows('data/images/b', 'A Inside');
    await shows('data/images', 'M Modified');
    const words = bench.project.model.stateOf(at('data/images'))?.words ?? '';
    assert.match(words, /1 file changed, 1 added, 1 deleted/);
    await bench.reset();
  });

  it('a whole dataset that is deleted shows, and back again', async () => {
    const { project } = bench;
    await rm(project.file('data', 'images'), { recursive: true });
    await shows('data/images', 'D Deleted here');
    await project.model.repository.checkout?.({ targets: [at('data/images')] });
    await shows('data/images', '');
  });

  it('data that is neither here nor in the cache is not pulled', async () => {
    const { project, cached } = bench;
    await rm(cached(md5(notes(2))));
    await unlink(project.file('notes.txt'));
    await shows('notes.txt', '! Not here');
    await bench.reset();
  });

  it('data that no remote has is not pushed', async () => {
    const { project } = bench;
    await writeFile(project.file('notes.txt'), 'A version of this machine only.\n');
    await project.model.repository.commit?.({ targets: [at('notes.txt')] });
    await shows('notes.txt', '↑ Not pushed');
    await bench.reset();
  });

  it('after git switches the commit, data of the other one is stale', async () => {
    const { git } = bench;
    git('checkout', '-q', '--detach', 'HEAD~1');
    await shows('model.bin', 'M Modified');
    await shows('data/images/b/5.txt', 'A Added');
    git('checkout', '-q', 'main');
    await shows('model.bin', '');
    await shows('data/images', '');
  });

  it('a setting switches them off in the Explorer', async () => {
    const { project } = bench;
    await writeFile(project.file('notes.txt'), 'Edited.\n');
    await shows('notes.txt', 'M Modified');
    const settings = vscode.workspace.getConfiguration('dataTracks');
    await settings.update('decorations.enabled', false, vscode.ConfigurationTarget.Global);
    await shows('notes.txt', '');
    await settings.update('decorations.enabled', undefined, vscode.ConfigurationTarget.Global);
    await shows('notes.txt', 'M Modified');
  });

  it('without automatic refreshes, Refresh looks again', async () => {
    const { project } = bench;
    const settings = vscode.workspace.getConfiguration('dataTracks');
    await settings.update('autoRefresh', false, vscode.ConfigurationTarget.Global);
    await writeFile(project.file('notes.txt'), notes(2));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(await look('notes.txt'), 'M Modified');
    await vscode.commands.executeCommand('dataTracks.refresh');
    assert.equal(await look('notes.txt'), '');
    await settings.update('autoRefresh', undefined, vscode.ConfigurationTarget.Global);
  });
});

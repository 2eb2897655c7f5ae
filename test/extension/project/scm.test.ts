import assert from 'node:assert/strict';
import { unlink, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, until } from '../support/window.ts';
import { type Bench, openBench } from './project.ts';

describe('Source Control and the status bar', () => {
  let bench: Bench;
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('dataTracks');
  const rows = (group: string): readonly string[] | undefined => {
    const { project } = bench;
    return project.window.seen.controls
      .get(project.root)
      ?.groups.get(group)
      ?.resourceStates.map((row) => `${row.contextValue} ${row.resourceUri.path.slice(1)}`);
  };
  const shows = (group: string, want: readonly string[]): Promise<unknown> =>
    until(
      () => JSON.stringify(rows(group)) === JSON.stringify(want),
      () => `${group}: ${JSON.stringify(rows(group))}, not ${JSON.stringify(want)}`,
    );
  const status = (): string | undefined => {
    const { status } = bench.project.window.seen;
    return status?.shown === true ? status.item.text : undefined;
  };

  before(async () => {
    bench = await openBench();
    await bench.reset();
  });
  after(async () => {
    for (const name of ['scm.enabled', 'statusBar.enabled'])
      await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
    await bench.reset();
  });

  it('are quiet where nothing changed', () => {
    assert.deepEqual(rows('changes'), []);
    assert.deepEqual(rows('committed'), []);
    assert.equal(status(), '$(database) Data ok');
  });

  it('have one row a changed dataset, however many files changed in it', async () => {
    const { project } = bench;
    await writeFile(project.file('notes.txt'), 'Edited.\n');
    await writeFile(project.file('data', 'images', 'a', '0.txt'), 'Edited.\n');
    await unlink(project.file('data', 'images', 'b', '0.txt'));
    await shows('changes', ['dataset.modified data/images', 'dataset.modified notes.txt']);
    const control = project.window.seen.controls.get(project.root);
    assert.equal(control?.control.count, 2);
    const tooltip = control?.groups.get('changes')?.resourceStates[0]?.decorations?.tooltip;
    assert.match(tooltip ?? '', /1 deleted, 1 modified inside/);
    assert.equal(status(), '$(database) Data: 2 stale');
    assert.match(project.window.seen.status?.item.accessibilityInformation?.label ?? '', /2 datasets differ/);
  });

  it('tell changes committed to pointers from those that are not', async () => {
    const { project } = bench;
    await project.model.repository.commit?.({ targets: [at('notes.txt')] });
    await shows('changes', ['dataset.modified data/images']);
    await shows('committed', ['dataset.modified notes.txt']);
    assert.equal(status(), '$(database) Data: 1 stale · ↑1');
  });

  it('a setting switches Source Control off and on again', async () => {
    await settings().update('scm.enabled', false, vscode.ConfigurationTarget.Global);
    await until(() => rows('changes') === undefined, 'no source control');
    await settings().update('scm.enabled', true, vscode.ConfigurationTarget.Global);
    await shows('changes', ['dataset.modified data/images']);
  });

  it('a setting switches the status bar off and on again', async () => {
    await settings().update('statusBar.enabled', false, vscode.ConfigurationTarget.Global);
    await until(() => status() === undefined, 'no status bar entry');
    await settings().update('statusBar.enabled', true, vscode.ConfigurationTarget.Global);
    await until(() => status() !== undefined, 'the status bar entry');
    assert.equal(bench.project.window.seen.status?.item.command, 'dataTracks.sync');
  });
});

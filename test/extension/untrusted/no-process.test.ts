import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answering } from '../support/answers.ts';
import { extension, run, until } from '../support/window.ts';

interface Contributions {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly enablement?: string }[] };
}

/** The programs that were started by the names that a fake of each stands for; see workspace.ts. */
function started(): string {
  const marks = process.env['DATA_TRACKS_TEST_MARKS'];
  assert.ok(marks, 'DATA_TRACKS_TEST_MARKS is not set');
  return existsSync(marks) ? readFileSync(marks, 'utf8') : '';
}

describe('a window that is not trusted starts nothing', () => {
  before(async () => {
    const api = await extension().activate();
    await until(() => api.workspace.ready, 'the search for repositories', 10_000);
  });

  it('no command that writes does anything', async () => {
    const { commands } = (extension().packageJSON as Contributions).contributes;
    const { operations } = extension().exports;
    for (const { command, enablement } of commands) {
      if (enablement !== 'isWorkspaceTrusted') continue;
      // A disabled command is not offered; another extension can call it all the same.
      await answering({ pick: ({ choices }) => choices[0], message: ({ choices }) => choices[0] }, () =>
        vscode.commands.executeCommand(command),
      ).catch((error: unknown) => error);
      assert.deepEqual(
        operations.entries.filter(({ state }) => state === 'done').map(({ title }) => title),
        [],
      );
    }
  });

  it('rows can be read, and a version opens nothing', async () => {
    await answering({}, () => run('refresh'));
    await answering({}, () => run('showVersions'));
    await answering({}, () => run('compareWithWorkspace'));
  });

  it('no git and no dvc was started', () => {
    assert.equal(started(), '');
    // And the fakes are what would have been found.
    assert.throws(() => execFileSync('git', ['status'], { stdio: 'pipe' }));
    assert.equal(started(), 'git status\n');
  });
});

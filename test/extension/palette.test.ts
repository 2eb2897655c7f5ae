import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answering, type Question } from './support/answers.ts';
import { keysOf } from './support/when.ts';
import { extension, type OpenWindow, openWindow, until } from './support/window.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly when?: string }[]>>;
    readonly viewsWelcome: readonly { readonly when?: string }[];
  };
}

/** Keys of VS Code itself that our clauses ask. */
const known = new Set([
  'isWorkspaceTrusted',
  'workspaceFolderCount',
  'view',
  'viewItem',
  'resourceScheme',
  'resourcePath',
  'resourceDirname',
  'resourceFilename',
  'resourceExtname',
  'scmProvider',
  'scmResourceGroup',
  'scmResourceState',
]);

const { contributes } = extension().packageJSON as Manifest;
const contributed = contributes.commands.map(({ command }) => command);
const clauses = [
  ...contributes.commands.map(({ enablement }) => enablement),
  ...Object.values(contributes.menus).flatMap((entries) => entries.map(({ when }) => when)),
  ...contributes.viewsWelcome.map(({ when }) => when),
].filter((clause) => clause !== undefined);

describe('commands and their conditions', () => {
  let window: OpenWindow;
  before(async () => {
    window = await openWindow();
  });

  it('registers what is contributed, and contributes what is registered', async () => {
    // Of a view VS Code itself makes commands: `dataTracks.datasets.focus` and the like.
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^dataTracks\.\w+$/.test(id));
    assert.deepEqual([...registered].sort(), [...contributed].sort());
  });

  it('has conditions that parse, over keys that are set', async () => {
    assert.ok(clauses.length > 50);
    await until(() => window.seen.context.has('dataTracks.foldersCut'), 'the first look at folders', 5000);
    for (const clause of new Set(clauses)) {
      for (const key of keysOf(clause))
        assert.ok(known.has(key) || window.seen.context.has(key), `${key} in "${clause}" is never set`);
    }
  });

  it('reads conditions: what is no clause does not parse', () => {
    for (const wrong of ['a &&', '(a', 'a b', 'a =~ b', 'a not b', '|| a', 'a == '])
      assert.throws(() => keysOf(wrong), /does not parse/, wrong);
    assert.deepEqual([...keysOf('!a && (b == x || c =~ /^(d|e) f/i) || g not in h')], ['a', 'b', 'c', 'g', 'h']);
  });

  for (const id of contributed) {
    it(`${id} does no harm without a repository`, async () => {
      const asked: readonly Question[] = await answering({}, () => vscode.commands.executeCommand(id));
      assert.deepEqual(
        asked.filter(({ kind }) => kind === 'error'),
        [],
      );
      assert.deepEqual(window.api.operations.entries, []);
    });
  }
});

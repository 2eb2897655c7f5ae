import * as vscode from 'vscode';
import type { RemoteInfo } from '../../core/system.ts';
import { extrasOf, type RepositoryExtras } from '../host/extras.ts';
import type { RepositoryModel } from '../model/contract.ts';
import { isTreeNode } from '../views/node.ts';
import { askRepository, choose, confirm } from './ask.ts';
import type { Command, CommandContext } from './command.ts';
import { need } from './data.ts';

interface Chosen {
  readonly model: RepositoryModel;
  readonly extras: RepositoryExtras;
  readonly remote: RemoteInfo;
}

function settingsOf(model: RepositoryModel): RepositoryExtras {
  return need(extrasOf(model.repository), model, 'change its remotes');
}

async function askRemote(
  context: CommandContext,
  args: readonly unknown[],
  question: string,
): Promise<Chosen | undefined> {
  const [node] = args;
  if (isTreeNode(node) && node.kind === 'remote')
    return { model: node.model, extras: settingsOf(node.model), remote: node.remote };
  const model = await askRepository(context, args, question);
  if (model === undefined) return undefined;
  const remotes = (await model.repository.remotes?.()) ?? [];
  if (remotes.length === 0) {
    const add = 'Add Remote…';
    const answer = await vscode.window.showInformationMessage(`${model.label} has no remote yet.`, add);
    if (answer === add) await vscode.commands.executeCommand('dataTracks.addRemote', { kind: 'repository', model });
    return undefined;
  }
  const remote = await choose(
    remotes.map((value) => ({
      label: value.name,
      description: value.default ? `${value.url} · default` : value.url,
      value,
    })),
    question,
  );
  return remote === undefined ? undefined : { model, extras: settingsOf(model), remote };
}

async function addRemote(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const model = await askRepository(context, args, 'Which repository gets a remote?');
  if (model === undefined) return;
  const extras = settingsOf(model);
  const remotes = (await model.repository.remotes?.()) ?? [];
  const url = await askUrl();
  if (url === undefined) return;
  const name = await vscode.window.showInputBox({
    title: 'Add Remote',
    prompt: 'What is the remote to be called?',
    value: remotes.length === 0 ? 'storage' : '',
    validateInput: (text) => {
      if (!/^[\w.-]+$/.test(text.trim())) return 'Use letters, digits, "-", "_" and ".".';
      return remotes.some((remote) => remote.name === text.trim())
        ? 'There is a remote of this name already.'
        : undefined;
    },
  });
  if (name === undefined) return;
  const makeDefault = !remotes.some((remote) => remote.default);
  await context.operations.run({ title: `Add remote ${name.trim()}`, show: 'quiet', model }, (options) =>
    extras.addRemote({ name: name.trim(), url, makeDefault }, options),
  );
}

async function askUrl(): Promise<string | undefined> {
  const kind = await choose(
    [
      { label: '$(folder) A folder…', description: 'of this machine, or a share', value: 'folder' as const },
      {
        label: '$(globe) An address…',
        description: 's3://bucket/path and the like, as DVC has them',
        value: 'address' as const,
      },
    ],
    'Where is data to be pushed to?',
  );
  if (kind === 'folder') {
    const chosen = await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: 'Use as Remote',
    });
    return chosen?.[0]?.fsPath;
  }
  if (kind === undefined) return undefined;
  const text = await vscode.window.showInputBox({
    title: 'Add Remote',
    prompt: 'The address of the remote, or the path of a folder.',
    placeHolder: 's3://bucket/path',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'An address is needed.' : undefined),
  });
  return text?.trim();
}

async function setDefaultRemote(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const chosen = await askRemote(context, args, 'Which remote is to be the default one?');
  if (chosen === undefined) return;
  const { model, extras, remote } = chosen;
  await context.operations.run({ title: `Default remote ${remote.name}`, show: 'quiet', model }, (options) =>
    extras.setDefaultRemote({ name: remote.name }, options),
  );
}

async function removeRemote(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const chosen = await askRemote(context, args, 'Which remote is to be removed?');
  if (chosen === undefined) return;
  const { model, extras, remote } = chosen;
  const detail = `The data on it stays. Only the settings of ${model.label} forget it.`;
  if (!(await confirm(`Remove the remote ${remote.name} (${remote.url})?`, detail, 'Remove'))) return;
  await context.operations.run({ title: `Remove remote ${remote.name}`, show: 'quiet', model }, (options) =>
    extras.removeRemote({ name: remote.name }, options),
  );
}

async function testRemote(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const chosen = await askRemote(context, args, 'Which remote is to be tested?');
  if (chosen === undefined) return;
  const { model, extras, remote } = chosen;
  const result = await context.operations.run(
    { title: `Test remote ${remote.name}`, show: 'notification', model },
    (options) => extras.testRemote({ name: remote.name }, options),
  );
  if (result === undefined) return;
  context.remotesView.showReachable(model, remote.name, result.ok ? undefined : result.message);
  if (result.ok) void vscode.window.showInformationMessage(result.message);
  else void vscode.window.showErrorMessage(`${remote.name}: ${result.message}`);
}

export const remoteCommands: readonly Command[] = [
  { id: 'dataTracks.addRemote', handler: addRemote },
  { id: 'dataTracks.setDefaultRemote', handler: setDefaultRemote },
  { id: 'dataTracks.removeRemote', handler: removeRemote },
  { id: 'dataTracks.testRemote', handler: testRemote },
];

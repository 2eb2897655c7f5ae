import * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import { isTreeNode } from '../views/node.ts';
import type { Command, CommandContext } from './command.ts';
import { targetsOf } from './targets.ts';

/* Ways from a row to a file, and to help. */

async function openPointer(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const [node] = args;
  if (isTreeNode(node) && node.kind === 'fault') {
    const { pointer, line } = node.fault;
    const at = Math.max(0, (line ?? 1) - 1);
    const options = line === undefined ? {} : { selection: new vscode.Range(at, 0, at, 0) };
    await vscode.window.showTextDocument(node.model.uri(pointer), options);
    return;
  }
  for (const { model, dataset } of targetsOf(args, context.workspace)) {
    if (dataset !== undefined) await vscode.window.showTextDocument(model.uri(dataset.pointer), { preview: false });
  }
}

async function revealInExplorer(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const [target] = targetsOf(args, context.workspace);
  if (target?.path === undefined) return;
  const { model, dataset } = target;
  const uri = await firstThere(
    [target.path, ...(dataset === undefined ? [] : [dataset.path, dataset.pointer])].map((path: RepoPath) =>
      model.uri(path),
    ),
  );
  if (uri !== undefined) await vscode.commands.executeCommand('revealInExplorer', uri);
}

async function firstThere(uris: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  for (const uri of uris) {
    const there = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (there) return uri;
  }
  return undefined;
}

async function copyPath(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const paths = targetsOf(args, context.workspace).map(
    ({ model, path }) => (path === undefined ? model.root : model.uri(path)).fsPath,
  );
  if (paths.length > 0) await vscode.env.clipboard.writeText([...new Set(paths)].join('\n'));
}

async function openWalkthrough(context: CommandContext): Promise<void> {
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${context.extensionId}#dataTracks.start`,
    false,
  );
}

export const navigateCommands: readonly Command[] = [
  { id: 'dataTracks.openPointer', handler: openPointer },
  { id: 'dataTracks.revealInExplorer', handler: revealInExplorer },
  { id: 'dataTracks.copyPath', handler: copyPath },
  { id: 'dataTracks.openWalkthrough', handler: openWalkthrough },
  { id: 'dataTracks.showLog', handler: (context) => context.log.show() },
];

import * as vscode from 'vscode';
import { formatBytes } from '../../base/format.ts';
import { type RepoPath, repoBasename } from '../../base/paths.ts';
import type { DatasetVersion } from '../../core/system.ts';
import { revisionLabel, versionTitle } from '../documents/version-uri.ts';
import type { RepositoryModel } from '../model/contract.ts';
import { isTreeNode } from '../views/node.ts';
import { askDataset, askVersion, choose } from './ask.ts';
import type { Command, CommandContext } from './command.ts';
import { need } from './data.ts';
import { pathNow, pathThen, targetsOf } from './targets.ts';

async function restore(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const target = await askDataset(context, args, 'Which dataset is to be restored?');
  const path = target === undefined ? undefined : pathNow(target);
  if (target === undefined || path === undefined) return;
  const { model } = target;
  const version =
    target.version ??
    (await askVersion(model, target.dataset?.path ?? path, `Which version of ${path} is to be restored?`));
  if (version === undefined) return;
  const title = `Restore ${path} from ${version.commit.slice(0, 7)}`;
  await context.operations.run({ title, show: 'notification', model }, (options) =>
    need(model.repository.restore, model, 'restore')(path, version.commit, options),
  );
}

async function showVersions(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const target = await askDataset(context, args, 'Whose versions are to be shown?');
  if (target?.dataset === undefined) return;
  const { model, dataset, path } = target;
  await context.datasetsView.revealVersions(model, dataset);
  if (path === undefined || path === dataset.path) return;
  // A file inside of a dataset has no row with versions of its own.
  const version = await askVersion(model, dataset.path, `Open ${path} as it was in…`);
  if (version !== undefined) await openAt(context, model, pathThen(path, dataset, version), version);
}

async function openVersion(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const target = await askDataset(context, args, 'Which dataset is to be opened?');
  if (target?.path === undefined) return;
  const { model, path, dataset } = target;
  if (target.version !== undefined) return openAt(context, model, path, target.version);
  const version = await askVersion(model, dataset?.path ?? path, `Which version of ${path} is to be opened?`);
  if (version !== undefined)
    await openAt(context, model, dataset === undefined ? path : pathThen(path, dataset, version), version);
}

/** Opens a file of a version; of a folder the file that is chosen in it. */
async function openAt(
  context: CommandContext,
  model: RepositoryModel,
  path: RepoPath,
  version: DatasetVersion,
): Promise<void> {
  const file = await askFile(model, path, version);
  if (file === undefined) return;
  const title = versionTitle({ path: file, label: revisionLabel(version.commit) });
  const uri = context.documents.uri(model, file, version.commit);
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true }, title);
}

async function askFile(model: RepositoryModel, path: RepoPath, version: DatasetVersion): Promise<RepoPath | undefined> {
  const { repository } = model;
  const entry = await repository.entry(path, version.commit);
  if (entry === undefined) {
    void vscode.window.showInformationMessage(`${path} was not there in ${version.commit.slice(0, 7)}.`);
    return undefined;
  }
  if (entry.kind === 'file') return path;
  const inside = await repository.entries(path, version.commit);
  const chosen = await choose(
    inside.map((one) => ({
      label: `${one.kind === 'folder' ? '$(folder)' : '$(file)'} ${repoBasename(one.path)}`,
      ...(one.size === undefined ? {} : { description: formatBytes(one.size) }),
      value: one,
    })),
    `${path} at ${version.commit.slice(0, 7)}`,
  );
  if (chosen === undefined) return undefined;
  return chosen.kind === 'file' ? chosen.path : askFile(model, chosen.path, version);
}

async function copyVersionId(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const ids = targetsOf(args, context.workspace).flatMap(({ version }) =>
    version === undefined ? [] : [version.commit],
  );
  if (ids.length > 0) await vscode.env.clipboard.writeText(ids.join('\n'));
}

async function loadMoreVersions(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const [node] = args;
  if (isTreeNode(node) && node.kind === 'more') await context.datasetsView.loadMore(node);
}

export const versionCommands: readonly Command[] = [
  { id: 'dataTracks.restore', handler: restore },
  { id: 'dataTracks.showVersions', handler: showVersions },
  { id: 'dataTracks.openVersion', handler: openVersion },
  { id: 'dataTracks.openFileAtVersion', handler: openVersion },
  { id: 'dataTracks.copyVersionId', handler: copyVersionId },
  { id: 'dataTracks.loadMoreVersions', handler: loadMoreVersions },
];

import * as vscode from 'vscode';
import { plural } from '../../base/format.ts';
import { repoBasename } from '../../base/paths.ts';
import { documentUri } from '../documents/document-uri.ts';
import { revisionLabel, versionTitle } from '../documents/version-uri.ts';
import { datasetContext, datasetDescription, datasetIcon, datasetTooltip, entryDescription } from './dataset-labels.ts';
import { faultDescription } from './fault-labels.ts';
import type {
  DatasetNode,
  FaultNode,
  FileNode,
  FilesNode,
  FolderNode,
  MoreNode,
  TreeNode,
  VersionNode,
} from './node.ts';
import { nodeId } from './node-id.ts';
import { isAway, stateInside } from './path-state.ts';
import { rowUri } from './row-uri.ts';
import { stateLooks } from './states.ts';
import {
  type IconLook,
  placeIcons,
  versionContext,
  versionDescription,
  versionPlace,
  versionTooltip,
} from './version-labels.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

export interface ItemOptions {
  label: string;
  collapsible?: vscode.TreeItemCollapsibleState;
  description?: string;
  /** Markdown. */
  tooltip?: string;
  icon?: vscode.ThemeIcon;
  context: string;
  resource?: vscode.Uri;
  command?: vscode.Command;
}

/** A row with what every row has: a stable id and its context value. */
export function item(node: TreeNode, options: ItemOptions): vscode.TreeItem {
  const result = new vscode.TreeItem(options.label, options.collapsible ?? None);
  result.id = nodeId(node);
  result.contextValue = options.context;
  if (options.description !== undefined) result.description = options.description;
  if (options.tooltip !== undefined) result.tooltip = new vscode.MarkdownString(options.tooltip);
  if (options.icon !== undefined) result.iconPath = options.icon;
  if (options.resource !== undefined) result.resourceUri = options.resource;
  if (options.command !== undefined) result.command = options.command;
  return result;
}

export function themeIcon(look: IconLook): vscode.ThemeIcon {
  return new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
}

export function messageItem(node: Extract<TreeNode, { kind: 'message' }>): vscode.TreeItem {
  const look = node.severity === 'error' ? { icon: 'error', color: 'list.errorForeground' } : { icon: 'info' };
  const row = item(node, { label: node.text, icon: themeIcon(look), context: 'message' });
  row.tooltip = node.text;
  return row;
}

/** Rows of the Datasets tree. `now`: milliseconds since 1970. */
export function datasetsItem(
  node: TreeNode,
  now: number,
  note: (node: TreeNode) => string | undefined,
): vscode.TreeItem {
  switch (node.kind) {
    case 'repository': {
      const description = node.model.error === undefined ? node.model.snapshot?.status.head : 'could not be read';
      return item(node, {
        label: node.model.label,
        collapsible: Expanded,
        ...(description === undefined ? {} : { description }),
        icon: new vscode.ThemeIcon('repo'),
        context: 'repository',
      });
    }
    case 'dataset':
      return datasetItem(node);
    case 'fault':
      return faultItem(node);
    case 'files':
      return filesItem(node);
    case 'folder':
      return folderItem(node);
    case 'file':
      return fileItem(node);
    case 'versions': {
      const description = note(node);
      return item(node, {
        label: 'Versions',
        collapsible: Collapsed,
        ...(description === undefined ? {} : { description }),
        icon: new vscode.ThemeIcon('history'),
        context: 'versions',
      });
    }
    case 'version':
      return versionItem(node, now);
    case 'more':
      return moreItem(node, note(node));
    case 'message':
      return messageItem(node);
    case 'remote':
    case 'activity':
      throw new Error(`A ${node.kind} is no row of the Datasets tree.`);
  }
}

function datasetItem(node: DatasetNode): vscode.TreeItem {
  const { dataset, model } = node;
  const state = model.stateOf(dataset.path);
  const color = state === undefined ? undefined : stateLooks[state.state].color;
  return item(node, {
    label: repoBasename(dataset.path),
    collapsible: Collapsed,
    description: datasetDescription(dataset, state),
    tooltip: datasetTooltip(dataset, state),
    icon: themeIcon({ icon: datasetIcon(dataset), ...(color === undefined ? {} : { color }) }),
    context: datasetContext(dataset, state),
    resource: rowUri(model, dataset.path),
  });
}

function faultItem(node: FaultNode): vscode.TreeItem {
  const { fault } = node;
  const row = item(node, {
    label: fault.pointer,
    description: faultDescription(fault),
    icon: themeIcon({
      icon: fault.conflict ? 'git-merge' : 'error',
      color: fault.conflict ? 'dataTracks.conflict' : 'list.errorForeground',
    }),
    context: fault.conflict ? 'fault.conflict' : 'fault.error',
    command: { command: 'dataTracks.openPointer', title: 'Open Pointer', arguments: [node] },
  });
  row.tooltip = `${fault.pointer}, ${faultDescription(fault)}`;
  return row;
}

function filesItem(node: FilesNode): vscode.TreeItem {
  const { files } = node.dataset;
  return item(node, {
    label: 'Files',
    collapsible: Collapsed,
    ...(files === undefined ? {} : { description: plural(files, 'file') }),
    icon: new vscode.ThemeIcon('files'),
    context: 'files',
  });
}

function folderItem(node: FolderNode): vscode.TreeItem {
  const state = node.version === undefined ? stateInside(node.model, node.dataset, node.path) : undefined;
  return item(node, {
    label: repoBasename(node.path),
    collapsible: Collapsed,
    description: entryDescription({}, state),
    ...(state === undefined ? {} : { tooltip: state.words }),
    icon: vscode.ThemeIcon.Folder,
    context: node.version === undefined ? `folder.now.${stateLooks[state?.state ?? 'ok'].context}` : 'folder.version',
    resource: rowUri(node.model, node.path, node.version?.commit),
  });
}

function fileItem(node: FileNode): vscode.TreeItem {
  const { model, dataset, path, version } = node;
  const state = version === undefined ? stateInside(model, dataset, path) : undefined;
  const here = version === undefined && !isAway(state);
  const label = revisionLabel(version?.commit);
  const arguments_: readonly unknown[] = here
    ? [model.uri(path)]
    : [documentUri(model, path, version?.commit), { preview: true }, versionTitle({ path, label })];
  return item(node, {
    label: repoBasename(path),
    description: entryDescription(node.data, state),
    ...(state === undefined ? {} : { tooltip: state.words }),
    icon: vscode.ThemeIcon.File,
    context: version === undefined ? `file.now.${stateLooks[state?.state ?? 'ok'].context}` : 'file.version',
    resource: rowUri(model, path, version?.commit),
    command: { command: 'vscode.open', title: 'Open', arguments: [...arguments_] },
  });
}

function versionItem(node: VersionNode, now: number): vscode.TreeItem {
  const { version } = node;
  return item(node, {
    label: version.subject === '' ? '(no message)' : version.subject,
    collapsible: version.hash !== undefined && version.kind === 'folder' ? Collapsed : None,
    description: versionDescription(version, now),
    tooltip: versionTooltip(version, now),
    icon: themeIcon(placeIcons[versionPlace(version)]),
    context: versionContext(version),
    ...(version.hash === undefined || version.kind === 'folder' ? {} : { command: openCommand(node) }),
  });
}

/** Opens the file of a version under a title that names the version. */
function openCommand(node: VersionNode): vscode.Command {
  const { path, commit, kind } = node.version;
  if (kind !== 'file') return { command: 'dataTracks.openVersion', title: 'Open Version', arguments: [node] };
  const title = versionTitle({ path, label: revisionLabel(commit) });
  const arguments_ = [documentUri(node.model, path, commit), { preview: true }, title];
  return { command: 'vscode.open', title: 'Open Version', arguments: arguments_ };
}

function moreItem(node: MoreNode, note: string | undefined): vscode.TreeItem {
  return item(node, {
    label: 'Load more…',
    ...(note === undefined ? {} : { description: note }),
    icon: new vscode.ThemeIcon('ellipsis'),
    context: 'more',
    command: { command: 'dataTracks.loadMoreVersions', title: 'Load More', arguments: [node] },
  });
}

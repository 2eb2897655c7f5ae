import * as vscode from 'vscode';
import type { Operations, WorkspaceModel } from '../model/contract.ts';
import { activityDescription, activityIcons, activityOrder, activityTooltip } from './activity-labels.ts';
import { item, messageItem, themeIcon } from './items.ts';
import type { TreeNode } from './node.ts';

/** Rows are drawn anew this often while bytes move. */
const interval = 250;

/** The Activity view: what runs and what has ended, with what failed below. */
export function registerActivityView(
  _context: vscode.ExtensionContext,
  _model: WorkspaceModel,
  operations: Operations,
): vscode.Disposable {
  const tree = new ActivityTree(operations);
  const view = vscode.window.createTreeView<TreeNode>('dataTracks.activity', { treeDataProvider: tree });
  return vscode.Disposable.from(view, tree);
}

class ActivityTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #operations: Operations;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscription: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #states = '';
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#subscription = operations.onDidChange(() => this.#schedule());
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'message') return messageItem(node);
    if (node.kind !== 'activity') throw new Error(`A ${node.kind} is no row of the Activity tree.`);
    const { entry } = node;
    const now = Date.now();
    return item(node, {
      label: entry.title,
      collapsible:
        entry.failures.length > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
      description: activityDescription(entry, now),
      tooltip: activityTooltip(entry, now),
      icon: themeIcon(activityIcons[entry.state]),
      context: `activity.${entry.state}`,
      ...(entry.state === 'failed'
        ? { command: { command: 'dataTracks.showActivityError', title: 'Show Error', arguments: [node] } }
        : {}),
    });
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined)
      return activityOrder(this.#operations.entries).map((entry) => ({ kind: 'activity', entry }));
    if (node.kind !== 'activity') return [];
    const { entry } = node;
    const lines = new Set(
      entry.failures.map(({ what, message }) => (message.includes(what) ? message : `${what}: ${message}`)),
    );
    return [...lines].map((text) => ({ kind: 'message', severity: 'error', text, entry }));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** At once where something begins or ends, else with the next tick. */
  #schedule(): void {
    const states = this.#operations.entries.map(({ id, state }) => `${id} ${state}`).join();
    if (states !== this.#states) {
      this.#states = states;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#changed.fire(undefined);
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, interval);
  }
}

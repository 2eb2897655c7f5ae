import * as vscode from 'vscode';
import type { RemotesViewPort } from '../commands/ports.ts';
import type { Operations, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { item, messageItem, themeIcon } from './items.ts';
import type { TreeNode } from './node.ts';
import { NodeRegistry } from './nodes.ts';
import { type Reachability, remoteContext, remoteDescription, remoteIcon, remoteTooltip } from './remote-labels.ts';

/** The Remotes view: repositories where there are several, then their remotes. */
export function registerRemotesView(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  _operations: Operations,
): vscode.Disposable & RemotesViewPort {
  const tree = new RemotesTree(model);
  const view = vscode.window.createTreeView<TreeNode>('dataTracks.remotes', { treeDataProvider: tree });
  return {
    showReachable: (owner, remote, fault) => tree.showReachable(owner, remote, fault),
    dispose: () => {
      view.dispose();
      tree.dispose();
    },
  };
}

class RemotesTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #model: WorkspaceModel;
  readonly #nodes = new NodeRegistry();
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  /** By repository, name and address: another address is another remote. */
  readonly #tested = new Map<string, Reachability>();
  readonly #subscription: vscode.Disposable;
  #print = '';
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(model: WorkspaceModel) {
    this.#model = model;
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      model.onDidChangeRepositories(() => this.#update()),
      model.onDidChange(() => this.#update()),
    );
  }

  showReachable(model: RepositoryModel, name: string, fault: string | undefined): void {
    const remote = model.snapshot?.remotes.find((candidate) => candidate.name === name);
    if (remote === undefined) return;
    this.#tested.set(
      testKey(model, name, remote.url),
      fault === undefined ? { ok: true } : { ok: false, message: fault },
    );
    const node = this.#nodes.known({ kind: 'remote', model, remote });
    if (node !== undefined) this.#changed.fire(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'remote') {
      const { model, remote } = node;
      const tested = this.#tested.get(testKey(model, remote.name, remote.url));
      return item(node, {
        label: remote.name,
        description: remoteDescription(remote, tested, model.root.fsPath),
        tooltip: remoteTooltip(remote, tested),
        icon: themeIcon(remoteIcon(remote, tested)),
        context: remoteContext(remote),
      });
    }
    if (node.kind === 'repository') {
      return item(node, {
        label: node.model.label,
        collapsible: vscode.TreeItemCollapsibleState.Expanded,
        icon: new vscode.ThemeIcon('repo'),
        context: 'repository',
      });
    }
    if (node.kind === 'message') return messageItem(node);
    throw new Error(`A ${node.kind} is no row of the Remotes tree.`);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return this.#children(node).map((child) => this.#nodes.keep(child, node));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#nodes.parent(node);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #children(node: TreeNode | undefined): readonly TreeNode[] {
    const { repositories } = this.#model;
    if (node === undefined) {
      const withRemotes = repositories.some(({ snapshot }) => (snapshot?.remotes.length ?? 0) > 0);
      if (!withRemotes) return [];
      if (repositories.length > 1) return repositories.map((model) => ({ kind: 'repository', model }));
      return repositories.flatMap(remotesOf);
    }
    if (node.kind !== 'repository') return [];
    const remotes = remotesOf(node.model);
    return remotes.length > 0
      ? remotes
      : [{ kind: 'message', model: node.model, severity: 'info', text: 'No remote yet' }];
  }

  #update(): void {
    const next = JSON.stringify(
      this.#model.repositories.map(({ root, snapshot }) => [root.toString(), snapshot?.remotes]),
    );
    if (next === this.#print) return;
    this.#print = next;
    this.#nodes.clear();
    this.#changed.fire(undefined);
  }
}

function remotesOf(model: RepositoryModel): readonly TreeNode[] {
  return (model.snapshot?.remotes ?? []).map((remote) => ({ kind: 'remote', model, remote }));
}

function testKey(model: RepositoryModel, name: string, url: string): string {
  return JSON.stringify([model.root.toString(), name, url]);
}

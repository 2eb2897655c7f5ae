import * as vscode from 'vscode';
import { plural } from '../../base/format.ts';
import type { Dataset } from '../../core/system.ts';
import type { DatasetsViewPort } from '../commands/ports.ts';
import type { Operations, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { DatasetsTree } from './datasets-tree.ts';
import type { MoreNode, TreeNode } from './node.ts';
import { reportFaults } from './problems.ts';
import { addSummaries, emptySummary, summarise } from './summary.ts';

const viewId = 'dataTracks.datasets';

/** The Datasets view, and the Problems entries of damaged pointers. */
export function registerDatasetsView(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  operations: Operations,
): vscode.Disposable & DatasetsViewPort {
  const tree = new DatasetsTree(model);
  const view = vscode.window.createTreeView<TreeNode>(viewId, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const showHead = (): void => {
    showBadge(view, model);
    showMessage(view, model);
  };
  showHead();
  const subscriptions = vscode.Disposable.from(
    view,
    tree,
    reportFaults(model),
    model.onDidChange(showHead),
    model.onDidChangeRepositories(showHead),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      showHead();
      tree.refreshVersions();
    }),
    whenEnded(operations, () => tree.refreshVersions()),
    showProgress(model, operations),
  );
  return {
    revealVersions: async (owner: RepositoryModel, dataset: Dataset): Promise<void> => {
      const node = await tree.versionsNode(owner, dataset);
      if (node === undefined) await vscode.commands.executeCommand(`${viewId}.focus`);
      else await view.reveal(node, { select: true, focus: true, expand: true });
    },
    loadMore: async (node: MoreNode): Promise<void> => tree.loadMore(node),
    dispose: () => {
      subscriptions.dispose();
    },
  };
}

function showBadge(view: vscode.TreeView<TreeNode>, model: WorkspaceModel): void {
  let total = emptySummary;
  for (const { snapshot } of model.repositories)
    if (snapshot !== undefined) total = addSummaries(total, summarise(snapshot));
  const value = total.stale + total.faults;
  view.badge = value === 0 ? undefined : { value, tooltip: `${plural(value, 'stale dataset')}` };
}

function showMessage(view: vscode.TreeView<TreeNode>, model: WorkspaceModel): void {
  const lines: string[] = [];
  if (!vscode.workspace.isTrusted && model.repositories.length > 0) {
    lines.push('Restricted mode: data is shown, not changed, pushed or pulled.');
  }
  for (const { label, error, snapshot } of model.repositories) {
    if (error !== undefined && snapshot !== undefined) lines.push(`${label} could not be refreshed: ${error.message}`);
  }
  view.message = lines.join(' ');
}

/** Calls back after operations came to their end. */
function whenEnded(operations: Operations, then: () => void): vscode.Disposable {
  const running = new Set<number>();
  return operations.onDidChange(() => {
    let ended = false;
    for (const { id, state } of operations.entries) {
      if (state === 'running') running.add(id);
      else if (running.delete(id)) ended = true;
    }
    if (ended) then();
  });
}

/** The bar at the top of the view: until the repositories are found, and while an operation runs. */
function showProgress(model: WorkspaceModel, operations: Operations): vscode.Disposable {
  let end: (() => void) | undefined;
  const update = (): void => {
    const busy = !model.ready || operations.entries.some(({ state }) => state === 'running');
    if (busy && end === undefined) {
      const shown = new Promise<void>((resolve) => {
        end = resolve;
      });
      void vscode.window.withProgress({ location: { viewId } }, () => shown);
    } else if (!busy) {
      end?.();
      end = undefined;
    }
  };
  update();
  const subscriptions = vscode.Disposable.from(
    operations.onDidChange(update),
    model.onDidChangeRepositories(update),
    model.onDidChange(update),
  );
  return new vscode.Disposable(() => {
    subscriptions.dispose();
    end?.();
  });
}

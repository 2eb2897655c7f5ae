import * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import type { Dataset } from '../../core/system.ts';
import type { Operations, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import type { DatasetNode } from '../views/node.ts';
import { rowUri } from '../views/row-uri.ts';
import { type ChangeRow, changeRows, rowTooltip } from './rows.ts';

const setting = 'scm.enabled';

/** A row of ours in Source Control: also the tree node of its dataset, so that commands take either. */
export type DatasetResourceState = vscode.SourceControlResourceState & DatasetNode;

/** One source control a repository, with one row a changed dataset. */
export function registerScm(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  _operations: Operations,
): vscode.Disposable {
  const controls = new Map<RepositoryModel, RepositoryControl>();
  const update = (): void => {
    const enabled = vscode.workspace.getConfiguration('dataTracks').get<boolean>(setting, true);
    const wanted = new Set(enabled ? model.repositories : []);
    for (const [owner, control] of controls) {
      if (wanted.has(owner)) continue;
      control.dispose();
      controls.delete(owner);
    }
    for (const owner of wanted) if (!controls.has(owner)) controls.set(owner, new RepositoryControl(owner));
  };
  update();
  const subscriptions = vscode.Disposable.from(
    model.onDidChangeRepositories(update),
    model.onDidChange(({ model: owner }) => controls.get(owner)?.update()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`dataTracks.${setting}`)) update();
    }),
  );
  return new vscode.Disposable(() => {
    subscriptions.dispose();
    for (const control of controls.values()) control.dispose();
    controls.clear();
  });
}

class RepositoryControl implements vscode.Disposable {
  readonly #model: RepositoryModel;
  readonly #control: vscode.SourceControl;
  readonly #changes: vscode.SourceControlResourceGroup;
  readonly #committed: vscode.SourceControlResourceGroup;
  #print = '';

  constructor(model: RepositoryModel) {
    this.#model = model;
    this.#control = vscode.scm.createSourceControl('dataTracks', 'Data Tracks', model.root);
    this.#control.inputBox.visible = false;
    this.#control.count = 0;
    this.#changes = this.#control.createResourceGroup('changes', 'Changes');
    this.#committed = this.#control.createResourceGroup('committed', 'Committed to pointers, not to git');
    this.#committed.hideWhenEmpty = true;
    this.update();
  }

  update(): void {
    const { snapshot } = this.#model;
    const find = (path: RepoPath): Dataset | undefined => this.#model.datasetAt(path);
    const all = snapshot === undefined ? [] : changeRows(snapshot.status.uncommitted, find);
    // What was never pulled is no change of anyone's.
    const changes = all.filter(({ dataset }) => this.#model.stateOf(dataset.path)?.state !== 'missing');
    const committed = snapshot === undefined ? [] : changeRows(snapshot.status.committed, find);
    const print = JSON.stringify([changes, committed]);
    if (print === this.#print) return;
    this.#print = print;
    this.#changes.resourceStates = changes.map((row) => this.#resource(row));
    this.#committed.resourceStates = committed.map((row) => this.#resource(row));
    this.#control.count = changes.length;
  }

  dispose(): void {
    this.#control.dispose();
  }

  #resource(row: ChangeRow): DatasetResourceState {
    const node: DatasetNode = { kind: 'dataset', model: this.#model, dataset: row.dataset };
    return {
      ...node,
      resourceUri: rowUri(this.#model, row.dataset.path),
      contextValue: `dataset.${row.change}`,
      decorations: { tooltip: rowTooltip(row), strikeThrough: row.change === 'deleted' },
      command: { command: 'dataTracks.compareWithWorkspace', title: 'Compare with Workspace', arguments: [node] },
    };
  }
}

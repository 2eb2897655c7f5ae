import * as vscode from 'vscode';
import { formatCount } from '../../base/format.ts';
import { ancestors, isInside, type RepoPath } from '../../base/paths.ts';
import type { Dataset, DatasetVersion } from '../../core/system.ts';
import type { RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { EntryPages, type FolderAddress } from './entry-pages.ts';
import { datasetsItem } from './items.ts';
import type { DatasetNode, MoreNode, RepositoryNode, TreeNode, VersionsNode } from './node.ts';
import { NodeRegistry } from './nodes.ts';
import { VersionPages } from './version-pages.ts';

/** Repositories (where there are several) → datasets and damaged pointers → files and versions. */
export class DatasetsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #model: WorkspaceModel;
  readonly #nodes = new NodeRegistry();
  readonly #versions = new VersionPages();
  readonly #entries = new EntryPages();
  readonly #changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly #prints = new Map<RepositoryModel, string>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(model: WorkspaceModel) {
    this.#model = model;
    this.#subscriptions.push(
      this.#changed,
      this.#versions,
      this.#versions.onDidChange(({ model: owner, dataset }) => this.#fireVersions(owner, dataset)),
      model.onDidChangeRepositories(() => this.reset()),
      model.onDidChange(({ model: owner, changed }) => this.#update(owner, changed)),
    );
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return datasetsItem(node, Date.now(), (of) => this.#note(of));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#nodes.parent(node);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const found = await this.#children(node);
    return found.map((child) => this.#nodes.keep(child, node));
  }

  /** Reads everything anew. */
  reset(): void {
    this.#nodes.clear();
    this.#prints.clear();
    this.#versions.forgetAllBut(this.#model.repositories);
    this.#versions.markStale();
    this.#changed.fire(undefined);
  }

  /** Reads the opened versions anew: after a push other ones are on the remote. */
  refreshVersions(model?: RepositoryModel): void {
    this.#versions.markStale(model);
    const opened = this.#nodes.ofKind('versions').filter((node) => model === undefined || node.model === model);
    if (opened.length > 0) this.#changed.fire([...opened]);
  }

  loadMore(node: MoreNode): void {
    if (node.folder === undefined) this.#versions.grow(node.model, node.dataset);
    else this.#entries.grow(address(node.model, node.folder, node.version));
    const parent = this.#nodes.parent(this.#nodes.known(node) ?? node);
    if (parent !== undefined) this.#changed.fire(parent);
  }

  /** The row "Versions" of a dataset, with all rows above it known, so that it can be revealed. */
  async versionsNode(model: RepositoryModel, dataset: Dataset): Promise<TreeNode | undefined> {
    const roots = await this.getChildren();
    const repository = roots.find((node): node is RepositoryNode => node.kind === 'repository' && node.model === model);
    const rows = repository === undefined ? roots : await this.getChildren(repository);
    const row = rows.find(
      (node): node is DatasetNode =>
        node.kind === 'dataset' && node.model === model && node.dataset.path === dataset.path,
    );
    if (row === undefined) return undefined;
    return (await this.getChildren(row)).find((node) => node.kind === 'versions');
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
  }

  async #children(node: TreeNode | undefined): Promise<readonly TreeNode[]> {
    if (node === undefined) return this.#roots();
    switch (node.kind) {
      case 'repository':
        return this.#datasets(node.model);
      case 'dataset':
        return datasetChildren(node);
      case 'files':
        return this.#files(node.model, node.dataset, node.dataset.path, undefined);
      case 'folder':
        return this.#files(node.model, node.dataset, node.path, node.version);
      case 'version':
        return this.#files(node.model, node.dataset, node.version.path, node.version);
      case 'versions':
        return this.#versionRows(node);
      default:
        return [];
    }
  }

  async #roots(): Promise<readonly TreeNode[]> {
    const { repositories } = this.#model;
    const [only] = repositories;
    if (only === undefined) return [];
    if (repositories.length > 1) return repositories.map((model) => ({ kind: 'repository', model }));
    return this.#datasets(only);
  }

  async #datasets(model: RepositoryModel): Promise<readonly TreeNode[]> {
    await this.#firstRefresh(model);
    const { snapshot, error } = model;
    if (snapshot === undefined) {
      return error === undefined ? [] : [{ kind: 'message', model, severity: 'error', text: error.message }];
    }
    this.#prints.set(model, structure(model));
    return [
      ...snapshot.list.datasets.map((dataset): TreeNode => ({ kind: 'dataset', model, dataset })),
      ...snapshot.list.faults.map((fault): TreeNode => ({ kind: 'fault', model, fault })),
    ];
  }

  /** Until then the view shows that it loads, and no welcome text that might be wrong. */
  async #firstRefresh(model: RepositoryModel): Promise<void> {
    if (model.snapshot !== undefined || model.error !== undefined) return;
    await new Promise<void>((resolve) => {
      const waits = [model.onDidChange(end), this.#model.onDidChangeRepositories(end)];
      function end(): void {
        for (const wait of waits.splice(0)) wait.dispose();
        resolve();
      }
    });
  }

  async #files(
    model: RepositoryModel,
    dataset: Dataset,
    path: RepoPath,
    version: DatasetVersion | undefined,
  ): Promise<readonly TreeNode[]> {
    const at = version === undefined ? {} : { version };
    const { entries, rest, fault } = await this.#entries.load(address(model, path, version));
    if (fault !== undefined) return [{ kind: 'message', model, severity: 'error', text: fault }];
    if (entries.length === 0) return [{ kind: 'message', model, severity: 'info', text: 'No files in here' }];
    const rows = entries.map(
      (data): TreeNode =>
        data.kind === 'folder'
          ? { kind: 'folder', model, dataset, path: data.path, ...at }
          : { kind: 'file', model, dataset, path: data.path, data, ...at },
    );
    return rest === 0 ? rows : [...rows, { kind: 'more', model, dataset, folder: path, ...at }];
  }

  async #versionRows(node: VersionsNode): Promise<readonly TreeNode[]> {
    const { model, dataset } = node;
    const { versions, more, fault, remoteFault } = await this.#versions.load(model, dataset);
    if (fault !== undefined) return [{ kind: 'message', model, severity: 'error', text: fault }];
    if (versions.length === 0) return [{ kind: 'message', model, severity: 'info', text: 'Not committed to git yet' }];
    const rows: TreeNode[] = versions.map((version) => ({ kind: 'version', model, dataset, version }));
    if (more) rows.push({ kind: 'more', model, dataset });
    if (remoteFault !== undefined) {
      rows.push({ kind: 'message', model, severity: 'error', text: `The remote could not be asked: ${remoteFault}` });
    }
    return rows;
  }

  /** What stands beside "Load more". */
  #note(node: TreeNode): string | undefined {
    if (node.kind !== 'more' || node.folder !== undefined) return undefined;
    const loaded = this.#versions.peek(node.model, node.dataset)?.versions.length;
    return loaded === undefined ? undefined : `${formatCount(loaded)} shown`;
  }

  #fireVersions(model: RepositoryModel, dataset: Dataset): void {
    const node = this.#nodes.known({ kind: 'versions', model, dataset });
    if (node !== undefined) this.#changed.fire(node);
  }

  #update(model: RepositoryModel, changed: readonly RepoPath[]): void {
    const before = this.#prints.get(model);
    if (before === undefined) {
      if (this.#model.repositories.length === 1) this.#changed.fire(undefined);
      else this.#fireKnown([{ kind: 'repository', model }]);
      return;
    }
    if (before !== structure(model)) {
      this.#nodes.forget(model);
      this.#entries.forget(model);
      this.#versions.markStale(model);
      if (this.#model.repositories.length === 1) this.#changed.fire(undefined);
      else this.#fireKnown([{ kind: 'repository', model }]);
      return;
    }
    this.#fireKnown(changed.flatMap((path) => this.#rowsOf(model, path)));
  }

  /** The rows that show the state of `path`: the dataset itself, or the nearest opened folder that lists it. */
  #rowsOf(model: RepositoryModel, path: RepoPath): readonly TreeNode[] {
    const dataset = model.datasetAt(path);
    if (dataset === undefined) return [];
    if (path === dataset.path) return [{ kind: 'dataset', model, dataset }];
    for (const folder of ancestors(path)) {
      if (folder === dataset.path) return [{ kind: 'files', model, dataset }];
      if (!isInside(dataset.path, folder)) return [];
      const row = this.#nodes.known({ kind: 'folder', model, dataset, path: folder });
      if (row !== undefined) return [row];
    }
    return [];
  }

  #fireKnown(nodes: readonly TreeNode[]): void {
    const known = new Set(nodes.flatMap((node) => this.#nodes.known(node) ?? []));
    if (known.size > 0) this.#changed.fire([...known]);
  }
}

function datasetChildren({ model, dataset }: DatasetNode): readonly TreeNode[] {
  const versions: TreeNode = { kind: 'versions', model, dataset };
  if (dataset.kind === 'folder') return [{ kind: 'files', model, dataset }, versions];
  if (dataset.kind === 'unknown') return [versions];
  const { path, hash, size } = dataset;
  const data = {
    path,
    kind: 'file',
    ...(hash === undefined ? {} : { hash }),
    ...(size === undefined ? {} : { size }),
  } as const;
  return [{ kind: 'file', model, dataset, path, data }, versions];
}

function address(model: RepositoryModel, path: RepoPath, version: DatasetVersion | undefined): FolderAddress {
  return version === undefined ? { model, path } : { model, path, commit: version.commit };
}

/** Equal as long as the same rows stand below the repository, and no commit was made that its versions might show. */
function structure(model: RepositoryModel): string {
  const { snapshot, error } = model;
  if (snapshot === undefined) return `error ${error?.message ?? ''}`;
  return JSON.stringify([snapshot.list, snapshot.status.head, snapshot.status.committed, snapshot.remotes.length]);
}

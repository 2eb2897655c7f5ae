import * as vscode from 'vscode';
import { ancestors, type RepoPath } from '../../base/paths.ts';
import type { Operations, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { fsPathOf } from '../model/repository-model.ts';
import { ContextKeys } from './context-keys.ts';
import { extrasOf, type FolderList } from './extras.ts';
import type { Log } from './log.ts';

/** So many folders of a repository are listed for the Explorer's menus. */
const mostFolders = 5000;
/** Milliseconds in which folders that come and go are looked at once. */
const patience = 1000;

/** Keeps the context keys (context-keys.ts) at what the models say. */
export class KeySync implements vscode.Disposable {
  readonly #workspace: WorkspaceModel;
  readonly #operations: Operations;
  readonly #log: Log;
  readonly #keys = new ContextKeys();
  readonly #folders = new WeakMap<RepositoryModel, FolderList>();
  readonly #subscriptions: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(workspace: WorkspaceModel, operations: Operations, log: Log) {
    this.#workspace = workspace;
    this.#operations = operations;
    this.#log = log;
    const look = (): void => {
      this.#update();
      this.#lookSoon();
    };
    // Any new folder, tracked or not: files in it can be added.
    const folders = vscode.workspace.createFileSystemWatcher('**/*', false, true, true);
    this.#subscriptions = vscode.Disposable.from(
      folders,
      folders.onDidCreate((uri) => this.#created(uri)),
      workspace.onDidChangeRepositories(look),
      workspace.onDidChange(look),
      operations.onDidChange(() => this.#busy()),
    );
    look();
    this.#busy();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
  }

  #busy(): void {
    this.#keys.set(
      'busy',
      this.#operations.entries.some((entry) => entry.state === 'running'),
    );
  }

  #update(): void {
    const { repositories, ready } = this.#workspace;
    const snapshots = repositories.flatMap((model) => (model.snapshot === undefined ? [] : [model.snapshot]));
    this.#keys.set('hasRepository', repositories.length > 0);
    this.#keys.set(
      'hasDatasets',
      snapshots.some((snapshot) => snapshot.list.datasets.length > 0),
    );
    this.#keys.set(
      'hasRemote',
      snapshots.some((snapshot) => snapshot.remotes.length > 0),
    );
    const tracked: string[] = [];
    const above: string[] = [];
    for (const model of repositories) {
      for (const path of datasetPaths(model)) {
        tracked.push(fsPathOf(model, path));
        above.push(fsPathOf(model, ''), ...ancestors(path).map((folder) => fsPathOf(model, folder)));
      }
    }
    this.#keys.setPaths('trackedPaths', tracked);
    this.#keys.setPaths('aboveTracked', above);
    // Last, and only when all that welcome views ask is known.
    this.#keys.set(
      'ready',
      ready && repositories.every((model) => model.snapshot !== undefined || model.error !== undefined),
    );
  }

  /** Whether it is a folder cannot be told here; a look takes the thread some milliseconds. */
  #created(uri: vscode.Uri): void {
    if (this.#timer !== undefined) return;
    const found = this.#workspace.find(uri);
    if (found !== undefined && !/(^|\/)(\.git|\.dvc|node_modules)(\/|$)/.test(found.path)) this.#lookSoon();
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, patience);
  }

  async #look(): Promise<void> {
    const { repositories } = this.#workspace;
    for (const model of repositories) {
      try {
        const list = await extrasOf(model.repository)?.listFolders({ inside: datasetPaths(model), limit: mostFolders });
        if (list !== undefined) this.#folders.set(model, list);
      } catch (error) {
        this.#log.debug('The folders cannot be listed.', { root: model.root.fsPath, reason: String(error) });
      }
    }
    if (this.#disposed) return;
    const of = (pick: (model: RepositoryModel, list: FolderList) => readonly string[]): readonly string[] =>
      repositories.flatMap((model) => {
        const list = this.#folders.get(model);
        return list === undefined ? [] : pick(model, list);
      });
    this.#keys.setPaths(
      'trackedFolders',
      of((model, list) => list.inside.map((path) => fsPathOf(model, path))),
    );
    this.#keys.setPaths(
      'trackableFolders',
      of((model, list) => [fsPathOf(model, ''), ...list.outside.map((path) => fsPathOf(model, path))]),
    );
    this.#keys.set(
      'foldersCut',
      repositories.some((model) => this.#folders.get(model)?.cut === true),
    );
  }
}

function datasetPaths(model: RepositoryModel): readonly RepoPath[] {
  return (model.snapshot?.list.datasets ?? []).map((dataset) => dataset.path);
}

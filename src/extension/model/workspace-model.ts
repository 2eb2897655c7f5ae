import { join, sep } from 'node:path';
import * as vscode from 'vscode';
import { Sequence } from '../../base/async.ts';
import type { AbsPath, RepoPath } from '../../base/paths.ts';
import type { VersionedRepository } from '../../core/system.ts';
import { findRoots } from '../host/find-roots.ts';
import type { Log } from '../host/log.ts';
import { brokenRepository } from './broken-repository.ts';
import type { RepositoryModel, WorkspaceModel } from './contract.ts';
import { TrackedRepository } from './repository-model.ts';

export interface WorkspaceOptions {
  /** Opens the repository of a root: in full, or pointers only where the window is not trusted. */
  readonly open: (root: AbsPath, trusted: boolean) => Promise<VersionedRepository>;
  readonly log: Log;
}

interface Held {
  readonly model: TrackedRepository;
  readonly forwarding: vscode.Disposable;
  /** How it was opened. What is open in another way than due now is opened anew. */
  readonly trusted: boolean;
  readonly broken: boolean;
}

/** Finds the repositories of the window's folders and keeps a model of each. */
export class WindowRepositories implements WorkspaceModel, AsyncDisposable {
  readonly #options: WorkspaceOptions;
  readonly #held = new Map<AbsPath, Held>();
  readonly #searches = new Sequence();
  readonly #changedList = new vscode.EventEmitter<void>();
  readonly #changed = new vscode.EventEmitter<{
    readonly model: RepositoryModel;
    readonly changed: readonly RepoPath[];
  }>();
  readonly #subscriptions: vscode.Disposable;
  #repositories: readonly TrackedRepository[] = [];
  #ready = false;
  #disposed = false;
  readonly onDidChangeRepositories = this.#changedList.event;
  readonly onDidChange = this.#changed.event;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    // A folder that is moved or deleted as a whole is one event, without its files.
    const created = vscode.workspace.createFileSystemWatcher('**/{.dvc,.dvc/config}', false, true, true);
    const deleted = vscode.workspace.createFileSystemWatcher('**/*', true, true, false);
    const search = (): void => void this.search();
    this.#subscriptions = vscode.Disposable.from(
      created,
      deleted,
      created.onDidCreate(search),
      deleted.onDidDelete(({ fsPath }) => {
        if ([...this.#held.keys()].some((root) => isWithin(fsPath, join(root, '.dvc', 'config')))) search();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(search),
      vscode.workspace.onDidGrantWorkspaceTrust(search),
    );
  }

  get repositories(): readonly TrackedRepository[] {
    return this.#repositories;
  }

  get ready(): boolean {
    return this.#ready;
  }

  find(uri: vscode.Uri): { readonly model: TrackedRepository; readonly path: RepoPath } | undefined {
    let best: { readonly model: TrackedRepository; readonly path: RepoPath } | undefined;
    for (const model of this.#repositories) {
      const path = model.pathOf(uri);
      // The innermost root leaves the shortest rest.
      if (path !== undefined && (best === undefined || path.length < best.path.length)) best = { model, path };
    }
    return best;
  }

  async refresh(): Promise<void> {
    await this.search();
    await Promise.all(this.#repositories.map((model) => model.refresh()));
  }

  /** Puts off the refreshes of a model of this window. */
  hold(model: RepositoryModel): { dispose(): void } {
    return this.#repositories.find((known) => known === model)?.hold() ?? { dispose: () => undefined };
  }

  /** Looks for repositories; opens new ones, closes those that are gone. Never rejects. */
  search(): Promise<void> {
    return this.#searches.run(async () => {
      if (this.#disposed) return;
      try {
        await this.#settle(await this.#roots());
      } catch (error) {
        this.#options.log.error('The search for repositories failed.', error);
      }
      if (this.#ready) return;
      this.#ready = true;
      this.#changedList.fire();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#subscriptions.dispose();
    await Promise.all([...this.#held.keys()].map((root) => this.#close(root)));
    this.#changedList.dispose();
    this.#changed.dispose();
  }

  async #roots(): Promise<ReadonlySet<AbsPath>> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const found = await Promise.all(folders.map((folder) => findRoots(folder.uri.fsPath as AbsPath)));
    return new Set(found.flat());
  }

  async #settle(roots: ReadonlySet<AbsPath>): Promise<void> {
    const trusted = vscode.workspace.isTrusted;
    const stale = [...this.#held]
      .filter(([root, held]) => !roots.has(root) || held.trusted !== trusted || held.broken)
      .map(([root]) => root);
    await Promise.all(stale.map((root) => this.#close(root)));
    const missing = [...roots].filter((root) => !this.#held.has(root));
    await Promise.all(missing.map((root) => this.#open(root, trusted)));
    if (stale.length === 0 && missing.length === 0) return;
    this.#repositories = [...this.#held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, held]) => held.model);
    this.#changedList.fire();
  }

  async #open(root: AbsPath, trusted: boolean): Promise<void> {
    const { open, log } = this.#options;
    let repository: VersionedRepository;
    let broken = false;
    try {
      repository = await open(root, trusted);
    } catch (error) {
      log.error(`${root} cannot be opened.`, error);
      repository = brokenRepository(root, error);
      broken = true;
    }
    const model = new TrackedRepository({ root: vscode.Uri.file(root), repository, log });
    const forwarding = model.onDidChange(({ changed }) => this.#changed.fire({ model, changed }));
    this.#held.set(root, { model, forwarding, trusted, broken });
    void model.refresh();
  }

  async #close(root: AbsPath): Promise<void> {
    const held = this.#held.get(root);
    this.#held.delete(root);
    if (held === undefined) return;
    held.forwarding.dispose();
    held.model.dispose();
    await held.model.repository[Symbol.asyncDispose]();
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

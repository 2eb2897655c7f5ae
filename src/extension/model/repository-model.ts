import { basename, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { Sequence } from '../../base/async.ts';
import { isCancelled } from '../../base/errors.ts';
import { type AbsPath, type RepoFolder, type RepoPath, repoDirname, repoPathFault } from '../../base/paths.ts';
import type { Logger } from '../../core/host.ts';
import type { Dataset, VersionedRepository } from '../../core/system.ts';
import { extrasOf } from '../host/extras.ts';
import { FolderWatch } from '../host/folder-watch.ts';
import { GitWatch, gitFolders } from '../host/git-watch.ts';
import type { PathState, RepositoryModel, Snapshot } from './contract.ts';
import { Refresher, realTimers } from './refresher.ts';
import { compareSnapshots, takeSnapshot } from './snapshots.ts';
import { inSlices } from './states.ts';
import { classify } from './watched-paths.ts';

/** Milliseconds without an event before a refresh, and the longest that events may put it off: stale data is to show within two seconds. */
const quiet = 300;
const longest = 1000;
/** Events come by the thousand: so long after one that asked for a refresh, others need not ask again. */
const burst = 50;
/** A refresh that takes no longer (milliseconds) runs for a window without focus too: a terminal beside it changes data as well. */
const cheap = 1000;
/** Milliseconds after which coming back to the window looks again, for what no watcher saw. */
const old = 10_000;
/** So many folders of datasets are watched one by one. */
const mostFolders = 5000;

export interface RepositoryModelOptions {
  readonly root: vscode.Uri;
  readonly repository: VersionedRepository;
  readonly log: Logger;
}

/** One repository of the window, its watchers and its refreshes. */
export class TrackedRepository implements RepositoryModel, vscode.Disposable {
  readonly root: vscode.Uri;
  readonly label: string;
  readonly repository: VersionedRepository;
  readonly #log: Logger;
  readonly #refresher: Refresher;
  readonly #changed = new vscode.EventEmitter<{ readonly changed: readonly RepoPath[] }>();
  readonly #abort = new AbortController();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #folderWatch: FolderWatch | undefined;
  readonly #folderLooks = new Sequence();
  #gitWatch: GitWatch | undefined;
  #snapshot: Snapshot | undefined;
  #byPath: ReadonlyMap<RepoPath, Dataset> = new Map();
  #error: Error | undefined;
  #cost = 0;
  #ended = 0;
  #asked = Number.NEGATIVE_INFINITY;
  #disposed = false;
  readonly onDidChange = this.#changed.event;

  constructor(options: RepositoryModelOptions) {
    this.root = options.root;
    this.label = basename(options.root.fsPath);
    this.repository = options.repository;
    this.#log = options.log;
    this.#refresher = new Refresher({
      work: () => this.#refresh(),
      mayRun: () => vscode.window.state.focused || this.#cost < cheap,
      timers: realTimers,
      quiet,
      longest,
    });
    if (process.platform === 'linux') {
      this.#folderWatch = new FolderWatch({
        changed: () => this.#request(),
        replaced: () => this.#request(),
        log: options.log,
      });
      this.#subscriptions.push(this.#folderWatch);
    }
    this.#watchFiles();
    void this.#watchGit();
    this.#subscriptions.push(vscode.window.onDidChangeWindowState((state) => this.#onWindow(state)));
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  uri(path: RepoPath): vscode.Uri {
    return vscode.Uri.joinPath(this.root, ...path.split('/'));
  }

  pathOf(uri: vscode.Uri): RepoPath | undefined {
    if (uri.scheme !== this.root.scheme) return undefined;
    const below = relative(this.root.fsPath, uri.fsPath);
    const path = sep === '/' ? below : below.split(sep).join('/');
    return repoPathFault(path) === undefined ? (path as RepoPath) : undefined;
  }

  datasetAt(path: RepoPath): Dataset | undefined {
    for (let at: RepoFolder = path; at !== ''; at = repoDirname(at)) {
      const dataset = this.#byPath.get(at);
      if (dataset !== undefined) return dataset;
    }
    return undefined;
  }

  stateOf(path: RepoPath): PathState | undefined {
    return this.#snapshot?.states.get(path);
  }

  refresh(): Promise<void> {
    return this.#refresher.now();
  }

  /** Puts refreshes off while an operation writes: its own files would set them off again and again. */
  hold(): { dispose(): void } {
    return this.#refresher.hold();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#abort.abort();
    this.#refresher.dispose();
    this.#gitWatch?.dispose();
    vscode.Disposable.from(...this.#subscriptions, this.#changed).dispose();
  }

  async #refresh(): Promise<void> {
    const begun = performance.now();
    try {
      const next = await takeSnapshot(this.repository, this.#log, this.#abort.signal);
      const { differs, changed } = await compareSnapshots(this.#snapshot, next);
      if (this.#disposed) return;
      const recovered = this.#error !== undefined;
      this.#error = undefined;
      if (!differs && !recovered) return;
      this.#snapshot = next;
      this.#byPath = new Map(next.list.datasets.map((dataset) => [dataset.path, dataset]));
      this.#changed.fire({ changed });
    } catch (error) {
      if (this.#disposed || isCancelled(error)) return;
      this.#fail(error);
    } finally {
      this.#ended = performance.now();
      this.#cost = this.#ended - begun;
      this.#log.debug('Refreshed.', { root: this.root.fsPath, milliseconds: Math.round(this.#cost) });
      void this.#folderLooks.run(() => this.#watchFolders());
    }
  }

  /** What was known stays: the views show it together with the error. */
  #fail(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#log.warn('A refresh failed.', { root: this.root.fsPath, reason: error.message });
    const told = this.#error?.message === error.message;
    this.#error = error;
    if (!told) this.#changed.fire({ changed: [] });
  }

  #onWindow(state: vscode.WindowState): void {
    if (!state.focused) return;
    this.#refresher.wake();
    if (performance.now() - this.#ended > old) this.#request();
  }

  get #isAskedFor(): boolean {
    return this.#refresher.pending && performance.now() - this.#asked < burst;
  }

  #request(): void {
    if (this.#isAskedFor) return;
    this.#asked = performance.now();
    if (vscode.workspace.getConfiguration('dataTracks').get<boolean>('autoRefresh', true)) this.#refresher.request();
  }

  #watchFiles(): void {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(this.root, '**/*'));
    const seen = (uri: vscode.Uri): void => {
      if (this.#isAskedFor) return;
      const path = this.pathOf(uri);
      if (path === undefined) return;
      const datasets = this.#snapshot?.list.datasets ?? [];
      if (classify(path, datasets, (at) => this.datasetAt(at)) !== 'other') this.#request();
    };
    this.#subscriptions.push(watcher, watcher.onDidCreate(seen), watcher.onDidChange(seen), watcher.onDidDelete(seen));
  }

  /** After each refresh; where folders are new, what happened in them before is looked at once more. */
  async #watchFolders(): Promise<void> {
    const watch = this.#folderWatch;
    const inside = (this.#snapshot?.list.datasets ?? []).filter(({ kind }) => kind !== 'file').map(({ path }) => path);
    if (watch === undefined || this.#disposed) return;
    try {
      const list = await extrasOf(this.repository)?.listFolders({ inside, limit: mostFolders, insideOnly: true });
      if (list === undefined) return;
      const added = await inSlices(watch.steps(list.inside.map((path) => fsPathOf(this, path))));
      if (added) this.#request();
    } catch (error) {
      if (!this.#disposed) this.#log.warn('The folders of datasets cannot be watched.', { reason: String(error) });
    }
  }

  async #watchGit(): Promise<void> {
    try {
      const folders = await gitFolders(this.root.fsPath as AbsPath);
      if (folders === undefined || this.#disposed) return;
      this.#gitWatch = new GitWatch(folders, () => this.#request(), this.#log);
    } catch (error) {
      this.#log.warn('Git cannot be watched.', {
        root: this.root.fsPath,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

/** The place of a repository path on this machine. */
export function fsPathOf(model: RepositoryModel, path: RepoFolder): string {
  return path === '' ? model.root.fsPath : join(model.root.fsPath, ...path.split('/'));
}

import { basename, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { isCancelled } from '../../base/errors.ts';
import { type AbsPath, type RepoFolder, type RepoPath, repoDirname, repoPathFault } from '../../base/paths.ts';
import type { Logger } from '../../core/host.ts';
import type { Dataset, VersionedRepository } from '../../core/system.ts';
import { GitWatch, gitFolders } from '../host/git-watch.ts';
import type { PathState, RepositoryModel, Snapshot } from './contract.ts';
import { Refresher, realTimers } from './refresher.ts';
import { compareSnapshots, takeSnapshot } from './snapshots.ts';
import { classify } from './watched-paths.ts';

/** Milliseconds without an event before a refresh, and the longest that events may put it off: stale data is to show within two seconds. */
const quiet = 300;
const longest = 1000;
/** A refresh that takes no longer (milliseconds) runs for a window without focus too: a terminal beside it changes data as well. */
const cheap = 1000;
/** Milliseconds after which coming back to the window looks again, for what no watcher saw. */
const old = 10_000;

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
  #gitWatch: GitWatch | undefined;
  #snapshot: Snapshot | undefined;
  #byPath: ReadonlyMap<RepoPath, Dataset> = new Map();
  #error: Error | undefined;
  #cost = 0;
  #ended = 0;
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

  #request(): void {
    if (vscode.workspace.getConfiguration('dataTracks').get<boolean>('autoRefresh', true)) this.#refresher.request();
  }

  #watchFiles(): void {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(this.root, '**/*'));
    const seen = (uri: vscode.Uri): void => {
      const path = this.pathOf(uri);
      if (path === undefined) return;
      const datasets = this.#snapshot?.list.datasets ?? [];
      if (classify(path, datasets, (at) => this.datasetAt(at)) !== 'other') this.#request();
    };
    this.#subscriptions.push(watcher, watcher.onDidCreate(seen), watcher.onDidChange(seen), watcher.onDidDelete(seen));
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

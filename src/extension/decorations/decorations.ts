import * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import type { Operations, PathState, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { rowUri } from '../views/row-uri.ts';
import { decodeStateUri, stateScheme } from '../views/state-uri.ts';
import { badgeOf, chunks } from './badges.ts';

const setting = 'decorations.enabled';

/** VS Code drops the details of events that name more than about 250 Uris. Each path has two. */
const pathsPerEvent = 100;

/** Badges and colours in the Explorer, in Source Control and in our own trees. Looks up, and never waits. */
export function registerDecorations(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  _operations: Operations,
): vscode.Disposable {
  const decorations = new Decorations(model);
  let registration = vscode.window.registerFileDecorationProvider(decorations);
  let disposed = false;
  // The colour of the provider that came last wins, and git would paint data in the grey of ignored files.
  const comeLast = (): void => {
    if (disposed) return;
    registration.dispose();
    registration = vscode.window.registerFileDecorationProvider(decorations);
  };
  void afterGit(comeLast);
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('git.enabled') || event.affectsConfiguration('git.decorations')) comeLast();
  });
  return new vscode.Disposable(() => {
    disposed = true;
    settings.dispose();
    registration.dispose();
    decorations.dispose();
  });
}

async function afterGit(then: () => void): Promise<void> {
  const git = vscode.extensions.getExtension('vscode.git');
  if (git === undefined) return;
  try {
    await git.activate();
  } finally {
    // Also where git could not start: then nothing of it is in the way.
    then();
  }
}

class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #model: WorkspaceModel;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly #subscriptions: vscode.Disposable;
  #enabled = readSetting();
  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(model: WorkspaceModel) {
    this.#model = model;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      model.onDidChange(({ model: owner, changed }) => this.#fire(owner, changed)),
      model.onDidChangeRepositories(() => this.#changed.fire(undefined)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`dataTracks.${setting}`)) return;
        this.#enabled = readSetting();
        this.#changed.fire(undefined);
      }),
    );
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const badge = badgeOf(this.#stateOf(uri));
    if (badge === undefined) return undefined;
    const decoration = new vscode.FileDecoration(badge.badge, badge.tooltip, new vscode.ThemeColor(badge.color));
    decoration.propagate = false;
    return decoration;
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #stateOf(uri: vscode.Uri): PathState | undefined {
    if (uri.scheme === 'file') {
      const found = this.#enabled ? this.#model.find(uri) : undefined;
      return found?.model.stateOf(found.path);
    }
    if (uri.scheme !== stateScheme) return undefined;
    const address = decodeStateUri(uri);
    // What the workspace holds does not concern the rows of an old version.
    if (address === undefined || address.commit !== undefined) return undefined;
    const owner = this.#model.repositories.find(({ root }) => root.toString() === address.root);
    return owner?.stateOf(address.path);
  }

  #fire(model: RepositoryModel, paths: readonly RepoPath[]): void {
    for (const some of chunks(paths, pathsPerEvent)) {
      this.#changed.fire(some.flatMap((path) => [model.uri(path), rowUri(model, path)]));
    }
  }
}

function readSetting(): boolean {
  return vscode.workspace.getConfiguration('dataTracks').get<boolean>(setting, true);
}

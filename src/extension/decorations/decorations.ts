import * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import type { Operations, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { fileOfState, stateScheme, stateUri } from '../views/state-uri.ts';
import { badgeOf, chunks } from './badges.ts';

const setting = 'decorations.enabled';

/** VS Code drops the details of events that name more Uris than about 250. Each path has two. */
const pathsPerEvent = 100;

/** Badges and colours in the Explorer, in Source Control and in our own trees. Looks up, and never waits. */
export function registerDecorations(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  _operations: Operations,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  let enabled = readSetting();
  const provider = vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: changed.event,
    provideFileDecoration: (uri) => {
      const own = uri.scheme === stateScheme;
      if (!own && (!enabled || uri.scheme !== 'file')) return undefined;
      // Rows of an old version carry its commit: what the workspace holds does not concern them.
      if (own && uri.query !== '') return undefined;
      const found = model.find(fileOfState(uri));
      const badge = found === undefined ? undefined : badgeOf(found.model.stateOf(found.path));
      if (badge === undefined) return undefined;
      const decoration = new vscode.FileDecoration(badge.badge, badge.tooltip, new vscode.ThemeColor(badge.color));
      decoration.propagate = false;
      return decoration;
    },
  });
  return vscode.Disposable.from(
    changed,
    provider,
    model.onDidChange(({ model: owner, changed: paths }) => {
      for (const uris of changedUris(owner, paths)) changed.fire(uris);
    }),
    model.onDidChangeRepositories(() => changed.fire(undefined)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(`dataTracks.${setting}`)) return;
      enabled = readSetting();
      changed.fire(undefined);
    }),
  );
}

function readSetting(): boolean {
  return vscode.workspace.getConfiguration('dataTracks').get<boolean>(setting, true);
}

function* changedUris(model: RepositoryModel, paths: readonly RepoPath[]): Generator<vscode.Uri[]> {
  for (const some of chunks(paths, pathsPerEvent)) {
    yield some.flatMap((path) => {
      const file = model.uri(path);
      return [file, stateUri(file)];
    });
  }
}

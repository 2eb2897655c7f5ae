import type * as vscode from 'vscode';
import type { AbsPath } from '../base/paths.ts';
import { registerCommands } from './commands/register.ts';
import { registerDecorations } from './decorations/decorations.ts';
import { registerDocuments } from './documents/documents.ts';
import { threadData, threadFiles } from './host/environment.ts';
import { KeySync } from './host/key-sync.ts';
import { createLog } from './host/log.ts';
import { initialise, RepositoryClient, type ThreadSetup } from './host/repository-client.ts';
import type { Operations, WorkspaceModel } from './model/contract.ts';
import { OperationQueue } from './model/operations.ts';
import { WindowRepositories } from './model/workspace-model.ts';
import { registerScm } from './scm/scm.ts';
import { registerActivityView } from './views/activity-view.ts';
import { registerDatasetsView } from './views/datasets-view.ts';
import { registerRemotesView } from './views/remotes-view.ts';
import { registerStatusBar } from './views/status-bar.ts';

/** What `activate` gives back: other extensions, and the tests, read the models. */
export interface DataTracksApi {
  readonly workspace: WorkspaceModel;
  readonly operations: Operations;
}

export function activate(context: vscode.ExtensionContext): DataTracksApi {
  const own = <T extends vscode.Disposable>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const log = own(createLog());
  const files = threadFiles(context.extensionPath);
  const setup = (trusted: boolean): ThreadSetup => ({
    file: files.repositoryThread,
    data: threadData(files, trusted),
    log,
  });

  const workspace = new WindowRepositories({
    open: (root: AbsPath, trusted: boolean) => RepositoryClient.open(root, setup(trusted)),
    log,
  });
  // The threads end with the extension host; this lets them put away what they have open.
  own({ dispose: () => void workspace[Symbol.asyncDispose]() });
  const operations = own(new OperationQueue({ log, hold: (model) => workspace.hold(model) }));
  own(new KeySync(workspace, operations, log));

  const datasetsView = own(registerDatasetsView(context, workspace, operations));
  const remotesView = own(registerRemotesView(context, workspace, operations));
  own(registerActivityView(context, workspace, operations));
  own(registerStatusBar(context, workspace, operations));
  own(registerDecorations(context, workspace, operations));
  own(registerScm(context, workspace, operations));
  const documents = own(registerDocuments(context, workspace, operations));
  own(
    registerCommands({
      workspace,
      operations,
      datasetsView,
      remotesView,
      documents,
      log,
      initialise: (root, input) => initialise(root, input, setup(true)),
      extensionId: context.extension.id,
    }),
  );
  // Not awaited: activation is done, the views fill when the search has ended.
  void workspace.search();
  return { workspace, operations };
}

import type { AbsPath } from '../../base/paths.ts';
import type { InitInput } from '../host/extras.ts';
import type { Log } from '../host/log.ts';
import type { Operations, WorkspaceModel } from '../model/contract.ts';
import type { DatasetsViewPort, DocumentsPort, RemotesViewPort } from './ports.ts';

/** What every command works with; made in main.ts. */
export interface CommandContext {
  readonly workspace: WorkspaceModel;
  readonly operations: Operations;
  readonly datasetsView: DatasetsViewPort;
  readonly remotesView: RemotesViewPort;
  readonly documents: DocumentsPort;
  readonly log: Log;
  /** Makes a repository in a folder, in a thread of its own. */
  readonly initialise: (root: AbsPath, input: InitInput) => Promise<void>;
  /** `publisher.name` */
  readonly extensionId: string;
}

export interface Command {
  readonly id: `dataTracks.${string}`;
  /** @param args as VS Code hands them over: see targets.ts */
  readonly handler: (context: CommandContext, args: readonly unknown[]) => Promise<void> | void;
}

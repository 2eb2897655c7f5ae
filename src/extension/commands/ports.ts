import type * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import type { Dataset } from '../../core/system.ts';
import type { RepositoryModel } from '../model/contract.ts';
import type { MoreNode } from '../views/node.ts';

/** What the commands ask of the Datasets tree. Implemented in views/, joined in main.ts. */
export interface DatasetsViewPort {
  /** Selects and opens the "Versions" node of a dataset, the view itself too. */
  revealVersions(model: RepositoryModel, dataset: Dataset): Promise<void>;
  /** Reads the next page behind a "Load more" row. */
  loadMore(node: MoreNode): Promise<void>;
}

/** What the commands ask of the read-only documents. Implemented in documents/, joined in main.ts. */
export interface DocumentsPort {
  /** The `data-tracks:` Uri of a file at a revision; opening it reads the bytes. */
  uri(model: RepositoryModel, path: RepoPath, revision: string): vscode.Uri;
}

/** What `testRemote` tells the Remotes tree. Implemented in views/, joined in main.ts. */
export interface RemotesViewPort {
  /** Shows the result of a test beside the remote until the next one. `fault`: why it could not be reached. */
  showReachable(model: RepositoryModel, remote: string, fault: string | undefined): void;
}

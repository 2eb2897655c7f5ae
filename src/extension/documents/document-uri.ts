import * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import type { Revision } from '../../core/system.ts';
import type { RepositoryModel } from '../model/contract.ts';
import { encodeVersionUri, revisionLabel } from './version-uri.ts';

/** The `data-tracks:` Uri of a file at a revision. Opening it reads the bytes; making it reads nothing. */
export function documentUri(model: RepositoryModel, path: RepoPath, revision: Revision): vscode.Uri {
  return vscode.Uri.from(
    encodeVersionUri({ root: model.root.toString(), path, revision, label: revisionLabel(revision) }),
  );
}

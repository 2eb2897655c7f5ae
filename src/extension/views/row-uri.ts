import * as vscode from 'vscode';
import type { RepoPath } from '../../base/paths.ts';
import type { RepositoryModel } from '../model/contract.ts';
import { encodeStateUri } from './state-uri.ts';

/** The Uri that a row of ours carries; see state-uri.ts. */
export function rowUri(model: RepositoryModel, path: RepoPath, commit?: string): vscode.Uri {
  const root = model.root.toString();
  return vscode.Uri.from(encodeStateUri(commit === undefined ? { root, path } : { root, path, commit }));
}

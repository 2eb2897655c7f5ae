import { type RepoPath, repoPathFault } from '../../base/paths.ts';

/**
 * Rows of our own trees and of Source Control carry a Uri of this scheme, with the path in the repository and the repository apart: only our
 * decorations show on it. By a real path git would find the file in its repository and grey it out, as DVC has git ignore all data.
 */
export const stateScheme = 'data-tracks-state';

export interface StateAddress {
  /** The text of the Uri of the repository's root. */
  readonly root: string;
  readonly path: RepoPath;
  /** The version that the row shows; absent for what is in the workspace. */
  readonly commit?: string;
}

export interface StateUriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

export function encodeStateUri({ root, path, commit }: StateAddress): StateUriParts {
  return { scheme: stateScheme, path: `/${path}`, query: root, fragment: commit ?? '' };
}

/** `undefined` for Uris that are not ours. */
export function decodeStateUri(uri: StateUriParts): StateAddress | undefined {
  const path = uri.path.slice(1);
  if (uri.scheme !== stateScheme || repoPathFault(path) !== undefined) return undefined;
  return { root: uri.query, path: path as RepoPath, ...(uri.fragment === '' ? {} : { commit: uri.fragment }) };
}

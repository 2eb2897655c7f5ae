import type { Uri } from 'vscode';

/**
 * Rows of our own trees and of Source Control carry the Uri of their file under this scheme: only our decorations show on it.
 * Under `file:` git's grey for ignored files would win, and DVC has git ignore all data.
 */
export const stateScheme = 'data-tracks-state';

export function stateUri(file: Uri): Uri {
  return file.with({ scheme: stateScheme });
}

/** The file behind a Uri of {@link stateScheme}; any other Uri as it is. */
export function fileOfState(uri: Uri): Uri {
  return uri.scheme === stateScheme ? uri.with({ scheme: 'file' }) : uri;
}

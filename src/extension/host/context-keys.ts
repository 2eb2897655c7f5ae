import * as vscode from 'vscode';

/*
 * The context keys that `when` clauses in package.json may use.
 *
 * Booleans
 *   dataTracks.ready            the first search for repositories has ended (welcome views wait for it)
 *   dataTracks.hasRepository    the window has a repository
 *   dataTracks.hasDatasets      one of them tracks something
 *   dataTracks.hasRemote        one of them has a remote
 *   dataTracks.busy             a writing operation runs
 *   dataTracks.foldersCut       a repository has more folders than are listed below: the two lists of folders are not complete
 * (`isWorkspaceTrusted` is VS Code's own: every writing command wants it.)
 *
 * Objects whose keys are file-system paths, for the `in` operator. A `when` clause cannot ask "is this inside of that folder", it can only ask
 * whether a path is a key, so the folders are listed, and a file asks with its parent folder (`resourceDirname`):
 *   dataTracks.trackedPaths      the data path of each dataset                       resourcePath in dataTracks.trackedPaths
 *   dataTracks.trackedFolders    dataset folders and every folder inside of them     resourceDirname in dataTracks.trackedFolders
 *   dataTracks.trackableFolders  the other folders of repositories, the root too     resourceDirname in dataTracks.trackableFolders
 *   dataTracks.aboveTracked      folders that hold datasets, the root too            resourcePath in dataTracks.aboveTracked
 *
 * Recipes
 *   tracked item (push, pull, commit, checkout, restore, versions, compare; `.dvc` files stand for their data):
 *     resourcePath in dataTracks.trackedPaths || resourceDirname in dataTracks.trackedFolders || resourceExtname == .dvc
 *   also for the folders above datasets (push, pull, fetch, checkout, commit take all datasets inside):
 *     … || resourcePath in dataTracks.aboveTracked
 *   only whole datasets (stop tracking, move):
 *     resourcePath in dataTracks.trackedPaths || resourceExtname == .dvc
 *   addable:
 *     isWorkspaceTrusted && (resourceDirname in dataTracks.trackableFolders || dataTracks.foldersCut && dataTracks.hasRepository)
 *     && !(resourcePath in dataTracks.trackedPaths) && !(resourcePath in dataTracks.aboveTracked)
 *     && resourceExtname != .dvc && resourceFilename =~ /^(?!dvc\.(yaml|lock)$|\.(git|dvc)ignore$)/
 *   (`!(a in b)` is written `a not in b`.)
 */

export type BooleanKey = 'ready' | 'hasRepository' | 'hasDatasets' | 'hasRemote' | 'busy' | 'foldersCut';
export type PathsKey = 'trackedPaths' | 'trackedFolders' | 'trackableFolders' | 'aboveTracked';

/** Sets context keys, each only when its value is another one than before. */
export class ContextKeys {
  readonly #last = new Map<string, string>();

  set(key: BooleanKey, value: boolean): void {
    this.#send(key, value, String(value));
  }

  /** @param paths file-system paths (`Uri.fsPath`) */
  setPaths(key: PathsKey, paths: readonly string[]): void {
    const sorted = [...new Set(paths)].sort();
    this.#send(key, Object.fromEntries(sorted.map((path) => [path, true])), sorted.join('\0'));
  }

  #send(key: string, value: unknown, print: string): void {
    if (this.#last.get(key) === print) return;
    this.#last.set(key, print);
    void vscode.commands.executeCommand('setContext', `dataTracks.${key}`, value);
  }
}

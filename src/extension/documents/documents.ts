import * as vscode from 'vscode';
import { isTracksError, toTracksError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import { repoBasename } from '../../base/paths.ts';
import type { DataEntry } from '../../core/system.ts';
import type { DocumentsPort } from '../commands/ports.ts';
import type { Operations, RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { documentUri } from './document-uri.ts';
import { readAll } from './read-all.ts';
import { decodeVersionUri, type VersionAddress, versionScheme } from './version-uri.ts';

/** VS Code hands whole files to editors: more than this does not fit. */
export const largestDocument = 512 * 1024 * 1024;

/** Read-only documents `data-tracks:` for any file of any version, whether it is here or not. */
export function registerDocuments(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  _operations: Operations,
): vscode.Disposable & DocumentsPort {
  const files = new VersionFiles(model);
  const registration = vscode.workspace.registerFileSystemProvider(versionScheme, files, {
    isCaseSensitive: true,
    isReadonly: new vscode.MarkdownString(
      'A version from the past is read-only. *Restore* brings it into the workspace.',
    ),
  });
  return {
    uri: documentUri,
    dispose: () => {
      registration.dispose();
      files.dispose();
    },
  };
}

interface Found {
  readonly model: RepositoryModel;
  readonly address: VersionAddress;
}

class VersionFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #model: WorkspaceModel;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #end = new AbortController();
  readonly onDidChangeFile = this.#changed.event;

  constructor(model: WorkspaceModel) {
    this.#model = model;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { model, address } = await this.#find(uri);
    const { path, revision } = address;
    const facts = { ctime: 0, mtime: 0, permissions: vscode.FilePermission.Readonly };
    if (path === '') return { ...facts, type: vscode.FileType.Directory, size: 0 };
    const entry = await this.#ask(uri, () => model.repository.entry(path, revision));
    if (entry === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    if (entry.kind === 'folder') return { ...facts, type: vscode.FileType.Directory, size: 0 };
    return { ...facts, type: vscode.FileType.File, size: await this.#size(uri, model, address, entry) };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { model, address } = await this.#find(uri);
    const entries = await this.#ask(uri, () => model.repository.entries(address.path, address.revision));
    return entries.map(({ path, kind }) => [
      repoBasename(path),
      kind === 'folder' ? vscode.FileType.Directory : vscode.FileType.File,
    ]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { model, address } = await this.#find(uri);
    const { path, revision } = address;
    if (path === '') throw vscode.FileSystemError.FileIsADirectory(uri);
    return this.#ask(uri, async () => {
      const options = { signal: this.#end.signal };
      const source = await model.repository.content(path, revision, options);
      if (source.size !== undefined && source.size > largestDocument) throw tooLarge(path, source.size);
      return readAll(await source.open(undefined, options), largestDocument, () => tooLarge(path, undefined));
    });
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#end.abort();
    this.#changed.dispose();
  }

  /** Trees record no sizes: then the object itself is asked, without reading it. */
  async #size(uri: vscode.Uri, model: RepositoryModel, address: VersionAddress, entry: DataEntry): Promise<number> {
    if (entry.size !== undefined) return entry.size;
    const { path, revision } = address;
    if (path === '') return 0;
    const source = await this.#ask(uri, () => model.repository.content(path, revision));
    return source.size ?? 0;
  }

  async #find(uri: vscode.Uri): Promise<Found> {
    const address = decodeVersionUri(uri);
    if (address === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    const model = await this.#repository(address.root);
    if (model === undefined) {
      throw vscode.FileSystemError.Unavailable(`The repository ${address.root} is not open in this window.`);
    }
    return { model, address };
  }

  /** Editors are restored before the repositories are found. */
  async #repository(root: string): Promise<RepositoryModel | undefined> {
    const find = (): RepositoryModel | undefined =>
      this.#model.repositories.find((model) => model.root.toString() === root);
    if (this.#model.ready || find() !== undefined) return find();
    await new Promise<void>((resolve) => {
      const wait = this.#model.onDidChangeRepositories(() => {
        if (!this.#model.ready && find() === undefined) return;
        wait.dispose();
        resolve();
      });
    });
    return find();
  }

  async #ask<T>(uri: vscode.Uri, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof vscode.FileSystemError) throw error;
      if (isTracksError(error, 'not-found') || isTracksError(error, 'not-tracked'))
        throw vscode.FileSystemError.FileNotFound(uri);
      const { message, hint } = toTracksError(error);
      throw vscode.FileSystemError.Unavailable(hint === undefined ? message : `${message} ${hint}`);
    }
  }
}

function tooLarge(path: string, size: number | undefined): vscode.FileSystemError {
  const known = size === undefined ? '' : ` (${formatBytes(size)})`;
  return vscode.FileSystemError.Unavailable(
    `${path}${known} is larger than the ${formatBytes(largestDocument)} that an editor can take. Restore the version into the workspace to work with it.`,
  );
}

import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, copyFile, type FileHandle, lstat, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { mapLimited } from '../../base/async.ts';
import { isAbsent, systemCode, TracksError, toTracksError } from '../../base/errors.ts';
import { throwIfAborted } from '../../base/operation.ts';
import type { AbsPath } from '../../base/paths.ts';
import type { BlobEntry, BlobStore, ByteSource } from './blob-store.ts';
import { openFile, pour } from './bytes.ts';
import { noSuchKey, requireKey, requirePrefix } from './keys.ts';
import { FolderMaker, ignoreModes } from './local-folders.ts';
import { readOnly } from './read-only.ts';

export interface LocalStoreOptions {
  /** Need not be there yet: the first write makes it. */
  readonly root: AbsPath;
  readonly name: string;
  /** Of the files that are written, whatever the umask. Default 0o444, as DVC leaves them. */
  readonly fileMode?: number;
  /** Of the folders that are made, whatever the umask. Default: 0o777 less the umask. DVC's `shared = group` is 0o2775. */
  readonly folderMode?: number;
  readonly readOnly?: boolean;
}

/** The form of DVC's own temporary names (`tmp_fname` in dvc_objects/fs/utils.py); no key may have it. */
export const temporaryName = /^\.[A-Za-z0-9_-]{22}\.tmp$/;
/** Up to here the system copies in one go; longer files go through here in pieces, so that an abort is heard. */
const copyAtOnce = 16 * 1024 * 1024;
const cannotClone: ReadonlySet<string | undefined> = new Set([
  'ENOTSUP',
  'EOPNOTSUPP',
  'EXDEV',
  'EINVAL',
  'ENOSYS',
  'ENOTTY',
  'EPERM',
]);

/**
 * A folder of this machine, as DVC lays out its caches and local remotes: the key is the path below `root`.
 * A write goes to a temporary name beside its target and is renamed: never listed, gone after any failure but a killed process.
 * Nothing outside of `root` is touched: a folder in the way that is a symbolic link out of it is `bad-path`, and `list` leaves such links out.
 */
export function localStore(options: LocalStoreOptions): BlobStore {
  const { root, name, fileMode = 0o444 } = options;
  const folders = new FolderMaker(root, name, options.folderMode);
  /** Devices of sources that could not be cloned from: each try costs more than the copy of a small file. */
  const uncloneable = new Set<number>();

  const label = (key: string): string => `${name}: ${key}`;

  function localPath(key: string): string {
    requireKey(key, name);
    if (sep === '\\' && /[\\:]/.test(key))
      throw new TracksError('bad-path', `${label(key)}: this name is not possible on Windows.`, { path: key });
    if (temporaryName.test(key.slice(key.lastIndexOf('/') + 1)))
      throw new TracksError('bad-path', `${label(key)}: such names are kept for files that are being written.`, {
        path: key,
      });
    return join(root, key);
  }

  /** `undefined` where nothing or no file is at `path`, or a link to what is outside of the root. */
  async function fileAt(path: string): Promise<Stats | undefined> {
    try {
      const found = await lstat(path);
      if (!found.isSymbolicLink()) return found.isFile() ? found : undefined;
      if (!(await folders.holds(path))) return undefined;
      const target = await stat(path);
      return target.isFile() ? target : undefined;
    } catch (error) {
      if (isAbsent(error) || systemCode(error) === 'ENAMETOOLONG' || systemCode(error) === 'ELOOP') return undefined;
      throw error;
    }
  }

  /** A clone or a copy by the system, or `false` where the file is to go through here. */
  async function copied(file: string, size: number | undefined, temporary: string, what: string): Promise<boolean> {
    const from = await stat(file).catch((error: unknown) => {
      throw toTracksError(error, file);
    });
    if (!from.isFile()) throw new TracksError('not-found', `${file}: this is no file.`, { path: file });
    const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants;
    let done = false;
    if (!uncloneable.has(from.dev)) {
      try {
        await folders.inside(dirname(temporary), () =>
          copyFile(file, temporary, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE),
        );
        done = true;
      } catch (error) {
        if (!cannotClone.has(systemCode(error))) throw error;
        uncloneable.add(from.dev);
      }
    }
    if (!done && from.size > copyAtOnce) return false;
    if (!done) await folders.inside(dirname(temporary), () => copyFile(file, temporary, COPYFILE_EXCL));
    const expected = size ?? from.size;
    const { size: got } = await lstat(temporary);
    if (got === expected) return true;
    throw new TracksError('corrupt', `${what}: ${expected} bytes were expected, ${file} has ${got}.`, {
      path: what,
      hint: 'The file changed while it was read; run the same command again.',
      details: { expected, got },
    });
  }

  async function fill(
    handle: FileHandle,
    source: ByteSource,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      const put = async (chunk: Uint8Array): Promise<void> => {
        // A system may take less than it was given.
        for (let at = 0; at < chunk.byteLength; ) at += (await handle.write(chunk, at)).bytesWritten;
      };
      await pour(source, what, put, { signal });
    } finally {
      await handle.close();
    }
  }

  async function moveInto(temporary: string, target: string): Promise<void> {
    await chmod(temporary, fileMode).catch(ignoreModes);
    try {
      await rename(temporary, target);
    } catch (error) {
      if (sep !== '\\' || systemCode(error) !== 'EPERM') throw error;
      // Windows does not replace a read-only file.
      await chmod(target, 0o666);
      await rename(temporary, target);
    }
  }

  function fault(error: unknown, key: string): TracksError {
    const path = label(key);
    switch (systemCode(error)) {
      case 'EISDIR':
      case 'ENOTDIR':
      case 'EEXIST':
      case 'ENOTEMPTY':
        return new TracksError(
          'io',
          `${path}: a file stands where a folder is needed, or a folder where the file is to go.`,
          {
            path,
            cause: error,
            hint: `Look at ${join(root, key)} and move away what does not belong there.`,
          },
        );
      case 'ENAMETOOLONG':
        return new TracksError('bad-path', `${path}: this name is too long for the file system.`, {
          path,
          cause: error,
        });
      default:
        return toTracksError(error, path);
    }
  }

  async function guarded<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fault(error, key);
    }
  }

  async function* list(prefix: string, signal: AbortSignal | undefined): AsyncGenerator<BlobEntry> {
    requirePrefix(prefix, name);
    const pending = [prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))];
    if (!(await folders.exists(join(root, pending[0] ?? '')))) return;
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      throwIfAborted(signal);
      const at = join(root, folder);
      const entries = await readdir(at, { withFileTypes: true }).catch((error: unknown) => {
        if (isAbsent(error)) return [];
        throw error;
      });
      const files: string[] = [];
      for (const entry of entries) {
        const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (!key.startsWith(prefix)) continue;
        if (entry.isDirectory()) pending.push(key);
        else if (!temporaryName.test(entry.name)) files.push(key);
      }
      for (let from = 0; from < files.length; from += 512) {
        const some = files.slice(from, from + 512);
        const stats = await mapLimited(some, 16, (key) => fileAt(join(root, key)), signal);
        for (const [index, key] of some.entries()) {
          const found = stats[index];
          if (found !== undefined) yield { key, size: found.size };
        }
      }
    }
  }

  const store: BlobStore = {
    name,
    capabilities: { maxConnections: 8, readOnly: false },
    localPath,
    // Whoever writes past this store knows nothing of its modes.
    ...(options.folderMode === undefined && options.fileMode === undefined ? { localRoot: root } : {}),
    async stat(key, o) {
      const path = localPath(key);
      throwIfAborted(o?.signal);
      return guarded(key, async () => {
        if (!(await folders.exists(dirname(path)))) return undefined;
        const found = await fileAt(path);
        return found === undefined ? undefined : { size: found.size };
      });
    },
    async read(key, o) {
      const path = localPath(key);
      throwIfAborted(o?.signal);
      return guarded(key, async () => {
        if (!(await folders.exists(dirname(path))) || (await fileAt(path)) === undefined) throw noSuchKey(name, key);
        return openFile(path, o?.range, o?.signal, label(key));
      });
    },
    async write(key, source, o) {
      const target = localPath(key);
      const signal = o?.signal;
      throwIfAborted(signal);
      const temporary = join(dirname(target), `.${randomBytes(16).toString('base64url')}.tmp`);
      await guarded(key, async () => {
        try {
          if (source.file === undefined || !(await copied(source.file, source.size, temporary, label(key)))) {
            const handle = await folders.inside(dirname(target), () => open(temporary, 'wx'));
            await fill(handle, source, label(key), signal);
          }
          throwIfAborted(signal);
          await moveInto(temporary, target);
        } catch (error) {
          // The first error is the one to tell, whatever becomes of the clean-up.
          await rm(temporary, { force: true }).catch(() => undefined);
          throw error;
        }
      });
    },
    async remove(key, o) {
      const path = localPath(key);
      throwIfAborted(o?.signal);
      await guarded(key, async () => {
        if (!(await folders.exists(dirname(path)))) return;
        try {
          await unlink(path);
        } catch (error) {
          if (isAbsent(error) || systemCode(error) === 'ENAMETOOLONG') return;
          // A folder is no blob. Its unlink is EISDIR on Linux, EPERM elsewhere.
          if ((await lstat(path)).isDirectory()) return;
          if (sep !== '\\') throw error;
          await chmod(path, 0o666);
          await unlink(path);
        }
      });
    },
    async *list(prefix, o) {
      try {
        yield* list(prefix, o?.signal);
      } catch (error) {
        throw fault(error, prefix);
      }
    },
    async [Symbol.asyncDispose]() {
      folders.forget();
    },
  };
  return options.readOnly === true ? readOnly(store) : store;
}

import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent, TracksError, toTracksError } from '../../base/errors.ts';
import type { OperationOptions } from '../../base/operation.ts';
import { type AbsPath, compareCodePoints } from '../../base/paths.ts';
import { formatTree, parseTree, type TreeEntry } from '../formats/tree.ts';
import type { Logger } from '../host.ts';
import type { BlobStore } from '../remotes/blob-store.ts';
import { sourceOfBuffer } from '../remotes/bytes.ts';
import { localStore } from '../remotes/local.ts';
import { type Hash, hashText, md5, objectKey } from './hash.ts';
import { presence } from './presence.ts';

/** The content-addressed store of this machine (`.dvc/cache` or `cache.dir`): files and tree objects by hash. */
export interface Cache {
  readonly root: AbsPath;
  readonly store: BlobStore;
  /** Where the object lies or would lie. */
  path(hash: Hash): AbsPath;
  has(hash: Hash): boolean;
  /** {@link has} for many questions in a row, as of now: make a new one for each piece of work. */
  look(): (hash: Hash) => boolean;
  /** Bytes of an object; `undefined` where it is not here. */
  size(hash: Hash): number | undefined;
  /**
   * The entries of a tree object, in code-point order; `undefined` where it is not here. An object whose bytes are not its hash is
   * removed and counts as not here. Throws `bad-path` for a hostile tree.
   */
  tree(hash: Hash): readonly TreeEntry[] | undefined;
  putTree(entries: readonly TreeEntry[], options?: OperationOptions): Promise<Hash>;
}

/** Entries of trees that are kept in memory at most, beside the last tree. */
const remembered = 250_000;

export function openCache(root: AbsPath, log: Logger): Cache {
  const store = localStore({ root, name: 'cache' });
  const trees = new Map<string, readonly TreeEntry[]>();
  const path = (hash: Hash): AbsPath => join(root, objectKey(hash)) as AbsPath;
  let held = 0;
  const remember = (id: string, entries: readonly TreeEntry[]): void => {
    if (trees.has(id)) return;
    for (const [oldest, old] of trees) {
      if (held + entries.length <= remembered) break;
      trees.delete(oldest);
      held -= old.length;
    }
    trees.set(id, entries);
    held += entries.length;
  };
  return {
    root,
    store,
    path,
    has: (hash) => existsSync(path(hash)),
    look: () => {
      const there = presence(root);
      return (hash) => there(objectKey(hash));
    },
    size: (hash) => {
      try {
        return statSync(path(hash)).size;
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw toTracksError(error, path(hash));
      }
    },
    tree: (hash) => {
      const file = path(hash);
      const id = `${hash.name}:${hash.hex}`;
      let bytes: Buffer;
      try {
        const known = trees.get(id);
        if (known !== undefined && existsSync(file)) return known;
        bytes = readFileSync(file);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw toTracksError(error, file);
      }
      // A 2.x tree is named by the hash of its bytes too: JSON in one line has no CRLF.
      if (md5(bytes) !== hash.hex) {
        log.warn('A damaged tree object was removed from the cache.', { file });
        rmSync(file, { force: true });
        return undefined;
      }
      const entries = parseTree(bytes, `${hashText(hash)} in the cache`);
      remember(id, entries);
      return entries;
    },
    putTree: async (entries, options) => {
      const bytes = formatTree(entries);
      const hash: Hash = { name: 'md5', hex: md5(bytes), kind: 'tree' };
      if (!existsSync(path(hash))) await store.write(objectKey(hash), sourceOfBuffer(bytes), options ?? {});
      remember(
        `md5:${hash.hex}`,
        [...entries].sort((a, b) => compareCodePoints(a.path, b.path)),
      );
      return hash;
    },
  };
}

/** An error that says which object is missing for which path, and what to do. */
export function notInCache(path: string, hash: Hash): TracksError {
  return new TracksError('not-in-cache', `${path}: its data (${hashText(hash)}) is not in the cache.`, {
    path,
    hint: 'Pull it from the remote.',
    details: { hash: hashText(hash) },
  });
}

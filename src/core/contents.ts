import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isAbsent, TracksError, toTracksError } from '../base/errors.ts';
import type { OperationOptions } from '../base/operation.ts';
import { type RepoFolder, type RepoPath, relativeTo, repoPath } from '../base/paths.ts';
import { notInRemote } from './fetch.ts';
import type { TreeEntry } from './formats/tree.ts';
import { notInCache } from './objects/cache.ts';
import { type Hash, hashText, objectKey } from './objects/hash.ts';
import { transferObjects } from './objects/transfer.ts';
import { verifiedObject } from './objects/verify.ts';
import { collectOuts, type Out, type OutList, outAt } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import { openNamedRemote } from './remote.ts';
import type { ByteSource } from './remotes/blob-store.ts';
import { sourceOfBlob, sourceOfFile } from './remotes/bytes.ts';
import { absolute, type Repository } from './repository.ts';
import type { DataEntry, Revision } from './system.ts';
import { fileStat } from './workers/hash-files.ts';

async function outsAt(repo: Repository, revision: Revision, options: OperationOptions): Promise<OutList> {
  return revision === undefined ? collectOuts(repo, options) : collectOutsAt(repo, revision, options);
}

function fileSize(path: string): number | undefined {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? undefined : stats.size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw toTracksError(error, path);
  }
}

function fileEntry(
  repo: Repository,
  path: RepoPath,
  hash: Hash | undefined,
  size: number | undefined,
  here: boolean,
): DataEntry {
  const known =
    size ??
    (hash === undefined ? undefined : repo.cache().size(hash)) ??
    (here ? fileSize(absolute(repo, path)) : undefined);
  return {
    path,
    kind: 'file',
    ...(hash === undefined ? {} : { hash: hashText(hash) }),
    ...(known === undefined ? {} : { size: known }),
  };
}

/** The list of a folder's files; throws `not-in-cache` where it is not here. Nothing is downloaded. */
function treeOf(repo: Repository, out: Out): readonly TreeEntry[] {
  if (out.hash === undefined) return [];
  const tree = repo.cache().tree(out.hash);
  if (tree === undefined) throw notInCache(out.path, out.hash);
  return tree;
}

const byKind = (a: DataEntry, b: DataEntry): number =>
  a.kind === b.kind ? (a.path < b.path ? -1 : 1) : a.kind === 'folder' ? -1 : 1;

/**
 * The direct children of a folder, folders first: tracked data alone, whether it is here or not. Inside of a folder dataset they come
 * from its tree; for the workspace also files that were added since. Throws `not-in-cache` where the tree is not here.
 */
export async function entries(
  repo: Repository,
  folder: RepoFolder,
  revision: Revision,
  options: OperationOptions = {},
): Promise<readonly DataEntry[]> {
  const { outs, ignore } = await outsAt(repo, revision, options);
  const around = folder === '' ? undefined : outAt(outs, folder);
  const found = new Map<RepoPath, DataEntry>();
  const folderAt = (path: RepoPath): void => {
    if (!found.has(path)) found.set(path, { path, kind: 'folder' });
  };
  if (around === undefined) {
    for (const out of outs) {
      const below = relativeTo(folder, out.path);
      if (below === undefined || below === '') continue;
      const first = below.split('/')[0] as string;
      const path = repoPath(folder === '' ? first : `${folder}/${first}`);
      if (first !== below) folderAt(path);
      else if (out.hash?.kind === 'tree')
        found.set(path, {
          path,
          kind: 'folder',
          hash: hashText(out.hash),
          ...(out.size === undefined ? {} : { size: out.size }),
        });
      else found.set(path, fileEntry(repo, path, out.hash, out.size, revision === undefined));
    }
    return [...found.values()].sort(byKind);
  }
  if (around.hash?.kind !== 'tree')
    throw new TracksError('bad-argument', `${folder} is a file, not a folder.`, { path: folder });
  const prefix = relativeTo(around.path, folder) as RepoFolder;
  const child = (below: string): { readonly path: RepoPath; readonly leaf: boolean } | undefined => {
    const rest = relativeTo(prefix, below as RepoPath);
    if (rest === undefined || rest === '') return undefined;
    const first = rest.split('/')[0] as string;
    return { path: repoPath(`${folder}/${first}`), leaf: first === rest };
  };
  let lost: unknown;
  try {
    for (const entry of treeOf(repo, around)) {
      const at = child(entry.path);
      if (at === undefined) continue;
      if (!at.leaf) folderAt(at.path);
      else
        found.set(
          at.path,
          fileEntry(
            repo,
            at.path,
            { name: around.hash.name, hex: entry.md5, kind: 'file' },
            undefined,
            revision === undefined,
          ),
        );
    }
  } catch (error) {
    if (revision !== undefined) throw error;
    lost = error;
  }
  if (revision === undefined) {
    const scan = await repo.pool.run(
      { kind: 'scan', path: absolute(repo, around.path), relative: around.path, ignore },
      { signal: options.signal },
    );
    if (lost !== undefined && scan.type === 'absent') throw lost;
    for (const file of scan.files) {
      const at = child(file.path);
      if (at === undefined || found.has(at.path)) continue;
      if (at.leaf) found.set(at.path, { path: at.path, kind: 'file', size: file.size });
      else folderAt(at.path);
    }
  }
  return [...found.values()].sort(byKind);
}

/** The tracked file or folder at a path; `undefined` where there is none. */
export async function entry(
  repo: Repository,
  path: RepoPath,
  revision: Revision,
  options: OperationOptions = {},
): Promise<DataEntry | undefined> {
  const { outs } = await outsAt(repo, revision, options);
  const out = outAt(outs, path);
  if (out === undefined)
    return outs.some((o) => relativeTo(path, o.path) !== undefined) ? { path, kind: 'folder' } : undefined;
  if (out.path === path) {
    if (out.hash?.kind === 'tree')
      return { path, kind: 'folder', hash: hashText(out.hash), ...(out.size === undefined ? {} : { size: out.size }) };
    return fileEntry(repo, path, out.hash, out.size, revision === undefined);
  }
  if (out.hash?.kind !== 'tree') return undefined;
  const below = path.slice(out.path.length + 1);
  const tree = treeOf(repo, out);
  const file = tree.find((e) => e.path === below);
  if (file !== undefined)
    return fileEntry(
      repo,
      path,
      { name: out.hash.name, hex: file.md5, kind: 'file' },
      undefined,
      revision === undefined,
    );
  return tree.some((e) => e.path.startsWith(`${below}/`)) ? { path, kind: 'folder' } : undefined;
}

/** The list of a folder's files, from the remote where it is not in the cache. */
export async function fetchTree(repo: Repository, out: Out, options: OperationOptions): Promise<readonly TreeEntry[]> {
  if (out.hash !== undefined && repo.cache().tree(out.hash) === undefined) {
    await using remote = openNamedRemote(repo, out.remote);
    const moved = await transferObjects(
      repo.pool,
      remote,
      repo.cache().store,
      [{ hash: out.hash, what: `${out.path}/` }],
      { ...options, phase: 'fetch' },
    );
    const failure = moved.failed[0];
    if (failure !== undefined) throw failure.error;
    if (moved.absent.length > 0) throw notInRemote(out.path, out.hash, remote.name);
  }
  return treeOf(repo, out);
}

/** The hash of one file of a revision. The list of a folder's files is fetched where it is not here: somebody asked for the bytes. */
async function fileHash(repo: Repository, path: RepoPath, out: Out, options: OperationOptions): Promise<Hash> {
  const where = new TracksError('not-found', `${path}: this version has no such file.`, { path });
  if (out.hash === undefined)
    throw new TracksError('not-found', `${path}: its pointer records no content yet.`, {
      path,
      hint: `Record it: tracks commit ${out.path}`,
    });
  if (out.hash.kind === 'file') {
    if (out.path !== path) throw where;
    return out.hash;
  }
  if (out.path === path)
    throw new TracksError('bad-argument', `${path} is a folder: name one of its files.`, {
      path,
      hint: `tracks ls ${path} lists them.`,
    });
  const found = (await fetchTree(repo, out, options)).find((e) => e.path === path.slice(out.path.length + 1));
  if (found === undefined) throw where;
  return { name: out.hash.name, hex: found.md5, kind: 'file' };
}

/**
 * The bytes of a file of a revision: from the workspace where the same bytes lie there, else from the cache, else from the remote
 * (checked as they pass when read as a whole). Of the workspace (`undefined`): the file as it is, if it is here.
 */
export async function content(
  repo: Repository,
  path: RepoPath,
  revision: Revision,
  options: OperationOptions = {},
): Promise<ByteSource> {
  const file = absolute(repo, path);
  const out = outAt((await outsAt(repo, revision, options)).outs, path);
  if (revision === undefined) {
    const size = fileSize(file);
    if (size !== undefined && out !== undefined) return sourceOfFile(file, size);
  }
  if (out === undefined) {
    const at = revision === undefined ? '' : ` at ${revision}`;
    throw new TracksError('not-tracked', `${path} is not tracked${at}.`, {
      path,
      hint: revision === undefined ? `Track it: tracks add ${path}` : 'Choose another version.',
    });
  }
  const hash = await fileHash(repo, path, out, options);
  const cache = repo.cache();
  const size = cache.size(hash);
  if (size !== undefined) return sourceOfBlob(cache.store, objectKey(hash), size);
  try {
    const stats = statSync(file);
    if (stats.isFile() && repo.index.lookup(dirname(file), basename(file), fileStat(stats), hash.name) === hash.hex)
      return sourceOfFile(file, stats.size);
  } catch (error) {
    if (!isAbsent(error)) throw toTracksError(error, file);
  }
  const remote = openNamedRemote(repo, out.remote);
  const stat = await remote.stat(objectKey(hash), options);
  if (stat === undefined) throw notInRemote(path, hash, remote.name);
  const plain = sourceOfBlob(remote, objectKey(hash), stat.size);
  const whole = verifiedObject(plain, hash, path);
  return {
    size: stat.size,
    open: (range, o) => (range === undefined ? whole.open(undefined, o) : plain.open(range, o)),
  };
}

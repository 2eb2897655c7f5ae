import { posix } from 'node:path';
import { TracksError, toTracksError } from '../base/errors.ts';
import type { OperationOptions } from '../base/operation.ts';
import { type RepoPath, repoDirname, repoPath } from '../base/paths.ts';
import { parseDvcFile } from './formats/dvc-file.ts';
import { parseDvcLock } from './formats/dvc-lock.ts';
import type { TreeEntry } from './formats/tree.ts';
import type { LogEntry, LogFile } from './git/repository.ts';
import { hasObjects } from './objects/has.ts';
import { type Hash, hashText, objectKey, sameHash } from './objects/hash.ts';
import { collectOuts, decodePointer, type Out, outAt, requireGit } from './outs.ts';
import { collectOutsAt } from './outs-at.ts';
import { openNamedRemote } from './remote.ts';
import type { Repository } from './repository.ts';
import { compareSides, entryMap, type Side } from './sides.ts';
import type { DatasetVersion, FileCounts, Page, VersionPage } from './system.ts';

/** What one commit's pointer says of a dataset. */
interface Said {
  readonly path: RepoPath;
  readonly hash?: Hash;
  readonly size?: number;
  readonly nfiles?: number;
}

interface Step {
  readonly entry: LogEntry;
  readonly file: LogFile;
  /** `undefined`: the pointer is gone, or does not hold the dataset, or cannot be read. */
  readonly said: Said | undefined;
}

const logPage = 200;

/** The dataset in a pointer's text. Of a `.dvc` file with one out that one, whatever its path was then. */
function saidBy(pointer: RepoPath, text: string, rawPath: string, stage: string | undefined): Said | undefined {
  const origin = { path: pointer };
  const pick = <T extends { readonly path: string }>(list: readonly T[]): T | undefined =>
    list.find((o) => o.path === rawPath) ?? (list.length === 1 ? list[0] : undefined);
  let wdir: string | undefined;
  let found:
    | { readonly path: string; readonly hash?: Hash; readonly size?: number; readonly nfiles?: number }
    | undefined;
  if (stage === undefined) {
    const file = parseDvcFile(text, origin);
    wdir = file.wdir;
    found = pick(file.outs);
  } else
    found = parseDvcLock(text, origin)
      .stages.get(stage)
      ?.outs.find((o) => o.path === rawPath);
  if (found === undefined) return undefined;
  const path = repoPath(posix.join(repoDirname(pointer), wdir ?? '.', found.path));
  return {
    path,
    ...(found.hash === undefined ? {} : { hash: found.hash }),
    ...(found.size === undefined ? {} : { size: found.size }),
    ...(found.nfiles === undefined ? {} : { nfiles: found.nfiles }),
  };
}

async function stepsOf(
  repo: Repository,
  entries: readonly LogEntry[],
  out: Out,
  options: OperationOptions,
): Promise<Step[]> {
  const git = requireGit(repo);
  const files = entries.flatMap((entry) => {
    const file = entry.files.find((f) => f.path.startsWith(repo.gitPrefix));
    return file === undefined ? [] : [{ entry, file }];
  });
  const blobs = await git.blobs(
    [...new Set(files.flatMap((f) => (f.file.blob === undefined || f.file.status === 'D' ? [] : [f.file.blob])))],
    options,
  );
  return files.map(({ entry, file }): Step => {
    const bytes = file.status === 'D' || file.blob === undefined ? undefined : blobs.get(file.blob);
    if (bytes === undefined) return { entry, file, said: undefined };
    const pointer = file.path.slice(repo.gitPrefix.length) as RepoPath;
    try {
      return { entry, file, said: saidBy(pointer, decodePointer(bytes, pointer), out.rawPath, out.stage) };
    } catch (error) {
      repo.host.log.debug('A pointer of history cannot be read.', {
        pointer,
        commit: entry.commit,
        reason: toTracksError(error).message,
      });
      return { entry, file, said: undefined };
    }
  });
}

/** A dataset of the workspace, or of HEAD where the workspace has none. */
export async function findOut(repo: Repository, path: RepoPath, options: OperationOptions = {}): Promise<Out> {
  const here = collectOuts(repo, options);
  const match = (list: readonly Out[]): Out | undefined => outAt(list, path) ?? list.find((o) => o.pointer === path);
  const found = match(here.outs);
  if (found !== undefined) return found;
  const head = repo.git === undefined ? undefined : await repo.git.head();
  const old = head?.commit === undefined ? undefined : match((await collectOutsAt(repo, head.commit, options)).outs);
  if (old !== undefined) return old;
  const fault = here.faults.find((f) => f.path === path || f.pointer === path);
  if (fault !== undefined)
    throw new TracksError('bad-file', fault.message, {
      path: fault.pointer,
      ...(fault.line === undefined ? {} : { line: fault.line }),
    });
  throw new TracksError('not-tracked', `${path} is not tracked.`, { path, hint: `Track it: tracks add ${path}` });
}

/** A damaged or hostile tree is none that could be counted; opening its version says what is wrong with it. */
function usableTree(repo: Repository, hash: Hash): readonly TreeEntry[] | undefined {
  try {
    return repo.cache().tree(hash);
  } catch (error) {
    repo.host.log.debug('A tree object cannot be used.', { hash: hash.hex, reason: toTracksError(error).message });
    return undefined;
  }
}

function countChanges(repo: Repository, before: Said | undefined, after: Said | undefined): FileCounts | undefined {
  const side = (said: Said | undefined): Side | undefined => {
    if (said?.hash === undefined) return new Map();
    const path = 'x' as RepoPath;
    if (said.hash.kind === 'file') return new Map([[path, { path, folder: false, hash: said.hash }]]);
    const tree = usableTree(repo, said.hash);
    return tree === undefined
      ? undefined
      : new Map([[path, { path, folder: true, hash: said.hash, entries: entryMap(tree) }]]);
  };
  const a = side(before);
  const b = side(after);
  if (a === undefined || b === undefined) return undefined;
  const c = compareSides(a, b, { granular: true, hashOnly: true });
  const files = (list: readonly { readonly path: string }[]): number =>
    list.filter((e) => !e.path.endsWith('/')).length;
  return {
    added: files(c.added),
    deleted: files(c.deleted),
    modified: files(c.modified),
    renamed: c.renamed.filter((r) => !r.new.endsWith('/')).length,
  };
}

function inCache(repo: Repository, hash: Hash | undefined): boolean {
  if (hash === undefined) return false;
  const cache = repo.cache();
  if (hash.kind === 'file') return cache.has(hash);
  const tree = usableTree(repo, hash);
  const cached = cache.look();
  return tree?.every((e) => cached({ name: hash.name, hex: e.md5, kind: 'file' })) ?? false;
}

/**
 * The git commits that changed a dataset, newest first, from HEAD; a renamed pointer is followed. Numbers against the version before
 * come from what the cache has; nothing is downloaded. With `remote: true` the default remote (or the out's own) is asked which
 * versions it has.
 */
export async function versions(
  repo: Repository,
  path: RepoPath,
  page: Page,
  options: OperationOptions & { readonly remote?: boolean } = {},
): Promise<VersionPage> {
  const git = requireGit(repo);
  const out = await findOut(repo, path, options);
  const wanted = page.skip + page.limit;
  const changed: Step[] = [];
  /** A step whose older neighbour is not known yet. */
  let open: Step | undefined;
  let more = true;
  for (let skip = 0; more && changed.length <= wanted; skip += logPage) {
    const log = await git.history(
      [`${repo.gitPrefix}${out.pointer}`],
      { skip, limit: logPage },
      { follow: true, signal: options.signal },
    );
    more = log.more;
    for (const step of await stepsOf(repo, log.entries, out, options)) {
      if (open !== undefined && isChange(open.said, step.said)) changed.push(open);
      open = step;
    }
  }
  const oldest = !more && open?.said !== undefined ? [open] : [];
  const rows = [...changed, ...(changed.length > wanted ? [] : oldest)];
  const shown = rows.slice(page.skip, wanted);
  const neighbours = (i: number): Said | undefined => rows[page.skip + i + 1]?.said;
  const currentIndex = out.hash === undefined ? -1 : rows.findIndex((s) => sameHash(s.said?.hash, out.hash));
  const onRemote = options.remote === true ? await remoteKeys(repo, out, shown, options) : undefined;
  return {
    more: rows.length > wanted || (more && changed.length > wanted),
    versions: shown.map(({ entry, said }, i): DatasetVersion => {
      const before = neighbours(i);
      const counts = countChanges(repo, before, said);
      const sizes = [said === undefined ? 0 : said.size, before === undefined ? 0 : before.size] as const;
      return {
        commit: entry.commit,
        subject: entry.subject,
        author: entry.author,
        time: entry.time,
        refs: entry.refs,
        path: said?.path ?? out.path,
        kind: said?.hash === undefined ? 'unknown' : said.hash.kind === 'tree' ? 'folder' : 'file',
        change:
          said === undefined
            ? 'removed'
            : before === undefined
              ? 'added'
              : sameHash(before.hash, said.hash)
                ? 'renamed'
                : 'modified',
        current: page.skip + i === currentIndex,
        inCache: inCache(repo, said?.hash),
        ...(said?.hash === undefined ? {} : { hash: hashText(said.hash) }),
        ...(said?.size === undefined ? {} : { size: said.size }),
        ...(said?.nfiles === undefined ? {} : { files: said.nfiles }),
        ...(counts === undefined ? {} : { filesDelta: counts }),
        ...(sizes[0] === undefined || sizes[1] === undefined ? {} : { bytesDelta: sizes[0] - sizes[1] }),
        ...(onRemote === undefined || said?.hash === undefined ? {} : { onRemote: onRemote.has(objectKey(said.hash)) }),
      };
    }),
  };
}

function isChange(newer: Said | undefined, older: Said | undefined): boolean {
  if (newer === undefined || older === undefined) return newer !== older;
  return newer.path !== older.path || !sameHash(newer.hash, older.hash);
}

async function remoteKeys(
  repo: Repository,
  out: Out,
  steps: readonly Step[],
  options: OperationOptions,
): Promise<ReadonlySet<string>> {
  await using remote = openNamedRemote(repo, out.remote);
  return hasObjects(
    remote,
    steps.flatMap((s) => (s.said?.hash === undefined ? [] : [s.said.hash])),
    options,
  );
}

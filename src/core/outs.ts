import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isAbsent, isTracksError, systemCode, TracksError, toTracksError } from '../base/errors.ts';
import { type OperationOptions, throwIfAborted } from '../base/operation.ts';
import { type RepoFolder, type RepoPath, repoDirname, repoPath } from '../base/paths.ts';
import { type DepRecord, type OutRecord, parseDvcFile } from './formats/dvc-file.ts';
import { parseDvcLock, stageOuts } from './formats/dvc-lock.ts';
import { parseDvcYaml } from './formats/dvc-yaml.ts';
import { createIgnore, type IgnoreRules, isIgnored, withFile } from './formats/dvcignore.ts';
import type { TextOrigin } from './formats/text-fault.ts';
import { type Hash, hashText } from './objects/hash.ts';
import { absolute, type Repository } from './repository.ts';
import type { Dataset, PointerFault } from './system.ts';
import type { IgnoreText } from './workers/protocol.ts';

/** One `out` of a `.dvc` file or a stage: what a dataset is in DVC's formats. */
export interface Out {
  /** Of the data, below the root. */
  readonly path: RepoPath;
  /** As the pointer writes it: relative to its folder and `wdir`. */
  readonly rawPath: string;
  /** The file that records the hash: a `.dvc` file or a `dvc.lock`. */
  readonly pointer: RepoPath;
  readonly stage?: string;
  readonly hash?: Hash;
  readonly size?: number;
  readonly nfiles?: number;
  readonly executable: boolean;
  readonly cache: boolean;
  readonly push: boolean;
  readonly persist: boolean;
  readonly remote?: string;
  readonly frozen: boolean;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  /** The dependency of an import: what it was made from. */
  readonly source?: DepRecord;
}

export interface OutList {
  /** In the order of their paths. */
  readonly outs: readonly Out[];
  readonly faults: readonly PointerFault[];
  /** The `.dvcignore` files outside of tracked folders. */
  readonly ignore: readonly IgnoreText[];
  /** Folders that may not be read: which pointers are in them is not known. */
  readonly unread?: readonly RepoFolder[];
}

/**
 * The part of a path that belongs to git or DVC: files in a `.git` say which programs git runs. In any case, as some file systems have
 * none.
 */
export function reservedPart(path: string): string | undefined {
  return path.split(/[\\/]/).find((part) => /^(?:\.git|git~1|\.dvc)$/i.test(part));
}

const drive = process.platform === 'win32' ? /^[A-Za-z]:/ : /^[A-Za-z]:[\\/]/;

/** True for an absolute path and for an url. A colon alone is part of a name. */
function outside(path: string): boolean {
  return path.startsWith('/') || drive.test(path) || /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(path);
}

/** `origin.path` relative to a pointer's folder, as a path below the root; throws `bad-path` where it leaves the root. */
function dataPath(pointer: RepoPath, wdir: string | undefined, raw: string): RepoPath {
  if (raw.includes('\0'))
    throw new TracksError('bad-path', `${pointer}: the path of an out holds a NUL.`, { path: pointer });
  if (outside(raw) || (wdir !== undefined && outside(wdir))) {
    throw new TracksError(
      'bad-path',
      `${pointer}: the out "${raw}" is outside of the repository, where data is not tracked.`,
      {
        path: pointer,
        hint: 'Use import-url for data that lies elsewhere.',
      },
    );
  }
  const joined = posix.normalize(posix.join(repoDirname(pointer), wdir ?? '.', raw)).replace(/\/$/, '');
  // A `\` is part of a name on Linux and a separator on Windows: what it would reach there counts everywhere.
  const up = joined.includes('\\') && joined.split(/[\\/]/).includes('..');
  if (joined === '.' || joined === '..' || joined.startsWith('../') || joined.startsWith('/') || up) {
    throw new TracksError('bad-path', `${pointer}: the out "${raw}" leaves the repository.`, {
      path: pointer,
      hint: 'Mend the path in the pointer.',
    });
  }
  const path = repoPath(joined);
  const reserved = reservedPart(path);
  if (reserved !== undefined) {
    throw new TracksError('bad-path', `${pointer}: the out "${raw}" lies in ${reserved}.`, {
      path: pointer,
      hint: 'Mend the path in the pointer.',
    });
  }
  return path;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

function outOf(
  pointer: RepoPath,
  wdir: string | undefined,
  record: OutRecord,
  frozen: boolean,
  source: DepRecord | undefined,
): Out {
  return {
    path: dataPath(pointer, wdir, record.path),
    rawPath: record.path,
    pointer,
    executable: record.isexec === true,
    cache: record.cache,
    push: record.push,
    persist: record.persist,
    frozen,
    ...optional('hash', record.hash),
    ...optional('size', record.size),
    ...optional('nfiles', record.nfiles),
    ...optional('remote', record.remote),
    ...optional('desc', record.desc),
    ...optional('type', record.type),
    ...optional('labels', record.labels),
    ...optional('source', source),
  };
}

/** The outs of one `.dvc` file; throws `bad-file` or `bad-path`. */
export function outsOfDvcFile(pointer: RepoPath, text: string, origin: TextOrigin): Out[] {
  const file = parseDvcFile(text, origin);
  return file.outs.map((record) => outOf(pointer, file.wdir, record, file.frozen, file.deps[0]));
}

/** The outs of one `dvc.yaml` with the `dvc.lock` beside it (`undefined`: nothing has run yet). */
export function outsOfPipeline(
  yamlPath: RepoPath,
  yaml: string,
  lock: string | undefined,
  revision: string | undefined,
): Out[] {
  const folder = repoDirname(yamlPath);
  const lockPath = repoPath(folder === '' ? 'dvc.lock' : `${folder}/dvc.lock`);
  const at = optional('revision', revision);
  const stages = parseDvcYaml(yaml, { path: yamlPath, ...at });
  const locked = parseDvcLock(lock ?? '', { path: lockPath, ...at });
  return stageOuts(stages, locked).map((out) => ({
    path: dataPath(lockPath, out.wdir, out.path),
    rawPath: out.path,
    pointer: lockPath,
    stage: out.stage,
    executable: out.isexec === true,
    cache: out.cache,
    push: out.push,
    persist: out.persist,
    frozen: false,
    ...optional('hash', out.hash),
    ...optional('size', out.size),
    ...optional('nfiles', out.nfiles),
    ...optional('remote', out.remote),
    ...optional('desc', out.desc),
    ...optional('type', out.type),
    ...optional('labels', out.labels),
  }));
}

/** `path`: the data that it is about; otherwise guessed from the pointer's name. */
export function faultOf(pointer: RepoPath, error: unknown, path?: RepoPath): PointerFault {
  const e = toTracksError(error, pointer);
  const guess = path ?? (pointer.endsWith('.dvc') ? pointer.slice(0, -4) : undefined);
  return {
    pointer,
    message: e.message,
    conflict: e.details['conflict'] === true,
    ...optional('line', e.line),
    ...(guess === undefined || guess === '' || guess.endsWith('/') ? {} : { path: guess as RepoPath }),
  };
}

/** Sorts, and makes a fault of an out that two pointers claim, or that lies inside of another. */
export function settleOuts(found: readonly Out[], faults: PointerFault[]): Out[] {
  const outs = [...found].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const byPath = new Map<RepoPath, Out>();
  for (const out of outs) {
    let clash = byPath.get(out.path);
    for (let folder = repoDirname(out.path); clash === undefined && folder !== ''; folder = repoDirname(folder))
      clash = byPath.get(folder);
    if (clash === undefined) {
      byPath.set(out.path, out);
      continue;
    }
    faults.push({
      pointer: out.pointer,
      message:
        clash.path === out.path
          ? `${out.pointer}: "${out.path}" is tracked by ${clash.pointer} already.`
          : `${out.pointer}: "${out.path}" lies inside of "${clash.path}", which ${clash.pointer} tracks.`,
      conflict: false,
      path: out.path,
    });
  }
  return [...byPath.values()];
}

export const isPointer = (name: string): boolean => name.endsWith('.dvc') && name !== '.dvc';

/**
 * Every out of the workspace. Walks the work tree, without `.git`, `.dvc`, what `.dvcignore` names, nested repositories and the
 * tracked folders themselves. A pointer that cannot be read becomes a fault; the rest goes on.
 */
export function collectOuts(repo: Pick<Repository, 'root'>, options: OperationOptions = {}): OutList {
  const outs: Out[] = [];
  const tracked = new Set<RepoPath>();
  const faults: PointerFault[] = [];
  const ignore: IgnoreText[] = [];
  const unread: RepoFolder[] = [];
  const read = (path: RepoPath): string => {
    const bytes = readFileSync(absolute(repo, path));
    return decodePointer(bytes, path);
  };
  const visit = (folder: RepoFolder, outer: IgnoreRules): void => {
    throwIfAborted(options.signal);
    let entries: Dirent[];
    try {
      entries = readdirSync(folder === '' ? repo.root : absolute(repo, folder), { withFileTypes: true });
    } catch (error) {
      if (isAbsent(error)) return;
      if (!isTracksError(toTracksError(error), 'no-permission')) throw toTracksError(error, folder);
      unread.push(folder);
      return;
    }
    const names = new Set(entries.map((e) => e.name));
    let rules = outer;
    if (entries.some((e) => e.name === '.dvcignore' && !e.isDirectory())) {
      const path = (folder === '' ? '.dvcignore' : `${folder}/.dvcignore`) as RepoPath;
      try {
        const text = readFileSync(absolute(repo, path), 'utf8');
        ignore.push({ folder, text });
        rules = withFile(outer, folder, text);
      } catch (error) {
        if (!isAbsent(error)) faults.push(faultOf(path, error));
      }
    }
    const at = (name: string): RepoPath => (folder === '' ? name : `${folder}/${name}`) as RepoPath;
    const here: Out[] = [];
    for (const entry of entries) {
      if (!entry.isFile() && !entry.isSymbolicLink()) continue;
      const path = at(entry.name);
      if (isPointer(entry.name) && !isIgnored(rules, path, false)) {
        try {
          here.push(...outsOfDvcFile(path, read(path), { path }));
        } catch (error) {
          // A link to nothing or to a folder is no pointer.
          if (!isAbsent(error) && systemCode(error) !== 'EISDIR') faults.push(faultOf(path, error));
        }
      } else if (entry.name === 'dvc.yaml' && !isIgnored(rules, path, false)) {
        try {
          here.push(
            ...outsOfPipeline(path, read(path), names.has('dvc.lock') ? read(at('dvc.lock')) : undefined, undefined),
          );
        } catch (error) {
          if (!isAbsent(error)) faults.push(faultOf(path, error));
        }
      }
    }
    for (const out of here) {
      outs.push(out);
      tracked.add(out.path);
    }
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name === '.git' || entry.name === '.dvc') continue;
      const path = at(entry.name);
      if (tracked.has(path) || isIgnored(rules, path, true)) continue;
      if (isNested(absolute(repo, path))) continue;
      visit(path, rules);
    }
  };
  visit('', createIgnore());
  return { outs: settleOuts(outs, faults), faults, ignore, ...(unread.length === 0 ? {} : { unread }) };
}

/** A folder that is a DVC root of its own: what is in it is its business. */
function isNested(folder: string): boolean {
  try {
    return readdirSync(join(folder, '.dvc')).length > 0;
  } catch (error) {
    if (isAbsent(error) || isTracksError(toTracksError(error), 'no-permission')) return false;
    throw toTracksError(error, folder);
  }
}

export function decodePointer(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TracksError('bad-file', `${path}: it is not UTF-8 text.`, {
      path,
      line: 1,
      hint: 'Get an older version of it back with git.',
      cause: error,
    });
  }
}

export function requireGit(repo: Repository): NonNullable<Repository['git']> {
  if (repo.git !== undefined) return repo.git;
  throw new TracksError('git', 'This repository has no git, so it has no history.', {
    hint: 'Run git init, and commit the pointers.',
  });
}

/** The dataset of an out, in the words of the views. */
export function datasetOf(out: Out): Dataset {
  const { source } = out;
  return {
    path: out.path,
    pointer: out.pointer,
    kind: out.hash === undefined ? 'unknown' : out.hash.kind === 'tree' ? 'folder' : 'file',
    frozen: out.frozen,
    cached: out.cache,
    pushable: out.cache && out.push,
    ...optional('stage', out.stage),
    ...optional('hash', out.hash && hashText(out.hash)),
    ...optional('size', out.size),
    ...optional('files', out.nfiles),
    ...optional('remote', out.remote),
    ...optional('description', out.desc),
    ...optional('type', out.type),
    ...optional('labels', out.labels),
    ...optional(
      'importedFrom',
      source && (source.repo === undefined ? source.path : `${source.path} (${source.repo.url})`),
    ),
  };
}

/** The out that `path` is, or lies in. */
export function outAt(outs: readonly Out[], path: RepoPath): Out | undefined {
  const byPath = new Map(outs.map((o) => [o.path, o]));
  for (let at: RepoFolder = path; at !== ''; at = repoDirname(at)) {
    const out = byPath.get(at);
    if (out !== undefined) return out;
  }
  return undefined;
}

import { type Dirent, lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAbsent, TracksError, toPlainError } from '../../base/errors.ts';
import type { RepoFolder, RepoPath } from '../../base/paths.ts';
import { createIgnore, type IgnoreRules, isIgnored, withFile } from '../formats/dvcignore.ts';
import { fileStat } from './hash-files.ts';
import type { ScannedFile, ScanResult, ScanTask, Tick } from './protocol.ts';

function statOrUndefined(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

interface Found {
  readonly files: ScannedFile[];
  readonly failed: { path: string; error: ReturnType<typeof toPlainError> }[];
}

/** A regular file's stat, through a symbolic link to one; `undefined` for a folder (a link to a folder is left out, as DVC does). */
function fileBehind(path: string, entry: Dirent): Stats | undefined {
  if (entry.isFile()) return lstatSync(path);
  if (entry.isSymbolicLink()) {
    let stats: Stats;
    try {
      stats = statSync(path);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      throw new TracksError('not-found', `${path}: a symbolic link to nothing.`, {
        path,
        hint: 'Mend or delete the link, or name it in .dvcignore.',
        cause: error,
      });
    }
    if (stats.isDirectory()) return undefined;
    if (stats.isFile()) return stats;
  }
  if (entry.isDirectory()) return undefined;
  throw new TracksError('unsupported', `${path}: a socket, pipe or device cannot be tracked.`, {
    path,
    hint: 'Move it out of the folder, or name it in .dvcignore.',
  });
}

function walk(folder: string, below: string, relative: string, rules: IgnoreRules, found: Found, tick: Tick): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.failed.push({ path: below, error: toPlainError(error, folder) });
    return;
  }
  let inner = rules;
  if (entries.some((e) => e.name === '.dvcignore' && !e.isDirectory())) {
    const file = join(folder, '.dvcignore');
    try {
      inner = withFile(rules, relative as RepoFolder, readFileSync(file, 'utf8'));
    } catch (error) {
      // What it names is not known: whatever is found besides, the content as a whole is not known either.
      found.failed.push({
        path: below === '' ? '.dvcignore' : `${below}/.dvcignore`,
        error: toPlainError(error, file),
      });
    }
  }
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const full = join(folder, entry.name);
    const inRepo = `${relative}/${entry.name}` as RepoPath;
    if (isIgnored(inner, inRepo, entry.isDirectory())) continue;
    try {
      if (entry.name.includes('\uFFFD') && statOrUndefined(full) === undefined) {
        throw new TracksError('bad-path', `${full}: its name is not UTF-8, which no pointer can hold.`, {
          path: full,
          hint: 'Rename the file.',
        });
      }
      if (entry.isDirectory()) {
        walk(full, path, inRepo, inner, found, tick);
        continue;
      }
      const stats = fileBehind(full, entry);
      if (stats === undefined) continue;
      found.files.push({ path, ...fileStat(stats) });
    } catch (error) {
      if (isAbsent(error)) continue; // deleted since the folder was read
      const plain = toPlainError(error, full);
      if (plain.code === 'cancelled') throw error;
      found.failed.push({ path, error: plain });
    }
  }
  tick(0, 0);
}

/** Every regular file at or below a path with its stat, ignore rules applied. Nothing is read but folders. */
export function scanFolder(task: ScanTask, tick: Tick): ScanResult {
  try {
    return scan(task, tick);
  } catch (error) {
    const plain = toPlainError(error, task.path);
    if (plain.code === 'cancelled') throw error;
    // Something is there, as far as can be told, and it cannot be looked at.
    return { type: 'file', files: [], failed: [{ path: '', error: plain }] };
  }
}

function scan(task: ScanTask, tick: Tick): ScanResult {
  const found: Found = { files: [], failed: [] };
  const top = statOrUndefined(task.path);
  if (top === undefined) return { type: 'absent', ...found };
  if (top.isDirectory()) {
    const rules = task.ignore.reduce((r, i) => withFile(r, i.folder as RepoFolder, i.text), createIgnore());
    walk(task.path, '', task.relative, rules, found, tick);
    return { type: 'folder', ...found };
  }
  let stats: Stats = top;
  if (top.isSymbolicLink()) {
    try {
      stats = statSync(task.path);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return { type: 'absent', ...found }; // a link to nothing: the data is not here
    }
    // A link to a folder where data should be: only its own content counts, and that is elsewhere.
    if (stats.isDirectory()) {
      const rules = task.ignore.reduce((r, i) => withFile(r, i.folder as RepoFolder, i.text), createIgnore());
      walk(task.path, '', task.relative, rules, found, tick);
      return { type: 'folder', ...found };
    }
  }
  if (!stats.isFile()) {
    found.failed.push({
      path: '',
      error: toPlainError(new TracksError('unsupported', `${task.path}: not a regular file.`, { path: task.path })),
    });
    return { type: 'file', ...found };
  }
  found.files.push({ path: '', ...fileStat(stats) });
  return { type: 'file', ...found };
}

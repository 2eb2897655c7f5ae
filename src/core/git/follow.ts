import type { LogEntry, LogFile } from './log.ts';

/*
 * Not `git log --follow`: that takes any file that looks alike for the origin of a new one, even one that stays (pointer
 * files all look alike, so the history of one dataset would run on in another's), forgets what a merge made, and cannot
 * leave out what happened to the old name elsewhere.
 */

export interface Rename {
  readonly oldPath: string;
  readonly oldBlob?: string;
}

/** What {@link followHistory} asks of git. */
export interface HistorySource {
  /** The newest `limit` commits that changed `path`, reachable from `include` and not from `exclude`. */
  log(lane: Lane, limit: number): Promise<readonly LogEntry[]>;
  /** Where `path` came from in those of the commits that renamed another file to it, by commit. */
  origins(commits: readonly string[], path: string): Promise<ReadonlyMap<string, Rename>>;
}

export interface Lane {
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * The newest `limit` commits of one file under all the names it had, newest first. A smaller limit gives the beginning of
 * the same list, so pages fit. Commits that gave it its name have status `R`.
 */
export async function followHistory(source: HistorySource, lane: Lane, limit: number): Promise<readonly LogEntry[]> {
  if (limit <= 0 || lane.include.length === 0) return [];
  const entries = await source.log(lane, limit);
  const added = entries.filter((entry) => entry.parents.length === 1 && addedFile(entry, lane.path) !== undefined);
  if (added.length === 0) return entries;
  const origins = await source.origins(
    added.map((entry) => entry.commit),
    lane.path,
  );
  const at = entries.findIndex((entry) => origins.has(entry.commit));
  const renamed = entries[at];
  const origin = renamed === undefined ? undefined : origins.get(renamed.commit);
  if (renamed === undefined || origin === undefined) return entries;

  const newer = entries.slice(0, at);
  const result: LogEntry[] = [...newer, asRename(renamed, lane.path, origin)];
  // Reachable from the rename, the new name is another file's. What is left of it stands on parallel branches.
  if (entries.length > at + 1) {
    const parallel: Lane = { ...lane, exclude: [...lane.exclude, renamed.commit] };
    const seen = new Set(newer.map((entry) => entry.commit));
    const all = await followHistory(source, parallel, limit);
    result.push(...all.filter((entry) => !seen.has(entry.commit)));
  }
  const older: Lane = { path: origin.oldPath, include: renamed.parents, exclude: lane.exclude };
  result.push(...(await followHistory(source, older, limit - result.length)));
  return result.slice(0, limit);
}

function addedFile(entry: LogEntry, path: string): LogFile | undefined {
  return entry.files.find((file) => file.status === 'A' && file.path === path);
}

function asRename(entry: LogEntry, path: string, origin: Rename): LogEntry {
  const files = entry.files.map(
    (file): LogFile => (file.path === path && file.status === 'A' ? { ...file, ...origin, status: 'R' } : file),
  );
  return { ...entry, files };
}

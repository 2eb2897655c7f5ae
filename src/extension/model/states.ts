import { plural } from '../../base/format.ts';
import { type RepoFolder, type RepoPath, repoBasename, repoDirname } from '../../base/paths.ts';
import type { DataState, FileCounts, PointerFault, RepositoryStatus } from '../../core/system.ts';
import type { PathState } from './contract.ts';

export type States = ReadonlyMap<RepoPath, PathState>;

/** From bad to good. A folder shows the first of these that is inside of it. */
const byBadness: readonly DataState[] = [
  'error',
  'conflict',
  'modified',
  'changed?',
  'deleted',
  'renamed',
  'added',
  'missing',
  'not-pushed',
  'ok',
];
const badness: ReadonlyMap<DataState, number> = new Map(byBadness.map((state, i) => [state, byBadness.length - i]));

export function worse(a: DataState, b: DataState): DataState {
  return (badness.get(a) ?? 0) >= (badness.get(b) ?? 0) ? a : b;
}

const uncommitted = 'Not committed to Data Tracks yet.';
const noCopy = 'Not here, and not on the remote either: no copy of it is known.';
const fileStates = {
  modified: { state: 'modified', words: `Modified: other bytes than the pointer says. ${uncommitted}` },
  added: { state: 'added', words: `Added: not in the pointer yet. ${uncommitted}` },
  deleted: {
    state: 'deleted',
    words: 'Deleted here, still in the cache. Checkout gets it back; commit records that it is gone.',
  },
  missing: { state: 'missing', words: 'Not here: not pulled yet. Pull gets it from the remote.' },
  lost: { state: 'missing', words: noCopy },
  'changed?': {
    state: 'changed?',
    words: 'Perhaps changed: the list of files that the pointer stands for is not here. Fetch gets it.',
  },
  'not-pushed': { state: 'not-pushed', words: 'Not pushed: only on this machine. Push copies it to the remote.' },
} as const satisfies Record<string, PathState>;

interface Tally {
  added: number;
  deleted: number;
  modified: number;
  renamed: number;
  missing: number;
  unpushed: number;
  worst: DataState;
}

interface Own {
  readonly path: RepoPath;
  readonly folder: boolean;
  readonly state: PathState;
}

/**
 * The state of every path that is not `ok`: what the status lists, and the folders above. Changes that are committed to Data Tracks but
 * not to git have none. To be run in slices: each `yield` is a place to pause. A folder has `inside` where single files in it are listed.
 */
export function* stateSteps(status: RepositoryStatus): Generator<void, States> {
  const states = new Map<RepoPath, PathState>();
  const folders = new Map<RepoPath, DataState>();
  const tallies = new Map<RepoFolder, Tally>();
  let steps = 0;
  for (const { path, folder, state } of listed(status)) {
    if (folder) folders.set(path, worse(folders.get(path) ?? 'ok', state.state));
    const known = states.get(path);
    if (known === undefined || worse(known.state, state.state) !== known.state) {
      states.set(path, state);
      if (!folder) count(tallyOf(tallies, repoDirname(path)), state.state);
    }
    if (++steps % 500 === 0) yield;
  }
  const depths = new Map<number, Set<RepoPath>>();
  const plan = (path: RepoFolder): void => {
    if (path === '') return;
    const depth = path.split('/').length;
    depths.set(depth, (depths.get(depth) ?? new Set()).add(path));
  };
  for (const path of folders.keys()) plan(path);
  for (const path of tallies.keys()) plan(path);
  // Deepest first, so that each folder is known before the one that it lies in.
  for (let depth = Math.max(0, ...depths.keys()); depth > 0; depth--) {
    for (const path of depths.get(depth) ?? []) {
      const inside = tallies.get(path);
      const state = folderState(folders.has(path) ? states.get(path) : undefined, inside);
      states.set(path, state);
      const above = repoDirname(path);
      addUp(tallyOf(tallies, above), inside, state.state);
      plan(above);
      if (++steps % 500 === 0) yield;
    }
  }
  return states;
}

/** {@link stateSteps} in one go. */
export function computeStates(status: RepositoryStatus): States {
  return drain(stateSteps(status));
}

function* listed(status: RepositoryStatus): Generator<Own> {
  const { uncommitted: changes } = status;
  const notInCache = new Set(status.notInCache);
  const notInRemote = new Set(status.notInRemote);
  for (const { path } of changes.modified) yield own(path, fileStates.modified);
  for (const { path } of changes.added) yield own(path, fileStates.added);
  for (const { path } of changes.deleted) {
    const away = notInCache.has(path);
    yield own(path, !away ? fileStates.deleted : notInRemote.has(path) ? fileStates.lost : fileStates.missing);
  }
  for (const renamed of changes.renamed) {
    yield own(renamed.new, {
      state: 'renamed',
      words: `Renamed from ${repoBasename(own(renamed.old, fileStates.added).path)}. ${uncommitted}`,
    });
  }
  for (const path of status.unknown) yield own(path, fileStates['changed?']);
  for (const path of status.notInRemote) yield own(path, fileStates['not-pushed']);
  for (const fault of status.faults) {
    const state = faultState(fault);
    yield { path: fault.pointer, folder: false, state };
    if (fault.path !== undefined && fault.path !== fault.pointer) yield { path: fault.path, folder: false, state };
  }
}

/** Paths of folders end with `/` in a status. */
function own(path: string, state: PathState): Own {
  const folder = path.endsWith('/');
  return { path: (folder ? path.slice(0, -1) : path) as RepoPath, folder, state };
}

function faultState(fault: PointerFault): PathState {
  return fault.conflict
    ? { state: 'conflict', words: `Conflict: ${fault.pointer} holds git's conflict markers. Choose one side in it.` }
    : { state: 'error', words: `Cannot be read: ${fault.message}` };
}

function tallyOf(tallies: Map<RepoFolder, Tally>, folder: RepoFolder): Tally {
  let tally = tallies.get(folder);
  if (tally === undefined) {
    tally = { added: 0, deleted: 0, modified: 0, renamed: 0, missing: 0, unpushed: 0, worst: 'ok' };
    tallies.set(folder, tally);
  }
  return tally;
}

function count(tally: Tally, state: DataState): void {
  tally.worst = worse(tally.worst, state);
  if (state === 'added' || state === 'deleted' || state === 'modified' || state === 'renamed' || state === 'missing')
    tally[state]++;
  if (state === 'not-pushed') tally.unpushed++;
}

function addUp(tally: Tally, more: Tally | undefined, worst: DataState): void {
  tally.worst = worse(tally.worst, worst);
  if (more === undefined) return;
  for (const key of ['added', 'deleted', 'modified', 'renamed', 'missing', 'unpushed'] as const)
    tally[key] += more[key];
}

function folderState(itself: PathState | undefined, inside: Tally | undefined): PathState {
  if (inside === undefined) return itself ?? { state: 'ok', words: '' };
  const counts: FileCounts = {
    added: inside.added,
    deleted: inside.deleted,
    modified: inside.modified,
    renamed: inside.renamed,
  };
  const touched = counts.added + counts.deleted + counts.modified + counts.renamed > 0;
  const bad = worse(inside.worst, 'deleted') === inside.worst && inside.worst !== 'deleted';
  if (itself !== undefined && !touched && !bad && inside.missing > 0) {
    // The folder differs from its pointer, but only by what was not pulled.
    const words =
      itself.state === 'modified' || itself.state === 'not-pushed'
        ? `Partly here: ${plural(inside.missing, 'file')} not pulled yet. Pull gets the rest from the remote.`
        : itself.words === noCopy
          ? noCopy
          : fileStates.missing.words;
    return { state: 'missing', words, inside: counts };
  }
  const state = itself === undefined ? inside.worst : worse(itself.state, inside.worst);
  return { state, words: folderWords(state, itself, inside), inside: counts };
}

function folderWords(state: DataState, itself: PathState | undefined, inside: Tally): string {
  const parts = [
    inside.modified > 0 ? `${plural(inside.modified, 'file')} changed` : '',
    inside.added > 0 ? `${plural(inside.added, 'file')} added` : '',
    inside.deleted > 0 ? `${plural(inside.deleted, 'file')} deleted` : '',
    inside.renamed > 0 ? `${plural(inside.renamed, 'file')} renamed` : '',
    inside.missing > 0 ? `${plural(inside.missing, 'file')} not here` : '',
    inside.unpushed > 0 ? `${plural(inside.unpushed, 'file')} not pushed` : '',
  ].filter((part) => part !== '');
  // "2 files changed, 1 file added" → "2 files changed, 1 added"
  const list = parts.map((part, i) => (i === 0 ? part : part.replace(/ files? /, ' '))).join(', ');
  if (itself === undefined) {
    if (state === 'error' || state === 'conflict') {
      const fault = state === 'error' ? 'a pointer that cannot be read' : 'a pointer in conflict';
      return list === '' ? `Inside: ${fault}.` : `Inside: ${fault}, ${list}.`;
    }
    return list === '' ? 'Inside: data that is not as the commit says.' : `Inside: ${list}.`;
  }
  if (state === 'modified' && list !== '') return `Modified: ${list}. ${uncommitted}`;
  if (state === 'not-pushed' && inside.unpushed > 0) {
    return `Not pushed: ${plural(inside.unpushed, 'file')} only on this machine. Push copies ${inside.unpushed === 1 ? 'it' : 'them'} to the remote.`;
  }
  if (state === itself.state) return itself.words;
  return list === '' ? itself.words : `Inside: ${list}.`;
}

/** Yields between slices; gives the paths whose state is another one than before. */
export function* changedSteps(before: States, after: States): Generator<void, RepoPath[]> {
  const changed: RepoPath[] = [];
  let steps = 0;
  for (const [path, state] of after) {
    if (!sameState(before.get(path), state)) changed.push(path);
    if (++steps % 1000 === 0) yield;
  }
  for (const path of before.keys()) {
    if (!after.has(path)) changed.push(path);
    if (++steps % 1000 === 0) yield;
  }
  return changed;
}

function sameState(a: PathState | undefined, b: PathState): boolean {
  if (a === b) return true;
  if (a === undefined || a.state !== b.state || a.words !== b.words) return false;
  const [x, y] = [a.inside, b.inside];
  if (x === undefined || y === undefined) return x === y;
  return x.added === y.added && x.deleted === y.deleted && x.modified === y.modified && x.renamed === y.renamed;
}

export function drain<R>(steps: Generator<void, R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Runs steps for at most some milliseconds at a time; other work of the thread gets its turn in between. */
export async function inSlices<R>(steps: Generator<void, R>, milliseconds = 10): Promise<R> {
  for (;;) {
    const end = performance.now() + milliseconds;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

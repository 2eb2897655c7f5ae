import { plural } from '../../base/format.ts';
import type { RepoPath } from '../../base/paths.ts';
import type { Snapshot } from '../model/contract.ts';
import { stateLooks } from './states.ts';

/** How many datasets are in which trouble. */
export interface Summary {
  readonly datasets: number;
  readonly stale: number;
  readonly notPushed: number;
  readonly missing: number;
  readonly faults: number;
}

export const emptySummary: Summary = { datasets: 0, stale: 0, notPushed: 0, missing: 0, faults: 0 };

export function summarise(snapshot: Snapshot): Summary {
  let [stale, missing, notPushed] = [0, 0, 0];
  const unpushed = datasetsNotPushed(snapshot);
  for (const { path } of snapshot.list.datasets) {
    const state = snapshot.states.get(path)?.state ?? 'ok';
    if (stateLooks[state].stale) stale++;
    if (state === 'missing') missing++;
    if (state === 'not-pushed' || unpushed.has(path)) notPushed++;
  }
  return { datasets: snapshot.list.datasets.length, stale, notPushed, missing, faults: snapshot.list.faults.length };
}

/** The datasets whose recorded bytes the remote does not have, also those that are modified besides. */
function datasetsNotPushed(snapshot: Snapshot): ReadonlySet<RepoPath> {
  if (snapshot.status.notInRemote.length === 0) return new Set();
  const missing = new Set(snapshot.status.notInRemote.map((path) => path.replace(/\/$/, '')));
  return new Set(snapshot.list.datasets.flatMap(({ path }) => (missing.has(path) ? [path] : [])));
}

export function addSummaries(a: Summary, b: Summary): Summary {
  return {
    datasets: a.datasets + b.datasets,
    stale: a.stale + b.stale,
    notPushed: a.notPushed + b.notPushed,
    missing: a.missing + b.missing,
    faults: a.faults + b.faults,
  };
}

/** `Data: 2 stale · ↑1 · ↓3`, or `Data ok`. */
export function summaryText(summary: Summary): string {
  const parts: string[] = [];
  if (summary.faults > 0) parts.push(plural(summary.faults, 'error'));
  if (summary.stale > 0) parts.push(`${summary.stale} stale`);
  if (summary.notPushed > 0) parts.push(`↑${summary.notPushed}`);
  if (summary.missing > 0) parts.push(`↓${summary.missing}`);
  return parts.length === 0 ? 'Data ok' : `Data: ${parts.join(' · ')}`;
}

/** The same in whole words, one line each. */
export function summaryWords(summary: Summary): readonly string[] {
  const verb = (count: number, one: string, many: string): string =>
    `${plural(count, 'dataset')} ${count === 1 ? one : many}`;
  const lines: string[] = [];
  if (summary.faults > 0) lines.push(`${plural(summary.faults, 'pointer')} cannot be read`);
  if (summary.stale > 0) lines.push(verb(summary.stale, 'differs from its pointer', 'differ from their pointers'));
  if (summary.notPushed > 0)
    lines.push(verb(summary.notPushed, 'is not on the remote (↑)', 'are not on the remote (↑)'));
  if (summary.missing > 0) lines.push(verb(summary.missing, 'is not here (↓)', 'are not here (↓)'));
  if (lines.length === 0)
    lines.push(
      summary.datasets === 0
        ? 'Nothing is tracked yet'
        : `${plural(summary.datasets, 'dataset')}, all as the pointers say`,
    );
  return lines;
}

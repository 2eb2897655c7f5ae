import { formatCount } from '../../base/format.ts';
import type { DataState, FileCounts } from '../../core/system.ts';

/*
 * How each state looks and reads, in one table. Colours are the theme colours that package.json contributes.
 */

export interface StateLook {
  /** One or two words for descriptions; empty for `ok`. */
  readonly word: string;
  /** At most two characters, for file decorations; absent where nothing is shown. */
  readonly badge?: string;
  /** Id of a theme colour. */
  readonly color?: string;
  /** The state's part of a tree row's `contextValue`. */
  readonly context: string;
  /** What is on disk is not what the pointer says, and that is not only for want of a pull. */
  readonly stale: boolean;
}

export const stateLooks: Readonly<Record<DataState, StateLook>> = {
  ok: { word: '', context: 'ok', stale: false },
  modified: { word: 'modified', badge: 'M', color: 'dataTracks.modified', context: 'modified', stale: true },
  added: { word: 'added', badge: 'A', color: 'dataTracks.added', context: 'added', stale: true },
  deleted: { word: 'deleted', badge: 'D', color: 'dataTracks.deleted', context: 'deleted', stale: true },
  renamed: { word: 'renamed', badge: 'R', color: 'dataTracks.modified', context: 'renamed', stale: true },
  missing: { word: '↓ not here', badge: '!', color: 'dataTracks.missing', context: 'missing', stale: false },
  'not-pushed': { word: '↑ not pushed', badge: '↑', color: 'dataTracks.notPushed', context: 'notPushed', stale: false },
  conflict: { word: 'conflict', badge: 'C', color: 'dataTracks.conflict', context: 'conflict', stale: true },
  'changed?': { word: 'changed?', badge: '?', color: 'dataTracks.modified', context: 'changed', stale: true },
  error: { word: 'pointer cannot be read', badge: 'E', color: 'dataTracks.conflict', context: 'error', stale: true },
};

/** `+12 −3 ~4`; a rename counts as `→1`. Empty where nothing differs. */
export function countsText(counts: FileCounts | undefined): string {
  if (counts === undefined) return '';
  const parts: string[] = [];
  if (counts.added > 0) parts.push(`+${formatCount(counts.added)}`);
  if (counts.deleted > 0) parts.push(`−${formatCount(counts.deleted)}`);
  if (counts.modified > 0) parts.push(`~${formatCount(counts.modified)}`);
  if (counts.renamed > 0) parts.push(`→${formatCount(counts.renamed)}`);
  return parts.join(' ');
}

/** `12 added, 3 deleted, 4 modified`; empty where nothing differs. */
export function countsWords(counts: FileCounts | undefined): string {
  if (counts === undefined) return '';
  const parts: string[] = [];
  if (counts.added > 0) parts.push(`${formatCount(counts.added)} added`);
  if (counts.deleted > 0) parts.push(`${formatCount(counts.deleted)} deleted`);
  if (counts.modified > 0) parts.push(`${formatCount(counts.modified)} modified`);
  if (counts.renamed > 0) parts.push(`${formatCount(counts.renamed)} renamed`);
  return parts.join(', ');
}

import { formatAge, formatBytes, formatCount, plural } from '../../base/format.ts';
import type { ProgressState } from '../../base/operation.ts';
import type { ActivityEntry, ActivityState } from '../model/contract.ts';
import { escapeMarkdown } from './markdown.ts';
import type { IconLook } from './version-labels.ts';

export const activityIcons: Readonly<Record<ActivityState, IconLook>> = {
  running: { icon: 'loading~spin' },
  done: { icon: 'pass', color: 'charts.green' },
  failed: { icon: 'error', color: 'list.errorForeground' },
  cancelled: { icon: 'circle-slash', color: 'descriptionForeground' },
};

/** 0 to 100 of the bytes, or of the files where no bytes are counted; `undefined` without a total. */
export function percent(progress: ProgressState): number | undefined {
  const { bytes, totalBytes, files, totalFiles } = progress;
  const part = (done: number, total: number): number => Math.min(100, Math.floor((done / total) * 100));
  if (totalBytes !== undefined && totalBytes > 0) return part(bytes, totalBytes);
  if (totalFiles !== undefined && totalFiles > 0) return part(files, totalFiles);
  return undefined;
}

/** `12.3 MB of 40.0 MB · 30 % · 5.2 MB/s`, or files where no bytes are counted. */
export function progressText(progress: ProgressState | undefined, rate: number | undefined): string {
  if (progress === undefined) return 'starting';
  const { bytes, totalBytes, files, totalFiles, phase } = progress;
  const parts: string[] = [phase];
  if (bytes > 0 || (totalBytes ?? 0) > 0) {
    parts.push(totalBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`);
  } else if (files > 0 || totalFiles !== undefined) {
    parts.push(
      totalFiles === undefined ? plural(files, 'file') : `${formatCount(files)} of ${plural(totalFiles, 'file')}`,
    );
  }
  const share = percent(progress);
  if (share !== undefined) parts.push(`${share} %`);
  if (rate !== undefined && rate > 0) parts.push(`${formatBytes(rate)}/s`);
  return parts.filter((part) => part !== '').join(' · ');
}

/** `now` in milliseconds since 1970. */
export function activityDescription(entry: ActivityEntry, now: number): string {
  if (entry.state === 'running') return progressText(entry.progress, entry.rate);
  const parts = [
    entry.state === 'cancelled' ? 'cancelled' : '',
    entry.summary ?? '',
    entry.ended === undefined ? '' : formatAge(now - entry.ended),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Markdown. */
export function activityTooltip(entry: ActivityEntry, now: number): string {
  const lines = [`**${escapeMarkdown(entry.title)}**`];
  if (entry.state === 'running') lines.push(escapeMarkdown(progressText(entry.progress, entry.rate)));
  if (entry.summary !== undefined) lines.push(escapeMarkdown(entry.summary));
  if (entry.progress !== undefined && entry.state !== 'running') {
    lines.push(`${plural(entry.progress.files, 'file')}, ${escapeMarkdown(formatBytes(entry.progress.bytes))}`);
  }
  if (entry.ended !== undefined)
    lines.push(`Took ${formatDuration(entry.ended - entry.started)}; ended ${formatAge(now - entry.ended)}.`);
  if (entry.failures.length > 0) lines.push(`${plural(entry.failures.length, 'thing')} failed.`);
  return lines.join('\n\n');
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Running first, then the newest. */
export function activityOrder(entries: readonly ActivityEntry[]): readonly ActivityEntry[] {
  const rank = (entry: ActivityEntry): number => (entry.state === 'running' ? 0 : 1);
  return [...entries].sort((a, b) => rank(a) - rank(b) || b.started - a.started || b.id - a.id);
}

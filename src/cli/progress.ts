import { formatBytes, formatCount, plural } from '../base/format.ts';
import type { Progress, ProgressState } from '../base/operation.ts';

/** Milliseconds between two drawings. */
const pace = 100;

/** `push  12.3 MB of 80 MB · 120 of 2,000 files · 5.1 MB/s`. `rate` in bytes a second. */
export function progressText(state: ProgressState, rate: number | undefined): string {
  const parts: string[] = [];
  if (state.bytes > 0 || (state.totalBytes ?? 0) > 0) {
    const of = state.totalBytes === undefined ? '' : ` of ${formatBytes(state.totalBytes)}`;
    parts.push(`${formatBytes(state.bytes)}${of}`);
  }
  parts.push(
    state.totalFiles === undefined
      ? plural(state.files, 'file')
      : `${formatCount(state.files)} of ${plural(state.totalFiles, 'file')}`,
  );
  if (rate !== undefined && rate > 0) parts.push(`${formatBytes(rate)}/s`);
  return `${state.phase}  ${parts.join(' · ')}`;
}

export interface ProgressLine {
  readonly report: Progress;
  /** Takes the line away, before something else is printed. */
  clear(): void;
}

/** One line at the bottom of a terminal, drawn ten times a second at most. `now`: ms, from a clock that only goes forward. */
export function progressLine(
  terminal: { write(text: string): unknown; readonly columns?: number },
  now: () => number,
): ProgressLine {
  let phase = '';
  let started = 0;
  let first = 0;
  let drawn = now();
  let shown = false;
  return {
    report: (state) => {
      const time = now();
      if (state.phase !== phase) {
        phase = state.phase;
        started = time;
        first = state.bytes;
      }
      if (time - drawn < pace) return;
      drawn = time;
      const elapsed = time - started;
      const rate = elapsed < 500 ? undefined : ((state.bytes - first) * 1000) / elapsed;
      const text = progressText(state, rate).slice(0, Math.max(20, (terminal.columns || 80) - 1));
      terminal.write(`\r\u001b[K${text}`);
      shown = true;
    },
    clear: () => {
      if (shown) terminal.write('\r\u001b[K');
      shown = false;
    },
  };
}

import { formatBytes, formatCount, plural } from '../../base/format.ts';
import type { ProgressState } from '../../base/operation.ts';

/** `12.3 MB of 80.0 MB · 5.1 MB/s · 120 of 2,000 files`. What is not known is left out. */
export function progressText(state: ProgressState, rate: number | undefined): string {
  const { bytes, totalBytes, files, totalFiles } = state;
  const parts: string[] = [];
  if (totalBytes !== undefined && totalBytes > 0)
    parts.push(`${formatBytes(Math.min(bytes, totalBytes))} of ${formatBytes(totalBytes)}`);
  else if (bytes > 0) parts.push(formatBytes(bytes));
  if (rate !== undefined && rate >= 1) parts.push(`${formatBytes(rate)}/s`);
  if (totalFiles !== undefined && totalFiles > 0)
    parts.push(`${formatCount(Math.min(files, totalFiles))} of ${plural(totalFiles, 'file')}`);
  else if (files > 0) parts.push(plural(files, 'file'));
  return parts.join(' · ');
}

/** 0 to 100; `undefined` where no total is known. */
export function percentDone(state: ProgressState): number | undefined {
  const { bytes, totalBytes, files, totalFiles } = state;
  const share =
    totalBytes !== undefined && totalBytes > 0
      ? bytes / totalBytes
      : totalFiles !== undefined && totalFiles > 0
        ? files / totalFiles
        : undefined;
  return share === undefined ? undefined : Math.min(100, Math.max(0, share * 100));
}

/** Bytes a second over the last seconds. */
export class RateMeter {
  readonly #window: number;
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  /** @param window milliseconds */
  constructor(window = 3000) {
    this.#window = window;
  }

  /** @param at milliseconds @param bytes since the beginning; less than before begins anew (another phase) */
  add(at: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ at, bytes });
    // One sample from before the window stays: the rate is measured from it.
    while ((this.#samples[1]?.at ?? Number.POSITIVE_INFINITY) <= at - this.#window) this.#samples.shift();
  }

  /** `undefined` until there is something to measure. */
  get rate(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < 200) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}

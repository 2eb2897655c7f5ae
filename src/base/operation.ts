import { cancelled, type TracksError } from './errors.ts';

/** Numbers only: the host formats and throttles. Totals may grow while the work is planned. */
export interface ProgressState {
  readonly phase: string;
  readonly files: number;
  readonly totalFiles?: number;
  readonly bytes: number;
  readonly totalBytes?: number;
}

export type Progress = (state: ProgressState) => void;

export interface OperationOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

export interface Failure {
  /** The path, key or name that failed, as the user knows it. */
  readonly what: string;
  readonly error: TracksError;
}

/** The end of work over many things: it goes on after one bad thing. */
export interface Batch<T> {
  readonly done: readonly T[];
  readonly failed: readonly Failure[];
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal.reason);
}

/** Counts for one phase; `add` is cheap and reports at most every 50 ms, `done` always reports. */
export class Counter {
  readonly #phase: string;
  readonly #report: Progress | undefined;
  #files = 0;
  #bytes = 0;
  #totalFiles: number | undefined;
  #totalBytes: number | undefined;
  #last = 0;

  constructor(phase: string, report: Progress | undefined, totals: { files?: number; bytes?: number } = {}) {
    this.#phase = phase;
    this.#report = report;
    this.#totalFiles = totals.files;
    this.#totalBytes = totals.bytes;
    this.done();
  }

  add(files: number, bytes: number): void {
    this.#files += files;
    this.#bytes += bytes;
    const now = performance.now();
    if (now - this.#last >= 50) {
      this.#last = now;
      this.done();
    }
  }

  expect(files: number, bytes: number): void {
    this.#totalFiles = (this.#totalFiles ?? 0) + files;
    this.#totalBytes = (this.#totalBytes ?? 0) + bytes;
  }

  done(): void {
    this.#report?.({
      phase: this.#phase,
      files: this.#files,
      bytes: this.#bytes,
      ...(this.#totalFiles === undefined ? {} : { totalFiles: this.#totalFiles }),
      ...(this.#totalBytes === undefined ? {} : { totalBytes: this.#totalBytes }),
    });
  }
}

/** Time, for {@link Refresher}; tests bring their own. */
export interface Timers {
  /** Milliseconds. */
  now(): number;
  start(milliseconds: number, then: () => void): { dispose(): void };
}

export const realTimers: Timers = {
  now: () => performance.now(),
  start: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    return { dispose: () => clearTimeout(timer) };
  },
};

export interface RefresherOptions {
  readonly work: () => Promise<void>;
  /** False puts requests off until {@link Refresher.wake}. */
  readonly mayRun: () => boolean;
  readonly timers: Timers;
  /** So long nothing must have happened before the work begins… */
  readonly quiet: number;
  /** …but no request waits longer than this. */
  readonly longest: number;
}

/** Runs one piece of work again and again: debounced, at most one running and one queued. */
export class Refresher {
  readonly #options: RefresherOptions;
  #timer: { dispose(): void } | undefined;
  #firstRequest: number | undefined;
  #holds = 0;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #disposed = false;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Something changed: the work runs soon, if it may. */
  request(): void {
    const { timers, quiet, longest } = this.#options;
    if (this.#disposed) return;
    const now = timers.now();
    this.#firstRequest ??= now;
    this.#timer?.dispose();
    this.#timer = timers.start(Math.max(0, Math.min(quiet, this.#firstRequest + longest - now)), () => this.#due());
  }

  /** A request waits for its quiet moment: what happens until then is seen. */
  get pending(): boolean {
    return this.#timer !== undefined;
  }

  /** Runs the work without delay. Resolves when a run begun after this call has ended; never rejects. */
  now(): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    this.#settle();
    if (this.#running === undefined) return this.#run();
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.#disposed ? undefined : this.#run();
    });
    return this.#queued;
  }

  /** Requests that were put off get their turn, if they may now. */
  wake(): void {
    if (this.#firstRequest !== undefined && this.#timer === undefined) this.#due();
  }

  /** Puts requests off until the returned hold is disposed. */
  hold(): { dispose(): void } {
    this.#holds++;
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        this.#holds--;
        // Not at once: whoever held it often asks for a run by hand now, which serves these requests too.
        if (this.#firstRequest !== undefined && this.#timer === undefined) {
          this.#timer = this.#options.timers.start(this.#options.quiet, () => this.#due());
        }
      },
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#settle();
  }

  #settle(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#firstRequest = undefined;
  }

  #due(): void {
    this.#timer = undefined;
    if (this.#disposed || this.#holds > 0 || !this.#options.mayRun()) return;
    void this.now();
  }

  #run(): Promise<void> {
    const run = this.#options.work().finally(() => {
      if (this.#running === run) this.#running = undefined;
    });
    this.#running = run;
    return run;
  }
}

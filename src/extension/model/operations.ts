import * as vscode from 'vscode';
import { Sequence } from '../../base/async.ts';
import { isCancelled, type TracksError, toTracksError } from '../../base/errors.ts';
import type { Failure, ProgressState } from '../../base/operation.ts';
import type { Log } from '../host/log.ts';
import type { ActivityEntry, OperationSpec, Operations, RepositoryModel, WorkOptions } from './contract.ts';
import { errorText, failuresOf, failureText, type NextStep, nextStep, summaryOf } from './outcomes.ts';
import { percentDone, progressText, RateMeter } from './progress-text.ts';

/** Finished entries that are kept. */
const keptEntries = 50;
/** Milliseconds before a notification comes up: what is done sooner shows none. */
const patience = 400;

interface Job {
  entry: ActivityEntry;
  readonly abort: AbortController;
  readonly again: (force: boolean) => void;
}

export interface OperationQueueOptions {
  readonly log: Log;
  /** Puts a repository's refreshes off while it is written to. */
  readonly hold: (model: RepositoryModel) => { dispose(): void };
}

/** Runs what the commands start: one writing operation a repository at a time, with progress, cancel, retry and plain words for what went wrong. */
export class OperationQueue implements Operations, vscode.Disposable {
  readonly #options: OperationQueueOptions;
  readonly #sequences = new WeakMap<RepositoryModel, Sequence>();
  readonly #changed = new vscode.EventEmitter<void>();
  #jobs: readonly Job[] = [];
  #nextId = 1;
  readonly onDidChange = this.#changed.event;

  constructor(options: OperationQueueOptions) {
    this.#options = options;
  }

  /** Newest first. */
  get entries(): readonly ActivityEntry[] {
    return this.#jobs.map((job) => job.entry);
  }

  run<T>(spec: OperationSpec, work: (options: WorkOptions) => Promise<T>): Promise<T | undefined> {
    return this.#run(spec, work, false);
  }

  cancel(id: number): void {
    this.#jobs.find((job) => job.entry.id === id)?.abort.abort();
  }

  retry(id: number): void {
    const job = this.#jobs.find((known) => known.entry.id === id);
    if (job !== undefined && job.entry.state !== 'running') job.again(false);
  }

  clearFinished(): void {
    this.#jobs = this.#jobs.filter((job) => job.entry.state === 'running');
    this.#changed.fire();
  }

  dispose(): void {
    for (const job of this.#jobs) job.abort.abort();
    this.#changed.dispose();
  }

  async #run<T>(
    spec: OperationSpec,
    work: (options: WorkOptions) => Promise<T>,
    force: boolean,
  ): Promise<T | undefined> {
    const job = this.#begin(spec, (forced) => {
      if (!forced && spec.retry !== undefined) spec.retry();
      else void this.#run(spec, work, forced);
    });
    const { signal } = job.abort;
    const meter = new RateMeter();
    const show = this.#show(spec, job);
    const progress = (state: ProgressState): void => {
      meter.add(performance.now(), state.bytes);
      const { rate } = meter;
      this.#update(job, { progress: state, ...(rate === undefined ? {} : { rate }) });
      show.report(state, rate);
    };
    const once = async (): Promise<T> => {
      const hold = spec.model === undefined ? undefined : this.#options.hold(spec.model);
      try {
        signal.throwIfAborted();
        return await work({ signal, progress, ...(force ? { force } : {}) });
      } finally {
        hold?.dispose();
      }
    };
    let result: T;
    try {
      result = await (spec.model === undefined ? once() : this.#sequence(spec.model).run(once));
    } catch (error) {
      show.end();
      this.#failed(spec, job, error);
      await spec.model?.refresh();
      return undefined;
    }
    show.end();
    this.#succeeded(spec, job, result);
    await spec.model?.refresh();
    return result;
  }

  #begin(spec: OperationSpec, again: Job['again']): Job {
    const entry: ActivityEntry = {
      id: this.#nextId++,
      title: spec.title,
      state: 'running',
      started: Date.now(),
      failures: [],
    };
    const job: Job = { entry, abort: new AbortController(), again };
    const running = this.#jobs.filter((known) => known.entry.state === 'running');
    const finished = this.#jobs.filter((known) => known.entry.state !== 'running').slice(0, keptEntries);
    const kept = new Set([...running, ...finished]);
    this.#jobs = [job, ...this.#jobs.filter((known) => kept.has(known))];
    this.#changed.fire();
    return job;
  }

  #update(job: Job, change: Partial<ActivityEntry>): void {
    job.entry = { ...job.entry, ...change };
    this.#changed.fire();
  }

  #sequence(model: RepositoryModel): Sequence {
    const known = this.#sequences.get(model) ?? new Sequence();
    this.#sequences.set(model, known);
    return known;
  }

  #succeeded(spec: OperationSpec, job: Job, result: unknown): void {
    const failures = failuresOf(result);
    const summary = failures.length > 0 ? failureText(failures) : summaryOf(result);
    this.#update(job, {
      state: failures.length > 0 ? 'failed' : 'done',
      ended: Date.now(),
      failures: failures.map(({ what, error }) => ({ what, message: errorText(error) })),
      ...(summary === '' ? {} : { summary }),
    });
    const [first] = failures;
    if (first !== undefined) {
      for (const { what, error } of failures)
        this.#options.log.warn(`${spec.title}: ${what}`, { code: error.code, reason: error.message });
      void this.#tell('warning', spec, job, failures, first.error);
    } else if (spec.show === 'notification') {
      vscode.window.setStatusBarMessage(`$(check) ${spec.title}${summary === '' ? '' : `: ${summary}`}`, 6000);
    }
  }

  #failed(spec: OperationSpec, job: Job, thrown: unknown): void {
    if (isCancelled(thrown)) {
      this.#update(job, { state: 'cancelled', ended: Date.now(), summary: 'Cancelled.' });
      return;
    }
    const error = toTracksError(thrown);
    const message = errorText(error);
    this.#options.log.error(`${spec.title} failed.`, thrown);
    this.#update(job, {
      state: 'failed',
      ended: Date.now(),
      summary: message,
      failures: [{ what: error.path ?? spec.title, message }],
    });
    void this.#tell('error', spec, job, [{ what: error.path ?? spec.title, error }], error);
  }

  /** Says what went wrong and offers the next step. Never rejects. */
  async #tell(
    kind: 'error' | 'warning',
    spec: OperationSpec,
    job: Job,
    failures: readonly Failure[],
    first: TracksError,
  ): Promise<void> {
    const text = `${spec.title}: ${kind === 'error' ? errorText(first) : failureText(failures)}`;
    const step = nextStep(first);
    const buttons: readonly NextStep[] = step === 'Show Log' ? [step] : [step, 'Show Log'];
    try {
      const chosen =
        kind === 'error'
          ? await vscode.window.showErrorMessage(text, ...buttons)
          : await vscode.window.showWarningMessage(text, ...buttons);
      if (chosen !== undefined) await this.#take(chosen, spec, job, failures);
    } catch (error) {
      this.#options.log.error('A next step failed.', error);
    }
  }

  async #take(step: NextStep, spec: OperationSpec, job: Job, failures: readonly Failure[]): Promise<void> {
    const node = spec.model === undefined ? undefined : { kind: 'repository', model: spec.model };
    switch (step) {
      case 'Pull':
        await vscode.commands.executeCommand('dataTracks.pull', node);
        return;
      case 'Add Remote…':
        await vscode.commands.executeCommand('dataTracks.addRemote', node);
        return;
      case 'Initialise':
        await vscode.commands.executeCommand('dataTracks.init');
        return;
      case 'Retry':
        job.again(false);
        return;
      case 'Show Log':
        this.#options.log.show();
        return;
      case 'Overwrite…':
        if (await confirmOverwrite(failures)) job.again(true);
    }
  }

  /** The notification with a Cancel button. */
  #show(spec: OperationSpec, job: Job): { report(state: ProgressState, rate: number | undefined): void; end(): void } {
    let report: ((state: ProgressState, rate: number | undefined) => void) | undefined;
    let last: { readonly state: ProgressState; readonly rate: number | undefined } | undefined;
    let finish: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const begin = (): void => {
      const location = vscode.ProgressLocation.Notification;
      void vscode.window.withProgress({ location, cancellable: true, title: spec.title }, (shown, token) => {
        token.onCancellationRequested(() => job.abort.abort());
        let percent = 0;
        report = (state, rate) => {
          // A new phase counts from zero; a bar cannot go back.
          const now = Math.max(percent, percentDone(state) ?? 0);
          shown.report({ message: progressText(state, rate), increment: now - percent });
          percent = now;
        };
        if (last !== undefined) report(last.state, last.rate);
        return over;
      });
    };
    // Quiet work shows in the views alone, which watch the entries.
    const timer = spec.show === 'notification' ? setTimeout(begin, patience) : undefined;
    return {
      report: (state, rate) => {
        last = { state, rate };
        report?.(state, rate);
      },
      end: () => {
        clearTimeout(timer);
        finish();
      },
    };
  }
}

async function confirmOverwrite(failures: readonly Failure[]): Promise<boolean> {
  const inTheWay = failures.filter(({ error }) => error.code === 'would-overwrite').map(({ what }) => what);
  const shown = inTheWay.slice(0, 10).join('\n');
  const rest = inTheWay.length > 10 ? `\n… and ${inTheWay.length - 10} more` : '';
  const yes = 'Overwrite';
  const answer = await vscode.window.showWarningMessage(
    'Overwrite data that is in no cache?',
    { modal: true, detail: `What is there now cannot be brought back:\n${shown}${rest}` },
    yes,
  );
  return answer === yes;
}

import { Worker } from 'node:worker_threads';
import { cancelled, fromPlainError, type PlainError, TracksError } from '../../base/errors.ts';
import { throwIfAborted } from '../../base/operation.ts';
import type { Task, TaskResults, Tick } from './protocol.ts';
import { runTask } from './run-task.ts';

export interface ToWorker {
  readonly task: Task;
  /** One Int32 of shared memory: not zero means stop. */
  readonly stop: SharedArrayBuffer;
}

export type FromWorker =
  | { readonly kind: 'tick'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'done'; readonly result: TaskResults[Task['kind']] }
  | { readonly kind: 'failed'; readonly error: PlainError };

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly tick?: Tick | undefined;
}

/** Does file work off the calling thread. Results come back whole; a task that is cancelled rejects with `cancelled`. */
export interface WorkPool extends AsyncDisposable {
  /** How many tasks run at once. */
  readonly size: number;
  run<K extends Task['kind']>(task: Extract<Task, { kind: K }>, options?: RunOptions): Promise<TaskResults[K]>;
}

/** For where no threads can be had, and for tests: the work is done on the calling thread, one task at a time. */
export function inlinePool(): WorkPool {
  return {
    size: 1,
    run: async (task, options = {}) => {
      throwIfAborted(options.signal);
      const result = runTask(task, (files, bytes) => {
        throwIfAborted(options.signal);
        options.tick?.(files, bytes);
      });
      return result as never;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

interface Job {
  readonly task: Task;
  readonly options: RunOptions;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly worker: Worker;
  job: Job | undefined;
}

/** A pool of threads, started as they are needed and kept until it is disposed of. */
export function threadPool(options: { readonly file: string | URL; readonly size: number }): WorkPool {
  const lanes: Lane[] = [];
  const queue: Job[] = [];
  let closed = false;

  const finish = (lane: Lane, end: (job: Job) => void): void => {
    const job = lane.job;
    lane.job = undefined;
    lane.worker.unref();
    if (job !== undefined) end(job);
    next();
  };

  const startLane = (): Lane => {
    const worker = new Worker(options.file, { name: 'data-tracks-hash' });
    const lane: Lane = { worker, job: undefined };
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'tick') lane.job?.options.tick?.(message.files, message.bytes);
      else if (message.kind === 'done') finish(lane, (job) => job.resolve(message.result as never));
      else finish(lane, (job) => job.reject(fromPlainError(message.error)));
    });
    const gone = (reason: string, cause?: unknown): void => {
      const at = lanes.indexOf(lane);
      if (at >= 0) lanes.splice(at, 1);
      const error = new TracksError('internal', `A hash thread ended: ${reason}.`, {
        hint: 'Run it again.',
        ...(cause === undefined ? {} : { cause }),
      });
      finish(lane, (job) => job.reject(closed ? cancelled() : error));
    };
    worker.on('error', (error) => gone(error instanceof Error ? error.message : String(error), error));
    worker.on('exit', (code) => gone(`exit code ${code}`));
    lanes.push(lane);
    return lane;
  };

  const begin = (lane: Lane, job: Job): void => {
    const { signal } = job.options;
    if (signal?.aborted) {
      job.reject(cancelled(signal.reason));
      next();
      return;
    }
    lane.job = job;
    lane.worker.ref();
    const stop = new SharedArrayBuffer(4);
    const abort = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
    signal?.addEventListener('abort', abort, { once: true });
    const settle = lane.job;
    lane.job = {
      ...settle,
      resolve: (value) => {
        signal?.removeEventListener('abort', abort);
        job.resolve(value);
      },
      reject: (error) => {
        signal?.removeEventListener('abort', abort);
        job.reject(error);
      },
    };
    lane.worker.postMessage({ task: job.task, stop } satisfies ToWorker);
  };

  function next(): void {
    while (queue.length > 0 && !closed) {
      const lane = lanes.find((l) => l.job === undefined) ?? (lanes.length < options.size ? startLane() : undefined);
      if (lane === undefined) return;
      const job = queue.shift();
      if (job !== undefined) begin(lane, job);
    }
  }

  return {
    size: options.size,
    run: (task, runOptions = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new TracksError('internal', 'The thread pool is closed.'));
        queue.push({ task, options: runOptions, resolve, reject });
        next();
      }),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      for (const job of queue.splice(0)) job.reject(cancelled());
      await Promise.all(lanes.splice(0).map((lane) => lane.worker.terminate()));
    },
  };
}

import type { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { cancelled, TracksError } from '../../base/errors.ts';
import type { OperationOptions } from '../../base/operation.ts';
import type { Logger } from '../../core/host.ts';
import { RpcClient } from './rpc-client.ts';
import { asPort, type FromThread, type ToThread } from './rpc-messages.ts';

export interface ThreadSpec {
  /** The module that the thread runs. */
  readonly file: string | URL;
  /** What it finds in `workerData`. */
  readonly data: unknown;
  /** For messages: what the thread is about. */
  readonly name: string;
  readonly log: Logger;
  /** The first call to a new thread: the thread is used only when it has succeeded. */
  readonly hello: { readonly method: string; readonly args: readonly unknown[] };
}

interface Session {
  readonly worker: Worker;
  readonly client: RpcClient;
  /** The answer to the first call. */
  readonly ready: Promise<unknown>;
}

/** Milliseconds that a thread gets to put away what it has open. */
const disposePatience = 2000;

/** One thread, started at the first call, and again at the first call after it crashed. */
export class ThreadLink implements AsyncDisposable {
  readonly #spec: ThreadSpec;
  #session: Session | undefined;
  #disposed = false;

  constructor(spec: ThreadSpec) {
    this.#spec = spec;
  }

  /** What the thread answered to its first call. */
  async hello(): Promise<unknown> {
    return (await this.#connected()).ready;
  }

  async call(method: string, args: readonly unknown[], options: OperationOptions = {}): Promise<unknown> {
    const { client } = await this.#connected();
    return client.call(method, args, options);
  }

  async stream(method: string, args: readonly unknown[], options: OperationOptions = {}): Promise<Readable> {
    const { client } = await this.#connected();
    return client.stream(method, args, options);
  }

  async #connected(): Promise<Session> {
    if (this.#disposed) throw cancelled();
    this.#session ??= this.#start();
    const session = this.#session;
    await session.ready;
    return session;
  }

  #start(): Session {
    const { file, data, name, log, hello } = this.#spec;
    const worker = new Worker(file, { workerData: data, name });
    const client = new RpcClient(asPort<ToThread, FromThread>(worker), ({ level, message, fields }) =>
      log[level](message, fields),
    );
    const session: Session = { worker, client, ready: client.call(hello.method, hello.args) };
    const gone = (why: string): void => {
      if (this.#session === session) this.#session = undefined;
      if (!this.#disposed) log.warn('A repository thread ended.', { name, reason: why });
      client.fail(this.#disposed ? cancelled() : crashed(name, why));
    };
    worker.on('error', (error: unknown) => gone(error instanceof Error ? error.message : String(error)));
    worker.on('messageerror', (error) => gone(error.message));
    worker.on('exit', (code) => gone(`exit code ${code}`));
    session.ready.catch(() => {
      if (this.#session === session) this.#session = undefined;
      void worker.terminate();
    });
    return session;
  }

  /** Lets the thread put away what it has open, then ends it. What is under way rejects with `cancelled`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    const timeout = new AbortController();
    const goodbye = session.ready.then(() => session.client.call('dispose', []));
    // A thread that cannot say goodbye is ended all the same.
    await Promise.race([
      goodbye.catch(() => undefined),
      after(disposePatience, undefined, { signal: timeout.signal }).catch(() => undefined),
    ]);
    timeout.abort();
    session.client.fail(cancelled());
    await session.worker.terminate();
  }
}

function crashed(name: string, why: string): TracksError {
  return new TracksError('internal', `The thread that works on ${name} ended unexpectedly (${why}).`, {
    hint: 'Try again: a new thread is started. The log says more.',
    retry: 'later',
  });
}

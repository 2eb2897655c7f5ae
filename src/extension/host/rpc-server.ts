import type { Readable } from 'node:stream';
import { type PlainError, TracksError, toPlainError } from '../../base/errors.ts';
import type { OperationOptions, Progress, ProgressState } from '../../base/operation.ts';
import type { FromThread, Port, ToThread } from './rpc-messages.ts';
import { pack } from './rpc-pack.ts';

/** What a call does. A method that gives a {@link StreamAnswer} is read chunk by chunk. */
export type Method = (args: readonly unknown[], options: OperationOptions) => Promise<unknown>;

/** Marks a result as a stream. */
export class StreamAnswer {
  readonly stream: Readable;

  constructor(stream: Readable) {
    this.stream = stream;
  }
}

interface Call {
  readonly abort: AbortController;
  parts: (readonly unknown[])[];
  stream: Readable | undefined;
  chunks: AsyncIterator<unknown> | undefined;
}

/** Milliseconds between two progress messages of one call. */
const progressEvery = 100;

/** Answers calls over a port until the port closes. Calls run side by side. */
export class RpcServer {
  readonly #port: Port<FromThread, ToThread>;
  readonly #find: (method: string) => Method | undefined;
  readonly #calls = new Map<number, Call>();

  constructor(port: Port<FromThread, ToThread>, find: (method: string) => Method | undefined) {
    this.#port = port;
    this.#find = find;
    port.on('message', (message) => this.#receive(message));
  }

  #receive(message: ToThread): void {
    switch (message.type) {
      case 'call':
        void this.#call(message);
        return;
      case 'cancel':
        this.#cancel(message.id);
        return;
      case 'part':
        this.#part(message.id);
        return;
      case 'pull':
        void this.#pull(message.id);
        return;
      case 'close':
        this.#close(message.id);
    }
  }

  async #call(message: Extract<ToThread, { type: 'call' }>): Promise<void> {
    const { id, method, args } = message;
    const call: Call = { abort: new AbortController(), parts: [], stream: undefined, chunks: undefined };
    this.#calls.set(id, call);
    const progress = message.progress
      ? throttled((state) => this.#port.postMessage({ type: 'progress', id, state }))
      : undefined;
    try {
      const run = this.#find(method);
      if (run === undefined) throw new TracksError('unsupported', `This repository cannot "${method}".`);
      const value = await run(args, { signal: call.abort.signal, progress: progress?.report });
      progress?.flush();
      if (value instanceof StreamAnswer) this.#openStream(id, call, value.stream);
      else this.#answer(id, call, value);
    } catch (error) {
      progress?.flush();
      this.#fail(id, error);
    }
  }

  #answer(id: number, call: Call, value: unknown): void {
    const { value: head, parts } = pack(value);
    if (parts.length === 0) this.#calls.delete(id);
    else call.parts = [...parts];
    this.#port.postMessage({ type: 'result', id, value: head, parts: parts.length });
  }

  #openStream(id: number, call: Call, stream: Readable): void {
    call.stream = stream;
    call.chunks = stream[Symbol.asyncIterator]();
    // Between two pulls nobody listens; the next pull gets the error from the iterator.
    stream.on('error', () => undefined);
    if (call.abort.signal.aborted) stream.destroy();
    this.#port.postMessage({ type: 'result', id, value: undefined, parts: 0 });
  }

  #part(id: number): void {
    const call = this.#calls.get(id);
    const items = call?.parts.shift();
    if (call === undefined || items === undefined) return;
    if (call.parts.length === 0) this.#calls.delete(id);
    this.#port.postMessage({ type: 'part', id, items });
  }

  async #pull(id: number): Promise<void> {
    const call = this.#calls.get(id);
    if (call?.chunks === undefined) return;
    try {
      const next = await call.chunks.next();
      if (!this.#calls.has(id)) return;
      if (next.done === true) {
        this.#calls.delete(id);
        this.#port.postMessage({ type: 'end', id });
        return;
      }
      // Copied: a chunk may be a slice of a pool, whose memory must not move to another thread.
      const bytes = new Uint8Array(next.value as Uint8Array);
      this.#port.postMessage({ type: 'chunk', id, bytes }, [bytes.buffer]);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #cancel(id: number): void {
    this.#calls.get(id)?.abort.abort();
  }

  #close(id: number): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.abort.abort();
    call?.stream?.destroy();
  }

  #fail(id: number, error: unknown): void {
    this.#calls.delete(id);
    const plain = toPlainError(error);
    try {
      this.#port.postMessage({ type: 'error', id, error: plain });
    } catch {
      // Details that cannot be cloned must not swallow the error itself.
      const bare: PlainError = { ...plain, details: {} };
      this.#port.postMessage({ type: 'error', id, error: bare });
    }
  }
}

interface Throttled {
  readonly report: Progress;
  /** Sends the last state, if it was held back. */
  flush(): void;
}

function throttled(send: Progress): Throttled {
  let last = Number.NEGATIVE_INFINITY;
  let held: ProgressState | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held === undefined) return;
    const state = held;
    held = undefined;
    last = performance.now();
    send(state);
  };
  const report: Progress = (state) => {
    held = state;
    const wait = last + progressEvery - performance.now();
    // Called synchronously for long, no timer gets its turn: so the clock is asked each time.
    if (wait <= 0) flush();
    else timer ??= setTimeout(flush, wait);
  };
  return { report, flush };
}

import { Readable } from 'node:stream';
import { cancelled, fromPlainError } from '../../base/errors.ts';
import { type OperationOptions, type Progress, throwIfAborted } from '../../base/operation.ts';
import type { FromThread, Port, ToThread } from './rpc-messages.ts';
import { unpack } from './rpc-pack.ts';

type LogMessage = Extract<FromThread, { type: 'log' }>;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly progress: Progress | undefined;
  readonly detach: () => void;
  head: unknown;
  missing: number;
  readonly parts: (readonly unknown[])[];
}

/** Calls over a port. A cancelled call ends when the other side has ended it, so that nothing goes on unseen. */
export class RpcClient {
  readonly #port: Port<ToThread, FromThread>;
  readonly #log: (message: LogMessage) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #streams = new Map<number, Readable>();
  #next = 1;
  #broken: Error | undefined;

  constructor(port: Port<ToThread, FromThread>, log: (message: LogMessage) => void = () => undefined) {
    this.#port = port;
    this.#log = log;
    port.on('message', (message) => this.#receive(message));
  }

  /** Resolves to the method's result. Rejects with its error, with `cancelled`, or with the reason given to {@link fail}. */
  async call(method: string, args: readonly unknown[], options: OperationOptions = {}): Promise<unknown> {
    return (await this.#start(method, args, options)).value;
  }

  /** Calls a method that answers with a stream. Nothing is read ahead of the reader but its own buffer. */
  async stream(method: string, args: readonly unknown[], options: OperationOptions = {}): Promise<Readable> {
    const { id } = await this.#start(method, args, options);
    const { signal } = options;
    const cancel = (): void => void stream.destroy(cancelled(signal?.reason));
    const stream: Readable = new Readable({
      highWaterMark: 256 * 1024,
      read: () => this.#post({ type: 'pull', id }),
      destroy: (error, done) => {
        signal?.removeEventListener('abort', cancel);
        if (this.#streams.delete(id)) this.#post({ type: 'close', id });
        done(error);
      },
    });
    this.#streams.set(id, stream);
    if (this.#broken !== undefined) stream.destroy(this.#broken);
    else if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    return stream;
  }

  /** The other side is gone: everything under way, and every later call, rejects with `reason`. */
  fail(reason: Error): void {
    if (this.#broken !== undefined) return;
    this.#broken = reason;
    for (const pending of this.#pending.values()) {
      pending.detach();
      pending.reject(reason);
    }
    this.#pending.clear();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.destroy(reason);
  }

  async #start(
    method: string,
    args: readonly unknown[],
    options: OperationOptions,
  ): Promise<{ id: number; value: unknown }> {
    if (this.#broken !== undefined) throw this.#broken;
    const { signal, progress } = options;
    throwIfAborted(signal);
    const id = this.#next++;
    const value = await new Promise<unknown>((resolve, reject) => {
      const cancel = (): void => this.#post({ type: 'cancel', id });
      const detach = (): void => signal?.removeEventListener('abort', cancel);
      // Posted first: arguments that cannot be cloned throw here, and nothing is left behind.
      this.#port.postMessage({ type: 'call', id, method, args, progress: progress !== undefined });
      this.#pending.set(id, { resolve, reject, progress, detach, head: undefined, missing: 0, parts: [] });
      signal?.addEventListener('abort', cancel, { once: true });
    });
    return { id, value };
  }

  #receive(message: FromThread): void {
    switch (message.type) {
      case 'log':
        this.#log(message);
        return;
      case 'chunk':
        this.#streams.get(message.id)?.push(message.bytes);
        return;
      case 'end':
        this.#streamOver(message.id)?.push(null);
        return;
      case 'progress':
        this.#pending.get(message.id)?.progress?.(message.state);
        return;
      case 'result':
        this.#result(message);
        return;
      case 'part':
        this.#part(message.id, message.items);
        return;
      case 'error': {
        const error = fromPlainError(message.error);
        const pending = this.#take(message.id);
        if (pending === undefined) this.#streamOver(message.id)?.destroy(error);
        else pending.reject(error);
      }
    }
  }

  #result(message: Extract<FromThread, { type: 'result' }>): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.parts === 0) {
      this.#take(message.id);
      pending.resolve(unpack(message.value, []));
      return;
    }
    pending.head = message.value;
    pending.missing = message.parts;
    this.#post({ type: 'part', id: message.id });
  }

  #part(id: number, items: readonly unknown[]): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.parts.push(items);
    if (--pending.missing > 0) {
      // Others get their turn on this thread between two parts.
      setImmediate(() => this.#post({ type: 'part', id }));
      return;
    }
    this.#take(id);
    pending.resolve(unpack(pending.head, pending.parts));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    pending?.detach();
    this.#pending.delete(id);
    return pending;
  }

  #streamOver(id: number): Readable | undefined {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    return stream;
  }

  #post(message: ToThread): void {
    if (this.#broken === undefined) this.#port.postMessage(message);
  }
}

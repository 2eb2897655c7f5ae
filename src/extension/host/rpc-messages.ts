import type { MessagePort, Worker } from 'node:worker_threads';
import type { PlainError } from '../../base/errors.ts';
import type { ProgressState } from '../../base/operation.ts';
import type { LogFields } from '../../core/host.ts';

/*
 * What crosses between the extension host's main thread (client) and a repository thread (server). A call has one id from its `call`
 * to its `result` or `error`; a stream goes on under the id of its call until its `end`, `error` or `close`.
 */

export type ToThread =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
      readonly progress: boolean;
    }
  | { readonly type: 'cancel'; readonly id: number }
  /** Asks for the next part of a long result. */
  | { readonly type: 'part'; readonly id: number }
  /** Asks for the next chunk of a stream: the server never sends one unasked. */
  | { readonly type: 'pull'; readonly id: number }
  /** The reader of a stream wants no more. */
  | { readonly type: 'close'; readonly id: number };

export type FromThread =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown; readonly parts: number }
  | { readonly type: 'error'; readonly id: number; readonly error: PlainError }
  | { readonly type: 'part'; readonly id: number; readonly items: readonly unknown[] }
  | { readonly type: 'progress'; readonly id: number; readonly state: ProgressState }
  | { readonly type: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly id: number }
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn';
      readonly message: string;
      readonly fields: LogFields | undefined;
    };

/** The side of a `MessagePort`, or of a `Worker`, that sends `S` and hears `R`. */
export interface Port<S, R> {
  postMessage(message: S, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: R) => void): unknown;
}

/** Node's own types know no message types: the one place that says what a port carries. */
export function asPort<S, R>(raw: MessagePort | Worker): Port<S, R> {
  return raw as unknown as Port<S, R>;
}

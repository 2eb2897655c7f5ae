import * as vscode from 'vscode';
import type { LogFields, Logger } from '../../core/host.ts';

/** The "Data Tracks" output channel as the library's logger. */
export interface Log extends Logger, vscode.Disposable {
  error(message: string, error: unknown): void;
  show(): void;
}

export function createLog(): Log {
  const channel = vscode.window.createOutputChannel('Data Tracks', { log: true });
  return {
    debug: (message, fields) => channel.debug(message + text(fields)),
    info: (message, fields) => channel.info(message + text(fields)),
    warn: (message, fields) => channel.warn(message + text(fields)),
    error: (message, error) =>
      channel.error(message, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}

function text(fields: LogFields | undefined): string {
  return fields === undefined || Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
}

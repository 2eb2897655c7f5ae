import { TracksError } from '../base/errors.ts';
import type { Progress } from '../base/operation.ts';
import type { AbsPath } from '../base/paths.ts';
import type { Host } from '../core/host.ts';
import type { Style } from './style.ts';

/** What a verb has of the process that runs it. */
export interface Cli {
  /** Where paths are relative to: no symbolic link in it. */
  readonly cwd: AbsPath;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output: what was asked for, and nothing else. */
  out(text: string): void;
  readonly outStream: NodeJS.WritableStream;
  /** Standard error: what a person wants to know beside it. */
  note(text: string): void;
  readonly style: Style;
  readonly noteStyle: Style;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress | undefined;
  version(): string;
  /** Takes the line of progress away. */
  clearProgress(): void;
  /** `jobs`: how much is done at once; the number of processors otherwise. */
  createHost(jobs: number | undefined): Promise<Host>;
  /** A yes or no from the person at the terminal; `undefined` where there is no terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** Wrong usage: the exit code is 2, and the usage line is shown. */
export function usageError(message: string, hint?: string): TracksError {
  return new TracksError('bad-argument', message, hint === undefined ? {} : { hint });
}

export function printJson(cli: Cli, value: unknown): void {
  cli.out(`${JSON.stringify(value)}\n`);
}

/** Prints a line for people: not with `--json`, nor with `--quiet`. */
export function say(cli: Cli, text: string): void {
  if (!cli.json && !cli.quiet) cli.out(`${text}\n`);
}

import { type TracksError, toTracksError } from '../base/errors.ts';
import { formatCount } from '../base/format.ts';
import type { Failure } from '../base/operation.ts';
import type { Cli } from './cli.ts';

const shownFailures = 20;

/**
 * Paths in core's messages are below the root; these are as seen from the current folder. Only where the path cannot be taken for
 * another word: it holds a `/`, or begins the text, or ends it.
 */
export function relativeMessage(text: string, path: string | undefined, shown: (path: string) => string): string {
  if (path === undefined || path === '' || path.startsWith('/')) return text;
  const seen = shown(path);
  if (seen === path) return text;
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const first = new RegExp(`^${literal}(?=[\\s:,])`);
  const last = new RegExp(`(?<= )${literal}$`);
  const any = new RegExp(`(?<=^|[\\s"'(])${literal}(?=$|[\\s:,"')]|[./](?:\\s|$))`, 'g');
  return text.replace(path.includes('/') ? any : first.test(text) ? first : last, () => seen);
}

const same = (path: string): string => path;

/** `tracks: MESSAGE` and the hint below it; with `--verbose` also where it comes from. */
export function printError(cli: Cli, error: unknown, shown: (path: string) => string = same): void {
  const e = toTracksError(error);
  const at = e.line === undefined ? '' : ` (line ${e.line})`;
  const message = relativeMessage(e.message, e.path, shown);
  cli.note(`${cli.noteStyle.red('tracks:')} ${message}${/\bline \d/.test(message) ? '' : at}`);
  if (e.hint !== undefined) cli.note(`  ${relativeMessage(e.hint, e.path, shown)}`);
  if (cli.verbose) cli.note(stackOf(e));
}

function stackOf(error: TracksError): string {
  const lines = [error.stack ?? ''];
  for (let cause = error.cause; cause instanceof Error && lines.length < 6; cause = cause.cause) {
    lines.push(`caused by ${cause.stack ?? cause.message}`);
  }
  return lines.join('\n');
}

/** What failed, one error each; hints that repeat are said once. */
export function printFailures(cli: Cli, failed: readonly Failure[], shown: (path: string) => string): void {
  const most = cli.verbose ? failed.length : shownFailures;
  let last: string | undefined;
  for (const [i, { error }] of failed.slice(0, most).entries()) {
    const next = failed[i + 1]?.error;
    const message = relativeMessage(error.message, error.path, shown);
    cli.note(`${cli.noteStyle.red('tracks:')} ${message}`);
    const hint = error.hint === undefined ? undefined : relativeMessage(error.hint, error.path, shown);
    const again = i + 1 < most && next?.hint === error.hint;
    if (hint !== undefined && hint !== last && !again) cli.note(`  ${hint}`);
    if (!again) last = hint;
    if (cli.verbose) cli.note(stackOf(error));
  }
  if (failed.length > most) cli.note(`  … and ${formatCount(failed.length - most)} more failures (-v names them).`);
}

export interface FailureJson {
  readonly what: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export function failureJson(what: string, error: unknown): FailureJson {
  const e = toTracksError(error);
  return { what, code: e.code, message: e.message, hint: e.hint ?? null };
}

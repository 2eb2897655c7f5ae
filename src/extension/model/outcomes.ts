import { type ErrorCode, type TracksError, toTracksError } from '../../base/errors.ts';
import { formatBytes, formatCount, plural } from '../../base/format.ts';
import type { Failure } from '../../base/operation.ts';

/** What a failure's message offers to do next. */
export type NextStep = 'Pull' | 'Overwrite…' | 'Add Remote…' | 'Initialise' | 'Retry' | 'Show Log';

const steps: Partial<Record<ErrorCode, NextStep>> = {
  'not-in-cache': 'Pull',
  'would-overwrite': 'Overwrite…',
  'no-remote': 'Add Remote…',
  'not-a-repository': 'Initialise',
  auth: 'Retry',
  network: 'Retry',
  locked: 'Retry',
  'changed-while-read': 'Retry',
};

export function nextStep(error: TracksError): NextStep {
  return steps[error.code] ?? (error.retry === 'later' ? 'Retry' : 'Show Log');
}

/** The failures of a result that is a `Batch`, or holds some. */
export function failuresOf(result: unknown): readonly Failure[] {
  if (typeof result !== 'object' || result === null) return [];
  const own = 'failed' in result && Array.isArray(result.failed) ? (result.failed as readonly Failure[]) : [];
  return 'checkout' in result ? [...own, ...failuresOf(result.checkout)] : own;
}

/** `Message. Hint.` */
export function errorText(error: unknown): string {
  const { message, hint } = toTracksError(error);
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return hint === undefined ? sentence : `${sentence} ${hint}`;
}

/** One message for many failures: the first one, and how many more. */
export function failureText(failures: readonly Failure[]): string {
  const [first] = failures;
  if (first === undefined) return '';
  const text = errorText(first.error);
  const named = text.includes(first.what) ? text : `${first.what}: ${text}`;
  return failures.length === 1 ? named : `${plural(failures.length, 'item')} failed. First: ${named}`;
}

/** What was done, one sentence; empty where the result does not tell. */
export function summaryOf(result: unknown): string {
  if (typeof result !== 'object' || result === null) return '';
  const parts: string[] = [];
  if (
    'objects' in result &&
    typeof result.objects === 'number' &&
    'bytes' in result &&
    typeof result.bytes === 'number'
  ) {
    parts.push(
      result.objects === 0
        ? 'nothing to transfer'
        : `${plural(result.objects, 'object')}, ${formatBytes(result.bytes)}`,
    );
  }
  const checkout = 'checkout' in result ? result.checkout : result;
  const counts = checkoutCounts(checkout);
  if (counts !== undefined) parts.push(counts === '' ? 'the workspace was up to date' : `${counts} in the workspace`);
  if (parts.length === 0 && 'done' in result && Array.isArray(result.done))
    parts.push(`${formatCount(result.done.length)} done`);
  const text = parts.join('; ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function checkoutCounts(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('inTheWay' in result)) return undefined;
  const count = (key: 'added' | 'modified' | 'deleted', word: string): string => {
    const list: unknown = Reflect.get(result, key);
    return Array.isArray(list) && list.length > 0 ? `${formatCount(list.length)} ${word}` : '';
  };
  return [count('added', 'added'), count('modified', 'changed'), count('deleted', 'deleted')]
    .filter((part) => part !== '')
    .join(', ');
}

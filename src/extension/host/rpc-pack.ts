import { fromPlainError, type PlainError, toPlainError } from '../../base/errors.ts';

/*
 * Results are plain data with two exceptions that a structured clone does not carry well: the errors of a batch (own fields of an Error
 * are lost) and arrays of many thousand objects (one message of them blocks the reader's thread while it is decoded).
 */

/** So many objects decode in a few milliseconds. */
const partLength = 4000;
/** `Batch`es lie at most so deep in a result (`PullResult.checkout.failed`). */
const maxDepth = 3;

interface PartsMark {
  readonly $parts: readonly [first: number, count: number];
}

export interface Packed {
  readonly value: unknown;
  /** Slices of the long arrays; {@link unpack} wants them in this order. */
  readonly parts: readonly (readonly unknown[])[];
}

/** Makes a result ready to be posted. Maps, sets and functions are not expected in it. */
export function pack(value: unknown): Packed {
  const parts: (readonly unknown[])[] = [];
  return { value: packed(value, parts, 0), parts };
}

function packed(value: unknown, parts: (readonly unknown[])[], depth: number): unknown {
  if (Array.isArray(value)) return split(value, parts);
  if (!isPlainObject(value) || depth > maxDepth) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'failed' && Array.isArray(inner) ? split(inner.map(packFailure), parts) : packed(inner, parts, depth + 1),
    ]),
  );
}

function split(items: readonly unknown[], parts: (readonly unknown[])[]): unknown {
  if (items.length <= partLength) return items;
  const first = parts.length;
  for (let at = 0; at < items.length; at += partLength) parts.push(items.slice(at, at + partLength));
  return { $parts: [first, parts.length - first] } satisfies PartsMark;
}

/** The inverse of {@link pack}. */
export function unpack(value: unknown, parts: readonly (readonly unknown[])[], depth = 0): unknown {
  if (isPartsMark(value)) {
    const [first, count] = value.$parts;
    return parts.slice(first, first + count).flat();
  }
  if (!isPlainObject(value) || depth > maxDepth) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const whole = unpack(inner, parts, depth + 1);
      return [key, key === 'failed' && Array.isArray(whole) ? whole.map(unpackFailure) : whole];
    }),
  );
}

function packFailure(failure: unknown): unknown {
  return isPlainObject(failure) && failure['error'] instanceof Error
    ? { ...failure, error: toPlainError(failure['error']) }
    : failure;
}

function unpackFailure(failure: unknown): unknown {
  return isPlainObject(failure) && isPlainObject(failure['error'])
    ? { ...failure, error: fromPlainError(failure['error'] as unknown as PlainError) }
    : failure;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isPartsMark(value: unknown): value is PartsMark {
  return isPlainObject(value) && Array.isArray(value['$parts']);
}

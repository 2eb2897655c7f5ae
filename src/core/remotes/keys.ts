import { TracksError } from '../../base/errors.ts';
import { repoPathFault } from '../../base/paths.ts';
import type { Range } from './blob-store.ts';

function badKey(store: string, key: string, reason: string): TracksError {
  return new TracksError('bad-path', `${store}: ${JSON.stringify(key)} is no key: ${reason}.`, { path: key });
}

function textFault(text: string): string | undefined {
  // A lone surrogate has no UTF-8: two keys would become one name.
  return /\p{Surrogate}/u.test(text) ? 'it is not well-formed Unicode' : undefined;
}

/** Throws `bad-path` for a text that is no key of a {@link BlobStore}. `store` is the name for the message. */
export function requireKey(key: string, store: string): void {
  const fault = repoPathFault(key) ?? textFault(key);
  if (fault !== undefined) throw badKey(store, key, fault);
}

/** Throws `bad-path` for a text that no key can begin with. `''` is fine: every key begins with it. */
export function requirePrefix(prefix: string, store: string): void {
  // Any text without a fault of its own is the beginning of some key: this one.
  const fault = repoPathFault(`${prefix}x`) ?? textFault(prefix);
  if (fault !== undefined) throw badKey(store, prefix, fault);
}

/** Throws `bad-argument` for offsets that are no whole numbers from 0 up. */
export function requireRange(range: Range | undefined): void {
  if (range === undefined) return;
  for (const offset of [range.start, range.end ?? 0]) {
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw new TracksError('bad-argument', `${offset} is no offset of a byte: it must be a whole number from 0 up.`);
  }
}

export function noSuchKey(store: string, key: string, cause?: unknown): TracksError {
  return new TracksError('not-found', `${store}: there is no "${key}".`, {
    path: `${store}: ${key}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

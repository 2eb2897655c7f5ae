import { createHash } from 'node:crypto';
import { TracksError } from '../../base/errors.ts';

/** `md5` is the MD5 of the raw bytes (DVC 3.x); `md5-dos2unix` that of the text with CRLF made LF (DVC 2.x). */
export type HashName = 'md5' | 'md5-dos2unix';

/** A content id. `hex` is 32 lower-case hex digits; a tree's id is written with the suffix `.dir`. */
export interface Hash {
  readonly name: HashName;
  readonly hex: string;
  readonly kind: 'file' | 'tree';
}

/** `<32 hex>` or `<32 hex>.dir`, as pointers and keys write it; `undefined` where the text is neither. */
export function parseHash(text: string, name: HashName = 'md5'): Hash | undefined {
  const match = /^([0-9a-f]{32})(\.dir)?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { name, hex: match[1], kind: match[2] === undefined ? 'file' : 'tree' };
}

export function requireHash(text: string, name: HashName = 'md5'): Hash {
  const hash = parseHash(text, name);
  if (hash === undefined)
    throw new TracksError('bad-argument', `"${text}" is no MD5 (32 hex digits, and ".dir" for a folder).`);
  return hash;
}

export function hashText(hash: Hash): string {
  return hash.kind === 'tree' ? `${hash.hex}.dir` : hash.hex;
}

export function sameHash(a: Hash | undefined, b: Hash | undefined): boolean {
  return a !== undefined && b !== undefined && a.hex === b.hex && a.kind === b.kind && a.name === b.name;
}

/** Where an object of this hash lies in a cache or remote: `files/md5/ab/cdef…`, and `ab/cdef…` for DVC 2.x. */
export function objectKey(hash: Hash): string {
  const text = hashText(hash);
  const tail = `${text.slice(0, 2)}/${text.slice(2)}`;
  return hash.name === 'md5' ? `files/md5/${tail}` : tail;
}

/** The hash that a key stands for, or `undefined` for a key that is no object. */
export function hashOfKey(key: string): Hash | undefined {
  const modern = /^files\/md5\/([0-9a-f]{2})\/([0-9a-f]{30}(?:\.dir)?)$/.exec(key);
  if (modern) return parseHash(`${modern[1]}${modern[2]}`, 'md5');
  const legacy = /^([0-9a-f]{2})\/([0-9a-f]{30}(?:\.dir)?)$/.exec(key);
  return legacy ? parseHash(`${legacy[1]}${legacy[2]}`, 'md5-dos2unix') : undefined;
}

export function md5(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('hex');
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createDos2UnixHasher, looksLikeText } from '../../../../src/core/objects/dos2unix.ts';
import { md5 } from '../../../../src/core/objects/hash.ts';

const hashOf = (bytes: Uint8Array, piece = bytes.length): string => {
  const hasher = createDos2UnixHasher();
  for (let at = 0; at < bytes.length; at += Math.max(piece, 1))
    hasher.update(bytes.subarray(at, at + Math.max(piece, 1)));
  return hasher.digest();
};

describe('hashes of DVC 2', () => {
  for (const [what, bytes, expected] of [
    ['nothing', '', ''],
    ['CRLF', 'a\r\nb\r\n', 'a\nb\n'],
    ['a CR alone', 'a\rb\r', 'a\rb\r'],
    ['CR CR LF', 'a\r\r\nb', 'a\r\nb'],
    ['LF', 'a\nb\n', 'a\nb\n'],
    ['a NUL: no text', 'a\0\r\nb', 'a\0\r\nb'],
    ['mostly not ASCII: no text', 'äöüäöüäöü\r\n', 'äöüäöüäöü\r\n'],
    ['a little not ASCII: text', `${'x'.repeat(20)}ä\r\n`, `${'x'.repeat(20)}ä\n`],
    ['a NUL after the first 512 bytes: text', `${'x'.repeat(512)}\0\r\n`, `${'x'.repeat(512)}\0\n`],
  ] as const) {
    it(what, () => assert.equal(hashOf(Buffer.from(bytes)), md5(expected)));
  }

  it('a CRLF across two reads of 1 MiB stays', () => {
    const before = 'x'.repeat((1 << 20) - 1);
    assert.equal(hashOf(Buffer.from(`${before}\r\nb\r\n`)), md5(`${before}\r\nb\n`));
  });

  it('each read of 1 MiB is text or not by itself', () => {
    const text = `${'x\r\n'.repeat(349_525)}x`;
    assert.equal(text.length, 1 << 20);
    const binary = '\0\r\n';
    assert.equal(hashOf(Buffer.from(text + binary)), md5(text.replaceAll('\r\n', '\n') + binary));
  });

  it('does not depend on the pieces that the bytes come in', () => {
    const bytes = Buffer.from(`${'ab\r\n'.repeat(400_000)}`);
    for (const piece of [1000, 65_536, (1 << 20) + 1]) assert.equal(hashOf(bytes, piece), hashOf(bytes));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.integer({ min: 1, max: 50 }),
        (some, piece) => hashOf(some, piece) === hashOf(some),
      ),
    );
  });

  it('tells text from other bytes by 30 % of the first 512', () => {
    const odd = (n: number): Buffer => Buffer.concat([Buffer.alloc(n, 0xff), Buffer.alloc(100 - n, 'x')]);
    assert.equal(looksLikeText(odd(30)), true);
    assert.equal(looksLikeText(odd(31)), false);
    assert.equal(looksLikeText(Buffer.from([8, 9, 10, 12, 13])), true);
    assert.equal(looksLikeText(Buffer.from([127])), false);
  });
});

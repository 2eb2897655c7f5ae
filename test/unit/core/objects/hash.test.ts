import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hashOfKey, hashText, objectKey, parseHash, requireHash, sameHash } from '../../../../src/core/objects/hash.ts';

const hex = '0123456789abcdef0123456789abcdef';

describe('hashes', () => {
  for (const bad of [
    '',
    hex.slice(1),
    `${hex}0`,
    hex.toUpperCase(),
    `${hex}.DIR`,
    `${hex}.dir.dir`,
    ` ${hex}`,
    `${hex}\n`,
    `../${hex}`,
    'g'.repeat(32),
  ]) {
    it(`${JSON.stringify(bad)} is none`, () => {
      assert.equal(parseHash(bad), undefined);
      assert.throws(() => requireHash(bad), { code: 'bad-argument' });
    });
  }

  it('have a key for each name and kind, and back', () => {
    for (const [text, name, key] of [
      [hex, 'md5', `files/md5/01/${hex.slice(2)}`],
      [`${hex}.dir`, 'md5', `files/md5/01/${hex.slice(2)}.dir`],
      [hex, 'md5-dos2unix', `01/${hex.slice(2)}`],
      [`${hex}.dir`, 'md5-dos2unix', `01/${hex.slice(2)}.dir`],
    ] as const) {
      const hash = requireHash(text, name);
      assert.equal(hashText(hash), text);
      assert.equal(objectKey(hash), key);
      assert.deepEqual(hashOfKey(key), hash);
    }
  });

  for (const key of [
    '',
    'files/md5/01',
    `files/md5/01/${hex}`,
    `files/sha/01/${hex.slice(2)}`,
    `x/01/${hex.slice(2)}`,
    `runs/01/${hex}/x`,
    `files/md5/01/${hex.slice(2)}.unpacked`,
    '.abc.tmp',
  ])
    it(`"${key}" is the key of no object`, () => assert.equal(hashOfKey(key), undefined));

  it('are the same by name, kind and digits', () => {
    const a = requireHash(hex);
    assert.ok(sameHash(a, requireHash(hex)));
    assert.ok(!sameHash(a, requireHash(`${hex}.dir`)));
    assert.ok(!sameHash(a, requireHash(hex, 'md5-dos2unix')));
    assert.ok(!sameHash(a, undefined));
    assert.ok(!sameHash(undefined, undefined));
  });
});

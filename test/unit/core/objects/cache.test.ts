import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import { silentLogger } from '../../../../src/core/host.ts';
import { type Cache, openCache } from '../../../../src/core/objects/cache.ts';
import { type Hash, md5 } from '../../../../src/core/objects/hash.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';

const hexA = '0123456789abcdef0123456789abcdef';
const entries = [
  { path: 'a' as RepoPath, md5: hexA },
  { path: 'b/c' as RepoPath, md5: hexA },
];

describe('the cache', () => {
  let cache: Cache;
  let warnings: string[];

  after(removeFolders);
  beforeEach(() => {
    warnings = [];
    cache = openCache(temporaryFolder(), { ...silentLogger, warn: (m) => void warnings.push(m) });
  });
  const reopened = (): Cache => openCache(cache.root, { ...silentLogger, warn: (m) => void warnings.push(m) });
  const put = (text: string, kind: Hash['kind'] = 'tree'): Hash => {
    const hash: Hash = { name: 'md5', hex: md5(text), kind };
    mkdirSync(dirname(cache.path(hash)), { recursive: true });
    writeFileSync(cache.path(hash), text);
    return hash;
  };

  it('keeps trees by their hash, read-only, and gives them back', async () => {
    const hash = await cache.putTree(entries);
    assert.equal(md5(readFileSync(cache.path(hash))), hash.hex);
    assert.equal(statSync(cache.path(hash)).mode & 0o777, 0o444);
    assert.deepEqual(cache.tree(hash), entries);
    assert.deepEqual(reopened().tree(hash), entries);
    assert.deepEqual(await cache.putTree([...entries].reverse()), hash);
    assert.ok(cache.has(hash));
    assert.equal(cache.size(hash), readFileSync(cache.path(hash)).length);
  });

  it('gives the entries in one order, whatever the order they were put in', async () => {
    const hash = await cache.putTree([...entries].reverse());
    assert.deepEqual(cache.tree(hash), entries);
  });

  it('what is not here is not here', () => {
    const hash: Hash = { name: 'md5', hex: hexA, kind: 'tree' };
    assert.equal(cache.tree(hash), undefined);
    assert.equal(cache.has(hash), false);
    assert.equal(cache.size(hash), undefined);
  });

  it('a tree that was removed is not remembered', async () => {
    const hash = await cache.putTree(entries);
    await cache.store.remove(`files/md5/${hash.hex.slice(0, 2)}/${hash.hex.slice(2)}.dir`);
    assert.equal(cache.tree(hash), undefined);
  });

  for (const [what, spoil] of [
    ['cut off', (f: string) => truncateSync(f, 10)],
    ['empty', (f: string) => truncateSync(f, 0)],
    ['with other bytes', (f: string) => writeFileSync(f, '[]')],
  ] as const) {
    it(`a tree object that is damaged (${what}) is removed, told, and counts as not here`, async () => {
      const hash = put(JSON.stringify([{ md5: hexA, relpath: 'a' }]));
      spoil(cache.path(hash));
      assert.equal(cache.tree(hash), undefined);
      assert.ok(!existsSync(cache.path(hash)));
      assert.equal(warnings.length, 1);
      // It can be fetched anew.
      put(JSON.stringify([{ md5: hexA, relpath: 'a' }]));
      assert.equal(cache.tree(hash)?.length, 1);
    });
  }

  for (const [what, relpath] of [
    ['..', '../x'],
    ['.. inside', 'a/../../x'],
    ['absolute', '/etc/passwd'],
    ['NUL', 'a\0b'],
    ['a drive', 'C:\\x'],
    ['an empty part', 'a//b'],
    ['.. of Windows', 'a\\..\\..\\x'],
  ] as const) {
    it(`a hostile tree (${what}), its hash right, is refused and says so`, () => {
      const hash = put(JSON.stringify([{ md5: hexA, relpath }]));
      assert.throws(() => cache.tree(hash), { code: 'bad-path', message: new RegExp(hash.hex) });
      assert.ok(existsSync(cache.path(hash)), 'evidence is not destroyed');
    });
  }

  for (const text of ['{}', 'null', '[{"md5": "x", "relpath": "a"}]', '[{"relpath": "a"}]', '[', '\xff'])
    it(`a tree that is none, its hash right: ${text}`, () => {
      const hash = put(text);
      assert.throws(() => cache.tree(hash), { code: 'corrupt' });
    });
});

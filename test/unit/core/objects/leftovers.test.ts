import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { sweepLeftovers } from '../../../../src/core/objects/leftovers.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';

describe('what killed processes left in a cache', () => {
  after(removeFolders);
  const day = 86_400_000;
  const name = `.${'a-B_c'.repeat(5).slice(0, 22)}.tmp`;

  it('goes when nobody has touched it for a day, wherever it lies; nothing else goes', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'files/md5/ab'), { recursive: true });
    mkdirSync(join(root, 'cd'));
    const leftovers = [name, `files/md5/ab/${name}`, `cd/${name}`].map((p) => join(root, p));
    const others = ['files/md5/ab/0123', '.short.tmp', 'files/notes.tmp'].map((p) => join(root, p));
    for (const file of [...leftovers, ...others]) writeFileSync(file, 'half');
    const now = Date.now();
    assert.deepEqual(sweepLeftovers(root, { now: now + day / 2, dry: false }), { files: 0, bytes: 0 });
    assert.deepEqual(sweepLeftovers(root, { now: now + day * 2, dry: true }), { files: 3, bytes: 12 });
    for (const file of leftovers) assert.ok(existsSync(file));
    assert.deepEqual(sweepLeftovers(root, { now: now + day * 2, dry: false }), { files: 3, bytes: 12 });
    for (const file of leftovers) assert.ok(!existsSync(file), file);
    for (const file of others) assert.ok(existsSync(file), file);
  });

  it('is nothing where there is no cache', () => {
    assert.deepEqual(sweepLeftovers(join(temporaryFolder(), 'none'), { now: Date.now(), dry: false }), {
      files: 0,
      bytes: 0,
    });
  });
});

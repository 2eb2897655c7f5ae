import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { cannotLink, defaultLinks, makeLink, parseLinkTypes, probeLinks } from '../../../../src/core/worktree/link.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { withoutRoot } from '../../../support/faults.ts';
import { filesBelow } from '../../../support/project.ts';

describe('links', () => {
  let from: string;
  let to: string;

  after(removeFolders);
  beforeEach(() => {
    from = temporaryFolder();
    to = temporaryFolder();
  });

  for (const [text, expected] of [
    [undefined, defaultLinks],
    ['', defaultLinks],
    [' ', defaultLinks],
    ['copy', ['copy']],
    ['hardlink, symlink ,copy', ['hardlink', 'symlink', 'copy']],
  ] as const)
    it(`cache.type ${JSON.stringify(text)}`, () => assert.deepEqual(parseLinkTypes(text), expected));

  for (const text of ['hard', 'hardlink,', 'Copy', 'copy;symlink'])
    it(`cache.type ${JSON.stringify(text)} is told with a next step`, () => {
      assert.throws(() => parseLinkTypes(text, 'the/config'), {
        code: 'bad-file',
        path: 'the/config',
        hint: /cache\.type/,
      });
    });

  it('probing gives what works, in the order asked for, with copy at the end, and leaves nothing', () => {
    const works = probeLinks(['symlink', 'reflink', 'hardlink'], from, to);
    assert.deepEqual(
      works.filter((t) => t !== 'reflink'),
      ['symlink', 'hardlink', 'copy'],
    );
    assert.deepEqual(probeLinks(['copy', 'hardlink'], from, to), ['copy', 'hardlink']);
    assert.deepEqual([...filesBelow(from), ...filesBelow(to)], []);
  });

  it('probing makes the cache folder where there is none', () => {
    assert.deepEqual(probeLinks(['hardlink'], join(from, 'not/yet'), to), ['hardlink', 'copy']);
    assert.deepEqual(filesBelow(from), []);
  });

  it('between file systems there are no hard links', function () {
    const other = '/dev/shm';
    if (process.platform !== 'linux' || !isFolder(other) || statSync(other).dev === statSync(to).dev) {
      console.log('      skipped: no second file system here');
      return this.skip();
    }
    assert.deepEqual(probeLinks(['hardlink', 'symlink'], from, other), ['symlink', 'copy']);
  });

  it('a folder where nothing may be linked leaves copy', function () {
    for (const f of [from, to]) chmodSync(f, 0o777);
    chmodSync(to, 0o555);
    const { skipped, result } = withoutRoot(() => probeLinks(['reflink', 'hardlink', 'symlink'], from, to));
    if (skipped !== undefined) return this.skip();
    assert.deepEqual(result, ['copy']);
  });

  it('makes each kind, and never over what is there', () => {
    const source = join(from, 'source');
    writeFileSync(source, 'text');
    for (const type of probeLinks(['reflink', 'hardlink', 'symlink'], from, to)) {
      const target = join(to, type);
      makeLink(type, source, target);
      assert.equal(readFileSync(target, 'utf8'), 'text');
      assert.equal(lstatSync(target).isSymbolicLink(), type === 'symlink');
      assert.equal(statSync(target).ino === statSync(source).ino, type === 'hardlink' || type === 'symlink');
      writeFileSync(join(to, 'there'), 'mine');
      assert.throws(() => makeLink(type, source, join(to, 'there')), { code: 'EEXIST' });
      assert.equal(readFileSync(join(to, 'there'), 'utf8'), 'mine');
    }
    assert.equal(cannotLink({ code: 'EXDEV' }), true);
    assert.equal(cannotLink({ code: 'ENOSPC' }), false);
    assert.equal(cannotLink(new Error('x')), false);
  });
});

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

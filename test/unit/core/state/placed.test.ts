import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { forgetPlaced, notePlaced, placedPaths } from '../../../../src/core/state/placed.ts';
import { at, cleanUp, makeProject, type Project } from '../../../support/project.ts';

describe('the list of placed datasets', () => {
  let p: Project;

  beforeEach(async () => {
    p = await makeProject({ git: false });
  });
  afterEach(cleanUp);

  const folder = (): string => join(p.repo.host.cacheFolder, 'placed');
  const file = (): string => join(folder(), readdirSync(folder())[0] ?? 'none');

  it('grows, shrinks, and is kept from one session to the next', async () => {
    assert.deepEqual(placedPaths(p.repo), []);
    notePlaced(p.repo, at('b', 'a/ü'));
    notePlaced(p.repo, at('c', 'b'));
    forgetPlaced(p.repo, at('b', 'unknown'));
    assert.deepEqual(placedPaths(await p.reopen()), ['a/ü', 'c']);
  });

  for (const [what, text] of [
    ['text', 'no JSON'],
    ['no list', '{"a": 1}'],
    ['nothing', ''],
  ] as const)
    it(`begins anew where it is damaged: ${what}`, () => {
      notePlaced(p.repo, at('a'));
      writeFileSync(file(), text);
      assert.deepEqual(placedPaths(p.repo), []);
      notePlaced(p.repo, at('b'));
      assert.deepEqual(placedPaths(p.repo), ['b']);
    });

  it('takes no path that leaves the repository', () => {
    notePlaced(p.repo, at('a'));
    writeFileSync(file(), JSON.stringify(['../x', '/etc', 'a/../..', 'fine', 7, null]));
    assert.deepEqual(placedPaths(p.repo), ['fine']);
  });

  it('that cannot be read or written fails no verb', () => {
    rmSync(folder(), { recursive: true, force: true });
    mkdirSync(p.repo.host.cacheFolder, { recursive: true });
    writeFileSync(folder(), 'a file in the way');
    notePlaced(p.repo, at('a'));
    assert.deepEqual(placedPaths(p.repo), []);
  });
});

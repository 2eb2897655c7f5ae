import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../../../src/core/host.ts';
import { FolderWatch } from '../../../../src/extension/host/folder-watch.ts';
import { drain } from '../../../../src/extension/model/states.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';

describe('watching folders one by one', () => {
  let root: string;
  let watch: FolderWatch;
  let changes = 0;
  let replacements = 0;
  const set = (...names: readonly string[]): boolean => drain(watch.steps(names.map((name) => join(root, name))));
  const until = async (condition: () => boolean): Promise<void> => {
    const end = performance.now() + 2000;
    while (!condition()) {
      assert.ok(performance.now() < end, `not seen: ${changes} changes, ${replacements} replacements`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  beforeEach(() => {
    root = temporaryFolder();
    for (const name of ['a', 'a/b', 'c']) mkdirSync(join(root, name));
    changes = 0;
    replacements = 0;
    watch = new FolderWatch({ changed: () => changes++, replaced: () => replacements++, log: silentLogger });
  });
  afterEach(() => watch.dispose());
  after(removeFolders);

  it('sees a change in each of them, and only there', async () => {
    assert.equal(set('a', 'a/b'), true);
    writeFileSync(join(root, 'c', 'x'), 'x');
    writeFileSync(join(root, 'a', 'b', 'x'), 'x');
    await until(() => changes > 0);
    const before = changes;
    writeFileSync(join(root, 'a', 'x'), 'x');
    await until(() => changes > before);
  });

  it('tells whether folders are new, and stops with those that are not wanted', async () => {
    set('a', 'c');
    assert.equal(set('a', 'c'), false);
    assert.equal(set('a', 'a/b'), true);
    writeFileSync(join(root, 'c', 'x'), 'x');
    writeFileSync(join(root, 'a', 'x'), 'x');
    await until(() => changes > 0);
    assert.equal(set('a'), false);
  });

  it('leaves out what is not there', () => {
    assert.equal(set('missing'), false);
  });

  it('tells of a folder that is another one now, and watches that one', async () => {
    set('a', 'a/b');
    mkdirSync(join(root, 'new'));
    rmSync(join(root, 'a', 'b'), { recursive: true });
    renameSync(join(root, 'new'), join(root, 'a', 'b'));
    await until(() => replacements > 0);
    assert.equal(set('a', 'a/b'), true);
    const before = changes;
    writeFileSync(join(root, 'a', 'b', 'y'), 'y');
    await until(() => changes > before);
  });

  it('says nothing after it is disposed of', async () => {
    set('a');
    watch.dispose();
    writeFileSync(join(root, 'a', 'x'), 'x');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(changes, 0);
    assert.equal(set('a'), false);
  });
});

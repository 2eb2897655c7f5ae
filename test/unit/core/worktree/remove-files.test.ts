import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import { removeEmpty, removeEmptyTree, removeFiles } from '../../../../src/core/worktree/remove-files.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { filesBelow } from '../../../support/project.ts';

describe('removing files', () => {
  let root: string;

  after(removeFolders);
  beforeEach(() => {
    root = join(temporaryFolder(), 'root');
    for (const name of ['a/b/x', 'a/b/y', 'a/z', 'c/x']) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), name);
    }
    mkdirSync(join(root, 'e/f/g'), { recursive: true });
  });
  const at = (...names: string[]): string[] => names.map((n) => join(root, n));

  it('takes the folders that are empty then, and never the root', () => {
    removeFiles(root, at('a/b/x', 'c/x', 'gone'));
    assert.deepEqual(filesBelow(root), ['a/b/y', 'a/z']);
    assert.ok(!existsSync(join(root, 'c')));
    removeFiles(root, at('a/b/y', 'a/z'));
    assert.ok(!existsSync(join(root, 'a')));
    assert.ok(existsSync(root));
    assert.ok(existsSync(join(root, 'e/f/g')), 'a folder that was empty before is the user’s');
  });

  it('a root that is a file itself', () => {
    removeFiles(join(root, 'a/z'), at('a/z'));
    assert.deepEqual(filesBelow(root), ['a/b/x', 'a/b/y', 'c/x']);
    assert.ok(existsSync(join(root, 'a')));
  });

  it('removes empty folders upwards as far as it is told', () => {
    removeEmpty(join(root, 'e/f/g'), join(root, 'e'));
    assert.ok(!existsSync(join(root, 'e')));
    removeEmpty(join(root, 'a'), root);
    assert.ok(existsSync(join(root, 'a/z')));
  });

  it('a tree with a file or a link in it stays', () => {
    assert.equal(removeEmptyTree(join(root, 'e')), true);
    assert.ok(!existsSync(join(root, 'e')));
    assert.equal(removeEmptyTree(join(root, 'a')), false);
    assert.ok(existsSync(join(root, 'a/b/x')));
    mkdirSync(join(root, 'h'));
    symlinkSync('../a', join(root, 'h/link'));
    assert.equal(removeEmptyTree(join(root, 'h')), false);
    assert.deepEqual(filesBelow(join(root, 'a')), ['b/x', 'b/y', 'z']);
  });
});

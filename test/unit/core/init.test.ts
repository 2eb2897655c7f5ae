import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import type { AbsPath } from '../../../src/base/paths.ts';
import { initRepository } from '../../../src/core/init.ts';
import { findRepository, requireRepository, toRepoPath } from '../../../src/core/repository.ts';
import { temporaryFolder } from '../../support/core.ts';
import { cleanUp, filesBelow, gitIn, makeProject } from '../../support/project.ts';

const newGit = (): AbsPath => {
  const root = temporaryFolder();
  gitIn(root, 'init', '-q');
  return root;
};

describe('init', () => {
  after(cleanUp);

  it('makes and stages what DVC makes', async () => {
    const root = newGit();
    const { files } = await initRepository(root);
    assert.deepEqual([...files].sort(), ['.dvc/.gitignore', '.dvc/config', '.dvcignore']);
    assert.deepEqual(gitIn(root, 'diff', '--cached', '--name-only').split('\n').sort(), [...files].sort());
    assert.equal(readFileSync(join(root, '.dvc/config'), 'utf8'), '');
    assert.equal(readFileSync(join(root, '.dvc/.gitignore'), 'utf8'), '/config.local\n/tmp\n/cache\n');
  });

  it('leaves a .dvcignore that is there', async () => {
    const root = newGit();
    writeFileSync(join(root, '.dvcignore'), '*.log\n');
    await initRepository(root);
    assert.equal(readFileSync(join(root, '.dvcignore'), 'utf8'), '*.log\n');
  });

  it('wants a git repository, its root, or to be told otherwise', async () => {
    const plain = temporaryFolder();
    await assert.rejects(initRepository(plain), { code: 'git', hint: /--no-scm/ });
    await assert.rejects(initRepository(plain, { subdir: true }), { code: 'git' });
    await assert.rejects(initRepository(plain, { noScm: true, subdir: true }), { code: 'bad-argument' });
    await initRepository(plain, { noScm: true });
    assert.match(readFileSync(join(plain, '.dvc/config'), 'utf8'), /no_scm = True/);
    const root = newGit();
    const sub = join(root, 'sub') as AbsPath;
    mkdirSync(sub);
    await assert.rejects(initRepository(sub), { code: 'bad-argument', hint: /--subdir/ });
    assert.deepEqual(filesBelow(sub), []);
    await initRepository(sub, { subdir: true });
    assert.match(gitIn(root, 'diff', '--cached', '--name-only'), /^sub\/\.dvc\/config$/m);
  });

  it('never touches a repository that is there, unless forced', async () => {
    const root = newGit();
    await initRepository(root);
    mkdirSync(join(root, '.dvc/cache/files'), { recursive: true });
    writeFileSync(join(root, '.dvc/cache/files/x'), 'x');
    await assert.rejects(initRepository(root), { code: 'already-exists' });
    assert.ok(filesBelow(root).includes('.dvc/cache/files/x'));
    await initRepository(root, { force: true });
    assert.ok(!filesBelow(root).includes('.dvc/cache/files/x'));
  });
});

describe('a repository', () => {
  after(cleanUp);

  it('is found from below, the innermost one; a file named .dvc is none', async () => {
    const outer = await makeProject();
    const inner = outer.path('a/b/inner') as AbsPath;
    mkdirSync(join(inner, 'deep/er'), { recursive: true });
    assert.equal(findRepository(join(inner, 'deep') as AbsPath), outer.root);
    await initRepository(inner, { subdir: true });
    assert.equal(findRepository(join(inner, 'deep/er') as AbsPath), inner);
    assert.equal(findRepository(outer.path('a/b') as AbsPath), outer.root);
    const plain = temporaryFolder();
    writeFileSync(join(plain, '.dvc'), 'a file');
    assert.equal(findRepository(plain), undefined);
    assert.throws(() => requireRepository(plain), { code: 'not-a-repository', hint: /tracks init/ });
  });

  it('takes paths of the machine that lie in it', async () => {
    const p = await makeProject();
    assert.equal(toRepoPath(p.repo, p.path('a/./b/../c')), 'a/c');
    assert.equal(toRepoPath(p.repo, 'x/y'), 'x/y');
    for (const bad of ['..', '../x', '/', '/etc/passwd', `${p.root}x`, '.', p.root])
      assert.throws(() => toRepoPath(p.repo, bad), { code: 'bad-path' }, bad);
    assert.equal(toRepoPath(p.repo, '..x/...'), '..x/...');
  });
});

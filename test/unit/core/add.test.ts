import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { add } from '../../../src/core/add.ts';
import { setConfig } from '../../../src/core/config.ts';
import { initRepository } from '../../../src/core/init.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { status } from '../../../src/core/status.ts';
import { mkfifo } from '../../support/faults.ts';
import {
  cacheFiles,
  cleanUp,
  filesBelow,
  gitIn,
  makeProject,
  openProject,
  type Project,
} from '../../support/project.ts';

const objectKeyOf = (text: string): string => `files/md5/${md5(text).slice(0, 2)}/${md5(text).slice(2)}`;
const codesOf = (r: { failed: readonly { what: string; error: { code: string } }[] }): string[] =>
  r.failed.map((f) => `${f.what}: ${f.error.code}`);

describe('add', function () {
  this.timeout(20_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
  });
  afterEach(cleanUp);

  it('a file: pointer, cache object, .gitignore', async () => {
    p.write('data/x.csv', 'a,b\n');
    const result = await add(p.repo, ['data/x.csv']);
    assert.deepEqual(result, { done: ['data/x.csv'], failed: [], files: ['data/x.csv.dvc', 'data/.gitignore'] });
    assert.equal(p.read('data/x.csv.dvc'), `outs:\n- md5: ${md5('a,b\n')}\n  size: 4\n  hash: md5\n  path: x.csv\n`);
    assert.equal(p.read('data/.gitignore'), '/x.csv\n');
    assert.deepEqual(cacheFiles(p), [objectKeyOf('a,b\n')]);
    assert.equal(p.git('status', '--porcelain', '--untracked-files=all', 'data').includes('data/x.csv\n'), false);
  });

  it('a folder: contents, then the tree, then the pointer', async () => {
    p.write('data/a', 'A');
    p.write('data/sub/b', '');
    await add(p.repo, ['data']);
    const tree = `[{"md5": "${md5('A')}", "relpath": "a"}, {"md5": "${md5('')}", "relpath": "sub/b"}]`;
    assert.match(p.read('data.dvc'), new RegExp(`md5: ${md5(tree)}\\.dir\n  size: 1\n  nfiles: 2\n`));
    assert.deepEqual(cacheFiles(p), [`${objectKeyOf(tree)}.dir`, objectKeyOf('A'), objectKeyOf('')].sort());
  });

  it('an empty folder, an empty file, names of every kind', async () => {
    mkdirSync(p.path('empty'));
    const names = [
      'hello? sausage/êé/Hello, 世界 \' " & + %41.txt',
      'new\nline',
      ' space ',
      '-dash',
      '#hash',
      '!bang',
      '[x]*?',
      'ünï',
      '😀',
      'a:b',
      'colon: yes',
      "'quoted'",
    ];
    for (const n of names) p.write(n, n);
    p.write('zero', '');
    const result = await add(p.repo, ['empty', 'zero', ...names]);
    assert.deepEqual(result.failed, []);
    assert.match(p.read('empty.dvc'), /d751713988987e9331980363e24189ce\.dir/);
    const state = await status(p.repo, { untracked: true });
    assert.deepEqual(state.faults, []);
    assert.deepEqual(state.uncommitted.modified, []);
    // For names with a line break, or spaces at the end, DVC's own entry does not hold.
    for (const n of names.filter((name) => !/\n| $/.test(name)))
      assert.ok(!state.untracked.includes(n), `git ignores ${n}`);
  });

  it('again with nothing changed: nothing is written', async () => {
    p.write('x', 'x');
    await add(p.repo, ['x']);
    utimesSync(p.path('x.dvc'), 1000, 1000);
    const result = await add(p.repo, ['x']);
    assert.deepEqual(result, { done: ['x'], failed: [], files: [] });
    assert.equal(statSync(p.path('x.dvc')).mtimeMs, 1_000_000);
  });

  it('again with other data, by its path and by its pointer; hand-written keys stay', async () => {
    p.write('x', 'one');
    await add(p.repo, ['x'], { desc: 'first', labels: ['l'], type: 't' });
    p.write('x.dvc', `# mine\n${p.read('x.dvc')}meta:\n  who: me\n`);
    for (const [target, text] of [
      ['x', 'two'],
      ['x.dvc', 'three'],
    ] as const) {
      p.write('x', text);
      await add(p.repo, [target]);
      const pointer = p.read('x.dvc');
      assert.ok(
        pointer.includes(md5(text)) &&
          pointer.startsWith('# mine\n') &&
          pointer.includes('who: me') &&
          pointer.includes('desc: first'),
        pointer,
      );
    }
  });

  it('the same size and time, other content: it is seen', async () => {
    p.write('x', 'one');
    utimesSync(p.path('x'), 1000, 1000);
    await add(p.repo, ['x']);
    p.write('x', 'two');
    utimesSync(p.path('x'), 1000, 1000);
    await add(p.repo, ['x']);
    assert.ok(p.read('x.dvc').includes(md5('two')));
  });

  it('without the cache (commit: false)', async () => {
    p.write('data/a', 'A');
    await add(p.repo, ['data'], { commit: false });
    assert.match(p.read('data.dvc'), /nfiles: 1/);
    assert.deepEqual(cacheFiles(p), []);
  });

  it('patterns', async () => {
    for (const n of ['data/a.csv', 'data/b.csv', 'data/c.txt', 'data/deep/d.csv']) p.write(n, n);
    const result = await add(p.repo, ['data/*.csv', '**/d.csv'], { glob: true });
    assert.deepEqual([...result.done].sort(), ['data/a.csv', 'data/b.csv', 'data/deep/d.csv']);
    await assert.rejects(add(p.repo, ['*.nothing'], { glob: true }), { code: 'not-found' });
  });

  it('part of a folder, without having the rest here', async () => {
    for (const n of ['a', 'b', 'sub/c']) p.write(`data/${n}`, n);
    await add(p.repo, ['data']);
    p.remove('data');
    p.write('data/b', 'new b');
    p.write('data/new/d', 'd');
    const result = await add(p.repo, ['data/b', 'data/new']);
    assert.deepEqual(result.failed, []);
    const state = await status(p.repo);
    assert.deepEqual(state.uncommitted.deleted.map((c) => c.path).sort(), ['data/a', 'data/sub/c']);
    assert.deepEqual(state.uncommitted.added, []);
    assert.match(p.read('data.dvc'), /nfiles: 4/);
    p.remove('data/b');
    await add(p.repo, ['data/b']);
    assert.match(p.read('data.dvc'), /nfiles: 3/, 'what was there and is deleted goes');
    assert.deepEqual(codesOf(await add(p.repo, ['data/never'])), ['data: not-found']);
  });

  it('part of a folder whose list is not here is told; part of one of DVC 2 too', async () => {
    p.write('data.dvc', `outs:\n- md5: ${md5('[]')}.dir\n  hash: md5\n  path: data\n`);
    p.write('data/a', 'a');
    p.write('old.dvc', `outs:\n- md5: ${md5('[]')}.dir\n  path: old\n`);
    p.write('old/a', 'a');
    const before = p.read('data.dvc') + p.read('old.dvc');
    const result = await add(p.repo, ['data/a', 'old/a']);
    assert.deepEqual(codesOf(result), ['data: not-in-cache', 'old: unsupported']);
    assert.equal(p.read('data.dvc') + p.read('old.dvc'), before);
  });

  describe('refuses, writes nothing, and goes on with the rest:', () => {
    const cases: readonly (readonly [string, string, string, (p: Project) => void | Promise<void>])[] = [
      ['what is not there', 'gone', 'not-found', () => undefined],
      ['.dvc', '.dvc/config', 'bad-path', () => undefined],
      ['.git', '.git/config', 'bad-path', () => undefined],
      ['.git below', 'a/.GIT/config', 'bad-path', (q) => q.write('a/.GIT/config', 'x')],
      [
        'behind a link to a folder',
        'link/x',
        'bad-path',
        (q) => {
          q.write('real/x', 'x');
          q.link('real', 'link');
        },
      ],
      [
        'tracked by git',
        'code.py',
        'tracked-by-git',
        (q) => {
          q.write('code.py', 'x');
          q.commit();
        },
      ],
      [
        'a folder with something tracked by git',
        'src',
        'tracked-by-git',
        (q) => {
          q.write('src/deep/code.py', 'x');
          q.commit();
        },
      ],
      [
        'around a dataset',
        'outer',
        'overlap',
        async (q) => {
          q.write('outer/inner', 'x');
          await add(q.repo, ['outer/inner']);
        },
      ],
      [
        'named by .dvcignore',
        'a.log',
        'bad-path',
        (q) => {
          q.write('.dvcignore', '*.log\n');
          q.write('a.log', 'x');
        },
      ],
      [
        'the out of a stage',
        'model',
        'overlap',
        (q) => {
          q.write('dvc.yaml', 'stages:\n  train:\n    cmd: x\n    outs:\n    - model\n');
          q.write('model', 'x');
        },
      ],
      [
        'a pointer that is damaged',
        'x',
        'bad-file',
        (q) => {
          q.write('x', 'x');
          q.write('x.dvc', 'outs: [');
        },
      ],
      [
        'a pointer of that name for other data',
        'x',
        'already-exists',
        (q) => {
          q.write('x', 'x');
          q.write('x.dvc', `outs:\n- md5: ${md5('y')}\n  hash: md5\n  path: y\n`);
        },
      ],
      [
        'a folder where the pointer would be',
        'x',
        'already-exists',
        (q) => {
          q.write('x', 'x');
          q.write('x.dvc/file', 'x');
        },
      ],
      [
        'in a repository inside of this one',
        'inner/x',
        'bad-path',
        async (q) => {
          q.write('inner/x', 'x');
          await initRepository(q.path('inner') as never, { subdir: true });
        },
      ],
      [
        'in a git repository inside of this one',
        'sub/x',
        'bad-path',
        (q) => {
          q.write('sub/x', 'x');
          gitIn(q.path('sub'), 'init', '-q');
        },
      ],
    ];
    for (const [what, path, code, prepare] of cases) {
      it(what, async () => {
        await prepare(p);
        p.write('fine', 'fine');
        const before = filesBelow(p.root).filter((f) => !/^\.git\/|^\.dvc\/tmp|\.dvc\/cache/.test(f));
        const pointer = p.has(`${path}.dvc`) && statSync(p.path(`${path}.dvc`)).isFile() ? p.read(`${path}.dvc`) : '';
        const result = await add(p.repo, [path, 'fine']);
        assert.deepEqual(codesOf(result), [`${path}: ${code}`]);
        assert.notEqual(result.failed[0]?.error.message ?? '', '');
        assert.deepEqual(result.done, ['fine']);
        const now = filesBelow(p.root).filter((f) => !/^\.git\/|^\.dvc\/tmp|\.dvc\/cache/.test(f));
        assert.deepEqual(
          now.filter((f) => !before.includes(f)).filter((f) => f !== '.gitignore'),
          ['fine.dvc'],
        );
        if (pointer !== '') assert.equal(p.read(`${path}.dvc`), pointer);
      });
    }
    for (const bad of ['../x', '/etc/passwd', 'a\0b', 'a/../b', ''])
      it(`the path ${JSON.stringify(bad)}`, async () => {
        await assert.rejects(add(p.repo, [bad]), { code: 'bad-path' });
      });
    it('two paths one in the other', async () => {
      p.write('a/b/c', 'x');
      const result = await add(p.repo, ['a/b', 'a']);
      assert.deepEqual(codesOf(result), ['a: overlap']);
      assert.deepEqual(result.done, ['a/b']);
    });
  });

  it('a folder with what cannot be tracked is not tracked by halves', async function () {
    p.write('data/a', 'a');
    p.link('nothing', 'data/broken');
    const none = mkfifo(p.path('data/pipe'));
    if (none !== undefined) {
      console.log(`      skipped: ${none}`);
      return this.skip();
    }
    p.write('other', 'other');
    const result = await add(p.repo, ['data', 'other']);
    assert.equal(result.failed.length, 1);
    assert.match(result.failed[0]?.error.message ?? '', /data: 2 files cannot be read/);
    assert.ok(!p.has('data.dvc'));
    assert.deepEqual(result.done, ['other']);
    p.remove('data/pipe');
    p.remove('data/broken');
    assert.deepEqual((await add(p.repo, ['data'])).done, ['data']);
  });

  it('a file that is written to all the time is reported, with no pointer', async () => {
    p.write('log', Buffer.alloc(12 << 20, 'x'));
    const result = await add(p.repo, ['log'], {
      progress: () => appendFileSync(p.path('log'), 'more'),
    });
    // Progress comes every 50 ms at most. Hashed in between two writes, it is right, too.
    if (result.failed.length > 0) {
      assert.deepEqual(codesOf(result), ['log: changed-while-read']);
      assert.ok(!p.has('log.dvc'));
    }
  });

  it('links to files are followed, links to folders left out', async () => {
    p.write('elsewhere/big', 'big');
    p.link('../elsewhere/big', 'data/link');
    p.link('../elsewhere', 'data/folder');
    await add(p.repo, ['data']);
    assert.match(p.read('data.dvc'), /nfiles: 1/);
    assert.ok(cacheFiles(p).includes(objectKeyOf('big')));
  });

  for (const type of ['hardlink', 'symlink'] as const) {
    it(`with cache.type ${type}, the workspace is linked to the cache; a second add goes on`, async () => {
      setConfig(p.repo, 'cache.type', type);
      p.write('data/a', 'A');
      p.write('data/b', 'B');
      assert.deepEqual((await add(p.repo, ['data'])).failed, []);
      const object = p.path(`.dvc/cache/${objectKeyOf('A')}`);
      assert.equal(statSync(p.path('data/a')).ino, statSync(object).ino);
      assert.deepEqual((await add(p.repo, ['data'])).failed, []);
      assert.equal(p.read('data/a'), 'A');
      assert.deepEqual(filesBelow(p.path('data')), ['a', 'b']);
      const state = await status(p.repo);
      assert.deepEqual([state.uncommitted.modified, state.uncommitted.added, state.faults], [[], [], []]);
    });
  }

  it('executable files say so', async function () {
    if (process.platform === 'win32') return this.skip();
    p.write('run.sh', '#!');
    chmodSync(p.path('run.sh'), 0o755);
    await add(p.repo, ['run.sh']);
    assert.match(p.read('run.sh.dvc'), /isexec: true/);
  });

  it('core.autostage stages what was written', async () => {
    setConfig(p.repo, 'core.autostage', 'true');
    p.write('x', 'x');
    await add(p.repo, ['x']);
    assert.deepEqual(
      p
        .git('diff', '--cached', '--name-only')
        .split('\n')
        .filter((f) => !f.includes('dvc/') && f !== '.dvcignore')
        .sort(),
      ['.gitignore', 'x.dvc'],
    );
  });

  it('in a worktree, a submodule, a detached HEAD, without commits and without git', async () => {
    p.commit();
    p.git('worktree', 'add', '-q', '--detach', join(p.root, '..', 'wt'));
    const worktree = join(p.root, '..', 'wt');
    try {
      const w = await openProject(worktree as never);
      w.write('x', 'x');
      assert.deepEqual((await add(w.repo, ['x'])).done, ['x']);
      assert.equal(w.read('.gitignore'), '/x\n');
    } finally {
      p.git('worktree', 'remove', '--force', worktree);
    }
    const outer = await makeProject();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', p.root, 'sub');
    const s = await openProject(outer.path('sub') as never);
    s.write('y', 'y');
    assert.deepEqual((await add(s.repo, ['y'])).done, ['y']);
    assert.equal(s.read('.gitignore'), '/y\n');
    const plain = await makeProject({ git: false });
    plain.write('z', 'z');
    assert.deepEqual((await add(plain.repo, ['z'])).done, ['z']);
    assert.ok(!plain.has('.gitignore'));
  });

  it('in a root below the git root', async () => {
    const q = await makeProject({ subdir: 'a b/sub' });
    q.write('data/x', 'x');
    await add(q.repo, ['data/x']);
    assert.equal(q.read('data/.gitignore'), '/x\n');
    const state = await status(q.repo);
    assert.deepEqual(
      state.committed.added.map((c) => c.path),
      ['data/x'],
    );
  });

  it('with threads, from a clean start', async () => {
    const q = await makeProject({ threads: 2 });
    for (let i = 0; i < 700; i++) q.write(`data/${i % 9}/${i}`, `file ${i}`);
    const phases: { phase: string; files: number; totalFiles?: number; bytes: number; totalBytes?: number }[] = [];
    const result = await add(q.repo, ['data'], { progress: (s) => void phases.push(s) });
    assert.deepEqual(result.failed, []);
    assert.match(q.read('data.dvc'), /nfiles: 700/);
    const last = phases.filter((s) => s.phase === 'hash').at(-1);
    assert.deepEqual([last?.files, last?.bytes], [last?.totalFiles, last?.totalBytes]);
    assert.equal(last?.files, 700);
  });

  it('cancelled in the middle: no pointer, only whole objects, and a second run completes', async () => {
    const q = await makeProject({ threads: 2 });
    for (let i = 0; i < 40; i++) q.write(`data/${i}`, Buffer.alloc(1 << 20, `${i} `));
    const controller = new AbortController();
    const running = add(q.repo, ['data'], {
      signal: controller.signal,
      progress: (s) => {
        if (s.phase === 'hash' && s.bytes > 4 << 20) controller.abort();
      },
    });
    await assert.rejects(running, { code: 'cancelled' });
    assert.ok(!q.has('data.dvc'));
    assert.ok(!q.has('.gitignore'));
    for (const key of cacheFiles(q)) {
      assert.match(key, /^files\/md5\//, 'nothing half is left');
      assert.equal(key.replace('files/md5/', '').replace('/', ''), md5(readFileSync(q.path(`.dvc/cache/${key}`))));
    }
    assert.deepEqual((await add(q.repo, ['data'])).done, ['data']);
    assert.equal(cacheFiles(q).length, 41);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { removeFolders, temporaryFolder } from '../../support/core.ts';
import { dvcEnvironment } from '../../support/dvc.ts';
import { commitAll, done, git, json, project, tracks, write } from './sandbox.ts';

after(removeFolders);

/** Each test goes on from where the one before it left the repository: one story, as a person would live it. */
describe('tracks: the story of a repository', function () {
  this.timeout(60_000);
  let root: string;
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const fails = async (args: readonly string[], message: RegExp, cwd = root): Promise<void> => {
    const { code, stderr } = await tracks(cwd, args);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, / at .*:\d+:\d+/);
    assert.equal(code, 1, stderr);
  };
  before(async () => {
    root = await project();
  });

  it('init: refuses where there is one; outside of git it says what to do', async () => {
    await fails(['init'], /is a repository already/);
    await fails(['init'], /git init first/, temporaryFolder());
    await fails(['status'], /there is no \.dvc folder.*\n {2}Make one: tracks init/, temporaryFolder());
  });

  it('add: goes on after one that fails, and says what git is to have', async () => {
    write(root, 'more.bin', 'more');
    const result = await json(root, 'add', 'more.bin', 'nope.bin');
    assert.deepEqual(result, {
      done: ['more.bin'],
      failed: [
        { what: 'nope.bin', code: 'not-found', message: 'nope.bin: there is no such file or folder.', hint: null },
      ],
      files: ['more.bin.dvc', '.gitignore'],
    });
    write(root, 'two words.bin', 'x');
    assert.match(await done(root, 'add', 'two words.bin'), /git add 'two words\.bin\.dvc' \.gitignore/);
    await fails(['add', 'nope'], /^tracks: nope: there is no such file or folder\.\n$/);
    await fails(['add', '../x'], /outside of the repository/);
    assert.equal(read('data/a.csv'), 'a\n1\n');
  });

  it('add --glob, with notes for the pointer', async () => {
    write(root, 'logs/a.log', 'a');
    write(root, 'logs/b.log', 'b');
    await done(root, 'add', '--glob', 'logs/*.log', '--desc', 'what happened', '--type', 'log', '--label', 'x,y');
    assert.match(read('logs/b.log.dvc'), /desc: what happened\n {2}type: log\n {2}labels:\n {2}- x\n {2}- y/);
    commitAll(root, 'Add more');
  });

  it('push: counts, then has nothing to do; -r names a remote that must be there', async () => {
    const first = (await json(root, 'push')) as { objects: number; done: string[] };
    assert.ok(first.objects > 5);
    assert.ok(first.done.includes('pics'));
    assert.deepEqual(await json(root, 'push'), { done: [], failed: [], objects: 0, bytes: 0 });
    assert.match(await done(root, 'push'), /^Everything is on the remote\.\n$/);
    await fails(['push', '-r', 'nowhere'], /There is no remote "nowhere"\.\n {2}There are: store/);
  });

  it('status: quiet in words, loud in its exit code', async () => {
    assert.equal(await done(root, 'status'), 'No changes.\n');
    assert.equal((await tracks(root, ['status', '-q'])).code, 0);
    write(root, 'data/a.csv', 'a\n2\n');
    write(root, 'pics/3.png', 'three');
    const { stdout } = await tracks(root, ['status']);
    assert.match(stdout, /Changed, and not recorded:\n {2}\(record it: tracks commit/);
    assert.match(stdout, /modified {2}data\/a\.csv\n/);
    assert.match(stdout, /modified {2}pics\/ {2}\(1 added\)\n/);
    assert.match(await done(root, 'status', '--granular'), /added {5}pics\/3\.png/);
    const quiet = await tracks(root, ['status', '-q']);
    assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [1, '', '']);
    assert.equal((await tracks(root, ['status', '--exit-code'])).code, 1);
    assert.deepEqual(await json(root, 'status', 'data/a.csv'), { uncommitted: { modified: ['data/a.csv'] } });
  });

  it('paths are taken and shown as seen from the current folder', async () => {
    const data = join(root, 'data');
    assert.match(await done(data, 'status'), /modified {2}a\.csv\n {8}modified {2}\.\.\/pics\//);
    assert.match(await done(root, '--cd', 'data', 'status', 'a.csv'), /modified {2}a\.csv/);
    await fails(['versions', 'b.csv'], /^tracks: b\.csv is not tracked\.\n {2}Track it: tracks add b\.csv/, data);
    await fails(['checkout', 'a.csv'], /tracks add a\.csv, or give it up with --force/, data);
  });

  it('diff: words, Markdown, exit code', async () => {
    assert.match(await done(root, 'diff'), /Added:\n {4}pics\/3\.png\n/);
    assert.match(await done(root, 'diff', '--md'), /\| Status +\| Path +\|\n\|-+\|-+\|\n\| added +\| pics\/3\.png \|/);
    assert.equal((await tracks(root, ['diff', '--exit-code'])).code, 1);
    assert.deepEqual(await json(root, 'diff', 'HEAD', 'HEAD'), {});
    await fails(['diff', 'nope'], /There is no branch, tag or commit "nope"/);
  });

  it('checkout: says what stands in the way and leaves it; --force replaces it', async () => {
    write(root, 'more.bin', 'edited');
    await fails(['checkout', 'more.bin'], /more\.bin would be lost.*\n {2}.*--force/);
    const result = (await json(root, 'checkout', 'more.bin')) as { inTheWay: string[]; failed: { code: string }[] };
    assert.deepEqual(result.inTheWay, ['more.bin']);
    assert.equal(result.failed[0]?.code, 'would-overwrite');
    assert.equal(read('more.bin'), 'edited');
    assert.equal(await done(root, 'checkout', '-f', 'more.bin'), 'M  more.bin\n');
    assert.equal(read('more.bin'), 'more');
  });

  it('commit: records, then has nothing to do', async () => {
    assert.match(await done(root, 'commit'), /^Recorded: .*data\/a\.csv\.dvc/);
    assert.equal(await done(root, 'commit'), 'Nothing has changed.\n');
    await fails(['commit', 'untracked.bin'], /untracked\.bin is not tracked/);
    commitAll(root, 'Change data');
  });

  it('versions: a row for each commit, newest first', async () => {
    const rows = (await done(root, 'versions', 'data/a.csv', '--remote')).trimEnd().split('\n');
    assert.equal(rows.length, 2);
    assert.match(rows[0] ?? '', /^[0-9a-f]{7} {2}just now {2}Test +~1 +±0 {2}here,cache +\(main\) Change data$/);
    assert.match(rows[1] ?? '', /added +\+4 B {2}cache,remote +Add data$/);
    assert.match(await done(root, 'versions', 'data/a.csv', '-n', '1'), /--skip 1\n$/);
    const page = (await json(root, 'versions', 'pics', '--skip', '1')) as {
      versions: { subject: string }[];
      more: boolean;
    };
    assert.deepEqual([page.versions.map((v) => v.subject), page.more], [['Add data'], false]);
    await fails(['versions', 'nope'], /nope is not tracked/);
  });

  it('show: the bytes as they are', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128, 0]);
    write(root, 'raw.bin', bytes);
    await done(root, 'add', 'raw.bin');
    assert.deepEqual((await tracks(root, ['show', 'raw.bin'])).bytes, bytes);
    assert.equal(await done(root, 'show', 'data/a.csv', '--rev', 'HEAD~1'), 'a\n1\n');
    assert.equal(await done(root, 'show', 'pics/in/2.png', '--rev', 'HEAD~1'), 'two');
    await fails(['show', 'pics/3.png', '--rev', 'HEAD~2'], /no such file|not tracked/);
    assert.equal((await tracks(root, ['show', 'pics'])).code, 2);
  });

  it('show -o: into a file, and over another one only by force', async () => {
    assert.match(await done(root, 'show', 'data/a.csv', '--rev', 'HEAD~1', '-o', 'old.csv'), /Wrote old\.csv, 4 B/);
    assert.equal(read('old.csv'), 'a\n1\n');
    await fails(['show', 'data/a.csv', '-o', 'old.csv'], /is there already/);
    await done(root, 'show', 'data/a.csv', '-o', 'old.csv', '-f');
    assert.equal(read('old.csv'), 'a\n2\n');
    assert.equal(((await json(root, 'show', 'data/a.csv')) as { size: number }).size, 4);
  });

  it('restore: an old version, and its pointer', async () => {
    assert.match(await done(root, 'restore', 'data/a.csv', 'HEAD~1'), /^M {2}data\/a\.csv\nRestored from HEAD~1/);
    assert.equal(read('data/a.csv'), 'a\n1\n');
    assert.match(git(root, 'status', '--porcelain'), / M data\/a\.csv\.dvc/);
    await fails(['restore', 'data/a.csv', 'nope'], /There is no branch, tag or commit "nope"/);
    git(root, 'checkout', '-q', '--', 'data/a.csv.dvc');
    await done(root, 'checkout');
    assert.equal(read('data/a.csv'), 'a\n2\n');
  });

  it('fetch and pull: everything back after all is lost', async () => {
    await done(root, 'push');
    for (const path of ['.dvc/cache', 'data/a.csv', 'pics', 'more.bin']) {
      rmSync(join(root, path), { recursive: true, force: true });
    }
    assert.match(await done(root, 'status'), /Not pulled:\n {2}\(get it: tracks pull/);
    assert.match(await done(root, 'fetch', 'data/a.csv'), /^Fetched 1 object, 4 B\.\n$/);
    assert.equal(existsSync(join(root, 'data/a.csv')), false);
    assert.match(await done(root, 'pull', 'pics/in/2.png', '-j', '2'), /A {2}pics\//);
    assert.equal(read('pics/in/2.png'), 'two');
    assert.equal(existsSync(join(root, 'pics/1.png')), false);
    const result = (await json(root, 'pull')) as { failed: unknown[]; added: string[] };
    assert.deepEqual(result.failed, []);
    assert.ok(result.added.includes('data/a.csv'));
    assert.match(await done(root, 'pull'), /^Everything is in place\.\n$/);
    await fails(['pull', 'nope'], /nope is not tracked/);
    rmSync(join(root, '.dvc/cache'), { recursive: true, force: true });
    const lost = await done(root, 'status');
    assert.match(lost, /Here, and not in the cache:\n {2}\(put it there: tracks commit/);
    assert.doesNotMatch(lost, /Not pulled|Changed/);
    await done(root, 'commit');
    assert.doesNotMatch(await done(root, 'status'), /not in the cache|Not pulled|Changed/);
  });

  it('pull: what is nowhere is named, and is no failure with --allow-missing', async () => {
    write(root, 'lost.bin', 'lost');
    await done(root, 'add', 'lost.bin');
    rmSync(join(root, 'lost.bin'));
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    await fails(['pull'], /lost\.bin: its data .* is neither in the cache nor on the remote "store"/);
    await fails(['checkout', 'lost.bin'], /not in the cache/);
    assert.equal((await tracks(root, ['checkout', 'lost.bin', '--allow-missing'])).code, 0);
    await done(root, 'remove', 'lost.bin');
  });

  it('move, remove, unprotect', async () => {
    mkdirSync(join(root, 'moved'));
    assert.match(await done(root, 'move', 'more.bin', 'moved/'), /^Moved: more\.bin → moved\/more\.bin/);
    assert.match(await done(join(root, 'moved'), 'mv', 'more.bin', '..'), /^Moved: more\.bin → \.\.\/more\.bin/);
    await fails(['move', 'more.bin', 'data/a.csv'], /overlaps|there already/);
    assert.equal(await done(root, 'unprotect', 'pics'), 'Can be edited: pics\n');
    await fails(['unprotect', 'nope'], /nope is not tracked/);
    assert.match(await done(root, 'remove', 'more.bin'), /^Not tracked any more: more\.bin/);
    assert.equal(read('more.bin'), 'more');
    await fails(['rm', 'more.bin'], /more\.bin is not tracked/);
  });

  it('gc: asks nobody without a terminal, and deletes nothing then', async () => {
    write(root, 'short.bin', 'short-lived');
    await done(root, 'add', 'short.bin');
    await done(root, 'remove', 'short.bin');
    await done(root, 'fetch');
    const refused = await tracks(root, ['gc', '-w']);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /1 object \(11 B\) would be deleted, and there is no terminal/);
    const dry = (await json(root, 'gc', '-w', '--dry')) as { done: string[]; dry: boolean };
    assert.deepEqual([dry.done.length, dry.dry], [1, true]);
    assert.match(await done(root, 'gc', '-w', '--dry'), /^Would delete 1 object \(11 B\) and keep \d/);
    assert.match(await done(root, 'gc', '-w', '-f'), /^Deleted 1 object \(11 B\)/);
    assert.equal(await done(root, 'gc', '-w'), 'Nothing to delete.\n');
    assert.equal((await tracks(root, ['status', 'pics', '-q'])).code, 0);
  });

  it('remote: add, list, default, modify, test, remove', async () => {
    await done(root, 'remote', 'add', '--local', 'mine', 'spare');
    assert.match(read('.dvc/config.local'), /\['remote "mine"'\]\n {4}url = \.\.\/spare/);
    await fails(['remote', 'add', 'mine', 'x'], /There is a remote "mine" already/);
    const list = (await json(root, 'remote', 'list')) as { name: string; url: string; default: boolean }[];
    assert.deepEqual(
      list.map((r) => [r.name, r.default]),
      [
        ['store', true],
        ['mine', false],
      ],
    );
    assert.equal(list[1]?.url, join(root, 'spare'));
    assert.match(await done(root, 'remote', 'list'), /^store +\S+ +\(default\)\nmine {3}\S+spare\n$/);
    assert.equal(await done(root, 'remote', 'default'), 'store\n');
    await done(root, 'remote', 'default', '--local', 'mine');
    assert.deepEqual(await json(root, 'remote', 'default'), { name: 'mine' });
    await fails(['remote', 'default', 'nope'], /There is no remote "nope"/);
    await done(root, 'remote', 'modify', '--local', 'mine', 'url', 'elsewhere');
    assert.match(read('.dvc/config.local'), /url = \.\.\/elsewhere/);
    await fails(['remote', 'modify', 'nope', 'url', 'x'], /There is no remote "nope"/);
    assert.match(await done(root, 'remote', 'test'), /^mine can be reached/);
    await fails(['remote', 'test', 'nope'], /There is no remote "nope"/);
    await done(root, 'remote', 'remove', '--local', 'mine');
    await fails(['remote', 'remove', 'mine'], /There is no remote "mine"/);
    assert.equal(await done(root, 'remote', 'default'), 'store\n');
    await done(root, 'remote', 'default', '-u');
    assert.equal((await tracks(root, ['remote', 'default'])).code, 1);
    await done(root, 'remote', 'default', 'store');
  });

  it('config: get, set, unset, list', async () => {
    assert.match(await done(root, 'config', 'cache.type', 'copy'), /checkout --relink/);
    assert.equal(await done(root, 'config', 'cache.type'), 'copy\n');
    assert.match(await done(root, 'config', '--show-origin', 'cache.type'), /^\.dvc\/config\tcopy\n$/);
    assert.match(await done(root, 'config', '-l'), /^core\.remote=store$/m);
    const all = (await json(root, 'config', '-l')) as { name: string; level: string }[];
    assert.ok(all.some((l) => l.name === 'cache.type' && l.level === 'project'));
    await done(root, 'config', '-u', 'cache.type');
    await fails(['config', 'cache.type'], /cache\.type is not set/);
    await fails(['config', '-u', 'cache.type'], /not set at this level/);
    assert.equal((await tracks(root, ['config', 'nonsense'])).code, 2);
  });

  it('a pointer in conflict: the rest is shown, and the exit code says so', async () => {
    const pointer = read('data/a.csv.dvc');
    write(root, 'data/a.csv.dvc', `<<<<<<< HEAD\n${pointer}=======\n${pointer}>>>>>>> other\n`);
    const { code, stderr, stdout } = await tracks(root, ['status', '--json']);
    assert.equal(code, 1);
    assert.match(stderr, /^tracks: .*data\/a\.csv\.dvc/);
    JSON.parse(stdout);
    write(root, 'data/a.csv.dvc', pointer);
  });

  it('-v says where an error comes from', async () => {
    const { stderr } = await tracks(root, ['versions', 'nope', '-v']);
    assert.match(stderr, / at .*:\d+:\d+/);
  });

  it('colour only where it is wanted, and no word of experiments', async () => {
    const { stdout, stderr } = await tracks(root, ['ls', '-R'], { env: { NO_COLOR: '', FORCE_COLOR: '1' } });
    assert.equal(stdout.includes('\u001b'), false);
    assert.equal(stderr, '');
  });
});

describe('tracks: ends that others make', function () {
  this.timeout(60_000);
  it('Ctrl-C: 130, what was done is kept, nothing half done is left', async () => {
    const root = temporaryFolder('tracks-cli-');
    await done(root, 'init', '--no-scm');
    for (let i = 0; i < 6; i++) write(root, `big/${i}.bin`, Buffer.alloc(40 << 20, i));
    // -v says something before the work begins: that is when the signal comes.
    const { code, stderr } = await tracks(root, ['add', 'big', '-v'], {
      env: { XDG_CACHE_HOME: '/dev/null/nowhere' },
      stopAfterOutput: 'SIGINT',
    });
    assert.equal(code, 130, stderr);
    assert.match(stderr, /tracks: Stopped\. What was done is kept/);
    assert.equal(existsSync(join(root, 'big.dvc')), false);
    assert.equal(await done(root, 'add', 'big').then((s) => s.split('\n')[0]), 'Tracked: big');
  });

  it('a reader that goes away is no error', async () => {
    const root = temporaryFolder('tracks-cli-');
    await done(root, 'init', '--no-scm');
    for (let i = 0; i < 3000; i++) write(root, `folder/a-rather-long-name-of-a-file-${i}`, '');
    const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'ls', '-R', '--json'], { cwd: root, env: dvcEnvironment() });
    const err: string[] = [];
    child.stderr.on('data', (d: Buffer) => err.push(d.toString()));
    child.stdout.once('readable', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([code, err.join('')], [0, '']);
  });
});

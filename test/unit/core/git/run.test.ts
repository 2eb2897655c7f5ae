import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { openGit } from '../../../../src/core/git/repository.ts';
import { createRunner, gitEnvironment } from '../../../../src/core/git/run.ts';
import { type GitSandbox, makeGitSandbox } from './sandbox.ts';

const posixOnly = process.platform === 'win32' ? 'on Windows, where a script cannot stand in for git' : undefined;

describe('running git', () => {
  let box: GitSandbox;
  beforeEach(() => {
    box = makeGitSandbox();
  });
  afterEach(() => box.dispose());

  it('keeps an outer git and an editor out of the environment', () => {
    const env = gitEnvironment({
      PATH: '/bin',
      HOME: '/home/x',
      GIT_DIR: '/elsewhere',
      GIT_INDEX_FILE: '/elsewhere/index',
      git_work_tree: '/elsewhere',
      GIT_OBJECT_DIRECTORY: '/elsewhere',
      GIT_CONFIG_PARAMETERS: "'core.bare=true'",
      GIT_ASKPASS: '/editor/askpass.sh',
      GIT_EXTERNAL_DIFF: 'x',
      GIT_OPTIONAL_LOCKS: '1',
      GIT_CONFIG_GLOBAL: '/home/x/.gitconfig',
      EDITOR: 'vi',
      Pager: 'less',
      LC_ALL: 'de_DE.UTF-8',
      NOTHING: undefined,
    });
    assert.deepEqual(env, {
      PATH: '/bin',
      HOME: '/home/x',
      GIT_CONFIG_GLOBAL: '/home/x/.gitconfig',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_LITERAL_PATHSPECS: '1',
      LC_ALL: 'C',
    });
  });

  it('opens the repository of the folder, whatever an outer git says', async () => {
    box.write('a', 'a');
    const commit = box.commit('first');
    const other = makeGitSandbox();
    try {
      other.commit('another');
      const outer = {
        ...box.env,
        GIT_DIR: join(other.root, '.git'),
        GIT_WORK_TREE: other.root,
        GIT_INDEX_FILE: join(other.root, '.git/index'),
      };
      const repo = await openGit(box.root, outer);
      assert.equal(repo.root, box.root);
      assert.equal((await repo.head()).commit, commit);
      assert.deepEqual(await repo.isTracked(['a']), new Set(['a']));
    } finally {
      other.dispose();
    }
  });

  it('is not led astray by the settings of the user', async () => {
    const config = join(box.home, 'config');
    writeFileSync(
      config,
      [
        '[log]',
        'showRoot = false',
        'showSignature = true',
        'follow = true',
        'decorate = short',
        'date = relative',
        '[color]',
        'ui = always',
        '[core]',
        'quotePath = true',
        'abbrev = 4',
        '[diff]',
        'renames = copies',
        'noprefix = true',
        'external = false',
        '[i18n]',
        'logOutputEncoding = ISO-8859-1',
        '[format]',
        'pretty = oneline',
        '[status]',
        'short = true',
      ].join('\n'),
    );
    box.write('ä.dvc', 'outs:\n- md5: 1\n  path: one\n');
    box.commit('fïrst');
    box.write('b.dvc', 'outs:\n- md5: 1\n  path: one\n');
    box.commit('second');
    const repo = await openGit(box.root, { ...box.env, GIT_CONFIG_GLOBAL: config });
    const { entries } = await repo.history(['ä.dvc', 'b.dvc'], { skip: 0, limit: 10 });
    assert.deepEqual(
      entries.map(({ subject, author, refs, files }) => ({
        subject,
        author,
        refs,
        files: files.map((f) => [f.status, f.path]),
      })),
      [
        { subject: 'second', author: 'Ada Löve', refs: ['main'], files: [['A', 'b.dvc']] },
        { subject: 'fïrst', author: 'Ada Löve', refs: [], files: [['A', 'ä.dvc']] },
      ],
    );
  });

  it('says that git is not installed', async () => {
    const empty = join(box.home, 'empty');
    mkdirSync(empty);
    await assert.rejects(
      openGit(box.root, { ...box.env, PATH: empty }),
      (e) => isTracksError(e, 'git') && /not installed/.test(e.message) && /git-scm\.com/.test(e.hint ?? ''),
    );
  });

  it('says that the folder is gone', async () => {
    await assert.rejects(openGit(join(box.home, 'gone') as AbsPath, box.env), (e) => isTracksError(e, 'not-found'));
  });

  it('names what git said and how to see more', async () => {
    const git = createRunner(box.root, box.env);
    await assert.rejects(
      git.text(['merge-base', '--octopus']),
      (e) =>
        isTracksError(e, 'git') &&
        e.message.startsWith('git merge-base: ') &&
        e.path === box.root &&
        e.hint !== undefined,
    );
  });

  describe('with a script in the place of git', () => {
    before(function () {
      if (posixOnly !== undefined) {
        console.log(`      skipped ${posixOnly}`);
        this.skip();
      }
    });

    /** A runner whose git is a shell script; `$HERE` is the folder of the script. */
    const fake = (script: string): ReturnType<typeof createRunner> => {
      const bin = join(box.home, 'bin');
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, 'git'), `#!/bin/sh\nHERE='${bin}'\n${script}\n`);
      chmodSync(join(bin, 'git'), 0o755);
      return createRunner(box.root, { ...box.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` });
    };
    const made = (name: string): string => join(box.home, 'bin', name);
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    };

    it('starts four at once at most, and all in the end', async () => {
      const git = fake(
        'mkdir "$HERE/run-$$"; ls -d "$HERE"/run-* | wc -l >> "$HERE/counts"; sleep 0.1; rmdir "$HERE/run-$$"; echo done',
      );
      const answers = await Promise.all(Array.from({ length: 12 }, () => git.text(['x'])));
      assert.equal(answers.filter((answer) => answer.stdout === 'done\n').length, 12);
      const counts = readFileSync(made('counts'), 'utf8').trim().split(/\s+/).map(Number);
      assert.equal(Math.max(...counts), 4);
    });

    it('ends the process of an aborted call, and goes on with the next', async () => {
      const git = fake('echo $$ > "$HERE/pid.$$"; echo begun; [ "$1" = quick ] || exec sleep 30');
      const abort = new AbortController();
      const slow = git.text(['slow'], { signal: abort.signal });
      await until(() => existsSync(made('')) && readdirSync(made('')).some((name) => name.startsWith('pid.')));
      abort.abort();
      await assert.rejects(slow, (e) => isTracksError(e, 'cancelled'));
      const pid = readdirSync(made(''))
        .find((name) => name.startsWith('pid.'))
        ?.slice(4);
      assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
      assert.equal((await git.text(['quick'])).stdout, 'begun\n');
    });

    it('takes an aborted call out of the queue', async () => {
      const git = fake(
        '[ "$1" = wait ] && : > "$HERE/$2"; while [ "$1" = wait ] && [ ! -e "$HERE/go" ]; do sleep 0.02; done; echo "$1"',
      );
      const running = Array.from({ length: 4 }, (_, i) => git.text(['wait', `w${i}`]));
      const abort = new AbortController();
      const queued = git.text(['queued'], { signal: abort.signal });
      const last = git.text(['last']);
      abort.abort();
      await assert.rejects(queued, (e) => isTracksError(e, 'cancelled'));
      writeFileSync(made('go'), '');
      await Promise.all(running);
      assert.equal((await last).stdout, 'last\n');
      await assert.rejects(git.text(['x'], { signal: AbortSignal.abort() }), (e) => isTracksError(e, 'cancelled'));
    });

    it('keeps one signal for a hundred calls without a warning', async () => {
      const git = fake('echo ok');
      const { signal } = new AbortController();
      const warnings: unknown[] = [];
      const warn = (warning: unknown): void => void warnings.push(warning);
      process.on('warning', warn);
      await Promise.all(Array.from({ length: 100 }, () => git.text(['x'], { signal })));
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', warn);
      assert.deepEqual(warnings, []);
    });

    it('takes a process that was killed for a failure', async () => {
      await assert.rejects(
        fake('echo half; kill -9 $$').text(['log']),
        (e) => isTracksError(e, 'git') && /ended from outside/.test(e.message),
      );
    });

    it('fails where git fails silently, and has the whole output of a slow one', async () => {
      await assert.rejects(fake('exit 3').text(['x']), (e) => isTracksError(e, 'git') && /code 3/.test(e.message));
      assert.equal((await fake('exit 3').text(['x'], { accept: [3] })).code, 3);
      const slow = fake('(sleep 0.2; echo late) & echo early');
      assert.equal((await slow.text(['x'])).stdout, 'early\nlate\n');
    });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ErrorCode } from '../../../../src/base/errors.ts';
import { gitError } from '../../../../src/core/git/faults.ts';

const cases: readonly { stderr: string; code: ErrorCode; message?: RegExp; hint: RegExp; path?: string }[] = [
  {
    stderr:
      "fatal: detected dubious ownership in repository at '/data/my repo'\nTo add an exception for this directory, call:\n",
    code: 'git',
    message: /does not trust "\/data\/my repo"/,
    hint: /git config --global --add safe\.directory "\/data\/my repo"/,
  },
  {
    stderr: "fatal: unsafe repository ('/data/r' is owned by someone else)\n",
    code: 'git',
    message: /does not trust "\/data\/r"/,
    hint: /safe\.directory/,
  },
  {
    stderr: 'fatal: not a git repository (or any of the parent directories): .git\n',
    code: 'not-a-repository',
    hint: /git init/,
  },
  { stderr: 'fatal: this operation must be run in a work tree\n', code: 'not-a-repository', hint: /work tree/ },
  {
    stderr: "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process seems to be running\n",
    code: 'locked',
    hint: /delete \/r\/\.git\/index\.lock/,
  },
  { stderr: "fatal: ../x: '../x' is outside repository at '/r'\n", code: 'bad-path', hint: /inside/ },
  { stderr: "fatal: pathspec 'l/x' is beyond a symbolic link\n", code: 'bad-path', hint: /inside/ },
  {
    stderr:
      'The following paths are ignored by one of your .gitignore files:\ndata/x\nhint: Use -f if you really want to add them.\n',
    code: 'git',
    message: /git ignores data\/x\./,
    hint: /\.gitignore/,
    path: 'data/x',
  },
  { stderr: 'fatal: bad object abc\n', code: 'not-found', message: /bad object abc/, hint: /branch/ },
  {
    stderr: 'error: object file .git/objects/ab/c is empty\nfatal: loose object abc is corrupt\n',
    code: 'corrupt',
    hint: /git fsck/,
  },
  { stderr: 'error: file write error: No space left on device\n', code: 'no-space', hint: /Free some space/ },
  { stderr: 'error: open(".git/x"): Permission denied\n', code: 'no-permission', hint: /mode/ },
  {
    stderr: 'warning: something\nhint: x\nfatal: never seen\n',
    code: 'git',
    message: /^git log: never seen$/,
    hint: /yourself/,
  },
];

describe('gitError', () => {
  for (const { stderr, code, message, hint, path } of cases) {
    it(`${code}: ${stderr.split('\n', 1)[0]}`, () => {
      const error = gitError({ root: '/r', args: ['log'], code: 128, stderr });
      assert.equal(error.code, code);
      if (message !== undefined) assert.match(error.message, message);
      assert.match(error.hint ?? '', hint);
      assert.equal(error.path, path ?? '/r');
    });
  }
});

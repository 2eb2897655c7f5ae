import { TracksError } from '../../base/errors.ts';

export interface GitFailure {
  readonly root: string;
  /** The arguments, the subcommand first. */
  readonly args: readonly string[];
  /** Below zero where the program could not be started; `null` where a signal ended it. */
  readonly code: number | null;
  /** In English (`LC_ALL=C`). */
  readonly stderr: string;
}

interface Rule {
  readonly when: RegExp;
  readonly make: (failure: GitFailure, text: string) => TracksError;
}

const rules: readonly Rule[] = [
  {
    when: /dubious ownership|unsafe repository/,
    make: ({ root, stderr }) => {
      const folder = /repository (?:at )?'?\(?'([^'\n]+)'/.exec(stderr)?.[1] ?? root;
      return new TracksError('git', `git does not trust "${folder}": it belongs to another user.`, {
        path: root,
        hint: `If you trust it, run: git config --global --add safe.directory "${folder}"`,
      });
    },
  },
  {
    when: /not a git repository|must be run in a work tree/i,
    make: ({ root }) =>
      new TracksError('not-a-repository', `${root}: not the work tree of a git repository.`, {
        path: root,
        hint: 'Open a folder inside of a git work tree, or run `git init` there.',
      }),
  },
  {
    when: /Unable to create '.*\.lock': File exists/,
    make: ({ root, stderr }) => {
      const lock = /Unable to create '(.*\.lock)'/.exec(stderr)?.[1];
      return new TracksError('locked', 'Another git process holds the repository.', {
        path: root,
        retry: 'later',
        hint: `Wait until it ends and try again; if none runs, delete ${lock ?? 'the .lock file'}.`,
      });
    },
  },
  {
    when: /is outside (of )?(the )?repository|is beyond a symbolic link|is in submodule/,
    make: ({ root }, text) =>
      new TracksError('bad-path', text, { path: root, hint: 'Name a path inside of this git repository.' }),
  },
  {
    when: /paths are ignored by one of your \.gitignore/,
    make: ({ root, stderr }) => {
      const names = stderr.split('\n').filter((line) => line !== '' && !/^(The following|hint:)/.test(line));
      return new TracksError('git', `git ignores ${names.join(', ')}.`, {
        path: names[0] ?? root,
        hint: 'Take the rule out of .gitignore, so that the file can be committed.',
      });
    },
  },
  {
    when: /bad object|bad revision|unknown revision|ambiguous argument|not a valid object name/i,
    make: ({ root }, text) =>
      new TracksError('not-found', text, { path: root, hint: 'Name a branch, a tag or a commit of this repository.' }),
  },
  {
    when: /is corrupt|object file .* is empty|unable to unpack/,
    make: ({ root }, text) =>
      new TracksError('corrupt', text, {
        path: root,
        hint: 'Run `git fsck` in the repository to see what is damaged.',
      }),
  },
  {
    when: /No space left on device/,
    make: ({ root }, text) => new TracksError('no-space', text, { path: root, hint: 'Free some space and try again.' }),
  },
  {
    when: /Permission denied/,
    make: ({ root }, text) =>
      new TracksError('no-permission', text, { path: root, hint: 'Check the owner and the mode of the .git folder.' }),
  },
];

/** The error for a git process that ended badly. */
export function gitError(failure: GitFailure): TracksError {
  const { root, args, code, stderr } = failure;
  if (code !== null && code < 0) {
    return new TracksError('git', 'git could not be started: it is not installed, or not on the PATH.', {
      path: root,
      hint: 'Install git from https://git-scm.com/downloads, then open the folder again.',
      details: { stderr: stderr.split('\n', 1)[0] ?? '' },
    });
  }
  const lines = stderr.split('\n').filter((line) => line !== '' && !/^(hint|warning):/.test(line));
  const first = (lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? '').replace(/^(fatal|error): /, '');
  const how = code === null ? 'was ended from outside' : first === '' ? `ended with code ${code}` : first;
  const text = `git ${args[0] ?? ''}: ${how}`;
  for (const rule of rules) if (rule.when.test(stderr)) return rule.make(failure, text);
  return new TracksError('git', text, {
    path: root,
    hint: `Run \`git ${args[0] ?? ''}\` in ${root} yourself to see more.`,
    details: { code, stderr },
  });
}

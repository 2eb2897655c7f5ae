import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AbsPath } from '../../../../src/base/paths.ts';

/** A git repository in a temporary folder, driven by git itself; the user's and the machine's settings are left out. */
export interface GitSandbox {
  /** The folder around everything; removed by `dispose`. */
  readonly home: AbsPath;
  readonly root: AbsPath;
  /** Runs git in `root`; its output without the last newline. */
  git(...args: string[]): string;
  /** The same in another folder. */
  gitIn(folder: string, ...args: string[]): string;
  /** Below `root`; folders are made. */
  write(path: string, content: string | Uint8Array): void;
  /** Stages everything and commits it one minute after the commit before; the commit id. */
  commit(subject: string): string;
  readonly env: Readonly<Record<string, string>>;
  dispose(): void;
}

export function makeGitSandbox(name = 'repo'): GitSandbox {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'tracks git é '))) as AbsPath;
  const root = join(home, name) as AbsPath;
  mkdirSync(root);
  let minute = 0;
  const env: Record<string, string> = {
    ...process.env,
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada Löve',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada Löve',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    GIT_ALLOW_PROTOCOL: 'file',
  };
  const gitIn = (folder: string, ...args: string[]): string => {
    const date = `${1_700_000_000 + minute * 60} +0000`;
    return execFileSync('git', args, {
      cwd: folder,
      env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).replace(/\n$/, '');
  };
  const git = (...args: string[]): string => gitIn(root, ...args);
  git('init', '-q', '-b', 'main');
  return {
    home,
    root,
    git,
    gitIn,
    env,
    write: (path, content) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    commit: (subject) => {
      minute++;
      git('add', '--all');
      git('commit', '-q', '--allow-empty', '-m', subject);
      return git('rev-parse', 'HEAD');
    },
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}

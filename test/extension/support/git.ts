import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

export type Git = (...args: readonly string[]) => string;

export const identity = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export function gitIn(root: string): Git {
  return (...args) =>
    execFileSync('git', args, { cwd: root, env: { ...process.env, ...identity }, encoding: 'utf8', stdio: 'pipe' });
}

export function md5(bytes: string | Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Where an object lies in a cache or on a remote. */
export function objectFile(store: string, hash: string): string {
  return path.join(store, 'files', 'md5', hash.slice(0, 2), hash.slice(2));
}

/** The text of a `.dvc` file for one file. */
export function pointerText(name: string, bytes: string | Uint8Array): string {
  return `outs:\n- md5: ${md5(bytes)}\n  size: ${bytes.length}\n  hash: md5\n  path: ${name}\n`;
}

/** An empty git repository with a first commit to stand on. */
export async function gitRepository(root: string): Promise<Git> {
  await mkdir(root, { recursive: true });
  const git = gitIn(root);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ann');
  git('config', 'user.email', 'ann@example.org');
  git('config', 'commit.gpgsign', 'false');
  git('config', 'gc.auto', '0');
  return git;
}

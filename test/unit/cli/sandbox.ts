import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../support/core.ts';
import { dvcEnvironment } from '../../support/dvc.ts';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Runs the command line from its sources, as a process of its own. */
export function tracks(
  cwd: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly stopAfterOutput?: NodeJS.Signals } = {},
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const env = { ...dvcEnvironment(), ...options.env };
    const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      err.push(chunk);
      if (err.length === 1 && options.stopAfterOutput !== undefined) child.kill(options.stopAfterOutput);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const bytes = Buffer.concat(out);
      resolve({ code, stdout: bytes.toString('utf8'), stderr: Buffer.concat(err).toString('utf8'), bytes });
    });
  });
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: dvcEnvironment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function write(root: string, path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

export function commitAll(root: string, subject: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', subject);
}

/** A repository in git with a folder as its default remote, `data/a.csv` and `pics/` tracked, in one commit. */
export async function project(): Promise<string> {
  const root = temporaryFolder('tracks-cli-');
  git(root, 'init', '-q', '-b', 'main');
  await done(root, 'init');
  await done(root, 'remote', 'add', '-d', 'store', temporaryFolder('tracks-cli-remote-'));
  write(root, 'data/a.csv', 'a\n1\n');
  write(root, 'pics/1.png', 'one');
  write(root, 'pics/in/2.png', 'two');
  await done(root, 'add', 'data/a.csv', 'pics');
  commitAll(root, 'Add data');
  return root;
}

/** Fails the test where the verb does. */
export async function done(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await tracks(cwd, args);
  if (code !== 0) throw new Error(`tracks ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

export async function json(cwd: string, ...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await tracks(cwd, [...args, '--json']);
  const lines = stdout.split('\n');
  if (lines.length !== 2 || lines[1] !== '') throw new Error(`not one line of JSON:\n${stdout}${stderr}`);
  return JSON.parse(lines[0] as string);
}

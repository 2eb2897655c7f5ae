import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** The DVC that our formats are tested against. */
export const dvcVersion = '3.67.1';

export interface DvcResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Found {
  readonly file?: string;
  readonly why?: string;
}

let found: Found | undefined;

/** The real DVC's program: the variable DATA_TRACKS_DVC, else `dvc` on the PATH, else the one in the cache folder. */
export function dvcProgram(): string | undefined {
  found ??= find();
  return found.file;
}

function find(): Found {
  const named = process.env['DATA_TRACKS_DVC'];
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).filter((dir) => dir !== '');
  const cached = cacheFolder(`dvc-${dvcVersion}`, process.platform === 'win32' ? 'Scripts' : 'bin');
  const name = process.platform === 'win32' ? 'dvc.exe' : 'dvc';
  const candidates = named ? [named] : [...onPath, cached].map((dir) => path.join(dir, name));
  let why = named ? `DATA_TRACKS_DVC names ${named}, which cannot be run` : 'there is none';
  for (const file of candidates) {
    if (!runs(file)) continue;
    const { stdout, status } = spawnSync(file, ['--version'], { encoding: 'utf8', env: dvcEnvironment() });
    if (status === 0 && stdout.trim().startsWith('3.')) return { file };
    why = `${file} is no DVC 3 (it says "${stdout.trim()}")`;
  }
  return { why };
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not executable: the next candidate
  }
}

/** Skips the test or suite where there is no real DVC, saying how to get it; fails it where DATA_TRACKS_REQUIRE_DVC is 1. */
export function requireDvc(this: Mocha.Context): void {
  if (dvcProgram() !== undefined) return;
  const message = `Real DVC is needed (${found?.why}): pip install dvc==${dvcVersion}, or name it by DATA_TRACKS_DVC`;
  if (process.env['DATA_TRACKS_REQUIRE_DVC'] === '1') throw new Error(message);
  console.log(`    skipped: ${message}`);
  this.skip();
}

let home: string | undefined;

/** No analytics, a home and configuration folders of its own, and an identity for git. */
export function dvcEnvironment(): NodeJS.ProcessEnv {
  if (home === undefined) {
    const made = mkdtempSync(path.join(os.tmpdir(), 'data-tracks-dvc-home-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    home = made;
  }
  const env = { ...process.env };
  for (const key of Object.keys(env)) if (/^(DVC_|GIT_|XDG_)/.test(key)) delete env[key];
  return {
    ...env,
    DVC_NO_ANALYTICS: '1',
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_CONFIG_DIRS: path.join(home, 'system-config'),
    XDG_CACHE_HOME: path.join(home, 'cache'),
    XDG_STATE_HOME: path.join(home, 'state'),
    XDG_DATA_HOME: path.join(home, 'data'),
    DVC_SITE_CACHE_DIR: path.join(home, 'site-cache'),
    DVC_GLOBAL_CONFIG_DIR: path.join(home, 'config', 'dvc'),
    DVC_SYSTEM_CONFIG_DIR: path.join(home, 'system-config', 'dvc'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.org',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.org',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
}

/** Runs real DVC. A failing command is a result, not an exception: look at `code`. */
export function dvc(
  cwd: string,
  args: readonly string[],
  extraEnv: Readonly<Record<string, string>> = {},
): Promise<DvcResult> {
  const file = dvcProgram();
  if (file === undefined) throw new Error('no real DVC: call requireDvc in a before hook');
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { cwd, env: { ...dvcEnvironment(), ...extraEnv }, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}

/** As {@link dvc}, but throws where the command fails. Resolves to what it printed. */
export async function runDvc(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await dvc(cwd, args);
  if (code !== 0) throw new Error(`dvc ${args.join(' ')} ended with ${code}:\n${stderr || stdout}`);
  return stdout;
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface ProjectOptions {
  /** Becomes the project's folder. */
  readonly folder: string;
  /** `tracks`, or another program that takes the same words (`dvc`). */
  readonly program: readonly [file: string, ...args: string[]];
}

/** A project in the making: files, data and commits. Paths are relative to it. */
export interface Project {
  readonly folder: string;
  path(relative: string): string;
  write(relative: string, content: string | Uint8Array): Promise<void>;
  tracks(...args: string[]): Promise<void>;
  /** Commits all there is. `daysAgo`: whole days before today; the time of the day follows from it. */
  commit(subject: string, by: { readonly author: Author; readonly daysAgo: number }): Promise<void>;
  /** Tracks a file that comes from outside, as `import-url` does: frozen, with the source's hash. `source` is relative to the file's folder. */
  importFile(relative: string, source: string): Promise<void>;
}

export function createProject({ folder, program }: ProjectOptions): Project {
  const [file, ...first] = program;
  const at = (relative: string): string => path.join(folder, relative);
  const tracks = (...args: string[]): Promise<void> => run(file, [...first, ...args], { cwd: folder });
  const write = async (relative: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(path.dirname(at(relative)), { recursive: true });
    await writeFile(at(relative), content);
  };
  return {
    folder,
    path: at,
    write,
    tracks,
    commit: async (subject, { author, daysAgo }) => {
      await run('git', ['add', '--all'], { cwd: folder });
      await run('git', ['commit', '--quiet', '--message', subject], {
        cwd: folder,
        env: identity(author, commitTime(daysAgo)),
      });
    },
    importFile: async (relative, source) => {
      const content = await readFile(path.join(path.dirname(at(relative)), source));
      await write(relative, content);
      // Brings the bytes into the cache and the name into .gitignore.
      await tracks('add', relative);
      await write(`${relative}.dvc`, importPointer({ name: path.basename(relative), source, content }));
    },
  };
}

/** Hours differ, so that a day's commits are told apart. The same day gives the same time on every machine. */
function commitTime(daysAgo: number): string {
  const time = new Date();
  time.setUTCHours(9 + ((daysAgo * 5) % 8), (daysAgo * 17) % 60, 0, 0);
  time.setUTCDate(time.getUTCDate() - daysAgo);
  return `${Math.floor(time.getTime() / 1000)} +0000`;
}

function identity({ name, email }: Author, date: string): NodeJS.ProcessEnv {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}

/** The pointer of a frozen import. Its own `md5` is that of the pointer as JSON with sorted keys, sizes left out (as DVC has it). */
function importPointer({
  name,
  source,
  content,
}: {
  readonly name: string;
  readonly source: string;
  readonly content: Uint8Array;
}): string {
  const md5 = createHash('md5').update(content).digest('hex');
  const entry = (file: string): string => `{"hash": "md5", "md5": "${md5}", "path": ${JSON.stringify(file)}}`;
  const stage = createHash('md5')
    .update(`{"deps": [${entry(source)}], "outs": [${entry(name)}]}`)
    .digest('hex');
  const lines = (file: string): string => `- md5: ${md5}\n  size: ${content.length}\n  hash: md5\n  path: ${file}\n`;
  return `md5: ${stage}\nfrozen: true\ndeps:\n${lines(source)}outs:\n${lines(name)}`;
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program without the user's git configuration (hooks, signing, templates). Throws with what it said where it fails. */
export function run(file: string, args: readonly string[], { cwd, env = {} }: RunOptions): Promise<void> {
  const clean = { ...process.env };
  for (const key of Object.keys(clean)) if (/^GIT_/.test(key)) delete clean[key];
  const all = { ...clean, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: os.devNull, DVC_NO_ANALYTICS: '1', ...env };
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env: all, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${path.basename(file)} ${args.join(' ')} failed:\n${stderr || stdout || error.message}`));
    });
  });
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { AbsPath } from '../../src/base/paths.ts';
import { openRepository, type Repository } from '../../src/core/repository.ts';
import { temporaryFolder, testHost } from './core.ts';
import { type DvcResult, dvcEnvironment } from './dvc.ts';
import { openDvcSession } from './dvc-session.ts';

/** Text (or bytes) by path; `null` makes an empty folder; `{ text, mode }` a file with a mode; `{ link }` a symbolic link. */
export type Files = Readonly<
  Record<
    string,
    string | Uint8Array | null | { readonly text: string; readonly mode: number } | { readonly link: string }
  >
>;

/** Real DVC and our verbs at work in the same folders, each folder with a DVC site cache and a host of its own. */
export interface Bench extends AsyncDisposable {
  /** A new folder; what is put below it shares its site cache and host. */
  folder(name: string): AbsPath;
  /** Runs DVC; throws where it fails. Resolves to what it printed. */
  dvc(cwd: string, ...args: readonly string[]): Promise<string>;
  tryDvc(cwd: string, ...args: readonly string[]): Promise<DvcResult>;
  /** Opens a repository for as long as `work` runs. */
  ours<T>(root: AbsPath, work: (repo: Repository) => T | Promise<T>): Promise<T>;
}

export function openBench(): Bench {
  const base = temporaryFolder('tracks-bench-');
  const session = openDvcSession();
  let count = 0;
  const areaOf = (cwd: string): string => relative(base, cwd).split(sep)[0] ?? '';
  const tryDvc = (cwd: string, ...args: readonly string[]): Promise<DvcResult> =>
    session.run(cwd, args, { DVC_SITE_CACHE_DIR: join(base, `${areaOf(cwd)}.site`) });
  return {
    folder: (name) => {
      const folder = join(base, `${count++}-${name}`) as AbsPath;
      mkdirSync(folder);
      return folder;
    },
    tryDvc,
    dvc: async (cwd, ...args) => {
      const { code, stdout, stderr } = await tryDvc(cwd, ...args);
      if (code !== 0) throw new Error(`dvc ${args.join(' ')} ended with ${code}:\n${stderr || stdout}`);
      return stdout;
    },
    ours: async (root, work) => {
      await using repo = await openRepository(root, testHost({ home: join(base, `${areaOf(root)}.home`) }));
      return await work(repo);
    },
    [Symbol.asyncDispose]: async () => {
      session[Symbol.dispose]();
      rmSync(base, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export function writeFiles(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(content === null ? file : dirname(file), { recursive: true });
    if (content === null) continue;
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
    else if ('link' in content) execFileSync('ln', ['-sfn', content.link, file]);
    else {
      writeFileSync(file, content.text);
      chmodSync(file, content.mode);
    }
  }
}

export function removePath(root: string, ...paths: readonly string[]): void {
  for (const path of paths) rmSync(join(root, path), { recursive: true, force: true });
}

export function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

export function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...dvcEnvironment(), GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function gitInit(root: string): void {
  git(root, 'init', '-q', '-b', 'main');
}

/** `git add` of everything, and a commit. */
export function gitCommit(root: string, message: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', message);
}

/**
 * Every file, link and folder below a root, a line each: mode, links, path, and the text (of a git file) or the md5 of a data file. What is
 * of no matter to anyone else (`.git`, `.dvc/tmp`) is left out, and the root's own path is written as `ROOT`.
 */
export function listing(root: string): string[] {
  const lines: string[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name);
      const path = relative(root, file);
      if (path === '.git' || path.endsWith('.dvc/tmp')) continue;
      const stats = lstatSync(file);
      const mode = (stats.mode & 0o7777).toString(8);
      const shown = JSON.stringify(path);
      if (stats.isSymbolicLink()) lines.push(`link ${shown} -> ${readlinkSync(file).replace(root, 'ROOT')}`);
      else if (stats.isDirectory()) {
        lines.push(`folder ${mode} ${shown}`);
        visit(file);
      } else {
        const bytes = readFileSync(file);
        const isText = /(\.dvc|dvc\.lock|dvc\.yaml|\.gitignore|\.dvcignore|config|config\.local)$/.test(name);
        const content = isText
          ? JSON.stringify(bytes.toString('utf8').replaceAll(root, 'ROOT'))
          : createHash('md5').update(bytes).digest('hex');
        lines.push(`file ${mode} ×${stats.nlink} ${shown} ${content}`);
      }
    }
  };
  visit(root);
  return lines;
}

/** What lies at these paths, a line a file: path and md5, links followed. An empty folder is a line, too. */
export function dataOf(root: string, paths: readonly string[]): string[] {
  const visit = (path: string): string[] => {
    const file = join(root, path);
    if (!existsSync(file)) return [`${path} absent`];
    if (!statSync(file).isDirectory()) return [`${path} ${createHash('md5').update(readFileSync(file)).digest('hex')}`];
    const names = readdirSync(file);
    return names.length === 0 ? [`${path} empty`] : names.sort().flatMap((name) => visit(join(path, name)));
  };
  return [...paths].sort().flatMap(visit);
}

/** As `deepEqual` of two lists of lines, but an error shows the differing lines alone: `-` is expected and absent, `+` is too much. */
export function assertSameLines(actual: readonly string[], expected: readonly string[], what: string): void {
  const left = new Set(expected);
  const right = new Set(actual);
  const wrong = [
    ...expected.filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !left.has(line)).map((line) => `+ ${line}`),
  ];
  if (wrong.length > 0) assert.fail(`${what}: not as DVC\n${wrong.join('\n')}`);
  assert.deepEqual(actual, expected, what);
}

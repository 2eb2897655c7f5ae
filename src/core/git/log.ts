import { TracksError } from '../../base/errors.ts';
import type { GitRunner } from './run.ts';

export interface LogFile {
  readonly status: 'A' | 'M' | 'D' | 'R' | 'T';
  /** Below the git root, posix. */
  readonly path: string;
  /** Where it was before, for `R`. */
  readonly oldPath?: string;
  /** Absent where the file is gone. */
  readonly blob?: string;
  /** What the first parent that has the file holds. */
  readonly oldBlob?: string;
}

/** One commit. */
export interface LogEntry {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly author: string;
  readonly email: string;
  /** The committer's date in milliseconds since 1970. */
  readonly time: number;
  /** Short names of the branches and tags that point here. */
  readonly refs: readonly string[];
  /** Of a merge, only the files that are like those of no parent. Submodules are left out. */
  readonly files: readonly LogFile[];
}

export interface LogQuery {
  /** Full commit ids. */
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** Literal paths, at least one. */
  readonly paths: readonly string[];
  readonly skip?: number;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of paths that go on the command line; Windows takes 32,767 characters in all. */
const argumentBudget = 16_000;

const fields = ['%H', '%P', '%ct', '%an', '%ae', '%D', '%s'];

/** Every setting of the user's that would change the output is overridden. */
const common: readonly string[] = [
  '-z',
  '--raw',
  '--no-abbrev',
  '--root',
  '-M',
  '-c',
  '--no-color',
  '--no-ext-diff',
  '--no-show-signature',
  '--no-follow',
  '--encoding=UTF-8',
  '--decorate=full',
  '--decorate-refs=refs/heads',
  '--decorate-refs=refs/tags',
  `--format=tformat:${fields.join('%x00')}`,
];

/** The commits that changed a path, newest first, from one process. */
export async function readLog(git: GitRunner, query: LogQuery): Promise<LogEntry[]> {
  const { include, exclude = [], paths, skip = 0, limit, signal } = query;
  if (include.length === 0 || paths.length === 0 || limit <= 0) return [];
  const { onLine, input } = splitPaths(paths);
  const { stdout } = await git.text(
    [
      'log',
      ...common,
      `--skip=${skip}`,
      `--max-count=${limit}`,
      ...(input === undefined ? [] : ['--stdin']),
      ...include,
      ...(exclude.length === 0 ? [] : ['--not', ...exclude]),
      '--',
      ...onLine,
    ],
    { signal, input },
  );
  return parseLog(stdout);
}

/** The renames in each of the commits; a merge has none. */
export async function readRenames(
  git: GitRunner,
  commits: readonly string[],
  signal: AbortSignal | undefined,
): Promise<LogEntry[]> {
  if (commits.length === 0) return [];
  const { stdout } = await git.text(['log', ...common, '--no-walk=unsorted', '--diff-filter=R', '--stdin'], {
    input: `${commits.join('\n')}\n`,
    signal,
  });
  return parseLog(stdout);
}

/** Standard input takes any number of paths, but none with a newline. */
function splitPaths(paths: readonly string[]): { onLine: readonly string[]; input: string | undefined } {
  let bytes = 0;
  for (const path of paths) bytes += Buffer.byteLength(path) + 3;
  if (bytes <= argumentBudget) return { onLine: paths, input: undefined };
  const lines = paths.filter((path) => !path.includes('\n'));
  return { onLine: paths.filter((path) => path.includes('\n')), input: `--\n${lines.join('\n')}\n` };
}

/**
 * Reads `git log -z --raw -c` in the format above: the fields of a commit, then its files, each ended by NUL.
 * The number of NULs to read is known at every point, so no name can be taken for something else.
 */
export function parseLog(output: string): LogEntry[] {
  const entries: LogEntry[] = [];
  let at = 0;
  const token = (): string => {
    const end = output.indexOf('\0', at);
    if (end < 0) throw new TracksError('git', 'git log: the output ends in the middle of a commit.');
    const text = output.slice(at, end);
    at = end + 1;
    return text;
  };
  while (at < output.length) {
    const [commit = '', parents = '', time = '', author = '', email = '', refs = '', subject = ''] = fields.map(token);
    const files: LogFile[] = [];
    // A newline stands between the message and the first file; for a merge it is one NUL more. An id begins with neither.
    if (output[at] === '\n' || output[at] === '\0') at++;
    while (output[at] === ':') {
      const file = parseFile(token(), token);
      if (file !== undefined) files.push(file);
    }
    entries.push({
      commit,
      parents: parents === '' ? [] : parents.split(' '),
      subject,
      author,
      email,
      time: Number(time) * 1000,
      refs: parseRefs(refs),
      files,
    });
  }
  return entries;
}

/** `:<mode> <mode> <id> <id> <status>`, with one colon, mode and id more for each parent of a merge (git-diff, RAW OUTPUT FORMAT). */
function parseFile(header: string, next: () => string): LogFile | undefined {
  const colons = header.search(/[^:]/);
  const parts = header.slice(colons).split(' ');
  const letters = parts.at(-1) ?? '';
  const moved = colons === 1 && /^[RC]/.test(letters);
  const first = next();
  const path = moved ? next() : first;
  const modes = parts.slice(0, colons + 1);
  if (modes.every((mode) => mode === '160000' || mode === '000000')) return undefined;
  const ids = parts.slice(colons + 1, 2 * colons + 2).map((id) => (/^0+$/.test(id) ? undefined : id));
  const blob = ids.at(-1);
  const oldBlob = ids.slice(0, -1).find((id) => id !== undefined);
  return {
    status: blob === undefined ? 'D' : oldBlob === undefined ? 'A' : statusOf(letters),
    path,
    ...(moved ? { oldPath: first } : {}),
    ...(blob === undefined ? {} : { blob }),
    ...(oldBlob === undefined ? {} : { oldBlob }),
  };
}

function statusOf(letters: string): LogFile['status'] {
  const letter = letters[0];
  if (/^[RT]\d*$/.test(letters) && (letter === 'R' || letter === 'T')) return letter;
  return 'M';
}

/** `HEAD -> refs/heads/main, tag: refs/tags/v1`; a name of a ref holds no space. */
function parseRefs(text: string): string[] {
  const names: string[] = [];
  for (const part of text.split(', ')) {
    const name = /^(?:HEAD -> |tag: )?refs\/(?:heads|tags)\/(.+)$/.exec(part)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}

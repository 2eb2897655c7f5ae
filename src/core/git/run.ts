import { GitPluginError, simpleGit } from 'simple-git';
import { cancelled, TracksError } from '../../base/errors.ts';
import { throwIfAborted } from '../../base/operation.ts';
import type { AbsPath } from '../../base/paths.ts';
import { gitError } from './faults.ts';

export interface GitCall {
  /** Standard input; not empty where the command reads it. */
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Exit codes that are an answer and no failure. Default: 0 alone. */
  readonly accept?: readonly number[];
}

export interface GitAnswer<T> {
  readonly code: number;
  /** Text is decoded as UTF-8; bytes that are none become U+FFFD. */
  readonly stdout: T;
  readonly stderr: string;
}

/** Starts git in one folder, a few at once; no shell, no prompt, no terminal, literal pathspecs, messages in English. */
export interface GitRunner {
  readonly root: AbsPath;
  text(args: readonly string[], call?: GitCall): Promise<GitAnswer<string>>;
  /** `git cat-file …`, its output byte for byte. */
  catFile(args: readonly string[], call?: GitCall): Promise<GitAnswer<Buffer>>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const maxProcesses = 4;

const ownEnvironment: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: '1',
};

/** The user's own choice of settings files. Everything else named GIT_… is of an outer git or of an editor's terminal. */
const keptEnvironment: ReadonlySet<string> = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

/** What simple-git refuses to pass on, besides GIT_…; no command here starts an editor, a pager or a prompt. */
const guarded: ReadonlySet<string> = new Set(['EDITOR', 'VISUAL', 'PAGER', 'PREFIX', 'SSH_ASKPASS']);

/** The environment of a git process: `outer` without what would turn git to another repository. */
export function gitEnvironment(outer: Environment): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(outer)) {
    const upper = name.toUpperCase();
    if (value === undefined || guarded.has(upper) || upper === 'LC_ALL') continue;
    if (upper.startsWith('GIT_') && !keptEnvironment.has(upper)) continue;
    result[name] = value;
  }
  return { ...result, ...ownEnvironment, LC_ALL: 'C' };
}

/** Throws nothing itself; the calls reject with a TracksError. */
export function createRunner(root: AbsPath, outer: Environment): GitRunner {
  const gate = new Gate(maxProcesses);
  const env = gitEnvironment(outer);

  const run = async <T>(
    args: readonly string[],
    { input, signal, accept = [0] }: GitCall,
    start: (git: ReturnType<typeof simpleGit>) => PromiseLike<T>,
  ): Promise<GitAnswer<T>> => {
    await gate.enter(signal);
    // No signal that ended git has a code: simple-git passes on the null of Node.
    const ended: { code: number | null; stderr: string } = { code: null, stderr: '' };
    try {
      // Input and signal belong to an instance, so each call makes one; the gate above them all is what bounds them.
      const git = simpleGit({
        baseDir: root,
        // Output may still be on its way when a process exits.
        completion: { onClose: true, onExit: false },
        allowEnvironment: [...Object.keys(ownEnvironment), ...keptEnvironment],
        unsafe: { allowUnsafeConfigPaths: true },
        errors: (error, result) => {
          ended.code = result.exitCode;
          ended.stderr = Buffer.concat(result.stdErr).toString('utf8');
          return error instanceof GitPluginError ? error : undefined;
        },
        ...(input === undefined ? {} : { input: () => input }),
        ...(signal === undefined ? {} : { abort: signal }),
      }).env(env);
      const stdout = await start(git);
      throwIfAborted(signal);
      if (ended.code === null || !accept.includes(ended.code)) throw gitError({ root, args, ...ended });
      return { code: ended.code, stdout, stderr: ended.stderr };
    } catch (error) {
      if (signal?.aborted) throw cancelled(signal.reason);
      throw fromSimpleGit(error, root);
    } finally {
      gate.leave();
    }
  };

  return {
    root,
    text: (args, call = {}) => run(args, call, (git) => git.raw([...args])),
    catFile: (args, call = {}) =>
      run<Buffer>(['cat-file', ...args], call, (git) => git.binaryCatFile([...args]) as PromiseLike<Buffer>),
  };
}

function fromSimpleGit(error: unknown, root: AbsPath): TracksError {
  if (error instanceof TracksError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('directory that does not exist')) {
    return new TracksError('not-found', `${root}: there is no such folder.`, { path: root, cause: error });
  }
  return new TracksError('git', text, {
    path: root,
    cause: error,
    hint: 'Check that `git status` works in this folder.',
  });
}

/** Lets `limit` callers in at once, in the order in which they came; one that is aborted leaves the queue. */
class Gate {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.#free = limit;
  }

  enter(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled(signal.reason));
      if (this.#free > 0) {
        this.#free--;
        return resolve();
      }
      const admit = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.delete(admit);
        reject(cancelled(signal?.reason));
      };
      this.#waiting.add(admit);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

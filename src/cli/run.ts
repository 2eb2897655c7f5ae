import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ReadStream, WriteStream } from 'node:tty';
import { isCancelled, isTracksError, TracksError } from '../base/errors.ts';
import type { AbsPath } from '../base/paths.ts';
import type { Cli } from './cli.ts';
import { splitCommand } from './command.ts';
import { checkWords, parseWords } from './parse.ts';
import { progressLine } from './progress.ts';
import { createStyle, wantsColor } from './style.ts';
import type { Input, VerbSpec } from './verb.ts';

/** What main.ts knows of the process. */
export interface ProcessParts {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly workerFile: URL;
  version(): string;
  /** Aborted with the exit code as its reason. */
  readonly signal: AbortSignal;
}

function startFolder(parts: ProcessParts, input: Input): AbsPath {
  const folder = input.text('cd');
  if (folder === undefined) return parts.cwd as AbsPath;
  try {
    return realpathSync(resolve(parts.cwd, folder)) as AbsPath;
  } catch (error) {
    throw new TracksError('bad-argument', `--cd: there is no folder ${folder}.`, { cause: error });
  }
}

function createCli(parts: ProcessParts, input: Input): Cli {
  const { env, stdin, stdout, stderr, signal } = parts;
  const quiet = input.flag('quiet');
  const verbose = input.flag('verbose');
  const line = stderr.isTTY && !quiet ? progressLine(stderr, () => performance.now()) : undefined;
  const note = (text: string): void => {
    line?.clear();
    stderr.write(`${text}\n`);
  };
  return {
    cwd: startFolder(parts, input),
    env,
    out: (text) => {
      line?.clear();
      stdout.write(text);
    },
    outStream: stdout,
    note,
    style: createStyle(wantsColor(stdout, env)),
    noteStyle: createStyle(wantsColor(stderr, env)),
    json: input.flag('json'),
    quiet,
    verbose,
    signal,
    progress: line?.report,
    clearProgress: () => line?.clear(),
    version: parts.version,
    ask:
      stdin.isTTY && stderr.isTTY
        ? async (question) => {
            const { askYesNo } = await import('./ask.ts');
            return askYesNo(question, { input: stdin, output: stderr, signal });
          }
        : undefined,
    createHost: async (jobs) => {
      const { createHost } = await import('./host.ts');
      const { platform, workerFile } = parts;
      return createHost({ env, platform, workerFile, jobs, log: verbose ? note : undefined });
    },
  };
}

async function runVerb(parts: ProcessParts, spec: VerbSpec, words: readonly string[]): Promise<number> {
  const input = parseWords(spec, words);
  checkWords(spec, input);
  const cli = createCli(parts, input);
  try {
    const verb = await spec.load();
    return await verb.run(cli, input);
  } catch (error) {
    if (isTracksError(error, 'bad-argument') || isCancelled(error)) throw error;
    const { reportThrown } = await import('./thrown.ts');
    return reportThrown(cli, spec, error);
  } finally {
    cli.clearProgress();
  }
}

/** Runs what the words after `tracks` ask for; resolves to the exit code. */
export async function runCommand(argv: readonly string[], parts: ProcessParts): Promise<number> {
  try {
    const command = splitCommand(argv);
    if (command.kind === 'verb') return await runVerb(parts, command.spec, command.words);
    const { helpText } = await import('./help.ts');
    parts.stdout.write(command.kind === 'version' ? `${parts.version()}\n` : helpText(command, parts.version()));
    return 0;
  } catch (error) {
    if (isTracksError(error, 'bad-argument')) {
      const { usageText } = await import('./help.ts');
      parts.stderr.write(usageText(error, argv));
      return 2;
    }
    if (!isCancelled(error)) throw error;
    parts.stderr.write('tracks: Stopped. What was done is kept; run it again to go on.\n');
    // Ctrl-C at a question comes without a signal.
    return typeof parts.signal.reason === 'number' ? parts.signal.reason : 130;
  }
}

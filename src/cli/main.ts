import { setMaxListeners } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { isCancelled, isTracksError, systemCode, TracksError } from '../base/errors.ts';
import type { AbsPath } from '../base/paths.ts';
import type { Cli } from './cli.ts';
import { splitCommand } from './command.ts';
import { checkWords, parseWords } from './parse.ts';
import { progressLine } from './progress.ts';
import { createStyle, wantsColor } from './style.ts';
import type { Input, VerbSpec } from './verb.ts';

/* The composition root of the command line: the one place that knows the process. */

/** The sources run unbuilt too; the bundles lie in dist/cli and dist. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../core/workers/hash-worker.ts' : '../hash-worker.mjs',
  import.meta.url,
);

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

// Node says that SQLite is new each time it is loaded; nobody who runs a command can do anything about it.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    // `tracks ls | head`: the reader has gone, and there is nobody to tell.
    if (systemCode(error) === 'EPIPE') process.exit(0);
    throw error;
  });
}

const stopped = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const controller = new AbortController();
setMaxListeners(0, controller.signal);
let stoppedBy: keyof typeof stopped | undefined;
for (const signal of Object.keys(stopped) as (keyof typeof stopped)[]) {
  process.on(signal, () => {
    // The second time somebody is in earnest: what was written is whole or is not there at all.
    if (stoppedBy !== undefined) process.exit(stopped[signal]);
    stoppedBy = signal;
    controller.abort();
  });
}

function startFolder(input: Input): AbsPath {
  const cwd = process.cwd();
  const folder = input.text('cd');
  if (folder === undefined) return cwd as AbsPath;
  try {
    return realpathSync(resolve(cwd, folder)) as AbsPath;
  } catch (error) {
    throw new TracksError('bad-argument', `--cd: there is no folder ${folder}.`, { cause: error });
  }
}

function ask(question: string): Promise<boolean> {
  return import('./ask.ts').then(({ askYesNo }) =>
    askYesNo(question, { input: process.stdin, output: process.stderr, signal: controller.signal }),
  );
}

function createCli(input: Input): Cli {
  const quiet = input.flag('quiet');
  const verbose = input.flag('verbose');
  const line = process.stderr.isTTY && !quiet ? progressLine(process.stderr, () => performance.now()) : undefined;
  const note = (text: string): void => {
    line?.clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    cwd: startFolder(input),
    env: process.env,
    out: (text) => {
      line?.clear();
      process.stdout.write(text);
    },
    outStream: process.stdout,
    note,
    style: createStyle(wantsColor(process.stdout, process.env)),
    noteStyle: createStyle(wantsColor(process.stderr, process.env)),
    json: input.flag('json'),
    quiet,
    verbose,
    signal: controller.signal,
    progress: line?.report,
    clearProgress: () => line?.clear(),
    version: readVersion,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    createHost: async (jobs) => {
      const { createHost } = await import('./host.ts');
      const log = verbose ? note : undefined;
      return createHost({ env: process.env, platform: process.platform, workerFile, jobs, log });
    },
  };
}

async function runVerb(spec: VerbSpec, words: readonly string[]): Promise<number> {
  const input = parseWords(spec, words);
  checkWords(spec, input);
  const cli = createCli(input);
  try {
    const verb = await spec.load();
    return await verb.run(cli, input);
  } catch (error) {
    if (isTracksError(error, 'bad-argument')) throw error;
    if (isCancelled(error) && stoppedBy !== undefined) throw error;
    const { reportThrown } = await import('./thrown.ts');
    return reportThrown(cli, spec, error);
  } finally {
    cli.clearProgress();
  }
}

async function usage(error: TracksError, argv: readonly string[]): Promise<number> {
  const { usageText } = await import('./help.ts');
  process.stderr.write(usageText(error, argv));
  return 2;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = splitCommand(argv);
    if (command.kind === 'version') process.stdout.write(`${readVersion()}\n`);
    else if (command.kind === 'verb') return await runVerb(command.spec, command.words);
    else {
      const { helpText } = await import('./help.ts');
      process.stdout.write(helpText(command, readVersion()));
    }
    return 0;
  } catch (error) {
    if (isTracksError(error, 'bad-argument')) return usage(error, argv);
    if (!isCancelled(error)) throw error;
    process.stderr.write('tracks: Stopped. What was done is kept; run it again to go on.\n');
    return stopped[stoppedBy ?? 'SIGINT'];
  }
}

process.exitCode = await main(process.argv.slice(2));

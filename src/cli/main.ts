import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/* The composition root of the command line: the one place that knows the process. It loads the rest when it is needed. */

/** The sources run unbuilt too; the bundles lie in dist/cli and dist. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../core/workers/hash-worker.ts' : '../hash-worker.mjs',
  import.meta.url,
);

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

// Node says that SQLite is new each time it is loaded; nobody who runs a command can do anything about it.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `tracks ls | head`: the reader has gone, and there is nobody to tell.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const stop = new AbortController();
setMaxListeners(0, stop.signal);
for (const name of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
  process.on(name, () => {
    // The second time somebody is in earnest: what was written is whole or is not there at all.
    if (stop.signal.aborted) process.exit(exitCodes[name]);
    stop.abort(exitCodes[name]);
  });
}

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${version()}\n`);
else {
  const { runCommand } = await import('./run.ts');
  const { env, platform, stdin, stdout, stderr } = process;
  const here = { cwd: process.cwd(), env, platform, stdin, stdout, stderr, workerFile, version, signal: stop.signal };
  process.exitCode = await runCommand(argv, here);
}

// All tests, or a part: node test/run.ts [check|unit|interop|extension|e2e]…   The built extension must be in dist/.
// The last line is "N passed, N failed"; the exit code is not 0 where something failed or a suite did not come to its end.
import { spawn } from 'node:child_process';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Counts, none, readCounts, sum } from './support/counts.ts';
import { chooseEditor, runInEditor } from './support/vscode/editor.ts';
import { findLaunches } from './support/vscode/launches.ts';

const root = path.resolve(import.meta.dirname, '..');
const scratch = await mkdtemp(path.join(os.tmpdir(), 'data-tracks-test-'));

interface Suite {
  readonly name: string;
  readonly counts: Counts;
  readonly seconds: number;
}

type Part = () => Promise<readonly Suite[]>;

const parts: Readonly<Record<string, Part>> = {
  check: async () => [
    await program('types', ['node_modules/typescript/bin/tsc', '-p', '.']),
    await program('format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check']),
  ],
  unit: async () => [await mochaSuite({ name: 'unit', pattern: 'test/unit/**/*.test.ts', timeout: 20_000 })],
  interop: async () => [await mochaSuite({ name: 'interop', pattern: 'test/interop/**/*.test.ts', timeout: 180_000 })],
  extension: extensionSuites,
  e2e: async () => [await mochaSuite({ name: 'e2e', pattern: 'test/e2e/**/*.test.ts', timeout: 240_000 })],
};

function node(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Seconds since `from`, a `performance.now()`. */
function since(from: number): number {
  return (performance.now() - from) / 1000;
}

/** A program whose exit code is the one test. */
async function program(name: string, args: readonly string[]): Promise<Suite> {
  const started = performance.now();
  console.log(`\n── ${name}`);
  const code = await node(args);
  return { name, counts: { ...none, ...(code === 0 ? { passed: 1 } : { failed: 1 }) }, seconds: since(started) };
}

/** A suite that has left no counts, or ended badly without a failed test, counts as one failure more. */
async function conclude(name: string, code: number, countsFile: string): Promise<Counts> {
  const counts = await readCounts(countsFile);
  if (counts === undefined) {
    console.log(`The suite ${name} did not come to its end (exit code ${code}).`);
    return { ...none, failed: 1 };
  }
  if (code !== 0 && counts.failed === 0) {
    console.log(`The suite ${name} ended with exit code ${code} though no test failed.`);
    return { ...counts, failed: 1 };
  }
  return counts;
}

async function mochaSuite({
  name,
  pattern,
  timeout,
}: {
  readonly name: string;
  readonly pattern: string;
  readonly timeout: number;
}): Promise<Suite> {
  const started = performance.now();
  console.log(`\n── ${name}`);
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) files.push(path.join(root, file));
  if (files.length === 0) {
    console.log(`No files match ${pattern}.`);
    return { name, counts: none, seconds: since(started) };
  }
  const countsFile = path.join(scratch, `${name}.json`);
  const code = await node(['test/support/mocha-process.ts', countsFile, String(timeout), ...files]);
  return { name, counts: await conclude(name, code, countsFile), seconds: since(started) };
}

async function extensionSuites(): Promise<readonly Suite[]> {
  console.log('\n── extension');
  const editor = await chooseEditor(console.log);
  console.log(
    editor.kind === 'npm'
      ? `In the npm-only VS Code ${editor.host.version} (${editor.why}).`
      : `In the desktop's VS Code from @vscode/test-electron (${editor.why}).`,
  );
  const suites: Suite[] = [];
  for (const launch of await findLaunches(path.join(root, 'test/extension'))) {
    const started = performance.now();
    const name = `extension: ${launch.name}`;
    console.log(`\n── ${name}`);
    const countsFile = path.join(scratch, `extension-${launch.name}.json`);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'data-tracks-workspace-'));
    const { workspace } = launch;
    let code = 1;
    try {
      const open = await workspace.prepare(folder);
      code = await runInEditor(editor, {
        extension: root,
        tests: path.join(root, 'dist/test/extension.cjs'),
        open,
        trusted: workspace.trusted ?? true,
        settings: workspace.settings ?? {},
        env: {
          // Or VS Code asks a login shell for the environment, and gets the PATH of this machine's profile.
          VSCODE_CLI: '1',
          ...workspace.env?.(folder),
          DATA_TRACKS_TEST_SUITES: path.join(root, 'dist/test/extension', launch.folder),
          DATA_TRACKS_TEST_COUNTS: countsFile,
        },
        timeout: 600_000,
      });
    } catch (error) {
      console.error(error);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    suites.push({ name, counts: await conclude(name, code, countsFile), seconds: since(started) });
  }
  return suites;
}

function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => parts[name] === undefined);
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}: npm test -- [${Object.keys(parts).join('|')}]…`);
    return 2;
  }
  const suites: Suite[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      suites.push(...(await part()));
    } catch (error) {
      console.error(error);
      suites.push({ name, counts: { ...none, failed: 1 }, seconds: 0 });
    }
  }
  console.log('');
  for (const { name, counts, seconds } of suites)
    console.log(`${name.padEnd(24)} ${describeCounts(counts)} (${seconds.toFixed(1)} s)`);
  const all = sum(suites.map((suite) => suite.counts));
  console.log(describeCounts(all));
  return all.failed === 0 ? 0 : 1;
}

const code = await main(process.argv.slice(2));
await rm(scratch, { recursive: true, force: true });
process.exit(code);

import { writeFile } from 'node:fs/promises';
import { format } from 'node:util';
import type { Counts } from './counts.ts';

export interface MochaRun {
  readonly files: readonly string[];
  /** Milliseconds a test may take unless it says otherwise. */
  readonly timeout: number;
  /** Runs only the tests whose full title matches. */
  readonly grep?: string;
  /** Gets the {@link Counts} as JSON at the end. A run that crashes leaves none. */
  readonly countsFile?: string;
}

/** Runs test files with mocha in this process, prints the results, and counts. */
export async function runMocha({ files, timeout, grep, countsFile }: MochaRun): Promise<Counts> {
  // Not at the top: in the extension host's CommonJS bundle only an `import()` reaches mocha's class under its own name.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    timeout,
    color: process.env['NO_COLOR'] === undefined && process.stdout.isTTY === true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of [...files].sort()) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const { stats } = await new Promise<Mocha.Runner>((resolve) => {
    const runner = mocha.run(() => resolve(runner));
  });
  if (stats === undefined) throw new Error(format('mocha told no counts of %d files', files.length));
  const counts = { passed: stats.passes, failed: stats.failures, skipped: stats.pending };
  if (countsFile !== undefined) await writeFile(countsFile, JSON.stringify(counts));
  return counts;
}

import { existsSync } from 'node:fs';
import type { Batch } from '../base/operation.ts';
import { absolute } from '../core/repository.ts';
import { type Cli, printJson, say } from './cli.ts';
import { failureJson, printFailures } from './errors.ts';
import type { Here } from './repository.ts';

export interface Report {
  readonly batch: Batch<string>;
  /** Beside `done` and `failed` in the JSON. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** For people; a line each. */
  readonly lines: readonly string[];
}

/** Prints the end of a verb over many things and gives its exit code. */
export function report(cli: Cli, here: Here, { batch, more = {}, lines }: Report): number {
  if (cli.json) {
    const failed = batch.failed.map((f) => failureJson(f.what, f.error));
    printJson(cli, { done: batch.done, failed, ...more });
  }
  for (const line of lines) say(cli, line);
  printFailures(cli, batch.failed, here.shown);
  return batch.failed.length > 0 ? 1 : 0;
}

/** How to go on in git after pointers were written. What is neither there nor in git is nothing to git. */
export async function gitLines(here: Here, files: readonly string[]): Promise<string[]> {
  const { git, gitPrefix, settings } = here.repo;
  if (files.length === 0 || git === undefined || settings().autostage) return [];
  const inGit = await git.isTracked(files.map((f) => `${gitPrefix}${f}`));
  const wanted = files.filter((f) => inGit.has(`${gitPrefix}${f}`) || existsSync(absolute(here.repo, f)));
  return ['', 'Take it into git:', `    git add ${wanted.map((f) => quoted(here.shown(f))).join(' ')}`];
}

/** As a POSIX shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

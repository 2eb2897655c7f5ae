import { findRepository } from '../core/repository.ts';
import { type Cli, printJson } from './cli.ts';
import { failureJson, printError } from './errors.ts';
import { shownFrom } from './repository.ts';
import type { VerbSpec } from './verb.ts';

/** The end of a verb that could not begin, or not go on. Gives the exit code. */
export function reportThrown(cli: Cli, spec: VerbSpec, error: unknown): number {
  const root = findRepository(cli.cwd);
  const shown = (path: string): string => (root === undefined ? path : shownFrom(root, cli.cwd, path));
  if (cli.json && spec.json.startsWith('{"done"')) {
    const failure = failureJson(spec.name, error);
    const what = typeof error === 'object' && error !== null && 'path' in error ? error.path : undefined;
    printJson(cli, { done: [], failed: [{ ...failure, what: typeof what === 'string' ? what : spec.name }] });
  }
  printError(cli, error, shown);
  return 1;
}

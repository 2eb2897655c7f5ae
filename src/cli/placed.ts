import type { CheckoutResult } from '../core/system.ts';
import type { Cli } from './cli.ts';
import type { Here } from './repository.ts';

/** What a checkout did, a line each: `A data/new.csv`. */
export function placedLines(cli: Cli, here: Here, result: CheckoutResult): string[] {
  const { green, yellow, red } = cli.style;
  return [
    ...result.added.map((p) => `${green('A')}  ${here.shown(p)}`),
    ...result.modified.map((p) => `${yellow('M')}  ${here.shown(p)}`),
    ...result.deleted.map((p) => `${red('D')}  ${here.shown(p)}`),
  ];
}

export function placedJson({ added, modified, deleted, inTheWay }: CheckoutResult): Readonly<Record<string, unknown>> {
  return { added, modified, deleted, inTheWay };
}

export function changedNothing(result: CheckoutResult): boolean {
  return result.added.length + result.modified.length + result.deleted.length === 0;
}

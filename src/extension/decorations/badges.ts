import type { PathState } from '../model/contract.ts';
import { stateLooks } from '../views/states.ts';

export interface Badge {
  /** At most two characters. */
  readonly badge: string;
  readonly tooltip: string;
  /** Id of a theme colour. */
  readonly color: string;
}

/** What the Explorer shows beside a path; `undefined` for `ok`, which is silent. */
export function badgeOf(state: PathState | undefined): Badge | undefined {
  if (state === undefined) return undefined;
  const { badge, color } = stateLooks[state.state];
  if (badge === undefined || color === undefined) return undefined;
  return { badge, color, tooltip: state.words };
}

/** `items` in runs of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}

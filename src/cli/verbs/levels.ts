import type { ConfigLevel } from '../../core/settings.ts';
import { usageError } from '../cli.ts';
import type { Input } from '../verb.ts';

/** The level that was named; throws `bad-argument` where several were. */
export function chosenLevel(input: Input): ConfigLevel | undefined {
  const named = (['local', 'project', 'global', 'system'] as const).filter((l) => input.flag(l));
  if (named.length > 1) throw usageError(`--${named.join(' and --')} cannot be used together.`);
  return named[0];
}

export function levelOption(input: Input): { readonly level?: ConfigLevel } {
  const level = chosenLevel(input);
  return level === undefined ? {} : { level };
}

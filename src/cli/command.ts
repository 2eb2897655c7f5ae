import { usageError } from './cli.ts';
import { nearest } from './nearest.ts';
import { allVerbs, findVerb, verbsOfGroup } from './table/verbs.ts';
import { globalOptions, type VerbSpec } from './verb.ts';

export type Command =
  | { readonly kind: 'verb'; readonly spec: VerbSpec; readonly words: readonly string[] }
  /** Help of one verb, of a group, or of all. */
  | { readonly kind: 'help'; readonly spec?: VerbSpec; readonly group?: string }
  | { readonly kind: 'version' };

/** Options that stand before the verb, and the rest. */
function leading(argv: readonly string[]): { readonly before: readonly string[]; readonly rest: readonly string[] } {
  let i = 0;
  for (; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!word.startsWith('-') || word === '-') break;
    const name = word.startsWith('--')
      ? word.slice(2).split('=')[0]
      : Object.entries(globalOptions).find(([, o]) => o.short === word.slice(1))?.[0];
    const option = name === undefined ? undefined : globalOptions[name];
    if (option === undefined) throw usageError(`There is no option ${word} before the verb.`);
    if (option.type === 'string' && !word.includes('=')) i++;
  }
  return { before: argv.slice(0, i), rest: argv.slice(i) };
}

/** What the words after `tracks` ask for; throws `bad-argument` where there is no such verb. */
export function splitCommand(argv: readonly string[]): Command {
  if (argv[0] === '--version' || argv[0] === '-V') return { kind: 'version' };
  const { before, rest } = leading(argv);
  const asksHelp = (words: readonly string[]): boolean => words.includes('--help') || words.includes('-h');
  if (rest.length === 0) {
    if (argv.length === 0 || asksHelp(before)) return { kind: 'help' };
    throw usageError('There is no verb.', 'tracks --help lists them.');
  }
  if (rest[0] === 'help') return helpOn(rest.slice(1).filter((w) => !w.startsWith('-')));
  const found = findVerb(rest);
  if (found === undefined) {
    const group = rest[0] as string;
    if (verbsOfGroup(group).length > 0 && asksHelp(rest)) return { kind: 'help', group };
    throw unknown(rest);
  }
  const { spec, taken } = found;
  const words = [...before, ...rest.slice(taken)];
  const end = words.indexOf('--');
  if (asksHelp(end < 0 ? words : words.slice(0, end))) return { kind: 'help', spec };
  return { kind: 'verb', spec, words };
}

function helpOn(words: readonly string[]): Command {
  const [first] = words;
  if (first === undefined) return { kind: 'help' };
  const spec = findVerb(words)?.spec;
  if (spec !== undefined) return { kind: 'help', spec };
  if (verbsOfGroup(first).length > 0) return { kind: 'help', group: first };
  throw unknown(words);
}

function unknown(words: readonly string[]): Error {
  const [first = '', second] = words;
  const group = verbsOfGroup(first);
  if (group.length > 0) {
    const names = group.map((v) => v.name.slice(first.length + 1)).join(', ');
    return second === undefined
      ? usageError(`tracks ${first} needs a verb: ${names}.`)
      : usageError(`There is no verb "${first} ${second}".`, `There are: ${names}.`);
  }
  const names = allVerbs.flatMap((v) => [v.name.split(' ')[0] as string, ...(v.aliases ?? [])]);
  const near = nearest(first, names);
  return usageError(
    `There is no verb "${first}".`,
    near === undefined ? 'tracks --help lists them.' : `Did you mean tracks ${near}?`,
  );
}

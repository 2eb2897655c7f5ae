import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { TracksError } from '../base/errors.ts';
import { usageError } from './cli.ts';
import { nearest } from './nearest.ts';
import { globalOptions, type Input, type OptionSpec, type VerbSpec } from './verb.ts';

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** `--targets a b` → `--targets=a --targets=b`; `--untracked-files` → `--untracked-files=all`. What comes after `--` stays. */
function spread(words: readonly string[], options: Readonly<Record<string, OptionSpec>>): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') return [...result, ...words.slice(i)];
    const option = word.startsWith('--') ? options[word.slice(2)] : undefined;
    const next = words[i + 1];
    if (option?.choices !== undefined) {
      const given = next !== undefined && option.choices.includes(next);
      result.push(`${word}=${given ? next : option.choices[0]}`);
      if (given) i++;
    } else if (option?.greedy === true && next !== undefined && !next.startsWith('-')) {
      for (; i + 1 < words.length && !(words[i + 1] as string).startsWith('-'); i++) {
        result.push(`${word}=${words[i + 1]}`);
      }
    } else result.push(word);
  }
  return result;
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    throw usageError(`--${name} takes a whole number, and "${text}" is none.`);
  }
  return Number(text);
}

/** The first sentence of Node's message, in the tone of ours. */
function reworded(error: Error, options: Readonly<Record<string, OptionSpec>>): TracksError {
  const unknown = /^Unknown option '(-[^']*)'/.exec(error.message)?.[1];
  if (unknown !== undefined) {
    const near = nearest(
      unknown,
      Object.keys(options).map((o) => `--${o}`),
    );
    return usageError(`There is no option ${unknown}.`, near === undefined ? undefined : `Did you mean ${near}?`);
  }
  const named = /^Option '([^']*)'/.exec(error.message)?.[1]?.replace(/ <value>$/, '');
  if (named === undefined) return usageError(error.message);
  return /does not take an argument/.test(error.message)
    ? usageError(`${named} takes no value.`)
    : usageError(`${named} needs a value.`);
}

/** Reads the words after the verb; throws `bad-argument` for those that it does not take. */
export function parseWords(spec: VerbSpec, words: readonly string[]): Input {
  const options = { ...spec.options, ...globalOptions };
  const config: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, o] of Object.entries(options)) {
    config[name] = {
      type: o.type === 'boolean' ? 'boolean' : 'string',
      ...(o.type === 'list' ? { multiple: true } : {}),
      ...(o.short === undefined ? {} : { short: o.short }),
    };
  }
  let values: Values;
  let positionals: readonly string[];
  try {
    const parsed = parseArgs({ args: spread(words, options), options: config, allowPositionals: true, strict: true });
    values = parsed.values as Values;
    positionals = parsed.positionals;
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw reworded(error, options);
    throw error;
  }
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  for (const [name, o] of Object.entries(options)) {
    const value = text(name);
    if (o.type === 'number') readNumber(name, value);
    if (o.choices !== undefined && value !== undefined && !o.choices.includes(value)) {
      throw usageError(`--${name} takes ${o.choices.join(' or ')}, and not "${value}".`);
    }
  }
  return {
    positionals,
    flag: (name) => values[name] === true,
    text,
    number: (name) => readNumber(name, text(name)),
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

export function checkWords(spec: VerbSpec, input: Input): void {
  const [least, most] = spec.words;
  const { length } = input.positionals;
  if (length < least) {
    const names = spec.usage.split(' ').filter((w) => /^[A-Z]+…?$/.test(w));
    throw usageError(
      `tracks ${spec.name} needs ${names.slice(length).join(' and ').replaceAll('…', '') || 'more words'}.`,
    );
  }
  if (length > most) throw usageError(`"${input.positionals[most]}" is one word too many for tracks ${spec.name}.`);
}

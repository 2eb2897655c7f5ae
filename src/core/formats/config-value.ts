import { TracksError } from '../../base/errors.ts';

/*
 * Values of ConfigObj files (`.dvc/config`): what Python's configobj 5 reads and writes on the right of the `=`.
 */

export interface ConfigValue {
  /** The items of a list, joined with commas. */
  readonly value: string;
  /** From the `#` on; empty where there is none. */
  readonly comment: string;
}

/** Reads the text behind the `=`; `undefined` where it is badly quoted or a bad list. */
export function parseConfigValue(text: string): ConfigValue | undefined {
  const items: string[] = [];
  let rest = text.trim();
  if (/^,\s*(?:#.*)?$/.test(rest)) return { value: '', comment: commentOf(rest.slice(1)) };
  for (;;) {
    const item = readItem(rest);
    if (item === undefined) return undefined;
    rest = rest.slice(item.length).trimStart();
    const ends = rest === '' || rest.startsWith('#');
    // Nothing stands only alone, or behind the comma that ends a list.
    if (item.length === 0 && !ends) return undefined;
    if (item.length > 0 || items.length === 0) items.push(item.value);
    if (ends) return { value: items.join(','), comment: rest };
    rest = rest.slice(1).trimStart();
  }
}

function commentOf(text: string): string {
  return text.trimStart();
}

function readItem(text: string): { readonly value: string; readonly length: number } | undefined {
  const quote = text.charAt(0);
  if (quote === '"' || quote === "'") {
    // The quote that closes stands before a comma, a comment or the end.
    for (let end = text.indexOf(quote, 1); end > 0; end = text.indexOf(quote, end + 1)) {
      if (/^\s*(?:$|[,#])/.test(text.slice(end + 1))) return { value: text.slice(1, end), length: end + 1 };
    }
    return undefined;
  }
  const stop = text.search(/[,#]/);
  const raw = stop < 0 ? text : text.slice(0, stop);
  return { value: raw.trimEnd(), length: raw.trimEnd().length };
}

/** Quotes where it has to, as configobj does; `bad-argument` for what it has no way to write. */
export function formatConfigValue(value: string): string {
  if (value === '') return '""';
  const single = value.includes("'");
  const double = value.includes('"');
  if (value.includes('\n') || (single && double)) return tripleQuote(value);
  const edges = ' \r\n\v\t\'"';
  const bare =
    !edges.includes(value.charAt(0)) && !edges.includes(value.charAt(value.length - 1)) && !/[,#]/.test(value);
  if (bare) return value;
  return double ? `'${value}'` : `"${value}"`;
}

function tripleQuote(value: string): string {
  if (!value.includes("'''") && !value.endsWith("'")) return `'''${value}'''`;
  if (!value.includes('"""') && !value.endsWith('"')) return `"""${value}"""`;
  throw new TracksError(
    'bad-argument',
    'A value that holds both kinds of triple quotes cannot be written to a config file.',
    {
      hint: 'Use a value without one kind of quotes.',
    },
  );
}

/** A key or the name of a section; quotes of both kinds, or a line end, cannot be written. */
export function formatConfigName(name: string): string {
  const quoted = formatConfigValue(name);
  if (name.includes('\n') || (name.includes("'") && name.includes('"'))) {
    throw new TracksError('bad-argument', `"${name}" cannot be a name in a config file.`, {
      hint: 'Use letters, digits, "-" and "_".',
    });
  }
  return quoted;
}

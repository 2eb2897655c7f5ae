/*
 * How DVC's YAML writer (ruamel.yaml: YAML 1.2, width 80, Unicode as it is) writes a string: plain where it can, and where it breaks
 * long lines. The facts are ruamel's; golden files and a differential test hold this to them.
 */

const WIDTH = 80;
const BREAKS = '\n\u0085\u2028\u2029';

const nonStrings: readonly RegExp[] = [
  /^(?:|~|null|Null|NULL|<<|=)$/,
  /^(?:true|True|TRUE|false|False|FALSE)$/,
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)$/,
  /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?$/,
  /^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$/,
  /^[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?$/,
  /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$/,
];

/** True where a plain scalar of this text is read as a string, and not as a number, a boolean, a date or nothing. */
export function isPlainString(text: string): boolean {
  // Numbers with a leading `_` are strings: ruamel looks at the first character before it tries a number.
  if (text.startsWith('_')) return true;
  return !nonStrings.some((pattern) => pattern.test(text));
}

interface Analysis {
  readonly plain: boolean;
  readonly single: boolean;
}

/** `flow`: inside of `[…]` or `{…}`. */
function analyze(text: string, flow: boolean): Analysis {
  if (text === '') return { plain: !flow, single: true };
  let blockIndicator = text.startsWith('---') || text.startsWith('...');
  let flowIndicator = blockIndicator;
  let lineBreaks = false;
  let special = false;
  let breakSpace = false;
  let spaceBreak = false;
  const characters = [...text];
  const spaceAt = (index: number): boolean => {
    const character = characters[index];
    return character === undefined || '\0 \t\r\n\u0085\u2028\u2029'.includes(character);
  };
  characters.forEach((character, index) => {
    const before = index === 0 || spaceAt(index - 1);
    const after = spaceAt(index + 1);
    if (index === 0) {
      if ('#,[]{}&*!|>\'"%@`'.includes(character)) flowIndicator = blockIndicator = true;
      if (character === '?' || character === ':') {
        if (characters.length === 1) flowIndicator = true;
        if (after) blockIndicator = true;
      }
      if (character === '-' && after) flowIndicator = blockIndicator = true;
    } else {
      if (',[]{}'.includes(character)) flowIndicator = true;
      if ((character === ':' && after) || (character === '#' && before)) flowIndicator = blockIndicator = true;
    }
    if (BREAKS.includes(character)) lineBreaks = true;
    if (character !== '\n' && !isPrintable(character)) special = true;
    const previous = characters[index - 1];
    if (previous !== undefined) {
      if (character === ' ' && BREAKS.includes(previous)) breakSpace = true;
      if (BREAKS.includes(character) && previous === ' ') spaceBreak = true;
    }
  });
  const first = characters[0] ?? '';
  const last = characters.at(-1) ?? '';
  const edge = ` ${BREAKS}`;
  const quoted = special || spaceBreak || breakSpace;
  const plain = !(
    quoted ||
    lineBreaks ||
    edge.includes(first) ||
    edge.includes(last) ||
    (flow ? flowIndicator : blockIndicator)
  );
  return { plain, single: !quoted };
}

function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code >= 0x20 && code <= 0x7e) ||
    code === 0x85 ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff) ||
    code >= 0x10000
  );
}

/**
 * What DVC reads in a quoted scalar: a raw U+2028 or U+2029 is a line break, the spaces around it indentation.
 * `source` is the scalar as written, `value` what YAML 1.2 makes of it.
 */
export function readQuoted(source: string, value: string): string {
  if (!/[\u2028\u2029]/.test(source)) return value;
  return value.replace(/[ \t]*([\u2028\u2029])[ \t]*/g, '$1');
}

export interface ScalarPlace {
  /** The column of the cursor: right after the `:` (with `glue`), or where the text begins. Counted in code points. */
  readonly column: number;
  /** Where a broken line goes on. */
  readonly indent: number;
  /** A space has to stand before the text. */
  readonly glue: boolean;
  /** A key stays on its line. */
  readonly key?: boolean;
  readonly flow?: boolean;
}

/** The text to write at `place`, with the space before it where one is due; may hold line breaks. */
export function formatScalar(text: string, place: ScalarPlace): string {
  const { plain, single } = analyze(text, place.flow === true);
  // ruamel writes U+0085 as a line break and reads a space there: escaped, both of us read what was meant.
  if (text.includes('\u0085')) return writeDouble(text, place);
  if (plain && isPlainString(text)) return writePlain(text, place);
  if (text.includes("'") || text.includes('\n') || !single || (place.key === true && hasBreak(text)))
    return writeDouble(text, place);
  return writeSingle(text, place);
}

function hasBreak(text: string): boolean {
  return [...BREAKS].some((character) => text.includes(character));
}

/** The text so far and the column of its end. */
class Line {
  text = '';
  column: number;
  readonly indent: number;

  constructor(place: ScalarPlace) {
    this.column = place.column;
    this.indent = place.indent;
    if (place.glue) this.write(' ');
  }

  write(data: string): void {
    this.text += data;
    this.column += [...data].length;
  }

  wrap(): void {
    this.text += `\n${' '.repeat(this.indent)}`;
    this.column = this.indent;
  }
}

function writePlain(text: string, place: ScalarPlace): string {
  const line = new Line(place);
  if (place.key === true) {
    line.write(text);
    return line.text;
  }
  for (const part of text.match(/ +|[^ ]+/g) ?? []) {
    if (part.startsWith(' ')) {
      if (part.length === 1 && line.column >= WIDTH) line.wrap();
      else line.write(part);
    } else {
      if ([...part].length + line.column > WIDTH && line.column > line.indent) line.wrap();
      line.write(part);
    }
  }
  return line.text;
}

function writeSingle(text: string, place: ScalarPlace): string {
  const line = new Line(place);
  line.write("'");
  let done = 0;
  for (const part of text.match(/ +|[\n\u0085\u2028\u2029]+|[^ \n\u0085\u2028\u2029]+/g) ?? []) {
    const begin = done;
    done += part.length;
    if (part.startsWith(' ')) {
      const inner = begin !== 0 && done !== text.length;
      if (part.length === 1 && line.column > WIDTH && place.key !== true && inner) line.wrap();
      else line.write(part);
    } else if (BREAKS.includes(part.charAt(0))) {
      line.text += `${part.startsWith('\n') ? '\n' : ''}${part}${' '.repeat(line.indent)}`;
      line.column = line.indent;
    } else line.write(part.replaceAll("'", "''"));
  }
  line.write("'");
  return line.text;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\u001b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escaped(character: string): string {
  const short = escapes[character];
  if (short !== undefined) return `\\${short}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function writeDouble(text: string, place: ScalarPlace): string {
  const line = new Line(place);
  line.write('"');
  const characters = [...text];
  const length = characters.length;
  const slice = (from: number, to: number): string => characters.slice(from, to).join('');
  let start = 0;
  for (let end = 0; end <= length; end++) {
    const character = characters[end];
    if (character === undefined || '"\\\u0085\u2028\u2029\ufeff'.includes(character) || !isPrintable(character)) {
      line.write(slice(start, end));
      start = Math.max(start, end);
      if (character !== undefined) {
        line.write(escaped(character));
        start = end + 1;
      }
    }
    const over = line.column + (end - start) > WIDTH;
    if (end === 0 || end >= length - 1 || !(character === ' ' || start >= end) || !over || place.key === true) continue;
    const softly = breaksSoftly(characters, start, end);
    line.write(slice(start, end) + (softly ? '' : '\\'));
    start = Math.max(start, end);
    line.wrap();
    if (characters[start] === ' ') {
      if (softly) start++;
      else line.write('\\');
    }
  }
  line.write('"');
  return line.text;
}

/** Whether the space at `end` can become a line break by itself, without a backslash that keeps it. */
function breaksSoftly(characters: readonly string[], start: number, end: number): boolean {
  const space = characters.indexOf(' ', end);
  if (space < 0) return false;
  const next = characters[space + 1];
  if (next === undefined || next === ' ' || next === '\n') return false;
  const word = characters.slice(end, space);
  const twoSpaces = characters[end - 1] === ' ' && characters[end] === ' ';
  return !['"', "'", '\n'].some((character) => word.includes(character)) && !twoSpaces && start !== end;
}

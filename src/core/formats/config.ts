import { formatConfigName, formatConfigValue, parseConfigValue } from './config-value.ts';
import { type TextOrigin, textFault } from './text-fault.ts';

/** One line, or one value over several lines. */
type ConfigLine =
  | { readonly kind: 'other'; readonly raw: string }
  | { readonly kind: 'section'; readonly raw: string; readonly section: string; readonly comment: string }
  | {
      readonly kind: 'value';
      readonly raw: string;
      readonly section: string;
      readonly key: string;
      readonly value: string;
      readonly comment: string;
    };

/**
 * A `.dvc/config` as its lines, so that a change leaves the others as they are. Sections are named `core`, or `remote "name"`; names of
 * sections and keys are lower case, as DVC takes them. Keys before the first section are in section ``.
 */
export interface ConfigDocument {
  readonly lines: readonly ConfigLine[];
  readonly newline: '\n' | '\r\n';
  readonly bom: boolean;
}

/** Parses untrusted text of ConfigObj's format; a bad line is `bad-file` with its number. */
export function parseConfig(text: string, origin: TextOrigin): ConfigDocument {
  const bom = text.startsWith('\ufeff');
  const rows = (bom ? text.slice(1) : text).split(/\r?\n/);
  if (rows.at(-1) === '') rows.pop();
  const lines: ConfigLine[] = [];
  const seen = new Set<string>();
  let path: string[] = [];
  const once = (name: string, what: string, at: number): void => {
    if (seen.has(name)) throw textFault(origin, `${what} stands here for the second time.`, at);
    seen.add(name);
  };
  for (let index = 0; index < rows.length; index++) {
    const raw = rows[index] ?? '';
    const at = index + 1;
    const text = raw.trim();
    if (text === '' || text.startsWith('#')) {
      lines.push({ kind: 'other', raw });
      continue;
    }
    const marker = parseMarker(text);
    if (marker !== undefined) {
      if (marker.depth < 1 || marker.depth > path.length + 1)
        throw textFault(origin, 'the brackets of the section do not fit.', at);
      path = [...path.slice(0, marker.depth - 1), marker.name];
      once(`[${path.join('\0')}`, `the section ${text}`, at);
      lines.push({ kind: 'section', raw, section: sectionName(path), comment: marker.comment });
      continue;
    }
    const value = parseLine(rows, index);
    if (value === undefined) throw textFault(origin, `"${text}" is neither a [section] nor a "key = value".`, at);
    index = value.last;
    once(`${path.join('\0')}\0${value.key}`, `"${value.key}"`, at);
    const joined = rows.slice(at - 1, index + 1).join('\n');
    lines.push({
      kind: 'value',
      raw: joined,
      section: sectionName(path),
      key: value.key.toLowerCase(),
      value: value.value,
      comment: value.comment,
    });
  }
  return { lines, newline: text.includes('\r\n') ? '\r\n' : '\n', bom };
}

function sectionName(path: readonly string[]): string {
  return path.map(normalSection).join('.');
}

/** `remote  "Name"` → `remote "name"`. */
function normalSection(section: string): string {
  const named = /^\s*(remote|machine|db)\s*"(.*)"\s*$/i.exec(section);
  return (named === null ? section : `${named[1]} "${named[2]}"`).toLowerCase();
}

function parseMarker(
  text: string,
): { readonly depth: number; readonly name: string; readonly comment: string } | undefined {
  // Bounded, as the pattern below looks back.
  if (!text.startsWith('[') || text.length > 1000) return undefined;
  const match = /^((?:\[\s*)+)("\s*\S.*?\s*"|'\s*\S.*?\s*'|[^'"\s[].*?)((?:\s*\])+)\s*(#.*)?$/.exec(text);
  if (match === null) return undefined;
  const [, opening = '', name = '', closing = '', comment = ''] = match;
  const depth = opening.replace(/\s/g, '').length;
  return { depth: depth === closing.replace(/\s/g, '').length ? depth : 0, name: unquote(name), comment };
}

function unquote(text: string): string {
  const quote = text.charAt(0);
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote) ? text.slice(1, -1) : text;
}

interface ParsedLine {
  readonly key: string;
  readonly value: string;
  readonly comment: string;
  readonly last: number;
}

function parseLine(rows: readonly string[], index: number): ParsedLine | undefined {
  const text = (rows[index] ?? '').trimStart();
  const quote = text.charAt(0);
  let equals = text.indexOf('=');
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, 1);
    equals = close < 0 || !/^\s*=/.test(text.slice(close + 1)) ? -1 : text.indexOf('=', close);
  }
  if (equals <= 0) return undefined;
  const key = unquote(text.slice(0, equals).trimEnd());
  const rest = text.slice(equals + 1).trimStart();
  const triple = rest.slice(0, 3);
  if (triple !== '"""' && triple !== "'''") {
    const value = parseConfigValue(rest);
    return value === undefined ? undefined : { key, ...value, last: index };
  }
  let value = rest.slice(3);
  for (let last = index; ; last++) {
    const end = value.lastIndexOf(triple);
    if (end >= 0) {
      const comment = value.slice(end + 3).trim();
      return comment === '' || comment.startsWith('#') ? { key, value: value.slice(0, end), comment, last } : undefined;
    }
    const next = rows[last + 1];
    if (next === undefined) return undefined;
    value += `\n${next}`;
  }
}

/** The value as written, without quotes; a list with commas between. `%(key)s` stands for another key of the section. */
export function getValue(doc: ConfigDocument, section: string, key: string): string | undefined {
  const expand = (name: string, depth: number): string | undefined => {
    const value = rawValue(doc, section, name) ?? rawValue(doc, '', name);
    if (value === undefined || depth > 10) return value;
    return value.replace(/%\(([^)]*)\)s/g, (whole, inner: string) => expand(inner, depth + 1) ?? whole);
  };
  return rawValue(doc, section, key) === undefined ? undefined : expand(key, 0);
}

function rawValue(doc: ConfigDocument, section: string, key: string): string | undefined {
  const [name, wanted] = [normalSection(section), key.toLowerCase()];
  const line = doc.lines.findLast((each) => each.kind === 'value' && each.section === name && each.key === wanted);
  return line?.kind === 'value' ? line.value : undefined;
}

/** In the order of the file. */
export function sections(doc: ConfigDocument): string[] {
  return [...new Set(doc.lines.flatMap((line) => (line.kind === 'section' ? [line.section] : [])))];
}

export function keys(doc: ConfigDocument, section: string): string[] {
  const name = normalSection(section);
  return [...new Set(doc.lines.flatMap((line) => (line.kind === 'value' && line.section === name ? [line.key] : [])))];
}

export function setValue(doc: ConfigDocument, section: string, key: string, value: string): ConfigDocument {
  if (doc.lines.length > 0 && doc.lines.every((each) => each.raw.trim() === ''))
    return setValue({ ...doc, lines: [] }, section, key, value);
  const name = normalSection(section);
  const lower = key.toLowerCase();
  const written = `${' '.repeat(4)}${formatConfigName(lower)} = ${formatConfigValue(value)}`;
  const line = (comment: string): ConfigLine => {
    return {
      kind: 'value',
      raw: comment === '' ? written : `${written} ${comment}`,
      section: name,
      key: lower,
      value,
      comment,
    };
  };
  const index = doc.lines.findLastIndex((each) => each.kind === 'value' && each.section === name && each.key === lower);
  const old = doc.lines[index];
  if (old?.kind === 'value') return { ...doc, lines: doc.lines.with(index, line(old.comment)) };
  const head = doc.lines.findIndex((each) => each.kind === 'section' && each.section === name);
  if (head < 0) return insertBlock(doc, name, [sectionLine(name), line('')]);
  const last = doc.lines.findLastIndex((each) => each.kind !== 'other' && each.section === name);
  return { ...doc, lines: doc.lines.toSpliced(last + 1, 0, line('')) };
}

function sectionLine(name: string, comment = ''): ConfigLine {
  return {
    kind: 'section',
    raw: `[${formatConfigName(name)}]${comment === '' ? '' : ` ${comment}`}`,
    section: name,
    comment,
  };
}

const kinds = ['remote', 'machine', 'db'];

/** DVC writes plain sections first, then remotes, machines and databases. */
function rank(section: string): number {
  return kinds.findIndex((kind) => section.startsWith(`${kind} "`));
}

/** Puts a section behind the last of its kind; the comments above the next section stay with that one. */
function insertBlock(doc: ConfigDocument, name: string, block: readonly ConfigLine[]): ConfigDocument {
  const next = doc.lines.findIndex((line) => line.kind === 'section' && rank(line.section) > rank(name));
  let at = next < 0 ? doc.lines.length : next;
  if (next >= 0) while (doc.lines[at - 1]?.kind === 'other' && at > 0) at--;
  return { ...doc, lines: doc.lines.toSpliced(at, 0, ...block) };
}

/** A plain section that is left empty goes too, as DVC writes none; a remote without keys stays. */
export function removeValue(doc: ConfigDocument, section: string, key: string): ConfigDocument {
  const name = normalSection(section);
  const lower = key.toLowerCase();
  const lines = doc.lines.filter((line) => line.kind !== 'value' || line.section !== name || line.key !== lower);
  const left = { ...doc, lines };
  const empty = rank(name) < 0 && !lines.some((line) => line.kind === 'value' && line.section === name);
  return empty && lines.length < doc.lines.length ? removeSection(left, name) : left;
}

/** Removes the section's lines; comments that stand below its last key stay. */
export function removeSection(doc: ConfigDocument, section: string): ConfigDocument {
  const name = normalSection(section);
  const { rest } = splitBlock(doc, name);
  // DVC leaves one empty line of a config that it empties.
  const emptied = rest.length === 0 && doc.lines.length > 0;
  return { ...doc, lines: emptied ? [{ kind: 'other', raw: '' }] : rest };
}

/** Gives the section another name. It moves behind the last of its kind, as with DVC. */
export function renameSection(doc: ConfigDocument, section: string, to: string): ConfigDocument {
  const [from, name] = [normalSection(section), normalSection(to)];
  const { block, rest } = splitBlock(doc, from);
  if (block.length === 0) return doc;
  const renamed = block.map((line): ConfigLine => {
    if (line.kind === 'section') return sectionLine(name, line.comment);
    return line.kind === 'value' ? { ...line, section: name } : line;
  });
  return insertBlock({ ...doc, lines: rest }, name, renamed);
}

/** The lines from the head of a section to its last key, and all others. */
function splitBlock(
  doc: ConfigDocument,
  name: string,
): { readonly block: readonly ConfigLine[]; readonly rest: readonly ConfigLine[] } {
  const first = doc.lines.findIndex((line) => line.kind === 'section' && line.section === name);
  if (first < 0) return { block: [], rest: doc.lines };
  const last = doc.lines.findLastIndex((line) => line.kind !== 'other' && line.section === name);
  return { block: doc.lines.slice(first, last + 1), rest: doc.lines.toSpliced(first, last - first + 1) };
}

/** The text, with a line end behind each line. */
export function formatConfig(doc: ConfigDocument): string {
  const text = doc.lines.map((line) => `${line.raw.replaceAll('\n', doc.newline)}${doc.newline}`).join('');
  return `${doc.bom ? '\ufeff' : ''}${text}`;
}

/** Several levels as one; the later ones win. */
export interface ConfigView {
  get(section: string, key: string): string | undefined;
  sections(): string[];
  /** Which level the value is from: its index in the list. */
  origin(section: string, key: string): number | undefined;
}

/** From the weakest to the strongest: system, global, repository, local. */
export function mergeConfig(levels: readonly ConfigDocument[]): ConfigView {
  const origin = (section: string, key: string): number | undefined => {
    const index = levels.findLastIndex((level) => rawValue(level, section, key) !== undefined);
    return index < 0 ? undefined : index;
  };
  return {
    origin,
    sections: () => [...new Set(levels.flatMap(sections))],
    get: (section, key) => {
      const level = levels[origin(section, key) ?? -1];
      return level === undefined ? undefined : getValue(level, section, key);
    },
  };
}

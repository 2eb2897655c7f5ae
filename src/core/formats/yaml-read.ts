import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import { isTracksError, TracksError } from '../../base/errors.ts';
import { type TextOrigin, textFault } from './text-fault.ts';
import { readQuoted } from './yaml-scalar.ts';

/** A value of a YAML text with its 1-based line, for messages. */
export type YamlValue = YamlScalar | YamlMap | YamlSeq;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** As written, without quotes. */
  readonly source: string;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, YamlValue>;
}

export interface YamlSeq {
  readonly kind: 'seq';
  readonly line: number;
  readonly items: readonly YamlValue[];
}

/** True where git left the marks of a merge conflict at the beginning of a line. */
export function hasConflictMarkers(text: string): boolean {
  return /^(?:<{7}(?: .*)?|={7}|>{7}(?: .*)?|\|{7}(?: .*)?)\r?$/m.test(text);
}

/** Parses untrusted YAML; `bad-file` with the line, and `details.conflict` where git's conflict markers stand in it. `undefined`: nothing in it. */
export function readYaml(text: string, origin: TextOrigin): YamlValue | undefined {
  if (hasConflictMarkers(text)) throw conflict(text, origin);
  try {
    return parse(text, origin);
  } catch (error) {
    if (isTracksError(error)) throw error;
    // Nested deeper than the stack.
    throw textFault(origin, error instanceof Error ? error.message : String(error), undefined, error);
  }
}

function conflict(text: string, origin: TextOrigin): TracksError {
  const line = text.split('\n').findIndex((each) => hasConflictMarkers(each)) + 1;
  const at =
    origin.revision === undefined ? `${origin.path}:${line}` : `${origin.path}:${line} (at ${origin.revision})`;
  return new TracksError('bad-file', `${at}: the file is in conflict: git could not merge it.`, {
    path: origin.path,
    line,
    details: { conflict: true },
    hint: 'Keep the lines of one side, remove the conflict markers, and check out the data.',
  });
}

const DEEPEST = 1000;

/** Brackets or dashes nested so deep that only an attack does it: the parser would take minutes over them. */
function isTooDeep(text: string): boolean {
  if (/^[ \t]*(?:[-?:][ \t]+){200}/m.test(text)) return true;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5b || unit === 0x7b) depth++;
    else if ((unit === 0x5d || unit === 0x7d) && depth > 0) depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function parse(text: string, origin: TextOrigin): YamlValue | undefined {
  if (isTooDeep(text)) throw textFault(origin, 'bad YAML: it is nested too deep.');
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'core', version: '1.2', lineCounter: lines });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = lines.linePos(fault.pos[0]).line;
    throw textFault(
      origin,
      `bad YAML: ${fault.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? ''}`,
      line,
      fault,
    );
  }
  if (document.contents === null) return undefined;
  const reader = new Reader(text, document, lines, origin);
  const value = reader.value(document.contents);
  return value.kind === 'scalar' && value.value === null ? undefined : value;
}

class Reader {
  readonly #text: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #origin: TextOrigin;
  /** What an alias stands for is read once: a text of nested aliases does not grow. */
  readonly #known = new Map<Node, YamlValue | undefined>();

  constructor(text: string, document: Document.Parsed, lines: LineCounter, origin: TextOrigin) {
    this.#text = text;
    this.#document = document;
    this.#lines = lines;
    this.#origin = origin;
  }

  value(node: Node | null | undefined): YamlValue {
    if (node === null || node === undefined) return { kind: 'scalar', line: 1, value: null, source: '' };
    if (this.#known.has(node)) {
      const known = this.#known.get(node);
      if (known === undefined)
        throw textFault(this.#origin, 'an alias stands inside of what it names.', this.#line(node));
      return known;
    }
    this.#known.set(node, undefined);
    const value = this.#fresh(node);
    this.#known.set(node, value);
    return value;
  }

  #line(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }

  #fresh(node: Node): YamlValue {
    const line = this.#line(node);
    if (isAlias(node)) {
      const named = node.resolve(this.#document);
      if (named === undefined) throw textFault(this.#origin, `the alias *${node.source} names nothing.`, line);
      return this.value(named);
    }
    if (isMap(node)) return { kind: 'map', line, entries: this.#entries(node.items as readonly Pair[]) };
    if (isSeq(node)) return { kind: 'seq', line, items: node.items.map((item) => this.value(item as ParsedNode)) };
    if (!isScalar(node)) throw textFault(this.#origin, 'this kind of YAML is not read here.', line);
    const { value } = node;
    const source = node.source ?? '';
    if (typeof value === 'string') {
      const [start = 0, end = 0] = node.range ?? [];
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      const text = quoted ? readQuoted(this.#text.slice(start, end), value) : value;
      return { kind: 'scalar', line, value: text, source: text };
    }
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', line, value, source };
    return { kind: 'scalar', line, value: source, source };
  }

  #entries(pairs: readonly Pair[]): Map<string, YamlValue> {
    const entries = new Map<string, YamlValue>();
    const merged: YamlValue[] = [];
    for (const pair of pairs) {
      const key = this.value(pair.key);
      if (key.kind !== 'scalar') throw textFault(this.#origin, 'a key has to be a text.', key.line);
      const value =
        pair.value === null
          ? { kind: 'scalar' as const, line: key.line, value: null, source: '' }
          : this.value(pair.value);
      if (key.source === '<<') merged.push(...(value.kind === 'seq' ? value.items : [value]));
      else entries.set(String(key.value ?? ''), value);
    }
    for (const value of merged) {
      if (value.kind !== 'map') throw textFault(this.#origin, '"<<" wants a map.', value.line);
      for (const [key, item] of value.entries) if (!entries.has(key)) entries.set(key, item);
    }
    return entries;
  }
}

interface Pair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

/** Typed look-ups in one map; whatever is of another type than asked for is `bad-file` with its line. Null counts as absent. */
export interface Fields {
  readonly line: number;
  has(key: string): boolean;
  get(key: string): YamlValue | undefined;
  text(key: string): string | undefined;
  flag(key: string): boolean | undefined;
  /** A whole number that is not negative. */
  count(key: string): number | undefined;
  texts(key: string): readonly string[] | undefined;
  items(key: string): readonly YamlValue[];
  plain(key: string): unknown;
  fault(reason: string, key?: string): TracksError;
}

export function fieldsOf(value: YamlValue, origin: TextOrigin, what: string): Fields {
  if (value.kind !== 'map') throw textFault(origin, `${what} has to be a map of keys and values.`, value.line);
  const get = (key: string): YamlValue | undefined => {
    const found = value.entries.get(key);
    return found?.kind === 'scalar' && found.value === null ? undefined : found;
  };
  const fault = (reason: string, key?: string): TracksError =>
    textFault(origin, reason, (key === undefined ? undefined : get(key)?.line) ?? value.line);
  const scalar = (key: string, type: string): string | number | boolean | null | undefined => {
    const found = get(key);
    if (found !== undefined && found.kind !== 'scalar') throw fault(`"${key}" has to be ${type}.`, key);
    return found?.value;
  };
  const items = (key: string): readonly YamlValue[] => {
    const found = get(key);
    if (found === undefined) return [];
    if (found.kind !== 'seq') throw fault(`"${key}" has to be a list.`, key);
    return found.items;
  };
  return {
    line: value.line,
    has: (key) => get(key) !== undefined,
    get,
    fault,
    items,
    text: (key) => {
      const found = scalar(key, 'a text');
      if (found === undefined || typeof found === 'string') return found;
      throw fault(`"${key}" has to be a text: put ${String(found)} in quotes.`, key);
    },
    flag: (key) => {
      const found = scalar(key, 'true or false');
      if (found === undefined || typeof found === 'boolean') return found;
      throw fault(`"${key}" has to be true or false.`, key);
    },
    count: (key) => {
      const found = scalar(key, 'a whole number');
      if (found === undefined) return undefined;
      if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found;
      throw fault(`"${key}" has to be a whole number.`, key);
    },
    texts: (key) => {
      if (get(key) === undefined) return undefined;
      return items(key).map((item) => {
        if (item.kind === 'scalar' && typeof item.value === 'string') return item.value;
        throw textFault(origin, `"${key}" has to be a list of texts.`, item.line);
      });
    },
    plain: (key) => {
      const found = get(key);
      return found === undefined ? undefined : plainOf(found);
    },
  };
}

/** Numbers, strings, arrays and objects, as `JSON.parse` makes them. */
export function plainOf(value: YamlValue): unknown {
  if (value.kind === 'scalar') return value.value;
  if (value.kind === 'seq') return value.items.map(plainOf);
  return Object.fromEntries([...value.entries].map(([key, item]) => [key, plainOf(item)]));
}

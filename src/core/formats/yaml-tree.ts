import { CST, Parser, parseDocument } from 'yaml';
import { type TextOrigin, textFault } from './text-fault.ts';
import { isPlainString, readQuoted } from './yaml-scalar.ts';

/*
 * YAML for rewriting: the tree of a text with all its comments and blank lines, each kept with the token before it (as DVC's writer
 * keeps them). `formatYaml` in yaml-write.ts makes the text again.
 */

/** What stands between a token and the next one. */
export interface Trivia {
  raw: string;
  /** Where `raw` begins, as a 0-based column of the source. */
  column: number;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  /** The string it stands for; absent for numbers, booleans, dates and nothing, and where `raw` has to stay as it is. */
  text?: string;
  /** What to write where `text` is absent. */
  raw: string;
  /** A `|` or `>` scalar: `raw` is the header, `lines` the content as in the source. */
  block?: { readonly lines: string; readonly indent: number };
  after: Trivia;
}

export interface MapEntry {
  readonly key: string;
  /** Anchor and tag of the value. */
  props: string;
  afterColon: Trivia;
  value: YamlNode | undefined;
}

export interface MapNode {
  readonly kind: 'map';
  entries: MapEntry[];
  readonly flow: boolean;
  after: Trivia;
}

export interface SeqItem {
  props: string;
  afterDash: Trivia;
  value: YamlNode | undefined;
}

export interface SeqNode {
  readonly kind: 'seq';
  items: SeqItem[];
  readonly flow: boolean;
  after: Trivia;
}

export type YamlNode = ScalarNode | MapNode | SeqNode;

export interface YamlTree {
  readonly head: Trivia;
  root: YamlNode | undefined;
}

export function noTrivia(): Trivia {
  return { raw: '', column: 0 };
}

export function scalarNode(value: string | number | boolean): ScalarNode {
  return typeof value === 'string'
    ? { kind: 'scalar', text: value, raw: '', after: noTrivia() }
    : { kind: 'scalar', raw: String(value), after: noTrivia() };
}

/** The node of a plain value (strings, numbers, booleans, null, arrays, objects). */
export function nodeOf(value: unknown): YamlNode | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return scalarNode(value);
  if (Array.isArray(value)) {
    const items = value.map((item): SeqItem => ({ props: '', afterDash: noTrivia(), value: nodeOf(item) }));
    return { kind: 'seq', items, flow: items.length === 0, after: noTrivia() };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).map(
    ([key, item]): MapEntry => ({ key, props: '', afterColon: noTrivia(), value: nodeOf(item) }),
  );
  return { kind: 'map', entries, flow: entries.length === 0, after: noTrivia() };
}

/** Parses for rewriting; a text with YAML errors is `bad-file`. */
export function parseYamlTree(text: string, origin: TextOrigin): YamlTree {
  const document = parseDocument(text, { schema: 'core', version: '1.2' });
  const fault = document.errors[0];
  if (fault !== undefined)
    throw textFault(origin, fault.message.split('\n')[0] ?? fault.message, fault.linePos?.[0].line, fault);
  const reader = new Reader(text, origin);
  for (const token of new Parser().parse(text)) reader.document(token);
  return { head: reader.head, root: reader.root };
}

/** Walks the tokens in the order of the text; trivia goes to the token before it. */
class Reader {
  readonly head: Trivia = noTrivia();
  root: YamlNode | undefined;
  #last: Trivia = this.head;
  readonly #text: string;
  /** Where each line begins. */
  readonly #starts: readonly number[];
  readonly #origin: TextOrigin;

  constructor(text: string, origin: TextOrigin) {
    this.#text = text;
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map((newline) => newline.index + 1)];
    this.#origin = origin;
  }

  document(token: CST.Token): void {
    if (token.type === 'document') {
      this.#trivia(token.start);
      if (token.value !== undefined) this.root = this.#node(token.value, false);
      this.#trivia(token.end ?? []);
    } else if (token.type === 'comment' || token.type === 'newline' || token.type === 'space') this.#trivia([token]);
    else if (token.type !== 'byte-order-mark' && token.type !== 'doc-end') throw this.#unsupported(token.offset);
  }

  #unsupported(offset: number): Error {
    return textFault(
      this.#origin,
      'YAML of this kind cannot be rewritten with its comments kept.',
      this.#position(offset).line,
    );
  }

  /** The line, from 1, and the column in code points, from 0. */
  #position(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: [...this.#text.slice(this.#starts[low], offset)].length };
  }

  /** Keeps spaces, comments and line ends; gives back anchors and tags. */
  #trivia(tokens: readonly CST.SourceToken[]): string {
    const props: string[] = [];
    for (const token of tokens) {
      if (token.type === 'space' || token.type === 'comment' || token.type === 'newline') {
        if (this.#last.raw === '') this.#last.column = this.#position(token.offset).column;
        this.#last.raw += token.source;
      } else if (token.type === 'anchor' || token.type === 'tag') props.push(token.source);
    }
    return props.join(' ');
  }

  #slot(): Trivia {
    this.#last = noTrivia();
    return this.#last;
  }

  #node(token: CST.Token, inFlow: boolean): YamlNode {
    switch (token.type) {
      case 'block-map':
        return { kind: 'map', entries: this.#entries(token.items, inFlow), flow: false, after: noTrivia() };
      case 'block-seq':
        return { kind: 'seq', items: this.#items(token.items, inFlow), flow: false, after: noTrivia() };
      case 'flow-collection':
        return this.#flow(token);
      case 'block-scalar': {
        const header = token.props.map((prop) => ('source' in prop ? prop.source : '')).join('');
        const after = this.#slot();
        return { kind: 'scalar', raw: header.trimEnd(), block: { lines: token.source, indent: token.indent }, after };
      }
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        return this.#scalar(token);
      default:
        throw this.#unsupported(token.offset);
    }
  }

  #scalar(token: CST.FlowScalar): ScalarNode {
    const after = this.#slot();
    this.#trivia(token.end ?? []);
    const value = CST.resolveAsScalar(token).value;
    if (token.type === 'alias') return { kind: 'scalar', raw: token.source, after };
    if (token.type !== 'scalar' || isPlainString(value))
      return { kind: 'scalar', text: readQuoted(token.source, value), raw: '', after };
    const nothing = /^(?:~|null|Null|NULL)?$/.test(value);
    const truth = /^(?:true|false)$/i.test(value);
    return { kind: 'scalar', raw: nothing ? '' : truth ? value.toLowerCase() : value, after };
  }

  #entries(items: readonly CST.CollectionItem[], inFlow: boolean): MapEntry[] {
    const entries: MapEntry[] = [];
    for (const item of items) {
      const keyProps = this.#trivia(item.start);
      if (item.key === undefined && item.sep === undefined) continue;
      if (keyProps !== '' || item.key === null || item.key === undefined)
        throw this.#unsupported(item.start[0]?.offset ?? 0);
      const key = this.#node(item.key, inFlow);
      if (key.kind !== 'scalar' || key.block !== undefined) throw this.#unsupported(item.key.offset);
      const afterColon = this.#slot();
      afterColon.raw = key.after.raw.trim();
      const props = this.#trivia(item.sep ?? []);
      const value = item.value === undefined ? undefined : this.#node(item.value, inFlow);
      entries.push({ key: key.text ?? key.raw, props, afterColon, value });
    }
    return entries;
  }

  #items(items: readonly CST.CollectionItem[], inFlow: boolean): SeqItem[] {
    const result: SeqItem[] = [];
    for (const item of items) {
      const dash = item.start.findIndex((token) => token.type === 'seq-item-ind');
      this.#trivia(dash < 0 ? item.start : item.start.slice(0, dash));
      if (dash < 0 && item.value === undefined) continue;
      const afterDash = this.#slot();
      const props = this.#trivia(item.start.slice(dash + 1));
      result.push({ props, afterDash, value: item.value === undefined ? undefined : this.#node(item.value, inFlow) });
    }
    return result;
  }

  #flow(token: CST.FlowCollection): MapNode | SeqNode {
    const isMap = token.start.type === 'flow-map-start';
    this.#slot();
    const node: MapNode | SeqNode = isMap
      ? { kind: 'map', entries: this.#flowEntries(token), flow: true, after: noTrivia() }
      : { kind: 'seq', items: this.#flowItems(token), flow: true, after: noTrivia() };
    node.after = this.#slot();
    this.#trivia(token.end);
    return node;
  }

  #flowEntries(token: CST.FlowCollection): MapEntry[] {
    return token.items
      .filter((item) => item.key !== undefined || item.sep !== undefined || item.value !== undefined)
      .flatMap((item) => {
        // `{a, b}`: keys without values.
        if (item.sep === undefined && item.value !== undefined)
          return this.#entries([{ ...item, key: item.value, sep: [] }], true).map(bare);
        return this.#entries([item], true);
      });
  }

  #flowItems(token: CST.FlowCollection): SeqItem[] {
    const result: SeqItem[] = [];
    for (const item of token.items) {
      if (item.sep !== undefined) throw this.#unsupported(token.offset);
      const props = this.#trivia(item.start);
      if (item.value === undefined) continue;
      result.push({ props, afterDash: noTrivia(), value: this.#node(item.value, true) });
    }
    return result;
  }
}

function bare(entry: MapEntry): MapEntry {
  return { ...entry, value: undefined };
}

/** The value of `key` in a map, or `undefined`. */
export function entryOf(node: YamlNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? (node.text ?? node.raw) : undefined;
}

/** Sets a scalar in its place, or at the end; the comments around stay. */
export function setScalar(map: MapNode, key: string, value: string | number | boolean): void {
  const entry = entryOf(map, key);
  if (entry === undefined) {
    map.entries.push({ key, props: '', afterColon: noTrivia(), value: scalarNode(value) });
    return;
  }
  const fresh = scalarNode(value);
  if (entry.value !== undefined) fresh.after = lastTrivia(entry.value);
  entry.value = fresh;
}

/** Removes an entry. Its own comment goes; comment lines below it stay with the entry before. */
export function removeEntry(map: MapNode, key: string): void {
  const index = map.entries.findIndex((entry) => entry.key === key);
  const entry = map.entries[index];
  if (entry === undefined) return;
  map.entries.splice(index, 1);
  const previous = map.entries[index - 1];
  const lines = (entry.value === undefined ? entry.afterColon : lastTrivia(entry.value)).raw.split('\n').slice(1, -1);
  if (previous === undefined || lines.length === 0) return;
  const slot = previous.value === undefined ? previous.afterColon : lastTrivia(previous.value);
  slot.raw += slot.raw.endsWith('\n') || slot.raw.includes('\n') ? '' : '\n';
  slot.raw = `${slot.raw.slice(0, slot.raw.lastIndexOf('\n') + 1)}${lines.join('\n')}\n`;
}

/** The trivia after the last token of a node. */
function lastTrivia(node: YamlNode): Trivia {
  if (node.kind === 'scalar' || node.flow) return node.after;
  if (node.kind === 'map') {
    const entry = node.entries.at(-1);
    return entry === undefined ? node.after : entry.value === undefined ? entry.afterColon : lastTrivia(entry.value);
  }
  const item = node.items.at(-1);
  return item === undefined ? node.after : item.value === undefined ? item.afterDash : lastTrivia(item.value);
}

import { formatScalar } from './yaml-scalar.ts';
import type { MapEntry, MapNode, ScalarNode, SeqItem, SeqNode, Trivia, YamlNode, YamlTree } from './yaml-tree.ts';

const WIDTH = 80;
const LONGEST_KEY = 128;

/** The text of a tree in the form that DVC's writer gives it: sequences not indented, maps by two, comments at their columns. */
export function formatYaml(tree: YamlTree): string {
  const writer = new Writer();
  writer.head(tree.head);
  if (tree.root !== undefined) writer.root(tree.root);
  return writer.text;
}

class Writer {
  text = '';
  #column = 0;

  head(trivia: Trivia): void {
    const lines = trivia.raw.split('\n');
    if (lines.at(-1)?.trim() === '') lines.pop();
    // Behind a `---`, which DVC's writer leaves out, a comment may stand.
    lines.forEach((line, index) => {
      this.#line(index === 0 ? line.trimStart() : line);
    });
  }

  root(node: YamlNode): void {
    if (node.kind === 'map' && !node.flow) this.#map(node, 0);
    else if (node.kind === 'seq' && !node.flow) this.#seq(node, 0);
    else this.#inline(node, 0, false);
  }

  #write(data: string): void {
    this.text += data;
    const newline = data.lastIndexOf('\n');
    const tail = [...data.slice(newline + 1)].length;
    this.#column = newline < 0 ? this.#column + tail : tail;
  }

  /** A comment or blank line of the source, as it was. */
  #line(line: string): void {
    this.#write(`${line.trim() === '' ? '' : line.trimEnd()}\n`);
  }

  /** Ends the line with its comment, then writes the comment lines up to the next token. */
  #end(trivia: Trivia, more: readonly string[] = []): void {
    const [first = '', ...rest] = trivia.raw.split('\n');
    const comment = first.trim();
    if (comment.startsWith('#')) {
      const column = trivia.column + (first.length - first.trimStart().length);
      this.#write(`${' '.repeat(Math.max(1, column - this.#column))}${comment}`);
    }
    this.#write('\n');
    for (const line of more) this.#line(line);
    this.#lines(rest);
  }

  #lines(lines: readonly string[]): void {
    // What follows the last line end is the indentation of the next token, or a comment at the end of a text without one.
    lines.forEach((line, index) => {
      if (index < lines.length - 1 || line.trim() !== '') this.#line(line);
    });
  }

  #map(map: MapNode, indent: number): void {
    for (const entry of map.entries) {
      this.#write(' '.repeat(indent - this.#column));
      this.#entry(entry, indent);
    }
  }

  #entry(entry: MapEntry, indent: number): void {
    const long = [...entry.key].length >= LONGEST_KEY || /[\n\u0085\u2028\u2029]/.test(entry.key);
    const place = { column: this.#column, indent, glue: false, key: true };
    this.#write(
      long
        ? `? ${formatScalar(entry.key, { ...place, column: indent + 2, key: false, indent: indent + 2 })}\n${' '.repeat(indent)}:`
        : `${formatScalar(entry.key, place)}:`,
    );
    if (entry.props !== '') this.#write(` ${entry.props}`);
    const { value } = entry;
    if (value === undefined) this.#end(entry.afterColon);
    else if (value.kind !== 'scalar' && !value.flow) {
      this.#end(entry.afterColon);
      if (value.kind === 'map') this.#map(value, indent + 2);
      else this.#seq(value, indent);
    } else this.#inline(value, indent + 2, true, entry.afterColon);
  }

  #seq(seq: SeqNode, indent: number): void {
    for (const item of seq.items) {
      this.#write(`${' '.repeat(indent - this.#column)}-`);
      this.#item(item, indent);
    }
  }

  #item(item: SeqItem, indent: number): void {
    if (item.props !== '') this.#write(` ${item.props}`);
    const { value } = item;
    if (value === undefined) {
      this.#write(' ');
      this.#end(item.afterDash);
    } else if (value.kind !== 'scalar' && !value.flow) {
      if (item.afterDash.raw.includes('\n') || item.props !== '') this.#end(item.afterDash);
      else this.#write(' ');
      if (value.kind === 'map') this.#map(value, indent + 2);
      else this.#seq(value, indent + 2);
    } else this.#inline(value, indent + 2, item.props !== '', item.afterDash);
  }

  /** A scalar or flow collection on the line of its key or dash. */
  #inline(node: ScalarNode | MapNode | SeqNode, indent: number, glue: boolean, before?: Trivia): void {
    // Comments between the key and a value on the next line come below the value.
    const moved = (before?.raw ?? '').split('\n').filter((line) => line.trim().startsWith('#'));
    const dash = !glue && this.#column > 0;
    if (node.kind === 'scalar') {
      if (node.block !== undefined) {
        this.#write(` ${node.raw}\n${reindent(node.block.lines, indent)}`);
        if (!this.text.endsWith('\n')) this.#write('\n');
        for (const line of moved) this.#line(line);
        this.#lines(node.after.raw.split('\n'));
        return;
      }
      if (node.text !== undefined) {
        if (dash) this.#write(' ');
        this.#write(formatScalar(node.text, { column: this.#column, indent, glue }));
      } else if (dash || node.raw !== '') this.#write(`${glue || dash ? ' ' : ''}${node.raw}`);
    } else {
      if (glue || dash) this.#write(' ');
      this.#flow(node, indent);
    }
    this.#end(node.after, moved);
  }

  #flow(node: YamlNode | undefined, indent: number): void {
    if (node === undefined) return;
    if (node.kind === 'scalar') {
      const raw =
        node.text === undefined
          ? node.raw
          : formatScalar(node.text, { column: this.#column, indent, glue: false, flow: true });
      this.#write(raw);
      return;
    }
    this.#write(node.kind === 'map' ? '{' : '[');
    const parts: readonly (MapEntry | SeqItem)[] = node.kind === 'map' ? node.entries : node.items;
    parts.forEach((part, index) => {
      if (index > 0) this.#write(',');
      if (this.#column > WIDTH) this.#write(`\n${' '.repeat(indent)}`);
      else if (index > 0) this.#write(' ');
      if ('key' in part) {
        this.#write(formatScalar(part.key, { column: this.#column, indent, glue: false, key: true, flow: true }));
        this.#write(part.value === undefined ? ':' : ': ');
      }
      if (part.props !== '') this.#write(`${part.props} `);
      this.#flow(part.value, indent + 2);
    });
    this.#write(node.kind === 'map' ? '}' : ']');
  }
}

/** Moves the lines of a block scalar so that the least indented stands at `indent`. */
function reindent(lines: string, indent: number): string {
  const all = lines.split('\n');
  const depths = all.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = Math.min(...depths);
  if (least === indent || depths.length === 0) return lines;
  return all.map((line) => (line.trim() === '' ? line : ' '.repeat(indent) + line.slice(least))).join('\n');
}

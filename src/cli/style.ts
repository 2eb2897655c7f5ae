export type Style = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>>;

/** Colours where `on` says so, the text as it is otherwise. */
export function createStyle(on: boolean): Style {
  const code =
    (open: number, close: number) =>
    (text: string): string =>
      on && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    cyan: code(36, 39),
  };
}

/** https://no-color.org */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Columns as wide as their widest cell; the last is left as it is. `right`: which columns are aligned there. */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - width(cell));
        return right.has(i) ? space + cell : i === row.length - 1 ? cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}

const escapes = /\u001b\[\d+m/g;

/** Code points without colour codes. */
function width(text: string): number {
  return [...text.replace(escapes, '')].length;
}

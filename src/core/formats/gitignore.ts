/** The line that keeps `name`, an entry of the folder of the `.gitignore`, out of git; escaped as DVC does. */
export function gitignoreEntry(name: string): string {
  return `/${name.replace(/[\\[\]!*#?]/g, '\\$&')}`;
}

/** The text with the entry of `name`; unchanged where it is there. `undefined`: there is no file yet. */
export function addEntry(text: string | undefined, name: string): string {
  const entry = gitignoreEntry(name);
  const before = text ?? '';
  if (before.split(/\r?\n/).includes(entry)) return before;
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${entry}\n`;
}

/**
 * The text without the entry of `name`; `undefined` where nothing is left and the file goes. DVC compares with the name as it is, and so
 * leaves lines behind that it wrote escaped; here both forms go.
 */
export function removeEntry(text: string, name: string): string | undefined {
  const entries = new Set([gitignoreEntry(name).trim(), `/${name}`.trim()]);
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const kept = lines.filter((line) => !entries.has(line.trim()));
  return kept.length === 0 ? undefined : kept.join('');
}

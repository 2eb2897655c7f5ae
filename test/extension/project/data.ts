/* What workspace.ts makes and the suites expect. */

/** Commits that changed the pointer of `history/table.csv`. */
export const commits = 120;

/** `history/table.csv` after so many commits. */
export function table(commit: number): string {
  return `id,value\n1,${commit}\n`;
}

/** `model.bin`, versions 1 to 3: no text. */
export function model(version: number): Buffer {
  return Buffer.from(Array.from({ length: 4096 }, (_, i) => (i % 7 === 0 ? 0 : (i * version) % 256)));
}

/** `notes.txt`, versions 1 and 2. */
export function notes(version: number): string {
  return `Notes, version ${version}.\nSame line.\n`;
}

export const verbFiles = ['verbs/one.txt', 'verbs/two.txt', 'verbs/three.txt'] as const;

export const datasets = ['data/images', 'history/table.csv', 'model.bin', 'notes.txt', ...verbFiles].sort();

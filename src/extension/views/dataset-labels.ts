import { formatBytes, plural } from '../../base/format.ts';
import { repoDirname } from '../../base/paths.ts';
import type { DataEntry, Dataset } from '../../core/system.ts';
import type { PathState } from '../model/contract.ts';
import { escapeMarkdown } from './markdown.ts';
import { countsText, stateLooks } from './states.ts';

const dot = ' · ';

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(dot);
}

/** `data · 12.3 MB · 2,000 files · modified +12 −3`: the folder it lies in, then what is known of it. */
export function datasetDescription(dataset: Dataset, state: PathState | undefined): string {
  return joined([
    repoDirname(dataset.path),
    dataset.size === undefined ? undefined : formatBytes(dataset.size),
    dataset.files === undefined ? undefined : plural(dataset.files, 'file'),
    stateWord(state),
    dataset.frozen && dataset.importedFrom === undefined ? 'frozen' : undefined,
  ]);
}

/** The state and what is inside, `modified +12 −3`; empty for `ok`. */
export function stateWord(state: PathState | undefined): string {
  if (state === undefined) return '';
  return [stateLooks[state.state].word, countsText(state.inside)].filter((part) => part !== '').join(' ');
}

/** The icon of a dataset, by what it is: an id of VS Code's product icons. */
export function datasetIcon(dataset: Dataset): string {
  if (dataset.importedFrom !== undefined) return dataset.frozen ? 'lock' : 'link-external';
  if (dataset.type === 'model' || (dataset.kind === 'file' && modelName.test(dataset.path))) return 'symbol-method';
  if (dataset.kind === 'folder') return 'file-directory';
  if (dataset.kind === 'file')
    return /\.(csv|tsv|parquet|feather|arrow|xlsx?|jsonl?|sqlite|db)$/i.test(dataset.path) ? 'table' : 'database';
  return 'question';
}

const modelName =
  /\.(pkl|pickle|joblib|pt|pth|onnx|h5|hdf5|keras|safetensors|gguf|pb|tflite|ckpt|mlmodel|model|bst|ubj|bin)$/i;

/** Markdown: path, state in words, pointer, hash, size, origin, description. */
export function datasetTooltip(dataset: Dataset, state: PathState | undefined): string {
  const lines = [`**${escapeMarkdown(dataset.path)}**`];
  if (dataset.description !== undefined) lines.push(escapeMarkdown(dataset.description));
  lines.push(state === undefined ? 'As the checked-out commit says.' : escapeMarkdown(state.words));
  const facts: (readonly [string, string | undefined])[] = [
    ['Pointer', dataset.stage === undefined ? dataset.pointer : `${dataset.pointer}, stage ${dataset.stage}`],
    ['Hash', dataset.hash],
    ['Size', dataset.size === undefined ? undefined : `${formatBytes(dataset.size)} (${plural(dataset.size, 'byte')})`],
    ['Files', dataset.files === undefined ? undefined : plural(dataset.files, 'file')],
    ['Imported from', dataset.importedFrom],
    ['Type', dataset.type],
    ['Labels', dataset.labels === undefined || dataset.labels.length === 0 ? undefined : dataset.labels.join(', ')],
    ['Remote', dataset.remote],
  ];
  const rows = facts.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${codeOrText(name, value)}`]));
  const notes: string[] = [];
  if (dataset.frozen) notes.push('Frozen: it is not brought up to date by itself.');
  if (!dataset.cached) notes.push('Not in the cache: git keeps this file.');
  if (!dataset.pushable) notes.push('Never pushed: its pointer says `push: false`.');
  return [...lines, rows.join('\n'), ...notes].filter((line) => line !== '').join('\n\n');
}

function codeOrText(name: string, value: string): string {
  return name === 'Hash' && /^[0-9a-z.:-]+$/i.test(value) ? `\`${value}\`` : escapeMarkdown(value);
}

/** `dataset.folder.notPushed.frozen`: see node.ts. */
export function datasetContext(dataset: Dataset, state: PathState | undefined): string {
  return [
    'dataset',
    dataset.kind,
    stateLooks[state?.state ?? 'ok'].context,
    dataset.stage === undefined ? undefined : 'stage',
    dataset.importedFrom === undefined ? undefined : 'imported',
    dataset.frozen ? 'frozen' : undefined,
    dataset.cached ? undefined : 'inGit',
  ]
    .filter((part) => part !== undefined)
    .join('.');
}

/** Size and state of a file or folder inside of a dataset. */
export function entryDescription(entry: Pick<DataEntry, 'size'>, state: PathState | undefined): string {
  return joined([entry.size === undefined ? undefined : formatBytes(entry.size), stateWord(state)]);
}

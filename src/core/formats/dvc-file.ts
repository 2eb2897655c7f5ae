import { type Hash, type HashName, md5, parseHash } from '../objects/hash.ts';
import { pythonJson } from './python-json.ts';
import { type TextOrigin, textFault } from './text-fault.ts';
import { type Fields, fieldsOf, hasConflictMarkers, plainOf, readYaml } from './yaml-read.ts';
import {
  entryOf,
  type MapNode,
  nodeOf,
  noTrivia,
  parseYamlTree,
  removeEntry,
  setScalar,
  textOf,
  type YamlTree,
} from './yaml-tree.ts';
import { formatYaml } from './yaml-write.ts';

export { hasConflictMarkers };

/** One `outs` entry of a `.dvc` file. */
export interface OutRecord {
  /** As written: relative to `wdir`, or a URL. Untrusted: make a `RepoPath` of it before use. */
  readonly path: string;
  /** Absent where nothing is recorded yet. */
  readonly hash?: Hash;
  readonly etag?: string;
  readonly checksum?: string;
  readonly versionId?: string;
  readonly size?: number;
  readonly nfiles?: number;
  readonly isexec?: boolean;
  /** The `hash:` field as written; DVC 2.x wrote none. */
  readonly hashName?: string;
  readonly cache: boolean;
  readonly push: boolean;
  readonly persist: boolean;
  readonly remote?: string;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  readonly meta?: unknown;
  readonly cloud?: unknown;
  /** The files of a cloud-versioned folder. */
  readonly files?: unknown;
}

export interface DepRecord {
  readonly path: string;
  readonly hash?: Hash;
  readonly etag?: string;
  readonly checksum?: string;
  readonly versionId?: string;
  readonly size?: number;
  readonly nfiles?: number;
  readonly repo?: { readonly url: string; readonly rev?: string; readonly revLock?: string };
  readonly isRepo: boolean;
}

export interface DvcFile {
  readonly outs: readonly OutRecord[];
  readonly deps: readonly DepRecord[];
  readonly frozen: boolean;
  readonly wdir?: string;
  readonly md5?: string;
  readonly desc?: string;
  readonly meta?: unknown;
  readonly alwaysChanged: boolean;
}

/** Drops what is `undefined`, for optional members. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Parses a whole `.dvc` file, or throws `bad-file` with the line. Keys it does not know are left alone. */
export function parseDvcFile(text: string, origin: TextOrigin): DvcFile {
  const root = readYaml(text, origin);
  if (root === undefined) return { outs: [], deps: [], frozen: false, alwaysChanged: false };
  const fields = fieldsOf(root, origin, 'The file');
  return compact({
    outs: fields.items('outs').map((item) => parseOut(fieldsOf(item, origin, 'An entry of "outs"'))),
    deps: fields.items('deps').map((item) => parseDep(fieldsOf(item, origin, 'An entry of "deps"'), origin)),
    frozen: fields.flag('frozen') ?? fields.flag('locked') ?? false,
    alwaysChanged: fields.flag('always_changed') ?? false,
    wdir: fields.text('wdir'),
    md5: checksum(fields, 'md5'),
    desc: fields.text('desc'),
    meta: fields.plain('meta'),
  }) as DvcFile;
}

/** What `.dvc` files and `dvc.lock` record of the content of a path. */
export interface ContentFields {
  readonly hash?: Hash;
  readonly hashName?: string;
  readonly etag?: string;
  readonly checksum?: string;
  readonly versionId?: string;
  readonly size?: number;
  readonly nfiles?: number;
  readonly isexec?: boolean;
}

/** `path` of an entry; it has to be there. */
export function requirePath(fields: Fields): string {
  const path = fields.text('path');
  if (path === undefined || path === '') throw fields.fault('an entry has no "path".');
  if (path.includes('\0')) throw fields.fault('the "path" holds a NUL.', 'path');
  return path;
}

export function parseContent(fields: Fields): ContentFields {
  const hashName = fields.text('hash');
  const name: HashName = hashName === undefined ? 'md5-dos2unix' : 'md5';
  const written = checksum(fields, 'md5')?.toLowerCase();
  const hash = written === undefined ? undefined : parseHash(written, name);
  if (written !== undefined && hash === undefined)
    throw fields.fault(`"${written}" is no MD5 (32 hex digits, and ".dir" for a folder).`, 'md5');
  return compact({
    hash,
    hashName,
    etag: checksum(fields, 'etag'),
    checksum: checksum(fields, 'checksum'),
    versionId: fields.text('version_id'),
    size: fields.count('size'),
    nfiles: fields.count('nfiles'),
    isexec: fields.flag('isexec'),
  }) as ContentFields;
}

/** A checksum of digits only is read by YAML as a number: its text counts. */
function checksum(fields: Fields, key: string): string | undefined {
  const value = fields.get(key);
  if (value === undefined) return undefined;
  if (value.kind !== 'scalar' || typeof value.value === 'boolean')
    throw fields.fault(`"${key}" has to be a text.`, key);
  return value.source === '' ? undefined : value.source;
}

function parseOut(fields: Fields): OutRecord {
  return compact({
    path: requirePath(fields),
    ...parseContent(fields),
    cache: fields.flag('cache') ?? true,
    push: fields.flag('push') ?? true,
    persist: fields.flag('persist') ?? false,
    remote: fields.text('remote'),
    desc: fields.text('desc'),
    type: fields.text('type'),
    labels: fields.texts('labels'),
    meta: fields.plain('meta'),
    cloud: fields.plain('cloud'),
    files: fields.plain('files'),
  }) as OutRecord;
}

function parseDep(fields: Fields, origin: TextOrigin): DepRecord {
  const repo = fields.get('repo');
  const where = repo === undefined ? undefined : fieldsOf(repo, origin, '"repo"');
  if (where !== undefined && where.text('url') === undefined) throw fields.fault('"repo" has no "url".', 'repo');
  return compact({
    path: fields.text('path') ?? '',
    ...parseContent(fields),
    repo:
      where === undefined
        ? undefined
        : compact({ url: where.text('url') ?? '', rev: where.text('rev'), revLock: where.text('rev_lock') }),
    isRepo: where !== undefined,
  }) as DepRecord;
}

/** What an out's content is now. A field that is absent here is taken out of the file. */
export interface OutUpdate {
  /** `<hex>`, or `<hex>.dir` for a folder. */
  readonly md5?: string;
  readonly size?: number;
  readonly nfiles?: number;
  readonly isexec?: boolean;
}

export interface NewOut extends OutUpdate {
  readonly path: string;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  readonly meta?: unknown;
  readonly remote?: string;
  readonly push?: boolean;
}

/** The text of a new `.dvc` file with one out, keys in DVC's order. */
export function newDvcFile(out: NewOut): string {
  const record = compact({
    md5: out.md5,
    size: out.size,
    nfiles: out.nfiles,
    isexec: out.isexec === true ? true : undefined,
    hash: 'md5',
    path: out.path,
    desc: out.desc === '' ? undefined : out.desc,
    type: out.type === '' ? undefined : out.type,
    labels: out.labels?.length === 0 ? undefined : out.labels,
    meta: out.meta,
    remote: out.remote,
    push: out.push === false ? false : undefined,
  });
  return formatYaml({ head: noTrivia(), root: nodeOf({ outs: [record] }) });
}

/**
 * Rewrites the content of one out as `dvc add` and `dvc commit` do; all else stays, with comments and places. New keys come at the end of
 * the entry. An out of DVC 2.x (without `hash:`) keeps its hash name unless `hashName` says that `update` holds the MD5 of the raw bytes.
 */
export function updateDvcFile(
  text: string,
  origin: TextOrigin,
  outPath: string,
  update: OutUpdate,
  options: { readonly hashName?: 'md5' } = {},
): string {
  const { tree, out } = openOut(text, origin, outPath);
  const changed = textOf(entryOf(out, 'md5')?.value) !== update.md5;
  const modern = options.hashName === 'md5' || entryOf(out, 'md5') === undefined;
  setContent(out, update);
  // What a cloud gave the old content for a name.
  if (changed) for (const key of ['version_id', 'etag', 'checksum', 'cloud', 'files']) removeEntry(out, key);
  if (modern && entryOf(out, 'hash') === undefined) setScalar(out, 'hash', 'md5');
  return finish(tree, origin);
}

/** Sets the fields of an entry that say what its content is. */
export function setContent(entry: MapNode, update: OutUpdate): void {
  const set = (key: string, value: string | number | boolean | undefined): void => {
    if (value === undefined) removeEntry(entry, key);
    else if (textOf(entryOf(entry, key)?.value) !== String(value)) setScalar(entry, key, value);
  };
  set('md5', update.md5);
  set('size', update.size);
  set('nfiles', update.nfiles);
  set('isexec', update.isexec === true ? true : undefined);
}

export function renameOut(text: string, origin: TextOrigin, oldPath: string, newPath: string): string {
  const { tree, out } = openOut(text, origin, oldPath);
  setScalar(out, 'path', newPath);
  return finish(tree, origin);
}

export function setFrozen(text: string, origin: TextOrigin, frozen: boolean): string {
  const { tree, root } = open(text, origin);
  removeEntry(root, 'locked');
  if (frozen) setScalar(root, 'frozen', true);
  else removeEntry(root, 'frozen');
  return formatYaml(tree);
}

interface Opened {
  readonly tree: YamlTree;
  readonly root: MapNode;
}

function open(text: string, origin: TextOrigin): Opened {
  parseDvcFile(text, origin);
  const tree = parseYamlTree(text, origin);
  tree.root ??= { kind: 'map', entries: [], flow: false, after: noTrivia() };
  if (tree.root.kind !== 'map') throw textFault(origin, 'The file has to be a map of keys and values.', 1);
  return { tree, root: tree.root };
}

function openOut(text: string, origin: TextOrigin, path: string): Opened & { readonly out: MapNode } {
  const opened = open(text, origin);
  const outs = entryOf(opened.root, 'outs')?.value;
  for (const item of outs?.kind === 'seq' ? outs.items : []) {
    if (item.value?.kind === 'map' && textOf(entryOf(item.value, 'path')?.value) === path)
      return { ...opened, out: item.value };
  }
  throw textFault(origin, `it has no out "${path}".`);
}

/** Keys that say no more than their absence does; DVC leaves them out whenever it writes. */
const defaults: Readonly<Record<string, readonly string[]>> = {
  cache: ['true'],
  push: ['true'],
  persist: ['false'],
  metric: ['false'],
  plot: ['false'],
  frozen: ['false'],
  locked: ['false'],
  always_changed: ['false'],
  isexec: ['false'],
  desc: [''],
  wdir: ['.', ''],
};

function dropDefaults(map: MapNode): void {
  for (const { key, value } of [...map.entries]) {
    const text = value === undefined ? '' : textOf(value);
    if (text !== undefined && defaults[key]?.includes(text)) removeEntry(map, key);
  }
}

/** Writes the text after a change of an out: defaults go, and the checksum of an import is computed anew. */
function finish(tree: YamlTree, origin: TextOrigin): string {
  const root = tree.root as MapNode;
  dropDefaults(root);
  const outs = entryOf(root, 'outs')?.value;
  for (const item of outs?.kind === 'seq' ? outs.items : []) if (item.value?.kind === 'map') dropDefaults(item.value);
  const text = formatYaml(tree);
  const checksum = stageChecksum(text, origin);
  if (checksum === undefined) {
    if (entryOf(root, 'md5') === undefined) return text;
    removeEntry(root, 'md5');
  } else setScalar(root, 'md5', checksum);
  return formatYaml(tree);
}

const notInChecksum: ReadonlySet<string> = new Set(
  'desc type labels meta locked frozen metric persist isexec size nfiles'.split(' '),
);

/** The top-level `md5` of an import: of its deps and outs without the keys that do not change what is made. `undefined` without deps. */
export function stageChecksum(text: string, origin: TextOrigin): string | undefined {
  const root = readYaml(text, origin);
  if (root?.kind !== 'map') return undefined;
  const deps = root.entries.get('deps');
  if (deps?.kind !== 'seq' || deps.items.length === 0) return undefined;
  const filtered = without(plainOf(root)) as Record<string, unknown>;
  const { md5: _, ...rest } = filtered;
  return md5(pythonJson(rest));
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !notInChecksum.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, without(item)]));
}

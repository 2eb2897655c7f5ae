import type { OperationOptions } from '../../base/operation.ts';
import { isObjectId, parseBatch } from './blobs.ts';
import type { GitRunner } from './run.ts';

export interface FolderFile {
  readonly name: string;
  readonly blob: string;
  /** `100644`, `100755`, `120000`. */
  readonly mode: string;
}

/** A folder as some commit has it. */
export interface FolderVersion {
  /** Below the git root, posix; `''` for the root. */
  readonly folder: string;
  /** The first of the commits that has it so. */
  readonly commit: string;
  readonly files: readonly FolderFile[];
}

export interface FolderOptions extends OperationOptions {
  /** Only this folder and what is below it. */
  readonly under: string;
  /** A folder that holds a folder of this name is left out with all that is below it, unless it is `under` itself. */
  readonly apart: string;
  readonly names: (name: string) => boolean;
}

/** Trees asked for at once. */
const batch = 20_000;

interface Parsed {
  readonly files: readonly FolderFile[];
  readonly folders: readonly { readonly name: string; readonly id: string }[];
}

/** Reads a tree object: `<octal mode> <name>\0<id in bytes>`, again and again (git's own format). */
function parseTreeObject(bytes: Buffer, idBytes: number, names: (name: string) => boolean): Parsed {
  const files: FolderFile[] = [];
  const folders: { name: string; id: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0) break;
    const mode = bytes.toString('latin1', at, space);
    const name = bytes.toString('utf8', space + 1, end);
    const id = bytes.toString('hex', end + 1, end + 1 + idBytes);
    at = end + 1 + idBytes;
    if (mode === '40000') folders.push({ name, id });
    else if (mode !== '160000' && names(name)) files.push({ name, blob: id, mode });
  }
  return { files, folders };
}

/**
 * Every distinct version of every folder that any of the commits has, with the files that `names` keeps. Folders that commits share are
 * read once, so that the cost goes with what changed and not with the number of commits. One process a level of folders.
 */
export async function folderVersions(
  git: GitRunner,
  commits: readonly string[],
  { under, apart, names, signal }: FolderOptions,
): Promise<readonly FolderVersion[]> {
  const found: FolderVersion[] = [];
  const seen = new Set<string>();
  const parsed = new Map<string, Parsed>();
  const ask = async (lines: readonly string[]): Promise<ReadonlyMap<string, Buffer>> => {
    const all = new Map<string, Buffer>();
    for (let at = 0; at < lines.length; at += batch) {
      const input = `${lines.slice(at, at + batch).join('\n')}\n`;
      const { stdout } = await git.catFile(['--batch', '--buffer'], { input, signal });
      for (const [id, bytes] of parseBatch(stdout, 'tree')) all.set(id, bytes);
    }
    return all;
  };
  if (commits.length === 0) return [];
  const roots = new Map<string, string>();
  const lines = commits.map((commit) => `${commit}^{tree}\n`).join('');
  const { stdout } = await git.catFile(['--batch-check=%(objectname)'], { input: lines, signal });
  for (const [i, id] of stdout.toString('latin1').trimEnd().split('\n').entries()) {
    const commit = commits[i];
    if (commit !== undefined && isObjectId(id) && !roots.has(id)) roots.set(id, commit);
  }
  let level = [...roots].map(([id, commit]) => ({ folder: '', id, commit }));
  while (level.length > 0) {
    const unread = [...new Set(level.map(({ id }) => id).filter((id) => !parsed.has(id)))];
    if (unread.length > 0) {
      for (const [id, bytes] of await ask(unread)) parsed.set(id, parseTreeObject(bytes, id.length / 2, names));
    }
    const next: typeof level = [];
    for (const { folder, id, commit } of level) {
      const tree = parsed.get(id);
      if (tree === undefined) continue;
      const inside = under === '' || folder === under || folder.startsWith(`${under}/`);
      if (inside && folder !== under && tree.folders.some((one) => one.name === apart)) continue;
      if (inside && tree.files.length > 0) found.push({ folder, commit, files: tree.files });
      for (const child of tree.folders) {
        if (child.name === apart) continue;
        const path = folder === '' ? child.name : `${folder}/${child.name}`;
        const onTheWay = under === path || under.startsWith(`${path}/`);
        if (!inside && !onTheWay) continue;
        const key = `${path}\0${child.id}`;
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ folder: path, id: child.id, commit });
      }
    }
    level = next;
  }
  return found;
}

import { lstatSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { isAbsent, isTracksError, TracksError, toTracksError } from '../base/errors.ts';
import type { Failure, OperationOptions } from '../base/operation.ts';
import { ancestors, isInside, type RepoPath, repoPath } from '../base/paths.ts';
import { createIgnore, isIgnored, withFile } from './formats/dvcignore.ts';
import { withWriteLock } from './lock.ts';
import { collectOuts, type Out, type OutList, outAt, reservedPart } from './outs.ts';
import { pointerOf } from './pointers.ts';
import { type RecordRequest, type RecordResult, recordData } from './record.ts';
import { absolute, type Repository } from './repository.ts';

export interface AddOptions extends OperationOptions {
  /** Paths are patterns: `data/*.csv`, `**` for folders. */
  readonly glob?: boolean;
  /** False: write pointers and leave the cache as it is. Default true. */
  readonly commit?: boolean;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
}

function expand(repo: Repository, patterns: readonly string[]): RepoPath[] {
  const found = new Set<RepoPath>();
  for (const pattern of patterns) {
    const matches = globSync(pattern, {
      cwd: repo.root,
      onlyFiles: false,
      expandDirectories: false,
      ignore: ['**/.git/**', '**/.dvc/**'],
    })
      .map((p) => p.replace(/\/$/, ''))
      .filter((p) => p !== '' && !p.endsWith('.dvc') && !/(^|\/)\.gitignore$/.test(p))
      .sort();
    if (matches.length === 0) {
      throw new TracksError('not-found', `No file or folder matches "${pattern}".`, {
        path: pattern,
        hint: 'Quote the pattern, so that the shell leaves it alone.',
      });
    }
    for (const match of matches) found.add(repoPath(match));
  }
  return [...found];
}

function refuse(
  path: RepoPath,
  code: 'already-exists' | 'bad-path' | 'overlap' | 'tracked-by-git' | 'bad-argument',
  message: string,
  hint: string,
): never {
  throw new TracksError(code, message, { path, hint });
}

/** Throws `bad-path` for what belongs to git or DVC, lies behind a symbolic link, or in a repository inside of this one. */
export function requireOrdinaryPlace(repo: Repository, path: RepoPath): void {
  const reserved = reservedPart(path);
  if (reserved !== undefined)
    refuse(path, 'bad-path', `${path} lies in ${reserved}, which is not for data.`, 'Choose another path.');
  for (const folder of ancestors(path)) {
    if (statOf(absolute(repo, folder))?.isSymbolicLink()) {
      refuse(
        path,
        'bad-path',
        `${path} lies behind the symbolic link ${folder}, so its data is elsewhere.`,
        'Add the link itself, or move the data here.',
      );
    }
    for (const mark of ['.dvc', '.git']) {
      if (statOf(absolute(repo, `${folder}/${mark}`)) === undefined) continue;
      refuse(path, 'bad-path', `${path} lies in ${folder}, a repository of its own.`, `Track it there: cd ${folder}`);
    }
  }
}

function checkNew(repo: Repository, path: RepoPath, list: OutList, inGit: ReadonlySet<string>): void {
  requireOrdinaryPlace(repo, path);
  const inner = list.outs.find((o) => isInside(path, o.path));
  if (inner !== undefined) {
    refuse(
      path,
      'overlap',
      `${path} holds "${inner.path}", which ${inner.pointer} tracks already.`,
      `Run tracks remove ${inner.path}, then add ${path}.`,
    );
  }
  const tracked = inGit.has(`${repo.gitPrefix}${path}`);
  if (tracked) {
    refuse(
      path,
      'tracked-by-git',
      `${path} is tracked by git already.`,
      `Take it out of git first: git rm -r --cached '${path}', then commit.`,
    );
  }
  const pointer = pointerOf(path);
  if (statOf(absolute(repo, pointer)) !== undefined) {
    const other = list.outs.find((o) => o.pointer === pointer);
    const what = other === undefined ? 'which stands for something else' : `which tracks "${other.path}"`;
    refuse(path, 'already-exists', `${pointer} is there already, ${what}.`, 'Rename one of them.');
  }
  const stats = statOf(absolute(repo, path));
  if (stats === undefined) throw new TracksError('not-found', `${path}: there is no such file or folder.`, { path });
  const rules = list.ignore.reduce((r, i) => withFile(r, i.folder as RepoPath, i.text), createIgnore());
  if (isIgnored(rules, path, stats.isDirectory())) {
    refuse(path, 'bad-path', `${path} is named by .dvcignore.`, 'Take it out of .dvcignore first.');
  }
}

function statOf(path: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw toTracksError(error, path);
  }
}

/**
 * Tracks files and folders, or records what they are now: writes a `.dvc` file beside each, its data into the cache, and an entry
 * into `.gitignore`. A path inside of a tracked folder is put into that dataset; the rest of it need not be here.
 */
export async function add(repo: Repository, paths: readonly string[], options: AddOptions = {}): Promise<RecordResult> {
  const wanted = options.glob === true ? expand(repo, paths) : paths.map(repoPath);
  return withWriteLock(repo, 'add', wanted, options, async () => {
    const list = collectOuts(repo, options);
    const byPath = new Map(list.outs.map((o) => [o.path, o]));
    const inGit =
      repo.git === undefined ? new Set<string>() : await repo.git.isTracked(wanted.map((p) => `${repo.gitPrefix}${p}`));
    const requests = new Map<RepoPath, RecordRequest>();
    const failed: Failure[] = [];
    const { desc, type, labels } = options;
    const notes = {
      ...(desc === undefined ? {} : { desc }),
      ...(type === undefined ? {} : { type }),
      ...(labels === undefined ? {} : { labels }),
    };
    for (const path of wanted) {
      try {
        const fault = list.faults.find((f) => f.path === path || f.pointer === path);
        if (fault !== undefined)
          throw new TracksError('bad-file', fault.message, { path: fault.pointer, hint: 'Mend the pointer first.' });
        const out = byPath.get(path) ?? list.outs.find((o) => o.pointer === path && o.stage === undefined);
        if (out !== undefined) {
          requireOwn(out);
          requests.set(out.path, { path: out.path, out });
          continue;
        }
        const around = outAt(list.outs, path);
        if (around !== undefined) {
          requireOwn(around);
          const inside = path.slice(around.path.length + 1) as RepoPath;
          const earlier = requests.get(around.path);
          if (earlier !== undefined && earlier.inside === undefined) continue;
          requests.set(around.path, { path: around.path, out: around, inside: [...(earlier?.inside ?? []), inside] });
          continue;
        }
        checkNew(repo, path, list, inGit);
        const other = [...requests.keys()].find((p) => isInside(p, path) || isInside(path, p));
        if (other !== undefined && other !== path) {
          refuse(path, 'overlap', `${path} and ${other} lie one in the other.`, 'Add only one of them.');
        }
        requests.set(path, { path, notes });
      } catch (error) {
        if (!isTracksError(error)) throw error;
        failed.push({ what: path, error });
      }
    }
    const result = await recordData(repo, [...requests.values()], {
      ...options,
      ignore: list.ignore,
      store: options.commit !== false,
    });
    return { ...result, failed: [...failed, ...result.failed] };
  });
}

function requireOwn(out: Out): void {
  if (out.stage === undefined) return;
  throw new TracksError('overlap', `${out.path} is made by the stage "${out.stage}".`, {
    path: out.path,
    hint: `Run the stage, or record what is here: tracks commit ${out.path}`,
  });
}

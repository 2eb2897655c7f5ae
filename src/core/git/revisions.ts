import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent, TracksError, toTracksError } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';
import { isObjectId } from './blobs.ts';
import type { GitRunner } from './run.ts';

export interface GitRef {
  /** Short: `main`, `v1.0`, `origin/main`. */
  readonly name: string;
  /** Of an annotated tag, the commit behind it. */
  readonly commit: string;
  readonly kind: 'branch' | 'tag' | 'remote';
}

/** The union of what is asked for. */
export interface CommitScope {
  readonly branches?: boolean;
  readonly tags?: boolean;
  /** Every commit that any ref of any work tree reaches, and every stash. */
  readonly all?: boolean;
  readonly revision?: string;
  /** Of branches and tags, the commits they point to alone. */
  readonly tipsOnly?: boolean;
  /** Leaves out commits with an earlier committer's date; milliseconds since 1970. */
  readonly since?: number;
}

/** The commit of HEAD; `undefined` where there is none yet. */
export async function tryHead(git: GitRunner, signal?: AbortSignal): Promise<string | undefined> {
  const { stdout } = await git.text(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { accept: [0, 1], signal });
  const id = stdout.trim();
  return id === '' ? undefined : id;
}

export async function resolveCommit(git: GitRunner, commonDir: AbsPath, revision: string): Promise<string> {
  // No name of a ref begins with a dash, so nothing is lost, and nothing can be taken for an option.
  if (revision === '' || revision.startsWith('-') || /[\0\n]/.test(revision))
    throw await unknown(git, commonDir, revision, '');
  // `:/text` finds a commit by its message, and would search for the suffix too.
  const notation = revision.startsWith(':/') ? revision : `${revision}^{commit}`;
  const { stdout, stderr } = await git.text(['rev-parse', '--verify', notation], { accept: [0, 1, 128] });
  const id = stdout.trim();
  // `^main` passes as a revision and gives an id with a caret.
  if (!isObjectId(id)) throw await unknown(git, commonDir, revision, stderr);
  return id;
}

async function unknown(git: GitRunner, commonDir: AbsPath, revision: string, stderr: string): Promise<TracksError> {
  const make = (message: string, hint: string): TracksError =>
    new TracksError('not-found', message, { path: git.root, hint, details: { revision } });
  if (/is ambiguous/.test(stderr) && !/ambiguous argument/.test(stderr)) {
    return make(`The short id "${revision}" stands for more than one commit.`, 'Give more characters of the id.');
  }
  if ((await tryHead(git)) === undefined && /^HEAD\b/.test(revision)) {
    return make(
      `There is no revision "${revision}": nothing is committed yet.`,
      'Make the first commit with `git commit`.',
    );
  }
  const message = `There is no branch, tag or commit "${revision}".`;
  if (await isShallow(commonDir)) {
    return make(message, 'This clone is shallow: run `git fetch --unshallow --tags` to get the whole history.');
  }
  return make(message, 'See `git log --oneline --all` for what there is; `git fetch --tags` gets what others pushed.');
}

async function isShallow(commonDir: AbsPath): Promise<boolean> {
  const at = join(commonDir, 'shallow');
  try {
    await lstat(at);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw toTracksError(error, at);
  }
}

export async function listCommits(git: GitRunner, commonDir: AbsPath, scope: CommitScope): Promise<readonly string[]> {
  const ids = scope.revision === undefined ? [] : [await resolveCommit(git, commonDir, scope.revision)];
  // `--all` knows the newest stash alone.
  if (scope.all) ids.push(...(await git.text(['stash', 'list', '--format=%H'])).stdout.split('\n').filter(isObjectId));
  const flags = [
    ...(scope.all ? ['--all'] : []),
    ...(scope.branches ? ['--branches'] : []),
    ...(scope.tags ? ['--tags'] : []),
  ];
  if (flags.length === 0 && ids.length === 0) return [];
  const input = ids.length === 0 ? undefined : `${ids.join('\n')}\n`;
  const { stdout } = await git.text(
    [
      'rev-list',
      '--timestamp',
      ...(scope.tipsOnly === true ? ['--no-walk'] : []),
      ...flags,
      ...(input === undefined ? [] : ['--stdin']),
    ],
    { input },
  );
  const commits: string[] = [];
  for (const line of stdout.split('\n')) {
    const [seconds, id] = line.split(' ');
    // Not `--since`, which stops at the first early commit, and dates need not be in order.
    if (id !== undefined && (scope.since === undefined || Number(seconds) * 1000 >= scope.since)) commits.push(id);
  }
  return commits;
}

const kinds = [
  ['refs/heads/', 'branch'],
  ['refs/tags/', 'tag'],
  ['refs/remotes/', 'remote'],
] as const;

export async function listRefs(git: GitRunner): Promise<readonly GitRef[]> {
  const format = ['%(symref)', '%(objectname)', '%(objecttype)', '%(refname)'].join('%00');
  const { stdout } = await git.text(['for-each-ref', `--format=${format}`, ...kinds.map(([prefix]) => prefix)]);
  const refs: { readonly name: string; readonly kind: GitRef['kind']; readonly id: string; readonly type: string }[] =
    [];
  for (const line of stdout.split('\n')) {
    const [symbolic, id = '', type = '', name = ''] = line.split('\0');
    const [prefix, kind] = kinds.find(([start]) => name.startsWith(start)) ?? [];
    // `origin/HEAD` is another name for a branch that is in the list.
    if (prefix === undefined || kind === undefined || (kind === 'remote' && symbolic !== '')) continue;
    refs.push({ name: name.slice(prefix.length), kind, id, type });
  }
  const peeled = await peel(
    git,
    refs.filter((ref) => ref.type === 'tag').map((ref) => ref.id),
  );
  const result: GitRef[] = [];
  for (const { name, kind, id, type } of refs) {
    const commit = type === 'commit' ? id : peeled.get(id);
    if (commit !== undefined) result.push({ name, commit, kind });
  }
  return result;
}

/** The commit behind each annotated tag, however many tags stand between. */
async function peel(git: GitRunner, tags: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const result = new Map<string, string>();
  if (tags.length === 0) return result;
  const input = tags.map((id) => `${id}^{commit}\n`).join('');
  const { stdout } = await git.catFile(['--batch-check=%(objectname)'], { input });
  // One line a tag; `<what was asked> missing` where it is of something else.
  stdout
    .toString('latin1')
    .split('\n')
    .forEach((line, index) => {
      const tag = tags[index];
      if (tag !== undefined && isObjectId(line)) result.set(tag, line);
    });
  return result;
}

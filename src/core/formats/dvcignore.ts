import ignore, { type Ignore } from 'ignore';
import type { RepoFolder, RepoPath } from '../../base/paths.ts';

/** A pattern and where it stands, for `check-ignore`. */
export interface IgnoreRule {
  /** The `.dvcignore` below the root; empty for what is always ignored. */
  readonly file: string;
  /** 1-based; 0 for what is always ignored. */
  readonly line: number;
  /** As written, without the spaces around it. */
  readonly pattern: string;
}

interface FileRules {
  readonly folder: RepoFolder;
  readonly rules: readonly IgnoreRule[];
}

/** The rules of the `.dvcignore` files read so far; {@link withFile} makes another value. */
export interface IgnoreRules {
  readonly files: readonly FileRules[];
  readonly matcher: Ignore | undefined;
  readonly rules: readonly IgnoreRule[];
}

const always: readonly IgnoreRule[] = ['.hg/', '.git/', '.git', '.dvc/'].map((pattern) => ({
  file: '',
  line: 0,
  pattern,
}));

/** Only what DVC always ignores: `.git`, and the folders `.hg` and `.dvc`, at any depth. */
export function createIgnore(): IgnoreRules {
  return { files: [], matcher: undefined, rules: always };
}

/** Adds the `.dvcignore` in `folder`. The files of deeper folders are asked first, whatever the order they were added in. */
export function withFile(rules: IgnoreRules, folder: RepoFolder, text: string): IgnoreRules {
  const file = folder === '' ? '.dvcignore' : `${folder}/.dvcignore`;
  const own = text.split('\n').flatMap((raw, index): IgnoreRule[] => {
    const pattern = raw.trim();
    return pattern === '' || pattern.startsWith('#') ? [] : [{ file, line: index + 1, pattern }];
  });
  if (own.length === 0) return rules;
  const depth = (each: FileRules): number => (each.folder === '' ? 0 : each.folder.split('/').length);
  const others = rules.files.filter((each) => each.folder !== folder);
  const files = [...others, { folder, rules: own }].sort((a, b) => depth(a) - depth(b));
  return build(files);
}

function build(files: readonly FileRules[]): IgnoreRules {
  const rules: IgnoreRule[] = [...always];
  const matcher = ignore({ ignorecase: false, allowRelativePaths: true });
  for (const { pattern } of always)
    matcher.add({ pattern, mark: String(rules.findIndex((rule) => rule.pattern === pattern)) });
  for (const file of files) {
    for (const rule of file.rules) {
      rules.push(rule);
      for (const pattern of patternsOf(fromRoot(rule.pattern, file.folder)))
        matcher.add({ pattern, mark: String(rules.length - 1) });
    }
  }
  return { files, matcher, rules };
}

/**
 * DVC differs from git in two things: what takes a folder back takes back all that is in it, and `folder/**` stands for the folder too.
 */
function patternsOf(pattern: string): readonly string[] {
  const negative = pattern.startsWith('!') ? '!' : '';
  const body = pattern.slice(negative.length);
  if (body.endsWith('/**')) {
    const above = body.slice(0, -2).replace(/^\//, '');
    return above === '' || above === '**/'
      ? [pattern]
      : [pattern, `${negative}${above.startsWith('**/') ? '' : '/'}${above}`];
  }
  if (negative === '') return [pattern];
  return [pattern, pattern.endsWith('/') ? `${anchoredLike(pattern)}**/` : `${anchoredLike(pattern)}/**`];
}

/** A slash in the middle anchors a pattern: one without gets `**` before it, to go on fitting at any depth. */
function anchoredLike(pattern: string): string {
  const body = pattern.slice(1);
  return body.slice(0, -1).includes('/') ? pattern : `!**/${body}`;
}

/** The same pattern as one of the root's file. */
function fromRoot(pattern: string, folder: RepoFolder): string {
  if (folder === '') return pattern;
  const negative = pattern.startsWith('!');
  let body = negative ? pattern.slice(1) : pattern;
  const anchored = body.slice(0, -1).includes('/') && !body.startsWith('**/');
  body = anchored ? body.replace(/^\//, '') : body.replace(/^\*\*\//, '');
  // A backslash guards a leading `!` or `#`, and nothing of it leads any more.
  body = body.replace(/^\\(?=[!#])/, '');
  const base = folder.replace(/[\\[\]*?]/g, '\\$&');
  return `${negative ? '!' : ''}/${base}/${anchored ? '' : '**/'}${body}`;
}

/** Whether DVC leaves the path out; also where a folder above it is left out. */
export function isIgnored(rules: IgnoreRules, path: RepoPath, isFolder: boolean): boolean {
  if (rules.matcher === undefined) return isAlwaysIgnored(path, isFolder);
  return rules.matcher.ignores(isFolder ? `${path}/` : path);
}

const names = /(?:^|\/)\.(?:git(?:\/|$)|(?:hg|dvc)\/)/;

function isAlwaysIgnored(path: string, isFolder: boolean): boolean {
  if (!path.includes('.git') && !path.includes('.hg') && !path.includes('.dvc')) return false;
  return names.test(isFolder ? `${path}/` : path);
}

/** The rule that leaves the path, or a folder above it, out; none where it is not ignored. */
export function matching(rules: IgnoreRules, path: RepoPath, isFolder: boolean): readonly IgnoreRule[] {
  const { matcher, rules: all } = rules.matcher === undefined ? build([]) : rules;
  const mark = matcher?.test(isFolder ? `${path}/` : path).rule?.mark;
  const rule = mark === undefined ? undefined : all[Number(mark)];
  return rule === undefined ? [] : [rule];
}

import type { RepoPath } from '../../base/paths.ts';
import type { Changes } from '../../core/system.ts';

/** One file that differs between a version and the workspace. */
export interface ChangedFile {
  readonly change: 'added' | 'deleted' | 'modified' | 'renamed';
  /** In the version; absent for added files. */
  readonly old?: RepoPath;
  /** In the workspace; absent for deleted files. */
  readonly now?: RepoPath;
  readonly oldHash?: string;
  readonly newHash?: string;
}

/** The files of a difference, by path. Folders are left out: their files are listed. */
export function changedFiles(changes: Changes): readonly ChangedFile[] {
  const all: ChangedFile[] = [
    ...changes.modified.map(({ path, oldHash, newHash }) => ({
      change: 'modified' as const,
      old: path as RepoPath,
      now: path as RepoPath,
      ...hashes(oldHash, newHash),
    })),
    ...changes.added.map(({ path, newHash }) => ({
      change: 'added' as const,
      now: path as RepoPath,
      ...hashes(undefined, newHash),
    })),
    ...changes.deleted.map(({ path, oldHash }) => ({
      change: 'deleted' as const,
      old: path as RepoPath,
      ...hashes(oldHash, undefined),
    })),
    ...changes.renamed.map((renamed) => ({
      change: 'renamed' as const,
      old: renamed.old as RepoPath,
      now: renamed.new as RepoPath,
      ...hashes(renamed.hash, renamed.hash),
    })),
  ];
  return all.filter((file) => !shownPath(file).endsWith('/')).sort((a, b) => (shownPath(a) < shownPath(b) ? -1 : 1));
}

export function shownPath(file: ChangedFile): string {
  return file.now ?? file.old ?? '';
}

function hashes(oldHash: string | undefined, newHash: string | undefined): Pick<ChangedFile, 'oldHash' | 'newHash'> {
  return { ...(oldHash === undefined ? {} : { oldHash }), ...(newHash === undefined ? {} : { newHash }) };
}

/** Looks at the beginning of a file as git does: a NUL makes it binary. */
export function looksLikeText(beginning: Uint8Array): boolean {
  return !beginning.includes(0);
}

import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, TracksError } from '../../base/errors.ts';

/** How a workspace file stands to its cache object (`cache.type`). */
export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy';

const known: readonly LinkType[] = ['reflink', 'hardlink', 'symlink', 'copy'];

/** DVC's default. */
export const defaultLinks: readonly LinkType[] = ['reflink', 'copy'];

/** Parses `cache.type`, a list in the order of preference; throws `bad-file`. */
export function parseLinkTypes(text: string | undefined, path = '.dvc/config'): readonly LinkType[] {
  if (text === undefined || text.trim() === '') return defaultLinks;
  return text.split(',').map((part) => {
    const word = part.trim();
    const type = known.find((k) => k === word);
    if (type === undefined) {
      throw new TracksError('bad-file', `${path}: cache.type holds "${word}", which is none of ${known.join(', ')}.`, {
        path,
        hint: 'Set it again: tracks config cache.type reflink,copy',
      });
    }
    return type;
  });
}

/** Puts `source` at `target`, which must not exist. Throws a system error where this kind of link cannot be made there. */
export function makeLink(type: LinkType, source: string, target: string): void {
  if (type === 'hardlink') linkSync(source, target);
  else if (type === 'symlink') symlinkSync(source, target);
  else
    copyFileSync(source, target, constants.COPYFILE_EXCL | (type === 'reflink' ? constants.COPYFILE_FICLONE_FORCE : 0));
}

const unable = new Set([
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EXDEV',
  'EINVAL',
  'EPERM',
  'EMLINK',
  'ENOTTY',
  'EBADF',
  'EACCES',
]);

/** True for the errors by which a file system says that it has no such link. */
export function cannotLink(error: unknown): boolean {
  const code = systemCode(error);
  return code !== undefined && unable.has(code);
}

/** The types of `wanted` that work from `from` to `to` (two folders that exist), tried once with a small file. `copy` ends the list always. */
export function probeLinks(wanted: readonly LinkType[], from: string, to: string): readonly LinkType[] {
  const id = randomBytes(6).toString('hex');
  const source = join(from, `.tracks-probe-${id}`);
  const target = join(to, `.tracks-probe-${id}-target`);
  mkdirSync(from, { recursive: true });
  writeFileSync(source, 'probe');
  try {
    const works = wanted.filter((type) => {
      if (type === 'copy') return true;
      try {
        makeLink(type, source, target);
        return true;
      } catch (error) {
        if (!cannotLink(error)) throw error;
        return false;
      } finally {
        rmSync(target, { force: true });
      }
    });
    return works.includes('copy') ? works : [...works, 'copy'];
  } finally {
    rmSync(source, { force: true });
  }
}

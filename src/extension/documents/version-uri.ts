import { type RepoPath, repoPathFault } from '../../base/paths.ts';
import type { Revision } from '../../core/system.ts';

/** The scheme of read-only documents of any version. */
export const versionScheme = 'data-tracks';

/** What a `data-tracks:` Uri says. */
export interface VersionAddress {
  /** The repository's root folder, as the text of its Uri. */
  readonly root: string;
  readonly path: RepoPath | '';
  /** `undefined`: as the pointer in the workspace says. */
  readonly revision: Revision;
  /** For titles: `a1b2c3d`. */
  readonly label: string;
}

/** The parts of a Uri that an address is made of: path `/<path in the repository>`, so that language, icon and viewer follow the name. */
export interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
}

export function encodeVersionUri(address: VersionAddress): UriParts {
  const { root, revision, label } = address;
  return {
    scheme: versionScheme,
    path: `/${address.path}`,
    query: JSON.stringify(revision === undefined ? { root, label } : { root, revision, label }),
  };
}

/** `undefined` for what is no such address: another scheme, a broken query, a path that leaves the repository. */
export function decodeVersionUri(uri: UriParts): VersionAddress | undefined {
  if (uri.scheme !== versionScheme || !uri.path.startsWith('/')) return undefined;
  const path = uri.path.slice(1).replace(/\/$/, '');
  if (path !== '' && repoPathFault(path) !== undefined) return undefined;
  const fields = parseQuery(uri.query);
  if (fields === undefined) return undefined;
  const { root, revision, label } = fields;
  if (typeof root !== 'string' || typeof label !== 'string') return undefined;
  if (revision !== undefined && (typeof revision !== 'string' || revision === '')) return undefined;
  return { root, path: path as RepoPath | '', revision, label };
}

function parseQuery(query: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(query);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `a1b2c3d` for a commit id, a branch's or tag's own name, `recorded` for what the pointer in the workspace says. */
export function revisionLabel(revision: Revision): string {
  if (revision === undefined) return 'recorded';
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 7) : revision;
}

/** `song.csv (a1b2c3d)` */
export function versionTitle(address: Pick<VersionAddress, 'path' | 'label'>): string {
  return `${address.path.slice(address.path.lastIndexOf('/') + 1)} (${address.label})`;
}

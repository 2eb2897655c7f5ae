import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { TracksError } from '../../base/errors.ts';
import type { AbsPath } from '../../base/paths.ts';
import type { BlobStore } from './blob-store.ts';
import { localStore } from './local.ts';

/** The kinds that DVC's config knows (`dvc/config_schema.py`), and `unknown` for every other scheme. */
export type RemoteKind =
  | 'local'
  | 's3'
  | 'gs'
  | 'azure'
  | 'ssh'
  | 'http'
  | 'https'
  | 'webdav'
  | 'webdavs'
  | 'hdfs'
  | 'webhdfs'
  | 'gdrive'
  | 'oss'
  | 'unknown';

export interface RemoteConfig {
  readonly name: string;
  /** As the config file has it. */
  readonly url: string;
  /** The other keys of the remote's section. */
  readonly options: Readonly<Record<string, string>>;
}

/** `base`: the folder that a relative url is relative to, the one that holds the config file. */
export type RemoteOpener = (config: RemoteConfig, base: AbsPath) => BlobStore;

/** What this build opens. A new kind: a folder (or file) beside this one, and a line here. */
const openers: Readonly<Partial<Record<RemoteKind, RemoteOpener>>> = {
  local: openLocal,
};

const kinds: ReadonlySet<string> = new Set<RemoteKind>([
  's3',
  'gs',
  'azure',
  'ssh',
  'http',
  'https',
  'webdav',
  'webdavs',
  'hdfs',
  'webhdfs',
  'gdrive',
  'oss',
]);

function schemeOf(url: string): string | undefined {
  return /^([A-Za-z0-9_+.-]+):\/\//.exec(url)?.[1]?.toLowerCase();
}

export function parseRemoteUrl(url: string): { readonly kind: RemoteKind } {
  const scheme = schemeOf(url);
  // One letter is a drive of Windows.
  if (scheme === undefined || scheme.length === 1) return { kind: 'local' };
  return { kind: kinds.has(scheme) ? (scheme as RemoteKind) : 'unknown' };
}

export function isRemoteSupported(kind: RemoteKind): boolean {
  return openers[kind] !== undefined;
}

/** Touches neither disk nor network: whether the remote answers shows at the first call. Throws `unsupported` for a kind that is not built in. */
export function openRemote(config: RemoteConfig, base: AbsPath): BlobStore {
  const { kind } = parseRemoteUrl(config.url);
  const opener = openers[kind];
  if (opener !== undefined) return opener(config, base);
  const scheme = schemeOf(config.url) ?? kind;
  throw new TracksError('unsupported', `Remote "${config.name}": ${scheme}:// cannot be opened.`, {
    path: config.name,
    hint: unsupportedHint(scheme),
    details: { kind, scheme },
  });
}

function unsupportedHint(scheme: string): string {
  if (scheme === 'file')
    return 'Write the path of the folder alone, without file://: DVC does not read such urls either.';
  return `Choose a remote of a kind that this build opens: ${Object.keys(openers).join(', ')}.`;
}

function openLocal(config: RemoteConfig, base: AbsPath): BlobStore {
  const { name, url, options } = config;
  if (url === '' || url.includes('\0'))
    throw new TracksError('bad-argument', `Remote "${name}": its url is ${url === '' ? 'empty' : 'no path'}.`, {
      path: name,
      hint: `Set it with: tracks remote modify ${name} url <folder>`,
    });
  if (/^~[^/\\]/.test(url))
    throw new TracksError(
      'unsupported',
      `Remote "${name}": the home folder of another user (${url}) is not looked up.`,
      {
        path: name,
        hint: 'Write the full path of the folder; one that is named with a "~" begins with "./".',
      },
    );
  const path = url === '~' || /^~[/\\]/.test(url) ? homedir() + url.slice(1) : url;
  return localStore({
    name,
    root: resolve(base, path) as AbsPath,
    ...(options['shared']?.toLowerCase() === 'group' ? { folderMode: 0o2775 } : {}),
  });
}

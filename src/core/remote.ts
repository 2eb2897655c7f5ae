import { randomBytes } from 'node:crypto';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { TracksError } from '../base/errors.ts';
import type { OperationOptions } from '../base/operation.ts';
import { type ConfigEdit, editConfig } from './config.ts';
import type { BlobStore } from './remotes/blob-store.ts';
import { sourceOfBuffer } from './remotes/bytes.ts';
import { isRemoteSupported, openRemote, parseRemoteUrl } from './remotes/open-remote.ts';
import type { Repository } from './repository.ts';
import { type ConfigLevel, configLevels, type RemoteSettings } from './settings.ts';
import type { RemoteInfo } from './system.ts';

export interface RemoteOptions {
  /** Default `project`. */
  readonly level?: ConfigLevel;
}

function section(name: string): string {
  return `remote "${name}"`;
}

/** The remote of this name, or the default one; throws `no-remote` where there is none. */
export function remoteSettings(repo: Repository, name: string | undefined): RemoteSettings {
  const settings = repo.settings();
  // Section names have no case for DVC.
  const wanted = (name ?? settings.defaultRemote)?.toLowerCase();
  if (wanted === undefined) {
    throw new TracksError('no-remote', 'There is no default remote.', {
      hint:
        settings.remotes.size === 0
          ? 'Add one: tracks remote add -d NAME URL'
          : `Choose one: tracks remote default ${[...settings.remotes.keys()][0]}`,
    });
  }
  const found = settings.remotes.get(wanted);
  if (found === undefined) {
    throw new TracksError('no-remote', `There is no remote "${wanted}".`, {
      hint:
        settings.remotes.size === 0
          ? 'Add it: tracks remote add NAME URL'
          : `There are: ${[...settings.remotes.keys()].join(', ')}`,
    });
  }
  return found;
}

export function openNamedRemote(repo: Repository, name: string | undefined): BlobStore {
  if (repo.host.untrusted === true) {
    throw new TracksError('unsupported', 'No remote is asked in a window that is not trusted.', {
      hint: 'Trust the window first.',
    });
  }
  const { name: found, url, options, base } = remoteSettings(repo, name);
  return openRemote({ name: found, url, options }, base);
}

/** `url` as the config file of a level writes it: folders relative to that file, as DVC does; everything else as it is. */
function urlForConfig(repo: Repository, url: string, from: string, level: ConfigLevel): string {
  if (parseRemoteUrl(url).kind !== 'local' || /^[a-z]+:\/\//i.test(url) || isAbsolute(url) || url.startsWith('~'))
    return url;
  if (level !== 'project' && level !== 'local') return resolve(from, url);
  return relative(repo.dvcFolder, resolve(from, url)).split(sep).join('/');
}

/**
 * Adds a remote. `from` is the folder that a relative url is relative to. Throws `already-exists` unless `force` is set, `unsupported`
 * for an url of no known kind.
 */
export function addRemote(
  repo: Repository,
  wanted: string,
  url: string,
  options: RemoteOptions & { readonly default?: boolean; readonly force?: boolean; readonly from?: string } = {},
): void {
  const name = wanted.toLowerCase();
  if (name === '' || /["\\\n\]]/.test(name))
    throw new TracksError('bad-argument', `"${name}" is no name for a remote.`, {
      hint: 'Use letters, digits, "-" and "_".',
    });
  if (url.trim() === '')
    throw new TracksError('bad-argument', 'The url of a remote cannot be empty.', {
      hint: 'Give a folder, or an url such as s3://bucket/path.',
    });
  if (repo.settings().remotes.has(name) && options.force !== true) {
    throw new TracksError('already-exists', `There is a remote "${name}" already.`, {
      hint: 'Choose another name, or replace it with --force.',
    });
  }
  if (parseRemoteUrl(url).kind === 'unknown') {
    throw new TracksError('unsupported', `"${url}" is no remote that DVC knows.`, {
      hint: 'Give a folder, or an url such as s3://bucket/path.',
    });
  }
  const level = options.level ?? 'project';
  const edits: ConfigEdit[] = [];
  if (options.default === true) edits.push({ section: 'core', key: 'remote', value: name });
  edits.push({ section: section(name), key: 'url', value: urlForConfig(repo, url, options.from ?? repo.root, level) });
  editConfig(repo, level, edits);
}

export function setDefaultRemote(repo: Repository, name: string | undefined, options: RemoteOptions = {}): void {
  if (name !== undefined) remoteSettings(repo, name);
  editConfig(repo, options.level ?? 'project', [{ section: 'core', key: 'remote', value: name }]);
}

/** Sets one key of a remote; `undefined` takes it out. */
export function modifyRemote(
  repo: Repository,
  name: string,
  key: string,
  value: string | undefined,
  options: RemoteOptions & { readonly from?: string } = {},
): void {
  remoteSettings(repo, name);
  const level = options.level ?? 'project';
  const text =
    key === 'url' && value !== undefined ? urlForConfig(repo, value, options.from ?? repo.root, level) : value;
  editConfig(repo, level, [{ section: section(name.toLowerCase()), key: key.toLowerCase(), value: text }]);
}

/** Removes a remote's section, and its place as the default. The data on it stays. */
export function removeRemote(repo: Repository, name: string, options: RemoteOptions = {}): void {
  remoteSettings(repo, name);
  const level = options.level ?? 'project';
  const edits: ConfigEdit[] = [{ section: section(name.toLowerCase()) }];
  editConfig(repo, level, edits);
  // The levels that override this one, as DVC does it.
  for (const l of configLevels.slice(configLevels.indexOf(level))) {
    editConfig(repo, l, [{ section: 'core', key: 'remote', value: undefined, only: name.toLowerCase() }]);
  }
}

export function listRemotes(repo: Repository): RemoteInfo[] {
  const settings = repo.settings();
  return [...settings.remotes.values()].map((remote) => {
    const { kind } = parseRemoteUrl(remote.url);
    return {
      name: remote.name,
      url: shownUrl(remote, kind),
      kind,
      default: remote.name === settings.defaultRemote?.toLowerCase(),
      supported: isRemoteSupported(kind),
    };
  });
}

/** A url without the password that one may hold; a relative folder made absolute, as `dvc remote list` does. */
function shownUrl(remote: RemoteSettings, kind: string): string {
  if (kind === 'local' && !/^[a-z]+:\/\//i.test(remote.url) && !remote.url.startsWith('~'))
    return resolve(remote.base, remote.url);
  return remote.url.replace(/^([a-z0-9+.-]+:\/\/[^/@:]*):[^/]*@/i, '$1:***@');
}

/** Writes, reads and deletes a small object; rejects with what went wrong. */
export async function testRemote(
  repo: Repository,
  name: string | undefined,
  options: OperationOptions = {},
): Promise<void> {
  await using store = openNamedRemote(repo, name);
  const key = `.tracks-probe-${randomBytes(6).toString('hex')}`;
  await store.write(key, sourceOfBuffer(Buffer.from('probe')), options);
  try {
    if ((await store.stat(key, options))?.size !== 5) {
      throw new TracksError('io', `${store.name}: what was written could not be read back.`, {
        hint: 'Check the remote.',
      });
    }
  } finally {
    await store.remove(key, options);
  }
}

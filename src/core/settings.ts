import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { isAbsent, TracksError, toTracksError } from '../base/errors.ts';
import type { AbsPath } from '../base/paths.ts';
import { type ConfigDocument, type ConfigView, keys, mergeConfig, parseConfig } from './formats/config.ts';
import type { Host } from './host.ts';
import { type LinkType, parseLinkTypes } from './worktree/link.ts';

/** DVC's four levels, weakest first. */
export const configLevels = ['system', 'global', 'project', 'local'] as const;
export type ConfigLevel = (typeof configLevels)[number];

export interface RemoteSettings {
  readonly name: string;
  readonly url: string;
  /** Every key of the section but `url`, as written. */
  readonly options: Readonly<Record<string, string>>;
  /** The folder that a relative url is relative to. */
  readonly base: AbsPath;
}

/** `.dvc/config` in its four levels, read. */
export interface Settings {
  readonly view: ConfigView;
  readonly cacheFolder: AbsPath;
  readonly links: readonly LinkType[];
  readonly defaultRemote: string | undefined;
  readonly remotes: ReadonlyMap<string, RemoteSettings>;
  readonly autostage: boolean;
  readonly noScm: boolean;
}

function userFolder(env: Host['env'], home: string): string {
  switch (process.platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'dvc');
    case 'win32':
      return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'iterative', 'dvc');
    default:
      return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'dvc');
  }
}

function systemFolder(env: Host['env']): string {
  switch (process.platform) {
    case 'darwin':
      return '/Library/Application Support/dvc';
    case 'win32':
      return join(env['ALLUSERSPROFILE'] ?? 'C:\\ProgramData', 'iterative', 'dvc');
    default:
      return join((env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':')[0] ?? '/etc/xdg', 'dvc');
  }
}

/** The file of a level. `DVC_GLOBAL_CONFIG_DIR` and `DVC_SYSTEM_CONFIG_DIR` move the first two, as for DVC. */
export function configFile(level: ConfigLevel, dvcFolder: AbsPath, env: Host['env']): AbsPath {
  const home = env['HOME'] || homedir();
  switch (level) {
    case 'system':
      return join(env['DVC_SYSTEM_CONFIG_DIR'] ?? systemFolder(env), 'config') as AbsPath;
    case 'global':
      return join(env['DVC_GLOBAL_CONFIG_DIR'] ?? userFolder(env, home), 'config') as AbsPath;
    case 'project':
      return join(dvcFolder, 'config') as AbsPath;
    case 'local':
      return join(dvcFolder, 'config.local') as AbsPath;
  }
}

export function readConfigLevel(
  file: AbsPath,
): { readonly text: string; readonly document: ConfigDocument } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw toTracksError(error, file);
  }
  return { text, document: parseConfig(text, { path: file }) };
}

/** `true`, `yes`, `on`, `1` and their opposites, in any case, as DVC's schema takes them; throws `bad-file`. */
export function parseBoolean(text: string | undefined, what: string): boolean {
  switch (text?.trim().toLowerCase()) {
    case undefined:
    case 'false':
    case 'no':
    case 'off':
    case '0':
      return false;
    case 'true':
    case 'yes':
    case 'on':
    case '1':
      return true;
    default:
      throw new TracksError('bad-file', `${what} is "${text}", which is neither true nor false.`, {
        hint: 'Set it to true or false.',
      });
  }
}

export function readSettings(dvcFolder: AbsPath, env: Host['env']): Settings {
  const files = configLevels.map((level) => configFile(level, dvcFolder, env));
  const documents = files.map((file) => readConfigLevel(file)?.document ?? parseConfig('', { path: file }));
  const view = mergeConfig(documents);
  /** Relative paths in a file are relative to the folder it lies in. */
  const baseOf = (section: string, key: string): AbsPath => {
    const level = view.origin(section, key);
    const file = level === undefined ? undefined : files[level];
    return (file === undefined ? dvcFolder : resolve(file, '..')) as AbsPath;
  };
  const remotes = new Map<string, RemoteSettings>();
  for (const section of view.sections()) {
    const name = /^remote "(.*)"$/.exec(section)?.[1];
    if (name === undefined) continue;
    const url = view.get(section, 'url');
    if (url === undefined) continue;
    const options = Object.fromEntries(
      [...new Set(documents.flatMap((document) => keys(document, section)))].flatMap((key) =>
        key === 'url' ? [] : [[key, view.get(section, key) ?? '']],
      ),
    );
    remotes.set(name, { name, url, options, base: baseOf(section, 'url') });
  }
  const cacheDir = view.get('cache', 'dir');
  const cacheFolder = cacheDir === undefined ? join(dvcFolder, 'cache') : resolve(baseOf('cache', 'dir'), cacheDir);
  return {
    view,
    cacheFolder: (isAbsolute(cacheFolder) ? cacheFolder : resolve(cacheFolder)) as AbsPath,
    links: parseLinkTypes(view.get('cache', 'type')),
    defaultRemote: view.get('core', 'remote'),
    remotes,
    autostage: parseBoolean(view.get('core', 'autostage'), 'core.autostage'),
    noScm: parseBoolean(view.get('core', 'no_scm'), 'core.no_scm'),
  };
}

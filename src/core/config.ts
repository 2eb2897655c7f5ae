import { TracksError } from '../base/errors.ts';
import {
  type ConfigDocument,
  formatConfig,
  getValue,
  keys,
  parseConfig,
  removeSection,
  removeValue,
  sections,
  setValue,
} from './formats/config.ts';
import type { Repository } from './repository.ts';
import { type ConfigLevel, configFile, configLevels, readConfigLevel } from './settings.ts';
import { writeTextFile } from './worktree/write-file.ts';

export interface ConfigEdit {
  readonly section: string;
  /** Absent: the whole section goes. */
  readonly key?: string;
  /** `undefined` takes the key out. */
  readonly value?: string | undefined;
  /** Take the key out only where it has this value. */
  readonly only?: string;
}

function applyEdit(document: ConfigDocument, edit: ConfigEdit): ConfigDocument {
  if (edit.key === undefined) return removeSection(document, edit.section);
  const now = getValue(document, edit.section, edit.key);
  if (edit.value !== undefined) return setValue(document, edit.section, edit.key, edit.value);
  if (now === undefined || (edit.only !== undefined && now !== edit.only)) return document;
  return removeValue(document, edit.section, edit.key);
}

/** Changes one level's file; comments and everything else in it stay. No write where nothing changes. */
export function editConfig(repo: Repository, level: ConfigLevel, edits: readonly ConfigEdit[]): void {
  const file = configFile(level, repo.dvcFolder, repo.host.env);
  const text = readConfigLevel(file)?.text ?? '';
  const next = formatConfig(edits.reduce(applyEdit, parseConfig(text, { path: file })));
  if (next !== text) writeTextFile(file, next);
}

/** `core.remote` → section and key; `remote.NAME.url` → that of a remote. Throws `bad-argument`. */
export function parseConfigName(name: string): { readonly section: string; readonly key: string } {
  const nested = /^(remote|db|hydra)\.(.+)\.([^.]+)$/.exec(name);
  if (nested?.[1] !== undefined && nested[2] !== undefined && nested[3] !== undefined) {
    return { section: `${nested[1]} "${nested[2]}"`, key: nested[3].toLowerCase() };
  }
  const plain = /^([^.]+)\.([^.]+)$/.exec(name);
  if (plain?.[1] === undefined || plain[2] === undefined) {
    throw new TracksError('bad-argument', `"${name}" is no name of an option.`, {
      hint: 'Write it as section.option, such as core.remote or cache.type.',
    });
  }
  return { section: plain[1].toLowerCase(), key: plain[2].toLowerCase() };
}

/** The value that holds, or that of one level. */
export function getConfig(repo: Repository, name: string, level?: ConfigLevel): string | undefined {
  const { section, key } = parseConfigName(name);
  if (level === undefined) return repo.settings().view.get(section, key);
  const document = readConfigLevel(configFile(level, repo.dvcFolder, repo.host.env))?.document;
  return document === undefined ? undefined : getValue(document, section, key);
}

export function setConfig(
  repo: Repository,
  name: string,
  value: string | undefined,
  level: ConfigLevel = 'project',
): void {
  const { section, key } = parseConfigName(name);
  editConfig(repo, level, [{ section, key, value }]);
}

export interface ConfigLine {
  readonly level: ConfigLevel;
  readonly file: string;
  /** `core.remote`, `remote.storage.url` */
  readonly name: string;
  readonly value: string;
}

/** Everything that is set, level by level, weakest first. */
export function listConfig(repo: Repository): ConfigLine[] {
  return configLevels.flatMap((level) => {
    const file = configFile(level, repo.dvcFolder, repo.host.env);
    const document = readConfigLevel(file)?.document;
    if (document === undefined) return [];
    return sections(document).flatMap((section) =>
      keys(document, section).map((key) => ({
        level,
        file,
        name: `${section.replace(/^(\S+) "(.*)"$/, '$1.$2')}.${key}`,
        value: getValue(document, section, key) ?? '',
      })),
    );
  });
}

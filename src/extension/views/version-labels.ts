import { formatAge, formatBytes, plural } from '../../base/format.ts';
import type { DatasetVersion } from '../../core/system.ts';
import { escapeMarkdown } from './markdown.ts';
import { countsText, countsWords } from './states.ts';

/** `a1b2c3d` */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

/** `+1.2 MB`, `−3.0 KB`, `±0 B`. */
export function deltaText(bytes: number): string {
  if (bytes === 0) return '±0 B';
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}

const changeWords: Readonly<Record<DatasetVersion['change'], string>> = {
  added: 'first version',
  modified: '',
  renamed: 'renamed',
  removed: 'stopped tracking',
};

/** `a1b2c3d · Ada · 3 days ago · +12 −3 ~4 files · +1.2 MB`; `now` in milliseconds since 1970. */
export function versionDescription(version: DatasetVersion, now: number): string {
  const counts = countsText(version.filesDelta);
  return [
    shortCommit(version.commit),
    ...version.refs.slice(0, 2),
    version.author,
    formatAge(now - version.time),
    changeWords[version.change],
    counts === '' || version.kind !== 'folder' ? '' : `${counts} files`,
    sizeText(version),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function sizeText(version: DatasetVersion): string {
  if (version.change !== 'added' && version.bytesDelta !== undefined) return deltaText(version.bytesDelta);
  return version.size === undefined ? '' : formatBytes(version.size);
}

export type VersionPlace = 'current' | 'cache' | 'remote' | 'nowhere' | 'unknown' | 'removed';

/** Where the bytes of a version are, nearest first. */
export function versionPlace(version: DatasetVersion): VersionPlace {
  if (version.hash === undefined) return 'removed';
  if (version.current) return 'current';
  if (version.inCache) return 'cache';
  if (version.onRemote === true) return 'remote';
  return version.onRemote === false ? 'nowhere' : 'unknown';
}

export interface IconLook {
  readonly icon: string;
  /** Id of a theme colour. */
  readonly color?: string;
}

export const placeIcons: Readonly<Record<VersionPlace, IconLook>> = {
  current: { icon: 'pass-filled', color: 'charts.green' },
  cache: { icon: 'database' },
  remote: { icon: 'cloud' },
  nowhere: { icon: 'warning', color: 'list.warningForeground' },
  unknown: { icon: 'circle-large-outline', color: 'descriptionForeground' },
  removed: { icon: 'circle-slash', color: 'descriptionForeground' },
};

/** Where the bytes are, in words. */
export function placeWords(version: DatasetVersion): string {
  if (version.hash === undefined) {
    return version.change === 'removed'
      ? 'This commit stopped tracking it.'
      : 'The pointer of this commit could not be read.';
  }
  const cache = version.inCache ? 'In the cache' : 'Not in the cache';
  const remote = version.onRemote === undefined ? '' : version.onRemote ? ', on the remote' : ', not on the remote';
  const places = `${cache}${remote}.`;
  switch (versionPlace(version)) {
    case 'current':
      return `The pointer in the workspace says this version. ${places}`;
    case 'remote':
      return `${places} Pull it to have it here.`;
    case 'nowhere':
      return `${places} Its bytes may be lost.`;
    case 'unknown':
      return `${places} The remote has not been asked.`;
    default:
      return places;
  }
}

/** Markdown. */
export function versionTooltip(version: DatasetVersion, now: number): string {
  const rows = [
    `- Commit: \`${version.commit}\``,
    `- Author: ${escapeMarkdown(version.author)}, ${escapeMarkdown(formatTime(version.time))} (${formatAge(now - version.time)})`,
  ];
  if (version.refs.length > 0) rows.push(`- Branches and tags: ${version.refs.map(escapeMarkdown).join(', ')}`);
  rows.push(`- Path: ${escapeMarkdown(version.path)}`);
  if (version.hash !== undefined) rows.push(`- Hash: \`${version.hash.replaceAll('`', '')}\``);
  if (version.size !== undefined) {
    const delta =
      version.bytesDelta === undefined ? '' : `, ${deltaText(version.bytesDelta)} against the version before`;
    rows.push(`- Size: ${escapeMarkdown(formatBytes(version.size))}${delta}`);
  }
  if (version.files !== undefined) rows.push(`- Files: ${plural(version.files, 'file')}`);
  const counts = countsWords(version.filesDelta);
  if (counts !== '') rows.push(`- Changed files: ${counts}`);
  return [`**${escapeMarkdown(version.subject)}**`, escapeMarkdown(placeWords(version)), rows.join('\n')].join('\n\n');
}

/** `2025-11-23 10:04` in local time. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const two = (n: number): string => n.toString().padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `version.folder.other.cache`: see node.ts. */
export function versionContext(version: DatasetVersion): string {
  const place = versionPlace(version);
  if (place === 'removed') return 'version.removed';
  return ['version', version.kind, version.current ? 'current' : 'other', ...(place === 'current' ? [] : [place])].join(
    '.',
  );
}

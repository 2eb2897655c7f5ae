import { isAbsolute, relative, sep } from 'node:path';
import type { RemoteInfo } from '../../core/system.ts';
import { escapeMarkdown } from './markdown.ts';
import type { IconLook } from './version-labels.ts';

/** What is known of a remote from the last test; `undefined` where none was made. */
export type Reachability = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** The address without a password that someone wrote into it. */
export function publicUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/@]*)@/i, (_all, scheme: string, user: string) => {
    const name = user.split(':')[0] ?? '';
    return name === '' ? scheme : `${scheme}${name}@`;
  });
}

const kindIcons: Readonly<Record<string, string>> = {
  local: 'folder',
  s3: 'cloud',
  gs: 'cloud',
  gcs: 'cloud',
  oss: 'cloud',
  azure: 'azure',
  ssh: 'terminal',
  http: 'globe',
  https: 'globe',
  webdav: 'globe',
  webdavs: 'globe',
  gdrive: 'cloud',
  hdfs: 'server',
  webhdfs: 'server',
  memory: 'circuit-board',
};

export function remoteIcon(remote: RemoteInfo, reachable: Reachability | undefined): IconLook {
  if (!remote.supported) return { icon: 'warning', color: 'list.warningForeground' };
  if (reachable?.ok === false) return { icon: 'debug-disconnect', color: 'list.errorForeground' };
  return { icon: kindIcons[remote.kind] ?? 'server', ...(reachable?.ok === true ? { color: 'charts.green' } : {}) };
}

/** A folder near the repository as seen from its root: `../storage`. The tooltip has the whole path. */
function shortAddress(remote: RemoteInfo, root: string): string {
  if (remote.kind !== 'local') return publicUrl(remote.url);
  const near = relative(root, remote.url);
  const up = near.split(sep).filter((part) => part === '..').length;
  return near === '' || up > 2 || isAbsolute(near) ? remote.url : near.split(sep).join('/');
}

/** `default · s3://bucket/store · reachable`. `root`: the repository's folder. */
export function remoteDescription(remote: RemoteInfo, reachable: Reachability | undefined, root: string): string {
  return [
    remote.default ? 'default' : '',
    shortAddress(remote, root),
    remote.supported ? '' : 'not supported yet',
    reachable === undefined ? '' : reachable.ok ? 'reachable' : 'not reachable',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Markdown. */
export function remoteTooltip(remote: RemoteInfo, reachable: Reachability | undefined): string {
  const rows = [`- Address: ${escapeMarkdown(publicUrl(remote.url))}`, `- Kind: ${escapeMarkdown(remote.kind)}`];
  if (remote.default) rows.push('- The default: push and pull use it');
  const notes: string[] = [];
  if (!remote.supported)
    notes.push(`This version of Data Tracks cannot open remotes of the kind ${escapeMarkdown(remote.kind)}.`);
  if (reachable?.ok === true) notes.push('Reachable when last tested.');
  if (reachable?.ok === false) notes.push(`Not reachable when last tested: ${escapeMarkdown(reachable.message)}`);
  return [`**${escapeMarkdown(remote.name)}**`, rows.join('\n'), ...notes].join('\n\n');
}

/** `remote.default.supported`: see node.ts. */
export function remoteContext(remote: RemoteInfo): string {
  return `remote.${remote.default ? 'default' : 'other'}.${remote.supported ? 'supported' : 'unsupported'}`;
}

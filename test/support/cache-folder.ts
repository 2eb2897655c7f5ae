import os from 'node:os';
import path from 'node:path';

/** Where downloads that outlive a checkout lie: `data-tracks` below the user's cache folder. */
export function cacheFolder(...below: readonly string[]): string {
  return path.join(userCache(), 'data-tracks', ...below);
}

function userCache(): string {
  if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  return process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
}

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from './server.ts';

/**
 * What a window of extension tests opens. A folder with suites says it in its `workspace.ts`, as the export `workspace`:
 * each folder of test/extension with `*.test.ts` files is one start of VS Code (test/extension itself is the launch "main").
 */
export interface LaunchWorkspace {
  /** Fills an empty folder; resolves to what is opened: that folder, one below it, or a `.code-workspace` file. */
  prepare(folder: string): Promise<string>;
  /** Default: true. */
  readonly trusted?: boolean;
  readonly settings?: Settings;
  /** Variables for the extension host besides the usual ones. `folder`: the one that was filled. */
  env?(folder: string): Readonly<Record<string, string>>;
}

export interface Launch {
  readonly name: string;
  /** Folder of the suites, relative to test/extension: '' for "main". */
  readonly folder: string;
  readonly workspace: LaunchWorkspace;
}

const emptyFolder: LaunchWorkspace = { prepare: async (folder) => folder };

/** The launches below a folder of extension suites, "main" first. */
export async function findLaunches(suites: string): Promise<readonly Launch[]> {
  const launches: Launch[] = [];
  const entries = await readdir(suites, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const folder of ['', ...folders.sort()]) {
    const names = await readdir(path.join(suites, folder));
    if (!names.some((name) => name.endsWith('.test.ts'))) continue;
    const file = path.join(suites, folder, 'workspace.ts');
    const workspace = existsSync(file)
      ? ((await import(pathToFileURL(file).href)) as { readonly workspace: LaunchWorkspace }).workspace
      : emptyFolder;
    launches.push({ name: folder || 'main', folder, workspace });
  }
  return launches;
}

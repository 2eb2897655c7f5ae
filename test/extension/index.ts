import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runMocha } from '../support/mocha-run.ts';

/**
 * What VS Code calls inside the extension host. Runs the suites of one launch (see test/support/vscode/launches.ts): the built
 * files in the folder that DATA_TRACKS_TEST_SUITES names.
 */
export async function run(): Promise<void> {
  const folder = process.env['DATA_TRACKS_TEST_SUITES'];
  const countsFile = process.env['DATA_TRACKS_TEST_COUNTS'];
  if (!folder || !countsFile) throw new Error('DATA_TRACKS_TEST_SUITES and DATA_TRACKS_TEST_COUNTS must be set');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.cjs'));
  const grep = process.env['DATA_TRACKS_GREP'];
  const files = names.map((name) => path.join(folder, name));
  const { failed } = await runMocha({ files, countsFile, timeout: 60_000, ...(grep ? { grep } : {}) });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}

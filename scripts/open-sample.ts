// What `npm start` does once all is installed and built.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cacheFolder } from '../test/support/cache-folder.ts';
import { hasDisplay, onPath } from '../test/support/vscode/editor.ts';
import { installHost, whyNoHost } from '../test/support/vscode/host.ts';
import {
  editorFreeEnvironment,
  extensionsFolder,
  startServer,
  workbenchAddress,
} from '../test/support/vscode/server.ts';
import { installExtension } from '../test/support/vscode/window.ts';
import { takePictures } from './pictures.ts';
import { makeSample } from './sample/make-sample.ts';

const usage = `npm start -- [options]

Builds Data Tracks and opens it on a sample project: in the desktop's VS Code where \`code\` is on the PATH, else in a VS Code made of
npm packages alone, in a browser.

  --fresh          make the sample project anew (what you changed in it is lost)
  --sample DIR     where the sample project lies (default: ${cacheFolder('sample')})
  --browser        in a browser, even where \`code\` is there
  --port N         the port of that (default: any free one)
  --headless       open nothing: take pictures of the main views and end
  --shots DIR      where the pictures go (default: shots)
  --help`;

const root = path.resolve(import.meta.dirname, '..');

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      sample: { type: 'string', default: cacheFolder('sample') },
      browser: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      headless: { type: 'boolean', default: false },
      shots: { type: 'string', default: path.join(root, 'shots') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const folder = path.resolve(values.sample);
  console.log(`Sample project: ${folder}`);
  const made = await makeSample({ folder, fresh: values.fresh });
  console.log(made ? '  made anew' : '  kept as it is (npm start -- --fresh makes it anew)');

  if (values.headless) {
    for await (const picture of takePictures({ extension: root, folder, shots: path.resolve(values.shots) }))
      console.log(picture);
    return 0;
  }
  const display = process.platform !== 'linux' || hasDisplay();
  // Inside a remote window `code` talks to that window and takes no extension under development.
  const desktop = display && onPath('code') && !process.env['VSCODE_IPC_HOOK_CLI'];
  if (desktop && !values.browser) return openDesktop('code', folder);
  if (whyNoHost() === undefined) return serve(folder, Number(values.port));
  console.log(
    `\`code\` is not on the PATH, and the npm-only VS Code cannot run here (${whyNoHost()}): downloading VS Code …`,
  );
  return openDesktop(await downloadAndUnzipVSCode({ cachePath: cacheFolder('vscode-desktop') }), folder);
}

function openDesktop(program: string, folder: string): Promise<number> {
  console.log(`Opening the sample in ${program} …`);
  return new Promise((resolve, reject) => {
    const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder];
    const child = spawn(program, args, {
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: editorFreeEnvironment(),
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A browser's address, until Ctrl-C. */
async function serve(folder: string, port: number): Promise<number> {
  const host = await installHost(console.log);
  const work = cacheFolder('start');
  await installExtension(root, extensionsFolder(work));
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(0));
  });
  await using server = await startServer({ host, work, port, env: editorFreeEnvironment() });
  console.log(
    `\nVS Code ${host.version} with Data Tracks is at\n\n    ${workbenchAddress(server, { open: folder })}\n\nCtrl-C stops it.`,
  );
  return await stopped;
}

process.exitCode = await main();

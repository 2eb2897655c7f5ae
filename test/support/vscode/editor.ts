import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { cacheFolder } from '../cache-folder.ts';
import { allowDevelopment, launchBrowser } from './browser.ts';
import { installHost, type Log, type VSCodeHost, whyNoHost } from './host.ts';
import { privateEnvironment, type Settings, startServer, workbenchAddress } from './server.ts';

/** The real VS Code that extension tests run in. */
export type Editor =
  | { readonly kind: 'desktop'; readonly executable: string; readonly xvfb: boolean; readonly why: string }
  | { readonly kind: 'npm'; readonly host: VSCodeHost; readonly why: string };

export interface ExtensionRun {
  /** The extension's folder, built. */
  readonly extension: string;
  /** CommonJS module that exports `run()`. */
  readonly tests: string;
  /** A folder or a `.code-workspace` file. */
  readonly open: string;
  readonly trusted?: boolean;
  readonly settings?: Settings;
  /** Seen by the tests as `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds until the run counts as hanging. */
  readonly timeout: number;
}

/** Downloaded by @vscode/test-electron where that works and a display is there; else the npm-only one. */
export async function chooseEditor(log: Log): Promise<Editor> {
  const display = process.platform !== 'linux' || hasDisplay();
  const xvfb = !display && onPath('xvfb-run');
  const wanted = process.env['DATA_TRACKS_EDITOR'];
  let why = wanted === 'npm' ? 'DATA_TRACKS_EDITOR=npm asks for it' : 'there is no display and no xvfb-run';
  if (wanted !== 'npm' && (display || xvfb)) {
    try {
      const cachePath = cacheFolder('vscode-desktop');
      const executable = await downloadAndUnzipVSCode({
        version: 'stable',
        cachePath,
        timeout: 20_000,
        reporter: new SilentReporter(),
      });
      return { kind: 'desktop', executable, xvfb, why: `downloaded${xvfb ? ', on a virtual display (xvfb-run)' : ''}` };
    } catch (error) {
      why = `VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const impossible = whyNoHost();
  if (impossible !== undefined) throw new Error(`No VS Code to test in. Desktop: ${why}. npm-only: ${impossible}.`);
  return { kind: 'npm', host: await installHost(log), why };
}

export function hasDisplay(): boolean {
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/** Whether a program of this name is on the PATH. */
export function onPath(name: string): boolean {
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name];
  const dirs = (process.env['PATH'] ?? '').split(path.delimiter).filter((dir) => dir !== '');
  return dirs.some((dir) =>
    names.some((file) => {
      try {
        accessSync(path.join(dir, file), constants.X_OK);
        return true;
      } catch {
        return false; // the next folder
      }
    }),
  );
}

/** Runs a test module in the extension host, its output streamed to this terminal. Resolves to its exit code. */
export async function runInEditor(editor: Editor, run: ExtensionRun): Promise<number> {
  // Short: the desktop's sockets lie in it, and their paths are limited to some 100 characters.
  const work = await mkdtemp(path.join(os.tmpdir(), 'dt-'));
  try {
    return editor.kind === 'npm' ? await runInServer(editor.host, run, work) : await runOnDesktop(editor, run, work);
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

// The workbench logs to the same channel as the tests.
const noise = [
  /^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Ignoring following additional)/,
  /^\[(reconnection-grace-time|Service Worker|AgentHost|AccountPolicyGate)/,
  /^Creation of workbench contribution/,
  /getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
  /Timed out waiting for authentication provider/,
  /^Canceled: Canceled/,
  /Could not locate the bindings file|Cannot find module '\.\/build\/Release\/watchdog'/,
];

async function runInServer(host: VSCodeHost, run: ExtensionRun, work: string): Promise<number> {
  const env = { ...privateEnvironment(path.join(work, 'home')), ...run.env };
  const { settings = {}, trusted = true } = run;
  await using server = await startServer({ host, work, env, settings, trusted });
  await using browser = await launchBrowser(host);
  const page = await browser.newPage();
  await allowDevelopment(page, 'tests');
  // What VS Code for the web looks for on `window` when it runs extension tests (@vscode/test-web relies on the same two).
  await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
    const text = format(...args);
    if (!noise.some((pattern) => pattern.test(text))) process.stdout.write(`${text}\n`);
  });
  const address = workbenchAddress(server, { open: run.open, development: run.extension, tests: run.tests });
  return await new Promise<number>((resolve, reject) => {
    const late = (): void => reject(new Error(`The extension host did not end within ${run.timeout / 1000} s`));
    const timer = setTimeout(late, run.timeout);
    const exit = (code: number | undefined): void => {
      clearTimeout(timer);
      resolve(code ?? 0);
    };
    page.on('crash', () => reject(new Error('The page of VS Code crashed')));
    page
      .exposeFunction('codeAutomationExit', exit)
      .then(() => page.goto(address, { waitUntil: 'domcontentloaded' }))
      .catch(reject);
  });
}

async function runOnDesktop(
  editor: Extract<Editor, { kind: 'desktop' }>,
  run: ExtensionRun,
  work: string,
): Promise<number> {
  const data = path.join(work, 'data');
  await mkdir(path.join(data, 'User'), { recursive: true });
  const settings = {
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'git.autofetch': false,
    ...run.settings,
  };
  await writeFile(path.join(data, 'User', 'settings.json'), JSON.stringify(settings));
  const args = [
    run.open,
    '--user-data-dir',
    data,
    '--extensions-dir',
    path.join(work, 'extensions'),
    '--no-sandbox',
    '--disable-gpu',
  ];
  args.push('--disable-updates', '--skip-welcome', '--skip-release-notes', '--no-cached-data', '--disable-telemetry');
  args.push(`--extensionDevelopmentPath=${run.extension}`, `--extensionTestsPath=${run.tests}`);
  if (run.trusted !== false) args.push('--disable-workspace-trust');
  const [file, prefix] = editor.xvfb ? ['xvfb-run', ['-a', editor.executable]] : [editor.executable, []];
  const home = path.join(work, 'home');
  await mkdir(home);
  return new Promise((resolve, reject) => {
    const env = { ...privateEnvironment(home), ...run.env };
    const child = spawn(file, [...prefix, ...args], { env, stdio: 'inherit', timeout: run.timeout });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

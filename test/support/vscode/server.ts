import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { VSCodeHost } from './host.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface ServerOptions {
  readonly host: VSCodeHost;
  /** The server's own folder: user data, extensions, its log. */
  readonly work: string;
  readonly settings?: Settings;
  /** False: the window starts in restricted mode and asks no one. */
  readonly trusted?: boolean;
  /** The whole environment. Default: {@link privateEnvironment}. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: any free one. */
  readonly port?: number;
}

export interface VSCodeServer extends AsyncDisposable {
  /** "http://127.0.0.1:40123" */
  readonly origin: string;
  readonly logFile: string;
  /** Where the server looks for installed extensions. */
  readonly extensions: string;
}

const quiet: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'window.commandCenter': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'files.hotExit': 'off',
  'editor.accessibilitySupport': 'off',
};

/** A home of its own: nothing of an outer editor, of npm, or of the user's git configuration gets in. */
export function privateEnvironment(home: string): NodeJS.ProcessEnv {
  const env = editorFreeEnvironment();
  for (const key of Object.keys(env)) if (/^(npm_|XDG_|GIT_)/i.test(key)) delete env[key];
  return { ...env, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
}

/** The user's own environment without what an outer editor left in it. */
export function editorFreeEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  const outer =
    /^(VSCODE_|ELECTRON_|CODE_SERVER|NODE_OPTIONS$|PASSWORD$|HASHED_PASSWORD$|INIT_CWD$|npm_(package_|lifecycle_|command|execpath|node_execpath))/i;
  for (const key of Object.keys(env)) if (outer.test(key)) delete env[key];
  return env;
}

/** Where a server in `work` looks for installed extensions; may be filled before it starts. */
export function extensionsFolder(work: string): string {
  return path.join(work, 'extensions');
}

/** Starts the server on loopback. Disposing stops it with all it has started. */
export async function startServer(options: ServerOptions): Promise<VSCodeServer> {
  const { host, work, settings = {}, trusted = true, port = 0 } = options;
  const home = path.join(work, 'home');
  const data = path.join(work, 'user-data');
  const extensions = extensionsFolder(work);
  for (const folder of [home, extensions, path.join(data, 'User')]) await mkdir(folder, { recursive: true });
  const all = { ...quiet, 'security.workspace.trust.enabled': !trusted, ...settings };
  await writeFile(path.join(data, 'User', 'settings.json'), `${JSON.stringify(all, null, 2)}\n`);
  const args = [
    host.entry,
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--config',
    path.join(work, 'config.yaml'),
  ];
  args.push('--user-data-dir', data, '--extensions-dir', extensions, '--disable-telemetry', '--disable-update-check');
  args.push('--disable-getting-started-override', '--disable-file-downloads');
  if (trusted) args.push('--disable-workspace-trust');
  const logFile = path.join(work, 'server.log');
  const child = spawn(host.node, args, {
    env: options.env ?? privateEnvironment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the server, its extension hosts, watchers and terminals are reached by one signal, and nothing else is.
    detached: true,
    cwd: work,
  });
  const stop = (): Promise<void> => stopGroup(child);
  try {
    const origin = await listening(child, logFile);
    return { origin, logFile, extensions, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The VS Code server named no port within 60 s; see ${logFile}`)),
      60_000,
    );
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        const address = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`The VS Code server ended (${code ?? signal}); see ${logFile}`));
    });
  });
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  for (const [signal, patience] of [
    ['SIGTERM', 3000],
    ['SIGKILL', 2000],
  ] as const) {
    if (!signalGroup(pid, signal)) return;
    for (let waited = 0; waited < patience; waited += 50) {
      await sleep(50);
      if (!signalGroup(pid, 0)) return;
    }
  }
}

/** False where no process of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Installs a `.vsix` for a server that is going to run in `work`, by VS Code's own installer. */
export async function installPackage(options: {
  readonly host: VSCodeHost;
  readonly vsix: string;
  readonly work: string;
}): Promise<void> {
  const { host, vsix, work } = options;
  const home = path.join(work, 'home');
  await mkdir(home, { recursive: true });
  const args = [
    host.entry,
    '--config',
    path.join(work, 'config.yaml'),
    '--user-data-dir',
    path.join(work, 'user-data'),
  ];
  args.push('--extensions-dir', extensionsFolder(work), '--install-extension', vsix);
  await promisify(execFile)(host.node, args, { env: privateEnvironment(home), cwd: work });
}

export interface Address {
  /** A folder or a `.code-workspace` file. */
  readonly open: string;
  /** Folder of the extension under development. */
  readonly development?: string;
  /** Module with `run()` for the extension host. */
  readonly tests?: string;
}

/** The workbench's address for a browser. */
export function workbenchAddress(server: VSCodeServer, { open, development, tests }: Address): string {
  const remote = (file: string): string => `vscode-remote://${new URL(server.origin).host}${path.resolve(file)}`;
  const payload = [['skipWelcome', 'true']];
  if (development !== undefined) payload.push(['extensionDevelopmentPath', remote(development)]);
  if (tests !== undefined) payload.push(['extensionTestsPath', remote(tests)]);
  const query = new URLSearchParams({
    [open.endsWith('.code-workspace') ? 'workspace' : 'folder']: path.resolve(open),
  });
  if (payload.length > 1) query.set('payload', JSON.stringify(payload));
  return `${server.origin}/?${query}`;
}

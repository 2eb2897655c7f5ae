import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { cacheFolder } from '../cache-folder.ts';

// A real VS Code from npm packages alone, for machines that cannot reach VS Code's own downloads: the server and workbench of the
// package `code-server`, a Node for it, and the Chromium that the package `@sparticuz/chromium` carries. Linux only.
const CODE_SERVER = '4.139.1';
const NODE_MAJOR = '24';
const CHROMIUM = '153.0.0';

export interface VSCodeHost {
  /** The Node that the server runs on. */
  readonly node: string;
  /** The server's start script. */
  readonly entry: string;
  readonly chromium: string;
  /** Of VS Code itself: "1.139.1". */
  readonly version: string;
}

export type Log = (line: string) => void;

/** Why the npm-only VS Code cannot run on this machine; `undefined` where it can. */
export function whyNoHost(): string | undefined {
  if (process.platform !== 'linux') return `it is made for Linux, this is ${process.platform}`;
  if (process.arch !== 'x64' && process.arch !== 'arm64') return `there is no prebuilt Node for ${process.arch}`;
  return undefined;
}

/**
 * Installs what is missing (about a minute and 1.1 GB the first time) and tells where it is. Each part lies in a folder named after
 * its version and comes into being by a rename: what is there is whole. Several processes may do this at once.
 */
export async function installHost(log: Log): Promise<VSCodeHost> {
  const why = whyNoHost();
  if (why !== undefined) throw new Error(`The npm-only VS Code cannot run here: ${why}`);
  const home = process.env['DATA_TRACKS_VSCODE_HOME'] ?? cacheFolder('vscode-host');
  await mkdir(home, { recursive: true });
  const nodes = await part({ home, name: `node-${NODE_MAJOR}`, log, make: makeNode });
  const server = await part({ home, name: `code-server-${CODE_SERVER}`, log, make: makeServer });
  const vscode = path.join(server, 'node_modules/code-server/lib/vscode');
  return {
    node: path.join(nodes, `node_modules/node-linux-${process.arch}/bin/node`),
    entry: path.join(server, 'node_modules/code-server/out/node/entry.js'),
    chromium: await findChromium(home, log),
    version: (JSON.parse(await readFile(path.join(vscode, 'package.json'), 'utf8')) as { version: string }).version,
  };
}

interface Part {
  readonly home: string;
  readonly name: string;
  readonly log: Log;
  readonly make: (folder: string, logFile: string) => Promise<void>;
}

async function part({ home, name, log, make }: Part): Promise<string> {
  const target = path.join(home, name);
  if (await exists(target)) return target;
  const started = performance.now();
  log(`Installing ${name} for the npm-only VS Code …`);
  const making = path.join(home, `.making-${process.pid}-${name}`);
  const logFile = path.join(home, `${name}.log`);
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  try {
    await make(making, logFile);
    await rename(making, target).catch(async (error: unknown) => {
      // Another process was first.
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  log(`  ${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return target;
}

async function makeNode(folder: string, logFile: string): Promise<void> {
  await npmInstall({ folder, packages: [`node-linux-${process.arch}@^${NODE_MAJOR}`], logFile });
}

async function makeServer(folder: string, logFile: string): Promise<void> {
  await npmInstall({ folder, packages: [`code-server@${CODE_SERVER}`], logFile });
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  // Its own install script would compile these; the parts that VS Code cannot do without come prebuilt.
  await npmInstall({ folder: vscode, packages: [], logFile });
  await npmInstall({ folder: path.join(vscode, 'extensions'), packages: [], logFile });
  // npm keeps no executable bits of files that no `bin` names.
  const binaries = [path.join(vscode, `node_modules/@vscode/ripgrep-universal/bin/linux-${process.arch}`)];
  const prebuilds = path.join(vscode, 'node_modules/node-pty/prebuilds');
  for (const name of await readdir(prebuilds)) if (name.startsWith('linux-')) binaries.push(path.join(prebuilds, name));
  for (const dir of binaries) for (const file of await readdir(dir)) await chmod(path.join(dir, file), 0o755);
}

async function findChromium(home: string, log: Log): Promise<string> {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  if (process.arch === 'x64') {
    const folder = await part({ home, name: `chromium-${CHROMIUM}`, log, make: makeChromium });
    return path.join(folder, 'chrome');
  }
  for (const dir of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      if (dir !== '' && (await exists(path.join(dir, name)))) return path.join(dir, name);
    }
  }
  throw new Error('No Chromium was found: install the package chromium, or name one by the variable CHROMIUM');
}

/** Unpacks the headless Chromium of @sparticuz/chromium; `chrome` is a launcher that brings its own NSS libraries and fonts. */
async function makeChromium(folder: string, logFile: string): Promise<void> {
  await npmInstall({ folder, packages: [`@sparticuz/chromium@${CHROMIUM}`], logFile });
  const bin = path.join(folder, 'node_modules/@sparticuz/chromium/bin');
  await decompress(path.join(bin, 'chromium.br'), path.join(folder, 'chromium'));
  await chmod(path.join(folder, 'chromium'), 0o755);
  // The GL libraries must lie beside the binary.
  for (const [name, into] of [
    ['al2023', 'al2023'],
    ['fonts', 'fonts'],
    ['swiftshader', '.'],
  ] as const) {
    const tar = path.join(folder, `${name}.tar`);
    await decompress(path.join(bin, `${name}.tar.br`), tar);
    await mkdir(path.join(folder, into), { recursive: true });
    await run('tar', ['xf', tar, '-C', path.join(folder, into)], { logFile });
    await rm(tar);
  }
  await rm(path.join(folder, 'node_modules'), { recursive: true, force: true });
  await writeFile(
    path.join(folder, 'chrome'),
    `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
[ -d /usr/share/fonts ] && [ -n "$(ls -A /usr/share/fonts 2>/dev/null)" ] || export FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
`,
    { mode: 0o755 },
  );
}

async function decompress(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

interface NpmInstall {
  readonly folder: string;
  /** None: what the folder's package.json asks for. */
  readonly packages: readonly string[];
  readonly logFile: string;
}

async function npmInstall({ folder, packages, logFile }: NpmInstall): Promise<void> {
  if (packages.length > 0) await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', folder, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  args.push('--no-package-lock', '--loglevel=error', ...packages);
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js')) await run(process.execPath, [script, ...args], { cwd: folder, logFile });
  else await run('npm', args, { cwd: folder, logFile });
}

async function run(
  file: string,
  args: readonly string[],
  { cwd, logFile }: { readonly cwd?: string; readonly logFile: string },
): Promise<void> {
  const env = { ...process.env };
  // An outer `npm start` tells its children about its own package; an npm of another folder must not believe it.
  for (const key of Object.keys(env))
    if (/^npm_(package_|lifecycle_|command|config_local_prefix)/i.test(key)) delete env[key];
  const log = await open(logFile, 'a');
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(file, args, {
        env,
        stdio: ['ignore', log.fd, log.fd],
        ...(cwd === undefined ? {} : { cwd }),
      });
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code === 0) return;
  } finally {
    await log.close();
  }
  const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`${path.basename(file)} ${args[0]} failed (the whole log: ${logFile}):\n${tail}`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

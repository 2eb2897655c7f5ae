// What `npm start` and `npm test` share before anything is installed. Runs on Node 20 with nothing but Node's own modules.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const modules = path.join(root, 'node_modules');

/** The newer Node that comes as a development dependency: it runs TypeScript as it stands. */
const node = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Runs a program to its end with this terminal; resolves to its exit code. */
function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options });
    // Ctrl-C reaches the child by itself: wait for it to clean up. A signal sent to this process alone is passed on.
    const pass = (signal) => (signal === 'SIGINT' ? undefined : child.kill(signal));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(s, pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

function npm(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

/** `npm install` where node_modules is missing or was made from another package-lock.json. */
async function install() {
  const stamp = path.join(modules, '.data-tracks-lock');
  const digest = () =>
    createHash('sha256')
      .update(readFileSync(path.join(root, 'package-lock.json')))
      .digest('hex');
  if (existsSync(stamp) && existsSync(node) && readFileSync(stamp, 'utf8') === digest()) return 0;
  console.log('Installing the packages (npm install) …');
  const code = await npm(['install', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) return code;
  if (!existsSync(node)) {
    console.error(
      `npm install ended well, but ${node} is not there: were install scripts switched off? Try: npm rebuild node`,
    );
    return 1;
  }
  writeFileSync(stamp, digest());
  return 0;
}

/**
 * Installs, builds, then hands over to a TypeScript program under the newer Node. Ends this process with its exit code.
 * `notBuilt`: what is printed last where it does not come to the program.
 */
export async function handOver({ program, build, args, notBuilt }) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    console.error(`Node 20 or newer is needed; this is ${process.version}. Get it from https://nodejs.org`);
    process.exit(1);
  }
  const unbuilt = (await install()) || (await run(process.execPath, ['esbuild.js', ...build]));
  if (unbuilt !== 0) {
    console.log(notBuilt ?? '');
    process.exit(unbuilt);
  }
  process.exit(await run(node, ['--disable-warning=ExperimentalWarning', program, ...args]));
}

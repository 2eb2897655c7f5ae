// Builds what is shipped into dist/. Runs on Node 20 as it stands: no TypeScript here.
//   node esbuild.js [--production] [--watch] [--tests]
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: { production: { type: 'boolean' }, watch: { type: 'boolean' }, tests: { type: 'boolean' } },
});

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: flags.production ?? false,
  keepNames: true,
  sourcemap: flags.production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};
const commonJs = { ...common, format: 'cjs', outExtension: { '.js': '.cjs' } };
// Bundled CommonJS packages call `require` for Node's own modules; an ES module has none.
const esModule = {
  ...common,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** The command line's file starts with a hashbang and may be executed. */
const executable = {
  name: 'executable',
  setup({ onEnd }) {
    onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      const file = path.join(root, 'dist/cli/tracks.mjs');
      const text = await readFile(file, 'utf8');
      if (!text.startsWith('#!')) await writeFile(file, `#!/usr/bin/env node\n${text}`);
      await chmod(file, 0o755);
    });
  },
};

/** @type {readonly import('esbuild').BuildOptions[]} */
const shipped = [
  { ...commonJs, entryPoints: { extension: 'src/extension/main.ts' }, outdir: 'dist', external: ['vscode'] },
  {
    ...esModule,
    entryPoints: {
      'repository-thread': 'src/extension/host/repository-thread.ts',
      'hash-worker': 'src/core/workers/hash-worker.ts',
    },
    outdir: 'dist',
  },
  // Split, so that a verb loads only what it needs.
  {
    ...esModule,
    entryPoints: { tracks: 'src/cli/main.ts' },
    outdir: 'dist/cli',
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    plugins: [executable],
  },
];

/** Each suite of test/extension is a bundle of its own beside the module that runs them inside the extension host. */
async function testBundles() {
  const entryPoints = { extension: 'test/extension/index.ts' };
  for (const entry of await readdir(path.join(root, 'test/extension'), { recursive: true })) {
    const name = entry.replaceAll(path.sep, '/');
    if (name.endsWith('.test.ts')) entryPoints[`extension/${name.slice(0, -3)}`] = `test/extension/${name}`;
  }
  return {
    ...commonJs,
    minify: false,
    sourcemap: 'inline',
    entryPoints,
    outdir: 'dist/test',
    external: ['vscode', 'mocha'],
  };
}

const bundles = [...shipped, ...(flags.tests ? [await testBundles()] : [])];
if (flags.watch) {
  for (const options of bundles) await (await context({ ...options, logLevel: 'info' })).watch();
} else {
  const started = performance.now();
  // Chunks carry a hash in their name: old ones would pile up.
  await rm(path.join(root, 'dist/cli'), { recursive: true, force: true });
  if (flags.tests) await rm(path.join(root, 'dist/test'), { recursive: true, force: true });
  const done = await Promise.allSettled(bundles.map((options) => build(options)));
  if (done.some((d) => d.status === 'rejected')) process.exit(1);
  console.log(`build: dist/ in ${Math.round(performance.now() - started)} ms`);
}

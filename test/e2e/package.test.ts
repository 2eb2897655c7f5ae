import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { whyNoHost } from '../support/vscode/host.ts';
import { openWindow } from '../support/vscode/window.ts';
import { zipNames } from '../support/zip.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('the package (.vsix)', () => {
  let folder: string;
  let vsix: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'data-tracks-package-'));
    vsix = path.join(folder, 'data-tracks.vsix');
    const args = [
      'package',
      '--no-dependencies',
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
      '--out',
      vsix,
    ];
    await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/@vscode/vsce/vsce'), ...args], {
      cwd: root,
    });
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('holds what is shipped and nothing else', async () => {
    const names = await zipNames(vsix);
    const allowed =
      /^(extension\.vsixmanifest|\[Content_Types\]\.xml|extension\/(package\.json|readme\.md|changelog\.md|LICENSE(\.txt)?|dist\/[\w-]+\.[cm]js|dist\/cli\/.*\.mjs|media\/(?!docs\/).*))$/i;
    assert.deepEqual(
      names.filter((name) => !allowed.test(name)),
      [],
    );
    for (const needed of [
      'dist/extension.cjs',
      'dist/repository-thread.mjs',
      'dist/hash-worker.mjs',
      'dist/cli/tracks.mjs',
    ]) {
      assert.ok(names.includes(`extension/${needed}`), `${needed} is not in the package`);
    }
  });

  it('installs into VS Code and shows itself in the activity bar', async function () {
    const why = whyNoHost();
    if (why !== undefined) {
      console.log(`    skipped: the npm-only VS Code cannot run here: ${why}`);
      this.skip();
    }
    await using window = await openWindow({ extension: vsix, open: folder });
    await window.container('Data Tracks');
  });
});

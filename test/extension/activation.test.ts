import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { extension, type OpenWindow, openWindow } from './support/window.ts';

describe('activation in a window without a repository', () => {
  let window: OpenWindow;
  let loading = Number.NaN;
  let activating = Number.NaN;

  before(async () => {
    const { extensionPath, packageJSON } = extension();
    const file = path.join(extensionPath, (packageJSON as { readonly main: string }).main);
    const require = createRequire(path.join(extensionPath, 'package.json'));
    // VS Code finds the module in this cache, with its `activate` timed.
    const begun = performance.now();
    const module = require(file) as { readonly activate: (...args: readonly unknown[]) => unknown };
    loading = performance.now() - begun;
    const { activate } = module;
    const cached = require.cache[require.resolve(file)];
    assert.ok(cached);
    cached.exports = {
      ...module,
      activate: (...args: readonly unknown[]) => {
        const start = performance.now();
        try {
          return activate(...args);
        } finally {
          activating = performance.now() - start;
        }
      },
    };
    window = await openWindow();
  });

  it('takes few milliseconds of the extension host', () => {
    console.log(`      module loaded in ${loading.toFixed(1)} ms, activate() took ${activating.toFixed(1)} ms`);
    assert.ok(activating <= 200, `activate() took ${activating} ms`);
    assert.ok(loading <= 500, `loading took ${loading} ms`);
  });

  it('is ready, and found nothing', () => {
    assert.equal(window.api.workspace.ready, true);
    assert.deepEqual(window.api.workspace.repositories, []);
    assert.deepEqual(window.api.operations.entries, []);
  });

  it('says by its context keys that there is no repository', () => {
    const { context } = window.seen;
    assert.deepEqual(
      ['ready', 'hasRepository', 'hasDatasets', 'hasRemote', 'busy'].map((name) => context.get(`dataTracks.${name}`)),
      [true, false, false, false, false],
    );
  });

  it('shows nothing: no status bar entry, no source control, no rows', async () => {
    const { seen } = window;
    assert.equal(seen.status?.shown, false);
    assert.equal(seen.controls.size, 0);
    assert.deepEqual([...seen.trees.keys()].sort(), [
      'dataTracks.activity',
      'dataTracks.datasets',
      'dataTracks.remotes',
    ]);
    for (const tree of seen.trees.values()) assert.deepEqual(await tree.getChildren(), []);
  });
});

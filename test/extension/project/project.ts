import assert from 'node:assert/strict';
import path from 'node:path';
import { type Git, gitIn, objectFile } from '../support/git.ts';
import { openedFolder, openWindow, SeenProject } from '../support/window.ts';

/** The window of this launch. */
export interface Bench {
  readonly project: SeenProject;
  readonly git: Git;
  readonly remote: string;
  readonly cache: string;
  /** Where an object lies. */
  cached(hash: string): string;
  pushed(hash: string): string;
  /** Brings everything back to the first state. */
  reset(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const root = openedFolder();
  const parent = path.dirname(root);
  const window = await openWindow({ aside: path.join(parent, 'aside'), root });
  const project = new SeenProject(window, root);
  const git = gitIn(root);
  const shared = globalThis as { dataTracksTestBase?: string };
  shared.dataTracksTestBase ??= git('rev-parse', 'HEAD').trim();
  const base = shared.dataTracksTestBase;
  const remote = path.join(parent, 'remote');
  const cache = path.join(root, '.dvc', 'cache');
  return {
    project,
    git,
    remote,
    cache,
    cached: (hash) => objectFile(cache, hash),
    pushed: (hash) => objectFile(remote, hash),
    reset: async () => {
      git('checkout', '-q', '-f', 'main');
      git('reset', '-q', '--hard', base);
      git('clean', '-fdq');
      const { model } = project;
      await model.refresh();
      const pulled = await model.repository.pull?.({ force: true });
      assert.deepEqual([...(pulled?.failed ?? []), ...(pulled?.checkout.failed ?? [])], []);
      await model.refresh();
      assert.deepEqual([...(model.snapshot?.states.keys() ?? [])], []);
    },
  };
}

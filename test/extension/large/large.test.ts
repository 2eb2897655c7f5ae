import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { before, describe, it } from 'mocha';
import type { DataTracksApi } from '../../../src/extension/main.ts';
import { answering } from '../support/answers.ts';
import { extension, openedFolder, Project, run, until } from '../support/window.ts';
import { bigBytes, bigFiles, files, sets } from './data.ts';

/** Milliseconds of work of this thread so far; of waiting for a processor there is none in it, where Node can tell. */
function threadTime(): number {
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The longest that the extension host's thread worked without a pause while `work` ran, milliseconds. */
async function longestBlock(what: string, work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 2 });
  delay.enable();
  let longest = 0;
  let last = threadTime();
  const ticks = setInterval(() => {
    const now = threadTime();
    longest = Math.max(longest, now - last);
    last = now;
  }, 2);
  const begun = performance.now();
  await work();
  const milliseconds = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, 50));
  clearInterval(ticks);
  delay.disable();
  console.log(
    `      ${what}: ${Math.round(milliseconds)} ms, at most ${longest.toFixed(1)} ms of work in one go (${(delay.max / 1e6).toFixed(1)} ms on the clock)`,
  );
  return longest;
}

/** Headroom for slow machines; the aim is 50. */
const mostBlocked = 100;

describe('a large repository', () => {
  let api: DataTracksApi;
  let project: Project;
  const file = (...parts: readonly string[]): string => path.join(openedFolder(), ...parts);

  before(async function () {
    this.timeout(60_000);
    await until(() => extension().isActive, 'a folder with .dvc/config activates the extension by itself', 20_000);
    api = extension().exports;
    await until(() => api.workspace.repositories[0]?.snapshot !== undefined, 'the first refresh', 30_000);
    project = new Project(api);
  });

  it('is found by itself, with all its datasets', () => {
    assert.equal(api.workspace.ready, true);
    assert.equal(project.model.snapshot?.list.datasets.length, sets + 2);
  });

  it('a refresh does not block the extension host', async () => {
    const longest = await longestBlock('refresh', () => project.model.refresh());
    assert.ok(longest <= mostBlocked, `${longest} ms`);
  });

  it('nor does a change of every file', async () => {
    const { model } = project;
    for (let i = 0; i < files; i++) await writeFile(file('many', `${i}.txt`), `changed ${i}\n`);
    const longest = await longestBlock('refresh after a change of every file', async () => {
      await model.refresh();
      await until(() => project.state('many/4999.txt') === 'modified', 'the change', 10_000);
    });
    assert.ok(longest <= mostBlocked, `${longest} ms`);
    assert.equal(model.snapshot?.states.size, files + 1 + bigFiles + 1, 'all its files, those not pushed, two folders');
  });

  it('nor does bringing every file back', async () => {
    const longest = await longestBlock('checkout of every file', async () => {
      await project.model.repository.checkout?.({ targets: [project.node('many').dataset.path], force: true });
      await project.model.refresh();
      await until(() => project.state('many') === undefined, 'all as it was', 10_000);
    });
    assert.ok(longest <= mostBlocked, `${longest} ms`);
  });

  it('a change in it shows within two seconds', async () => {
    await writeFile(file('many', '17.txt'), 'changed\n');
    const took = await project.untilState('many/17.txt', 'modified');
    await writeFile(file('many', '17.txt'), 'file 17\n');
    await project.untilState('many/17.txt', undefined);
    console.log(`      shown after ${Math.round(took)} ms`);
  });

  describe('a push of 300 MB', () => {
    const remoteFiles = async (): Promise<readonly string[]> => {
      const found = await readdir(path.join(path.dirname(openedFolder()), 'remote'), {
        recursive: true,
        withFileTypes: true,
      });
      return found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    };
    const large = async (): Promise<readonly string[]> => {
      const sizes = await Promise.all(
        (await remoteFiles()).map(async (name) => [name, (await stat(name)).size > 1024 * 1024] as const),
      );
      return sizes.flatMap(([name, is]) => (is ? [name] : []));
    };

    it('is cancelled in the middle, and leaves nothing half done', async () => {
      let seen = 0;
      let cancelled = Number.NaN;
      const watching = api.operations.onDidChange(() => {
        const [entry] = api.operations.entries;
        if (entry?.state !== 'running' || (entry.progress?.bytes ?? 0) <= bigBytes || !Number.isNaN(cancelled)) return;
        seen = entry.progress?.bytes ?? 0;
        cancelled = performance.now();
        void run('cancelActivity', { kind: 'activity', entry });
      });
      const asked = await answering({}, () => run('push', project.uri('big')));
      watching.dispose();
      console.log(
        `      cancelled at ${(seen / 1e6).toFixed(0)} of ${((bigFiles * bigBytes) / 1e6).toFixed(0)} MB, over after ${Math.round(performance.now() - cancelled)} ms`,
      );
      assert.deepEqual(asked, []);
      assert.equal(project.last.state, 'cancelled', project.last.summary);
      assert.equal(project.last.progress?.totalBytes, bigFiles * bigBytes);
      const there = await remoteFiles();
      assert.ok((await large()).length < bigFiles, 'all of it was pushed');
      for (const name of there) {
        assert.match(name, /[\\/]files[\\/]md5[\\/][0-9a-f]{2}[\\/][0-9a-f]{30}(\.dir)?$/);
        assert.equal(
          await md5Of(name),
          name
            .replace(/\.dir$/, '')
            .slice(-33)
            .replace(/[\\/]/, ''),
          name,
        );
      }
      assert.equal(
        there.some((name) => name.endsWith(`${project.node('big').dataset.hash?.slice(2)}`)),
        false,
        'the list of files is on the remote without its files',
      );
    });

    it('is completed by a retry, and sends only the rest', async () => {
      const before = (await large()).length;
      await run('retryActivity', { kind: 'activity', entry: project.last });
      await until(() => project.last.state !== 'running', 'the end of the retry', 30_000);
      project.wentWell();
      assert.equal((await large()).length, bigFiles);
      assert.equal(project.last.progress?.totalFiles === undefined || before < bigFiles, true);
      assert.match(project.last.summary ?? '', new RegExp(`^${bigFiles - before + 1} objects`));
      await project.model.refresh();
      assert.equal(project.state('big'), undefined);
    });

    it('does not block the extension host', async () => {
      await rm(path.join(path.dirname(openedFolder()), 'remote', 'files'), { recursive: true });
      const longest = await longestBlock('push of everything', () =>
        Promise.resolve(run('push', { kind: 'repository', model: project.model })),
      );
      project.wentWell();
      assert.ok(longest <= mostBlocked, `${longest} ms`);
      assert.ok(existsSync(path.join(path.dirname(openedFolder()), 'remote', 'files', 'md5')));
    });
  });
});

async function md5Of(name: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(name), hash);
  return hash.digest('hex');
}

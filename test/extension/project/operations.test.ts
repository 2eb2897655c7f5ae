import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import type { TreeNode } from '../../../src/extension/views/node.ts';
import { answering } from '../support/answers.ts';
import { md5 } from '../support/git.ts';
import { at, run, until } from '../support/window.ts';
import { notes } from './data.ts';
import { type Bench, openBench } from './project.ts';

describe('what goes wrong, and the Activity view', () => {
  let bench: Bench;
  const activity = async (): Promise<readonly (readonly [unknown, string | undefined, readonly string[]])[]> => {
    const tree = bench.project.window.seen.trees.get('dataTracks.activity');
    const rows = (await tree?.getChildren()) ?? [];
    return Promise.all(
      rows.map(async (row) => {
        const below = ((await tree?.getChildren(row)) ?? []).map((one: TreeNode) =>
          one.kind === 'message' ? one.text : one.kind,
        );
        const item = await tree?.getTreeItem(row);
        return [item?.label, item?.contextValue, below] as const;
      }),
    );
  };

  before(async () => {
    bench = await openBench();
    await bench.reset();
    await run('clearActivity');
  });
  after(() => bench.reset());

  it('data in no cache is never overwritten without a yes', async () => {
    const { project } = bench;
    await writeFile(project.file('notes.txt'), 'Precious.\n');
    const asked = await answering({}, () => run('checkout', project.uri('notes.txt')));
    assert.equal(asked[0]?.kind, 'warning');
    assert.deepEqual(asked[0]?.choices, ['Overwrite…', 'Show Log']);
    assert.equal(project.last.state, 'failed');
    assert.equal(project.last.failures[0]?.what, 'notes.txt');
    assert.equal(readFileSync(project.file('notes.txt'), 'utf8'), 'Precious.\n');

    // The button, then Escape in the dialog that follows.
    const again = await answering(
      { message: ({ choices }) => (choices.includes('Overwrite…') ? 'Overwrite…' : undefined) },
      async () => {
        await run('checkout', project.uri('notes.txt'));
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
    );
    assert.ok(again.some(({ modal, text }) => modal && text.includes('notes.txt')));
    assert.equal(readFileSync(project.file('notes.txt'), 'utf8'), 'Precious.\n');

    await answering({ message: ({ choices }) => choices[0] }, async () => {
      await run('checkout', project.uri('notes.txt'));
      await until(() => readFileSync(project.file('notes.txt'), 'utf8') === notes(2), 'it was overwritten');
    });
  });

  it('a batch goes on after one bad thing; the message names it and offers the next step', async () => {
    const { project } = bench;
    const text = 'In the cache, then lost.\n';
    await writeFile(project.file('notes.txt'), text);
    await writeFile(project.file('verbs', 'one.txt'), `${text} one`);
    await project.model.repository.commit?.({ targets: [at('notes.txt'), at('verbs/one.txt')] });
    await rm(bench.cached(md5(text)));
    const asked = await answering({}, () => run('push', { kind: 'repository', model: project.model }));
    assert.equal(project.last.state, 'failed');
    assert.equal(asked[0]?.kind, 'warning');
    assert.match(asked[0]?.text ?? '', /notes\.txt/);
    assert.ok((asked[0]?.choices.length ?? 0) >= 2, 'no buttons');
    assert.ok(existsSync(bench.pushed(md5(`${text} one`))), 'the rest was not pushed');
    const [row] = await activity();
    assert.deepEqual(row?.slice(0, 2), ['Push project', 'activity.failed']);
    assert.match(row?.[2][0] ?? '', /notes\.txt/);
    await bench.reset();
  });

  it('a failed operation can be shown and retried', async () => {
    const { project } = bench;
    const away = `${bench.remote}.away`;
    await writeFile(project.file('notes.txt'), 'To be pushed.\n');
    await project.model.repository.commit?.({ targets: [at('notes.txt')] });
    await rename(bench.remote, away);
    await writeFile(bench.remote, 'A file where the remote was.\n');
    try {
      const asked = await answering({}, () => run('push', project.uri('notes.txt')));
      assert.equal(project.last.state, 'failed', project.last.summary);
      assert.equal(asked.length, 1);
      const shown = await answering({}, () => run('showActivityError', { kind: 'activity', entry: project.last }));
      assert.equal(shown[0]?.modal, true);
      assert.ok(shown[0]?.choices.includes('Retry'));
    } finally {
      await rm(bench.remote);
      await rename(away, bench.remote);
    }
    await run('retryActivity', { kind: 'activity', entry: project.last });
    await until(
      () => project.last.state === 'done',
      () => `the retry: ${project.last.state} ${project.last.summary}`,
      5000,
    );
    assert.ok(existsSync(bench.pushed(md5('To be pushed.\n'))));
    await bench.reset();
  });

  it('only one writing operation runs at a time in a repository', async () => {
    const { project } = bench;
    const { operations } = project.window.api;
    const order: string[] = [];
    const work = (name: string, milliseconds: number) =>
      operations.run({ title: name, show: 'quiet', model: project.model }, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        order.push(`${name} ends`);
        return name;
      });
    assert.deepEqual(await Promise.all([work('first', 60), work('second', 0)]), ['first', 'second']);
    assert.deepEqual(order, ['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('what is cancelled says so; what is finished can be cleared away', async () => {
    const { project } = bench;
    const waiting = project.window.api.operations.run(
      { title: 'Wait', show: 'quiet', model: project.model },
      ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    assert.equal(project.window.seen.context.get('dataTracks.busy'), true);
    assert.match(project.window.seen.status?.item.text ?? '', /sync~spin/);
    const asked = await answering({}, async () => {
      await run('cancelActivity', { kind: 'activity', entry: project.last });
      await waiting;
    });
    assert.deepEqual(asked, []);
    assert.deepEqual((await activity())[0]?.slice(0, 2), ['Wait', 'activity.cancelled']);
    await run('clearActivity');
    assert.deepEqual(await activity(), []);
    assert.equal(project.window.seen.context.get('dataTracks.busy'), false);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { TreeNode } from '../../../src/extension/views/node.ts';
import { answering } from '../support/answers.ts';
import { run, until } from '../support/window.ts';
import { type Bench, openBench } from './project.ts';

describe('remotes', () => {
  let bench: Bench;
  let folder: string;
  const config = (): string => readFileSync(bench.project.file('.dvc', 'config'), 'utf8');
  const names = (): readonly string[] =>
    (bench.project.model.snapshot?.remotes ?? []).map((remote) => `${remote.name}${remote.default ? '*' : ''}`);
  const node = (name: string): TreeNode => {
    const { model } = bench.project;
    const remote = model.snapshot?.remotes.find((candidate) => candidate.name === name);
    assert.ok(remote, `there is no remote ${name}`);
    return { kind: 'remote', model, remote };
  };
  const description = async (name: string): Promise<string> => {
    const tree = bench.project.window.seen.trees.get('dataTracks.remotes');
    return String((await tree?.getTreeItem(node(name)))?.description);
  };

  before(async () => {
    bench = await openBench();
    await bench.reset();
    folder = path.join(path.dirname(bench.remote), 'backup');
    await mkdir(folder);
  });
  after(() => bench.reset());

  it('addRemote takes a folder', async () => {
    const asked = await answering(
      { pick: () => 'A folder…', open: [vscode.Uri.file(folder)], input: () => 'backup' },
      () => run('addRemote'),
    );
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ['pick', 'open', 'input'],
    );
    bench.project.wentWell();
    assert.match(config(), /\['remote "backup"'\]\n\s+url = /);
    assert.deepEqual(names(), ['storage*', 'backup']);
  });

  it('addRemote takes an address of any kind', async () => {
    const answers = ['s3://bucket/data', 'cloud'];
    await answering({ pick: () => 'An address…', input: () => answers.shift() }, () =>
      run('addRemote', { kind: 'repository', model: bench.project.model }),
    );
    bench.project.wentWell();
    assert.match(config(), /url = s3:\/\/bucket\/data/);
    assert.deepEqual(names(), ['storage*', 'backup', 'cloud']);
  });

  it('setDefaultRemote: a row, and the palette', async () => {
    await run('setDefaultRemote', node('backup'));
    bench.project.wentWell();
    assert.deepEqual(names(), ['storage', 'backup*', 'cloud']);
    await answering({ pick: () => 'storage' }, () => run('setDefaultRemote'));
    assert.deepEqual(names(), ['storage*', 'backup', 'cloud']);
  });

  it('testRemote says that a remote can be used, and shows it on its row', async () => {
    const asked = await answering({}, () => run('testRemote', node('backup')));
    assert.equal(asked[0]?.kind, 'information');
    assert.match(asked[0]?.text ?? '', /backup can be reached/);
    await until(
      async () => /reachable|ok/i.test(await description('backup')),
      () => 'the row tells',
      1000,
    ).catch(async () => assert.fail(`the row says "${await description('backup')}"`));
  });

  it('testRemote says why a remote cannot be used', async () => {
    const answers = [path.join(folder, 'file', 'below'), 'bad'];
    await writeFile(path.join(folder, 'file'), 'no folder\n');
    await answering({ pick: () => 'An address…', input: () => answers.shift() }, () => run('addRemote'));
    const asked = await answering({}, () => run('testRemote', node('bad')));
    assert.equal(asked[0]?.kind, 'error');
    assert.match(asked[0]?.text ?? '', /^bad: /);
  });

  it('removeRemote asks, and forgets it', async () => {
    await answering({}, () => run('removeRemote', node('backup')));
    assert.ok(names().includes('backup'), 'Escape removed it');
    for (const name of ['backup', 'cloud', 'bad'])
      await answering({ message: ({ choices }) => choices[0] }, () => run('removeRemote', node(name)));
    assert.deepEqual(names(), ['storage*']);
    assert.doesNotMatch(config(), /backup|cloud/);
  });
});

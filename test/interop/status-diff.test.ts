import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath } from '../../src/base/paths.ts';
import { diff } from '../../src/core/diff.ts';
import { status } from '../../src/core/status.ts';
import { type Bench, copyTree, git, gitCommit, gitInit, openBench, removePath, writeFiles } from '../support/bench.ts';
import { requireDvc } from '../support/dvc.ts';
import { diffShape, dvcStatusShape, type Shape, statusShape } from '../support/shapes.ts';
import type { Question } from './status-cases/case.ts';
import { dataCases } from './status-cases/data.ts';
import { faultCases } from './status-cases/faults.ts';
import { objectCases } from './status-cases/objects.ts';
import { pointerCases } from './status-cases/pointers.ts';

describe('status and diff are those of DVC', () => {
  let bench: Bench;
  const templates = new Map<string, AbsPath>();

  before(function () {
    requireDvc.call(this);
    bench = openBench();
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
  });

  async function template(at: string, bare: boolean): Promise<AbsPath> {
    const key = `${at} ${bare}`;
    const made = templates.get(key);
    if (made !== undefined) return made;
    const folder = bench.folder('template');
    const root = join(folder, 'repo', at);
    mkdirSync(root, { recursive: true });
    gitInit(join(folder, 'repo'));
    await bench.dvc(root, 'init', '-q', ...(at === '.' ? [] : ['--subdir']));
    mkdirSync(join(folder, 'remote'));
    await bench.dvc(
      root,
      'remote',
      'add',
      '-q',
      '-d',
      'origin',
      join(root, at === '.' ? '../remote' : '../../../remote'),
    );
    writeFileSync(
      join(root, '.dvc/config'),
      readFileSync(join(root, '.dvc/config'), 'utf8').replace(
        /url = .*/,
        `url = ../${at === '.' ? '' : '../../'}../remote`,
      ),
    );
    // Not --all-commits: for a relative remote of an older commit DVC takes a folder at the root of the file system.
    const push = (): Promise<string> => bench.dvc(root, 'push', '-q');
    if (!bare) {
      writeFiles(root, {
        'a.bin': 'a',
        'b.bin': 'b',
        'd/1': '1',
        'd/2': '2',
        'd/sub/3': '3',
        'd/sub/4': '4',
        'd/same1': 'same',
        'd/same2': 'same',
        'e/x': 'x',
        'e/y': 'y',
        'data/raw/x.csv': 'a,b\n',
        'gone.bin': 'gone',
        'was/here': 'moved',
      });
      await bench.dvc(root, 'add', 'a.bin', 'b.bin', 'd', 'e', 'data/raw/x.csv', 'gone.bin', 'was');
      await push();
      gitCommit(root, 'first');
      git(root, 'tag', 'first');
      writeFiles(root, { 'a.bin': 'A', 'd/1': '11', 'd/5': '5', 'c.bin': 'c' });
      removePath(root, 'e/y', 'd/sub/4');
      await bench.dvc(root, 'add', 'a.bin', 'd', 'e', 'c.bin');
      await bench.dvc(root, 'remove', 'gone.bin.dvc');
      await bench.dvc(root, 'move', 'was', 'is');
      removePath(root, 'gone.bin');
      gitCommit(root, 'second');
      git(root, 'tag', 'second');
      await push();
    }
    templates.set(key, folder);
    return folder;
  }

  for (const [name, { change, at = '.', bare = false, between, different }] of Object.entries({
    ...dataCases,
    ...pointerCases,
    ...objectCases,
  })) {
    it(name, async () => {
      const from = await template(at, bare);
      const folder = bench.folder('case');
      copyTree(from, folder);
      const root = join(folder, 'repo', at) as AbsPath;
      await change({ root, remote: join(folder, 'remote') as AbsPath, dvc: (...args) => bench.dvc(root, ...args) });

      const mine = new Map<Question, Shape>();
      await bench.ours(root, async (repo) => {
        const all = await status(repo, { unchanged: true, untracked: true, remote: true });
        assert.deepEqual(all.faults, []);
        mine.set('granular', statusShape(all));
        mine.set('folders', statusShape(await status(repo, { unchanged: true, granular: false })));
        if (!bare) mine.set('diff', diffShape(await diff(repo, 'HEAD', undefined)));
        if (between !== undefined) mine.set('between', diffShape(await diff(repo, ...between)));
      });

      const dataStatus = ['data', 'status', '--json', '--unchanged'];
      const commands: Readonly<Record<Question, readonly string[] | undefined>> = {
        granular: [...dataStatus, '--granular', '--untracked-files=all', '--not-in-remote'],
        folders: dataStatus,
        diff: bare ? undefined : ['diff', '--json', '--show-hash'],
        between: between === undefined ? undefined : ['diff', '--json', '--show-hash', ...between],
      };
      const answers: Partial<Record<Question, Shape>> = {};
      const expected: Partial<Record<Question, Shape>> = {};
      for (const [what, args] of Object.entries(commands) as [Question, readonly string[] | undefined][]) {
        if (args === undefined) continue;
        const theirs = dvcStatusShape(await bench.dvc(root, ...args));
        const made = different?.made ?? ((shape: Shape) => shape);
        answers[what] = made(mine.get(what), 'ours', what);
        expected[what] = made(theirs, 'dvc', what);
      }
      assert.deepEqual(answers, expected);
    });
  }

  for (const [name, { change, fault, taken }] of Object.entries(faultCases)) {
    it(`${name}: ${taken ?? 'an error of DVC'}, a fault of ours`, async () => {
      const folder = bench.folder('fault');
      copyTree(await template('.', false), folder);
      const root = join(folder, 'repo') as AbsPath;
      await change({ root, remote: join(folder, 'remote') as AbsPath, dvc: (...args) => bench.dvc(root, ...args) });
      writeFiles(root, { 'a.bin': 'changed' });
      const found = await bench.ours(root, (repo) => status(repo));
      assert.deepEqual(
        found.faults.map(({ pointer, conflict }) => ({ pointer, conflict })),
        [fault],
      );
      assert.ok(found.uncommitted.modified.some((c) => c.path === 'a.bin'));
      const { code } = await bench.tryDvc(root, 'add', 'a.bin');
      assert.equal(code !== 0, taken === undefined);
    });
  }
});

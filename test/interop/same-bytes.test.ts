import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath } from '../../src/base/paths.ts';
import { type InitOptions, initRepository } from '../../src/core/init.ts';
import { collectOuts } from '../../src/core/outs.ts';
import { assertSameLines, type Bench, git, gitInit, listing, openBench, writeFiles } from '../support/bench.ts';
import { requireDvc } from '../support/dvc.ts';
import { addScenarios } from './same-bytes/adds.ts';
import { editScenarios } from './same-bytes/edits.ts';
import { adding, type Difference, modeOfItsOwner } from './same-bytes/step.ts';

function gitStatus(root: string): string[] {
  return git(root, 'status', '--porcelain=v1', '-z').split('\0');
}

describe('what we write is what DVC writes, byte for byte', () => {
  let bench: Bench;
  before(function () {
    requireDvc.call(this);
    bench = openBench();
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
  });

  for (const [name, steps] of Object.entries({ ...addScenarios, ...editScenarios })) {
    it(name, async () => {
      const folder = bench.folder('twin');
      const [theirs, mine] = [join(folder, 'dvc', 'repo'), join(folder, 'ours', 'repo')] as [AbsPath, AbsPath];
      for (const root of [theirs, mine]) {
        mkdirSync(root, { recursive: true });
        gitInit(root);
      }
      await bench.dvc(theirs, 'init', '-q');
      await initRepository(mine);
      const differences: Difference[] = [modeOfItsOwner];
      for (const step of steps) {
        for (const root of [theirs, mine]) {
          if (typeof step.edit === 'function') step.edit(root);
          else writeFiles(root, step.edit ?? {});
        }
        for (const args of step.dvc) await bench.dvc(theirs, ...args.map((a) => a.replace('ROOT', theirs)));
        await bench.ours(mine, step.ours);
        assert.deepEqual(collectOuts({ root: mine }).faults, []);
        if (step.different !== undefined) differences.push(step.different);
        const shown = (root: string): string[] =>
          listing(root).map((line) => differences.reduce((l, d) => d.made?.(l) ?? l, line));
        const [actual, expected] = [shown(mine), shown(theirs)];
        const extra = (line: string): boolean => !actual.includes(line) && differences.some((d) => d.extra?.(line));
        assertSameLines(
          actual,
          expected.filter((line) => !extra(line)),
          step.what,
        );
        assertSameLines(gitStatus(mine), gitStatus(theirs), `git status after ${step.what}`);
      }
    });
  }

  const inits: Readonly<
    Record<
      string,
      { readonly at: string; readonly args: readonly string[]; readonly options: InitOptions; readonly git: boolean }
    >
  > = {
    'at the root of git': { at: '.', args: [], options: {}, git: true },
    'in a folder of git': { at: 'in/side', args: ['--subdir'], options: { subdir: true }, git: true },
    'without git': { at: '.', args: ['--no-scm'], options: { noScm: true }, git: false },
    'without git, in git': { at: '.', args: ['--no-scm'], options: { noScm: true }, git: true },
  };
  for (const [name, { at, args, options, git: inGit }] of Object.entries(inits)) {
    it(`init ${name}, and an add there`, async () => {
      const folder = bench.folder('init');
      const tops = [join(folder, 'dvc'), join(folder, 'ours')] as [AbsPath, AbsPath];
      for (const top of tops) {
        mkdirSync(join(top, at), { recursive: true });
        if (inGit) gitInit(top);
        writeFiles(join(top, at), { 'a.bin': 'a', 'd/1': '1' });
      }
      const [theirs, mine] = tops.map((top) => join(top, at)) as [AbsPath, AbsPath];
      await bench.dvc(theirs, 'init', '-q', ...args);
      await initRepository(mine, options);
      assertSameLines(listing(tops[1]), listing(tops[0]), 'init');
      await bench.dvc(theirs, 'add', 'a.bin', 'd');
      await bench.ours(mine, (repo) => adding(repo, ['a.bin', 'd']));
      assertSameLines(listing(tops[1]), listing(tops[0]), 'add');
      if (inGit) assertSameLines(gitStatus(tops[1]), gitStatus(tops[0]), 'git status');
    });
  }
});

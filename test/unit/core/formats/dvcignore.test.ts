import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoFolder, RepoPath } from '../../../../src/base/paths.ts';
import {
  createIgnore,
  type IgnoreRules,
  isIgnored,
  matching,
  withFile,
} from '../../../../src/core/formats/dvcignore.ts';

function rulesOf(files: Readonly<Record<string, string>>): IgnoreRules {
  return Object.entries(files).reduce(
    (rules, [folder, text]) => withFile(rules, folder as RepoFolder, text),
    createIgnore(),
  );
}

/** Paths of folders end with `/`. */
function ignored(rules: IgnoreRules, path: string): boolean {
  return isIgnored(rules, path.replace(/\/$/, '') as RepoPath, path.endsWith('/'));
}

describe('.dvcignore', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[], readonly string[]])[] =
    [
      [
        'nothing',
        {},
        ['.git', '.git/', 'a/.git/', '.hg/', '.dvc/', '.dvc/cache/x', 'a/.git/config'],
        ['a', '.hg', '.dvc', 'a.dvc', '.gitignore', '.dvcignore', 'x.git'],
      ],
      ['a pattern anywhere', { '': '*.log\n' }, ['a.log', 'd/a.log', 'd.log/x', '.dvc/x'], ['a.LOG', 'a.log.txt']],
      ['comments and spaces', { '': '# a\n\n   b  \n\\#c\n' }, ['b', '#c'], ['a', '# a', 'c']],
      ['CRLF', { '': 'a\r\nb\r\n' }, ['a', 'b'], ['c']],
      ['a folder only', { '': 'tmp/\n' }, ['tmp/', 'tmp/x', 'a/tmp/'], ['tmp', 'a/tmp']],
      ['an anchored one', { '': '/a\nb/c\n' }, ['a', 'a/x', 'b/c'], ['d/a', 'd/b/c']],
      ['one taken back', { '': '*.log\n!keep.log\n' }, ['a.log'], ['keep.log', 'd/keep.log']],
      ['one in an ignored folder', { '': 'd/\n!d/keep\n' }, ['d/keep'], []],
      [
        'a file of a folder',
        { d: '*.tmp\n/x\ny/z\n' },
        ['d/a.tmp', 'd/e/a.tmp', 'd/x', 'd/y/z'],
        ['a.tmp', 'x', 'd/e/x', 'd/e/y/z', 'dd/a.tmp'],
      ],
      [
        'a deeper file that takes back',
        { '': '*.csv\n', d: '!a.csv\n' },
        ['a.csv', 'd/b.csv'],
        ['d/a.csv', 'd/e/a.csv'],
      ],
      ['files added in the wrong order', { d: '!a.csv\n', '': '*.csv\n' }, ['a.csv'], ['d/a.csv']],
      ['a folder with odd characters', { 'a[1]*': 'x\n' }, ['a[1]*/x'], ['a1/x', 'a1b/x']],
      [
        'stars',
        { '': '**/logs\nfoo/**\na/**/b\n' },
        ['logs', 'x/logs', 'foo/x', 'foo/', 'a/b', 'a/x/y/b'],
        ['foo', 'a'],
      ],
      [
        "DVC's way with what is taken back",
        { '': '*.log\n!keep\n!/d/e\n' },
        ['a.log', 'x/a.log', 'y/d/e/a.log'],
        ['keep/a.log', 'x/keep/y/a.log', 'd/e/a.log'],
      ],
      [
        "DVC's way with all of a folder",
        { '': 'data/**\n!data/keep\n' },
        ['data/', 'data/keep', 'data/x/y'],
        ['data', 'x/data/y'],
      ],
      ['a guarded exclamation mark in a folder', { d: '\\!x\n' }, ['d/!x'], ['d/x']],
    ];
  for (const [name, files, yes, no] of cases) {
    it(`with ${name}`, () => {
      const rules = rulesOf(files);
      for (const path of yes) assert.equal(ignored(rules, path), true, path);
      for (const path of no) assert.equal(ignored(rules, path), false, path);
    });
  }

  it('says which rule it was', () => {
    const rules = rulesOf({ '': '# c\n*.log\n', d: 'x\n!y.log\n' });
    assert.deepEqual(matching(rules, 'a.log' as RepoPath, false), [{ file: '.dvcignore', line: 2, pattern: '*.log' }]);
    assert.deepEqual(matching(rules, 'd/x/deep' as RepoPath, false), [{ file: 'd/.dvcignore', line: 1, pattern: 'x' }]);
    assert.deepEqual(matching(rules, 'd/y.log' as RepoPath, false), []);
    assert.deepEqual(matching(createIgnore(), '.git' as RepoPath, true), [{ file: '', line: 0, pattern: '.git' }]);
  });

  it('replaces a file that is read again, and leaves the old value as it was', () => {
    const first = rulesOf({ '': 'a\n' });
    const second = withFile(first, '', 'b\n');
    assert.deepEqual([ignored(first, 'a'), ignored(second, 'a'), ignored(second, 'b')], [true, false, true]);
  });

  it('answers for 100,000 paths within a second', () => {
    const paths = Array.from({ length: 100_000 }, (_, i) => `data/part-${i % 100}/${i}.bin`);
    for (const rules of [createIgnore(), rulesOf({ '': '*.tmp\n/logs/\n', data: '*.bak\n' })]) {
      const start = performance.now();
      assert.equal(paths.filter((path) => ignored(rules, path)).length, 0);
      assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addEntry, gitignoreEntry, removeEntry } from '../../../../src/core/formats/gitignore.ts';
import { goldenJson } from './golden.ts';

describe('.gitignore', () => {
  const { cases, gitignore } = goldenJson<{ cases: readonly { name: string }[]; gitignore: readonly string[] }>(
    'names.json',
  );
  it('has the entries that DVC writes', () => {
    const names = cases.map(({ name }) => name).filter((name) => !name.includes('/') && !name.includes('\n'));
    assert.ok(names.length > 60);
    for (const name of names) assert.ok(gitignore.includes(gitignoreEntry(name)), name);
  });

  const added: readonly (readonly [string | undefined, string, string])[] = [
    [undefined, 'a', '/a\n'],
    ['', 'a', '/a\n'],
    ['x\n', 'a', 'x\n/a\n'],
    ['x', 'a', 'x\n/a\n'],
    ['/a\nx\n', 'a', '/a\nx\n'],
    ['/a', 'a', '/a'],
    ['/a\r\n', 'a', '/a\r\n'],
    ['/aa\n', 'a', '/aa\n/a\n'],
    ['x\n', '#[a]*', 'x\n/\\#\\[a\\]\\*\n'],
  ];
  for (const [before, name, after] of added)
    it(`${JSON.stringify(before)} + ${name}`, () => assert.equal(addEntry(before, name), after));

  const removed: readonly (readonly [string, string, string | undefined])[] = [
    ['/a\n', 'a', undefined],
    ['/a\n/a\n', 'a', undefined],
    ['/b\n/a\n', 'a', '/b\n'],
    ['\n/a\n', 'a', '\n'],
    [' /a \nx', 'a', 'x'],
    ['/b\r\n/a\r\n', 'a', '/b\r\n'],
    ['/ab\n', 'a', '/ab\n'],
    ['/x\n/\\#h\n', '#h', '/x\n'],
    ['a\n', 'a', 'a\n'],
  ];
  for (const [before, name, after] of removed)
    it(`${JSON.stringify(before)} − ${name}`, () => assert.equal(removeEntry(before, name), after));
});

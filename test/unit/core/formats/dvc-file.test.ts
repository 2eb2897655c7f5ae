import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import {
  hasConflictMarkers,
  newDvcFile,
  type OutUpdate,
  parseDvcFile,
  renameOut,
  setFrozen,
  stageChecksum,
  updateDvcFile,
} from '../../../../src/core/formats/dvc-file.ts';
import { md5 } from '../../../../src/core/objects/hash.ts';
import { golden, goldenJson } from './golden.ts';

const origin = { path: 'data.dvc' };
const hex = 'c4ca4238a0b923820dcc509a6f75849b';

/** What the out of a golden file records. */
function updateOf(name: string): { readonly path: string; readonly update: OutUpdate } {
  const [out] = parseDvcFile(golden(name), origin).outs;
  assert.ok(out?.hash);
  const { path, size, nfiles } = out;
  const text = out.hash.kind === 'tree' ? `${out.hash.hex}.dir` : out.hash.hex;
  return {
    path,
    update: { md5: text, ...(size === undefined ? {} : { size }), ...(nfiles === undefined ? {} : { nfiles }) },
  };
}

describe('.dvc files', () => {
  it('are read with all their fields', () => {
    assert.deepEqual(parseDvcFile(golden('flags-commit.dvc'), origin), {
      outs: [
        {
          path: 'f',
          hash: { name: 'md5', hex: '45c48cce2e2d7fbdea1afc51c7c6ad26', kind: 'file' },
          hashName: 'md5',
          size: 1,
          cache: true,
          push: false,
          persist: false,
          remote: 'other',
          desc: 'a: b',
          type: 'model',
          labels: ['x'],
          meta: { k: 1 },
        },
      ],
      deps: [],
      frozen: false,
      alwaysChanged: false,
    });
  });

  it('of imports have deps', () => {
    const file = parseDvcFile(golden('import.dvc'), origin);
    assert.equal(file.frozen, true);
    assert.equal(file.deps[0]?.path, 'source.txt');
    assert.equal(file.deps[0]?.isRepo, false);
    const text = 'deps:\n- path: d\n  repo:\n    url: ../r\n    rev: main\n    rev_lock: abc\nouts:\n- path: d\n';
    assert.deepEqual(parseDvcFile(text, origin).deps, [
      { path: 'd', isRepo: true, repo: { url: '../r', rev: 'main', revLock: 'abc' } },
    ]);
  });

  it('of DVC 2.x have the other hash name', () => {
    assert.equal(parseDvcFile(golden('legacy.dvc'), origin).outs[0]?.hash?.name, 'md5-dos2unix');
    assert.equal(parseDvcFile(golden('legacy-migrate.dvc'), origin).outs[0]?.hash?.name, 'md5');
  });

  it('may hold a hash of digits only, unquoted, or in upper case', () => {
    const digits = '01234567890123456789012345678901';
    assert.equal(parseDvcFile(`outs:\n- md5: ${digits}\n  path: x\n`, origin).outs[0]?.hash?.hex, digits);
    assert.equal(parseDvcFile(`outs:\n- md5: ${hex.toUpperCase()}\n  path: x\n`, origin).outs[0]?.hash?.hex, hex);
  });

  it('may be empty, or use aliases', () => {
    assert.deepEqual(parseDvcFile('', origin).outs, []);
    const shared = `meta: &m {a: 1}\nouts:\n- path: x\n  meta: *m\n- path: y\n  meta:\n    <<: *m\n    b: 2\n`;
    assert.deepEqual(
      parseDvcFile(shared, origin).outs.map((out) => out.meta),
      [{ a: 1 }, { a: 1, b: 2 }],
    );
  });

  const bad: readonly (readonly [string, string, number | undefined])[] = [
    ['broken YAML', 'outs:\n- path: [x\n', undefined],
    ['a list at the top', '- a\n', 1],
    ['a text at the top', 'hello\n', 1],
    ['outs that are no list', 'frozen: true\nouts: x\n', 2],
    ['an out without a path', 'outs:\n- md5: null\n', 2],
    ['an out that is a text', 'outs:\n- x\n', 2],
    ['a path that is a number', 'outs:\n- md5: \n  path: 1\n', 3],
    ['a path with a NUL', 'outs:\n- path: "a\\0b"\n', 2],
    ['a short hash', 'outs:\n- path: x\n  md5: abc\n', 3],
    ['a hash with a path in it', `outs:\n- path: x\n  md5: ../${hex}\n`, 3],
    ['a negative size', 'outs:\n- path: x\n  size: -1\n', 3],
    ['a size that is a text', 'outs:\n- path: x\n  size: big\n', 3],
    ['a flag that is a text', 'outs:\n- path: x\n  cache: nope\n', 3],
    ['labels that are no texts', 'outs:\n- path: x\n  labels:\n  - [1]\n', 4],
    ['a repo without a url', 'deps:\n- path: x\n  repo:\n    rev: a\nouts: []\n', 4],
    ['a repo that is a text', 'deps:\n- path: x\n  repo: x\nouts: []\n', 3],
    ['two documents', 'outs: []\n---\nouts: []\n', undefined],
    ['the same key twice', 'outs: []\nouts: []\n', 2],
    ['an alias inside of itself', 'outs: &a\n- *a\n', undefined],
    ['an alias to nothing', 'outs: *a\n', undefined],
  ];
  for (const [name, text, line] of bad) {
    it(`with ${name} are refused`, () => {
      assert.throws(
        () => parseDvcFile(text, { path: 'a/x.dvc', revision: 'HEAD~1' }),
        (error) => {
          assert.ok(isTracksError(error, 'bad-file'), String(error));
          assert.equal(error.path, 'a/x.dvc');
          assert.match(error.message, /^a\/x\.dvc.*HEAD~1/);
          if (line !== undefined) assert.equal(error.line, line);
          return true;
        },
      );
    });
  }

  it('nested without end are refused, not crashed on', () => {
    const deep = `outs: ${'['.repeat(200_000)}`;
    assert.throws(
      () => parseDvcFile(deep, origin),
      (error) => isTracksError(error, 'bad-file'),
    );
  });

  it('with aliases of aliases do not grow', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    assert.deepEqual(parseDvcFile(`a0: &a0 [x]\n${lines.join('\n')}\nouts: []\n`, origin).outs, []);
  });

  it('in conflict say so', () => {
    const text = `outs:\n<<<<<<< HEAD\n- md5: ${hex}\n=======\n- md5: ${hex}\n>>>>>>> other\n  path: x\n`;
    assert.equal(hasConflictMarkers(text), true);
    assert.equal(hasConflictMarkers(text.replaceAll('\n', '\r\n')), true);
    assert.equal(hasConflictMarkers(golden('hand.dvc')), false);
    assert.throws(
      () => parseDvcFile(text, origin),
      (error) => isTracksError(error, 'bad-file') && error.details['conflict'] === true && error.line === 2,
    );
  });
});

describe('new .dvc files', () => {
  for (const name of ['add-file.dvc', 'emptydir.dvc', 'p1.dvc']) {
    it(`are those of DVC: ${name}`, () => {
      const { path, update } = updateOf(name);
      assert.equal(newDvcFile({ path, ...update }), golden(name));
    });
  }

  it('hold annotations in the order of DVC', () => {
    const text = newDvcFile({
      path: 'f',
      md5: hex,
      size: 1,
      isexec: true,
      desc: 'a: b',
      type: 'model',
      labels: ['x'],
      meta: { k: [1] },
      remote: 'r',
      push: false,
    });
    assert.equal(
      text,
      `outs:\n- md5: ${hex}\n  size: 1\n  isexec: true\n  hash: md5\n  path: f\n  desc: 'a: b'\n  type: model\n  labels:\n  - x\n  meta:\n    k:\n    - 1\n  remote: r\n  push: false\n`,
    );
  });

  const { cases } = goldenJson<{ cases: readonly { name: string; dvc: string }[] }>('names.json');
  it('have 60 odd names to be compared with', () => assert.ok(cases.length >= 60));
  for (const [index, { name, dvc }] of cases.entries()) {
    it(`are those of DVC for the name ${JSON.stringify(name).slice(0, 60)}`, () => {
      const base = name.slice(name.lastIndexOf('/') + 1);
      const content = String(index);
      assert.equal(newDvcFile({ path: base, md5: md5(content), size: content.length }), dvc);
      assert.equal(parseDvcFile(dvc, origin).outs[0]?.path, base);
    });
  }

  it('are read as they were meant, whatever the name', () => {
    const name = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...' \'"#:-,[]{}!&*%@\\?|>`~=\n\t\u0085\u2028\ufeff\u00a0', '0x1', 'word', 'é', '😀'),
        fc.string({ unit: 'grapheme', maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(name, (path) => {
        fc.pre(path !== '' && !path.includes('\0'));
        const text = newDvcFile({ path, md5: hex });
        assert.equal(parseDvcFile(text, origin).outs[0]?.path, path);
        assert.equal(updateDvcFile(text, origin, path, { md5: hex }), text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('updates of .dvc files', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['add-meta.dvc', 'add-meta-readd.dvc'],
    ['p1.dvc', 'p2.dvc'],
    ['p2.dvc', 'p3.dvc'],
    ['p3.dvc', 'p4.dvc'],
    ['flags.dvc', 'flags-commit.dvc'],
    ['hand.dvc', 'hand-commit.dvc'],
    ['import.dvc', 'import-commit.dvc'],
    ['legacy.dvc', 'legacy-readd.dvc'],
  ];
  for (const [before, after] of pairs) {
    it(`are those of DVC: ${before} → ${after}`, () => {
      const { path, update } = updateOf(after);
      const options = before === 'hand.dvc' ? { hashName: 'md5' as const } : {};
      assert.equal(updateDvcFile(golden(before), origin, path, update, options), golden(after));
    });
  }

  it('migrate an out of DVC 2.x', () => {
    const { path, update } = updateOf('legacy-migrate.dvc');
    assert.equal(
      updateDvcFile(golden('legacy.dvc'), origin, path, update, { hashName: 'md5' }),
      golden('legacy-migrate.dvc'),
    );
  });

  it('record a new out below a working folder', () => {
    const { path, update } = updateOf('wdir.dvc');
    assert.equal(updateDvcFile('wdir: sub\nouts:\n- path: g\n', origin, path, update), golden('wdir.dvc'));
  });

  it('freeze and unfreeze', () => {
    assert.equal(setFrozen(golden('add-file.dvc'), origin, true), golden('frozen.dvc'));
    assert.equal(setFrozen(golden('frozen.dvc'), origin, false), golden('unfrozen.dvc'));
    assert.equal(setFrozen(golden('import-commit.dvc'), origin, false), golden('import-unfrozen.dvc'));
    assert.equal(setFrozen(golden('import-unfrozen.dvc'), origin, true), golden('import-refrozen.dvc'));
  });

  it('rename', () => {
    assert.equal(
      renameOut(golden('add-file.dvc'), origin, 'a.txt', '#b.txt'),
      golden('add-file.dvc').replace('a.txt', "'#b.txt'"),
    );
    const moved = renameOut(golden('import.dvc'), origin, 'imported.txt', 'other.txt');
    assert.notEqual(parseDvcFile(moved, origin).md5, parseDvcFile(golden('import.dvc'), origin).md5);
    assert.equal(parseDvcFile(moved, origin).md5, stageChecksum(moved, origin));
  });

  it('know the checksum of an import', () => {
    for (const name of ['import.dvc', 'import-commit.dvc']) {
      assert.equal(stageChecksum(golden(name), origin), parseDvcFile(golden(name), origin).md5);
    }
  });

  it('forget what a cloud knew of the old content', () => {
    const text = `outs:\n- hash: md5\n  path: d\n  files:\n  - relpath: 1\n    md5: ${hex}\n`;
    assert.equal(
      updateDvcFile(text, origin, 'd', { md5: `${hex}.dir`, nfiles: 1 }),
      `outs:\n- hash: md5\n  path: d\n  md5: ${hex}.dir\n  nfiles: 1\n`,
    );
  });

  it('change one of several outs', () => {
    const text = `outs:\n- md5: ${hex}\n  path: a\n- md5: ${hex} # b\n  path: b\n`;
    const other = hex.replace('c', 'd');
    assert.equal(
      updateDvcFile(text, origin, 'b', { md5: other }),
      `outs:\n- md5: ${hex}\n  path: a\n- md5: ${other} # b\n  path: b\n`,
    );
  });

  it('manage files without a last line end, with CRLF, with flow maps and with a head', () => {
    const end = '  size: 1\n  hash: md5\n';
    const cases: readonly (readonly [string, string])[] = [
      [`outs:\n- md5: ${hex}\n  path: a # end`, `outs:\n- md5: ${hex}\n  path: a # end\n${end}`],
      [`outs:\r\n- md5: ${hex} # c\r\n  path: a\r\n# end\r\n`, `outs:\n- md5: ${hex} # c\n  path: a\n# end\n${end}`],
      [`outs:\n- {md5: ${hex}, path: a} # c\n`, `outs:\n- {md5: ${hex}, path: a, size: 1, hash: md5} # c\n`],
      [`--- # x\nouts:\n- md5: ${hex}\n  path: a\n`, `# x\nouts:\n- md5: ${hex}\n  path: a\n${end}`],
    ];
    for (const [before, after] of cases)
      assert.equal(updateDvcFile(before, origin, 'a', { md5: hex, size: 1 }, { hashName: 'md5' }), after);
  });

  it('of an out that is not there fail', () => {
    assert.throws(
      () => updateDvcFile(golden('add-file.dvc'), origin, 'nope', {}),
      (error) => isTracksError(error, 'bad-file'),
    );
  });

  it('keep comments and keys they do not know', () => {
    const word = fc.stringMatching(/^[a-z]{3,12}$/);
    const line = fc.oneof(
      word.map((text) => `# ${text}`),
      fc.tuple(word, word).map(([key, value]) => `own_${key}: ${value}  # ${value} note`),
      fc.constant(''),
    );
    const lines = fc.uniqueArray(line, {
      maxLength: 6,
      selector: (each) => (each === '' ? Math.random().toString() : (each.split(':')[0] ?? '')),
    });
    fc.assert(
      fc.property(lines, lines, lines, fc.boolean(), (head, inner, tail, sized) => {
        const size = sized ? '  size: 3\n' : '';
        const own = (each: string): string => (each.startsWith('own_') ? `in_${each}` : each);
        const end = tail.map((each) => (each.startsWith('own_') ? `end_${each}` : each));
        const text = `${head.map((each) => `${each}\n`).join('')}outs:\n- md5: ${hex}\n${inner.map((each) => `  ${own(each)}\n`).join('')}${size}  hash: md5\n  path: x\n${end.map((each) => `${each}\n`).join('')}`;
        const other = md5(text);
        const result = updateDvcFile(text, origin, 'x', { md5: other, nfiles: 2 });
        const kept = (source: string): string[] => source.match(/#.*|own_\w+: \w+/g) ?? [];
        assert.deepEqual(kept(result), kept(text));
        assert.equal(parseDvcFile(result, origin).outs[0]?.hash?.hex, other);
        assert.equal(updateDvcFile(result, origin, 'x', { md5: other, nfiles: 2 }), result);
      }),
    );
  });
});

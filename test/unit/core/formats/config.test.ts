import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import {
  type ConfigDocument,
  formatConfig,
  getValue,
  keys,
  mergeConfig,
  parseConfig,
  removeSection,
  removeValue,
  renameSection,
  sections,
  setValue,
} from '../../../../src/core/formats/config.ts';
import { goldenJson } from './golden.ts';

const origin = { path: '.dvc/config' };

function parse(text: string): ConfigDocument {
  return parseConfig(text, origin);
}

const hand = `# our config

[core] # the core
    remote = Storage   # the default
    autostage=true

# the big one
[ 'remote "My Store"' ]
\turl = "s3://b/p,q"
    ; = odd
    list = a , "b, c",
['remote "z"']
[section]
  [[nested]]
    k = 'v'
# end
`;

describe('config', () => {
  it('is read', () => {
    const doc = parse(hand);
    assert.deepEqual(sections(doc), ['core', 'remote "my store"', 'remote "z"', 'section', 'section.nested']);
    assert.equal(getValue(doc, 'core', 'REMOTE'), 'Storage');
    assert.equal(getValue(doc, 'remote "My Store"', 'url'), 's3://b/p,q');
    assert.equal(getValue(doc, 'remote "my store"', 'list'), 'a,b, c');
    assert.equal(getValue(doc, 'section.nested', 'k'), 'v');
    assert.equal(getValue(doc, 'core', 'nope'), undefined);
    assert.deepEqual(keys(doc, 'core'), ['remote', 'autostage']);
  });

  it('comes back byte for byte', () => {
    for (const text of [hand, '', '\n', '\ufeff[core]\r\n    a = 1\r\n', `k = """a\n b""" # c\n`])
      assert.equal(formatConfig(parse(text)), text);
  });

  const values: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['"quoted # , "  # comment', 'quoted # , '],
    ["'it\"s'", 'it"s'],
    ['http://x/#frag', 'http://x/'],
    ['a, b', 'a,b'],
    ['a,', 'a'],
    [',', ''],
    ['', ''],
    ['"a", \'b\', c # d', 'a,b,c'],
    ["'''a'b\"c'''", 'a\'b"c'],
    ['"""two\nlines"""', 'two\nlines'],
    ['a = b', 'a = b'],
    ['%(other)s/x', 'o/x'],
    ['50%', '50%'],
  ];
  for (const [written, value] of values) {
    it(`reads the value ${JSON.stringify(written)}`, () =>
      assert.equal(getValue(parse(`[s]\nother = o\nk = ${written}\n`), 's', 'k'), value));
  }

  const bad: readonly (readonly [string, number])[] = [
    ['[core\n', 1],
    ['[core]\nhello\n', 2],
    ['[core]\n\n= x\n', 3],
    ['[core]\nk = "open\n', 2],
    ['[core]\nk = a,,b\n', 2],
    ['[core]\nk = """open\n', 2],
    ['[core]\nk = 1\nk = 2\n', 3],
    ['[core]\n[core]\n', 2],
    ['[[core]]\n', 1],
    ['[core]]\n', 1],
    ['<<<<<<< HEAD\n', 1],
  ];
  for (const [text, line] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parse(text),
        (error) => isTracksError(error, 'bad-file') && error.line === line && error.path === '.dvc/config',
      );
    });
  }

  it('is written as DVC writes it, command by command', () => {
    let doc = parse('');
    for (const { args, text } of goldenJson<readonly { args: readonly string[]; text: string }[]>('config.json')) {
      doc = apply(doc, args);
      assert.equal(formatConfig(doc), text, args.join(' '));
      assert.equal(formatConfig(parse(text)), text);
    }
  });

  it('keeps comments and the other lines on a change', () => {
    const changed = setValue(setValue(parse(hand), 'core', 'remote', 'a b,'), 'core', 'Check_Update', 'false');
    assert.equal(
      formatConfig(changed),
      hand
        .replace('    remote = Storage   # the default', '    remote = "a b," # the default')
        .replace('autostage=true\n', 'autostage=true\n    check_update = false\n'),
    );
    assert.equal(
      formatConfig(removeValue(parse(hand), 'core', 'remote')),
      hand.replace('    remote = Storage   # the default\n', ''),
    );
    const without = formatConfig(removeSection(parse(hand), 'remote "my store"'));
    assert.ok(without.includes('# the big one\n[\'remote "z"\']'));
    assert.equal(
      formatConfig(setValue(parse(hand), 'cache', 'type', 'copy')),
      hand.replace('autostage=true\n', 'autostage=true\n[cache]\n    type = copy\n'),
    );
  });

  it('keeps the line ends', () => {
    assert.equal(
      formatConfig(setValue(parse('[core]\r\n    a = 1\r\n'), 'core', 'b', '2')),
      '[core]\r\n    a = 1\r\n    b = 2\r\n',
    );
  });

  it('says no to what it cannot write', () => {
    for (const [section, value] of [
      ['core', `'''"""`],
      [`remote "a'b"`, 'x'],
      ['remote "a\nb"', 'x'],
    ] as const) {
      assert.throws(
        () => setValue(parse(''), section, 'k', value),
        (error) => isTracksError(error, 'bad-argument'),
      );
    }
  });

  it('gives back what was set', () => {
    const value = fc.string({ unit: fc.constantFrom(...'ab ,#=[]\'"\\%é\n\t'), maxLength: 12 });
    fc.assert(
      fc.property(value, fc.constantFrom('core', 'remote "x"', 'cache'), (text, section) => {
        fc.pre(!/'''|"""/.test(text) && !(/['"]$/.test(text) && /'.*"|".*'|\n/s.test(text)) && !text.includes('\r'));
        const doc = setValue(parse(hand), section, 'some_key', text);
        assert.equal(getValue(parse(formatConfig(doc)), section, 'some_key'), text);
        assert.equal(
          formatConfig(removeValue(setValue(parse(hand), 'core', 'some_key', text), 'core', 'some_key')),
          hand,
        );
      }),
    );
  });

  it('merges levels, the last one wins', () => {
    const view = mergeConfig([
      parse('[core]\nremote = a\nanalytics = false\n'),
      parse('[core]\nremote = b\n[\'remote "b"\']\nurl = x\n'),
      parse('[\'remote "b"\']\nuser = u\n'),
    ]);
    assert.equal(view.get('core', 'remote'), 'b');
    assert.equal(view.get('core', 'analytics'), 'false');
    assert.equal(view.get('core', 'nope'), undefined);
    assert.deepEqual(view.sections(), ['core', 'remote "b"']);
    assert.deepEqual(
      [view.origin('core', 'remote'), view.origin('remote "B"', 'user'), view.origin('core', 'nope')],
      [1, 2, undefined],
    );
  });
});

/** What a `dvc config` or `dvc remote` command does to the file. */
function apply(doc: ConfigDocument, [command = '', ...args]: readonly string[]): ConfigDocument {
  const words = args.filter((word) => !word.startsWith('-'));
  const remote = (name = ''): string => `remote "${name}"`;
  const [first = '', second = '', third = '', fourth = ''] = words;
  const unset = args.includes('-u') || args.includes('--unset');
  if (command === 'config') {
    const [section = '', key = ''] = first.split('.');
    return unset ? removeValue(doc, section, key) : setValue(doc, section, key, second);
  }
  switch (first) {
    case 'add': {
      const added = setValue(doc, remote(second), 'url', third);
      return args.includes('-d') ? setValue(added, 'core', 'remote', second.toLowerCase()) : added;
    }
    case 'modify':
      return unset ? removeValue(doc, remote(second), third) : setValue(doc, remote(second), third, fourth);
    case 'rename': {
      const renamed = renameSection(doc, remote(second), remote(third));
      return getValue(doc, 'core', 'remote') === second ? setValue(renamed, 'core', 'remote', third) : renamed;
    }
    default:
      return removeSection(doc, remote(second));
  }
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { splitCommand } from '../../../src/cli/command.ts';
import { helpText } from '../../../src/cli/help.ts';
import { checkWords, parseWords } from '../../../src/cli/parse.ts';
import { allVerbs, findVerb } from '../../../src/cli/table/verbs.ts';
import { removeFolders, temporaryFolder } from '../../support/core.ts';
import { tracks } from './sandbox.ts';

after(removeFolders);

describe('tracks: verbs and their help', () => {
  for (const spec of allVerbs) {
    it(`${spec.name}: has a module, an example, and exit codes in its help`, async () => {
      assert.equal(typeof (await spec.load()).run, 'function');
      const text = helpText({ kind: 'help', spec }, '1.0.0');
      assert.match(text, new RegExp(`Usage: tracks ${spec.name}`));
      assert.match(text, new RegExp(`Examples:\\n {2}.*tracks ${spec.name.split(' ')[0]}`));
      assert.match(text, /Exit codes:\n {2}0 +done\n/);
      assert.match(text, /--json/);
      for (const name of Object.keys(spec.options)) assert.match(text, new RegExp(`--${name}`));
      for (const example of spec.examples) {
        const words = /tracks (.*?)(?: [|&]|$)/.exec(example.command.split('&& ').at(-1) ?? '')?.[1]?.split(' ') ?? [];
        const command = splitCommand(words.map((w) => w.replaceAll("'", '')));
        assert.equal(command.kind, 'verb', example.command);
        if (command.kind === 'verb') checkWords(command.spec, parseWords(command.spec, command.words));
      }
    });
  }

  it('no two verbs or aliases share a name, and no two options of a verb a letter', () => {
    const names = allVerbs.flatMap((v) => [v.name, ...(v.aliases ?? [])]);
    assert.equal(new Set(names).size, names.length);
    for (const spec of allVerbs) {
      const letters = ['q', 'v', 'h', ...Object.values(spec.options).flatMap((o) => o.short ?? [])];
      assert.equal(new Set(letters).size, letters.length, spec.name);
    }
  });

  it('all verbs are in the top help', () => {
    const text = helpText({ kind: 'help' }, '1.0.0');
    for (const { name } of allVerbs) assert.ok(text.includes(`  ${name} `), name);
  });

  const same: readonly (readonly [string, string])[] = [
    ['list', 'ls'],
    ['data status', 'status'],
    ['mv', 'move'],
    ['rm', 'remove'],
  ];
  for (const [alias, name] of same)
    it(`${alias} is ${name}`, () => assert.equal(findVerb(alias.split(' '))?.spec.name, name));
});

describe('tracks: words to values', () => {
  const parse = (line: string): ReturnType<typeof parseWords> => {
    const command = splitCommand(line.split(' '));
    assert.ok(command.kind === 'verb');
    return parseWords(command.spec, command.words);
  };

  it('options before the verb are those after it', () => {
    const input = parse('-q --cd some status x');
    assert.equal(input.text('cd'), 'some');
    assert.equal(input.flag('quiet'), true);
    assert.deepEqual(input.positionals, ['x']);
  });

  it('--targets takes all words up to the next option, as for DVC', () => {
    const input = parse('diff HEAD~1 --targets a b --json');
    assert.deepEqual(input.list('targets'), ['a', 'b']);
    assert.deepEqual(input.positionals, ['HEAD~1']);
    assert.equal(input.flag('json'), true);
  });

  it('--untracked-files needs no value', () => {
    assert.equal(parse('status --untracked-files data').text('untracked-files'), 'all');
    assert.deepEqual(parse('status --untracked-files data').positionals, ['data']);
    assert.equal(parse('status --untracked-files no').text('untracked-files'), 'no');
    assert.equal(parse('status --untracked-files=all').text('untracked-files'), 'all');
  });

  it('what comes after -- is no option', () => {
    assert.deepEqual(parse('add -- --glob -h').positionals, ['--glob', '-h']);
  });
});

describe('tracks: wrong usage ends with 2', () => {
  const cases: readonly (readonly [args: string, message: RegExp])[] = [
    ['statsu', /There is no verb "statsu"\.\n {2}Did you mean tracks status\?/],
    ['remote', /needs a verb: add, list/],
    ['remote bla', /There is no verb "remote bla"/],
    ['add', /tracks add needs PATH\.\nusage: tracks add PATH…/],
    ['add --gloob x', /no option --gloob\.\n {2}Did you mean --glob\?/],
    ['versions x -n many', /--number takes a whole number/],
    ['versions', /needs PATH/],
    ['move a', /needs TO/],
    ['init here', /one word too many/],
    ['ls --rev', /--rev.* needs a value/],
    ['push --force=1', /no option --force/],
    ['status --unchanged=1', /takes no value/],
    ['status --untracked-files=some', /takes all or no/],
    ['remote add --local --global n u', /cannot be used together/],
    ['--cd nowhere status', /no folder nowhere/],
    ['config', /needs NAME, or --list/],
    ['remote modify store url', /needs VALUE, or --unset/],
    ['gc', /Say what is to be kept/],
    ['init --subdir --no-scm', /cannot be used together/],
    ['push -j 0', /from 1 on/],
  ];
  let root: string;
  before(async () => {
    root = temporaryFolder('tracks-cli-');
    assert.equal((await tracks(root, ['init', '--no-scm'])).code, 0);
    assert.equal((await tracks(root, ['remote', 'add', 'store', 'there'])).code, 0);
  });
  for (const [args, message] of cases) {
    it(`tracks ${args}`, async () => {
      const { code, stdout, stderr } = await tracks(root, args.split(' '));
      assert.match(stderr, message);
      assert.match(stderr, /^tracks: [^\n]*\n/);
      assert.match(stderr, /usage: tracks /);
      assert.doesNotMatch(stderr, / at .*:\d+:\d+/);
      assert.equal(stdout, '');
      assert.equal(code, 2);
    });
  }

  it('--version, version, help and no word at all end with 0', async () => {
    const version = await tracks(root, ['--version']);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal((await tracks(root, ['version'])).stdout.startsWith(`tracks ${version.stdout.trim()} `), true);
    assert.match((await tracks(root, [])).stdout, /^tracks .*\n\nUsage: tracks VERB/);
    assert.match((await tracks(root, ['help', 'push'])).stdout, /Usage: tracks push/);
    assert.match((await tracks(root, ['push', '-h'])).stdout, /Usage: tracks push/);
    assert.match((await tracks(root, ['remote', '--help'])).stdout, /remote add/);
  });
});

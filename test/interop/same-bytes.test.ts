import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath, RepoPath } from '../../src/base/paths.ts';
import { type AddOptions, add } from '../../src/core/add.ts';
import { checkout } from '../../src/core/checkout.ts';
import { commit } from '../../src/core/commit.ts';
import { setConfig } from '../../src/core/config.ts';
import { type InitOptions, initRepository } from '../../src/core/init.ts';
import { move } from '../../src/core/move.ts';
import { addRemote, modifyRemote, removeRemote, setDefaultRemote } from '../../src/core/remote.ts';
import { remove } from '../../src/core/remove.ts';
import type { Repository } from '../../src/core/repository.ts';
import { unprotect } from '../../src/core/unprotect.ts';
import {
  assertSameLines,
  type Bench,
  type Files,
  git,
  gitInit,
  listing,
  openBench,
  removePath,
  writeFiles,
} from '../support/bench.ts';
import { requireDvc } from '../support/dvc.ts';

/** The same step on both sides: first the same edit, then DVC's command here and our verb there. */
interface Step {
  readonly what: string;
  readonly edit?: Files | ((root: string) => void);
  readonly dvc: readonly (readonly string[])[];
  readonly ours: (repo: Repository) => unknown;
  readonly different?: Difference;
}

/** Where we differ on purpose, from this step on. */
interface Difference {
  readonly why: string;
  /** Makes both sides' lines the same. */
  readonly made?: (line: string) => string;
  /** True for the lines that DVC may have beyond ours. */
  readonly extra?: (line: string) => boolean;
}

const treesOfParts: Difference = {
  why: 'DVC keeps a tree object of the added subfolder itself, which nothing refers to',
  extra: (line) => /files\/md5\/..("|\/[0-9a-f]{30}\.dir")/.test(line),
};

const modeOfItsOwner = {
  why: 'DVC makes an executable file 744 (it writes it anew from its cache); ours leaves the mode to whoever gave it',
  made: (line: string): string => line.replace(/^file 7[45][45] (×\d+ "(?!\.dvc\/))/, 'file 7** $1'),
};

async function adding(repo: Repository, paths: readonly string[], options?: AddOptions): Promise<void> {
  const { failed } = await add(repo, paths, options);
  if (failed[0] !== undefined) throw failed[0].error;
}

const p = (path: string): RepoPath => path as RepoPath;

/** DVC's pointer of this file, with text of a user put around it. */
function dress(root: string, pointer: string, edit: (text: string) => string): void {
  const file = join(root, pointer);
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

function gitStatus(root: string): string[] {
  return git(root, 'status', '--porcelain=v1', '-z').split('\0');
}

const plainFiles: Files = {
  'a.bin': 'a',
  'empty.bin': '',
  'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  'd/1': '1',
  'd/sub/2': '2',
  'd/sub/deep/er/3': '3',
  'd/same': '1',
  'd/empty': '',
  'd/run.sh': { text: '#!/bin/sh\necho\n', mode: 0o755 },
  'd/crlf.txt': 'a\r\nb\r\n',
  'hollow/inner': null,
  'data/raw/x.csv': 'a,b\n1,2\n',
  'data/raw/y.csv': 'a,b\n3,4\n',
  'data/raw/z.txt': 'z',
};

const awkwardNames: readonly string[] = [
  'yes',
  'null',
  '123',
  '1e3',
  '0x1F',
  '~',
  '- a',
  'a: b',
  'a #b',
  ' lead',
  'trail ',
  "it's",
  'q"q',
  'tab\tx',
  'é ü.bin',
  '😀.bin',
  '\uff01.bin',
  '%pct',
  '@at',
  '&amp',
  '*star',
  '?q',
  '|p',
  '>gt',
  '{b}',
  '[l]',
  'a,b',
  '2020-01-01',
  'true.bin',
  '=',
  '-',
  'a:b',
  ':c',
  'key:',
  'x'.repeat(120),
  `${'word '.repeat(30)}end`,
  `dir with spaces/${'word '.repeat(16)}f.bin`,
  'café.bin',
  'cafe\u0301.bin',
  '\u200b.bin',
  'back\\slash',
  '12:30:45',
  '1_000',
  'o',
  'n',
  'on',
  'Off',
  '<<',
  'a\u2028b',
  '\ue000pua',
  '#hash',
  '!bang',
  '--force',
  '-x',
  '.hidden',
  'in/#hash',
  'in/!bang',
  'in/a b',
  'in/[x]*?',
  '\x01ctl',
];

const inFolder: Files = Object.fromEntries(awkwardNames.map((name, i) => [`d/${name}`, `${i}`]));

const scenarios: Readonly<Record<string, readonly Step[]>> = {
  'files and folders': [
    {
      what: 'add: several targets, empty file, empty folder, nested folder, exec bit',
      edit: plainFiles,
      dvc: [['add', 'a.bin', 'empty.bin', 'run.sh', 'd', 'hollow']],
      ours: (repo) => adding(repo, ['a.bin', 'empty.bin', 'run.sh', 'd', 'hollow']),
    },
    {
      what: 'add: a file in a subfolder, then its neighbour',
      dvc: [
        ['add', 'data/raw/x.csv'],
        ['add', 'data/raw/y.csv'],
      ],
      ours: async (repo) => {
        await adding(repo, ['data/raw/x.csv']);
        await adding(repo, ['data/raw/y.csv']);
      },
    },
    {
      what: 'add again with nothing changed',
      dvc: [['add', 'a.bin', 'd', 'data/raw/x.csv']],
      ours: (repo) => adding(repo, ['a.bin', 'd', 'data/raw/x.csv']),
    },
    {
      what: 'add again with changes, by pointer name too',
      edit: (root) => {
        writeFiles(root, { 'a.bin': 'other', 'd/4': '4', 'd/sub/2': '22', 'run.sh': 'x' });
        removePath(root, 'd/sub/deep');
        chmodSync(join(root, 'run.sh'), 0o644);
        chmodSync(join(root, 'empty.bin'), 0o755);
      },
      dvc: [['add', 'a.bin', 'd', 'run.sh', 'empty.bin']],
      ours: (repo) => adding(repo, ['a.bin.dvc', 'd', 'run.sh', 'empty.bin']),
    },
    {
      what: 'add a file in place of a folder, and a folder in place of a file',
      edit: (root) => {
        removePath(root, 'd', 'a.bin');
        writeFiles(root, { d: 'file now', 'a.bin/x': 'folder now' });
      },
      dvc: [['add', 'a.bin', 'd']],
      ours: (repo) => adding(repo, ['a.bin', 'd']),
    },
  ],
  'awkward names': [
    {
      what: 'add of files',
      edit: Object.fromEntries(awkwardNames.map((name, i) => [name, `${i}`])),
      dvc: [['add', '--', ...awkwardNames]],
      ours: (repo) => adding(repo, awkwardNames),
    },
  ],
  'awkward names in a folder': [
    {
      what: 'add of the folder',
      edit: inFolder,
      dvc: [['add', 'd']],
      ours: (repo) => adding(repo, ['d']),
    },
    {
      what: 'add of some of it',
      edit: { 'd/#hash': 'other', 'd/dir with spaces/new': 'n' },
      different: treesOfParts,
      dvc: [['add', '--', 'd/#hash', 'd/dir with spaces']],
      ours: (repo) => adding(repo, ['d/#hash', 'd/dir with spaces']),
    },
  ],
  'a glob': [
    {
      what: 'add --glob',
      edit: plainFiles,
      different: {
        why: 'DVC takes the matches in the order of the folder, which is that of the file system; ours are sorted',
        made: (line) => (line.includes('.gitignore') ? line.replace(/\S*csv\S*/g, 'csv') : line),
      },
      dvc: [['add', '--glob', 'data/**/*.csv', '*.bin']],
      ours: (repo) => adding(repo, ['data/**/*.csv', '*.bin'], { glob: true }),
    },
  ],
  'what a user wrote into pointers': [
    {
      what: 'add',
      edit: { ...plainFiles, 'flags.bin': 'f', 'meta.bin': 'm', 'sub/w.bin': 'w' },
      dvc: [['add', 'a.bin', 'd', 'flags.bin', 'meta.bin']],
      ours: (repo) => adding(repo, ['a.bin', 'd', 'flags.bin', 'meta.bin']),
    },
    {
      what: 'comments, meta, desc, labels, flags and unknown order survive a changed add',
      edit: (root) => {
        dress(root, 'a.bin.dvc', (t) => `# top\n${t.replace('outs:', 'outs: # of mine')}# bottom\n`);
        dress(
          root,
          'd.dvc',
          (t) =>
            `${t}  desc: "a: b"\n  type: dataset\n  labels:\n    - x\n    - 'y z'\nmeta:\n  k: 1\n  deep: {a: [1, 2]}\n`,
        );
        dress(
          root,
          'flags.bin.dvc',
          (t) => `${t}  push: false\n  remote: other\n  persist: true\n  meta:\n    k: 1 # why\n`,
        );
        dress(root, 'meta.bin.dvc', (t) => `desc: of the stage\nmeta:\n  owner: me\n${t}`);
        writeFiles(root, { 'a.bin': 'A', 'd/9': '9', 'flags.bin': 'F', 'meta.bin': 'M' });
      },
      dvc: [['add', 'a.bin', 'd', 'flags.bin', 'meta.bin']],
      ours: (repo) => adding(repo, ['a.bin', 'd', 'flags.bin', 'meta.bin']),
    },
    {
      what: 'a commit of the same, a wdir, an out that is not cached, an out without a hash',
      edit: (root) => {
        writeFiles(root, {
          'a.bin': 'AA',
          'd/9': '99',
          'w.dvc': 'wdir: sub\nouts:\n- path: w.bin\n',
          'git.bin': 'stays in git',
          'git.bin.dvc': 'outs:\n- path: git.bin\n  cache: false\n',
        });
      },
      dvc: [['commit', '-f', 'a.bin', 'd', 'w.dvc', 'git.bin']],
      ours: (repo) => commit(repo, { targets: [p('a.bin'), p('d'), p('w.dvc'), p('git.bin')] }),
    },
  ],
  'some paths of a folder': [
    {
      what: 'add',
      edit: { 'p/1': '1', 'p/2': '2', 'p/in/3': '3', 'p/in/4': '4' },
      dvc: [['add', 'p']],
      ours: (repo) => adding(repo, ['p']),
    },
    {
      what: 'add of one changed file, another stays as it was',
      edit: { 'p/1': '11', 'p/2': '22' },
      dvc: [['add', 'p/2']],
      ours: (repo) => adding(repo, ['p/2']),
    },
    {
      what: 'add of a new file and of a subfolder',
      edit: { 'p/new': 'n', 'p/in/5': '5', 'p/in/3': '33' },
      different: treesOfParts,
      dvc: [['add', 'p/new', 'p/in']],
      ours: (repo) => adding(repo, ['p/new', 'p/in']),
    },
    {
      // DVC's own commit of one path writes a pointer that names the whole folder's present files, and stores this one alone.
      what: 'our commit of one path, which is an add of it',
      edit: { 'p/1': '111', 'p/in/4': '44' },
      dvc: [['add', 'p/in/4']],
      ours: (repo) => commit(repo, { targets: [p('p/in/4')] }),
    },
    {
      what: 'commit of everything',
      edit: (root) => removePath(root, 'p/in/3'),
      dvc: [['commit', '-f']],
      ours: (repo) => commit(repo),
    },
  ],
  'move and remove': [
    {
      what: 'add',
      edit: { ...plainFiles, 'other/keep': 'k' },
      dvc: [['add', 'a.bin', 'd', 'data/raw/x.csv', 'data/raw/y.csv', 'empty.bin', 'run.sh']],
      ours: (repo) => adding(repo, ['a.bin', 'd', 'data/raw/x.csv', 'data/raw/y.csv', 'empty.bin', 'run.sh']),
    },
    {
      what: 'move to another name',
      dvc: [['move', 'a.bin', 'b bin.bin']],
      ours: (repo) => move(repo, p('a.bin'), p('b bin.bin')),
    },
    {
      what: 'move into a folder that is there',
      dvc: [['move', 'data/raw/x.csv', 'other']],
      ours: (repo) => move(repo, p('data/raw/x.csv'), p('other')),
    },
    {
      what: 'move of a folder',
      dvc: [['move', 'd', 'other/e']],
      ours: (repo) => move(repo, p('d'), p('other/e')),
    },
    {
      what: 'move of a pointer with comments',
      different: { why: 'DVC drops them', made: (line) => line.replace('# mine\\n', '') },
      edit: (root) => dress(root, 'run.sh.dvc', (t) => `# mine\n${t}  desc: d\n`),
      dvc: [['move', 'run.sh', 'run2.sh']],
      ours: (repo) => move(repo, p('run.sh.dvc'), p('run2.sh')),
    },
    {
      what: 'remove, one of a folder and all of another',
      different: {
        why: 'DVC takes the exec bit of data that it stops tracking; ours leaves the mode',
        made: (line) => line.replace(/^file \S+ (.*run2?\.sh")/, 'file $1'),
      },
      dvc: [['remove', 'data/raw/y.csv.dvc', 'other/e.dvc']],
      ours: (repo) => remove(repo, [p('data/raw/y.csv.dvc'), p('other/e.dvc')]),
    },
    {
      what: 'remove of the rest',
      dvc: [['remove', 'empty.bin.dvc', 'run2.sh.dvc', 'other/x.csv.dvc', 'b bin.bin.dvc']],
      ours: (repo) => remove(repo, [p('empty.bin.dvc'), p('run2.sh.dvc'), p('other/x.csv.dvc'), p('b bin.bin.dvc')]),
    },
  ],
  'what git ignores': [
    {
      what: 'add beside and below entries of the user',
      edit: {
        '.gitignore': '*.tmp\n/kept', // no newline at its end
        'one.tmp': '1',
        kept: 'k',
        'two.bin': '2',
        'sub/.gitignore': '# mine\n\n',
        'sub/three.bin': '3',
      },
      dvc: [['add', 'two.bin', 'sub/three.bin', 'one.tmp', 'kept']],
      ours: (repo) => adding(repo, ['two.bin', 'sub/three.bin', 'one.tmp', 'kept']),
    },
    {
      what: 'remove',
      dvc: [['remove', 'two.bin.dvc', 'kept.dvc']],
      ours: (repo) => remove(repo, [p('two.bin.dvc'), p('kept.dvc')]),
    },
  ],
  'ignored data': [
    {
      what: 'add with .dvcignore files at the root and inside',
      edit: {
        '.dvcignore': '*.log\n/d/skip\n!d/keep.log\n',
        'd/1': '1',
        'd/x.log': 'l',
        'd/keep.log': 'l',
        'd/skip/2': '2',
        'd/in/3': '3',
        'd/in/4.tmp': '4',
        'e/.dvcignore': '/in/*.tmp\n',
        'e/in/3': '3',
        'e/in/4.tmp': '4',
        'd/.hidden': 'h',
      },
      dvc: [['add', 'd', 'e/in']],
      ours: (repo) => adding(repo, ['d', 'e/in']),
    },
  ],
  'remotes and config': [
    {
      what: 'remote add, default and local',
      edit: { 'store/x': 'x' },
      dvc: [
        ['remote', 'add', '-d', 'origin', 'ROOT/store'],
        ['remote', 'add', 'rel', '../elsewhere'],
        ['remote', 'add', 'below', 'store'],
        ['remote', 'add', '--local', 'mine', 'store/mine'],
        ['remote', 'add', 'my.store', 's3://bucket/path'],
        ['remote', 'modify', 'my.store', 'endpointurl', 'http://localhost:9000'],
        ['remote', 'modify', '--local', 'my.store', 'access_key_id', 'k'],
        ['remote', 'default', '--local', 'mine'],
      ],
      ours: (repo) => {
        addRemote(repo, 'origin', `${repo.root}/store`, { default: true });
        addRemote(repo, 'rel', '../elsewhere');
        addRemote(repo, 'below', 'store');
        addRemote(repo, 'mine', 'store/mine', { level: 'local' });
        addRemote(repo, 'my.store', 's3://bucket/path');
        modifyRemote(repo, 'my.store', 'endpointurl', 'http://localhost:9000');
        modifyRemote(repo, 'my.store', 'access_key_id', 'k', { level: 'local' });
        setDefaultRemote(repo, 'mine', { level: 'local' });
      },
    },
    {
      what: 'config',
      dvc: [
        ['config', 'cache.type', 'hardlink,symlink'],
        ['config', 'core.autostage', 'true'],
        ['config', 'core.check_update', 'false'],
        ['config', '--unset', 'core.check_update'],
        ['config', '--local', 'cache.dir', 'ROOT/shared cache'],
      ],
      ours: (repo) => {
        setConfig(repo, 'cache.type', 'hardlink,symlink');
        setConfig(repo, 'core.autostage', 'true');
        setConfig(repo, 'core.check_update', 'false');
        setConfig(repo, 'core.check_update', undefined);
        setConfig(repo, 'cache.dir', `${repo.root}/shared cache`, 'local');
      },
    },
    {
      what: 'remote remove',
      dvc: [
        ['remote', 'remove', 'rel'],
        ['remote', 'remove', 'origin'],
        ['remote', 'remove', '--local', 'mine'],
      ],
      ours: (repo) => {
        removeRemote(repo, 'rel');
        removeRemote(repo, 'origin');
        removeRemote(repo, 'mine', { level: 'local' });
      },
    },
  ],
  'core.autostage': [
    {
      what: 'add and move leave the same index in git',
      edit: { 'a.bin': 'a', 'b.bin': 'b', 'd/1': '1' },
      dvc: [
        ['config', 'core.autostage', 'true'],
        ['add', 'a.bin', 'b.bin', 'd'],
        ['move', 'a.bin', 'c.bin'],
      ],
      ours: async (repo) => {
        setConfig(repo, 'core.autostage', 'true');
        await adding(repo, ['a.bin', 'b.bin', 'd']);
        await move(repo, p('a.bin'), p('c.bin'));
      },
    },
  ],
  ...Object.fromEntries(
    (['hardlink', 'symlink', 'copy', 'reflink,copy', 'symlink,hardlink'] as const).map(
      (type): [string, readonly Step[]] => [
        `cache.type ${type}`,
        [
          {
            what: 'add',
            edit: plainFiles,
            dvc: [
              ['config', 'cache.type', type],
              ['add', 'a.bin', 'empty.bin', 'run.sh', 'd'],
            ],
            ours: async (repo) => {
              setConfig(repo, 'cache.type', type);
              await adding(repo, ['a.bin', 'empty.bin', 'run.sh', 'd']);
            },
          },
          {
            what: 'checkout of what was deleted',
            edit: (root) => removePath(root, 'a.bin', 'empty.bin', 'run.sh', 'd'),
            dvc: [['checkout']],
            ours: (repo) => checkout(repo),
          },
          {
            what: 'unprotect',
            dvc: [['unprotect', 'a.bin', 'd']],
            ours: (repo) => unprotect(repo, [p('a.bin'), p('d')]),
          },
          {
            what: 'changed add, checkout of a part',
            edit: (root) => {
              writeFiles(root, { 'a.bin': 'A', 'd/1': 'other' });
              removePath(root, 'd/sub');
            },
            dvc: [
              ['add', 'a.bin', 'd/1'],
              ['checkout', 'd'],
            ],
            ours: async (repo) => {
              await adding(repo, ['a.bin', 'd/1']);
              await checkout(repo, { targets: [p('d')] });
            },
          },
          {
            what: 'checkout --relink',
            dvc: [['checkout', '--relink', '--force']],
            ours: (repo) => checkout(repo, { relink: true, force: true }),
          },
        ],
      ],
    ),
  ),
};

describe('what we write is what DVC writes, byte for byte', () => {
  let bench: Bench;
  before(function () {
    requireDvc.call(this);
    bench = openBench();
  });
  after(async () => {
    await bench?.[Symbol.asyncDispose]();
  });

  for (const [name, steps] of Object.entries(scenarios)) {
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

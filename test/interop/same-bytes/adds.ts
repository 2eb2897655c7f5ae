import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { commit } from '../../../src/core/commit.ts';
import { remove } from '../../../src/core/remove.ts';
import { type Files, removePath, writeFiles } from '../../support/bench.ts';
import { adding, p, plainFiles, type Step, treesOfParts } from './step.ts';

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

/** New and changed data. */
export const addScenarios: Readonly<Record<string, readonly Step[]>> = {
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
};

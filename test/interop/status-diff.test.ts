import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { AbsPath } from '../../src/base/paths.ts';
import { diff } from '../../src/core/diff.ts';
import { objectKey } from '../../src/core/objects/hash.ts';
import { collectOuts } from '../../src/core/outs.ts';
import { status } from '../../src/core/status.ts';
import { type Bench, copyTree, git, gitCommit, gitInit, openBench, removePath, writeFiles } from '../support/bench.ts';
import { requireDvc } from '../support/dvc.ts';
import { diffShape, dvcStatusShape, normalise, type Shape, statusShape } from '../support/shapes.ts';

/** A repository to be changed: a copy of one with two commits, `first` and `second` (the branch main), all of it pushed. */
interface Ground {
  readonly root: AbsPath;
  /** Beside the repository. */
  readonly remote: AbsPath;
  dvc(...args: readonly string[]): Promise<string>;
}

interface Case {
  readonly change: (ground: Ground) => unknown;
  /** Where the repository is, below the git root. */
  readonly at?: string;
  /** Without the two commits: a git repository with DVC and nothing more. */
  readonly bare?: boolean;
  /** Two revisions that are compared too. */
  readonly between?: readonly [string, string];
  /** Where ours is another answer on purpose; takes both answers to a common one. */
  readonly different?: {
    readonly why: string;
    readonly made: Made;
  };
}

type Question = 'granular' | 'folders' | 'diff' | 'between';

function rename(root: string, from: string, to: string): void {
  renameSync(join(root, from), join(root, to));
}

function cacheFile(root: AbsPath, path: string, inner?: string): string {
  const out = collectOuts({ root }).outs.find((o) => o.path === path);
  if (out?.hash === undefined) throw new Error(`${path} has no hash`);
  const file = join('.dvc/cache', objectKey(out.hash));
  if (inner === undefined) return file;
  const entries = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    readonly md5: string;
    readonly relpath: string;
  }[];
  const md5 = entries.find((e) => e.relpath === inner)?.md5;
  if (md5 === undefined) throw new Error(`${path} holds no ${inner}`);
  return join('.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2));
}

/** Takes paths away, and all that the remote has. */
function lose(root: string, remote: string, ...paths: readonly string[]): void {
  removePath(remote, 'files');
  removePath(root, ...paths);
}

function edit(shape: Shape, change: (text: string) => string): Shape {
  return JSON.parse(change(JSON.stringify(shape)));
}

type Made = (shape: Shape, whose: 'ours' | 'dvc', what: Question) => Shape;

/** Leaves out what is said of single files below these folders. */
function withoutFilesOf(...folders: readonly string[]): Made {
  const isBelow = (path: unknown): boolean =>
    typeof path === 'string' && folders.some((f) => path.startsWith(`${f}/`) && path !== `${f}/`);
  const visit = (value: Shape): Shape => {
    if (Array.isArray(value))
      return value.filter((v) => !isBelow(typeof v === 'string' ? v : (v as { path?: unknown }).path)).map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, v]): [string, Shape] => [key, visit(v)]));
  };
  return (shape) => normalise(visit(shape));
}

/** Data that is as its pointer says tells the files of the tree. */
function dataTellsTree(...folders: readonly string[]): NonNullable<Case['different']> {
  return {
    why: 'for DVC the files of a lost tree are unknown, though the data that lies here has its very hash',
    made: withoutFilesOf(...folders),
  };
}

const cases: Readonly<Record<string, Case>> = {
  nothing: { change: () => undefined, between: ['first', 'second'] },
  'revisions the other way round': { change: () => undefined, between: ['second', 'first'] },
  'a revision with itself': { change: () => undefined, between: ['HEAD', 'second'] },
  'file modified': { change: ({ root }) => writeFiles(root, { 'a.bin': 'changed' }) },
  'file modified, of the same size': { change: ({ root }) => writeFiles(root, { 'a.bin': 'Z' }) },
  'file deleted': { change: ({ root }) => removePath(root, 'a.bin') },
  'file emptied': { change: ({ root }) => writeFiles(root, { 'a.bin': '', 'd/2': '' }) },
  'file renamed, its pointer not': { change: ({ root }) => rename(root, 'a.bin', 'z.bin') },
  'exec bit': { change: ({ root }) => ['a.bin', 'd/1'].map((f) => chmodSync(join(root, f), 0o755)) },
  touch: { change: ({ root }) => ['a.bin', 'd/1', 'e/x'].map((f) => utimesSync(join(root, f), 1e9, 1e9)) },
  'file added inside a folder': { change: ({ root }) => writeFiles(root, { 'd/new': 'n', 'd/deep/er/new': 'm' }) },
  'file modified inside a folder': {
    change: ({ root }) => writeFiles(root, { 'd/1': 'changed', 'd/sub/3': 'changed too' }),
  },
  'file deleted inside a folder': { change: ({ root }) => removePath(root, 'd/1') },
  'folder deleted inside a folder': { change: ({ root }) => removePath(root, 'd/sub') },
  'file renamed inside a folder': { change: ({ root }) => rename(root, 'd/1', 'd/one') },
  'folder renamed inside a folder': { change: ({ root }) => rename(root, 'd/sub', 'd/bus') },
  'file renamed across datasets': { change: ({ root }) => rename(root, 'd/2', 'e/2') },
  'two files swapped': {
    change: ({ root }) => {
      rename(root, 'd/1', 'd/t');
      rename(root, 'd/2', 'd/1');
      rename(root, 'd/t', 'd/2');
    },
  },
  'one of two equal files deleted, three new': {
    change: ({ root }) => {
      removePath(root, 'd/same1');
      writeFiles(root, { 'd/same3': 'same', 'd/same4': 'same', 'e/same5': 'same' });
    },
  },
  'file replaced by a folder': {
    change: ({ root }) => {
      removePath(root, 'a.bin');
      writeFiles(root, { 'a.bin/x': '1', 'a.bin/y': '2' });
    },
  },
  'file inside a folder replaced by a folder': {
    change: ({ root }) => {
      removePath(root, 'd/1');
      writeFiles(root, { 'd/1/in': 'i' });
    },
    different: {
      why: "DVC's status names the deleted file d/1/, and its diff does not name it",
      made: (shape, whose, what) =>
        edit(shape, (text) =>
          whose === 'dvc'
            ? text.replace('"deleted":["d/1/"]', '"deleted":["d/1"]')
            : what === 'diff'
              ? text.replace(/"deleted":\[\{[^\]]*"d\/1"\}\],/, '')
              : text,
        ),
    },
  },
  'folder replaced by a file': {
    change: ({ root }) => {
      removePath(root, 'd', 'e');
      writeFiles(root, { d: 'file now', e: 'x' });
    },
  },
  'file replaced by a folder and re-added': {
    change: async ({ root, dvc }) => {
      removePath(root, 'a.bin');
      writeFiles(root, { 'a.bin/x': '1' });
      await dvc('add', 'a.bin');
    },
  },
  'folder replaced by a file and re-added': {
    change: async ({ root, dvc }) => {
      removePath(root, 'd');
      writeFiles(root, { d: 'file now' });
      await dvc('add', 'd');
    },
  },
  'folder deleted': { change: ({ root }) => removePath(root, 'd') },
  'folder emptied': {
    change: ({ root }) => {
      removePath(root, 'd');
      mkdirSync(join(root, 'd'));
    },
  },
  'empty folder tracked': {
    change: async ({ root, dvc }) => {
      mkdirSync(join(root, 'hollow'));
      await dvc('add', 'hollow');
    },
  },
  'empty folder tracked, then a file in it': {
    change: async ({ root, dvc }) => {
      mkdirSync(join(root, 'hollow'));
      await dvc('add', 'hollow');
      gitCommit(root, 'hollow');
      writeFiles(root, { 'hollow/f': 'f' });
    },
  },
  'empty folder tracked, then gone': {
    change: async ({ root, dvc }) => {
      mkdirSync(join(root, 'hollow'));
      await dvc('add', 'hollow');
      gitCommit(root, 'hollow');
      removePath(root, 'hollow');
    },
  },
  'pointers removed, data here': { change: ({ root }) => removePath(root, 'a.bin.dvc', 'd.dvc') },
  'pointers removed, data gone': { change: ({ root }) => removePath(root, 'a.bin.dvc', 'd.dvc', 'a.bin', 'd') },
  'pointers added, not in git': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'new.bin': 'n', 'f/1': 'f1', 'f/2': 'f2' });
      await dvc('add', 'new.bin', 'f');
    },
  },
  'pointers added, staged in git': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'new.bin': 'n', 'f/1': 'f1' });
      await dvc('add', 'new.bin', 'f');
      git(root, 'add', '-A');
    },
  },
  'changed and re-added': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'a.bin': 'changed', 'd/1': 'changed', 'd/new': 'n' });
      removePath(root, 'd/2');
      await dvc('add', 'a.bin', 'd');
    },
  },
  'changed, re-added and changed again': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'a.bin': 'changed', 'd/1': 'changed', 'd/new': 'n' });
      await dvc('add', 'a.bin', 'd');
      writeFiles(root, { 'a.bin': 'again', 'd/1': 'again', 'd/new2': 'n' });
      removePath(root, 'd/new');
    },
  },
  'one path of a folder re-added': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'd/1': 'changed', 'd/2': 'changed' });
      await dvc('add', 'd/1');
    },
  },
  'moved by dvc move': {
    change: async ({ dvc }) => {
      await dvc('move', 'a.bin', 'm.bin');
      await dvc('move', 'd', 'm');
    },
  },
  'removed by dvc remove': { change: ({ dvc }) => dvc('remove', 'a.bin.dvc', 'd.dvc') },
  'object of a file not in the cache': { change: ({ root }) => removePath(root, cacheFile(root, 'a.bin')) },
  'object of a file neither in the cache nor here': {
    change: ({ root }) => removePath(root, cacheFile(root, 'a.bin'), 'a.bin'),
  },
  'object of a file not in the cache, file modified': {
    change: ({ root }) => {
      removePath(root, cacheFile(root, 'a.bin'));
      writeFiles(root, { 'a.bin': 'changed' });
    },
  },
  'one object of a folder not in the cache': { change: ({ root }) => removePath(root, cacheFile(root, 'd', '2')) },
  'one object of a folder neither in the cache nor here': {
    change: ({ root }) => removePath(root, cacheFile(root, 'd', '2'), 'd/2'),
  },
  'tree object not in the cache, data here': { change: ({ root }) => removePath(root, cacheFile(root, 'd')) },
  'tree object on the remote alone, no data here': {
    change: ({ root }) => removePath(root, cacheFile(root, 'd'), 'd'),
    different: {
      why: 'DVC reads the list of files from the remote; our status asks no remote for it',
      made: withoutFilesOf('d'),
    },
  },
  'tree object not in the cache, file modified': {
    change: ({ root, remote }) => {
      removePath(remote, 'files');
      removePath(root, cacheFile(root, 'd'));
      writeFiles(root, { 'd/1': 'changed' });
    },
  },
  'tree object neither in the cache nor the folder here': {
    change: ({ root, remote }) => [removePath(remote, 'files'), removePath(root, cacheFile(root, 'd'), 'd')],
  },
  'no cache': {
    different: dataTellsTree('d', 'e', 'is'),
    change: ({ root, remote }) => lose(root, remote, '.dvc/cache'),
    between: ['first', 'second'],
  },
  'no cache and changes': {
    different: dataTellsTree('e', 'is'),
    change: ({ root, remote }) => {
      lose(root, remote, '.dvc/cache');
      writeFiles(root, { 'a.bin': 'changed', 'd/1': 'changed' });
    },
  },
  'no cache and no data, as after a clone': {
    change: ({ root, remote }) =>
      lose(root, remote, '.dvc/cache', 'a.bin', 'b.bin', 'c.bin', 'd', 'e', 'is', 'data/raw/x.csv'),
  },
  'no cache, re-added with changes': {
    different: {
      why: 'ours has one list of files with no known old state, that of the uncommitted changes; and see dataTellsTree',
      made: (shape, whose, what) =>
        dataTellsTree('e', 'is').made(
          edit(shape, (text) => text.replace(/,"unknown":\["d\/1"[^\]]*\]/, '')),
          whose,
          what,
        ),
    },
    change: async ({ root, remote, dvc }) => {
      lose(root, remote, '.dvc/cache');
      writeFiles(root, { 'a.bin': 'changed', 'd/1': 'changed' });
      await dvc('add', 'a.bin', 'd');
    },
  },
  'an out that is not cached, as it was': {
    change: ({ root }) => {
      writeFiles(root, {
        'git.bin': 'g',
        'git.bin.dvc':
          'outs:\n- md5: b2f5ff47436671b6e533d8dc3614845d\n  size: 1\n  hash: md5\n  path: git.bin\n  cache: false\n',
      });
      gitCommit(root, 'out in git');
    },
  },
  'an out that is not cached, modified': {
    change: ({ root }) => {
      writeFiles(root, {
        'git.bin': 'g',
        'git.bin.dvc':
          'outs:\n- md5: b2f5ff47436671b6e533d8dc3614845d\n  size: 1\n  hash: md5\n  path: git.bin\n  cache: false\n',
      });
      gitCommit(root, 'out in git');
      writeFiles(root, { 'git.bin': 'changed' });
    },
  },
  'an import that was not executed': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { '../source/imported.bin': 'i' });
      await dvc('import-url', '--no-exec', join(root, '../source/imported.bin'), 'imported.bin');
    },
  },
  'an import that was not executed, its data here': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { '../source/imported.bin': 'i' });
      await dvc('import-url', '--no-exec', join(root, '../source/imported.bin'), 'imported.bin');
      gitCommit(root, 'import');
      writeFiles(root, { 'imported.bin': 'i' });
    },
  },
  'an import': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { '../source/in/1': '1', '../source/in/2': '2' });
      await dvc('import-url', join(root, '../source/in'), 'imported');
      gitCommit(root, 'import');
      writeFiles(root, { 'imported/1': 'changed' });
    },
  },
  'frozen pointer, changed data': {
    change: async ({ root, dvc }) => {
      await dvc('freeze', 'a.bin.dvc');
      writeFiles(root, { 'a.bin': 'changed' });
    },
  },
  'a pointer with a wdir and a name of its own': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'w/inner/w.bin': 'w', 'w/mine.dvc': 'wdir: inner\nouts:\n- path: w.bin\n' });
      await dvc('commit', '-f', 'w/mine.dvc');
      gitCommit(root, 'wdir');
      writeFiles(root, { 'w/inner/w.bin': 'changed' });
    },
  },
  'awkward names': {
    change: async ({ root, dvc }) => {
      const names = ['é ü.bin', '😀.bin', '#hash', '!bang', '[l]', "it's", 'a: b', ' lead', 'cafe\u0301', '\uff01'];
      for (const n of names) writeFiles(root, { [n]: n, [`u/${n}`]: `in ${n}`, [`u/${n}-sub/${n}`]: `deep ${n}` });
      await dvc('add', '--', 'u', ...names);
      gitCommit(root, 'names');
      writeFiles(root, { '😀.bin': 'changed', 'u/é ü.bin': 'changed' });
      removePath(root, '#hash', 'u/[l]');
      rename(root, 'u/!bang', 'u/😀!bang');
    },
  },
  'files inside named by .dvcignore': {
    change: async ({ root, dvc }) => {
      writeFiles(root, {
        '.dvcignore': '*.log\nskip/\n!keep.log\n',
        'f/1': '1',
        'f/x.log': 'l',
        'f/keep.log': 'k',
        'f/skip/2': '2',
      });
      await dvc('add', 'f');
      gitCommit(root, 'ignore');
      writeFiles(root, { 'f/y.log': 'l', 'f/skip/3': '3', 'f/2': 'seen' });
    },
  },
  'files of a folder, named by .dvcignore afterwards': {
    change: ({ root }) => writeFiles(root, { '.dvcignore': '/d/sub\n/e/x\n' }),
  },
  'pointers in a folder named by .dvcignore': {
    change: ({ root }) => writeFiles(root, { '.dvcignore': '/data\n' }),
  },
  'a .dvcignore below the root': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'below/.dvcignore': '*.tmp\n', 'below/f/1': '1', 'below/f/2.tmp': '2', 'other/2.tmp': '2' });
      await dvc('add', 'below/f', 'other');
      gitCommit(root, 'ignore');
      writeFiles(root, { 'below/f/3.tmp': '3', 'other/3.tmp': '3' });
    },
  },
  'symbolic links inside': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 's/1': '1', 's/link': { link: '1' }, 's/out': { link: '../a.bin' }, 's/sub/2': '2' });
      await dvc('add', 's');
      gitCommit(root, 'links');
      writeFiles(root, { 's/1': 'changed', 's/more': { link: 'sub/2' } });
    },
  },
  'a symbolic link to a folder inside': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 's/1': '1', 's/sub/2': '2' });
      await dvc('add', 's');
      gitCommit(root, 'links');
      writeFiles(root, { 's/folder': { link: 'sub' }, 's/elsewhere': { link: '../d' } });
    },
  },
  'data replaced by a link to a copy of it': {
    change: ({ root }) => {
      writeFiles(root, { '../moved/a.bin': readFileSync(join(root, 'a.bin')) });
      rename(root, 'd', '../moved/d');
      removePath(root, 'a.bin');
      writeFiles(root, { 'a.bin': { link: '../moved/a.bin' }, d: { link: '../moved/d' } });
    },
  },
  'several changes at once': {
    change: async ({ root, dvc }) => {
      writeFiles(root, {
        'a.bin': 'changed',
        'd/1': 'changed',
        'new/1': 'n',
        loose: 'untracked',
        'data/raw/loose.csv': 'l',
      });
      removePath(root, 'b.bin', 'e/x', cacheFile(root, 'c.bin'));
      await dvc('add', 'new');
    },
  },
  'untracked and ignored files of git': {
    change: ({ root }) =>
      writeFiles(root, {
        loose: '1',
        'in/loose': '2',
        'ü/😀': '3',
        '.gitignore': `${readFileSync(join(root, '.gitignore'), 'utf8')}*.skip\n`,
        'x.skip': 's',
      }),
  },
  'detached HEAD at an older commit, data of the newer': { change: ({ root }) => git(root, 'checkout', '-q', 'first') },
  'branch switched and checked out': {
    change: async ({ root, dvc }) => {
      git(root, 'checkout', '-q', '-b', 'old', 'first');
      await dvc('checkout');
    },
    between: ['old', 'main'],
  },
  'branch switched, one dataset checked out': {
    change: async ({ root, dvc }) => {
      git(root, 'checkout', '-q', '-b', 'old', 'first');
      await dvc('checkout', 'd.dvc');
    },
  },
  'git reset --soft to the older commit': { change: ({ root }) => git(root, 'reset', '-q', '--soft', 'first') },
  'no commits yet': {
    bare: true,
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'a.bin': 'a', 'd/1': '1' });
      await dvc('add', 'a.bin', 'd');
      writeFiles(root, { 'a.bin': 'changed', 'd/2': '2' });
    },
  },
  'nothing tracked': { bare: true, change: ({ root }) => gitCommit(root, 'empty') },
  'a repository below the root of git': {
    at: 'in/proj',
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'a.bin': 'changed', 'd/new': 'n', loose: 'l', '../loose': 'not here', 'n.bin': 'n' });
      removePath(root, 'd/1');
      await dvc('add', 'n.bin');
    },
    between: ['first', 'second'],
  },
  'a repository inside': {
    change: async ({ root }) => {
      writeFiles(root, { 'inner/.dvc/config': '', 'inner/x.dvc': 'outs:\n- path: x\n', 'inner/x': 'x' });
    },
  },
  'outs of a stage': {
    change: async ({ root, dvc }) => {
      writeFiles(root, {
        'dvc.yaml':
          'stages:\n  make:\n    cmd: mkdir -p o && cp a.bin o/1 && cp b.bin o/2 && cp a.bin o.bin && cp a.bin kept.txt\n    deps:\n    - a.bin\n    outs:\n    - o\n    - o.bin\n    - kept.txt:\n        cache: false\n  never:\n    cmd: echo > never.bin\n    outs:\n    - never.bin\n',
      });
      await dvc('repro', 'make');
      gitCommit(root, 'stage');
      writeFiles(root, { 'o/1': 'changed', 'o.bin': 'changed', 'kept.txt': 'changed' });
    },
  },
  'outs of a stage, not committed': {
    change: async ({ root, dvc }) => {
      writeFiles(root, {
        'dvc.yaml':
          'stages:\n  make:\n    cmd: mkdir -p o && cp a.bin o/1\n    deps:\n    - a.bin\n    outs:\n    - o\n',
      });
      await dvc('repro');
    },
  },
  'a pointer of DVC 2': {
    change: ({ root }) => {
      writeFiles(root, {
        't.txt': 'a\r\nb\r\n',
        't.txt.dvc': 'outs:\n- md5: dd8c6a395b5dd36c56d23275028f526c\n  size: 6\n  path: t.txt\n',
        'u.txt': 'changed',
        'u.txt.dvc': 'outs:\n- md5: dd8c6a395b5dd36c56d23275028f526c\n  size: 6\n  path: u.txt\n',
      });
      gitCommit(root, 'old pointers');
    },
  },
  'an object that the remote does not have': {
    change: ({ root, remote }) => {
      removePath(
        remote,
        cacheFile(root, 'a.bin').replace('.dvc/cache/', ''),
        cacheFile(root, 'd', '2').replace('.dvc/cache/', ''),
      );
    },
  },
  'a tree that neither cache nor remote has, data here': {
    different: dataTellsTree('d'),
    change: ({ root, remote }) => {
      const tree = cacheFile(root, 'd');
      removePath(remote, tree.replace('.dvc/cache/', ''));
      removePath(root, tree);
    },
  },
  'an out that is never pushed': {
    change: async ({ root, dvc }) => {
      writeFiles(root, { 'p.bin': 'p', 'q.bin': 'q' });
      await dvc('add', 'p.bin', 'q.bin');
      const file = join(root, 'p.bin.dvc');
      writeFileSync(file, `${readFileSync(file, 'utf8')}  push: false\n`);
    },
  },
};

/** What DVC does not take: its next `add` ends with an error, and ours tells a fault and what is to be told of all else. */
const faulty: Readonly<
  Record<
    string,
    {
      readonly change: Case['change'];
      readonly fault: { readonly pointer: string; readonly conflict: boolean };
      readonly taken?: string;
    }
  >
> = {
  'a pointer in conflict': {
    change: ({ root }) => {
      git(root, 'checkout', '-q', '-b', 'other', 'first');
      const text = readFileSync(join(root, 'b.bin.dvc'), 'utf8');
      for (const [branch, hash] of [
        ['other', '0cc175b9c0f1b6a831c399e269772661'],
        ['main', 'c4ca4238a0b923820dcc509a6f75849b'],
      ] as const) {
        git(root, 'checkout', '-q', branch);
        writeFileSync(join(root, 'b.bin.dvc'), text.replace(/md5: \w{32}/, `md5: ${hash}`));
        gitCommit(root, branch);
      }
      assert.throws(() => git(root, 'merge', '-q', 'other'));
    },
    fault: { pointer: 'b.bin.dvc', conflict: true },
  },
  'a pointer that is no YAML': {
    change: ({ root }) => writeFiles(root, { 'b.bin.dvc': 'outs: [\n' }),
    fault: { pointer: 'b.bin.dvc', conflict: false },
  },
  'a pointer without outs': {
    change: ({ root }) => writeFiles(root, { 'b.bin.dvc': 'outs: 3\n' }),
    fault: { pointer: 'b.bin.dvc', conflict: false },
  },
  'two pointers of one out': {
    change: ({ root }) => writeFiles(root, { 'b2.dvc': readFileSync(join(root, 'b.bin.dvc'), 'utf8') }),
    fault: { pointer: 'b2.dvc', conflict: false },
  },
  'an out inside of another': {
    change: ({ root }) => writeFiles(root, { 'in.dvc': 'outs:\n- path: d/sub\n' }),
    fault: { pointer: 'in.dvc', conflict: false },
  },
  'an out outside of the repository': {
    change: ({ root }) => writeFiles(root, { 'out.dvc': 'outs:\n- path: ../x\n' }),
    fault: { pointer: 'out.dvc', conflict: false },
    taken: 'DVC would write there',
  },
};

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

  for (const [name, { change, at = '.', bare = false, between, different }] of Object.entries(cases)) {
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

  for (const [name, { change, fault, taken }] of Object.entries(faulty)) {
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

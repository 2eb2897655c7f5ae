import { join } from 'node:path';
import { git, gitCommit, removePath, writeFiles } from '../../support/bench.ts';
import { type Case, rename } from './case.ts';

/** What happens to pointers, to git and to what DVC takes from elsewhere. */
export const pointerCases: Readonly<Record<string, Case>> = {
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
};

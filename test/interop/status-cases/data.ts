import { chmodSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gitCommit, removePath, writeFiles } from '../../support/bench.ts';
import { type Case, cacheFile, edit, rename } from './case.ts';

/** What happens to data of the workspace. */
export const dataCases: Readonly<Record<string, Case>> = {
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
};

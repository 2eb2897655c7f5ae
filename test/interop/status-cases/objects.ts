import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removePath, writeFiles } from '../../support/bench.ts';
import { type Case, cacheFile, dataTellsTree, edit, lose, withoutFilesOf } from './case.ts';

/** What happens to the objects of cache and remote. */
export const objectCases: Readonly<Record<string, Case>> = {
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

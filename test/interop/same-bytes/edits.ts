import { checkout } from '../../../src/core/checkout.ts';
import { commit } from '../../../src/core/commit.ts';
import { setConfig } from '../../../src/core/config.ts';
import { move } from '../../../src/core/move.ts';
import { addRemote, modifyRemote, removeRemote, setDefaultRemote } from '../../../src/core/remote.ts';
import { remove } from '../../../src/core/remove.ts';
import { unprotect } from '../../../src/core/unprotect.ts';
import { removePath, writeFiles } from '../../support/bench.ts';
import { adding, dress, p, plainFiles, type Step } from './step.ts';

/** What exists is changed. */
export const editScenarios: Readonly<Record<string, readonly Step[]>> = {
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

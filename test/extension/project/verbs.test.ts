import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { type Answers, answering } from '../support/answers.ts';
import { md5 } from '../support/git.ts';
import { at, run } from '../support/window.ts';
import { verbFiles } from './data.ts';
import { type Bench, openBench } from './project.ts';

const [one, two, three] = verbFiles;

/** A way in which VS Code calls a command. */
interface Form {
  readonly name: string;
  readonly args: (bench: Bench) => readonly unknown[];
  readonly takes: readonly string[];
}

const forms: readonly Form[] = [
  { name: 'a file of the Explorer', args: ({ project }) => [project.uri(one), [project.uri(one)]], takes: [one] },
  { name: 'a Uri alone', args: ({ project }) => [project.uri(two)], takes: [two] },
  {
    name: 'a selection of the Explorer',
    args: ({ project }) => [project.uri(one), [project.uri(one), project.uri(three)]],
    takes: [one, three],
  },
  { name: 'a pointer', args: ({ project }) => [project.uri(`${two}.dvc`)], takes: [two] },
  { name: 'a row of the tree', args: ({ project }) => [project.node(one), undefined], takes: [one] },
  {
    name: 'rows of the tree',
    args: ({ project }) => [project.node(two), [project.node(two), project.node(three)]],
    takes: [two, three],
  },
  {
    name: 'rows of Source Control',
    args: ({ project }) => [project.scmRow(one), project.scmRow(two)],
    takes: [one, two],
  },
  { name: 'a folder above', args: ({ project }) => [project.uri('verbs')], takes: verbFiles },
  { name: 'the palette', args: () => [], takes: verbFiles },
];

let count = 0;

interface Verb {
  readonly id: string;
  /** Before each call: what all three files are made to be; `now` is their text. */
  readonly prepare: (bench: Bench, file: string, now: string) => Promise<void>;
  readonly done: (bench: Bench, file: string, now: string) => boolean;
  readonly answers?: Answers;
  /** Takes the first of a selection only. */
  readonly single?: true;
  /** Takes datasets, not folders above some. */
  readonly whole?: true;
}

const write = (bench: Bench, file: string, text: string): Promise<void> => writeFile(bench.project.file(file), text);

async function writeAndCommit(bench: Bench, file: string, text: string): Promise<void> {
  await write(bench, file, text);
  await bench.project.model.repository.commit?.({ targets: [at(file)] });
}

async function leaveOnRemoteOnly(bench: Bench, file: string, text: string): Promise<void> {
  await writeAndCommit(bench, file, text);
  await bench.project.model.repository.push?.({ targets: [at(file)] });
  await rm(bench.project.file(file));
  await rm(bench.cached(md5(text)));
}

const has = (bench: Bench, file: string, text: string): boolean => {
  const path = bench.project.file(file);
  return existsSync(path) && readFileSync(path, 'utf8') === text;
};

const verbs: readonly Verb[] = [
  {
    id: 'commit',
    prepare: write,
    done: ({ project }, file, now) => readFileSync(project.file(`${file}.dvc`), 'utf8').includes(md5(now)),
  },
  { id: 'push', prepare: writeAndCommit, done: ({ pushed }, _, now) => existsSync(pushed(md5(now))) },
  { id: 'pull', prepare: leaveOnRemoteOnly, done: has },
  {
    id: 'fetch',
    prepare: leaveOnRemoteOnly,
    done: ({ cached, project }, file, now) => existsSync(cached(md5(now))) && !existsSync(project.file(file)),
  },
  {
    id: 'checkout',
    prepare: async (bench, file, now) => {
      await writeAndCommit(bench, file, now);
      await rm(bench.project.file(file));
    },
    done: has,
  },
  {
    id: 'unprotect',
    prepare: async (bench, file, now) => {
      await writeAndCommit(bench, file, now);
      await rm(bench.project.file(file));
      await symlink(bench.cached(md5(now)), bench.project.file(file));
    },
    done: ({ project }, file) => !lstatSync(project.file(file)).isSymbolicLink(),
  },
  {
    id: 'restore',
    prepare: writeAndCommit,
    done: (bench, file) => has(bench, file, `${file}, first\n`),
    answers: { pick: ({ choices }) => choices.find((label) => label.startsWith('verbs/')) ?? 'Track data' },
    single: true,
    whole: true,
  },
  {
    id: 'remove',
    prepare: async (bench, file, now) => {
      if (!existsSync(bench.project.file(`${file}.dvc`))) bench.git('checkout', '-q', '--', `${file}.dvc`);
      await writeAndCommit(bench, file, now);
    },
    done: ({ project }, file) => !existsSync(project.file(`${file}.dvc`)) && existsSync(project.file(file)),
    answers: { message: ({ modal }) => (modal ? 'Stop Tracking' : undefined) },
    whole: true,
  },
];

describe('verbs, as VS Code calls them', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
    await bench.reset();
  });
  after(() => bench.reset());

  for (const { id, prepare, done, answers, single, whole } of verbs) {
    describe(id, () => {
      for (const { name, args, takes } of forms.filter((form) => whole !== true || form.name !== 'a folder above')) {
        it(name, async () => {
          const { project } = bench;
          const text = (file: string): string => `${file}, ${id} ${count}\n`;
          count++;
          for (const file of verbFiles) await prepare(bench, file, text(file));
          await project.model.refresh();
          const pick = answers?.pick ?? (() => 'verbs/');
          const before = project.window.api.operations.entries[0]?.id;
          await answering({ ...answers, pick }, () => run(id, ...args(bench)));
          const taken = verbFiles.filter((file) => done(bench, file, text(file)));
          if (single === true && name === 'the palette') assert.equal(taken.length, 1);
          else assert.deepEqual(taken, single === true ? takes.slice(0, 1) : takes);
          assert.notEqual(project.last.id, before, 'nothing has run');
          project.wentWell();
        });
      }
    });
  }
});

describe('other commands on data', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
    await bench.reset();
  });
  after(() => bench.reset());

  describe('add', () => {
    const tracked = (name: string): boolean => existsSync(bench.project.file(`${name}.dvc`));
    before(async () => {
      await mkdir(bench.project.file('new', 'folder'), { recursive: true });
      for (const name of ['a.csv', 'b.csv', 'c.csv', 'folder/d.csv'])
        await writeFile(bench.project.file('new', name), `${name}\n`);
    });

    it('a Uri', async () => {
      await run('add', bench.project.uri('new/a.csv'));
      bench.project.wentWell();
      assert.ok(tracked('new/a.csv') && !tracked('new/b.csv'));
    });

    it('a selection, files and folders', async () => {
      const { project } = bench;
      await run('add', project.uri('new/b.csv'), [project.uri('new/b.csv'), project.uri('new/folder')]);
      project.wentWell();
      assert.ok(tracked('new/b.csv') && tracked('new/folder') && !tracked('new/c.csv'));
      assert.match(readFileSync(project.file('new', '.gitignore'), 'utf8'), /^\/b\.csv\n\/folder$/m);
    });

    for (const [name, args] of [
      ['the palette', () => []],
      ['the row of a repository', () => [{ kind: 'repository', model: bench.project.model }]],
    ] as const) {
      it(`${name} asks for files`, async () => {
        const { project } = bench;
        const file = `new/${args().length}.csv`;
        await writeFile(project.file(file), `${file}\n`);
        const asked = await answering({ pick: () => 'Files…', open: [project.uri(file)] }, () => run('add', ...args()));
        assert.deepEqual(
          asked.map(({ kind }) => kind),
          ['pick', 'open'],
        );
        project.wentWell();
        assert.ok(tracked(file));
      });
    }

    it('a file outside of every repository is told', async () => {
      const outside = vscode.Uri.file(`${bench.remote}/x`);
      const asked = await answering({ pick: () => 'Files…', open: [outside] }, () => run('add'));
      assert.match(asked.at(-1)?.text ?? '', /Only files and folders inside/);
    });

    it('a file that git tracks is refused, with the way out', async () => {
      const asked = await answering({}, () => run('add', bench.project.uri('readme.md')));
      assert.equal(bench.project.last.state, 'failed');
      assert.match(asked[0]?.text ?? '', /tracked by git already.*git rm/s);
      assert.equal(tracked('readme.md'), false);
    });
  });

  describe('move', () => {
    for (const [name, args, to] of [
      ['a Uri', () => [bench.project.uri(one)], 'verbs/uno.txt'],
      ['a row of the tree', () => [bench.project.node(two)], 'moved/dos.txt'],
      ['a row of Source Control', () => [bench.project.scmRow(three)], 'verbs/tres.txt'],
    ] as const) {
      it(name, async () => {
        const { project } = bench;
        await writeAndCommit(bench, three, existsSync(project.file(three)) ? 'third\n' : '');
        await project.model.refresh();
        const [from] = args();
        const old = from instanceof vscode.Uri ? one : 'resourceUri' in (from as object) ? three : two;
        const text = readFileSync(project.file(old), 'utf8');
        await answering({ input: () => to }, () => run('move', ...args()));
        project.wentWell();
        assert.equal(readFileSync(project.file(to), 'utf8'), text);
        assert.equal(existsSync(project.file(old)), false);
        assert.ok(project.model.datasetAt(at(to)));
        assert.equal(project.model.datasetAt(at(old)), undefined);
      });
    }

    it('takes no path outside of the repository', async () => {
      const { project } = bench;
      const asked = await answering({ input: () => '../away.txt' }, () => run('move', project.uri('notes.txt')));
      assert.deepEqual(
        asked.map(({ kind }) => kind),
        ['input', 'error'],
      );
      assert.match(asked[1]?.text ?? '', /does not take/);
      assert.ok(existsSync(project.file('notes.txt')));
    });
  });

  it('remove asks first, and Escape leaves all as it is', async () => {
    const { project } = bench;
    const asked = await answering({}, () => run('remove', project.uri('notes.txt')));
    assert.equal(asked[0]?.modal, true);
    assert.match(asked[0]?.text ?? '', /Stop tracking notes\.txt/);
    assert.ok(existsSync(project.file('notes.txt.dvc')));
  });

  describe('sync', () => {
    for (const [name, args] of [
      ['the palette', () => []],
      ['the row of a repository', () => [{ kind: 'repository', model: bench.project.model }]],
      ['the title of Source Control', () => [bench.project.window.seen.controls.get(bench.project.root)?.control]],
    ] as const) {
      it(name, async () => {
        await bench.reset();
        const { project } = bench;
        const text = `synced from ${name}\n`;
        await leaveOnRemoteOnly(bench, two, `${text} two`);
        await writeAndCommit(bench, one, text);
        await write(bench, three, 'not committed\n');
        await project.model.refresh();
        await answering({}, () => run('sync', ...args()));
        project.wentWell();
        assert.ok(existsSync(bench.pushed(md5(text))), 'not pushed');
        assert.ok(has(bench, two, `${text} two`), 'not pulled');
        assert.ok(has(bench, three, 'not committed\n'), 'a change was lost');
      });
    }
  });

  describe('gc', () => {
    const unused = 'of no commit\n';
    const objects = async (): Promise<number> =>
      (await readdir(bench.cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
    before(async () => {
      await bench.reset();
      await writeAndCommit(bench, one, unused);
      bench.git('checkout', '-q', '--', `${one}.dvc`);
      await bench.reset();
      assert.ok(existsSync(bench.cached(md5(unused))));
    });

    it('tells what would go, and Escape keeps it', async () => {
      const asked = await answering({ pick: () => 'Keep all commits' }, () => run('gc'));
      assert.equal(asked.at(-1)?.modal, true);
      assert.match(asked.at(-1)?.text ?? '', /would be deleted/);
      assert.ok(existsSync(bench.cached(md5(unused))));
    });

    it('deletes what no commit refers to, and nothing else', async () => {
      const before = await objects();
      await answering({ pick: () => 'Keep all commits', message: ({ choices }) => choices[0] }, () =>
        run('gc', { kind: 'repository', model: bench.project.model }),
      );
      bench.project.wentWell();
      assert.equal(existsSync(bench.cached(md5(unused))), false);
      assert.ok((await objects()) < before);
      const status = await bench.project.model.repository.status({ granular: true });
      assert.deepEqual(status.notInCache, []);
      const asked = await answering({ pick: () => 'Keep all commits' }, () => run('gc'));
      assert.match(asked.at(-1)?.text ?? '', /nothing to delete/);
    });
  });

  it('an edit in a folder that was checked out anew shows', async () => {
    const { project } = bench;
    await bench.reset();
    await rm(project.file('data', 'images'), { recursive: true });
    await project.untilState('data/images', 'deleted');
    await run('checkout', project.uri('data/images'));
    project.wentWell();
    await project.untilState('data/images', undefined);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (const file of ['data/images/a/0.txt', 'data/images/b/0.txt']) {
      await writeFile(project.file(file), 'Edited.\n');
      await project.untilState(file, 'modified');
    }
    await unlink(project.file('data', 'images', 'a', '1.txt'));
  });
});

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { add } from '../../../src/core/add.ts';
import { checkout } from '../../../src/core/checkout.ts';
import { fetch } from '../../../src/core/fetch.ts';
import { md5 } from '../../../src/core/objects/hash.ts';
import { push } from '../../../src/core/push.ts';
import { status } from '../../../src/core/status.ts';
import { cleanUp, filesBelow, makeProject, type Project } from '../../support/project.ts';

const script = fileURLToPath(new URL('../../support/workers/verb.ts', import.meta.url));
const mib = 1 << 20;

/** Every file under a key is the object of that key. */
function wholeObjects(folder: string): number {
  const keys = filesBelow(folder).filter((f) => /^files\/md5\/[0-9a-f]{2}\/[0-9a-f]{30}(\.dir)?$/.test(f));
  for (const key of keys) {
    const hex = key.replace('files/md5/', '').replace('/', '').replace('.dir', '');
    assert.equal(md5(readFileSync(join(folder, key))), hex, `${key} is whole`);
  }
  return keys.length;
}

describe('killed in the middle', function () {
  this.timeout(60_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject();
  });
  afterEach(cleanUp);

  const homeOf = (q: Project): string => dirname(q.repo.host.cacheFolder);

  async function kill(verb: string, ...paths: string[]): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, p.root, homeOf(p), verb, ...paths],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('exit', (_code, signal) => resolve(signal)),
    );
    const said = await new Promise<string>((resolve) => {
      child.stdout.once('data', (data: Buffer) => {
        child.kill('SIGKILL');
        resolve(data.toString());
      });
    });
    assert.equal(await ended, 'SIGKILL', 'it was killed while it worked');
    assert.match(said, /^working\n/);
  }

  const fewLarge = (): void => {
    for (let i = 0; i < 16; i++) p.write(`data/${i}`, Buffer.alloc(4 * mib, `${i} `));
  };
  const manySmall = (): void => {
    for (let i = 0; i < 800; i++) p.write(`data/${i % 20}/f${i}`, `content ${i}`);
  };

  for (const [what, fill, count] of [
    ['16 files of 4 MiB', fewLarge, 16],
    ['800 small files', manySmall, 800],
  ] as const) {
    it(`add of ${what}: no half object, no half pointer, and the next run finishes`, async () => {
      fill();
      await kill('add', 'data');
      const done = wholeObjects(p.path('.dvc/cache'));
      assert.ok(done < count + 1, `${done} objects`);
      assert.ok(!p.has('data.dvc') && !p.has('.gitignore'));
      assert.deepEqual((await add(p.repo, ['data'])).failed, []);
      assert.equal(wholeObjects(p.path('.dvc/cache')), count + 1);
      const state = await status(p.repo);
      assert.deepEqual(
        [state.uncommitted.added, state.uncommitted.modified, state.uncommitted.deleted, state.notInCache],
        [[], [], [], []],
      );
    });

    it(`push, fetch and checkout of ${what}: the same`, async () => {
      fill();
      await add(p.repo, ['data']);
      const all = filesBelow(p.path('.dvc/cache'));

      await kill('push');
      assert.ok(wholeObjects(p.storage) < all.length);
      assert.ok(!filesBelow(p.storage).some((f) => f.endsWith('.dir')), 'no list before its files');
      assert.deepEqual((await push(p.repo)).failed, []);
      assert.equal(wholeObjects(p.storage), all.length);

      p.remove('.dvc/cache');
      await kill('fetch');
      assert.ok(wholeObjects(p.path('.dvc/cache')) < all.length);
      assert.deepEqual((await fetch(p.repo)).failed, []);
      assert.equal(wholeObjects(p.path('.dvc/cache')), all.length);

      const names = filesBelow(p.path('data'));
      p.remove('data');
      await kill('checkout');
      const placed = filesBelow(p.path('data'));
      // Large files are copied faster than anybody is told.
      assert.ok(placed.length < names.length || count < 100);
      for (const name of placed) {
        assert.ok(names.includes(name), `${name} is a file of the dataset`);
        const bytes = readFileSync(p.path(`data/${name}`));
        assert.ok(all.includes(`files/md5/${md5(bytes).slice(0, 2)}/${md5(bytes).slice(2)}`), `${name} is whole`);
      }
      const result = await checkout(p.repo);
      assert.deepEqual([result.failed, result.inTheWay], [[], []]);
      assert.deepEqual(filesBelow(p.path('data')), names);
      assert.deepEqual(
        filesBelow(p.path('.dvc/tmp')).filter((f) => f.endsWith('.tmp')),
        [],
        'what it left is cleared away',
      );
      assert.deepEqual((await status(p.repo)).uncommitted.modified, []);
    });
  }
});

describe('on a full disk', function () {
  this.timeout(60_000);
  let p: Project;

  beforeEach(async () => {
    p = await makeProject({ git: false });
    for (let i = 0; i < 8; i++) p.write(`data/${i}`, Buffer.alloc(mib, `${i} `));
  });
  afterEach(cleanUp);

  /** Runs a verb where a folder is a disk of 4 MiB; then looks at it there. The outcome, and the files on that disk that are whole and half. */
  function small(folder: string, verb: string, context: Mocha.Context): { outcome: string[]; files: string[] } {
    mkdirSync(folder, { recursive: true });
    const look = 'cd "$1" && find . -type f | sort | while read -r f; do echo "$f $(md5sum < "$f" | cut -c1-32)"; done';
    const shell = `mount -t tmpfs -o size=4m tmpfs "$1" || exit 77; "$2" --disable-warning=ExperimentalWarning "$3" "$4" "$5" "$6" data; ${look}`;
    const result = spawnSync(
      'unshare',
      [
        '-rm',
        'sh',
        '-c',
        shell,
        'sh',
        folder,
        process.execPath,
        script,
        p.root,
        dirname(p.repo.host.cacheFolder),
        verb,
      ],
      { encoding: 'utf8' },
    );
    if (result.error !== undefined || result.status === 77 || /unshare/.test(result.stderr)) {
      console.log('      skipped: no small disk can be mounted here (unshare -rm, tmpfs)');
      context.skip();
    }
    const lines = result.stdout.split('\n').filter((l) => l !== '' && l !== 'working');
    assert.ok(lines[0]?.startsWith('['), result.stdout + result.stderr);
    return { outcome: JSON.parse(lines[0] ?? '') as string[], files: lines.slice(1) };
  }
  const whole = (files: readonly string[]): void => {
    assert.ok(files.length > 0 && files.length < 8, files.join('\n'));
    for (const line of files) {
      const [name = '', hex] = line.split(' ');
      assert.equal(name.replace('./files/md5/', '').replace('/', ''), hex, `${name} is whole`);
    }
  };

  it('add says so; what was done is kept, nothing is half, there is no pointer', function () {
    const { outcome, files } = small(p.path('.dvc/cache'), 'add', this);
    assert.deepEqual(outcome, ['no-space']);
    whole(files);
    assert.ok(!p.has('data.dvc'));
  });

  it('push says so; the remote has whole objects alone, and no list', async function () {
    await add(p.repo, ['data']);
    const { outcome, files } = small(p.storage, 'push', this);
    assert.deepEqual(outcome, ['no-space']);
    whole(files);
    // Afterwards, on a disk that is large enough:
    assert.deepEqual((await push(p.repo)).failed, []);
    assert.equal(wholeObjects(p.storage), 9);
  });

  it('checkout says so, and leaves whole files alone', async function () {
    await add(p.repo, ['data']);
    p.remove('data');
    const { outcome, files } = small(p.path('data'), 'checkout', this);
    assert.deepEqual(outcome, ['no-space']);
    assert.ok(files.length > 0 && files.length < 8);
    const known = new Set(filesBelow(p.path('.dvc/cache')).map((f) => f.replace('files/md5/', '').replace('/', '')));
    for (const line of files) assert.ok(known.has(line.split(' ')[1] ?? '') && /^\.\/\d /.test(line), line);
    assert.deepEqual((await checkout(p.repo)).failed, []);
  });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { add } from '../../../src/core/add.ts';
import { withWriteLock } from '../../../src/core/lock.ts';
import { status } from '../../../src/core/status.ts';
import { cleanUp, makeProject, type Project } from '../../support/project.ts';

const rwlock = '.dvc/tmp/rwlock';

describe('the lock', function () {
  this.timeout(20_000);
  let p: Project;
  let other: ChildProcess;

  beforeEach(async () => {
    p = await makeProject({ git: false });
    p.write('data/x', 'x');
    other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  });
  afterEach(async () => {
    other.kill('SIGKILL');
    await cleanUp();
  });

  const hold = (kind: 'read' | 'write', path: string, pid = other.pid): void => {
    const holder = { pid, cmd: 'dvc repro train' };
    p.write(rwlock, JSON.stringify({ [kind]: { [p.path(path)]: kind === 'read' ? [holder] : holder } }));
  };
  const entries = (): unknown => (p.has(rwlock) ? JSON.parse(p.read(rwlock)) : {});

  it('waits three seconds for another program, then says who it is', async () => {
    hold('write', 'data/x');
    const before = p.read(rwlock);
    const started = performance.now();
    await assert.rejects(
      add(p.repo, ['data/x']),
      (error: { code: string; message: string; hint: string; retry: string }) => {
        assert.equal(error.code, 'locked');
        assert.ok(error.message.includes('dvc repro train'), error.message);
        assert.ok(error.message.includes(String(other.pid)), error.message);
        assert.notEqual(error.hint, '');
        assert.equal(error.retry, 'later');
        return true;
      },
    );
    const took = performance.now() - started;
    assert.ok(took > 2500 && took < 6000, `${took} ms`);
    assert.equal(p.read(rwlock), before, 'its entry stays');
    assert.ok(!p.has('data/x.dvc'));
  });

  for (const [kind, path] of [
    ['read', 'data/x'],
    ['write', 'data'],
    ['write', 'data/x/below'],
    ['write', ''],
  ] as const) {
    it(`waits for another program that ${kind}s ${path || 'the root'}, until it is cancelled`, async () => {
      hold(kind, path);
      const signal = AbortSignal.timeout(250);
      await assert.rejects(add(p.repo, ['data/x'], { signal }), { code: 'cancelled' });
      assert.ok(!p.has('data/x.dvc'));
    });
  }

  it('goes on as soon as the other has ended', async () => {
    hold('write', 'data/x');
    setTimeout(() => other.kill('SIGKILL'), 300);
    assert.deepEqual((await add(p.repo, ['data/x'])).done, ['data/x']);
  });

  it('a path beside it is free, and reads go on', async () => {
    hold('write', 'data/xy');
    assert.deepEqual((await add(p.repo, ['data/x'])).done, ['data/x']);
    hold('write', '');
    assert.deepEqual((await status(p.repo)).faults, []);
  });

  for (const [what, text] of [
    ['of a dead process', () => ({ write: { X: { pid: deadPid(), cmd: 'dvc gone' } } })],
    ['of process 0', () => ({ write: { X: { pid: 0, cmd: 'evil' } } })],
    ['of a process group', () => ({ write: { X: { pid: -1, cmd: 'evil' } } })],
    ['of another shape', () => ({ write: { X: 'me', Y: { pid: '7', cmd: 1 } }, read: { X: 'me', Y: [null, 7] } })],
    ['of no shape', () => []],
    ['empty', () => ''],
  ] as const) {
    it(`entries ${what} hold nobody up`, async () => {
      const value = text();
      p.write(
        rwlock,
        value === ''
          ? ''
          : JSON.stringify(value)
              .replaceAll('"X"', JSON.stringify(p.path('data/x')))
              .replaceAll('"Y"', JSON.stringify(p.path('data'))),
      );
      assert.deepEqual((await add(p.repo, ['data/x'])).done, ['data/x']);
    });
  }

  it('a file that is damaged is told with a next step, and nothing is done', async () => {
    p.write(rwlock, '{"write": ');
    await assert.rejects(add(p.repo, ['data/x']), { code: 'bad-file', path: rwlock, hint: /Delete/ });
    assert.ok(!p.has('data/x.dvc'));
    assert.deepEqual((await status(p.repo)).faults, []);
  });

  it('its own entries are there for others to see, and go afterwards, whatever happens', async () => {
    hold('read', 'elsewhere');
    const theirs = entries();
    let during: unknown;
    await withWriteLock(p.repo, 'add', ['data/x', 'y'], {}, async () => {
      during = entries();
    });
    const mine = { pid: process.pid, cmd: 'tracks add' };
    assert.deepEqual(during, { write: { [p.path('data/x')]: mine, [p.path('y')]: mine }, ...(theirs as object) });
    assert.deepEqual(entries(), theirs);
    await assert.rejects(
      withWriteLock(p.repo, 'add', ['z'], {}, () => Promise.reject(new Error('planned'))),
      /planned/,
    );
    assert.deepEqual(entries(), theirs);
    await assert.rejects(add(p.repo, ['../x']), { code: 'bad-path' });
    assert.deepEqual(entries(), theirs);
  });

  it('the OS lock of a DVC that is starting up holds, too', async function () {
    p.write('.dvc/tmp/lock', '');
    if (process.platform !== 'linux' || spawnSync('flock', ['--version']).status !== 0) {
      console.log('      skipped: no flock, or no /proc/locks here');
      return this.skip();
    }
    const child = spawn('flock', [p.path('.dvc/tmp/lock'), 'sh', '-c', 'echo locked; sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    try {
      await assert.rejects(add(p.repo, ['data/x']), { code: 'locked', message: /flock .*lock sh -c/ });
    } finally {
      process.kill(-(child.pid as number), 'SIGKILL');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual((await add(p.repo, ['data/x'])).done, ['data/x']);
  });

  it('of many processes one at a time is inside', async () => {
    const script = fileURLToPath(new URL('../../support/workers/lock-counter.ts', import.meta.url));
    p.write('counter', '0');
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [script, p.root, '5'], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    const codes = await Promise.all(children.map((c) => new Promise((resolve) => c.once('exit', resolve))));
    assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
    assert.equal(p.read('counter'), '30');
    assert.deepEqual(entries(), {});
    assert.ok(!p.has('.dvc/tmp/rwlock.tracks'));
  });

  it('a mark that a killed process left holds nobody up', async () => {
    p.link(String(deadPid()), '.dvc/tmp/rwlock.tracks');
    assert.deepEqual((await add(p.repo, ['data/x'])).done, ['data/x']);
    assert.ok(!p.has('.dvc/tmp/rwlock.tracks'));
  });
});

function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid ?? 999_999;
}

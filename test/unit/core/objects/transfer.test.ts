import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, beforeEach, describe, it } from 'mocha';
import type { AbsPath } from '../../../../src/base/paths.ts';
import { hasObjects } from '../../../../src/core/objects/has.ts';
import { type Hash, type HashName, md5, objectKey } from '../../../../src/core/objects/hash.ts';
import { type Moved, transferObjects, type Wanted } from '../../../../src/core/objects/transfer.ts';
import { verifiedObject } from '../../../../src/core/objects/verify.ts';
import type { BlobStore } from '../../../../src/core/remotes/blob-store.ts';
import { readAll, sourceOfBuffer } from '../../../../src/core/remotes/bytes.ts';
import { localStore } from '../../../../src/core/remotes/local.ts';
import { memoryStore } from '../../../../src/core/remotes/memory.ts';
import { inlinePool } from '../../../../src/core/workers/pool.ts';
import { faulty, type PlannedFault } from '../../../suites/faults.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';
import { filesBelow } from '../../../support/project.ts';

const file = (text: string, name: HashName = 'md5'): Wanted => ({
  hash: { name, hex: md5(text), kind: 'file' },
  what: `data/${text.slice(0, 20)}`,
});
const keyOf = (w: Wanted): string => objectKey(w.hash);
const pool = inlinePool();

describe('transfers', () => {
  after(removeFolders);

  const kinds: readonly (readonly [string, () => BlobStore])[] = [
    ['a folder', () => localStore({ root: temporaryFolder() as AbsPath, name: 'folder' })],
    ['elsewhere', () => memoryStore('elsewhere')],
  ];
  const put = (store: BlobStore, w: Wanted, text: string | Uint8Array): Promise<void> =>
    store.write(keyOf(w), sourceOfBuffer(Buffer.from(text)));
  const keys = async (store: BlobStore): Promise<string[]> => {
    const found: string[] = [];
    for await (const entry of store.list('')) found.push(entry.key);
    return found.sort();
  };
  const move = (
    from: BlobStore,
    to: BlobStore,
    wanted: readonly Wanted[],
    signal?: AbortSignal,
  ): Promise<Moved & { readonly absent: readonly Wanted[] }> =>
    transferObjects(pool, from, to, wanted, { phase: 'fetch', signal });

  for (const [fromName, makeFrom] of kinds) {
    for (const [toName, makeTo] of kinds) {
      describe(`from ${fromName} to ${toName}`, () => {
        let from: BlobStore;
        let to: BlobStore;
        beforeEach(() => {
          from = makeFrom();
          to = makeTo();
        });

        it('moves files and trees, empty ones too, each once', async () => {
          const tree: Wanted = { hash: { name: 'md5', hex: md5('[]'), kind: 'tree' }, what: 'data/' };
          const big = 'x'.repeat(9 << 20);
          const wanted = [file('a'), file(''), file(big), tree, file('a')];
          for (const w of [file('a'), file(''), file(big)])
            await put(from, w, w.what === 'data/a' ? 'a' : w.hash.hex === md5('') ? '' : big);
          await put(from, tree, '[]');
          const moved = await move(from, to, wanted);
          assert.deepEqual(moved.failed, []);
          assert.deepEqual(moved.absent, []);
          assert.equal(moved.done.length, 4);
          assert.equal(moved.bytes, 1 + 0 + big.length + 2);
          assert.deepEqual(await keys(to), [...new Set(wanted.map(keyOf))].sort());
          assert.equal((await readAll(await to.read(keyOf(file(big))))).length, big.length);
        });

        it('an object that is not there is absent, the rest goes on', async () => {
          await put(from, file('a'), 'a');
          const moved = await move(from, to, [file('gone'), file('a')]);
          assert.deepEqual(moved.absent.map(keyOf), [keyOf(file('gone'))]);
          assert.equal(moved.done.length, 1);
        });

        it('bytes that are not their hash never arrive; the rest goes on', async () => {
          const tree: Wanted = { hash: { name: 'md5', hex: md5('[]'), kind: 'tree' }, what: 'data/' };
          await put(from, file('a'), 'a');
          await put(from, file('liar'), 'other bytes');
          await put(from, file('cut off'), 'cut');
          await put(from, file('nothing left'), '');
          await put(from, tree, '[{"md5": "evil"}]');
          await put(from, file('b'), 'b');
          const moved = await move(from, to, [
            file('a'),
            file('liar'),
            file('cut off'),
            tree,
            file('nothing left'),
            file('b'),
          ]);
          assert.deepEqual(moved.failed.map((f) => `${f.what}: ${f.error.code}`).sort(), [
            'data/: corrupt',
            'data/cut off: corrupt',
            'data/liar: corrupt',
            'data/nothing left: corrupt',
          ]);
          for (const f of moved.failed) assert.notEqual(f.error.hint ?? '', '');
          assert.deepEqual(await keys(to), [file('a'), file('b')].map(keyOf).sort());
          if (to.localRoot !== undefined) assert.equal(filesBelow(to.localRoot).length, 2, 'no temporary file is left');
        });

        it('objects of DVC 2 by the hash of their LF form, stored as they are', async () => {
          const w = file('a\nb\n', 'md5-dos2unix');
          const wrong = file('c\n', 'md5-dos2unix');
          await put(from, w, 'a\r\nb\r\n');
          await put(from, wrong, 'x\n');
          const moved = await move(from, to, [w, wrong]);
          assert.deepEqual(
            moved.failed.map((f) => f.error.code),
            ['corrupt'],
          );
          assert.equal((await readAll(await to.read(keyOf(w)))).toString(), 'a\r\nb\r\n');
        });

        it('counts up to the totals', async () => {
          const texts = Array.from({ length: 300 }, (_, i) => `object ${i}`);
          for (const t of texts) await put(from, file(t), t);
          const states: { files: number; bytes: number; totalFiles?: number; totalBytes?: number }[] = [];
          await transferObjects(
            pool,
            from,
            to,
            texts.map((t) => file(t)),
            { phase: 'push', progress: (s) => void states.push(s) },
          );
          const last = states.at(-1);
          const bytes = texts.reduce((sum, t) => sum + t.length, 0);
          assert.deepEqual([last?.files, last?.totalFiles, last?.bytes, last?.totalBytes], [300, 300, bytes, bytes]);
        });

        it('cancelled before it begins: nothing is moved', async () => {
          await put(from, file('a'), 'a');
          await assert.rejects(move(from, to, [file('a')], AbortSignal.abort()), { code: 'cancelled' });
          assert.deepEqual(await keys(to), []);
        });
      });
    }
  }

  describe('with a remote that lies or breaks', () => {
    const from = memoryStore('remote');
    const texts = ['good 1', 'bad', 'good 2', 'good 3'];
    const good = texts.filter((t) => t !== 'bad').map((t) => keyOf(file(t)));
    beforeEach(async () => {
      for (const t of texts) await put(from, file(t), t);
    });
    const key = keyOf(file('bad'));

    const reading: readonly (readonly [string, PlannedFault, string])[] = [
      ['another byte', { method: 'read', key, fault: 'corrupt' }, 'corrupt'],
      ['too few bytes', { method: 'read', key, fault: 'short' }, 'corrupt'],
      ['a break in the middle', { method: 'read', key, fault: 'cut' }, 'network'],
      ['an error', { method: 'read', key, fault: 'error', code: 'io', retry: 'never' }, 'io'],
      ['a wrong size', { method: 'stat', key, fault: 'corrupt' }, 'corrupt'],
      ['no answer for one object', { method: 'stat', key, fault: 'error', code: 'network' }, 'network'],
    ];
    for (const [what, fault, code] of reading) {
      for (const [toName, makeTo] of kinds) {
        it(`reading: ${what}, to ${toName}: never in the cache, told, and the rest goes on`, async () => {
          const to = makeTo();
          const moved = await move(
            faulty(from, [fault]),
            to,
            texts.map((t) => file(t)),
          );
          assert.deepEqual(
            moved.failed.map((f) => `${f.what}: ${f.error.code}`),
            [`data/bad: ${code}`],
          );
          assert.equal(moved.failed[0]?.key, key);
          assert.deepEqual(await keys(to), [...good].sort());
          if (to.localRoot !== undefined) assert.equal(filesBelow(to.localRoot).length, 3);
        });
      }
    }

    it('writing: one object that fails does not stop the rest', async () => {
      const inner = memoryStore('target');
      const to = faulty(inner, [{ method: 'write', key, fault: 'error', code: 'io' }]);
      const moved = await move(
        from,
        to,
        texts.map((t) => file(t)),
      );
      assert.deepEqual(
        moved.failed.map((f) => f.key),
        [key],
      );
      assert.deepEqual(await keys(inner), [...good].sort());
    });

    for (const code of ['auth', 'no-space', 'no-permission'] as const) {
      it(`${code} stops it: the next object would meet the same`, async () => {
        const to = faulty(memoryStore('target'), [{ method: 'write', fault: 'error', code }]);
        await assert.rejects(
          move(
            from,
            to,
            texts.map((t) => file(t)),
          ),
          { code },
        );
      });
    }

    it('cancelled while a read stalls: ends at once, nothing half', async () => {
      const controller = new AbortController();
      const to = localStore({ root: temporaryFolder(), name: 'cache' });
      const slow = faulty(from, [{ method: 'read', key, fault: 'stall' }]);
      const running = move(
        slow,
        to,
        texts.map((t) => file(t)),
        controller.signal,
      );
      setTimeout(() => controller.abort(), 50);
      await assert.rejects(running, { code: 'cancelled' });
      for (const name of filesBelow(to.localRoot ?? '')) assert.ok(good.includes(name), name);
    });
  });

  it('between folders: what is on the other side already is not written again', async () => {
    const from = localStore({ root: temporaryFolder(), name: 'from' });
    const to = localStore({ root: temporaryFolder(), name: 'to' });
    const w = file('a');
    await put(from, w, 'a');
    await put(to, w, 'a');
    const path = to.localPath?.(keyOf(w)) ?? '';
    const { ino } = statSync(path);
    await move(from, to, [w]);
    assert.equal(statSync(path).ino, ino);
  });

  it('into a folder with modes of its own: the modes are kept', async () => {
    const from = localStore({ root: temporaryFolder(), name: 'from' });
    const root = temporaryFolder();
    const to = localStore({ root, name: 'shared', folderMode: 0o2775 });
    const w = file('a');
    await put(from, w, 'a');
    await move(from, to, [w]);
    assert.equal(statSync(dirname(to.localPath?.(keyOf(w)) ?? '')).mode & 0o7777, 0o2775);
  });

  it('a read-only target takes nothing', async () => {
    const from = localStore({ root: temporaryFolder(), name: 'from' });
    const root = temporaryFolder();
    const w = file('a');
    await put(from, w, 'a');
    const to = localStore({ root, name: 'ro', readOnly: true });
    await move(from, to, [w]).then(
      (moved) => assert.equal(moved.failed.length, 1),
      (error: unknown) => assert.ok(error instanceof Error),
    );
    assert.deepEqual(filesBelow(root), []);
  });
});

describe('asking for objects', () => {
  after(removeFolders);
  for (const count of [0, 3, 1500]) {
    for (const local of [true, false]) {
      it(`${count} of a ${local ? 'folder' : 'store elsewhere'}`, async () => {
        const store = local ? localStore({ root: temporaryFolder(), name: 's' }) : memoryStore();
        const hashes = Array.from(
          { length: count },
          (_, i): Hash => ({
            name: i % 7 === 0 ? 'md5-dos2unix' : 'md5',
            hex: md5(`x${i}`),
            kind: i % 5 === 0 ? 'tree' : 'file',
          }),
        );
        const there = hashes.filter((_, i) => i % 3 !== 0);
        for (const h of there) {
          if (local) {
            const path = store.localPath?.(objectKey(h)) ?? '';
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, 'x');
          } else await store.write(objectKey(h), sourceOfBuffer(Buffer.from('x')));
        }
        assert.deepEqual([...(await hasObjects(store, hashes))].sort(), there.map(objectKey).sort());
      });
    }
  }
});

describe('checked objects', () => {
  for (const [name, text, stored, fine] of [
    ['md5', 'a', 'a', true],
    ['md5', 'a', 'b', false],
    ['md5', 'a\n', 'a\r\n', false],
    ['md5-dos2unix', 'a\n', 'a\r\n', true],
    ['md5-dos2unix', 'a\n', 'a\n', true],
    ['md5-dos2unix', 'a\r\n', 'a\r\n', true],
    ['md5-dos2unix', 'a\n', 'b\n', false],
  ] as const) {
    it(`${name} of ${JSON.stringify(text)} with the bytes ${JSON.stringify(stored)}: ${fine ? 'pass' : 'fail'}`, async () => {
      const source = verifiedObject(
        sourceOfBuffer(Buffer.from(stored)),
        { name, hex: md5(text), kind: 'file' },
        'data/a',
      );
      assert.equal(source.file, undefined, 'a copy by the system would pass the check by');
      const read = source.open().then((s) => readAll(s));
      if (fine) assert.equal((await read).toString(), stored);
      else await assert.rejects(read, { code: 'corrupt', path: 'data/a' });
    });
  }
});

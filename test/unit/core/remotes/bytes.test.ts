import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { TracksError } from '../../../../src/base/errors.ts';
import { md5 } from '../../../../src/core/objects/hash.ts';
import type { ByteSource } from '../../../../src/core/remotes/blob-store.ts';
import {
  pour,
  readAll,
  sourceOfBlob,
  sourceOfBuffer,
  sourceOfFile,
  verifying,
} from '../../../../src/core/remotes/bytes.ts';
import { memoryStore } from '../../../../src/core/remotes/memory.ts';

const text = '0123456789';

describe('byte sources', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracks-bytes-'));
    file = join(folder, 'file');
    await writeFile(file, text);
    await mkdir(join(folder, 'sub'));
  });
  after(() => rm(folder, { recursive: true }));

  const kinds: Readonly<Record<string, () => Promise<ByteSource>>> = {
    buffer: async () => sourceOfBuffer(Buffer.from(text)),
    file: async () => sourceOfFile(file, 10),
    blob: async () => {
      const store = memoryStore();
      await store.write('k', sourceOfBuffer(Buffer.from(text)));
      return sourceOfBlob(store, 'k', 10);
    },
  };
  for (const [kind, make] of Object.entries(kinds)) {
    it(`of a ${kind} opens again and again, whole and in parts`, async () => {
      const source = await make();
      assert.equal(source.size, 10);
      for (let i = 0; i < 2; i++) {
        assert.equal((await readAll(await source.open())).toString(), text);
        assert.equal((await readAll(await source.open({ start: 2, end: 5 }))).toString(), '234');
        assert.equal((await readAll(await source.open({ start: 8 }))).toString(), '89');
        assert.equal((await readAll(await source.open({ start: 5, end: 5 }))).toString(), '');
      }
      await assert.rejects(source.open(undefined, { signal: AbortSignal.abort() }), { code: 'cancelled' });
      await assert.rejects(source.open({ start: -1 }), { code: 'bad-argument' });
    });
  }

  it('name the file, where there is one', async () => {
    assert.equal(sourceOfFile(file).file, file);
    assert.equal(sourceOfFile(file).size, undefined);
    assert.equal(sourceOfBlob(memoryStore(), 'k').file, undefined);
    assert.equal(sourceOfBlob({ ...memoryStore(), localPath: (key) => `/at/${key}` }, 'k').file, '/at/k');
  });

  it('of no file, and of a folder, is not-found at open', async () => {
    for (const path of [join(folder, 'none'), join(folder, 'sub'), join(file, 'below')])
      await assert.rejects(sourceOfFile(path).open(), { code: 'not-found', path });
  });
});

describe('readAll', () => {
  it('reads up to its limit, and no byte more', async () => {
    assert.equal((await readAll(Readable.from([]))).length, 0);
    assert.equal((await readAll(await sourceOfBuffer(Buffer.from(text)).open(), 10)).toString(), text);
    const stream = await sourceOfBuffer(Buffer.from(text)).open();
    await assert.rejects(readAll(stream, 9), { code: 'bad-file' });
    assert.ok(stream.destroyed);
  });
});

describe('pour', () => {
  it('waits for its sink, keeps the order, and tells the error of the sink', async () => {
    const bytes = Buffer.alloc(2_000_000, 'abc');
    const got: Buffer[] = [];
    const count = await pour(sourceOfBuffer(bytes), 'x', async (chunk) => {
      await new Promise(setImmediate);
      got.push(Buffer.from(chunk));
    });
    assert.equal(count, bytes.length);
    assert.ok(Buffer.concat(got).equals(bytes));
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    await assert.rejects(
      pour(sourceOfBuffer(bytes), 'x', () => Promise.reject(full)),
      full,
    );
  });

  it('never hands the sink more than the size of the source', async () => {
    let got = 0;
    const source = { ...sourceOfBuffer(Buffer.alloc(1_000_000)), size: 600_000 };
    await assert.rejects(
      pour(source, 'what', (chunk) => {
        got += chunk.byteLength;
      }),
      { code: 'corrupt', path: 'what' },
    );
    assert.ok(got <= 600_000);
  });
});

describe('verifying', () => {
  it('passes the bytes on where they are their hash (any bytes, any chunks)', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), async (chunks) => {
        const all = Buffer.concat(chunks);
        const source: ByteSource = {
          open: async () =>
            Readable.from(
              chunks.map((c) => Buffer.from(c)),
              { objectMode: false },
            ),
        };
        const checked = verifying(source, md5(all), 'x');
        assert.ok((await readAll(await checked.open())).equals(all));
        assert.ok((await readAll(await checked.open())).equals(all));
      }),
      { numRuns: 50 },
    ));

  it('makes a write fail where they are not, and nothing is kept', async () => {
    const store = memoryStore();
    for (const size of [0, 1, 300_000]) {
      const bytes = Buffer.alloc(size, 1);
      const wrong = verifying(sourceOfBuffer(bytes), md5('other'), 'files/md5/ab/cd');
      assert.equal(wrong.size, size);
      await assert.rejects(store.write('k', wrong), { code: 'corrupt', path: 'files/md5/ab/cd' });
      assert.equal(await store.stat('k'), undefined);
      await store.write('fine', verifying(sourceOfBuffer(bytes), md5(bytes), 'k'));
      assert.deepEqual(await store.stat('fine'), { size });
    }
  });

  it('hides the file and refuses parts: neither could be verified', async () => {
    const checked = verifying(sourceOfFile('/some/file', 3), md5('abc'), 'x');
    assert.equal(checked.file, undefined);
    assert.equal(checked.size, 3);
    await assert.rejects(checked.open({ start: 1 }), { code: 'bad-argument' });
  });

  it('hands on the error of its source, and lets go of it when left early', async () => {
    const broken: ByteSource = {
      open: async () =>
        new Readable({
          read: function () {
            this.destroy(new TracksError('network', 'cut'));
          },
        }),
    };
    await assert.rejects(async () => readAll(await verifying(broken, md5(''), 'x').open()), { code: 'network' });
    const inner = await sourceOfBuffer(Buffer.alloc(5_000_000)).open();
    const outer = await verifying({ open: async () => inner }, md5(''), 'x').open();
    for await (const _chunk of outer) break;
    await new Promise(setImmediate);
    assert.ok(inner.destroyed);
  });
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { readAll } from '../../../../src/extension/documents/read-all.ts';

const tooMany = (): Error => new Error('too many');

describe('reading a stream whole', () => {
  it('gives its bytes, up to the limit itself', async () => {
    const bytes = await readAll(Readable.from([Buffer.from([1, 2]), Buffer.from([3])]), 3, tooMany);
    assert.deepEqual([...bytes], [1, 2, 3]);
  });

  it('stops as soon as there are more', async () => {
    let made = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        made++;
        yield Buffer.alloc(10);
      }
    }
    await assert.rejects(readAll(Readable.from(endless(), { highWaterMark: 1 }), 25, tooMany), /too many/);
    assert.ok(made < 10, `${made} parts were read`);
  });

  it('passes on what the stream throws', async () => {
    const broken = new Readable({ read: () => undefined });
    broken.destroy(new Error('broken'));
    await assert.rejects(readAll(broken, 10, tooMany), /broken/);
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import { parseBatch } from '../../../../src/core/git/blobs.ts';
import { type GitRepository, openGit } from '../../../../src/core/git/repository.ts';
import { type GitSandbox, makeGitSandbox } from './sandbox.ts';

const absent = '0123456789012345678901234567890123456789';

describe('blobs', () => {
  let box: GitSandbox;
  let repo: GitRepository;
  beforeEach(async () => {
    box = makeGitSandbox();
    repo = await openGit(box.root, box.env);
  });
  afterEach(() => box.dispose());

  const contents: Readonly<Record<string, Buffer>> = {
    empty: Buffer.alloc(0),
    newline: Buffer.from('\n'),
    'no newline at the end': Buffer.from('outs:\n- md5: x'),
    'looks like an answer': Buffer.from(`${absent} missing\n${absent} blob 5\nhello\n`),
    'NUL and bytes that are no UTF-8': Buffer.from([0, 0xff, 0xfe, 0x0a, 0, 0x80, 0xc3, 0x28, 0x0d, 0x0a]),
    'every byte': Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    'three megabytes': randomBytes(3 << 20),
  };

  it('reads byte for byte, all from one call', async () => {
    for (const [name, content] of Object.entries(contents)) box.write(name, content);
    box.commit('contents');
    const files = await repo.files('HEAD');
    const blobs = await repo.blobs(files.map((file) => file.blob));
    assert.equal(files.length, Object.keys(contents).length);
    for (const { path, blob } of files) {
      const [expected, found] = [contents[path], blobs.get(blob)];
      assert.ok(expected !== undefined && found !== undefined && expected.equals(found), path);
    }
  });

  it('leaves out what is missing and what is no blob, and reads one asked for twice once', async () => {
    box.write('a', 'a');
    const commit = box.commit('a');
    const [file] = await repo.files('HEAD');
    assert.ok(file !== undefined);
    const blobs = await repo.blobs([absent, file.blob, commit, box.git('rev-parse', 'HEAD^{tree}'), file.blob, absent]);
    assert.deepEqual([...blobs], [[file.blob, Buffer.from('a')]]);
    assert.deepEqual(await repo.blobs([]), new Map());
    assert.deepEqual(await repo.blobs([absent]), new Map());
  });

  for (const id of ['', 'HEAD', 'abc', `${absent}\nHEAD`, absent.replace('0', 'A'), ` ${absent}`]) {
    it(`takes no ${JSON.stringify(id)} for an id`, async () => {
      await assert.rejects(repo.blobs([id]), (e) => isTracksError(e, 'bad-argument'));
    });
  }

  it('reads 2,000 at once', async () => {
    const count = 2000;
    for (let i = 0; i < count; i++) box.write(`d/${i}.dvc`, `outs:\n- path: ${i}\n`);
    box.commit('many');
    const files = await repo.files('HEAD', { under: 'd' });
    assert.equal(files.length, count);
    const blobs = await repo.blobs(files.map((file) => file.blob));
    for (const { path, blob } of files) {
      assert.equal(blobs.get(blob)?.toString(), `outs:\n- path: ${path.slice(2, -4)}\n`);
    }
  }).timeout(20_000);

  it('reads nothing from an output that was cut off', () => {
    const whole = Buffer.from(`${absent} blob 5\nhello\n`);
    assert.equal(parseBatch(whole).get(absent)?.toString(), 'hello');
    for (let length = 1; length < whole.length; length++) {
      assert.throws(
        () => parseBatch(whole.subarray(0, length)),
        (e) => isTracksError(e, 'git'),
        `${length} bytes`,
      );
    }
  });
});

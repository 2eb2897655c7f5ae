import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import { parseDvcLock, stageOuts, updateDvcLock } from '../../../../src/core/formats/dvc-lock.ts';
import { parseDvcYaml } from '../../../../src/core/formats/dvc-yaml.ts';
import { golden } from './golden.ts';

const origin = { path: 'dvc.lock' };
const yaml = { path: 'dvc.yaml' };
const hex = 'c4ca4238a0b923820dcc509a6f75849b';

describe('dvc.lock', () => {
  it('is read', () => {
    const { stages } = parseDvcLock(golden('dvc.lock'), origin);
    assert.deepEqual([...stages.keys()], ['prep', 'train@small', 'train@big']);
    const prep = stages.get('prep');
    assert.equal(
      prep?.cmd,
      `cat data/a.txt > out.txt && mkdir -p od && cp data/a.txt od/a && echo '{"acc":1}' > m.json`,
    );
    assert.deepEqual(prep.outs[1], {
      path: 'od',
      hash: { name: 'md5', hex: '212e33b7a67e62269b5c6c4f1c820164', kind: 'tree' },
      hashName: 'md5',
      size: 6,
      nfiles: 1,
    });
    assert.equal(stages.get('train@big')?.cmd, 'mkdir -p models\necho big > models/big.bin');
  });

  it('of DVC 1.x has its stages at the top', () => {
    const { stages } = parseDvcLock(`prep:\n  cmd: x\n  outs:\n  - path: a\n    md5: ${hex}\n`, origin);
    assert.deepEqual(stages.get('prep')?.outs, [{ path: 'a', hash: { name: 'md5-dos2unix', hex, kind: 'file' } }]);
  });

  for (const [name, text] of [
    ['another schema', "schema: '3.0'\nstages: {}\n"],
    ['stages that are a list', "schema: '2.0'\nstages: []\n"],
    ['an out without a path', "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n    - md5: x\n"],
    ['conflict markers', "schema: '2.0'\n<<<<<<< HEAD\nstages: {}\n"],
  ] as const) {
    it(`with ${name} is refused`, () =>
      assert.throws(
        () => parseDvcLock(text, origin),
        (error) => isTracksError(error, 'bad-file'),
      ));
  }

  it('is updated as DVC does on commit', () => {
    const entry = parseDvcLock(golden('commit.dvc.lock'), origin)
      .stages.get('prep')
      ?.outs.find((out) => out.path === 'out.txt');
    assert.ok(entry?.hash && entry.size);
    const result = updateDvcLock(golden('dvc.lock'), origin, 'prep', 'out.txt', {
      md5: entry.hash.hex,
      size: entry.size,
    });
    assert.equal(result, golden('commit.dvc.lock'));
  });

  it('gets an out at its place, and one of DVC 2.x in the form of 3.x', () => {
    const text = `schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n    - path: z\n      md5: ${hex}\n      size: 1\n`;
    const entry = (path: string): string => `    - path: ${path}\n      hash: md5\n      md5: ${hex}\n      size: 2\n`;
    const head = "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n";
    const once = updateDvcLock(text, origin, 'a', 'b', { md5: hex, size: 2 });
    assert.equal(updateDvcLock(once, origin, 'a', 'z', { md5: hex, size: 2 }), `${head}${entry('b')}${entry('z')}`);
    assert.equal(
      updateDvcLock("schema: '2.0'\nstages:\n  a:\n    cmd: x\n", origin, 'a', 'z', { md5: hex, size: 2 }),
      `${head}${entry('z')}`,
    );
  });

  it('does not take a stage that never ran', () => {
    assert.throws(
      () => updateDvcLock(golden('dvc.lock'), origin, 'nope', 'x', {}),
      (error) => isTracksError(error, 'bad-file'),
    );
  });
});

describe('outs of stages', () => {
  const lock = parseDvcLock(golden('dvc.lock'), origin);

  it('are those of dvc.yaml with the hashes of dvc.lock', () => {
    const outs = stageOuts(parseDvcYaml(golden('dvc.yaml'), yaml), lock);
    assert.deepEqual(
      outs.map(({ stage, path, kind, cache, push, persist, desc, hash }) => [
        stage,
        path,
        kind,
        cache,
        push,
        persist,
        desc,
        hash?.kind,
      ]),
      [
        ['prep', 'out.txt', 'out', true, true, false, undefined, 'file'],
        ['prep', 'od', 'out', true, false, false, 'a folder', 'tree'],
        ['prep', 'm.json', 'metric', false, true, false, undefined, 'file'],
        ['train@small', 'models/small.bin', 'out', true, true, true, undefined, 'file'],
        ['train@big', 'models/big.bin', 'out', true, true, true, undefined, 'file'],
      ],
    );
  });

  it('without a lock have no hash; templated ones are not known yet', () => {
    const outs = stageOuts(parseDvcYaml(golden('dvc.yaml'), yaml), undefined);
    assert.deepEqual(
      outs.map(({ path, hash }) => [path, hash]),
      [
        ['out.txt', undefined],
        ['od', undefined],
        ['m.json', undefined],
      ],
    );
  });

  it('of a templated stage come from the lock, with the flags of the pattern that fits', () => {
    const text =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: DVC's own templates.
      'stages:\n  a:\n    cmd: x\n    wdir: sub\n    outs:\n    - plain\n    - ${dir}/x.${ext}:\n        cache: false\n    - ${name}:\n        push: false\n';
    const locked = parseDvcLock(
      `schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n${['plain', 'd/x.csv', 'other'].map((path) => `    - path: ${path}\n      hash: md5\n      md5: ${hex}\n`).join('')}`,
      origin,
    );
    assert.deepEqual(
      stageOuts(parseDvcYaml(text, yaml), locked).map((out) => [
        out.path,
        out.wdir,
        out.cache,
        out.push,
        out.hash?.hex,
      ]),
      [
        ['plain', 'sub', true, true, hex],
        ['d/x.csv', 'sub', false, true, hex],
        ['other', 'sub', true, false, hex],
      ],
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isTracksError } from '../../../../src/base/errors.ts';
import { parseDvcYaml } from '../../../../src/core/formats/dvc-yaml.ts';
import { golden } from './golden.ts';

const origin = { path: 'dvc.yaml' };

describe('dvc.yaml', () => {
  it('is read', () => {
    const [prep, train] = parseDvcYaml(golden('dvc.yaml'), origin).stages;
    assert.deepEqual(prep, {
      name: 'prep',
      cmd: `cat data/a.txt > out.txt && mkdir -p od && cp data/a.txt od/a && echo '{"acc":1}' > m.json`,
      frozen: false,
      foreach: false,
      deps: ['data/a.txt'],
      outs: [
        { path: 'out.txt', kind: 'out', cache: true, persist: false, push: true },
        { path: 'od', kind: 'out', cache: true, persist: false, push: false, desc: 'a folder' },
        { path: 'm.json', kind: 'metric', cache: false, persist: false, push: true },
      ],
    });
    assert.equal(train?.foreach, true);
    assert.deepEqual(train.outs, [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: DVC's own template.
      { path: 'models/${item}.bin', kind: 'out', cache: true, persist: true, push: true, templated: true },
    ]);
  });

  it('may have a matrix, plots with settings, anchors, and top-level lists that are no outs', () => {
    const text = [
      'metrics:\n- top.json\nplots:\n- top.csv:\n    x: a\nparams:\n- p.yaml\n',
      'stages:\n  a: &a\n    cmd: x\n    frozen: true\n    desc: about\n    wdir: w\n    plots:\n    - p.csv:\n        template: t\n        remote: r\n    - q.csv:\n      - x: a\n      - x: b\n    - r.csv:\n',
      '  b:\n    <<: *a\n    cmd: y\n    matrix:\n      m: [1, 2]\n',
    ].join('');
    const [a, b] = parseDvcYaml(text, origin).stages;
    assert.deepEqual(
      a?.outs.map((out) => [out.path, out.kind, out.remote]),
      [
        ['p.csv', 'plot', 'r'],
        ['q.csv', 'plot', undefined],
        ['r.csv', 'plot', undefined],
      ],
    );
    assert.deepEqual(
      [a?.frozen, a?.desc, a?.wdir, b?.cmd, b?.foreach, b?.outs.length],
      [true, 'about', 'w', 'y', true, 3],
    );
  });

  it('may hold no stages', () => {
    for (const text of ['', '# nothing\n', 'artifacts:\n  m:\n    path: x\n', 'stages:\n'])
      assert.deepEqual(parseDvcYaml(text, origin).stages, []);
  });

  for (const [name, text, line] of [
    ['stages that are a list', 'stages:\n- a\n', 2],
    ['a stage that is a text', 'stages:\n  a: x\n', 2],
    ['an out that is a number', 'stages:\n  a:\n    cmd: x\n    outs:\n    - 1\n', 5],
    ['an out of two paths', 'stages:\n  a:\n    cmd: x\n    outs:\n    - b:\n      c:\n', 5],
    ['a flag that is a text', 'stages:\n  a:\n    cmd: x\n    outs:\n    - b:\n        cache: maybe\n', 6],
    ['deps that are no list', 'stages:\n  a:\n    cmd: x\n    deps: b\n', 4],
  ] as const) {
    it(`with ${name} is refused`, () => {
      assert.throws(
        () => parseDvcYaml(text, origin),
        (error) => isTracksError(error, 'bad-file') && error.line === line,
      );
    });
  }
});

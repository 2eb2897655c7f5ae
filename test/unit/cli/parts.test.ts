import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'mocha';
import { isCancelled } from '../../../src/base/errors.ts';
import type { AbsPath } from '../../../src/base/paths.ts';
import { askYesNo } from '../../../src/cli/ask.ts';
import { relativeMessage } from '../../../src/cli/errors.ts';
import { nearest } from '../../../src/cli/nearest.ts';
import { progressLine, progressText } from '../../../src/cli/progress.ts';
import { quoted } from '../../../src/cli/report.ts';
import { shownFrom } from '../../../src/cli/repository.ts';
import { createStyle, table, wantsColor } from '../../../src/cli/style.ts';
import { defaultCacheFolder as cacheFolder } from '../../../src/core/host.ts';

const MB = 1 << 20;

describe('cli: progress', () => {
  it('says bytes, files and rate', () => {
    const state = { phase: 'push', files: 120, totalFiles: 2000, bytes: 12.3 * MB, totalBytes: 80 * MB };
    assert.equal(progressText(state, 5.1 * MB), 'push  12.3 MB of 80.0 MB · 120 of 2,000 files · 5.1 MB/s');
    assert.equal(progressText({ phase: 'checkout', files: 1, bytes: 0 }, undefined), 'checkout  1 file');
  });

  it('draws ten times a second at most, within the width, and goes away', () => {
    const written: string[] = [];
    let now = 0;
    const line = progressLine({ write: (text) => written.push(text), columns: 30 }, () => now);
    for (now = 0; now < 1000; now += 5) line.report({ phase: 'hash', files: now, totalFiles: 1e9, bytes: now * MB });
    assert.ok(written.length >= 8 && written.length <= 10, `${written.length} drawings`);
    for (const text of written) assert.ok(text.replace('\r\u001b[K', '').length < 30);
    line.clear();
    assert.equal(written.at(-1), '\r\u001b[K');
    const count = written.length;
    line.clear();
    assert.equal(written.length, count);
  });

  it('the rate is that of the phase', () => {
    const written: string[] = [];
    let now = 0;
    const line = progressLine({ write: (text) => written.push(text), columns: 100 }, () => now);
    line.report({ phase: 'hash', files: 0, bytes: 0 });
    now = 1000;
    line.report({ phase: 'push', files: 0, bytes: 0 });
    now = 3000;
    line.report({ phase: 'push', files: 1, bytes: 4 * MB });
    assert.match(written.at(-1) ?? '', /push {2}4\.0 MB · 1 file · 2\.0 MB\/s$/);
  });
});

describe('cli: a question', () => {
  const answer = async (text: string): Promise<boolean> => {
    const input = new PassThrough();
    const asked = askYesNo('Delete?', { input, output: new PassThrough(), signal: new AbortController().signal });
    input.write(text);
    return asked;
  };
  for (const [text, yes] of [
    ['y\n', true],
    ['YES\n', true],
    ['\n', false],
    ['n\n', false],
    ['yellow\n', false],
  ] as const)
    it(`${JSON.stringify(text)} is ${yes ? 'yes' : 'no'}`, async () => assert.equal(await answer(text), yes));

  it('the end of the input, and a signal, are no answer', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const asked = askYesNo('Delete?', { input, output, signal: new AbortController().signal });
    input.end();
    await assert.rejects(asked, isCancelled);
    const stop = new AbortController();
    const again = askYesNo('Delete?', { input: new PassThrough(), output, signal: stop.signal });
    stop.abort();
    await assert.rejects(again, isCancelled);
  });
});

describe('cli: paths as seen from the current folder', () => {
  const root = (process.platform === 'win32' ? 'C:\\r' : '/r') as AbsPath;
  const below = (process.platform === 'win32' ? 'C:\\r\\data' : '/r/data') as AbsPath;
  for (const [cwd, path, shown] of [
    [root, 'data/a.csv', 'data/a.csv'],
    [root, 'pics/', 'pics/'],
    [below, 'data/a.csv', 'a.csv'],
    [below, 'pics/', '../pics/'],
    [below, 'data/', './'],
  ] as const)
    it(`${path} in ${cwd} is ${shown}`, () => assert.equal(shownFrom(root, cwd, path), shown));

  const shown = (path: string): string => shownFrom(root, below, path);
  for (const [text, path, expected] of [
    ['data/a.csv is not tracked.', 'data/a.csv', 'a.csv is not tracked.'],
    ['Track it: tracks add data/a.csv', 'data/a.csv', 'Track it: tracks add a.csv'],
    ['data/a.csv: data/a.csv would be lost: it', 'data/a.csv', 'a.csv: a.csv would be lost: it'],
    ['data/a.csv.dvc holds data/a.csv', 'data/a.csv', 'data/a.csv.dvc holds a.csv'],
    ['data: its data (1) is not in the cache.', 'data', '.: its data (1) is not in the cache.'],
    ['model is no model', 'model', '../model is no model'],
    ['Get it: tracks fetch model', 'model', 'Get it: tracks fetch ../model'],
    ['/abs/data/a.csv is there', '/abs/data/a.csv', '/abs/data/a.csv is there'],
  ] as const)
    it(`"${text}"`, () => assert.equal(relativeMessage(text, path, shown), expected));
});

describe('cli: small parts', () => {
  it('the nearest name, where one is near', () => {
    const names = ['status', 'push', 'pull', 'fetch'];
    assert.equal(nearest('statsu', names), 'status');
    assert.equal(nearest('pul', names), 'pull');
    assert.equal(nearest('augment', names), undefined);
  });

  it('a table does not count colour codes, nor UTF-16 units', () => {
    const { red } = createStyle(true);
    assert.deepEqual(
      table(
        [
          [red('a'), 'x'],
          ['bbb', 'y'],
          ['😀', 'z'],
        ],
        new Set(),
      ),
      [`${red('a')}    x`, 'bbb  y', '😀    z'],
    );
    assert.deepEqual(
      table(
        [
          ['1', 'a'],
          ['22', 'b'],
        ],
        new Set([0]),
      ),
      [' 1  a', '22  b'],
    );
  });

  it('colour on a terminal alone, and not with NO_COLOR', () => {
    assert.equal(wantsColor({ isTTY: true }, {}), true);
    assert.equal(wantsColor({ isTTY: true }, { NO_COLOR: '1' }), false);
    assert.equal(wantsColor({ isTTY: true }, { NO_COLOR: '' }), true);
    assert.equal(wantsColor({}, {}), false);
  });

  it('words as a shell reads them back', () => {
    assert.equal(quoted('data/a.csv'), 'data/a.csv');
    assert.equal(quoted("it's $1.csv"), "'it'\\''s $1.csv'");
  });

  it('the cache folder of each system', () => {
    assert.match(cacheFolder({ HOME: '/h', XDG_CACHE_HOME: '/c' }, 'linux'), /^.c.data-tracks$/);
    assert.match(cacheFolder({ HOME: '/h' }, 'linux'), /^.h.\.cache.data-tracks$/);
    assert.match(cacheFolder({ HOME: '/h' }, 'darwin'), /^.h.Library.Caches.data-tracks$/);
    assert.match(cacheFolder({ LOCALAPPDATA: '/l' }, 'win32'), /^.l.data-tracks$/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import type { DatasetVersion } from '../../../../src/core/system.ts';
import {
  deltaText,
  formatTime,
  placeWords,
  type VersionPlace,
  versionContext,
  versionDescription,
  versionPlace,
  versionTooltip,
} from '../../../../src/extension/views/version-labels.ts';
import { commit, version, withoutHash } from './samples.ts';

const day = 86_400_000;

describe('description of a version', () => {
  const counts = { added: 12, deleted: 3, modified: 4, renamed: 0 };
  const cases: readonly (readonly [string, DatasetVersion, string])[] = [
    [
      'counts and bytes',
      version({ filesDelta: counts, bytesDelta: 1_258_291 }),
      'a1b2c3d · Ada · 3 days ago · +12 −3 ~4 files · +1.2 MB',
    ],
    [
      'a file has no counts',
      version({ kind: 'file', filesDelta: counts, bytesDelta: -2048 }),
      'a1b2c3d · Ada · 3 days ago · −2.0 KB',
    ],
    [
      'the first: its size',
      version({ change: 'added', size: 2048, bytesDelta: 2048 }),
      'a1b2c3d · Ada · 3 days ago · first version · 2.0 KB',
    ],
    ['no delta known: the size', version({ size: 100 }), 'a1b2c3d · Ada · 3 days ago · 100 B'],
    ['refs', version({ refs: ['main', 'v1', 'v2'] }), 'a1b2c3d · main · v1 · Ada · 3 days ago'],
    ['stopped', withoutHash({ change: 'removed' }), 'a1b2c3d · Ada · 3 days ago · stopped tracking'],
    [
      'a rename inside',
      version({ filesDelta: { added: 0, deleted: 0, modified: 0, renamed: 1 }, bytesDelta: 0 }),
      'a1b2c3d · Ada · 3 days ago · →1 files · ±0 B',
    ],
  ];
  for (const [name, what, expected] of cases) {
    it(name, () => assert.equal(versionDescription(what, 3 * day), expected));
  }
});

describe('place of a version', () => {
  const cases: readonly (readonly [DatasetVersion, VersionPlace, string])[] = [
    [version({ current: true, inCache: true, onRemote: true }), 'current', 'version.folder.current'],
    [version({ inCache: true }), 'cache', 'version.folder.other.cache'],
    [version({ onRemote: true, kind: 'file' }), 'remote', 'version.file.other.remote'],
    [version({ onRemote: false }), 'nowhere', 'version.folder.other.nowhere'],
    [version({}), 'unknown', 'version.folder.other.unknown'],
    [withoutHash({ change: 'removed', current: true }), 'removed', 'version.removed'],
  ];
  for (const [what, place, context] of cases) {
    it(context, () => {
      assert.equal(versionPlace(what), place);
      assert.equal(versionContext(what), context);
    });
  }

  it('says what is not known', () => {
    assert.match(placeWords(version({})), /has not been asked/);
    assert.match(placeWords(withoutHash({ change: 'modified' })), /could not be read/);
  });
});

describe('tooltip of a version', () => {
  it('has the full commit, refs, hash and counts, markup escaped', () => {
    const text = versionTooltip(
      version({
        subject: 'Add [link](http://x)',
        refs: ['main', 'v1.0'],
        path: 'data/old_name' as RepoPath,
        files: 2000,
        size: 4096,
        bytesDelta: -100,
        filesDelta: { added: 1, deleted: 0, modified: 0, renamed: 0 },
      }),
      60_000,
    );
    assert.ok(text.startsWith('**Add \\[link\\]\\(http://x\\)**'));
    assert.ok(text.includes(commit));
    assert.ok(text.includes('main, v1\\.0'));
    assert.ok(text.includes('2,000 files'));
    assert.ok(text.includes('−100 B against the version before'));
    assert.ok(text.includes('Changed files: 1 added'));
    assert.ok(text.includes('1 minute ago'));
  });

  it('writes time and differences', () => {
    assert.equal(formatTime(new Date(2025, 10, 3, 4, 5).getTime()), '2025-11-03 04:05');
    assert.deepEqual([0, 1536, -1536].map(deltaText), ['±0 B', '+1.5 KB', '−1.5 KB']);
  });
});

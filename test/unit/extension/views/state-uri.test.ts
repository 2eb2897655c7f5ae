import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RepoPath } from '../../../../src/base/paths.ts';
import { decodeStateUri, encodeStateUri, type StateAddress } from '../../../../src/extension/views/state-uri.ts';

describe('Uris of rows', () => {
  const root = 'file:///home/ada/my%20project';
  const path = 'data/hello? #1.csv' as RepoPath;
  for (const address of [
    { root, path },
    { root, path, commit: 'a1b2c3d' },
  ] satisfies StateAddress[]) {
    it(`come back as they went (${Object.keys(address).join(', ')})`, () => {
      assert.deepEqual(decodeStateUri(encodeStateUri(address)), address);
    });
  }

  it('are told from others', () => {
    assert.equal(decodeStateUri({ scheme: 'file', path: '/a', query: root, fragment: '' }), undefined);
    assert.equal(decodeStateUri({ scheme: 'data-tracks-state', path: '/', query: root, fragment: '' }), undefined);
    assert.equal(decodeStateUri({ scheme: 'data-tracks-state', path: '/../a', query: root, fragment: '' }), undefined);
  });
});

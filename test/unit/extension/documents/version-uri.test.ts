import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type RepoPath, repoPathFault } from '../../../../src/base/paths.ts';
import {
  decodeVersionUri,
  encodeVersionUri,
  revisionLabel,
  type VersionAddress,
  versionTitle,
} from '../../../../src/extension/documents/version-uri.ts';

const address: VersionAddress = {
  root: 'file:///home/ada/project',
  path: 'data/hello? sausage/êé/\' " & #%.csv' as RepoPath,
  revision: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  label: 'a1b2c3d',
};

describe('data-tracks: addresses', () => {
  it('have the path in the repository, so that the name decides language and viewer', () => {
    const uri = encodeVersionUri(address);
    assert.equal(uri.scheme, 'data-tracks');
    assert.equal(uri.path, `/${address.path}`);
    assert.deepEqual(JSON.parse(uri.query), { root: address.root, revision: address.revision, label: 'a1b2c3d' });
  });

  it('come back as they went, whatever the names', () => {
    const pieces = [
      'a',
      'B',
      '/',
      '.',
      '..',
      ' ',
      '?',
      '#',
      '%',
      '%2F',
      '&',
      '+',
      '"',
      "'",
      '\\',
      '\n',
      'é',
      '\u{1F600}',
    ];
    const paths = fc
      .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 })
      .map((parts) => parts.join(''))
      .filter((text) => repoPathFault(text) === undefined);
    const revisions = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
    fc.assert(
      fc.property(paths, revisions, fc.string(), fc.string(), (path, revision, root, label) => {
        const sent = { path: path as RepoPath, revision, root, label };
        assert.deepEqual(decodeVersionUri(encodeVersionUri(sent)), sent);
      }),
    );
  });

  it('reach the root itself', () => {
    assert.equal(decodeVersionUri(encodeVersionUri({ ...address, path: '' }))?.path, '');
  });

  const query = JSON.stringify({ root: 'r', label: 'l' });
  for (const [name, uri] of [
    ['another scheme', { scheme: 'file', path: '/a', query }],
    ['no query', { scheme: 'data-tracks', path: '/a', query: '' }],
    ['a list', { scheme: 'data-tracks', path: '/a', query: '[]' }],
    ['null', { scheme: 'data-tracks', path: '/a', query: 'null' }],
    ['no root', { scheme: 'data-tracks', path: '/a', query: '{"label":"l"}' }],
    [
      'a revision that is no text',
      { scheme: 'data-tracks', path: '/a', query: '{"root":"r","label":"l","revision":3}' },
    ],
    ['an empty revision', { scheme: 'data-tracks', path: '/a', query: '{"root":"r","label":"l","revision":""}' }],
    ['a way out', { scheme: 'data-tracks', path: '/a/../../b', query }],
    ['a relative path', { scheme: 'data-tracks', path: 'a', query }],
    ['a NUL', { scheme: 'data-tracks', path: '/a\0b', query }],
  ] as const) {
    it(`refuse ${name}`, () => assert.equal(decodeVersionUri(uri), undefined));
  }

  it('have titles', () => {
    assert.equal(versionTitle(address), '\' " & #%.csv (a1b2c3d)');
    assert.equal(revisionLabel(address.revision), 'a1b2c3d');
    assert.equal(revisionLabel('v1.0'), 'v1.0');
    assert.equal(revisionLabel(undefined), 'recorded');
  });
});

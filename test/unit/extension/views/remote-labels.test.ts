import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RemoteInfo } from '../../../../src/core/system.ts';
import {
  publicUrl,
  type Reachability,
  remoteContext,
  remoteDescription,
  remoteIcon,
  remoteTooltip,
} from '../../../../src/extension/views/remote-labels.ts';

const store: RemoteInfo = { name: 'store', url: '/mnt/store', kind: 'local', default: true, supported: true };
const bucket: RemoteInfo = { name: 'bucket', url: 's3://b/p', kind: 's3', default: false, supported: false };

describe('a remote', () => {
  const cases: readonly (readonly [RemoteInfo, Reachability | undefined, string, string, string])[] = [
    [store, undefined, 'default · /mnt/store', 'folder', 'remote.default.supported'],
    [store, { ok: true }, 'default · /mnt/store · reachable', 'folder', 'remote.default.supported'],
    [
      store,
      { ok: false, message: 'gone' },
      'default · /mnt/store · not reachable',
      'debug-disconnect',
      'remote.default.supported',
    ],
    [
      { ...store, url: '/home/ada/storage' },
      undefined,
      'default · ../../storage',
      'folder',
      'remote.default.supported',
    ],
    [bucket, undefined, 's3://b/p · not supported yet', 'warning', 'remote.other.unsupported'],
    [{ ...bucket, kind: 'strange', supported: true }, undefined, 's3://b/p', 'server', 'remote.other.supported'],
  ];
  for (const [remote, tested, description, icon, context] of cases) {
    it(description, () => {
      assert.equal(remoteDescription(remote, tested, '/home/ada/work/songs'), description);
      assert.equal(remoteIcon(remote, tested).icon, icon);
      assert.equal(remoteContext(remote), context);
    });
  }

  it('says in the tooltip why it was not reached', () => {
    assert.match(
      remoteTooltip(store, { ok: false, message: 'No such folder' }),
      /Not reachable when last tested: No such folder/,
    );
  });
});

describe('addresses', () => {
  for (const [url, expected] of [
    ['https://ada:secret@host/x', 'https://ada@host/x'],
    ['https://:secret@host/x', 'https://host/x'],
    ['ssh://ada@host:22/x', 'ssh://ada@host:22/x'],
    ['s3://bucket/a@b', 's3://bucket/a@b'],
    ['/local/a:b@c', '/local/a:b@c'],
  ] as const) {
    it(`${url} → ${expected}`, () => assert.equal(publicUrl(url), expected));
  }
});

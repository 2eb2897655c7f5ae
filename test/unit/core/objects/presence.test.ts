import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { presence } from '../../../../src/core/objects/presence.ts';
import { removeFolders, temporaryFolder } from '../../../support/core.ts';

describe('presence of keys in a folder', () => {
  after(removeFolders);

  it('answers the same for a few and for many questions', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'files/ab'), { recursive: true });
    for (let i = 0; i < 100; i += 2) writeFileSync(join(root, 'files/ab', `${i}`), '');
    const there = presence(root);
    for (let i = 0; i < 100; i++) assert.equal(there(`files/ab/${i}`), i % 2 === 0, `${i}`);
    for (let i = 0; i < 20; i++) assert.equal(there(`files/none/${i}`), false);
    assert.equal(there('top'), false);
  });

  it('is that of one moment: a new one sees what has changed', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'd'));
    const there = presence(root);
    for (let i = 0; i < 20; i++) assert.equal(there(`d/${i}`), false);
    writeFileSync(join(root, 'd/5'), '');
    assert.equal(presence(root)('d/5'), true);
  });

  it('takes a file in the place of a folder for nothing', () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'file'), '');
    const there = presence(root);
    for (let i = 0; i < 20; i++) assert.equal(there(`file/${i}`), false);
  });
});

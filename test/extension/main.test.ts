import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('is present and activates', async () => {
    const extension = vscode.extensions.getExtension('data-tracks.data-tracks');
    assert.ok(extension, 'VS Code knows no extension data-tracks.data-tracks');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});

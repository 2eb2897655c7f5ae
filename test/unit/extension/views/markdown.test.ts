import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { escapeMarkdown } from '../../../../src/extension/views/markdown.ts';

describe('markdown', () => {
  for (const [text, expected] of [
    ['plain', 'plain'],
    ['a_b', 'a\\_b'],
    ['[x](y)', '\\[x\\]\\(y\\)'],
    ['<img>', '\\<img\\>'],
    ['$(zap)', '\\$\\(zap\\)'],
    ['a\n\n# b', 'a \\# b'],
    ['back\\slash', 'back\\\\slash'],
  ] as const) {
    it(`${JSON.stringify(text)} shows as it is`, () => assert.equal(escapeMarkdown(text), expected));
  }
});

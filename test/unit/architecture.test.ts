import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { after, describe, it } from 'mocha';
import { removeFolders, temporaryFolder } from '../support/core.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: IForbiddenRuleType[];
  options: object;
};

async function violations(folder: string): Promise<{ readonly found: string[]; readonly modules: number }> {
  const { output } = await cruise(
    ['src'],
    { ...rules.options, baseDir: folder, ruleSet: { forbidden: rules.forbidden }, validate: true },
    undefined,
    { tsConfig: extractTSConfig(join(folder, 'tsconfig.json')) },
  );
  const { summary, modules } = output as ICruiseResult;
  return {
    found: summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`).sort(),
    modules: modules.length,
  };
}

describe('the import rule', function () {
  this.timeout(60_000);
  after(removeFolders);

  it('is kept by every source', async () => {
    const { found, modules } = await violations(root);
    assert.deepEqual(found, []);
    assert.ok(modules > 100, `only ${modules} modules were found`);
  });

  const base = 'export const a = 1;\n';
  const cases: readonly { readonly rule: string; readonly files: Readonly<Record<string, string>> }[] = [
    { rule: 'base-imports-nothing', files: { 'src/base/b.ts': "import 'node:fs';\n" } },
    {
      rule: 'base-imports-nothing',
      files: {
        'src/base/b.ts': "import type { C } from '../core/c.ts';\nexport type D = C;\n",
        'src/core/c.ts': 'export type C = 1;\n',
      },
    },
    { rule: 'core-imports-base-only', files: { 'src/core/c.ts': "import '../cli/d.ts';\n", 'src/cli/d.ts': base } },
    {
      rule: 'core-imports-base-only',
      files: {
        'src/core/c.ts': "import type { D } from '../content/d.ts';\nexport type E = D;\n",
        'src/content/d.ts': 'export type D = 1;\n',
      },
    },
    {
      rule: 'cli-and-extension-are-apart',
      files: { 'src/cli/c.ts': "import '../extension/d.ts';\n", 'src/extension/d.ts': base },
    },
    {
      rule: 'cli-and-extension-are-apart',
      files: { 'src/extension/c.ts': "export * from '../cli/d.ts';\n", 'src/cli/d.ts': base },
    },
    {
      rule: 'systems-import-core-and-base-only',
      files: { 'src/systems/oxen/c.ts': "import '../lakefs/d.ts';\n", 'src/systems/lakefs/d.ts': base },
    },
    {
      rule: 'content-sees-bytes-only',
      files: { 'src/content/tables/c.ts': "import '../../core/git/d.ts';\n", 'src/core/git/d.ts': base },
    },
    { rule: 'vscode-in-extension-only', files: { 'src/cli/c.ts': "import * as v from 'vscode';\nconsole.log(v);\n" } },
    {
      rule: 'vscode-in-extension-only',
      files: { 'src/core/c.ts': "import type { Uri } from 'vscode';\nexport type U = Uri;\n" },
    },
    { rule: 'yaml-in-one-folder', files: { 'src/core/c.ts': "import 'yaml';\n" } },
    { rule: 'simple-git-in-one-folder', files: { 'src/extension/c.ts': "import 'simple-git';\n" } },
    { rule: 'ignore-in-one-folder', files: { 'src/core/worktree/c.ts': "import 'ignore';\n" } },
    {
      rule: 'tinyglobby-in-one-folder',
      files: { 'src/cli/c.ts': "import { globSync } from 'tinyglobby';\nglobSync('x');\n" },
    },
    { rule: 'packages-have-a-home', files: { 'src/core/c.ts': "import 'fast-check';\n" } },
    { rule: 'packages-have-a-home', files: { 'src/core/c.ts': "import 'no-such-package';\n" } },
    {
      rule: 'no-cycles',
      files: { 'src/core/c.ts': "import './d.ts';\n", 'src/core/d.ts': "import './c.ts';\n" },
    },
    { rule: 'no-test-code-in-sources', files: { 'src/core/c.ts': "import '../../test/d.ts';\n", 'test/d.ts': base } },
  ];
  for (const { rule, files } of cases) {
    it(`${rule} is seen: ${Object.entries(files)[0]?.join(': ').trim().split('\n')[0]}`, async () => {
      const folder = temporaryFolder('tracks-rules-');
      for (const name of ['tsconfig.json', 'package.json']) cpSync(join(root, name), join(folder, name));
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      for (const [name, text] of Object.entries({ 'src/base/a.ts': base, ...files })) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      const { found } = await violations(folder);
      assert.ok(found.length > 0, 'nothing was seen');
      for (const each of found) assert.ok(each.startsWith(`${rule}: `), each);
    });
  }
});

// Who may import whom (ARCHITECTURE.md). test/unit/architecture.test.ts runs it.

/** A package other than those of Node itself. */
const thirdParty = [
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-bundled',
  'npm-no-pkg',
  'npm-unknown',
  'unknown',
];

/** Each third-party package has one folder that imports it. */
const homes = {
  yaml: '^src/core/formats/',
  ignore: '^src/core/formats/',
  'simple-git': '^src/core/git/',
  tinyglobby: '^src/core/add\\.ts$',
};

module.exports = {
  forbidden: [
    {
      name: 'base-imports-nothing',
      severity: 'error',
      from: { path: '^src/base/' },
      to: { pathNot: '^src/base/' },
    },
    {
      name: 'core-imports-base-only',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/(?:base|core)/' },
    },
    {
      name: 'cli-and-extension-are-apart',
      severity: 'error',
      from: { path: '^src/(cli|extension)/' },
      to: { path: '^src/(?:cli|extension)/', pathNot: '^src/$1/' },
    },
    {
      name: 'systems-import-core-and-base-only',
      severity: 'error',
      from: { path: '^src/systems/([^/]+)/' },
      to: { path: '^src/', pathNot: '^src/(?:base|core|systems/$1)/' },
    },
    {
      name: 'content-sees-bytes-only',
      severity: 'error',
      from: { path: '^src/content/' },
      to: {
        path: '^src/',
        pathNot: '^src/(?:base|content|core/objects)/|^src/core/remotes/(?:blob-store|bytes)\\.ts$',
      },
    },
    {
      name: 'vscode-in-extension-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension/' },
      to: { path: '^vscode$|(?:^|/)node_modules/@types/vscode/' },
    },
    {
      name: 'no-test-code-in-sources',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|bench|scripts)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    ...Object.entries(homes).map(([name, path]) => ({
      name: `${name}-in-one-folder`,
      severity: 'error',
      from: { path: '^src/', pathNot: path },
      to: { path: `(?:^|/)node_modules/${name}/` },
    })),
    {
      name: 'packages-have-a-home',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: thirdParty,
        pathNot: [
          `(?:^|/)node_modules/(?:${Object.keys(homes).join('|')})/`,
          '^vscode$',
          'node_modules/@types/vscode/',
        ],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // `import type` counts: a room knows no more of another than it may.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { DataState } from '../../../src/core/system.ts';
import { datasetContext } from '../../../src/extension/views/dataset-labels.ts';
import { remoteContext } from '../../../src/extension/views/remote-labels.ts';
import { stateLooks } from '../../../src/extension/views/states.ts';
import { versionContext } from '../../../src/extension/views/version-labels.ts';
import { dataset, version, withoutHash } from './views/samples.ts';

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly icon: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string } };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly submenus: readonly { readonly id: string }[];
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly viewsWelcome: readonly { readonly contents: string; readonly when?: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
const { commands, menus, submenus, colors, viewsWelcome, walkthroughs } = manifest.contributes;
const ids = new Set(commands.map(({ command }) => command));
const states = Object.keys(stateLooks) as DataState[];

/** Every context value that a row of ours can have. */
const contextValues: readonly string[] = [
  'repository',
  'fault.error',
  'fault.conflict',
  'files',
  'versions',
  'more',
  'message',
  'folder.version',
  'file.version',
  ...states.flatMap((state) => [
    `file.now.${stateLooks[state].context}`,
    `folder.now.${stateLooks[state].context}`,
    ...(['file', 'folder', 'unknown'] as const).map((kind) =>
      datasetContext(dataset('a', { kind }), { state, words: '' }),
    ),
    datasetContext(dataset('a', { stage: 's', frozen: true, importedFrom: 'u', cached: false }), { state, words: '' }),
  ]),
  ...(['file', 'folder', 'unknown'] as const).flatMap((kind) => [
    versionContext(version({ kind, current: true })),
    versionContext(version({ kind, inCache: true })),
    versionContext(version({ kind, onRemote: true })),
    versionContext(version({ kind, onRemote: false })),
    versionContext(version({ kind })),
  ]),
  versionContext(withoutHash()),
  ...[true, false].flatMap((yes) =>
    [true, false].map((supported) => remoteContext({ name: 'r', url: '', kind: '', default: yes, supported })),
  ),
  ...['running', 'done', 'failed', 'cancelled'].map((state) => `activity.${state}`),
];

const writing =
  /^dataTracks\.(init|add|commit|push|pull|fetch|checkout|restore|remove|move|unprotect|sync|gc|addRemote|setDefaultRemote|removeRemote|testRemote)$/;

/** The values that the `viewItem` part of a condition lets through. */
function matching(when: string): readonly string[] {
  const regex = /viewItem =~ \/(.*?)\/(?: |$)/.exec(when)?.[1];
  const exact = /viewItem == (\S+)/.exec(when)?.[1];
  const test = regex === undefined ? undefined : new RegExp(regex);
  return contextValues.filter((value) => (test === undefined ? value === exact : test.test(value)));
}

describe('package.json: commands and menus', () => {
  it('names only commands and submenus that are declared', () => {
    for (const [menu, entries] of Object.entries(menus)) {
      assert.ok(menu.includes('/') || menu === 'commandPalette' || submenus.some(({ id }) => id === menu), menu);
      for (const { command, submenu } of entries) {
        if (command !== undefined) assert.ok(ids.has(command), `${menu}: ${command}`);
        else
          assert.ok(
            submenus.some(({ id }) => id === submenu),
            `${menu}: ${submenu}`,
          );
      }
    }
  });

  it('gives every command a title and the category', () => {
    for (const { command, title, category } of commands) {
      assert.match(command, /^dataTracks\.[a-zA-Z]+$/);
      assert.ok(title.length > 0 && !title.startsWith('Data Tracks'), command);
      assert.equal(category, 'Data Tracks');
    }
    assert.equal(ids.size, commands.length);
  });

  it('lets commands that write run in trusted workspaces only', () => {
    for (const { command, enablement } of commands) {
      assert.equal(enablement === 'isWorkspaceTrusted', writing.test(command), command);
    }
    for (const [menu, entries] of Object.entries(menus)) {
      for (const { command, when } of entries) {
        if (command !== undefined && writing.test(command))
          assert.ok(when?.includes('isWorkspaceTrusted'), `${menu}: ${command}`);
      }
    }
  });

  it('has conditions on rows that some row meets', () => {
    for (const { command, when } of menus['view/item/context'] ?? []) {
      assert.ok(when !== undefined && matching(when).length > 0, `${command}: ${when}`);
    }
  });

  it('shows no button twice on one row', () => {
    const inline = (menus['view/item/context'] ?? []).filter(({ group }) => group?.startsWith('inline') === true);
    for (const value of contextValues) {
      const shown = inline.flatMap(({ command, when }) =>
        when !== undefined && matching(when).includes(value) ? [command] : [],
      );
      assert.equal(new Set(shown).size, shown.length, `${value}: ${shown.join(', ')}`);
      assert.ok(shown.length <= 3, `${value}: ${shown.join(', ')}`);
    }
  });

  const rowCases: readonly (readonly [string, string, boolean])[] = [
    ['commit', 'dataset.folder.modified', true],
    ['commit', 'dataset.folder.ok', false],
    ['commit', 'dataset.file.notPushed', false],
    ['restore', 'version.file.other.cache', true],
    ['restore', 'version.file.current', false],
    ['restore', 'version.removed', false],
    ['revealInExplorer', 'dataset.file.missing', false],
    ['revealInExplorer', 'dataset.file.modified', true],
    ['revealInExplorer', 'file.now.deleted', false],
    ['compareFile', 'file.version', true],
    ['compareFile', 'file.now.ok', false],
    ['move', 'dataset.file.ok', true],
    ['move', 'dataset.file.ok.stage.imported.frozen.inGit', false],
    ['copyVersionId', 'version.removed', true],
    ['openPointer', 'fault.conflict', true],
    ['pull', 'version.folder.other.remote', true],
    ['pull', 'version.folder.other.cache', false],
    ['cancelActivity', 'activity.running', true],
    ['cancelActivity', 'activity.done', false],
    ['setDefaultRemote', 'remote.default.supported', false],
    ['testRemote', 'remote.other.unsupported', false],
  ];
  for (const [id, value, expected] of rowCases) {
    it(`${id} is ${expected ? '' : 'not '}offered on ${value}`, () => {
      const entries = (menus['view/item/context'] ?? []).filter(({ command }) => command === `dataTracks.${id}`);
      assert.equal(
        entries.some(({ when }) => when !== undefined && matching(when).includes(value)),
        expected,
      );
    });
  }
});

describe('package.json: colours, welcome, walkthrough', () => {
  it('defines each colour that states use, in all four kinds of theme', () => {
    const known = new Map(colors.map(({ id, defaults }) => [id, defaults]));
    for (const { color } of Object.values(stateLooks)) {
      if (color === undefined) continue;
      const defaults = known.get(color);
      assert.ok(defaults !== undefined, color);
      for (const theme of ['light', 'dark', 'highContrast', 'highContrastLight'])
        assert.match(defaults[theme] ?? '', /^#[0-9A-F]{6}$/i);
    }
  });

  it('links to commands that there are', () => {
    const texts = [
      ...viewsWelcome.map(({ contents }) => contents),
      ...walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ];
    for (const text of texts) {
      for (const [, command = ''] of text.matchAll(/\(command:([\w.]+)/g)) {
        if (command.startsWith('dataTracks.')) assert.ok(ids.has(command), command);
      }
    }
  });

  it('has pictures that are there and steps that end with commands that are there', () => {
    assert.ok(existsSync(new URL(manifest.icon, root)));
    for (const { steps } of walkthroughs) {
      assert.equal(steps.length, 4);
      for (const { media, completionEvents } of steps) {
        assert.ok(existsSync(new URL(media.svg, root)), media.svg);
        for (const event of completionEvents) {
          if (event.startsWith('onCommand:')) assert.ok(ids.has(event.slice('onCommand:'.length)), event);
        }
      }
    }
  });

  it('is usable without trust, for reading', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RepoPath } from '../../../src/base/paths.ts';
import type { DataState } from '../../../src/core/system.ts';
import type { DataTracksApi } from '../../../src/extension/main.ts';
import type { ActivityEntry, RepositoryModel } from '../../../src/extension/model/contract.ts';
import type { TreeNode } from '../../../src/extension/views/node.ts';

/* The window that a suite runs in. */

export const at = (text: string): RepoPath => text as RepoPath;

export function extension(): vscode.Extension<DataTracksApi> {
  const found = vscode.extensions.getExtension<DataTracksApi>('data-tracks.data-tracks');
  assert.ok(found, 'VS Code knows no extension data-tracks.data-tracks');
  return found;
}

/** The opened folder. */
export function openedFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return folder.uri.fsPath;
}

export function run(id: string, ...args: readonly unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`dataTracks.${id}`, ...args);
}

/** Asks every 10 ms until the answer is neither false nor `undefined`; gives it. */
export async function until<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  what: string | (() => string),
  limit = 2000,
): Promise<T> {
  const begun = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() - begun > limit)
      assert.fail(`not within ${limit} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What the extension hands to VS Code, seen on its way. */
export interface Seen {
  readonly trees: ReadonlyMap<string, vscode.TreeDataProvider<TreeNode>>;
  readonly views: ReadonlyMap<string, vscode.TreeView<TreeNode>>;
  /** Source controls that are not disposed of, by the path of their root. */
  readonly controls: ReadonlyMap<string, SeenControl>;
  /** The status bar item and whether it shows. */
  readonly status: { readonly item: vscode.StatusBarItem; readonly shown: boolean } | undefined;
  /** The decoration of a Uri, as VS Code would get it. */
  decoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined>;
  /** The context keys as they are now. */
  readonly context: ReadonlyMap<string, unknown>;
  /** Uris that were told to have changed, since the start. */
  readonly fired: ReadonlySet<string>;
}

export interface SeenControl {
  readonly control: vscode.SourceControl;
  readonly groups: ReadonlyMap<string, vscode.SourceControlResourceGroup>;
}

export interface OpenWindow {
  readonly api: DataTracksApi;
  readonly seen: Seen;
}

export interface Hidden {
  readonly aside: string;
  readonly root: string;
}

const key = Symbol.for('data-tracks.test.window');

/**
 * Activates the extension with its registrations seen, once a window: every suite of a launch gets the same. A repository that is there
 * when the window opens would activate it before: so what makes it one lies beside (`hideRepository`), and is put back first.
 */
export function openWindow(...hidden: readonly Hidden[]): Promise<OpenWindow> {
  const shared = globalThis as { [key]?: Promise<OpenWindow> };
  shared[key] ??= open(hidden);
  return shared[key];
}

async function open(hidden: readonly Hidden[]): Promise<OpenWindow> {
  const found = extension();
  assert.equal(found.isActive, false, 'it was activated before its registrations could be seen');
  for (const { aside, root } of hidden) await putBack(aside, root);
  const { seen, restore } = watchRegistrations();
  try {
    const api = await found.activate();
    await until(() => api.workspace.ready, 'the search for repositories', 20_000);
    await until(
      () => api.workspace.repositories.every((model) => model.snapshot !== undefined || model.error !== undefined),
      'the first refreshes',
      30_000,
    );
    // Decorations are registered a second time when git's extension is there.
    await vscode.extensions.getExtension('vscode.git')?.activate();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { api, seen };
  } finally {
    restore();
  }
}

/** File by file, into folders that are there: VS Code's watcher does not look into folders that are moved. */
async function putBack(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory() && existsSync(target)) await putBack(source, target);
    else await rename(source, target);
  }
}

function watchRegistrations(): { seen: Seen; restore: () => void } {
  const trees = new Map<string, vscode.TreeDataProvider<TreeNode>>();
  const views = new Map<string, vscode.TreeView<TreeNode>>();
  const controls = new Map<string, SeenControl>();
  const providers = new Set<vscode.FileDecorationProvider>();
  const fired = new Set<string>();
  let status: { item: vscode.StatusBarItem; shown: boolean } | undefined;
  const context = new Map<string, unknown>();
  const { window, scm, commands } = vscode;
  const { executeCommand } = commands;
  const { createTreeView, createStatusBarItem, registerFileDecorationProvider } = window;
  const { createSourceControl } = scm;
  Object.assign(window, {
    createTreeView: (id: string, options: vscode.TreeViewOptions<TreeNode>) => {
      const view = createTreeView(id, options);
      trees.set(id, options.treeDataProvider);
      views.set(id, view);
      return view;
    },
    createStatusBarItem: (...args: Parameters<typeof vscode.window.createStatusBarItem>) => {
      const item = createStatusBarItem(...args);
      const own = { item, shown: false };
      const [show, hide] = [item.show.bind(item), item.hide.bind(item)];
      item.show = () => {
        own.shown = true;
        show();
      };
      item.hide = () => {
        own.shown = false;
        hide();
      };
      status = own;
      return item;
    },
    registerFileDecorationProvider: (provider: vscode.FileDecorationProvider) => {
      const registration = registerFileDecorationProvider(provider);
      providers.add(provider);
      const listening = provider.onDidChangeFileDecorations?.((uris) => {
        for (const uri of Array.isArray(uris) ? uris : uris === undefined ? [] : [uris]) fired.add(uri.toString());
      });
      return {
        dispose: () => {
          providers.delete(provider);
          listening?.dispose();
          registration.dispose();
        },
      };
    },
  });
  Object.assign(commands, {
    executeCommand: (id: string, ...args: unknown[]) => {
      const [name, value] = args;
      if (id === 'setContext' && typeof name === 'string') context.set(name, value);
      return executeCommand(id, ...args);
    },
  });
  // Source controls come and go with the setting: this one stays watched.
  Object.assign(scm, {
    createSourceControl: (id: string, label: string, root?: vscode.Uri) => {
      const control = createSourceControl(id, label, root);
      const groups = new Map<string, vscode.SourceControlResourceGroup>();
      const createResourceGroup = control.createResourceGroup.bind(control);
      control.createResourceGroup = (group, title) => {
        const made = createResourceGroup(group, title);
        groups.set(group, made);
        return made;
      };
      const name = root?.fsPath ?? '';
      const dispose = control.dispose.bind(control);
      control.dispose = () => {
        controls.delete(name);
        dispose();
      };
      controls.set(name, { control, groups });
      return control;
    },
  });
  const never = new vscode.CancellationTokenSource().token;
  return {
    seen: {
      trees,
      views,
      controls,
      context,
      fired,
      get status() {
        return status;
      },
      decoration: async (uri) => {
        for (const provider of providers) {
          const found = await provider.provideFileDecoration(uri, never);
          if (found) return found;
        }
        return undefined;
      },
    },
    restore: () => {
      // Not the others: source controls and decorations are registered anew by settings, and keys are set all the time.
      Object.assign(window, { createTreeView, createStatusBarItem });
    },
  };
}

/** One repository of a window, for short. */
export class Project {
  readonly api: DataTracksApi;
  readonly model: RepositoryModel;

  constructor(api: DataTracksApi, root?: string) {
    this.api = api;
    const { repositories } = api.workspace;
    const found = root === undefined ? repositories[0] : repositories.find((model) => model.root.fsPath === root);
    assert.ok(found, `no repository ${root ?? ''}`);
    this.model = found;
  }

  get root(): string {
    return this.model.root.fsPath;
  }

  file(...parts: readonly string[]): string {
    return path.join(this.root, ...parts);
  }

  uri(name: string): vscode.Uri {
    return this.model.uri(at(name));
  }

  state(name: string): DataState | undefined {
    return this.model.stateOf(at(name))?.state;
  }

  /** Waits until the model shows a state (`undefined`: ok); gives the milliseconds that it took. */
  async untilState(name: string, want: DataState | undefined, limit = 2000): Promise<number> {
    const begun = performance.now();
    await until(
      () => this.state(name) === want,
      () => `${name} is ${this.state(name) ?? 'ok'}, not ${want ?? 'ok'}`,
      limit,
    );
    return performance.now() - begun;
  }

  /** The tree row of a dataset. */
  node(name: string): Extract<TreeNode, { kind: 'dataset' }> {
    const dataset = this.model.snapshot?.list.datasets.find((candidate) => candidate.path === name);
    assert.ok(dataset, `${name} is no dataset`);
    return { kind: 'dataset', model: this.model, dataset };
  }

  get last(): ActivityEntry {
    const [entry] = this.api.operations.entries;
    assert.ok(entry, 'nothing has run');
    return entry;
  }

  /** Fails where the last operation did. */
  wentWell(): void {
    assert.equal(this.last.state, 'done', `${this.last.title}: ${this.last.summary}`);
  }
}

/** A repository of a window whose registrations are seen. */
export class SeenProject extends Project {
  readonly window: OpenWindow;

  constructor(window: OpenWindow, root?: string) {
    super(window.api, root);
    this.window = window;
  }

  /** The row of a dataset in Source Control. */
  scmRow(name: string): vscode.SourceControlResourceState {
    const groups = [...(this.window.seen.controls.get(this.root)?.groups.values() ?? [])];
    const found = groups.flatMap((group) => group.resourceStates).find((row) => row.resourceUri.path === `/${name}`);
    assert.ok(found, `Source Control has no row for ${name}`);
    return found;
  }
}

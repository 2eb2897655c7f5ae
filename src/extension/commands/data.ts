import * as vscode from 'vscode';
import { TracksError } from '../../base/errors.ts';
import type { Dataset, TargetOptions } from '../../core/system.ts';
import type { RepositoryModel, WorkOptions } from '../model/contract.ts';
import { askTargets, choose } from './ask.ts';
import type { Command, CommandContext } from './command.ts';
import { isStale } from './stale.ts';
import { syncTargets } from './sync-targets.ts';
import { byRepository, describeGroup, type Target, type TargetGroup, targetsOf } from './targets.ts';

/* The verbs on data: one operation a repository. */

type Verb = 'commit' | 'push' | 'pull' | 'fetch' | 'checkout';

const titles: Readonly<Record<Verb | 'add' | 'unprotect', string>> = {
  add: 'Add',
  commit: 'Commit',
  push: 'Push',
  pull: 'Pull',
  fetch: 'Fetch',
  checkout: 'Checkout',
  unprotect: 'Unprotect',
};

/** Throws `unsupported` where the system behind a repository lacks a verb. */
export function need<T>(method: T | undefined, model: RepositoryModel, verb: string): T {
  if (method !== undefined) return method;
  throw new TracksError('unsupported', `${model.label} cannot ${verb}: its system does not have that.`, {
    hint: vscode.workspace.isTrusted ? 'Use its own tool.' : 'Trust the window first.',
  });
}

function targetOptions(group: TargetGroup, options: WorkOptions): TargetOptions & WorkOptions {
  return group.paths === undefined ? options : { ...options, targets: group.paths };
}

async function runVerb(context: CommandContext, verb: Verb, targets: readonly Target[]): Promise<void> {
  const started = byRepository(targets).map((group) => {
    const { model } = group;
    const spec = { title: `${titles[verb]} ${describeGroup(group)}`, show: 'notification', model } as const;
    return context.operations.run<unknown>(spec, (options) => {
      const method = need(model.repository[verb], model, verb);
      return method(targetOptions(group, options));
    });
  });
  await Promise.all(started);
}

function verbCommand(
  verb: Verb,
  question: string,
  fits?: (model: RepositoryModel, dataset: Dataset) => boolean,
): Command {
  return {
    id: `dataTracks.${verb}`,
    handler: async (context, args) => {
      const given = targetsOf(args, context.workspace);
      const versions = given.filter((target) => target.version !== undefined);
      if (versions.length > 0 && (verb === 'pull' || verb === 'fetch')) return fetchVersions(context, versions);
      const targets = await askTargets(context, args, fits === undefined ? { question } : { question, fits });
      await runVerb(context, verb, targets);
    },
  };
}

/** Getting an old version leaves the workspace as it is: its bytes go to the cache. Restore brings them into the workspace. */
async function fetchVersions(context: CommandContext, targets: readonly Target[]): Promise<void> {
  for (const { model, path, version } of targets) {
    if (version === undefined || path === undefined) continue;
    const spec = { title: `Fetch ${path} (${version.commit.slice(0, 7)})`, show: 'notification', model } as const;
    await context.operations.run(spec, (options) =>
      need(model.repository.fetch, model, 'fetch')({ ...options, targets: [path], revision: version.commit }),
    );
  }
}

async function add(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const given = targetsOf(args, context.workspace);
  const uris = given.some((target) => target.path !== undefined) ? undefined : await askFiles(given[0]?.model);
  const targets = uris === undefined ? given : targetsOf([undefined, uris], context.workspace);
  if (uris !== undefined && uris.length > 0 && targets.length === 0) {
    void vscode.window.showWarningMessage(
      'Only files and folders inside of a Data Tracks repository of this window can be added.',
    );
    return;
  }
  const started = byRepository(targets.filter((target) => target.path !== undefined)).map((group) => {
    const { model } = group;
    const paths = group.paths ?? [];
    return context.operations.run({ title: `Add ${describeGroup(group)}`, show: 'notification', model }, (options) =>
      need(model.repository.add, model, 'add')(paths, options),
    );
  });
  await Promise.all(started);
}

async function askFiles(model: RepositoryModel | undefined): Promise<readonly vscode.Uri[]> {
  // Some desktops' dialogs choose files or folders, not both.
  const kind = await choose(
    [
      { label: '$(file) Files…', value: 'files' as const },
      { label: '$(folder) A folder…', value: 'folder' as const },
    ],
    'What is to be tracked?',
  );
  if (kind === undefined) return [];
  const defaultUri = model?.root ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: kind === 'files',
    canSelectFolders: kind === 'folder',
    canSelectMany: true,
    openLabel: 'Add to Data Tracks',
    ...(defaultUri === undefined ? {} : { defaultUri }),
  });
  return chosen ?? [];
}

async function unprotect(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const targets = await askTargets(context, args, { question: 'Which datasets are to be made writable?' });
  const started = byRepository(targets).map((group) => {
    const { model } = group;
    const paths = group.paths ?? (model.snapshot?.list.datasets ?? []).map((dataset) => dataset.path);
    return context.operations.run(
      { title: `Unprotect ${describeGroup(group)}`, show: 'notification', model },
      (options) => need(model.repository.unprotect, model, 'unprotect')(paths, options),
    );
  });
  await Promise.all(started);
}

/** Gets what is missing, then sends what the remote does not have. Changes that are not committed stay as they are. */
async function sync(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const given = targetsOf(args, context.workspace).map((target) => target.model);
  const models = given.length > 0 ? [...new Set(given)] : context.workspace.repositories;
  await Promise.all(models.map((model) => syncOne(context, model)));
}

async function syncOne(context: CommandContext, model: RepositoryModel): Promise<void> {
  if (model.snapshot === undefined) await model.refresh();
  const { snapshot } = model;
  if (snapshot === undefined || snapshot.list.datasets.length === 0) return;
  const { missing, push, noRemote } = syncTargets(snapshot);
  if (noRemote) {
    const button = 'Add Remote…';
    const answer = await vscode.window.showInformationMessage(
      `${model.label} has no default remote to sync with.`,
      button,
    );
    if (answer === button) await vscode.commands.executeCommand('dataTracks.addRemote', { kind: 'repository', model });
    return;
  }
  if (missing.length > 0) {
    const spec = { title: `Sync ${model.label}: pull`, show: 'notification', model } as const;
    const pulled = await context.operations.run(spec, (options) =>
      need(model.repository.pull, model, 'pull')({ ...options, targets: missing }),
    );
    if (pulled === undefined) return;
  }
  if (push) {
    // A damaged pointer has a row of its own that says so; here it must not stand for a push that failed.
    const healthy = snapshot.list.datasets.filter((dataset) => dataset.pushable).map((dataset) => dataset.path);
    const targets = snapshot.list.faults.length > 0 && healthy.length > 0 ? { targets: healthy } : {};
    await context.operations.run({ title: `Sync ${model.label}: push`, show: 'notification', model }, (options) =>
      need(model.repository.push, model, 'push')({ ...options, ...targets }),
    );
  } else if (missing.length === 0) {
    vscode.window.setStatusBarMessage(`$(check) ${model.label}: the data is in sync.`, 6000);
  }
}

/** A folder's state is the worst of what is inside, and changes are worse than what is missing or not pushed. */
const changed = (model: RepositoryModel, dataset: Dataset): boolean => isStale(model.stateOf(dataset.path)?.state);

export const dataCommands: readonly Command[] = [
  { id: 'dataTracks.add', handler: add },
  verbCommand('commit', 'Which changes are to be recorded in their pointers?', changed),
  verbCommand('push', 'Which datasets are to be pushed?', (_, dataset) => dataset.pushable),
  verbCommand('pull', 'Which datasets are to be pulled?'),
  verbCommand('fetch', 'Which datasets are to be fetched into the cache?'),
  verbCommand('checkout', 'Which datasets are to be brought to what their pointers say?'),
  { id: 'dataTracks.unprotect', handler: unprotect },
  { id: 'dataTracks.sync', handler: sync },
];

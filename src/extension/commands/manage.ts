import { relative } from 'node:path';
import * as vscode from 'vscode';
import { TracksError } from '../../base/errors.ts';
import { formatBytes, plural } from '../../base/format.ts';
import { type AbsPath, repoPath, repoPathFault } from '../../base/paths.ts';
import { extrasOf, type GarbageReport, type GarbageScope, type InitInput } from '../host/extras.ts';
import { gitFolders } from '../host/git-watch.ts';
import { askDataset, askRepository, askTargets, choose, confirm } from './ask.ts';
import type { Command, CommandContext } from './command.ts';
import { need } from './data.ts';
import { byRepository, describeGroup, targetsOf } from './targets.ts';

/* Making a repository, and the verbs that change what is tracked. */

async function init(context: CommandContext, args: readonly unknown[]): Promise<void> {
  // A command that is not enabled is not offered, but links and other extensions can still call it.
  if (!vscode.workspace.isTrusted) {
    throw new TracksError('unsupported', 'No repository is made here, because this window is not trusted.', {
      hint: 'Trust the window first.',
    });
  }
  const folder = await askFolder(context, args);
  if (folder === undefined) return;
  const plan = await planInit(folder.uri.fsPath as AbsPath);
  if (plan === undefined) return;
  const made = await context.operations.run({ title: `Initialise ${folder.name}`, show: 'quiet' }, async () => {
    await context.initialise(plan.root, plan.input);
    return true;
  });
  if (made === undefined) return;
  await context.workspace.refresh();
  const add = 'Add Data…';
  // Not awaited: the command is done, whether the message is answered or not.
  void vscode.window
    .showInformationMessage(`${folder.name} is a Data Tracks repository now. Commit .dvc and .dvcignore with git.`, add)
    .then((answer) => (answer === add ? vscode.commands.executeCommand('dataTracks.add') : undefined));
}

async function askFolder(
  context: CommandContext,
  args: readonly unknown[],
): Promise<vscode.WorkspaceFolder | undefined> {
  const [given] = args;
  if (given instanceof vscode.Uri) {
    const folder = vscode.workspace.getWorkspaceFolder(given);
    if (folder !== undefined) return { ...folder, uri: given, name: vscode.workspace.asRelativePath(given, false) };
  }
  const roots = new Set(context.workspace.repositories.map((model) => model.root.toString()));
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(
    (f) => f.uri.scheme === 'file' && !roots.has(f.uri.toString()),
  );
  const [first] = folders;
  if (first === undefined) {
    void vscode.window.showInformationMessage('Every folder of this window is a Data Tracks repository already.');
    return undefined;
  }
  if (folders.length === 1) return first;
  return choose(
    folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, value: folder })),
    'Which folder is to be a Data Tracks repository?',
  );
}

interface InitPlan {
  readonly root: AbsPath;
  readonly input: InitInput;
}

async function planInit(folder: AbsPath): Promise<InitPlan | undefined> {
  const git = await gitFolders(folder);
  if (git === undefined) return planWithoutGit(folder);
  if (relative(git.workTree, folder) === '') return { root: folder, input: {} };
  return choose<InitPlan>(
    [
      { label: 'The git repository', description: git.workTree, value: { root: git.workTree, input: {} } },
      { label: 'This folder alone', description: folder, value: { root: folder, input: { subdir: true } } },
    ],
    'What is to be a Data Tracks repository?',
  );
}

async function planWithoutGit(folder: AbsPath): Promise<InitPlan | undefined> {
  const [gitFirst, without] = ['Initialise Git Too', 'Go On Without Git'];
  const answer = await vscode.window.showWarningMessage(
    'This folder is in no git repository.',
    {
      modal: true,
      detail:
        'Versions of data belong to commits of git. Without git, data can be tracked, pushed and pulled, but has no versions.',
    },
    gitFirst,
    without,
  );
  if (answer === without) return { root: folder, input: { noScm: true } };
  if (answer !== gitFirst) return undefined;
  await vscode.commands.executeCommand('git.init');
  return (await gitFolders(folder)) === undefined ? undefined : planInit(folder);
}

async function remove(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const targets = (
    await askTargets(context, args, { question: 'Which datasets are not to be tracked any more?' })
  ).filter((target) => target.dataset !== undefined);
  const groups = byRepository(
    targets.map(({ model, dataset }) => ({ model, ...(dataset === undefined ? {} : { path: dataset.path }) })),
  );
  if (groups.length === 0) return;
  const yes = await confirm(
    `Stop tracking ${groups.map(describeGroup).join(', ')}?`,
    'The pointer is deleted. The data stays in the workspace, and all that git and the cache know of it stays, too.',
    'Stop Tracking',
  );
  if (!yes) return;
  for (const group of groups) {
    const { model } = group;
    await context.operations.run(
      { title: `Stop tracking ${describeGroup(group)}`, show: 'notification', model },
      (options) => need(model.repository.remove, model, 'stop tracking')(group.paths ?? [], options),
    );
  }
}

async function move(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const target = await askDataset(context, args, 'Which dataset is to be moved?');
  if (target?.dataset === undefined) return;
  const { model, dataset } = target;
  const given = args.find((arg): arg is string => typeof arg === 'string');
  const to = given ?? (await askNewPath(dataset.path));
  if (to === undefined || to === dataset.path) return;
  await context.operations.run({ title: `Move ${dataset.path} to ${to}`, show: 'notification', model }, (options) =>
    need(model.repository.move, model, 'move')(dataset.path, repoPath(to), options),
  );
}

function askNewPath(path: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `Move ${path}`,
    prompt: 'The new path, from the root of the repository.',
    value: path,
    valueSelection: [path.lastIndexOf('/') + 1, path.length],
    validateInput: (text) => {
      const fault = repoPathFault(text);
      return fault === undefined ? undefined : `This is no path inside of the repository: ${fault}.`;
    },
  });
}

async function refresh(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const models = new Set(targetsOf(args, context.workspace).map((target) => target.model));
  if (models.size === 0) await context.workspace.refresh();
  else await Promise.all([...models].map((model) => model.refresh()));
}

async function gc(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const model = await askRepository(context, args, 'Which cache is to be cleaned up?');
  if (model === undefined) return;
  const extras = need(extrasOf(model.repository), model, 'clean up its cache');
  const scope = await choose<GarbageScope>(
    [
      {
        label: 'Keep all commits',
        detail: 'Only what no commit and no file of the workspace refers to goes.',
        value: 'all-commits',
      },
      {
        label: 'Keep all branches and tags',
        detail: 'Versions between their tips go, unless they are the same there.',
        value: 'branches',
      },
      {
        label: 'Keep the workspace only',
        detail: 'All older versions go from this machine; a remote may still have them.',
        value: 'workspace',
      },
    ],
    'What is to be kept in the cache?',
  );
  if (scope === undefined) return;
  const title = `Clean up the cache of ${model.label}`;
  const plan = await context.operations.run({ title: `${title}: look`, show: 'notification', model }, (options) =>
    extras.collectGarbage({ dry: true, scope }, options),
  );
  if (plan === undefined) return;
  if (plan.objects === 0) {
    void vscode.window.showInformationMessage(
      `${title}: there is nothing to delete, ${plural(plan.kept, 'object')} in use.`,
    );
    return;
  }
  if (!(await confirm(`${title}?`, garbageText(plan), `Delete ${formatBytes(plan.bytes)}`))) return;
  await context.operations.run({ title, show: 'notification', model }, (options) =>
    extras.collectGarbage({ dry: false, scope }, options),
  );
}

function garbageText(plan: GarbageReport): string {
  return `${plural(plan.objects, 'object')} (${formatBytes(plan.bytes)}) would be deleted from the cache of this machine, ${plural(plan.kept, 'object')} kept. What is on no remote cannot be brought back.`;
}

export const manageCommands: readonly Command[] = [
  { id: 'dataTracks.init', handler: init },
  { id: 'dataTracks.remove', handler: remove },
  { id: 'dataTracks.move', handler: move },
  { id: 'dataTracks.refresh', handler: refresh },
  { id: 'dataTracks.gc', handler: gc },
];

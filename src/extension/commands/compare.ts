import * as vscode from 'vscode';
import { isTracksError } from '../../base/errors.ts';
import { formatBytes, formatCount, plural } from '../../base/format.ts';
import { type RepoPath, repoBasename } from '../../base/paths.ts';
import type { Revision } from '../../core/system.ts';
import type { RepositoryModel } from '../model/contract.ts';
import { askDataset } from './ask.ts';
import { type ChangedFile, changedFiles, looksLikeText, shownPath } from './changed-files.ts';
import type { Command, CommandContext } from './command.ts';
import { pathNow, type Target } from './targets.ts';

/** Bytes at the beginning of a file that tell text from binary. */
const beginning = 8000;
/** VS Code's own diff takes no larger files. */
const largestDiff = 50 * 1024 * 1024;

interface Comparison {
  readonly model: RepositoryModel;
  /** A commit, or `HEAD`. */
  readonly revision: string;
}

function comparisonOf(target: Target): Comparison {
  return { model: target.model, revision: target.version?.commit ?? 'HEAD' };
}

function shortName(revision: string): string {
  return /^[0-9a-f]{40,}$/.test(revision) ? revision.slice(0, 7) : revision;
}

async function compareWithWorkspace(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const target = await askDataset(context, args, 'Which dataset is to be compared?');
  if (target?.path === undefined) return;
  const comparison = comparisonOf(target);
  const { model, revision } = comparison;
  const { dataset, path } = target;
  // Both names of a dataset that was renamed since.
  const targets = [...new Set(target.version === undefined || dataset === undefined ? [path] : [path, dataset.path])];
  const title = `Compare ${path} with ${shortName(revision)}`;
  // Without its model: reading does not wait for what writes.
  const changes = await context.operations.run({ title, show: 'quiet' }, (options) =>
    model.repository.diff(revision, undefined, { ...options, targets }),
  );
  if (changes === undefined) return;
  const files = changedFiles(changes);
  const [only] = files;
  if (only === undefined) {
    const folders = changes.modified.length + changes.added.length + changes.deleted.length;
    void vscode.window.showInformationMessage(
      folders === 0
        ? `${path} is the same as in ${shortName(revision)}.`
        : `${path} differs from ${shortName(revision)}, but its list of files is not here. Fetch that version to see which.`,
    );
    return;
  }
  const file =
    files.length === 1
      ? only
      : await askChanged(files, `${path}: ${plural(files.length, 'file')} differ from ${shortName(revision)}`);
  if (file !== undefined) await showDifference(context, comparison, file);
}

async function askChanged(files: readonly ChangedFile[], placeHolder: string): Promise<ChangedFile | undefined> {
  const icons = {
    added: '$(diff-added)',
    deleted: '$(diff-removed)',
    modified: '$(diff-modified)',
    renamed: '$(diff-renamed)',
  } as const;
  // A quick pick of 100,000 rows stops the window.
  const most = 2000;
  const rows = files.slice(0, most).map((file) => ({
    label: `${icons[file.change]} ${shownPath(file)}`,
    description: file.change === 'renamed' ? `renamed from ${file.old}` : file.change,
    file,
  }));
  const rest = files.length - rows.length;
  const picked = await vscode.window.showQuickPick(rows, {
    placeHolder: rest > 0 ? `${placeHolder} (the first ${formatCount(most)} are shown)` : placeHolder,
    matchOnDescription: true,
  });
  return picked?.file;
}

async function compareFile(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const target = await askDataset(context, args, 'Which file is to be compared?');
  if (target?.path === undefined) return;
  const { path, model } = target;
  const now = pathNow(target) ?? path;
  const comparison = comparisonOf(target);
  const [then, here] = await Promise.all([
    model.repository.entry(path, comparison.revision),
    model.repository.entry(now, undefined),
  ]);
  const file: ChangedFile = {
    change: then === undefined ? 'added' : here === undefined ? 'deleted' : 'modified',
    ...(then === undefined ? {} : { old: path }),
    ...(here === undefined ? {} : { now }),
    ...(then?.hash === undefined ? {} : { oldHash: then.hash }),
    ...(here?.hash === undefined ? {} : { newHash: here.hash }),
  };
  await showDifference(context, comparison, file);
}

/** Text in VS Code's diff; of anything else its sizes and hashes, and both sides to open. */
async function showDifference(context: CommandContext, comparison: Comparison, file: ChangedFile): Promise<void> {
  const { model, revision } = comparison;
  const { old, now } = file;
  if (old === undefined || now === undefined) return openOneSide(context, comparison, file);
  const [left, right] = await Promise.all([look(model, old, revision), look(model, now, undefined)]);
  const before = context.documents.uri(model, old, revision);
  if (right === undefined) return openOneSide(context, comparison, { ...file, change: 'deleted' });
  if (left !== undefined && isDiffable(left) && isDiffable(right)) {
    const title = `${repoBasename(now)} (${shortName(revision)} ↔ Workspace)`;
    await vscode.commands.executeCommand('vscode.diff', before, model.uri(now), title);
    return;
  }
  const facts = (side: Look | undefined, hash: string | undefined): string =>
    [
      side?.size === undefined ? 'size not known' : `${formatBytes(side.size)} (${formatCount(side.size)} bytes)`,
      ...(hash === undefined ? [] : [hash]),
    ].join(', ');
  const [openOld, openNew] = [`Open ${shortName(revision)}`, 'Open Workspace'];
  const answer = await vscode.window.showInformationMessage(
    `${shownPath(file)} differs`,
    {
      modal: true,
      detail: `${shortName(revision)}: ${facts(left, file.oldHash)}\nWorkspace: ${facts(right, file.newHash)}`,
    },
    openOld,
    openNew,
  );
  if (answer === openOld) await vscode.commands.executeCommand('vscode.open', before);
  if (answer === openNew) await vscode.commands.executeCommand('vscode.open', model.uri(now));
}

async function openOneSide(context: CommandContext, comparison: Comparison, file: ChangedFile): Promise<void> {
  const { model, revision } = comparison;
  if (file.old !== undefined) {
    vscode.window.setStatusBarMessage(
      `${repoBasename(file.old)} is not in the workspace: this is ${shortName(revision)}.`,
      6000,
    );
    await vscode.commands.executeCommand('vscode.open', context.documents.uri(model, file.old, revision));
  } else if (file.now !== undefined) {
    vscode.window.setStatusBarMessage(`${repoBasename(file.now)} is not in ${shortName(revision)}.`, 6000);
    await vscode.commands.executeCommand('vscode.open', model.uri(file.now));
  }
}

interface Look {
  readonly size: number | undefined;
  readonly text: boolean;
}

function isDiffable(look: Look): boolean {
  return look.text && (look.size === undefined || look.size <= largestDiff);
}

/** `undefined` where there are no bytes to look at. */
async function look(model: RepositoryModel, path: RepoPath, revision: Revision): Promise<Look | undefined> {
  try {
    const source = await model.repository.content(path, revision);
    const chunks: Buffer[] = [];
    for await (const chunk of await source.open({ start: 0, end: beginning })) chunks.push(chunk as Buffer);
    return { size: source.size, text: looksLikeText(Buffer.concat(chunks)) };
  } catch (error) {
    if (isTracksError(error, 'not-found') || isTracksError(error, 'not-tracked')) return undefined;
    throw error;
  }
}

export const compareCommands: readonly Command[] = [
  { id: 'dataTracks.compareWithWorkspace', handler: compareWithWorkspace },
  { id: 'dataTracks.compareFile', handler: compareFile },
];

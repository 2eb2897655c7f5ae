import * as vscode from 'vscode';
import { formatAge, formatBytes } from '../../base/format.ts';
import type { RepoPath } from '../../base/paths.ts';
import type { Dataset, DatasetVersion } from '../../core/system.ts';
import type { RepositoryModel } from '../model/contract.ts';
import type { CommandContext } from './command.ts';
import { type Target, targetsOf } from './targets.ts';

/* Questions to the user. `undefined` where the answer was Escape. */

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export async function choose<T>(choices: readonly Choice<T>[], placeHolder: string): Promise<T | undefined> {
  const picked = await vscode.window.showQuickPick(choices, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.value;
}

/** A repository: the one of the arguments, the only one, or the one chosen. */
export async function askRepository(
  context: CommandContext,
  args: readonly unknown[],
  question: string,
): Promise<RepositoryModel | undefined> {
  const [target] = targetsOf(args, context.workspace);
  if (target !== undefined) return target.model;
  const { repositories } = context.workspace;
  if (repositories.length === 0) {
    void tellNoRepository();
    return undefined;
  }
  if (repositories.length === 1) return repositories[0];
  return choose(
    repositories.map((model) => ({ label: model.label, description: model.root.fsPath, value: model })),
    question,
  );
}

function datasetChoices(
  context: CommandContext,
  fits: (model: RepositoryModel, dataset: Dataset) => boolean,
): Choice<Target>[] {
  const { repositories } = context.workspace;
  return repositories.flatMap((model) =>
    (model.snapshot?.list.datasets ?? [])
      .filter((dataset) => fits(model, dataset))
      .map((dataset) => {
        const detail = model.stateOf(dataset.path)?.words;
        const where = repositories.length > 1 ? [model.label] : [];
        const size = dataset.size === undefined ? [] : [formatBytes(dataset.size)];
        return {
          label: dataset.path,
          description: [...where, ...size].join(' · '),
          ...(detail === undefined ? {} : { detail }),
          value: { model, path: dataset.path, dataset },
        };
      }),
  );
}

export interface AskOptions {
  readonly question: string;
  /** Which datasets are offered. Default: all. */
  readonly fits?: (model: RepositoryModel, dataset: Dataset) => boolean;
}

/** The targets of the arguments, or the datasets chosen: all of them are ticked at first, so that Enter takes everything. */
export async function askTargets(
  context: CommandContext,
  args: readonly unknown[],
  options: AskOptions,
): Promise<readonly Target[]> {
  const given = targetsOf(args, context.workspace);
  if (given.length > 0) return given;
  const choices = datasetChoices(context, options.fits ?? (() => true));
  if (choices.length <= 1) {
    if (choices.length === 0) void tellNothing(context);
    return choices.map((choice) => choice.value);
  }
  const picked = await vscode.window.showQuickPick(
    choices.map((choice) => ({ ...choice, picked: true })),
    { canPickMany: true, placeHolder: options.question, matchOnDescription: true },
  );
  return (picked ?? []).map((choice) => choice.value);
}

/** One dataset, or a path in one: of the arguments, or chosen. */
export async function askDataset(
  context: CommandContext,
  args: readonly unknown[],
  question: string,
): Promise<Target | undefined> {
  const given = targetsOf(args, context.workspace);
  const [first] = given.filter((target) => target.dataset !== undefined);
  if (first !== undefined) return first;
  const [other] = given;
  if (other?.path !== undefined) {
    void vscode.window.showWarningMessage(`${other.path} is not tracked by Data Tracks.`);
    return undefined;
  }
  const choices = datasetChoices(context, (model) => other === undefined || model === other.model);
  if (choices.length === 0) void tellNothing(context);
  return choices.length === 0 ? undefined : choose(choices, question);
}

/** A version of a path, newest first, read page by page. */
export async function askVersion(
  model: RepositoryModel,
  path: RepoPath,
  question: string,
): Promise<DatasetVersion | undefined> {
  const limit = 50;
  const versions: DatasetVersion[] = [];
  for (;;) {
    const page = await model.repository.versions(path, { skip: versions.length, limit });
    versions.push(...page.versions);
    const known: Choice<DatasetVersion | 'more'>[] = versions
      .filter((version) => version.hash !== undefined)
      .map((version) => ({
        label: `${version.current ? '$(check)' : '$(git-commit)'} ${version.commit.slice(0, 7)}  ${version.subject}`,
        description: versionFacts(version),
        value: version,
      }));
    if (known.length === 0 && !page.more) {
      void vscode.window.showInformationMessage(`${path} has no version yet: commit its pointer with git first.`);
      return undefined;
    }
    const more: Choice<'more'>[] = page.more
      ? [{ label: '$(ellipsis) Older versions…', alwaysShow: true, value: 'more' }]
      : [];
    const answer = await choose([...known, ...more], question);
    if (answer !== 'more') return answer;
  }
}

function versionFacts(version: DatasetVersion): string {
  const { author, time, size, refs, inCache, onRemote } = version;
  const place = inCache ? [] : onRemote === false ? ['neither here nor on the remote'] : ['not here'];
  return [
    author,
    formatAge(Date.now() - time),
    ...(size === undefined ? [] : [formatBytes(size)]),
    ...refs,
    ...place,
  ].join(' · ');
}

export async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

async function tellNothing(context: CommandContext): Promise<void> {
  if (context.workspace.repositories.length === 0) return tellNoRepository();
  const add = 'Add Data…';
  const answer = await vscode.window.showInformationMessage('No dataset fits: nothing is tracked here yet.', add);
  if (answer === add) await vscode.commands.executeCommand('dataTracks.add');
}

async function tellNoRepository(): Promise<void> {
  const init = 'Initialise';
  const answer = await vscode.window.showInformationMessage(
    'No folder of this window is a Data Tracks repository yet.',
    init,
  );
  if (answer === init) await vscode.commands.executeCommand('dataTracks.init');
}

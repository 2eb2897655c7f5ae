import type { Uri } from 'vscode';
import { joinRepo, type RepoPath, relativeTo } from '../../base/paths.ts';
import type { Dataset, DatasetVersion } from '../../core/system.ts';
import type { RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { isTreeNode, type TreeNode } from '../views/node.ts';
import { stateScheme } from '../views/state-uri.ts';

/*
 * VS Code calls one command in many ways: without arguments (palette, view title), with a Uri and the array of all selected ones
 * (Explorer), with a tree element and the array of all selected ones, with source control rows one after the other, with a source
 * control. All of them become targets here.
 */

export interface Target {
  readonly model: RepositoryModel;
  /** The data, or a folder above some; absent: the whole repository. A pointer stands for its data. */
  readonly path?: RepoPath;
  /** The dataset that the path is or lies in. */
  readonly dataset?: Dataset;
  /** Where the command came from the row of a version, or of a file of one. */
  readonly version?: DatasetVersion;
  /** The path as it was chosen: for pointers, the pointer. */
  readonly chosen?: RepoPath;
}

/** In the order of the selection, each once. What is no path of a repository is left out. */
export function targetsOf(args: readonly unknown[], workspace: WorkspaceModel): readonly Target[] {
  const [first, second] = args;
  // The second argument is the whole selection; the first one is in it.
  const chosen: readonly unknown[] =
    Array.isArray(second) && second.length > 0 ? second : Array.isArray(first) ? first : args;
  const found = new Map<string, Target>();
  for (const one of chosen) {
    for (const target of targetOf(one, workspace)) {
      const key = `${target.model.root.toString()} ${target.version?.commit ?? ''} ${target.path ?? ''}`;
      if (!found.has(key)) found.set(key, target);
    }
  }
  return [...found.values()];
}

function targetOf(value: unknown, workspace: WorkspaceModel): readonly Target[] {
  if (isTreeNode(value)) return ofNode(value);
  if (isUri(value)) return ofUri(value, workspace);
  if (typeof value !== 'object' || value === null) return [];
  if ('resourceUri' in value && isUri(value.resourceUri)) return ofUri(value.resourceUri, workspace);
  // A source control: its title bar's commands.
  if ('rootUri' in value && isUri(value.rootUri)) return ofUri(value.rootUri, workspace);
  return [];
}

function ofNode(node: TreeNode): readonly Target[] {
  switch (node.kind) {
    case 'repository':
    case 'remote':
      return [{ model: node.model }];
    case 'dataset':
    case 'versions':
    case 'more':
      return [{ model: node.model, path: node.dataset.path, dataset: node.dataset }];
    case 'fault':
      return [
        {
          model: node.model,
          chosen: node.fault.pointer,
          ...(node.fault.path === undefined ? {} : { path: node.fault.path }),
        },
      ];
    case 'version':
      return [{ model: node.model, path: node.version.path, dataset: node.dataset, version: node.version }];
    case 'files':
    case 'folder':
    case 'file': {
      const path = node.kind === 'files' ? (node.version?.path ?? node.dataset.path) : node.path;
      return [
        {
          model: node.model,
          path,
          dataset: node.dataset,
          ...(node.version === undefined ? {} : { version: node.version }),
        },
      ];
    }
    case 'activity':
    case 'message':
      return [];
  }
}

function ofUri(uri: Uri, workspace: WorkspaceModel): readonly Target[] {
  const file = uri.scheme === stateScheme ? uri.with({ scheme: 'file', query: '', fragment: '' }) : uri;
  const root = workspace.repositories.find((model) => model.root.toString() === file.toString());
  if (root !== undefined) return [{ model: root }];
  const found = workspace.find(file);
  if (found === undefined) return [];
  const { model, path } = found;
  const pointed = (model.snapshot?.list.datasets ?? []).filter((dataset) => dataset.pointer === path);
  if (pointed.length > 0) return pointed.map((dataset) => ({ model, path: dataset.path, dataset, chosen: path }));
  const dataset = model.datasetAt(path);
  return [{ model, path, chosen: path, ...(dataset === undefined ? {} : { dataset }) }];
}

/** Not `instanceof`: this file is also used without an editor. */
function isUri(value: unknown): value is Uri {
  return typeof value === 'object' && value !== null && 'scheme' in value && 'fsPath' in value && 'with' in value;
}

/** Where the path of a target lies now: a dataset may have had another name in its version. */
export function pathNow(target: Target): RepoPath | undefined {
  const { path, dataset, version } = target;
  if (path === undefined || dataset === undefined || version === undefined) return path;
  return moved(path, version.path, dataset.path);
}

/** Where a path of today lay in a version. */
export function pathThen(path: RepoPath, dataset: Dataset, version: DatasetVersion): RepoPath {
  return moved(path, dataset.path, version.path);
}

function moved(path: RepoPath, from: RepoPath, to: RepoPath): RepoPath {
  const below = relativeTo(from, path);
  return below === undefined ? path : below === '' ? to : joinRepo(to, below);
}

/** Targets of one repository, for one call; no paths: all of it. */
export interface TargetGroup {
  readonly model: RepositoryModel;
  readonly paths: readonly RepoPath[] | undefined;
}

/** A repository chosen as a whole takes its paths in. */
export function byRepository(targets: readonly Target[]): readonly TargetGroup[] {
  const groups = new Map<RepositoryModel, RepoPath[] | undefined>();
  for (const { model, path } of targets) {
    const known = groups.get(model);
    if (path === undefined) groups.set(model, undefined);
    else if (known !== undefined) known.push(path);
    else if (!groups.has(model)) groups.set(model, [path]);
  }
  return [...groups].map(([model, paths]) => ({ model, paths }));
}

/** `data/images`, `data/images and 2 more`, or the repository's name. */
export function describeGroup(group: TargetGroup): string {
  const { model, paths } = group;
  const [first, ...rest] = paths ?? [];
  if (first === undefined) return model.label;
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}

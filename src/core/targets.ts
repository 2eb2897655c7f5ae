import { TracksError } from '../base/errors.ts';
import { isInside, type RepoPath } from '../base/paths.ts';
import type { TreeEntry } from './formats/tree.ts';
import type { Out } from './outs.ts';

/** An out, and which of its paths are meant: all of them where `inside` is absent. */
export interface Selection {
  readonly out: Out;
  /** Below the out; several where several were named. */
  readonly inside?: readonly RepoPath[];
}

/**
 * The outs that targets stand for: a dataset, its pointer, a stage name, a folder above datasets, a path inside of one. None named:
 * all outs. Throws `not-tracked` for a target that stands for nothing.
 */
export function selectOuts(outs: readonly Out[], targets: readonly RepoPath[] | undefined): Selection[] {
  if (targets === undefined || targets.length === 0) return outs.map((out) => ({ out }));
  const whole = new Set<Out>();
  const parts = new Map<Out, RepoPath[]>();
  for (const target of targets) {
    let found = false;
    for (const out of outs) {
      if (out.path === target || out.pointer === target || out.stage === target || isInside(target, out.path)) {
        whole.add(out);
        found = true;
      } else if (isInside(out.path, target)) {
        const inside = target.slice(out.path.length + 1) as RepoPath;
        parts.set(out, [...(parts.get(out) ?? []), inside]);
        found = true;
      }
    }
    if (!found) {
      throw new TracksError('not-tracked', `${target} is not tracked.`, {
        path: target,
        hint: `Track it: tracks add ${target}`,
      });
    }
  }
  return outs.flatMap((out): Selection[] => {
    if (whole.has(out)) return [{ out }];
    const inside = parts.get(out);
    return inside === undefined ? [] : [{ out, inside }];
  });
}

export function isSelected(selection: Selection, path: string): boolean {
  return selection.inside === undefined || selection.inside.some((p) => path === p || path.startsWith(`${p}/`));
}

export function selectedEntries(selection: Selection, entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return selection.inside === undefined ? entries : entries.filter((e) => isSelected(selection, e.path));
}

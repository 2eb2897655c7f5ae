import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { isAbsent, TracksError, toTracksError } from '../base/errors.ts';
import type { OperationOptions } from '../base/operation.ts';
import { isInside, joinRepo, type RepoPath, repoBasename, repoDirname } from '../base/paths.ts';
import { requireOrdinaryPlace } from './add.ts';
import { renameOut } from './formats/dvc-file.ts';
import { withWriteLock } from './lock.ts';
import { collectOuts } from './outs.ts';
import { autostage, ignoreInGit, pointerOf, type Touched, unignoreInGit } from './pointers.ts';
import { absolute, type Repository } from './repository.ts';
import { forgetPlaced, notePlaced } from './state/placed.ts';
import { readTextFile, removeFile, writeTextFile } from './worktree/write-file.ts';

function kindAt(path: string): 'file' | 'folder' | undefined {
  try {
    return lstatSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw toTracksError(error, path);
  }
}

/** Renames a dataset: its data, its pointer and its `.gitignore` entry. Into an existing folder it keeps its name. */
export async function move(
  repo: Repository,
  from: RepoPath,
  to: RepoPath,
  options: OperationOptions = {},
): Promise<{ readonly path: RepoPath; readonly files: readonly RepoPath[] }> {
  return withWriteLock(repo, 'move', [from, to], options, async () => {
    const { outs } = collectOuts(repo, options);
    const out = outs.find((o) => o.path === from || o.pointer === from);
    if (out === undefined)
      throw new TracksError('not-tracked', `${from} is not tracked.`, {
        path: from,
        hint: 'tracks status names what is.',
      });
    if (out.stage !== undefined) {
      throw new TracksError('unsupported', `${out.path} is made by the stage "${out.stage}".`, {
        path: from,
        hint: 'Rename it in dvc.yaml.',
      });
    }
    const target = kindAt(absolute(repo, to)) === 'folder' ? joinRepo(to, repoBasename(out.path)) : to;
    const clash = outs.find((o) => o !== out && (isInside(o.path, target) || isInside(target, o.path)));
    if (clash !== undefined)
      throw new TracksError('overlap', `${target} overlaps with "${clash.path}", which is tracked.`, {
        path: target,
        hint: 'Choose another path.',
      });
    if (isInside(out.path, target))
      throw new TracksError('overlap', `${target} lies inside of ${out.path}.`, {
        path: target,
        hint: 'Choose another path.',
      });
    requireOrdinaryPlace(repo, target);
    const pointer = pointerOf(target);
    for (const taken of [target, pointer]) {
      if (kindAt(absolute(repo, taken)) !== undefined) {
        throw new TracksError('would-overwrite', `${taken} is there already.`, {
          path: taken,
          hint: 'Choose another path, or move that file away.',
        });
      }
    }
    const text = readTextFile(absolute(repo, out.pointer));
    if (text === undefined) throw new TracksError('not-found', `${out.pointer}: it is gone.`, { path: out.pointer });
    // A pointer with a name of its own, or of several outs, stays where it is and says the new path.
    const own = out.pointer === `${out.path}.dvc` && outs.filter((o) => o.pointer === out.pointer).length === 1;
    const home = own ? pointer : out.pointer;
    const raw = own ? repoBasename(target) : posix.relative(repoDirname(out.pointer) || '.', target);
    const next = renameOut(text, { path: out.pointer }, out.rawPath, raw);
    const touched: Touched = new Set([home]);
    mkdirSync(dirname(absolute(repo, target)), { recursive: true });
    // The new pointer first: killed in between, both stand for the same content and none is lost.
    writeTextFile(absolute(repo, home), next);
    try {
      if (kindAt(absolute(repo, out.path)) !== undefined) renameSync(absolute(repo, out.path), absolute(repo, target));
    } catch (error) {
      if (own) removeFile(absolute(repo, home));
      else writeTextFile(absolute(repo, home), text);
      throw toTracksError(error, out.path);
    }
    if (own) {
      removeFile(absolute(repo, out.pointer));
      touched.add(out.pointer);
    }
    unignoreInGit(repo, out.path, touched);
    await ignoreInGit(repo, [target], touched);
    forgetPlaced(repo, [out.path]);
    notePlaced(repo, [target]);
    await autostage(repo, touched);
    return { path: target, files: [...touched] };
  });
}

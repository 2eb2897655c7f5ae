import { chmod, mkdir, realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { isAbsent, systemCode, TracksError } from '../../base/errors.ts';

/** For `catch` after `chmod`: rethrows all but what file systems without modes (Samba, exFAT) say, and those of other owners. */
export function ignoreModes(error: unknown): void {
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error;
}

/** The folders of a local store: which are there and inside of its root, each looked at once, and made where a write needs them. */
export class FolderMaker {
  readonly #root: string;
  readonly #name: string;
  readonly #mode: number | undefined;
  readonly #known = new Set<string>();
  #realRoot: string | undefined;

  constructor(root: string, name: string, mode: number | undefined) {
    this.#root = root;
    this.#name = name;
    this.#mode = mode;
  }

  forget(): void {
    this.#known.clear();
    this.#realRoot = undefined;
  }

  /** True where what `path` leads to is below the root. Rejects as `realpath` does where it leads nowhere. */
  async holds(path: string): Promise<boolean> {
    this.#realRoot ??= await realpath(this.#root);
    const real = await realpath(path);
    const base = this.#realRoot.endsWith(sep) ? this.#realRoot : this.#realRoot + sep;
    return real === this.#realRoot || real.startsWith(base);
  }

  /** False where there is none; throws `bad-path` where a symbolic link leads out of the root. */
  async exists(folder: string): Promise<boolean> {
    if (this.#known.has(folder)) return true;
    try {
      if (!(await this.holds(folder))) throw this.#leaves(folder);
    } catch (error) {
      if (isAbsent(error) || systemCode(error) === 'ENAMETOOLONG') return false;
      throw error;
    }
    this.#known.add(folder);
    return true;
  }

  /** Runs `work` with `folder` there; makes it anew, once, where somebody removed it in between. */
  async inside<T>(folder: string, work: () => Promise<T>): Promise<T> {
    if (this.#known.has(folder)) {
      try {
        return await work();
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
        this.forget();
      }
    }
    if (!(await this.exists(folder))) {
      await this.#make(folder);
      await this.exists(folder);
    }
    return work();
  }

  /** From the top down, so that nothing is made behind a link that leads out of the root. */
  async #make(folder: string): Promise<void> {
    const parent = dirname(folder);
    if (folder.startsWith(this.#root + sep) && !(await this.exists(parent))) await this.#make(parent);
    let made = await this.#mkdir(folder);
    if (made === 'no-parent' && parent !== folder) {
      await this.#make(parent);
      made = await this.#mkdir(folder);
    }
    // As in DVC: where the mode cannot be had (a folder of somebody else, no modes at all) the work goes on without.
    if (made === 'made' && this.#mode !== undefined) await chmod(folder, this.#mode).catch(ignoreModes);
  }

  async #mkdir(folder: string): Promise<'made' | 'there' | 'no-parent'> {
    try {
      await mkdir(folder);
      return 'made';
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return 'there';
      if (systemCode(error) === 'ENOENT') return 'no-parent';
      throw error;
    }
  }

  #leaves(folder: string): TracksError {
    return new TracksError('bad-path', `${this.#name}: ${folder} is a symbolic link out of ${this.#root}.`, {
      path: folder,
      hint: 'Make the folder it leads to the url of a remote of its own, or put a folder in its place.',
    });
  }
}

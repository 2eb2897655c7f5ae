import { TracksError } from '../../base/errors.ts';
import type { AbsPath, RepoPath } from '../../base/paths.ts';
import type { Range } from '../../core/remotes/blob-store.ts';
import type { VersionedRepository } from '../../core/system.ts';
import { extraNames, type RepositoryExtras } from './extras.ts';
import { type Method, StreamAnswer } from './rpc-server.ts';

/** The methods of {@link VersionedRepository} that cross to the thread, each with the place of its options argument. */
export const optionsAt = {
  datasets: 1,
  versions: 2,
  entries: 2,
  entry: 2,
  content: 2,
  status: 0,
  diff: 2,
  add: 1,
  commit: 0,
  checkout: 0,
  restore: 2,
  push: 0,
  fetch: 0,
  pull: 0,
  remove: 1,
  move: 2,
  unprotect: 1,
  remotes: 0,
} as const satisfies Partial<Record<keyof VersionedRepository, number>>;

export type RepositoryMethod = keyof typeof optionsAt;

/** What the thread tells of the repository that it opened. */
export interface RepositoryInfo {
  readonly system: string;
  readonly root: AbsPath;
  readonly gitRoot: AbsPath | undefined;
  /** The names of the methods that it has. */
  readonly members: readonly RepositoryMethod[];
}

/** A source crosses as what is known of it; its bytes are asked for apart, each time anew. */
export interface ContentInfo {
  readonly size?: number;
  readonly file?: string;
}

export interface OpenedRepository {
  readonly repository: VersionedRepository;
  readonly extras: RepositoryExtras;
}

function has(repository: VersionedRepository, name: string): name is RepositoryMethod {
  return Object.hasOwn(optionsAt, name) && typeof Reflect.get(repository, name) === 'function';
}

function infoOf(repository: VersionedRepository): RepositoryInfo {
  const { system, root, gitRoot } = repository;
  return { system, root, gitRoot, members: Object.keys(optionsAt).filter((name) => has(repository, name)) };
}

/** The methods of a thread: `open` first, then those of the repository, `extra.<name>`, `content.open` and `dispose`. */
export function repositoryMethods(
  open: (root: AbsPath) => Promise<OpenedRepository>,
): (name: string) => Method | undefined {
  let opened: OpenedRepository | undefined;
  const current = (): OpenedRepository => {
    if (opened === undefined)
      throw new TracksError('internal', 'The repository thread was called before it was opened.');
    return opened;
  };

  const contentInfo: Method = async (args, options) => {
    const [path, revision] = args as [RepoPath, string | undefined];
    const { size, file } = await current().repository.content(path, revision, options);
    return { ...(size === undefined ? {} : { size }), ...(file === undefined ? {} : { file }) } satisfies ContentInfo;
  };

  const openContent: Method = async (args, options) => {
    const [path, revision, range] = args as [RepoPath, string | undefined, Range | undefined];
    const source = await current().repository.content(path, revision, options);
    return new StreamAnswer(await source.open(range, options));
  };

  const fixed: Readonly<Record<string, Method>> = {
    open: async (args) => {
      opened = await open(args[0] as AbsPath);
      return infoOf(opened.repository);
    },
    dispose: async () => {
      await opened?.repository[Symbol.asyncDispose]();
      opened = undefined;
    },
    content: contentInfo,
    'content.open': openContent,
  };

  return (name) => {
    if (Object.hasOwn(fixed, name)) return fixed[name];
    const extra = extraNames.find((known) => name === `extra.${known}`);
    if (extra !== undefined) {
      return (args, options) => {
        const { extras } = current();
        const method = extras[extra] as (input: unknown, o: typeof options) => Promise<unknown>;
        return method.call(extras, args[0], options);
      };
    }
    if (!Object.hasOwn(optionsAt, name)) return undefined;
    return async (args, options) => {
      const { repository } = current();
      if (!has(repository, name)) throw new TracksError('unsupported', `This repository cannot "${name}".`);
      const at = optionsAt[name];
      const whole = [...args];
      while (whole.length <= at) whole.push(undefined);
      whole[at] = { ...(whole[at] as object | undefined), ...options };
      const method = repository[name] as (...all: unknown[]) => Promise<unknown>;
      return method.apply(repository, whole);
    };
  };
}

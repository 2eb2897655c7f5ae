import type { Readable } from 'node:stream';
import type { OperationOptions } from '../../base/operation.ts';
import type { AbsPath, RepoFolder, RepoPath } from '../../base/paths.ts';
import type { Logger } from '../../core/host.ts';
import type { ByteSource, Range } from '../../core/remotes/blob-store.ts';
import type {
  Changes,
  DataEntry,
  DatasetList,
  Page,
  RemoteInfo,
  RepositoryStatus,
  Revision,
  StatusOptions,
  TargetOptions,
  VersionedRepository,
  VersionPage,
} from '../../core/system.ts';
import { extraNames, type InitInput, type RepositoryExtras } from './extras.ts';
import { type ContentInfo, optionsAt, type RepositoryInfo, type RepositoryMethod } from './repository-methods.ts';
import { ThreadLink } from './thread-link.ts';

/** What every repository thread is started with. */
export interface ThreadSetup {
  /** The built file of repository-thread.ts. */
  readonly file: string | URL;
  readonly data: unknown;
  readonly log: Logger;
}

type Optional<K extends keyof VersionedRepository> = NonNullable<VersionedRepository[K]>;

/** A repository that lives in a thread of its own. Has the optional members that the real one has. */
export class RepositoryClient implements VersionedRepository {
  readonly system: string;
  readonly root: AbsPath;
  readonly gitRoot: AbsPath | undefined;
  readonly extras: RepositoryExtras;
  readonly add?: Optional<'add'>;
  readonly commit?: Optional<'commit'>;
  readonly checkout?: Optional<'checkout'>;
  readonly restore?: Optional<'restore'>;
  readonly push?: Optional<'push'>;
  readonly fetch?: Optional<'fetch'>;
  readonly pull?: Optional<'pull'>;
  readonly remove?: Optional<'remove'>;
  readonly move?: Optional<'move'>;
  readonly unprotect?: Optional<'unprotect'>;
  readonly remotes?: () => Promise<readonly RemoteInfo[]>;
  readonly #link: ThreadLink;

  /** Starts a thread and opens the repository in it. Rejects with the error of opening. */
  static async open(root: AbsPath, setup: ThreadSetup): Promise<RepositoryClient> {
    const link = new ThreadLink({ ...setup, name: root, hello: { method: 'open', args: [root] } });
    try {
      return new RepositoryClient(link, (await link.hello()) as RepositoryInfo);
    } catch (error) {
      await link[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(link: ThreadLink, info: RepositoryInfo) {
    this.#link = link;
    this.system = info.system;
    this.root = info.root;
    this.gitRoot = info.gitRoot;
    const members = new Set(info.members);
    if (members.has('add')) this.add = (paths, options) => this.#send('add', [paths], options);
    if (members.has('commit')) this.commit = (options) => this.#send('commit', [], options);
    if (members.has('checkout')) this.checkout = (options) => this.#send('checkout', [], options);
    if (members.has('restore'))
      this.restore = (path, revision, options) => this.#send('restore', [path, revision], options);
    if (members.has('push')) this.push = (options) => this.#send('push', [], options);
    if (members.has('fetch')) this.fetch = (options) => this.#send('fetch', [], options);
    if (members.has('pull')) this.pull = (options) => this.#send('pull', [], options);
    if (members.has('remove')) this.remove = (paths, options) => this.#send('remove', [paths], options);
    if (members.has('move')) this.move = (from, to, options) => this.#send('move', [from, to], options);
    if (members.has('unprotect')) this.unprotect = (paths, options) => this.#send('unprotect', [paths], options);
    if (members.has('remotes')) this.remotes = () => this.#send('remotes', []);
    this.extras = Object.fromEntries(
      extraNames.map((name) => [
        name,
        (input: unknown, options?: OperationOptions) => this.#extra(name, input, options),
      ]),
    ) as unknown as RepositoryExtras;
  }

  datasets(revision?: Revision, options?: OperationOptions): Promise<DatasetList> {
    return this.#send('datasets', [revision], options);
  }

  versions(
    path: RepoPath,
    page: Page,
    options?: OperationOptions & { readonly remote?: boolean },
  ): Promise<VersionPage> {
    return this.#send('versions', [path, page], options);
  }

  entries(folder: RepoFolder, revision?: Revision, options?: OperationOptions): Promise<readonly DataEntry[]> {
    return this.#send('entries', [folder, revision], options);
  }

  entry(path: RepoPath, revision?: Revision, options?: OperationOptions): Promise<DataEntry | undefined> {
    return this.#send('entry', [path, revision], options);
  }

  /** A source that can be opened again and again, after a crash of the thread too. Its streams are read only as fast as they are consumed. */
  async content(path: RepoPath, revision?: Revision, options?: OperationOptions): Promise<ByteSource> {
    const info = await this.#send<ContentInfo>('content', [path, revision], options);
    const open = (range?: Range, how?: OperationOptions): Promise<Readable> =>
      this.#link.stream('content.open', [path, revision, range], how);
    return { ...info, open };
  }

  status(options?: StatusOptions): Promise<RepositoryStatus> {
    return this.#send('status', [], options);
  }

  diff(from: Revision, to: Revision, options?: TargetOptions): Promise<Changes> {
    return this.#send('diff', [from, to], options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#link[Symbol.asyncDispose]();
  }

  /** What the other side answers has the type of its own method: both sides are of one build. */
  async #send<R>(method: RepositoryMethod, args: readonly unknown[], options: OperationOptions = {}): Promise<R> {
    const { signal, progress, ...rest } = options;
    const whole = [...args];
    whole[optionsAt[method]] = rest;
    return (await this.#link.call(method, whole, { signal, progress })) as R;
  }

  #extra(name: string, input: unknown, options?: OperationOptions): Promise<unknown> {
    return this.#link.call(`extra.${name}`, [input], options);
  }
}

/** Makes a repository in a thread that ends afterwards. */
export async function initialise(
  root: AbsPath,
  input: InitInput,
  setup: ThreadSetup,
  options?: OperationOptions,
): Promise<void> {
  await using link = new ThreadLink({ ...setup, name: root, hello: { method: 'ping', args: [] } });
  await link.call('init', [root, input], options);
}

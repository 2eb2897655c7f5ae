/** The closed set of things that go wrong. A new code needs a reader that acts on it. */
export type ErrorCode =
  | 'not-a-repository'
  | 'already-exists'
  | 'not-found'
  | 'not-tracked'
  | 'bad-file' // a pointer, lock, config or tree that cannot be read
  | 'bad-path' // `..`, absolute, NUL, outside of the repository, a symlink in the way
  | 'bad-argument'
  | 'overlap' // the path is inside of, or around, what is tracked already
  | 'tracked-by-git'
  | 'not-in-cache'
  | 'not-in-remote'
  | 'corrupt' // bytes that are not their hash
  | 'changed-while-read'
  | 'would-overwrite' // data in no cache stands in the way
  | 'no-remote'
  | 'unsupported'
  | 'auth'
  | 'network'
  | 'no-space'
  | 'no-permission'
  | 'locked'
  | 'git'
  | 'io'
  | 'cancelled'
  | 'internal';

export type RetryClass = 'never' | 'later';

export interface ErrorOptions {
  /** What to do next, one sentence in the imperative. */
  readonly hint?: string;
  /** The file or folder it is about, as the user knows it. */
  readonly path?: string;
  /** 1-based line in `path`. */
  readonly line?: number;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retry?: RetryClass;
  readonly cause?: unknown;
}

const brand = Symbol.for('data-tracks.error');

/** The one error class. Recognise it with {@link isTracksError}: bundles loaded apart each carry a copy of the class. */
export class TracksError extends Error {
  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly path: string | undefined;
  readonly line: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retry: RetryClass;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TracksError';
    this.code = code;
    this.hint = options.hint;
    this.path = options.path;
    this.line = options.line;
    this.details = options.details ?? {};
    this.retry = options.retry ?? 'never';
  }
}

export function isTracksError(value: unknown, code?: ErrorCode): value is TracksError {
  return (
    typeof value === 'object' &&
    value !== null &&
    brand in value &&
    (code === undefined || (value as TracksError).code === code)
  );
}

/** The code of a Node system error (`ENOENT`, …), or `undefined`. */
export function systemCode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined;
  const { code } = value;
  return typeof code === 'string' ? code : undefined;
}

/** True for the errors that say that there is nothing at the path. */
export function isAbsent(value: unknown): boolean {
  const code = systemCode(value);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function cancelled(cause?: unknown): TracksError {
  return new TracksError('cancelled', 'Cancelled.', cause === undefined ? {} : { cause });
}

export function isCancelled(value: unknown): boolean {
  return isTracksError(value, 'cancelled') || (value instanceof Error && value.name === 'AbortError');
}

/** Turns anything thrown into a {@link TracksError} that names `path`. System errors get a code and a next step. */
export function toTracksError(value: unknown, path?: string): TracksError {
  if (isTracksError(value)) return value;
  if (isCancelled(value)) return cancelled(value);
  const at = path === undefined ? {} : { path };
  const where = path === undefined ? '' : `${path}: `;
  const text = value instanceof Error ? value.message : String(value);
  switch (systemCode(value)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TracksError('not-found', `${where}there is no such file or folder.`, { ...at, cause: value });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new TracksError('no-permission', `${where}no permission (${text}).`, {
        ...at,
        cause: value,
        hint: 'Check the owner and the mode of the file and of the folder it is in.',
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new TracksError('no-space', `${where}the disk is full.`, {
        ...at,
        cause: value,
        hint: 'Free some space and run the same command again; what was done is kept.',
      });
    case 'ECONNRESET':
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EPIPE':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return new TracksError('network', `${where}${text}`, { ...at, cause: value, retry: 'later' });
    case 'EMFILE':
    case 'ENFILE':
    case 'EBUSY':
      return new TracksError('io', `${where}${text}`, { ...at, cause: value, retry: 'later' });
    case undefined:
      return new TracksError('internal', `${where}${text}`, { ...at, cause: value });
    default:
      return new TracksError('io', `${where}${text}`, { ...at, cause: value });
  }
}

/** A plain-data copy that crosses a thread or a process; {@link fromPlainError} makes the error again. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly path?: string;
  readonly line?: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retry: RetryClass;
}

export function toPlainError(value: unknown, path?: string): PlainError {
  const e = toTracksError(value, path);
  return {
    code: e.code,
    message: e.message,
    details: e.details,
    retry: e.retry,
    ...(e.hint === undefined ? {} : { hint: e.hint }),
    ...(e.path === undefined ? {} : { path: e.path }),
    ...(e.line === undefined ? {} : { line: e.line }),
  };
}

export function fromPlainError(plain: PlainError): TracksError {
  return new TracksError(plain.code, plain.message, plain);
}

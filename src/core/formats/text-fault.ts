import { TracksError } from '../../base/errors.ts';

/** Where a text came from, for messages: the path as the user knows it, and the revision for files read from git. */
export interface TextOrigin {
  readonly path: string;
  readonly revision?: string;
}

/** A `bad-file` error that names the file, the line and the reason. */
export function textFault(origin: TextOrigin, reason: string, line?: number, cause?: unknown): TracksError {
  const at = line === undefined ? origin.path : `${origin.path}:${line}`;
  const where = origin.revision === undefined ? at : `${at} (at ${origin.revision})`;
  return new TracksError('bad-file', `${where}: ${reason}`, {
    path: origin.path,
    hint: 'Mend the file by hand, or get an older version of it back with git.',
    ...(line === undefined ? {} : { line }),
    ...(cause === undefined ? {} : { cause }),
  });
}

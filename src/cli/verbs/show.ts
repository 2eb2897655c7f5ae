import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TracksError, toTracksError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import { content, entry } from '../../core/contents.ts';
import type { ByteSource } from '../../core/remotes/blob-store.ts';
import { type Cli, printJson } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const path = here.path(input.positionals[0] ?? '');
    const revision = input.text('rev');
    const output = input.text('output');
    const options = { signal: cli.signal };
    if (cli.json && output === undefined) {
      const found = await entry(repo, path, revision, options);
      if (found === undefined) {
        throw new TracksError(
          'not-tracked',
          `${path} is not tracked${revision === undefined ? '' : ` at ${revision}`}.`,
          {
            path,
          },
        );
      }
      const { kind, hash, size } = found;
      printJson(cli, { path, revision: revision ?? null, kind, hash: hash ?? null, size: size ?? null });
      return 0;
    }
    const source = await content(repo, path, revision, options);
    if (output === undefined) {
      await pipeline(await source.open(undefined, options), cli.outStream, { signal: cli.signal, end: false });
      return 0;
    }
    const file = resolve(cli.cwd, output);
    const bytes = await save(source, file, input.flag('force'), cli.signal);
    return report(cli, here, {
      batch: { done: [path], failed: [] },
      more: { bytes },
      lines: [`Wrote ${output}, ${formatBytes(bytes)}.`],
    });
  });
}

/** All or nothing. */
async function save(source: ByteSource, file: string, force: boolean, signal: AbortSignal): Promise<number> {
  if (!force && existsSync(file)) {
    throw new TracksError('would-overwrite', `${file} is there already.`, {
      hint: 'Choose another name, or replace it with --force.',
    });
  }
  const temp = join(dirname(file), `.tracks-${process.pid}-${Date.now().toString(36)}.tmp`);
  try {
    const target = createWriteStream(temp, { flags: 'wx' });
    await pipeline(await source.open(undefined, { signal }), target, { signal });
    renameSync(temp, file);
    return target.bytesWritten;
  } catch (error) {
    rmSync(temp, { force: true });
    throw toTracksError(error, file);
  }
}

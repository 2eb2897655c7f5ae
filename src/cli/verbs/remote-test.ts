import { isCancelled, toTracksError } from '../../base/errors.ts';
import { remoteSettings, testRemote } from '../../core/remote.ts';
import type { Cli } from '../cli.ts';
import { report } from '../report.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (here, repo) => {
    const { name } = remoteSettings(repo, input.positionals[0]);
    try {
      await testRemote(repo, name, { signal: cli.signal });
    } catch (error) {
      if (isCancelled(error)) throw error;
      return report(cli, here, {
        batch: { done: [], failed: [{ what: name, error: toTracksError(error) }] },
        lines: [],
      });
    }
    return report(cli, here, {
      batch: { done: [name], failed: [] },
      lines: [`${name} can be reached, written and read.`],
    });
  });
}

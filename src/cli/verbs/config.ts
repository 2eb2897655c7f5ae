import { relative, sep } from 'node:path';
import { TracksError } from '../../base/errors.ts';
import { type ConfigLine, getConfig, listConfig, setConfig } from '../../core/config.ts';
import type { Repository } from '../../core/repository.ts';
import { type Cli, printJson, say, usageError } from '../cli.ts';
import { withRepository } from '../repository.ts';
import type { Input } from '../verb.ts';
import { chosenLevel, levelOption } from './levels.ts';

export function run(cli: Cli, input: Input): Promise<number> {
  return withRepository(cli, input, async (_here, repo) => {
    const [name, value] = input.positionals;
    const unset = input.flag('unset');
    const origin = input.flag('show-origin');
    if (input.flag('list')) {
      if (name !== undefined || unset) throw usageError('--list takes no name and no --unset.');
      return list(cli, input, repo);
    }
    if (name === undefined) throw usageError('tracks config needs NAME, or --list.');
    if (unset || value !== undefined) {
      if (origin) throw usageError('--show-origin is for reading.');
      if (unset && value !== undefined) throw usageError('--unset takes no value.');
      return write(cli, input, repo, name, value);
    }
    const level = chosenLevel(input);
    const found = getConfig(repo, name, level);
    if (found === undefined) {
      throw new TracksError('not-found', `${name} is not set.`, { hint: `Set it: tracks config ${name} VALUE` });
    }
    if (cli.json) printJson(cli, { name, value: found });
    else say(cli, origin ? `${originOf(cli, repo, name, found)}\t${found}` : found);
    return 0;
  });
}

/** The strongest level that says this. */
function originOf(cli: Cli, repo: Repository, name: string, value: string): string {
  const wanted = name.toLowerCase();
  const line = listConfig(repo).findLast((l) => l.name.toLowerCase() === wanted && l.value === value);
  return line === undefined ? '' : shownFile(cli, line);
}

function shownFile(cli: Cli, line: ConfigLine): string {
  return line.level === 'project' || line.level === 'local'
    ? relative(cli.cwd, line.file).split(sep).join('/')
    : line.file;
}

function list(cli: Cli, input: Input, repo: Repository): number {
  const level = chosenLevel(input);
  const lines = listConfig(repo).filter((l) => level === undefined || l.level === level);
  if (cli.json) printJson(cli, lines);
  for (const l of lines) {
    say(cli, `${input.flag('show-origin') ? `${shownFile(cli, l)}\t` : ''}${l.name}=${l.value}`);
  }
  return 0;
}

function write(cli: Cli, input: Input, repo: Repository, name: string, value: string | undefined): number {
  const option = levelOption(input);
  if (value === undefined && getConfig(repo, name, option.level ?? 'project') === undefined) {
    throw new TracksError('not-found', `${name} is not set at this level.`, {
      hint: 'tracks config -l --show-origin says where it is.',
    });
  }
  setConfig(repo, name, value, option.level);
  if (cli.json) printJson(cli, { name, value: value ?? null });
  if (name.toLowerCase() === 'cache.type' && value !== undefined) {
    say(cli, 'Files that are here already are linked anew with: tracks checkout --relink');
  }
  return 0;
}

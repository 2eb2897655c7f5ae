import type { OptionSpec } from '../verb.ts';

export const remoteName: OptionSpec = {
  type: 'string',
  short: 'r',
  value: 'NAME',
  help: 'The remote; the default one otherwise.',
};
export const force: OptionSpec = {
  type: 'boolean',
  short: 'f',
  help: 'Replace and delete data that is in no cache: it is lost then.',
};
export const allowMissing: OptionSpec = {
  type: 'boolean',
  help: 'Data that is neither here nor in the cache is no failure.',
};
export const exitCode: OptionSpec = { type: 'boolean', help: 'Exit with 1 where anything differs.' };

export const scope: Readonly<Record<string, OptionSpec>> = {
  'all-branches': { type: 'boolean', short: 'a', help: 'The data of the tips of all branches too.' },
  'all-tags': { type: 'boolean', short: 'T', help: 'The data of all tags too.' },
  'all-commits': { type: 'boolean', short: 'A', help: 'The data of all commits too.' },
};

export const transfer: Readonly<Record<string, OptionSpec>> = {
  remote: remoteName,
  ...scope,
  jobs: { type: 'number', short: 'j', value: 'N', help: 'How much is done at once.' },
};

export const levels: Readonly<Record<string, OptionSpec>> = {
  local: { type: 'boolean', help: '.dvc/config.local: for you in this repository alone, not in git.' },
  project: { type: 'boolean', help: '.dvc/config: for everyone. This is the default.' },
  global: { type: 'boolean', help: 'For you, in all repositories.' },
  system: { type: 'boolean', help: 'For everyone on this machine.' },
};

export const unset: OptionSpec = { type: 'boolean', short: 'u', help: 'Take it out.' };

export const batchJson = '{"done": [paths], "failed": [{"what", "code", "message", "hint"}]';

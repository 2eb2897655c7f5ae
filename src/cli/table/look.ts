import type { VerbSpec } from '../verb.ts';
import { exitCode } from './options.ts';

/** Verbs that look and change nothing. */
export const lookVerbs: readonly VerbSpec[] = [
  {
    name: 'status',
    aliases: ['data status'],
    summary: 'What has changed: data against pointers, pointers against git.',
    usage: '[PATH…]',
    words: [0, Number.POSITIVE_INFINITY],
    options: {
      granular: { type: 'boolean', help: 'Name the files in folders, and not only count them.' },
      unchanged: { type: 'boolean', help: 'Name what is unchanged too.' },
      'untracked-files': {
        type: 'string',
        choices: ['all', 'no'],
        help: 'Name the files that neither git nor tracks knows.',
      },
      'not-in-remote': { type: 'boolean', help: 'Ask the remote what has not been pushed.' },
      remote: { type: 'string', short: 'r', value: 'NAME', help: 'Ask this remote.' },
      'exit-code': exitCode,
    },
    examples: [
      { command: 'tracks status', says: 'The whole repository, in a few lines.' },
      { command: 'tracks status covers --granular', says: 'File by file.' },
      { command: 'tracks status -q || echo changed', says: 'For scripts.' },
    ],
    exits: {
      1: 'a pointer or a file could not be read; with --quiet or --exit-code: something differs or is missing',
    },
    json: 'as dvc data status --granular --json',
    load: () => import('../verbs/status.ts'),
  },
  {
    name: 'diff',
    summary: 'What differs between two revisions, or a revision and the workspace.',
    usage: '[A] [B]',
    words: [0, 2],
    options: {
      targets: { type: 'list', greedy: true, value: 'PATH…', help: 'Only these.' },
      'show-hash': { type: 'boolean', help: 'With the hashes.' },
      md: { type: 'boolean', help: 'As a Markdown table.' },
      'hide-missing': { type: 'boolean', help: 'Without what is not in the cache.' },
      'exit-code': exitCode,
    },
    examples: [
      { command: 'tracks diff', says: 'HEAD against the workspace.' },
      { command: 'tracks diff v1.0 main --targets covers', says: 'One folder at two revisions.' },
    ],
    exits: { 1: 'it could not be compared; with --quiet or --exit-code: something differs' },
    json: 'as dvc diff --json',
    load: () => import('../verbs/diff.ts'),
  },
  {
    name: 'versions',
    aliases: ['log'],
    summary: 'The git commits that changed a dataset, newest first.',
    usage: 'PATH',
    words: [1, 1],
    options: {
      number: { type: 'number', short: 'n', value: 'N', help: 'How many; 20 otherwise.' },
      skip: { type: 'number', value: 'K', help: 'Leave out the K newest.' },
      remote: { type: 'boolean', help: 'Ask the default remote which versions it has.' },
    },
    examples: [
      { command: 'tracks versions model.bin', says: 'Which versions there are, and which one is here.' },
      { command: 'tracks versions covers -n 5 --remote', says: 'The newest five, and whether they were pushed.' },
    ],
    exits: { 1: 'it is not tracked, or there is no git' },
    json: '{"versions": [{"commit", "subject", "author", "time", "refs", "path", "hash", "change", "current", …}], "more"}',
    load: () => import('../verbs/versions.ts'),
  },
  {
    name: 'show',
    summary: 'The bytes of a file at a revision, from cache or remote.',
    usage: 'PATH',
    words: [1, 1],
    options: {
      rev: { type: 'string', value: 'REV', help: 'A branch, tag or commit; the workspace otherwise.' },
      output: { type: 'string', short: 'o', value: 'FILE', help: 'Into a file; standard output otherwise.' },
      force: { type: 'boolean', short: 'f', help: 'Replace the file that --output names.' },
    },
    examples: [
      { command: 'tracks show data/a.csv --rev HEAD~1 | head', says: 'Look into the version before.' },
      { command: 'tracks show model.bin --rev v1.0 -o old.bin', says: 'Have both side by side.' },
    ],
    exits: { 1: 'there is no such file at that revision, or its bytes could not be had' },
    json: '{"path", "revision", "kind", "hash", "size"} and no bytes; with --output {"done", "failed", "bytes"}',
    load: () => import('../verbs/show.ts'),
  },
  {
    name: 'ls',
    aliases: ['list'],
    summary: 'What is in a folder, tracked data that is not here too.',
    usage: '[PATH]',
    words: [0, 1],
    options: {
      rev: { type: 'string', value: 'REV', help: 'At a branch, tag or commit; the workspace otherwise.' },
      recursive: { type: 'boolean', short: 'R', help: 'The files of all folders below.' },
      'dvc-only': { type: 'boolean', help: 'Tracked data alone.' },
      size: { type: 'boolean', help: 'With sizes.' },
      'show-hash': { type: 'boolean', help: 'With hashes.' },
    },
    examples: [
      { command: 'tracks ls data', says: 'One folder.' },
      { command: 'tracks ls -R --dvc-only --size --rev v1.0', says: 'All data of a release.' },
    ],
    exits: { 1: 'there is no such path, or a part could not be listed' },
    json: 'as dvc list --json',
    load: () => import('../verbs/ls.ts'),
  },
];

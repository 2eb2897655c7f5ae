import type { TracksError } from '../base/errors.ts';
import type { Command } from './command.ts';
import { table } from './style.ts';
import { findVerb, groupedVerbs, verbsOfGroup } from './table/verbs.ts';
import { globalOptions, type OptionSpec, type VerbSpec } from './verb.ts';

function optionRow(name: string, option: OptionSpec): readonly string[] {
  const value = option.type === 'boolean' ? '' : ` ${option.value ?? 'VALUE'}`;
  const shown = option.choices === undefined ? value : `[=${option.choices.join('|')}]`;
  return [`  ${option.short === undefined ? '   ' : `-${option.short},`} --${name}${shown}`, option.help];
}

function optionRows(options: Readonly<Record<string, OptionSpec>>): string[][] {
  return Object.entries(options).map(([name, option]) => [...optionRow(name, option)]);
}

function usageLine(spec: VerbSpec): string {
  const options = Object.keys(spec.options).length > 0 ? ' [options]' : '';
  return `tracks ${spec.name}${spec.usage === '' ? '' : ` ${spec.usage}`}${options}`;
}

/** What `tracks VERB --help` prints. */
function verbHelp(spec: VerbSpec): string {
  const own = optionRows(spec.options);
  const common = optionRows(globalOptions);
  const lines = table([...own, ...common]);
  const exits: readonly (readonly [string, string])[] = [
    ['0', 'done'],
    ...Object.entries(spec.exits).map(([code, says]) => [code, says] as const),
    ['2', 'wrong usage'],
    ['130', 'stopped with Ctrl-C; what was done is kept'],
  ];
  const aliases = spec.aliases === undefined ? [] : [`Also: tracks ${spec.aliases.join(', tracks ')}`, ''];
  return [
    spec.summary,
    '',
    `Usage: ${usageLine(spec)}`,
    '',
    ...aliases,
    ...(own.length === 0 ? [] : ['Options:', ...lines.slice(0, own.length), '']),
    'Common options:',
    ...lines.slice(own.length),
    '',
    'Examples:',
    ...spec.examples.flatMap((e) => [`  ${e.command}`, `      ${e.says}`]),
    '',
    `With --json: ${spec.json}`,
    '',
    'Exit codes:',
    ...table(exits.map(([code, says]) => [`  ${code}`, says])),
    '',
  ].join('\n');
}

/** What `tracks --help` prints. */
function topHelp(version: string): string {
  return [
    `tracks ${version}: versions of data and models beside your code, in DVC's format.`,
    '',
    'Usage: tracks VERB [options]',
    '',
    ...groupedVerbs().flatMap(({ title, verbs }) => [
      `${title}:`,
      ...table(verbs.map((v) => [`  ${v.name}`.padEnd(16), v.summary])),
      '',
    ]),
    'Options that every verb has:',
    ...table(optionRows(globalOptions)),
    '',
    'Examples:',
    '  tracks init && tracks add data/songs.parquet',
    '      Track a file from now on.',
    '  tracks versions data/songs.parquet',
    '      See which git commits changed it.',
    '  tracks help restore',
    '      Read about one verb.',
    '',
  ].join('\n');
}

/** What `tracks remote --help` prints. */
function groupHelp(group: string): string {
  return [
    `Usage: tracks ${group} VERB [options]`,
    '',
    ...table(verbsOfGroup(group).map((v) => [`  ${v.name}`, v.summary])),
    '',
    'Examples:',
    ...verbsOfGroup(group)
      .slice(0, 2)
      .map((v) => `  ${v.examples[0].command}`),
    '',
  ].join('\n');
}

export function helpText(command: Extract<Command, { kind: 'help' }>, version: string): string {
  if (command.spec !== undefined) return verbHelp(command.spec);
  return command.group === undefined ? topHelp(version) : groupHelp(command.group);
}

/** Of wrong usage: what is wrong, what to do, and the usage of the verb that was meant. */
export function usageText(error: TracksError, argv: readonly string[]): string {
  const first = argv.findIndex((w) => !w.startsWith('-'));
  const spec = first < 0 ? undefined : findVerb(argv.slice(first))?.spec;
  const lines = [
    `tracks: ${error.message}`,
    ...(error.hint === undefined ? [] : [`  ${error.hint}`]),
    `usage: ${spec === undefined ? 'tracks VERB [options]   (tracks --help)' : `${usageLine(spec)}   (tracks ${spec.name} --help)`}`,
  ];
  return `${lines.join('\n')}\n`;
}

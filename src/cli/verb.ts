import type { Cli } from './cli.ts';

export interface OptionSpec {
  readonly type: 'boolean' | 'string' | 'number' | 'list';
  readonly short?: string;
  /** What the help calls the value. */
  readonly value?: string;
  readonly help: string;
  /** Of a `list`: takes all words up to the next option, as DVC's own does. */
  readonly greedy?: boolean;
  /** The value may be left out where the next word is none of these; the first one is meant then. */
  readonly choices?: readonly [string, ...string[]];
}

export interface Example {
  readonly command: string;
  readonly says: string;
}

/** What the parser gives a verb: one value for each option that was given. */
export interface Input {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  list(name: string): readonly string[];
}

export interface VerbModule {
  /** Resolves to the exit code. */
  run(cli: Cli, input: Input): Promise<number>;
}

/** One verb: this makes its parsing, its help and its line in the list of verbs. */
export interface VerbSpec {
  /** One word, or two for those of a group: `remote add`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** What comes after `tracks NAME`, without the options. */
  readonly usage: string;
  /** How many words it takes. */
  readonly words: readonly [least: number, most: number];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly [Example, ...Example[]];
  /** Exit codes beside 0, and 2 for wrong usage. */
  readonly exits: Readonly<Record<number, string>>;
  /** What `--json` prints. */
  readonly json: string;
  readonly load: () => Promise<VerbModule>;
}

/** Every verb has these, and they may stand before it. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', help: 'Print one line of JSON; paths in it are below the root of the repository.' },
  quiet: { type: 'boolean', short: 'q', help: 'Print errors only.' },
  verbose: { type: 'boolean', short: 'v', help: 'Say more, and where an error comes from.' },
  cd: { type: 'string', value: 'DIR', help: 'Run as if started in DIR.' },
  help: { type: 'boolean', short: 'h', help: 'Show the help of the verb.' },
};

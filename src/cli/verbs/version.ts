import { type Cli, printJson } from '../cli.ts';
import type { Input } from '../verb.ts';

export async function run(cli: Cli, _input: Input): Promise<number> {
  const platform = `${process.platform}-${process.arch}`;
  if (cli.json) printJson(cli, { tracks: cli.version(), node: process.versions.node, platform });
  else cli.out(`tracks ${cli.version()} (Node ${process.versions.node}, ${platform})\n`);
  return 0;
}

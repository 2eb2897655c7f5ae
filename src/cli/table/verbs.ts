import type { VerbSpec } from '../verb.ts';
import { dataVerbs } from './data.ts';
import { lookVerbs } from './look.ts';
import { remoteVerbs } from './remote.ts';

const versionVerb: VerbSpec = {
  name: 'version',
  summary: 'The version of tracks, and what it runs on.',
  usage: '',
  words: [0, 0],
  options: {},
  examples: [{ command: 'tracks version --json', says: 'For a bug report.' }],
  exits: {},
  json: '{"tracks", "node", "platform"}',
  load: () => import('../verbs/version.ts'),
};

/** In the order of the help. */
export const allVerbs: readonly VerbSpec[] = [...dataVerbs, ...lookVerbs, ...remoteVerbs, versionVerb];

export function groupedVerbs(): readonly { readonly title: string; readonly verbs: readonly VerbSpec[] }[] {
  return [
    { title: 'Track', verbs: dataVerbs },
    { title: 'Look', verbs: lookVerbs },
    { title: 'Share', verbs: remoteVerbs },
    { title: 'More', verbs: [versionVerb] },
  ];
}

export function verbsOfGroup(group: string): readonly VerbSpec[] {
  return allVerbs.filter((v) => v.name.startsWith(`${group} `));
}

/** The verb that the first words name, and how many words that is. */
export function findVerb(words: readonly string[]): { readonly spec: VerbSpec; readonly taken: number } | undefined {
  for (const taken of [2, 1]) {
    const name = words.slice(0, taken).join(' ');
    const spec = allVerbs.find((v) => v.name === name || v.aliases?.includes(name) === true);
    if (spec !== undefined && words.length >= taken) return { spec, taken };
  }
  return undefined;
}

import { parquetWriteFile } from 'hyparquet-writer';
import { type Random, seeded } from './random.ts';

export const rows = 500_000;

/** One array a column, a row each. */
export interface Songs {
  readonly songId: string[];
  readonly title: string[];
  readonly artist: string[];
  readonly album: string[];
  readonly year: Int32Array;
  readonly durationMs: Int32Array;
  readonly tempo: Float64Array;
  readonly key: string[];
  readonly loudness: Float64Array;
  readonly danceability: Float64Array;
  readonly energy: Float64Array;
  readonly valence: Float64Array;
  readonly acousticness: Float64Array;
  readonly popularity: Int32Array;
  readonly countries: string[];
}

const keys = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const adjectives = [
  'Golden',
  'Silent',
  'Electric',
  'Paper',
  'Broken',
  'Velvet',
  'Northern',
  'Midnight',
  'Slow',
  'Crystal',
  'Lonely',
  'Wild',
  'Faded',
  'Second',
  'Burning',
  'Little',
];
const nouns = [
  'River',
  'Summer',
  'Signal',
  'Mirror',
  'Harbour',
  'Letters',
  'Machine',
  'Garden',
  'Train',
  'Shadow',
  'Heart',
  'Skyline',
  'Echo',
  'Window',
  'Motion',
  'Fire',
];
const tails = ['', '', '', '', ' (Live)', ' (Remix)', ' Pt. 2', ' – Édition'];
const firstNames = [
  'Mira',
  'Jonas',
  'Leïla',
  'Tomás',
  'Anaïs',
  'Kofi',
  'Yuki',
  'Ingrid',
  'Ravi',
  'Zoë',
  'Bruno',
  'Søren',
  'Noor',
  'Pavel',
  'Ife',
  'Clara',
];
const lastNames = [
  'Vance',
  'Okoro',
  'Lindqvist',
  'Moreau',
  'Tanaka',
  'Silva',
  'Novák',
  'Brandt',
  'Aydın',
  'Reyes',
  'Kaur',
  'Hughes',
  'Petrov',
  'Mensah',
  'Costa',
  'Weiss',
];
const countryCodes = [
  'AR',
  'AU',
  'BR',
  'CA',
  'DE',
  'ES',
  'FR',
  'GB',
  'IN',
  'IT',
  'JP',
  'KR',
  'MX',
  'NG',
  'NL',
  'PL',
  'SE',
  'TR',
  'US',
  'ZA',
];

/** The table as it was first collected: one song in sixteen has its tempo halved. */
export function collectSongs(): Songs {
  const random = seeded(20_240_117);
  const artists = Array.from({ length: 6_000 }, () => `${random.pick(firstNames)} ${random.pick(lastNames)}`);
  const albums = Array.from({ length: 24_000 }, () => `${random.pick(adjectives)} ${random.pick(nouns)}`);
  const titles = Array.from(
    { length: 40_000 },
    () => `${random.pick(adjectives)} ${random.pick(nouns)}${random.pick(tails)}`,
  );
  const charts = Array.from({ length: 3_000 }, () => someCountries(random));
  const songs = emptySongs();
  for (let i = 0; i < rows; i++) {
    const energy = unit(0.6 + 0.18 * random.normal());
    songs.songId.push(`S${String(i + 1).padStart(7, '0')}`);
    songs.title.push(random.pick(titles));
    songs.artist.push(random.pick(artists));
    songs.album.push(random.pick(albums));
    songs.key.push(random.pick(keys));
    songs.countries.push(random.pick(charts));
    songs.year[i] = 1960 + Math.floor(64 * Math.sqrt(random.next()));
    songs.durationMs[i] = Math.round((215 + 45 * random.normal()) * 10) * 100;
    songs.tempo[i] = round(Math.max(60, 118 + 24 * random.normal()), 1) / (i % 16 === 5 ? 2 : 1);
    songs.loudness[i] = round(-14 + 10 * energy + random.normal(), 1);
    songs.danceability[i] = unit(0.55 + 0.16 * random.normal());
    songs.energy[i] = energy;
    songs.valence[i] = unit(0.5 + 0.2 * random.normal());
    songs.acousticness[i] = unit(0.9 - energy + 0.1 * random.normal());
    songs.popularity[i] = Math.round(100 * unit(0.35 + 0.2 * random.normal()));
  }
  return songs;
}

/** Second version: the halved tempos are right. */
export function fixTempos(songs: Songs): void {
  for (let i = 5; i < rows; i += 16) songs.tempo[i] = round((songs.tempo[i] ?? 0) * 2, 1);
}

/** Third version: fresh popularity, more countries; and by mistake the energy of everything after 2015 in per cent. */
export function refreshPopularity(songs: Songs): void {
  const random = seeded(20_240_208);
  for (let i = 0; i < rows; i++) {
    const change = random.normal();
    if (i % 3 === 0)
      songs.popularity[i] = Math.max(0, Math.min(100, (songs.popularity[i] ?? 0) + Math.round(6 * change)));
    if (i % 40 === 7) songs.countries[i] = someCountries(random);
    if ((songs.year[i] ?? 0) > 2015) songs.energy[i] = round((songs.energy[i] ?? 0) * 100, 1);
  }
}

/** What someone has done in the workspace and not told anyone: loudness rounded to whole decibels. */
export function roundLoudness(songs: Songs): void {
  for (let i = 0; i < rows; i++) songs.loudness[i] = Math.round(songs.loudness[i] ?? 0);
}

export function writeSongs(songs: Songs, filename: string): void {
  parquetWriteFile({
    filename,
    createdBy: 'data-tracks sample',
    rowGroupSize: 100_000,
    columnData: [
      { name: 'song_id', data: songs.songId, type: 'STRING', nullable: false },
      { name: 'title', data: songs.title, type: 'STRING' },
      { name: 'artist', data: songs.artist, type: 'STRING' },
      { name: 'album', data: songs.album, type: 'STRING' },
      { name: 'year', data: songs.year, type: 'INT32' },
      { name: 'duration_ms', data: songs.durationMs, type: 'INT32' },
      { name: 'tempo', data: songs.tempo, type: 'DOUBLE' },
      { name: 'key', data: songs.key, type: 'STRING' },
      { name: 'loudness', data: songs.loudness, type: 'DOUBLE' },
      { name: 'danceability', data: songs.danceability, type: 'DOUBLE' },
      { name: 'energy', data: songs.energy, type: 'DOUBLE' },
      { name: 'valence', data: songs.valence, type: 'DOUBLE' },
      { name: 'acousticness', data: songs.acousticness, type: 'DOUBLE' },
      { name: 'popularity', data: songs.popularity, type: 'INT32' },
      { name: 'countries', data: songs.countries, type: 'STRING' },
    ],
  });
}

function emptySongs(): Songs {
  return {
    songId: [],
    title: [],
    artist: [],
    album: [],
    year: new Int32Array(rows),
    durationMs: new Int32Array(rows),
    tempo: new Float64Array(rows),
    key: [],
    loudness: new Float64Array(rows),
    danceability: new Float64Array(rows),
    energy: new Float64Array(rows),
    valence: new Float64Array(rows),
    acousticness: new Float64Array(rows),
    popularity: new Int32Array(rows),
    countries: [],
  };
}

function someCountries(random: Random): string {
  const from = random.below(countryCodes.length - 5);
  return countryCodes.slice(from, from + 1 + random.below(5)).join(',');
}

function round(value: number, digits: number): number {
  const by = 10 ** digits;
  return Math.round(value * by) / by;
}

/** Into [0, 1], three digits. */
function unit(value: number): number {
  return round(Math.min(1, Math.max(0, value)), 3);
}

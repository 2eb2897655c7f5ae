// Makes the sample project: node make-sample.ts DIR [--fresh] [--with PROGRAM]
// Beside DIR lie DIR-remote (its remote) and DIR-source (what it imports from). Needs the built command line in dist/.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { collectCovers, recolour, replaceBlurred } from './covers.ts';
import { model } from './model.ts';
import { type Author, createProject, type Project, run } from './project.ts';
import { collectSongs, fixTempos, refreshPopularity, roundLoudness, writeSongs } from './songs.ts';
import { charts, metricsJson, readme, readmeStory, trainFirst, trainModel, trainNormalised } from './texts.ts';

const ada: Author = { name: 'Ada Novak', email: 'ada@example.org' };
const ben: Author = { name: 'Ben Okafor', email: 'ben@example.org' };
const chiara: Author = { name: 'Chiara Russo', email: 'chiara@example.org' };

const songsFile = 'data/song_properties.parquet';
const coversFolder = 'data/covers';
const chartsFile = 'data/charts.csv';
const modelFile = 'models/hit_predictor.bin';

export interface SampleOptions {
  readonly folder: string;
  /** Makes it anew where it is there already: what was changed in it is lost. */
  readonly fresh?: boolean;
  /** A program in the place of our own command line. */
  readonly program?: readonly [file: string, ...args: string[]];
}

/** False where the project was there already and was kept. */
export async function makeSample({ folder, fresh = false, program }: SampleOptions): Promise<boolean> {
  const parent = path.dirname(path.resolve(folder));
  const name = path.basename(folder);
  if (existsSync(folder) && !fresh) return false;
  await mkdir(parent, { recursive: true });
  // Made in a folder of its own and moved at the end: a project that is there is whole. All paths in it are relative.
  const making = await mkdtemp(path.join(parent, '.making-'));
  try {
    const cli = path.resolve(import.meta.dirname, '../../dist/cli/tracks.mjs');
    const project = createProject({
      folder: path.join(making, name),
      program: program ?? [process.execPath, '--disable-warning=ExperimentalWarning', cli],
    });
    await tellStory(project);
    for (const part of [`${name}-remote`, `${name}-source`, name]) {
      await rm(path.join(parent, part), { recursive: true, force: true });
      await rename(path.join(making, part), path.join(parent, part));
    }
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return true;
}

type Commit = Parameters<Project['commit']>;

/** Commits, then pushes the data that belongs to the commit. */
async function publish(project: Project, ...commit: Commit): Promise<void> {
  await project.commit(...commit);
  await project.tracks('push');
}

async function tellStory(project: Project): Promise<void> {
  const name = path.basename(project.folder);
  const source = path.join(project.folder, '..', `${name}-source`);
  const publishCharts = (weeks: number): Promise<void> => writeFile(path.join(source, 'charts.csv'), charts(weeks));
  await mkdir(project.folder);
  await mkdir(source);
  await mkdir(`${project.folder}-remote`);
  await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: project.folder });

  await project.tracks('init', '--quiet');
  await project.tracks('remote', 'add', '--default', 'storage', `../${name}-remote`);
  await project.write('README.md', readme);
  await project.write('train.py', trainFirst);
  await project.commit('Start the project', { author: ada, daysAgo: 21 });

  const songs = collectSongs();
  await mkdir(project.path('data'));
  writeSongs(songs, project.path(songsFile));
  await project.tracks('add', songsFile);
  await publish(project, 'Add the properties of 500,000 songs', { author: ada, daysAgo: 20 });

  await collectCovers(project.path(coversFolder));
  await project.tracks('add', coversFolder);
  await publish(project, 'Add 2,000 covers', { author: ben, daysAgo: 18 });

  await publishCharts(40);
  await project.importFile(chartsFile, `../../${name}-source/charts.csv`);
  await publish(project, 'Import the weekly charts, frozen', { author: chiara, daysAgo: 16 });

  await project.write(modelFile, model({ seed: 1, metadata: { trained_on: 'song_properties, first version' } }));
  await project.tracks('add', modelFile);
  await project.write('train.py', trainModel);
  await project.write('metrics.json', metricsJson({ accuracy: 0.742, precision: 0.71, recall: 0.688 }));
  await publish(project, 'Train the first hit predictor', { author: ada, daysAgo: 14 });

  fixTempos(songs);
  writeSongs(songs, project.path(songsFile));
  await project.tracks('add', songsFile);
  await publish(project, 'Correct the tempo of 31,250 songs', { author: ben, daysAgo: 11 });

  await replaceBlurred(project.path(coversFolder));
  await project.tracks('add', coversFolder);
  await publish(project, 'Replace blurred covers, drop 20, add 20', { author: chiara, daysAgo: 9 });

  await project.write(modelFile, model({ seed: 2, metadata: { trained_on: 'song_properties, corrected tempos' } }));
  await project.tracks('add', modelFile);
  await project.write('train.py', trainNormalised);
  await project.write('metrics.json', metricsJson({ accuracy: 0.871, precision: 0.858, recall: 0.834 }));
  await publish(project, 'Retrain on the corrected tempos', { author: ada, daysAgo: 7 });

  refreshPopularity(songs);
  writeSongs(songs, project.path(songsFile));
  await project.tracks('add', songsFile);
  await publishCharts(43);
  await project.importFile(chartsFile, `../../${name}-source/charts.csv`);
  await publish(project, 'Refresh popularity and charts', { author: chiara, daysAgo: 4 });

  // The model of a week ago is overwritten, and the new one is worse.
  await project.write(modelFile, model({ seed: 3, metadata: { trained_on: 'song_properties, refreshed' } }));
  await project.tracks('add', modelFile);
  await project.write('metrics.json', metricsJson({ accuracy: 0.612, precision: 0.574, recall: 0.641 }));
  await publish(project, 'Retrain on the refreshed songs', { author: ben, daysAgo: 2 });

  // The one commit whose data nobody has pushed.
  await recolour(project.path(coversFolder));
  await project.tracks('add', coversFolder);
  await project.write('README.md', readme + readmeStory);
  await project.commit('Recolour 45 covers', { author: ada, daysAgo: 1 });

  // Changed and told to no one; and the source of the charts is a week ahead.
  roundLoudness(songs);
  writeSongs(songs, project.path(songsFile));
  await publishCharts(44);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { fresh: { type: 'boolean', default: false }, with: { type: 'string' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('usage: make-sample.ts DIR [--fresh] [--with PROGRAM]');
  const started = performance.now();
  const program = values.with === undefined ? {} : { program: [values.with] as const };
  const made = await makeSample({ folder, fresh: values.fresh, ...program });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(made ? `Made ${path.resolve(folder)} in ${seconds} s` : `${path.resolve(folder)} is there already: kept`);
}

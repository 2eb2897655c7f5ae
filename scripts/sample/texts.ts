import { seeded } from './random.ts';

export const readme = `# Hit predictor

Which songs become hits? 500,000 songs with what can be measured of them, their covers, the weekly charts, and a model that
predicts from the first what the last will say.

| Data | What it is |
|--|--|
| \`data/song_properties.parquet\` | 500,000 songs × 15 columns: tempo, key, energy, countries, … |
| \`data/covers/\` | 2,000 album covers, 32 × 32 |
| \`data/charts.csv\` | the weekly charts, imported from outside and frozen: \`tracks update\` fetches newer ones |
| \`models/hit_predictor.bin\` | the model that \`train.py\` makes; its scores are in \`metrics.json\` |

Git keeps the code and the small \`.dvc\` files, one for each of these; the bytes themselves are in a remote.
`;

export const readmeStory = `
## The model that someone overwrote

Last week the model was right for 87 of 100 songs. Now \`metrics.json\` says 61. Nobody kept a copy — but every version is here:

1. Open *Data Tracks* in the activity bar, then \`models/hit_predictor.bin\` → *Versions*. The newest one is "Retrain on the refreshed
   songs"; the one before it, "Retrain on the corrected tempos", is the model that worked.
2. Look at the versions of \`data/song_properties.parquet\` next to it. Between the two models "Refresh popularity and charts" changed
   the table: the energy of new songs is in per cent there, and in 0 … 1 everywhere else.
3. *Restore into Workspace* on the good version of the model, and on the version of the table that it was trained on.
4. Commit. Both are back, together, and the bad ones are still among the versions.
`;

export const trainFirst = `"""Trains the hit predictor: python train.py"""
import json

import pandas as pd

FEATURES = ["tempo", "loudness", "danceability", "energy", "valence", "acousticness"]

songs = pd.read_parquet("data/song_properties.parquet")
charts = pd.read_csv("data/charts.csv")
x = songs[FEATURES]
y = songs["song_id"].isin(charts["song_id"])
`;

export const trainModel = `${trainFirst}
from hitlib import Predictor, split

train, test = split(x, y, seed=7)
model = Predictor(hidden=(768, 256)).fit(*train)
model.save("models/hit_predictor.bin")
with open("metrics.json", "w") as out:
    json.dump(model.score(*test), out, indent=2)
`;

export const trainNormalised = trainModel.replace(
  'x = songs[FEATURES]\n',
  'x = (songs[FEATURES] - songs[FEATURES].mean()) / songs[FEATURES].std()\n',
);

export interface Metrics {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
}

export function metricsJson(metrics: Metrics): string {
  return `${JSON.stringify({ ...metrics, songs: 500_000 }, null, 2)}\n`;
}

/** The charts of the first so many weeks: 100 places a week. */
export function charts(weeks: number): string {
  const random = seeded(1958);
  const lines = ['week,place,song_id,country'];
  for (let week = 1; week <= weeks; week++) {
    for (let place = 1; place <= 100; place++) {
      const song = `S${String(1 + random.below(500_000)).padStart(7, '0')}`;
      lines.push(`${week},${place},${song},${random.pick(['DE', 'FR', 'GB', 'NG', 'US'])}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

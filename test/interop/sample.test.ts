import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { after, before, describe, it } from 'mocha';
import { makeSample } from '../../scripts/sample/make-sample.ts';
import { dvcProgram, requireDvc, runDvc } from '../support/dvc.ts';

async function head(repository: string): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: repository });
  return stdout.trim();
}

describe('the sample project', () => {
  let parent: string;
  let sample: string;

  before(async () => {
    parent = await mkdtemp(path.join(os.tmpdir(), 'data-tracks-sample-'));
    sample = path.join(parent, 'sample');
    assert.equal(await makeSample({ folder: sample }), true);
  });

  after(() => rm(parent, { recursive: true, force: true }));

  it('is kept where it is there already', async () => {
    assert.equal(await makeSample({ folder: sample }), false);
    assert.deepEqual((await readdir(parent)).sort(), ['sample', 'sample-remote', 'sample-source']);
  });

  it('holds a table of 500,000 rows and 15 columns', async () => {
    const file = await asyncBufferFromFile(path.join(sample, 'data/song_properties.parquet'));
    const metadata = await parquetMetadataAsync(file);
    assert.equal(Number(metadata.num_rows), 500_000);
    assert.equal(metadata.schema.length - 1, 15);
    const [first] = await parquetReadObjects({ file, rowStart: 0, rowEnd: 1 });
    assert.equal(first?.['song_id'], 'S0000001');
  });

  it('is for real DVC a project with one changed file and one version not pushed', async function () {
    requireDvc.call(this);
    const status: unknown = JSON.parse(await runDvc(sample, ['data', 'status', '--json', '--granular']));
    assert.deepEqual(status, { uncommitted: { modified: ['data/song_properties.parquet'] } });
    const notPushed = JSON.parse(await runDvc(sample, ['status', '--cloud', '--json'])) as Record<string, string>;
    const changes = Object.entries(notPushed).filter(([name]) => name.startsWith('data/covers/'));
    assert.deepEqual([changes.length, new Set(changes.map(([, state]) => state))], [45, new Set(['new'])]);
  });

  it('is, commit for commit, what real DVC makes of the same data', async function () {
    requireDvc.call(this);
    const program = dvcProgram();
    assert.ok(program);
    const theirs = path.join(parent, 'dvc', 'sample');
    await makeSample({ folder: theirs, program: [program] });
    assert.equal(await head(sample), await head(theirs));
  });

  it('has a frozen import whose source has moved on, for real DVC', async function () {
    requireDvc.call(this);
    assert.match(await runDvc(sample, ['update', 'data/charts.csv.dvc']), /charts\.csv/);
    assert.match(await runDvc(sample, ['data', 'status']), /data\/charts\.csv/);
  });
});

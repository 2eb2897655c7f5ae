import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { makeSample } from '../../scripts/sample/make-sample.ts';
import { type EditorWindow, openWindow } from '../support/vscode/window.ts';

const extension = path.resolve(import.meta.dirname, '../..');
const goodModel = 'Retrain on the corrected tempos';
const overwritten = 'Retrain on the refreshed songs';
const goodSongs = 'Correct the tempo of 31,250 songs';

/**
 * The README's story, as a person does it in a real VS Code: the model that someone overwrote is found among the versions, compared, and
 * brought back together with the data it was trained on. Pictures of each view go to `shots/e2e`.
 */
for (const theme of ['dark', 'light'] as const) {
  describe(`the story of the overwritten model, ${theme} theme`, () => {
    let work: string;
    let project: string;
    let window: EditorWindow;

    const git = (...args: string[]): string => execFileSync('git', args, { cwd: project, encoding: 'utf8' });
    const md5 = async (file: string): Promise<string> =>
      createHash('md5')
        .update(await readFile(path.join(project, file)))
        .digest('hex');
    /** What a pointer said in the commit with this subject. */
    const said = (pointer: string, subject: string): string => {
      const commit = git('log', '--format=%H', `--grep=^${subject}$`).trim();
      return /md5: (\S+)/.exec(git('show', `${commit}:${pointer}`))?.[1] ?? '';
    };
    const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
      const end = Date.now() + 20_000;
      while (!(await holds())) {
        if (Date.now() > end) {
          await window.shot(`failed-${theme}`);
          assert.fail(`not within 20 s: ${what}`);
        }
        await window.page.waitForTimeout(100);
      }
    };
    const shown = (text: string): Promise<boolean> => window.page.getByText(text).first().isVisible();

    before(async function () {
      this.timeout(240_000);
      work = await mkdtemp(path.join(os.tmpdir(), 'data-tracks-story-'));
      project = path.join(work, 'sample');
      await makeSample({ folder: project });
      const shots = path.join(extension, 'shots', 'e2e');
      window = await openWindow({ extension, open: project, as: 'installed', theme, shots, width: 1400, height: 850 });
    });

    after(async () => {
      await window?.[Symbol.asyncDispose]();
      await rm(work, { recursive: true, force: true, maxRetries: 5 });
    });

    it('shows what is tracked, and that the songs were changed and told to no one', async () => {
      await window.container('Data Tracks');
      await window.sideBarWidth(460);
      await window.row('song_properties.parquet').waitFor({ timeout: 60_000 });
      await until('the songs are shown as modified', async () =>
        ((await window.row('song_properties.parquet').textContent()) ?? '').includes('modified'),
      );
      await until('the covers are shown as not pushed', async () =>
        ((await window.row(/^covers/).textContent()) ?? '').includes('not pushed'),
      );
      await window.shot(`story-1-datasets-${theme}`);
    });

    it('records the change as a version of its own', async () => {
      await window.contextMenu('song_properties.parquet', 'Commit Data Changes');
      await until('the pointer says what the file is', async () =>
        (await readFile(path.join(project, 'data/song_properties.parquet.dvc'), 'utf8')).includes(
          await md5('data/song_properties.parquet'),
        ),
      );
      await until(
        'the songs are shown as in order',
        async () => !((await window.row('song_properties.parquet').textContent()) ?? '').includes('modified'),
      );
    });

    it('finds the good model among the versions', async () => {
      await window.expand('hit_predictor.bin');
      await window.expand('Versions');
      await window.row(goodModel).waitFor({ timeout: 30_000 });
      await window.row(overwritten).waitFor();
      await window.shot(`story-2-versions-${theme}`);
    });

    it('compares it with what lies in the workspace', async () => {
      await window.contextMenu(goodModel, 'Compare with Workspace');
      await until('the comparison names the model', () => shown('hit_predictor.bin differs'));
      await window.shot(`story-3-compare-${theme}`);
      await window.page.keyboard.press('Escape');
    });

    it('brings it back', async () => {
      await window.contextMenu(goodModel, 'Restore Version…');
      const wanted = said('models/hit_predictor.bin.dvc', goodModel);
      await until('the old bytes are in the workspace', async () => (await md5('models/hit_predictor.bin')) === wanted);
      await until('the pointer says so', async () => git('diff', '--', 'models').includes(`+- md5: ${wanted}`));
      await window.shot(`story-4-restored-${theme}`);
    });

    it('brings back the songs it was trained on', async () => {
      await window.collapse('hit_predictor.bin');
      await window.expand('song_properties.parquet');
      await window.expand('Versions');
      await window.row(goodSongs).waitFor({ timeout: 30_000 });
      await window.contextMenu(goodSongs, 'Restore Version…');
      const wanted = said('data/song_properties.parquet.dvc', goodSongs);
      await until(
        'the old songs are in the workspace',
        async () => (await md5('data/song_properties.parquet')) === wanted,
      );
      await window.shot(`story-5-together-${theme}`);
    });

    it('compares a folder of pictures with an old version, file by file', async () => {
      await window.collapse('song_properties.parquet');
      await window.expand(/^covers/);
      await window.expand('Versions');
      await window.row('Replace blurred covers').waitFor({ timeout: 30_000 });
      await window.contextMenu('Replace blurred covers', 'Compare with Workspace');
      await window.page.locator('.quick-input-widget').first().waitFor();
      await until('the changed files are listed', () => window.page.getByPlaceholder(/45 files differ/).isVisible());
      await window.shot(`story-6-folder-${theme}`);
      await window.page.keyboard.press('Escape');
    });

    it('says what is stale in the Explorer and in Source Control', async () => {
      await window.container('Explorer');
      await window.expand('data');
      await writeFile(path.join(project, 'data/covers/0001.png'), 'not a picture');
      // The badge is drawn by a style.
      const badge = (): Promise<string> =>
        window
          .row(/^covers/)
          .locator('.monaco-icon-label')
          .first()
          .evaluate((label) => label.ownerDocument.defaultView.getComputedStyle(label, '::after').content);
      await until('the folder is marked', async () => (await badge()).includes('M'));
      await window.shot(`story-7-explorer-${theme}`);
      await window.container('Source Control');
      await window.row('covers').waitFor({ timeout: 15_000 });
      await window.shot(`story-8-source-control-${theme}`);
    });

    it('pushes what was not pushed, and says so', async () => {
      git('checkout', '--quiet', '--', 'data', 'models');
      await window.container('Data Tracks');
      await window.command('Data Tracks: Sync with Remote');
      await until('the push has ended', async () => (await window.row(/Sync .*push/).count()) > 0);
      await until(
        'nothing is left to push',
        async () => !((await window.row(/^covers/).textContent()) ?? '').includes('not pushed'),
      );
      await window.shot(`story-9-pushed-${theme}`);
    });
  });
}

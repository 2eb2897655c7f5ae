import { openWindow } from '../test/support/vscode/window.ts';

export interface PictureOptions {
  /** The extension's folder, built. */
  readonly extension: string;
  /** The sample project. */
  readonly folder: string;
  /** Where the pictures go. */
  readonly shots: string;
}

/** Takes pictures of the main views, light and dark, in a VS Code that has the extension installed. Yields their paths. */
export async function* takePictures({ extension, folder, shots }: PictureOptions): AsyncGenerator<string> {
  for (const theme of ['light', 'dark'] as const) {
    await using window = await openWindow({ extension, open: folder, as: 'installed', theme, shots });
    await window.container('Data Tracks');
    await window.sideBarWidth(440);
    await window.row('song_properties.parquet').waitFor({ timeout: 60_000 });
    yield await window.shot(`datasets-${theme}`);

    await window.expand('hit_predictor.bin');
    await window.expand('Versions');
    await window.row('Retrain on the corrected tempos').waitFor({ timeout: 30_000 });
    yield await window.shot(`versions-${theme}`);

    await window.contextMenu('Retrain on the corrected tempos');
    yield await window.shot(`version-menu-${theme}`);
    await window.page.keyboard.press('Escape');

    await window.container('Explorer');
    await window.expand('data');
    yield await window.shot(`explorer-${theme}`);

    await window.container('Source Control');
    yield await window.shot(`source-control-${theme}`);
  }
}

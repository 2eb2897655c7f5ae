import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { allowDevelopment, launchBrowser } from './browser.ts';
import { installHost } from './host.ts';
import { extensionsFolder, installPackage, type Settings, startServer, workbenchAddress } from './server.ts';

export interface WindowOptions {
  /** The extension's folder, built; or a `.vsix` file, which is installed. */
  readonly extension: string;
  /** A folder or a `.code-workspace` file. */
  readonly open: string;
  /** How a folder is loaded. `installed`: as a user has it. Default: `development`. */
  readonly as?: 'development' | 'installed';
  /** Default: dark. */
  readonly theme?: 'light' | 'dark' | 'high-contrast';
  readonly width?: number;
  readonly height?: number;
  readonly settings?: Settings;
  readonly trusted?: boolean;
  /** Where pictures go. */
  readonly shots?: string;
}

/** A real VS Code window, driven as a user would. Disposing closes it, stops its server and removes its folder. */
export interface EditorWindow extends AsyncDisposable {
  readonly page: Page;
  /** Runs a command by its title in the command palette. */
  command(title: string): Promise<void>;
  /** Shows a container of the activity bar by its label. */
  container(label: string): Promise<void>;
  /** Makes the side bar so many pixels wide. */
  sideBarWidth(width: number): Promise<void>;
  /** The row of a tree or list whose label has this text. */
  row(text: string | RegExp): Locator;
  /** Opens a tree row, if it is closed, by the keyboard. */
  expand(text: string | RegExp): Promise<void>;
  collapse(text: string | RegExp): Promise<void>;
  /** Opens the context menu on a row; then picks an entry, where one is named. */
  contextMenu(row: string | RegExp, entry?: string): Promise<void>;
  /** Takes the picture `<shots>/<name>.png`; resolves to its path. */
  shot(name: string): Promise<string>;
}

const themes = { light: 'Light 2026', dark: 'Dark 2026', 'high-contrast': 'Default High Contrast' };

export async function openWindow(options: WindowOptions): Promise<EditorWindow> {
  const { extension, open, theme = 'dark', trusted = true, shots = 'shots', settings = {} } = options;
  await using stack = new AsyncDisposableStack();
  const work = await mkdtemp(path.join(os.tmpdir(), 'data-tracks-window-'));
  stack.defer(() => rm(work, { recursive: true, force: true, maxRetries: 5 }));
  const host = await installHost(console.log);
  const as = extension.endsWith('.vsix') ? 'package' : (options.as ?? 'development');
  if (as === 'package') await installPackage({ host, vsix: extension, work });
  if (as === 'installed') await installExtension(extension, extensionsFolder(work));
  const server = stack.use(
    await startServer({ host, work, trusted, settings: { 'workbench.colorTheme': themes[theme], ...settings } }),
  );
  const { width = 1280, height = 800 } = options;
  const browser = stack.use(await launchBrowser(host, { width, height }));
  const page = await browser.newPage();
  if (as === 'development') await allowDevelopment(page, 'pictures');
  const address = workbenchAddress(server, { open, ...(as === 'development' ? { development: extension } : {}) });
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('.explorer-folders-view').waitFor({ timeout: 60_000 });
  const lifetime = stack.move();
  return { page, ...actions(page, shots), [Symbol.asyncDispose]: () => lifetime.disposeAsync() };
}

/** Copies what the extension's package holds to where the server finds it at its first start. */
export async function installExtension(extension: string, extensions: string): Promise<void> {
  const target = path.join(extensions, 'data-tracks.data-tracks-0.0.0');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const name of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'media']) {
    await cp(path.join(extension, name), path.join(target, name), { recursive: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

function actions(page: Page, shots: string): Omit<EditorWindow, 'page' | typeof Symbol.asyncDispose> {
  const row = (text: string | RegExp): Locator => page.locator('.monaco-list-row', { hasText: text }).first();
  /** A click is lost where the tree is drawn anew just then. */
  const unfold = async (text: string | RegExp, open: boolean): Promise<void> => {
    await row(text).waitFor({ timeout: 30_000 });
    const end = Date.now() + 20_000;
    while ((await row(text).getAttribute('aria-expanded')) !== String(open)) {
      if (Date.now() > end) throw new Error(`The row ${text} could not be ${open ? 'opened' : 'closed'}`);
      await row(text).locator('.monaco-tl-twistie').click();
      await page.waitForTimeout(500);
    }
  };
  return {
    row,
    command: async (title) => {
      await page.keyboard.press('F1');
      const box = page.locator('.quick-input-widget input[type="text"]').first();
      await box.waitFor();
      await box.fill(`>${title}`);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
    },
    container: async (label) => {
      const item = page.locator(`.activitybar .action-item:has([aria-label^="${label}"])`).first();
      await item.waitFor({ timeout: 30_000 });
      // A click on the one that shows already would hide it.
      if (!(await item.evaluate((element) => element.classList.contains('checked')))) await item.click();
      await page.locator(`.sidebar .composite.title:has-text("${label}")`).waitFor({ timeout: 15_000 });
    },
    sideBarWidth: async (width) => {
      const box = await page.locator('.part.sidebar').boundingBox();
      if (box === null) throw new Error('The side bar is closed');
      const edge = box.x + box.width;
      await page.mouse.move(edge, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + width, box.y + box.height / 2, { steps: 5 });
      await page.mouse.up();
    },
    expand: (text) => unfold(text, true),
    collapse: (text) => unfold(text, false),
    contextMenu: async (text, entry) => {
      await row(text).click({ button: 'right' });
      await page.locator('.monaco-menu .action-label').first().waitFor();
      if (entry === undefined) return;
      // For a moment after it opened, a menu takes a click for the one that opened it.
      for (const menu = page.locator('.monaco-menu'); (await menu.count()) > 0; await page.waitForTimeout(200)) {
        await menu
          .locator('.action-label', { hasText: entry })
          .first()
          .click({ timeout: 2000 })
          .catch(async (error: unknown) => {
            if ((await menu.count()) > 0) throw error;
          });
      }
    },
    shot: async (name) => {
      await mkdir(shots, { recursive: true });
      // No hover in the picture; and the workbench animates: let it come to rest.
      await page.mouse.move(0, 0);
      await page.waitForTimeout(500);
      const file = path.join(shots, `${name}.png`);
      await page.screenshot({ path: file });
      return file;
    },
  };
}

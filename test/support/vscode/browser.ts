import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { VSCodeHost } from './host.ts';

export interface HeadlessBrowser extends AsyncDisposable {
  newPage(): Promise<Page>;
}

export interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
}

export async function launchBrowser(
  host: VSCodeHost,
  { width = 1280, height = 800 }: BrowserOptions = {},
): Promise<HeadlessBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: host.chromium,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return { newPage: () => context.newPage(), [Symbol.asyncDispose]: () => browser.close() };
}

/**
 * VS Code for the web ignores `extensionDevelopmentPath` in the address unless its page configuration allows it. That stands in a
 * `<meta>` of the page: it is changed after parsing and before the workbench's deferred script runs, so the installed VS Code stays
 * as it is. (Rewriting the page by request interception kills the web sockets: Chromium then takes the page for a foreign one.)
 * - `tests`: sets the switch for smoke tests. No notifications and no dialogs show.
 * - `pictures`: takes the commit out, so that the page is one of an unbuilt VS Code. All shows as for a user.
 */
export async function allowDevelopment(page: Page, purpose: 'tests' | 'pictures'): Promise<void> {
  const change =
    purpose === 'tests'
      ? 'config.developmentOptions = { ...config.developmentOptions, enableSmokeTestDriver: true };'
      : "config.productConfiguration = { ...config.productConfiguration, commit: '' };";
  // A string: the page is no part of this program, and its types (DOM) are not known here.
  await page.addInitScript(`
    if (window === window.top) document.addEventListener('readystatechange', () => {
      const meta = document.getElementById('vscode-workbench-web-configuration');
      if (document.readyState !== 'interactive' || !meta) return;
      const config = JSON.parse(meta.getAttribute('data-settings'));
      ${change}
      meta.setAttribute('data-settings', JSON.stringify(config));
    });`);
}

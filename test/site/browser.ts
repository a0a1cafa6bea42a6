/* Debian's Chromium, with nothing of its own to say on the network, and what went wrong in its pages. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Why there is no browser here; undefined where there is one. */
export const noBrowser: string | undefined = existsSync(executablePath)
  ? undefined
  : `${executablePath} is not here`;

/** A browser with a profile of its own, new and empty, which goes away with it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

export const windows = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } } as const;
export type Window = keyof typeof windows;
export type Theme = 'light' | 'dark';

/** A window of this size and theme, in which `inPage` is at hand. */
export async function openWindow(browser: Browser, window: Window, theme: Theme): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: windows[window], colorScheme: theme });
  await context.addInitScript({ path: fileURLToPath(new URL('in-page.js', import.meta.url)) });
  return context;
}

/** Collects what must not happen in a page or its frames: errors, requests that fail, requests to others than `base`. */
export function watchPage(page: Page, base: string, complaints: string[]): void {
  const complain = (where: string, what: string): void => {
    complaints.push(`${where.replace(base, '')}: ${what}`);
  };
  page.on('console', (message) => {
    // TypeDoc's script speaks to the keyboard of phones, which no frame may.
    if (message.text().startsWith('Setting overlaysContent is only supported from the top level')) return;
    if (['error', 'warning'].includes(message.type())) complain(message.location().url, message.text());
  });
  page.on('pageerror', (error) => complain('uncaught', error.stack ?? error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && !request.url().startsWith(base))
      complain(request.url(), 'asked for');
  });
  page.on('requestfailed', (request) => complain(request.url(), request.failure()?.errorText ?? 'failed'));
  page.on('response', (response) => {
    if (response.status() >= 400) complain(response.url(), `status ${response.status()}`);
  });
}

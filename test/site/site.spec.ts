import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  noBrowser,
  openBrowser,
  openWindow,
  type Theme,
  watchPage,
  type Window,
  windows,
} from './browser.js';
import { emptyPage, serveSite, siteFolder, type SiteServer } from './server.js';

const inBrowser = describe.skipIf(noBrowser !== undefined);
if (noBrowser !== undefined) console.log(`the site is not looked at: ${noBrowser}`);

if (!existsSync(`${siteFolder}index.html`))
  throw new Error('there is no site/ to look at; `npm run docs` makes it');

const pages = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.html'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort();
const guides = pages.filter((path) => path.startsWith('documents/'));
/** Of each kind of page the longest and two others. */
const samples = [
  'index.html',
  'classes/tsyncio.TaskGroup.html',
  ...['modules', 'classes', 'interfaces', 'functions', 'types', 'variables'].flatMap((folder) => {
    const bySize = pages
      .filter((path) => path.startsWith(`${folder}/`))
      .sort((a, b) => readFileSync(siteFolder + b).length - readFileSync(siteFolder + a).length);
    return bySize.slice(0, 2).concat(bySize.slice(bySize.length >> 1).slice(0, 1));
  }),
];

/** Stands for wherever the site is. */
const base = 'http://site/';
const plain = (attribute: string): string =>
  attribute
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Where the links of each page lead and which anchors it has, as its text says without a browser. */
const texts = new Map(
  pages.map((path) => {
    const text = readFileSync(siteFolder + path, 'utf8');
    const all = (attribute: RegExp): string[] =>
      [...text.matchAll(attribute)].map(([, value]) => plain(value!));
    const links = all(/<(?:a|link|script|img)\b[^>]*? (?:href|src)="([^"]*)"/g);
    return [
      path,
      { ids: new Set(all(/ id="([^"]*)"/g)), links: links.map((link) => new URL(link, base + path).href) },
    ];
  }),
);

let server: SiteServer;
let bare: SiteServer;
let browser: Browser;

interface Found {
  overflow?: string[];
  faint?: string[];
  measure?: number[];
}

/** What the checks of in-page.js find on each page, and what the browser complained of meanwhile. */
async function visit(
  paths: readonly string[],
  window: Window,
  theme: Theme,
  ...checks: (keyof Found)[]
): Promise<{ found: Map<string, Found>; complaints: string[] }> {
  const context = await openWindow(browser, window, theme);
  const page = await context.newPage();
  const complaints: string[] = [];
  watchPage(page, bare.base, complaints);
  await page.goto(bare.base.slice(0, -1) + emptyPage);
  const visits = `inPage.visit(${JSON.stringify(paths)}, ${JSON.stringify(windows[window])}, ${JSON.stringify(checks)})`;
  const found = new Map(Object.entries(await page.evaluate<Record<string, Found>>(visits)));
  await context.close();
  return { found, complaints };
}

inBrowser('the site', () => {
  beforeAll(async () => {
    server = await serveSite();
    bare = await serveSite({ bare: true });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    bare.close();
  });

  describe('as a whole', () => {
    it('has no dead link and no dead fragment', () => {
      expect(pages.length).toBeGreaterThan(500);
      const dead = [...texts].flatMap(([path, { links }]) =>
        links
          .filter((link) => link.startsWith(base))
          .filter((link) => {
            const url = new URL(link);
            const target = decodeURIComponent(url.pathname).slice(1) || 'index.html';
            const id = decodeURIComponent(url.hash.slice(1));
            if (!existsSync(siteFolder + target)) return true;
            return id !== '' && !texts.get(target)?.ids.has(id);
          })
          .map((link) => `${path} links to ${link.replace(base, '')}`),
      );
      expect(dead).toEqual([]);
    });

    it('links to other hosts by https alone', () => {
      const links = [...texts.values()].flatMap((text) => text.links);
      const others = links.filter((link) => !link.startsWith(base));
      expect(others.filter((link) => !link.startsWith('https://'))).toEqual([]);
    });

    it('leads from the sidebar to every guide, in the order of typedoc.json, and to every module', async () => {
      const { pages: groups, entryPoints } = JSON.parse(
        readFileSync(new URL('../../typedoc.json', import.meta.url), 'utf8'),
      ) as { pages: Record<string, string[]>; entryPoints: string[] };
      const listed = Object.values(groups).flat();
      const titles = listed
        .filter((file) => existsSync(new URL(`../../${file}`, import.meta.url)))
        .map((file) => /^# (.+)/m.exec(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))![1]);

      const context = await openWindow(browser, 'desktop', 'light');
      const page = await context.newPage();
      await page.goto(server.base);
      const links = page.locator('#tsd-nav-container a:visible');
      await links.first().waitFor();
      const shown = await links.allTextContents();
      expect(await page.evaluate('inPage.faint()')).toEqual([]);
      await context.close();
      expect(shown.slice(0, titles.length)).toEqual(titles);
      expect(shown.length - titles.length).toBe(entryPoints.length);
    });
  });

  describe('in its search', () => {
    let page: Page;
    beforeAll(async () => {
      page = await (await openWindow(browser, 'desktop', 'light')).newPage();
      await page.goto(server.base);
      await page.keyboard.press('/');
    });
    afterAll(() => page.context().close());

    async function results(words: string): Promise<string[]> {
      const shown = page.locator('#tsd-search-results li');
      await page.locator('#tsd-search-input').fill('');
      await expect.poll(() => shown.count(), { timeout: 30_000 }).toBe(0);
      await page.locator('#tsd-search-input').fill(words);
      await shown.first().waitFor();
      return shown.allTextContents();
    }

    it.each([
      ['porting', 'Porting from Python'],
      ['debugging', 'Debugging'],
      ['certificate', 'TLS'],
      ['AbortSignal', 'Living with Node'],
    ])('finds for %s the guide %s', async (words, title) => {
      const shown = await results(words);
      expect(shown.map((text) => text.trim())).toContain(title);
    });

    it.each(['run', 'sleep', 'Queue', 'gather', 'openConnection', 'timeout', 'Lock', 'createTask'])(
      'finds %s of tsyncio first',
      async (name) => {
        expect((await results(name))[0]?.replace(/\s/g, '')).toBe(`tsyncio.${name}`);
      },
    );

    it('leads to what was found', async () => {
      await results('TaskGroup');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/classes/tsyncio.TaskGroup.html');
      expect(await page.locator('h1').textContent()).toBe('Class TaskGroup');
    });
  });

  describe.each<[Window, Theme]>([
    ['phone', 'light'],
    ['phone', 'dark'],
    ['desktop', 'light'],
    ['desktop', 'dark'],
  ])('on a %s, %s', (window, theme) => {
    // All there is in two of the four, where every width and every theme comes; what was written by hand, and some of each kind, in all.
    const all = (window === 'phone') === (theme === 'dark');
    const paths = all ? pages : [...guides, ...samples];

    it('opens without an error and asks nobody else for anything, fits the window and can be read', async () => {
      const { found, complaints } = await visit(paths, window, theme, 'overflow', 'faint', 'measure');
      expect(found.size).toBe(new Set(paths).size);
      const wrong = [...found].flatMap(([path, { overflow, faint, measure }]) => [
        ...overflow!.map((what) => `${path} is wider than the window: ${what}`),
        ...faint!.map((what) => `${path} is hard to read: ${what}`),
        ...measure!
          .filter((letters) => letters > 95)
          .map((letters) => `${path} has lines of ${letters} letters`),
      ]);
      expect(wrong).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  it('opens its menu on a phone, and leads from there to another page', async () => {
    const context = await openWindow(browser, 'phone', 'light');
    const page = await context.newPage();
    await page.goto(server.base);
    const link = page.locator('#tsd-nav-container a', { hasText: 'Debugging' });
    expect(await link.isVisible()).toBe(false);
    await page.locator('#tsd-toolbar-menu-trigger').click();
    await link.click();
    await page.waitForURL('**/documents/Debugging.html');
    await context.close();
  });
});

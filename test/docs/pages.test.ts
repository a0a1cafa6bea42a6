import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('every guide stands once in the list by which the site is ordered', () => {
  const { pages } = JSON.parse(readFileSync(new URL('typedoc.json', root), 'utf8')) as {
    pages: Record<string, string[]>;
  };
  const listed = Object.values(pages).flat();
  const guides = readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  expect(guides.filter((guide) => !listed.includes(guide))).toEqual([]);
  expect(listed.filter((page, i) => listed.indexOf(page) !== i)).toEqual([]);
});

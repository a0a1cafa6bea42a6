import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const folder = new URL('.changeset/', root);
const changesets = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');

/** What is wrong with a changeset; undefined where nothing is. */
function wrong(text: string): string | undefined {
  const parts = /^---\n([^]*?)\n---\n([^]*)$/.exec(text);
  if (parts === null) return 'it does not begin with which package changes, between two lines of ---';
  if (!/^['"]?tsyncio['"]?: (patch|minor|major)$/.test(parts[1]!)) return `it says ${parts[1]}`;
  return parts[2]!.trim() === '' ? 'it does not tell what changes' : undefined;
}

describe('changesets', () => {
  it('say which kind of change it is, and what it means for users', () => {
    const complaints = changesets.flatMap((name) => {
      const what = wrong(readFileSync(new URL(name, folder), 'utf8'));
      return what === undefined ? [] : [`${name}: ${what}`];
    });
    expect(complaints).toEqual([]);
  });

  it.each([
    ['no front matter', 'A change.\n'],
    ['another package', "---\n'other': minor\n---\n\nA change.\n"],
    ['an unknown kind', "---\n'tsyncio': big\n---\n\nA change.\n"],
    ['no text', "---\n'tsyncio': patch\n---\n\n"],
  ])('would be refused with %s', (_, text) => {
    expect(wrong(text)).toBeTypeOf('string');
  });

  it('find the changelog as they expect it: a title, and new versions right after it', () => {
    const changelog = readFileSync(new URL('CHANGELOG.md', root), 'utf8');
    expect(changelog).toMatch(/^# Changelog\n/);
    expect(changelog).not.toContain('Unreleased');
  });
});

/*
 * cpython-coverage.json maps each case of CPython's own asyncio tests that makes sense here (cpython-cases.json) to the
 * test that covers it, or to the reason why none does. This keeps it true: no case is missing, none is unknown, and each
 * test that is named is there. Titles are read from the sources, so that nothing has to be run for it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

interface Entry {
  test?: string;
  name?: string;
  reason?: string;
}

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
const cases = JSON.parse(read('test/cpython-cases.json')) as Record<string, string[]>;
const coverage = JSON.parse(read('test/cpython-coverage.json')) as Record<string, Record<string, Entry>>;

/** The name of `describe`, `it`, `test`, whatever follows them: `describe.each(...)`, `it.runIf(...)`. */
function callee(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return callee(node.expression);
  if (ts.isCallExpression(node)) return callee(node.expression);
  if (ts.isTaggedTemplateExpression(node)) return callee(node.tag);
  return null;
}

function titleOf(call: ts.CallExpression): string | null {
  const [title] = call.arguments;
  if (title === undefined || !['describe', 'it', 'test'].includes(callee(call.expression) ?? '')) return null;
  if (ts.isStringLiteralLike(title)) return title.text;
  // A template with parts of its own stands for any text in their place.
  if (ts.isTemplateExpression(title)) {
    return title.head.text + title.templateSpans.map((span) => `%s${span.literal.text}`).join('');
  }
  return null;
}

/** The titles of all tests of a file, each with those of the suites around it, as patterns. */
function titlesOf(path: string): RegExp[] {
  const patterns: RegExp[] = [];
  const visit = (node: ts.Node, outer: string[]): void => {
    const title = ts.isCallExpression(node) ? titleOf(node) : null;
    const titles = title === null ? outer : [...outer, title];
    if (title !== null && callee((node as ts.CallExpression).expression) !== 'describe') {
      patterns.push(patternOf(titles.join(' > ')));
    }
    node.forEachChild((child) => {
      visit(child, titles);
    });
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true), []);
  return patterns;
}

/** What `each` fills in (`$name`, `%s`) matches anything, itself too. */
function patternOf(title: string): RegExp {
  const parts = title.split(/%[sdifjoO]|\$[\w.]+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

const titles = new Map<string, RegExp[]>();

function isThere({ test = '', name = '' }: Entry): boolean {
  if (!existsSync(fileURLToPath(new URL(test, root)))) return false;
  let known = titles.get(test);
  if (known === undefined) {
    known = titlesOf(test);
    titles.set(test, known);
  }
  return known.some((pattern) => pattern.test(name));
}

describe("the map of CPython's tests", () => {
  it.each(Object.keys(cases))('has every case of %s, and no other', (file) => {
    expect(Object.keys(coverage[file] ?? {}).sort()).toEqual([...cases[file]!].sort());
  });

  it.each(Object.keys(cases))('names tests that exist for %s, or gives a reason', (file) => {
    const wrong = Object.entries(coverage[file] ?? {}).filter(([, entry]) =>
      entry.reason === undefined ? !isThere(entry) : entry.reason.length < 10 || entry.test !== undefined,
    );
    expect(wrong).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { reprCallback, reprValue } from '../../src/base/repr.js';

describe('reprValue', () => {
  test.each<[string, unknown, string]>([
    ['a string in single quotes', 'abc', "'abc'"],
    ['a string with a single quote in double quotes', "it's", `"it's"`],
    ['a string with both quotes in single ones', `it's "so"`, `'it\\'s "so"'`],
    ['a line break as an escape', 'a\nb', "'a\\nb'"],
    ['numbers', 1.5, '1.5'],
    ['big integers', 10n, '10n'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['symbols', Symbol('s'), 'Symbol(s)'],
    ['a function by its name', function f() {}, '<function f>'],
    ['a function without a name', (() => () => {})(), '<function <lambda>>'],
    ['arrays one level deep', [1, 'a', [2]], "[1, 'a', [...]]"],
    ['an error by class and text', new ValueError('bad'), "ValueError('bad')"],
    ['an error without text', new ValueError(), 'ValueError()'],
    ['a plain object by its class', {}, '<Object object>'],
    ['an object by its class', new (class Point {})(), '<Point object>'],
    ['an object by its tag', new Map(), '<Map object>'],
    ['an object by its own toString', { toString: () => '<Mine>' }, '<Mine>'],
    ['an object without toString', Object.create(null), '<object>'],
  ])('shows %s', (_title, value, text) => {
    expect(reprValue(value)).toBe(text);
  });

  test('does not fail when toString does', () => {
    const broken = {
      toString(): string {
        throw new Error('broken');
      },
    };
    expect(reprValue(broken)).toBe('<object>');
  });

  test('cuts long texts', () => {
    const text = reprValue('x'.repeat(1000));
    expect(text).toMatch(/^'x+\.\.\.$/);
    expect(text.length).toBeLessThan(210);
  });
});

describe('reprCallback', () => {
  test('shows a function as a call', () => {
    expect(reprCallback(function done() {})).toBe('done()');
    expect(reprCallback((() => () => {})())).toBe('<lambda>()');
  });

  test('shows a waiting task as its wake-up', () => {
    expect(reprCallback({})).toBe('Task.task_wakeup()');
  });
});

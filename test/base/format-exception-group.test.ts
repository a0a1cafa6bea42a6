import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { ExceptionGroup } from '../../src/base/exception-group.js';
import { formatExceptionGroup } from '../../src/base/format-exception-group.js';
import { groupOf } from './group-tree.js';

/** An error, or a group, with a stack of one line: stacks of a test's own are too long to compare. */
function at<E extends Error>(place: string, error: E): E {
  error.stack = place === '' ? `${error}` : `${error.name}: ${error.message}\n    at ${place}`;
  return error;
}

function lines(error: unknown): string[] {
  return formatExceptionGroup(error).split('\n');
}

describe('formatExceptionGroup', () => {
  test('draws each error in a box of its own, groups in boxes in boxes', () => {
    const inner = at('b (b.js:2:2)', groupOf('inner', [at('c (c.js:3:3)', new ValueError('two'))]));
    const group = at(
      'a (a.js:1:1)',
      groupOf('outer', [at('d (d.js:4:4)', new RangeError('one')), inner, 'text']),
    );
    expect(lines(group)).toEqual([
      'ExceptionGroup: outer (3 sub-exceptions)',
      '    at a (a.js:1:1)',
      '  +-+---------------- 1 ----------------',
      '    | RangeError: one',
      '    |     at d (d.js:4:4)',
      '    +---------------- 2 ----------------',
      '    | ExceptionGroup: inner (1 sub-exception)',
      '    |     at b (b.js:2:2)',
      '    +-+---------------- 1 ----------------',
      '      | ValueError: two',
      '      |     at c (c.js:3:3)',
      '      +------------------------------------',
      '    +---------------- 3 ----------------',
      "    | 'text'",
      '    +------------------------------------',
    ]);
  });

  test('prints any other error as well, and what is no error', () => {
    expect(lines(at('x (x.js:1:1)', new ValueError('v')))).toEqual(['ValueError: v', '    at x (x.js:1:1)']);
    expect(lines('text')).toEqual(["'text'"]);
    expect(lines(undefined)).toEqual(['undefined']);
  });

  test('prints messages of several lines, notes and causes', () => {
    const error = Object.assign(
      at('x (x.js:1:1)', new ValueError('one\ntwo', { cause: at('y (y.js:2:2)', new Error('why')) })),
      {
        notes: ['a note', 'another'],
      },
    );
    expect(lines(error)).toEqual([
      'ValueError: one',
      'two',
      '    at x (x.js:1:1)',
      'a note',
      'another',
      '  [cause]: Error: why',
      '      at y (y.js:2:2)',
    ]);
  });

  test('prints a group that is the cause of a group', () => {
    const cause = at('', groupOf('why', [at('', new ValueError('v'))]));
    expect(lines(at('', groupOf('outer', ['x'], { cause })))).toEqual([
      'ExceptionGroup: outer (1 sub-exception)',
      '  [cause]: ExceptionGroup: why (1 sub-exception)',
      '    +-+---------------- 1 ----------------',
      '      | ValueError: v',
      '      +------------------------------------',
      '  +-+---------------- 1 ----------------',
      "    | 'x'",
      '    +------------------------------------',
    ]);
  });

  test('leaves a null cause out', () => {
    expect(lines(at('', Object.assign(new ValueError('v'), { cause: null })))).toEqual(['ValueError: v']);
  });

  test('is not misled by a message that looks like a stack', () => {
    expect(lines(at('x (x.js:1:1)', new ValueError('see:\n    at nowhere')))).toEqual([
      'ValueError: see:',
      '    at nowhere',
      '    at x (x.js:1:1)',
    ]);
  });

  test('takes the present message, when the stack was made with another', () => {
    const error = at('x (x.js:1:1)', new ValueError('old'));
    error.message = 'new';
    expect(lines(error)).toEqual(['ValueError: new', '    at x (x.js:1:1)']);
  });

  test('understands stacks of other engines, and no stack at all', () => {
    const error = new ValueError('v');
    error.stack = 'f@http://host/a.js:1:2\n@http://host/b.js:3:4\n';
    expect(lines(error)).toEqual([
      'ValueError: v',
      '    at f@http://host/a.js:1:2',
      '    at @http://host/b.js:3:4',
    ]);
    delete error.stack;
    expect(lines(error)).toEqual(['ValueError: v']);
  });

  test('prints the first fifteen errors, and how many more there are', () => {
    const many = (count: number): string[] => lines(at('', groupOf('x', new Array(count).fill('e'))));
    expect(many(15)).not.toContain('    +---------------- ... ----------------');
    expect(many(16).slice(-3)).toEqual([
      '    +---------------- ... ----------------',
      '    | and 1 more exception',
      '    +------------------------------------',
    ]);
    expect(many(100)).toContain('    | and 85 more exceptions');
  });

  test('prints ten levels of groups', () => {
    let group = at('', groupOf('11', ['e']));
    for (let level = 10; level >= 1; level--) group = at('', groupOf(String(level), [group]));
    const text = formatExceptionGroup(group);
    expect(text).toContain('| ExceptionGroup: 10 (1 sub-exception)');
    expect(text).not.toContain('ExceptionGroup: 11');
    expect(text).toContain('| ... (max_group_depth is 10)');
  });

  test('prints an error that is its own cause once, by whatever detour', () => {
    const error = at('', new ValueError('v'));
    const group = at('', new ExceptionGroup('x', [error]));
    error.cause = group;
    expect(lines(group)).toEqual([
      'ExceptionGroup: x (1 sub-exception)',
      '  +-+---------------- 1 ----------------',
      '    | ValueError: v',
      '    |   [cause]: <circular>',
      '    +------------------------------------',
    ]);
    expect(inspect(group)).toMatch(/cause: <circular>/);
    expect(lines(error)[0]).toBe('ValueError: v');
  });

  test('prints the same error in two places', () => {
    const error = at('', new ValueError('v'));
    expect(lines(groupOf('x', [error, error])).filter((line) => line === '    | ValueError: v')).toHaveLength(
      2,
    );
  });
});

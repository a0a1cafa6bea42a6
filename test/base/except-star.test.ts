import { describe, expect, test, vi } from 'vitest';
import type { Coroutine } from '../../src/base/awaitable.js';
import {
  BlockingIOError,
  CancelledError,
  KeyError,
  LookupError,
  OSError,
  ValueError,
} from '../../src/base/errors.js';
import { exceptStar, exceptStarSync } from '../../src/base/except-star.js';
import { BaseExceptionGroup, ExceptionGroup, isException } from '../../src/base/exception-group.js';
import { groupOf, tree } from './group-tree.js';

/** Steps a coroutine to its end, as a task would, and gives the number of steps. */
function drive(coro: Coroutine<unknown>): number {
  let steps = 1;
  while (!coro.next().done) steps++;
  return steps;
}

function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (e) {
    return e;
  }
  return 'nothing thrown';
}

/** One except* clause in both variants: what it got, and what was thrown in the end. */
function split(error: unknown, condition: new () => unknown): { match: unknown; rest: unknown } {
  const outcomes = [
    (handler: (group: BaseExceptionGroup) => void) => exceptStarSync(error, [condition, handler]),
    (handler: (group: BaseExceptionGroup) => void) => drive(exceptStar(error, [condition, handler])),
  ].map((run) => {
    let match: unknown = 'not called';
    const rest = thrownBy(() => run((group) => (match = tree(group))));
    return { match, rest };
  });
  expect(tree(outcomes[0]!.rest)).toEqual(tree(outcomes[1]!.rest));
  expect(outcomes[0]!.match).toEqual(outcomes[1]!.match);
  return outcomes[0]!;
}

describe('a clause of except*', () => {
  test('gets its part of the group; the rest is thrown', () => {
    const group = groupOf('g1', [
      new ValueError('V1'),
      new OSError('OS1'),
      groupOf('g2', [new OSError('OS2'), new ValueError('V2'), new RangeError('R')]),
    ]);
    const { match, rest } = split(group, ValueError);
    expect(match).toEqual({ g1: ['V1', { g2: ['V2'] }] });
    expect(tree(rest)).toEqual({ g1: ['OS1', { g2: ['OS2', 'R'] }] });
    expect((rest as Error).stack).toBe(group.stack);
  });

  test('gets the very group if all of it matches', () => {
    const group = groupOf('g', [new ValueError('V1'), new ValueError('V2')]);
    const handler = vi.fn();
    exceptStarSync(group, [isException, handler]);
    expect(handler.mock.calls).toEqual([[group]]);
    expect(handler.mock.calls[0]![0]).toBe(group);
  });

  test('is not called if nothing matches, and the very group is thrown', () => {
    const group = groupOf('g', [new ValueError('V')]);
    expect(split(group, RangeError)).toEqual({ match: 'not called', rest: group });
    expect(thrownBy(() => exceptStarSync(group, [RangeError, () => {}]))).toBe(group);
  });

  test('takes subclasses, and the first clause that matches wins', () => {
    const calls: unknown[] = [];
    exceptStarSync(
      groupOf('x', [new OSError('os'), new BlockingIOError('io'), new KeyError('k')]),
      [BlockingIOError, (group) => calls.push(['blocking', tree(group)])],
      [[OSError, LookupError], (group) => calls.push(['os', tree(group)])],
      [OSError, () => calls.push('never')],
    );
    expect(calls).toEqual([
      ['blocking', { x: ['io'] }],
      ['os', { x: ['os', 'k'] }],
    ]);
  });

  test('gets a group of one for an error that is no group', () => {
    expect(split(new ValueError('V'), ValueError)).toEqual({ match: { '': ['V'] }, rest: 'nothing thrown' });
    let made: BaseExceptionGroup | null = null;
    exceptStarSync(new CancelledError(), [CancelledError, (group) => (made = group)]);
    expect(made).not.toBeInstanceOf(ExceptionGroup);
  });

  test('lets an error that is no group through as it is', () => {
    const error = new ValueError('V');
    expect(split(error, RangeError)).toEqual({ match: 'not called', rest: error });
    expect(thrownBy(() => exceptStarSync(error, [RangeError, () => {}]))).toBe(error);
    expect(thrownBy(() => exceptStarSync(undefined, [RangeError, () => {}]))).toBeUndefined();
  });

  test('knows the type of what it gets', () => {
    const codes: (string | undefined)[] = [];
    exceptStarSync(
      groupOf('x', [new OSError('os', { code: 'EIO' }), 'text']),
      [OSError, (group) => codes.push(...group.exceptions.map((e) => (e as OSError).code))],
      [
        (e): e is string => typeof e === 'string',
        (group: BaseExceptionGroup<string>) => codes.push(String(group.exceptions[0])),
      ],
    );
    expect(codes).toEqual(['EIO', 'text']);
  });

  test('may not be for groups', () => {
    const message = 'catching ExceptionGroup with except* is not allowed. Use except instead.';
    for (const condition of [ExceptionGroup, BaseExceptionGroup, [ValueError, ExceptionGroup]] as const) {
      const error = thrownBy(() => exceptStarSync(new ValueError(), [condition, () => {}]));
      expect(error).toEqual(new TypeError(message));
    }
    expect(() => drive(exceptStar(1, [ExceptionGroup, () => {}]))).toThrow(message);
  });

  test('must have a condition', () => {
    expect(() => exceptStarSync(1, [42 as never, () => {}])).toThrow(/^expected an exception type/);
    expect(() => exceptStarSync(1, [[ValueError, 42] as never, () => {}])).toThrow(TypeError);
  });

  test('is asked for again with nothing left: no clauses, no change', () => {
    const group = groupOf('x', [1]);
    expect(thrownBy(() => exceptStarSync(group))).toBe(group);
  });
});

function rethrow(error: unknown): never {
  throw error;
}

describe('what handlers of except* throw', () => {
  const value = new ValueError('V');
  const os = new OSError('OS');
  const range = new RangeError('R');
  const group = groupOf('eg', [groupOf('in', [value, os]), range]);

  test('stands in a group with the rest, which keeps its shape', () => {
    const error = thrownBy(() => exceptStarSync(group, [ValueError, () => rethrow(new Error('new'))]));
    expect(tree(error)).toEqual({ '': ['new', { eg: [{ in: ['OS'] }, 'R'] }] });
    expect(error).toBeInstanceOf(ExceptionGroup);
  });

  test('is thrown alone if nothing else is left', () => {
    const fresh = new Error('new');
    expect(thrownBy(() => exceptStarSync(group, [isException, () => rethrow(fresh)]))).toBe(fresh);
    expect(thrownBy(() => exceptStarSync(value, [ValueError, () => rethrow(fresh)]))).toBe(fresh);
  });

  test('is collected from all handlers', () => {
    const error = thrownBy(() =>
      exceptStarSync(
        group,
        [ValueError, () => rethrow(new Error('one'))],
        [OSError, () => {}],
        [RangeError, () => rethrow(new CancelledError('two'))],
      ),
    );
    expect(tree(error)).toEqual({ '': ['one', 'two'] });
    expect(error).not.toBeInstanceOf(ExceptionGroup);
  });

  test('goes back to its place in the group if it was only passed on', () => {
    const error = thrownBy(() => exceptStarSync(group, [ValueError, rethrow], [RangeError, () => {}]));
    expect(tree(error)).toEqual({ eg: [{ in: ['V', 'OS'] }] });
    expect((error as Error).stack).toBe(group.stack);
  });

  test('is the very group again if all was passed on', () => {
    expect(thrownBy(() => exceptStarSync(group, [ValueError, rethrow], [OSError, rethrow]))).toBe(group);
    expect(thrownBy(() => exceptStarSync(group, [isException, rethrow]))).toBe(group);
  });

  test('may be a part of what was passed in, and the other part is handled then', () => {
    const error = thrownBy(() =>
      exceptStarSync(group, [
        [ValueError, RangeError],
        (matched) => {
          throw matched.subgroup(RangeError);
        },
      ]),
    );
    expect(tree(error)).toEqual({ eg: [{ in: ['OS'] }, 'R'] });
  });

  test('mixes new errors, passed-on ones and the rest', () => {
    const error = thrownBy(() =>
      exceptStarSync(group, [ValueError, rethrow], [OSError, () => rethrow(new Error('new'))]),
    );
    expect(tree(error)).toEqual({ '': ['new', { eg: [{ in: ['V'] }, 'R'] }] });
  });

  test('is new if it is a group of the same errors in other clothes', () => {
    const error = thrownBy(() =>
      exceptStarSync(group, [ValueError, (matched) => rethrow(groupOf('other', matched.exceptions))]),
    );
    expect(tree(error)).toEqual({ '': [{ other: [{ in: ['V'] }] }, { eg: [{ in: ['OS'] }, 'R'] }] });
  });

  test('is new if it is a larger group, of which the caught one is a part', () => {
    const part = group.subgroup(ValueError)!;
    expect(thrownBy(() => exceptStarSync(part, [ValueError, () => rethrow(group)]))).toBe(group);
  });

  test('is the group of one that the handler got, for an error that is no group', () => {
    const error = thrownBy(() => exceptStarSync(value, [ValueError, rethrow]));
    expect(tree(error)).toEqual({ '': ['V'] });
  });
});

describe('exceptStar', () => {
  test('waits for coroutine handlers, one after the other', () => {
    const log: string[] = [];
    function* main(): Coroutine {
      try {
        throw groupOf('x', [new ValueError('v'), new RangeError('r')]);
      } catch (e) {
        yield* exceptStar(
          e,
          [
            ValueError,
            function* (group) {
              log.push(`values: ${group.exceptions.length}`);
              yield;
              log.push('values done');
            },
          ],
          [
            RangeError,
            (group) => {
              log.push(`ranges: ${group.exceptions.length}`);
            },
          ],
        );
      }
      log.push('after');
    }
    expect(drive(main())).toBe(2);
    expect(log).toEqual(['values: 1', 'values done', 'ranges: 1', 'after']);
  });

  test('collects what is thrown into a handler that waits', () => {
    const coro = exceptStar(
      groupOf('x', [new ValueError('v'), new RangeError('r')]),
      [
        ValueError,
        function* () {
          yield;
        },
      ],
      [RangeError, () => {}],
    );
    coro.next();
    const cancelled = new CancelledError();
    expect(thrownBy(() => coro.throw(cancelled))).toBe(cancelled);
  });

  test('runs nothing more when it is closed', () => {
    const second = vi.fn();
    const coro = exceptStar(
      groupOf('x', [new ValueError('v'), new RangeError('r')]),
      [
        ValueError,
        function* () {
          yield;
        },
      ],
      [RangeError, second],
    );
    coro.next();
    coro.return(undefined);
    expect(second).not.toHaveBeenCalled();
  });

  test('does nothing before it is awaited', () => {
    const handler = vi.fn();
    exceptStar(new ValueError(), [ValueError, handler]);
    expect(handler).not.toHaveBeenCalled();
  });

  test('says so when a handler is an async function', () => {
    const handler = (async () => {}) as () => never;
    expect(() => drive(exceptStar(new ValueError(), [ValueError, handler]))).toThrow(
      /^exceptStar\(\): a handler returned a promise/,
    );
  });
});

describe('exceptStarSync', () => {
  test('says so when a handler is a coroutine function, and closes the coroutine', () => {
    const coro = (function* (): Coroutine {
      yield;
    })();
    expect(() => exceptStarSync(new ValueError(), [ValueError, () => coro as never])).toThrow(
      /^exceptStarSync\(\): a handler returned a coroutine/,
    );
    expect(coro.next().done).toBe(true);
  });

  test('says so when a handler is an async function', () => {
    const handler = (async () => {}) as () => never;
    expect(() => exceptStarSync(new ValueError(), [ValueError, handler])).toThrow(TypeError);
  });
});

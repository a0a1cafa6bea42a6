import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  BaseException,
  CancelledError,
  GeneratorExit,
  KeyboardInterrupt,
  OSError,
  SystemExit,
  TimeoutError,
  ValueError,
} from '../../src/base/errors.js';
import {
  BaseExceptionGroup,
  ExceptionGroup,
  isException,
  originOf,
  type ExceptionCondition,
  type GroupMember,
} from '../../src/base/exception-group.js';
import { groupOf, tree } from './group-tree.js';

describe('making a group', () => {
  test('keeps text and errors', () => {
    const errors = [new ValueError('1'), new RangeError('2')];
    const group = new ExceptionGroup('text', errors);
    expect(group.message).toBe('text');
    expect(group.name).toBe('ExceptionGroup');
    expect(group.args).toEqual(['text', errors]);
    expect([...group.exceptions]).toEqual(errors);
    expect(group).toBeInstanceOf(BaseExceptionGroup);
    expect(group).toBeInstanceOf(BaseException);
    expect('cause' in group).toBe(false);
    expect(new ExceptionGroup('text', errors, { cause: 1 }).cause).toBe(1);
  });

  test('copies the errors, and freezes the copy', () => {
    const errors = [new ValueError('1')];
    const group = new ExceptionGroup('text', errors);
    errors.push(new ValueError('2'));
    expect(group.exceptions).toHaveLength(1);
    expect(() => (group.exceptions as unknown[]).push(1)).toThrow(TypeError);
  });

  test('takes anything that can be thrown', () => {
    expect(new ExceptionGroup('text', ['string', undefined, 7]).exceptions).toEqual(['string', undefined, 7]);
  });

  test('refuses bad arguments', () => {
    const make =
      (...args: unknown[]) =>
      () =>
        new ExceptionGroup(...(args as [string, unknown[]]));
    expect(make(1, [new Error()])).toThrow(/argument 1 must be str, not number$/);
    expect(make('x', null)).toThrow(new TypeError('second argument (exceptions) must be a sequence'));
    expect(make('x', new Set([1]))).toThrow(new TypeError('second argument (exceptions) must be a sequence'));
    expect(make('x', [])).toThrow(
      new ValueError('second argument (exceptions) must be a non-empty sequence'),
    );
    expect(make('x', [new Error(), ValueError])).toThrow(
      new ValueError('Item 1 of second argument (exceptions) is not an exception'),
    );
  });

  test('an ExceptionGroup holds no BaseException, not in a group either', () => {
    const message = 'Cannot nest BaseExceptions in an ExceptionGroup';
    expect(() => new ExceptionGroup('x', [new CancelledError()])).toThrow(new TypeError(message));
    expect(() => new ExceptionGroup('x', [groupOf('y', [new CancelledError()])])).toThrow(
      new TypeError(message),
    );
    class MyGroup extends ExceptionGroup {}
    expect(() => new MyGroup('x', [new KeyboardInterrupt()])).toThrow(
      new TypeError("Cannot nest BaseExceptions in 'MyGroup'"),
    );
    expect(new MyGroup('x', [new Error()]).name).toBe('MyGroup');
  });

  test('BaseExceptionGroup.of chooses the class by the errors', () => {
    expect(groupOf('x', [new ValueError()]).constructor).toBe(ExceptionGroup);
    expect(groupOf('x', [new ValueError(), new CancelledError()]).constructor).toBe(BaseExceptionGroup);
    expect(groupOf('x', [groupOf('y', [new CancelledError()])]).constructor).toBe(BaseExceptionGroup);
    expect(groupOf('x', [new ValueError()], { cause: 'c' }).cause).toBe('c');
    expect(() => groupOf('x', null as never)).toThrow('must be a sequence');
  });
});

describe('a group as text', () => {
  test('tells how many errors there are', () => {
    expect(String(groupOf('flat', [1, 2]))).toBe('ExceptionGroup: flat (2 sub-exceptions)');
    expect(String(groupOf('flat', [1]))).toBe('ExceptionGroup: flat (1 sub-exception)');
    expect(String(groupOf('x', [new CancelledError()]))).toBe('BaseExceptionGroup: x (1 sub-exception)');
    class MyGroup extends ExceptionGroup {}
    expect(String(new MyGroup('x', [groupOf('y', [1, 2, 3])]))).toBe('MyGroup: x (1 sub-exception)');
  });

  test('shows all errors, with fields and stacks, in the console', () => {
    const group = groupOf('outer', [
      new OSError('no', { code: 'EIO' }),
      groupOf('inner', [new ValueError('v')]),
    ]);
    const text = inspect(group);
    expect(text).toMatch(/^ExceptionGroup: outer \(2 sub-exceptions\)\n {4}at /);
    expect(text).toContain("code: 'EIO'");
    expect(text).toMatch(/^ {6}\| ValueError: v\n {6}\| {5}at .*exception-group\.test\.ts/m);
  });
});

describe('isException', () => {
  test.each([new CancelledError(), new KeyboardInterrupt(), new SystemExit(), new GeneratorExit()])(
    'is false for %s',
    (error) => {
      expect(isException(error)).toBe(false);
      expect(isException(groupOf('x', [error]))).toBe(false);
    },
  );

  test('is true for everything else', () => {
    for (const error of [new Error(), new TimeoutError(), 'text', undefined, null, groupOf('x', [1])]) {
      expect(isException(error)).toBe(true);
    }
  });
});

const value1 = new ValueError('v1');
const range = new RangeError('r');
const value2 = new ValueError('v2');
const late = new TimeoutError('t');
const inner = groupOf('inner', [value2, late]);
const group = groupOf('outer', [value1, range, inner]);

describe('subgroup and split', () => {
  const bad: [string, unknown][] = [
    ['a string', 'bad'],
    ['an error', new OSError('instance')],
    ['nothing', undefined],
    ['an array with something else', [OSError, 42]],
    ['an array of functions', [() => true]],
  ];
  test.each(bad)('refuse %s as condition', (_title, condition) => {
    const message =
      'expected an exception type, a tuple of exception types, or a callable (other than a class)';
    expect(() => group.split(condition as ExceptionCondition)).toThrow(new TypeError(message));
    expect(() => group.subgroup(condition as ExceptionCondition)).toThrow(TypeError);
  });

  test('give the very group when it matches as a whole', () => {
    for (const condition of [Error, BaseException, ExceptionGroup, () => true, isException]) {
      expect(group.subgroup(condition)).toBe(group);
      expect(group.split(condition)).toEqual([group, null]);
    }
  });

  test('give null when nothing matches', () => {
    expect(group.subgroup(SyntaxError)).toBeNull();
    expect(group.subgroup(() => false)).toBeNull();
    expect(group.subgroup([])).toBeNull();
    const [match, rest] = group.split(SyntaxError);
    expect(match).toBeNull();
    expect(tree(rest)).toEqual(tree(group));
  });

  test('keep the tree of groups, without empty ones', () => {
    const [match, rest] = group.split(ValueError);
    expect(tree(match)).toEqual({ outer: ['v1', { inner: ['v2'] }] });
    expect(tree(rest)).toEqual({ outer: ['r', { inner: ['t'] }] });
    expect(tree(group.subgroup(RangeError))).toEqual({ outer: ['r'] });
    expect(tree(group.subgroup(TimeoutError))).toEqual({ outer: [{ inner: ['t'] }] });
  });

  test('take several classes', () => {
    const [match, rest] = group.split([RangeError, OSError]);
    expect(tree(match)).toEqual({ outer: ['r', { inner: ['t'] }] });
    expect(tree(rest)).toEqual({ outer: ['v1', { inner: ['v2'] }] });
  });

  test('take functions of every kind as predicates', () => {
    const expected = { outer: ['r'] };
    const object = {
      method(error: unknown): boolean {
        return error === range;
      },
    };
    expect(tree(group.subgroup((error) => error === range))).toEqual(expected);
    expect(tree(group.subgroup(object.method))).toEqual(expected);
    expect(
      tree(
        group.subgroup(function (error) {
          return error === range;
        }),
      ),
    ).toEqual(expected);
  });

  test('take classes that are plain functions, or no errors at all', () => {
    function OldError(this: Error) {
      this.message = 'old';
    }
    OldError.prototype = Object.create(Error.prototype) as object;
    const OldClass = OldError as unknown as new () => Error;
    class NoError {}
    const mixed = groupOf('x', [new OldClass(), new NoError(), new ValueError('v')]);
    expect(mixed.subgroup(OldClass)?.exceptions).toEqual([mixed.exceptions[0]]);
    expect(mixed.subgroup(NoError)?.exceptions).toEqual([mixed.exceptions[1]]);
  });

  test('ask a predicate for a group before what is in it', () => {
    const asked: unknown[] = [];
    group.split((error) => {
      asked.push(error);
      return error === inner;
    });
    expect(asked.map(tree)).toEqual([tree(group), 'v1', 'r', tree(inner)]);
    expect(group.subgroup((error) => error === inner)?.exceptions[0]).toBe(inner);
  });

  test('choose the class of each part by what is in it', () => {
    const both = groupOf('x', [new ValueError(), new CancelledError()]);
    const [base, ordinary] = both.split(CancelledError);
    expect(base?.constructor).toBe(BaseExceptionGroup);
    expect(ordinary?.constructor).toBe(ExceptionGroup);
    expect(tree(both.subgroup(isException))).toEqual({ x: [''] });
  });

  test('leave the group as it is', () => {
    expect(tree(group)).toEqual({ outer: ['v1', 'r', { inner: ['v2', 't'] }] });
  });

  test('have types that follow the condition', () => {
    const matched: BaseExceptionGroup<ValueError> | null = group.subgroup(ValueError);
    const either: BaseExceptionGroup<ValueError | RangeError> | null = group.subgroup([
      ValueError,
      RangeError,
    ]);
    const guarded: BaseExceptionGroup<string> | null = group.subgroup((e): e is string => e === 'x');
    expect([matched?.exceptions.length, either?.exceptions.length, guarded]).toEqual([2, 3, null]);
  });
});

describe('the parts of a group', () => {
  const cause = new Error('why');
  const noted = Object.assign(
    groupOf('noted', [value1, groupOf('in', [range, late], { cause })], { cause }),
    {
      notes: ['a note'],
    },
  );

  test('have its stack, cause and notes, at each level', () => {
    const [match, rest] = noted.split(RangeError) as [BaseExceptionGroup, BaseExceptionGroup];
    for (const part of [match, rest] as (BaseExceptionGroup & { notes?: string[] })[]) {
      expect(part.stack).toBe(noted.stack);
      expect(part.cause).toBe(cause);
      expect(part.notes).toEqual(['a note']);
      const nested = part.exceptions.at(-1) as BaseExceptionGroup;
      expect(nested.cause).toBe(cause);
      expect('notes' in nested).toBe(false);
    }
    expect(Object.keys(match)).not.toContain('cause');
    expect(Object.keys(match)).not.toContain('stack');
  });

  test('have notes of their own from then on', () => {
    const part = noted.subgroup(RangeError) as BaseExceptionGroup & { notes: string[] };
    part.notes.push('another');
    expect(noted.notes).toEqual(['a note']);
  });

  test('take notes over as they are if they are no list', () => {
    const odd = Object.assign(groupOf('odd', [value1, range]), { notes: 'text' });
    expect((odd.subgroup(RangeError) as { notes?: unknown } | null)?.notes).toBe('text');
  });

  test('remember the group that they were first taken from', () => {
    const part = group.subgroup([ValueError, RangeError]);
    const smaller = part?.subgroup(RangeError);
    expect(originOf(group)).toBe(group);
    expect(part && originOf(part)).toBe(group);
    expect(smaller && originOf(smaller)).toBe(group);
  });
});

describe('derive', () => {
  test('gives a plain group with the same text', () => {
    class MyGroup extends ExceptionGroup {}
    const derived = new MyGroup('text', [value1]).derive([range]);
    expect(derived.constructor).toBe(ExceptionGroup);
    expect(tree(derived)).toEqual({ text: ['r'] });
  });

  test('decides what parts are made of, where it is overridden', () => {
    class Coded extends ExceptionGroup {
      readonly code: number;
      constructor(message: string, errors: readonly unknown[], code: number) {
        super(message, errors);
        this.code = code;
      }
      override derive<T>(errors: readonly GroupMember<T>[]): BaseExceptionGroup<T> {
        return new Coded(this.message, errors, this.code) as BaseExceptionGroup as BaseExceptionGroup<T>;
      }
    }
    const coded = new Coded('x', [value1, new Coded('y', [value2, range], 43)], 42);
    const [match, rest] = coded.split(ValueError);
    expect([match, rest].map((part) => (part as Coded).code)).toEqual([42, 42]);
    expect((rest?.exceptions[0] as Coded).code).toBe(43);
    expect(tree(match)).toEqual({ x: ['v1', { y: ['v2'] }] });
  });

  test('must give a group', () => {
    class Broken extends ExceptionGroup {
      override derive(): never {
        return 42 as never;
      }
    }
    expect(() => new Broken('x', [value1, range]).split(ValueError)).toThrow(
      new TypeError('derive must return an instance of BaseExceptionGroup'),
    );
  });
});

/*
 * Several errors thrown as one, and the question what counts as an exception: a group does if all of its errors do.
 *
 * A group is never changed. Its parts, made by split and subgroup, keep the shape of the tree of groups, and it is
 * remembered which group they were taken from: that is how `except*` tells errors that a handler passes on from new ones.
 */

import { BaseException, ValueError, type ErrorOptions } from './errors.js';
import {
  exceptionMatcher,
  isClass,
  type ExceptionClass,
  type ExceptionCondition,
} from './exception-condition.js';
import { formatError } from './format-exception-group.js';

export type { ExceptionClass, ExceptionCondition };

const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** What is in a group of `E`, {@link BaseExceptionGroup.exceptions}: errors, and groups of such. */
export type GroupMember<E> = E | BaseExceptionGroup<E>;

/** Both parts of a {@link BaseExceptionGroup.split}; `null` where nothing falls. */
export type GroupSplit<M, R> = [match: BaseExceptionGroup<M> | null, rest: BaseExceptionGroup<R> | null];

/** For a part of a group: the group that it was taken from, in the first place. */
const origins = new WeakMap<BaseExceptionGroup, BaseExceptionGroup>();

/**
 * Several errors thrown together, of which at least one is no ordinary exception, but a cancellation or the like.
 *
 * Where it is not known what the errors are, use {@link BaseExceptionGroup.of}, which makes an {@link ExceptionGroup} if
 * it can. `message` is the text alone; as a string, the group tells the number of its errors too, and `console.error`
 * prints each with its stack.
 *
 * Python: `BaseExceptionGroup`.
 *
 * @example
 * ```ts
 * import { BaseExceptionGroup, CancelledError, ExceptionGroup, ValueError } from 'tsyncio';
 *
 * const group = new BaseExceptionGroup('both', [new ValueError('bad'), new CancelledError()]);
 * console.log(group instanceof ExceptionGroup, group.exceptions.length, String(group));
 * console.log(BaseExceptionGroup.of('one', [new ValueError('bad')]) instanceof ExceptionGroup);
 * // false 2 BaseExceptionGroup: both (2 sub-exceptions)
 * // true
 * ```
 */
export class BaseExceptionGroup<E = unknown> extends BaseException {
  /** The errors, in the order given. The array is frozen. Python: `BaseExceptionGroup.exceptions`. */
  readonly exceptions: readonly GroupMember<E>[];

  /**
   * @throws TypeError if `message` is no string or `exceptions` no array.
   * @throws ValueError if `exceptions` is empty, or contains a class where an error was meant.
   */
  constructor(message: string, exceptions: readonly GroupMember<E>[], options?: ErrorOptions) {
    super(message, options);
    checkArguments(message, exceptions);
    this.exceptions = Object.freeze(exceptions.slice());
    Object.defineProperty(this, 'args', { value: [message, exceptions] });
  }

  /**
   * A group of `exceptions`: an {@link ExceptionGroup} if {@link isException} holds for all of them.
   *
   * Python: `BaseExceptionGroup(message, exceptions)`, which chooses the class in the same way.
   *
   * @throws TypeError, ValueError as the constructor does.
   */
  static of<E>(
    message: string,
    exceptions: readonly GroupMember<E>[],
    options?: ErrorOptions,
  ): BaseExceptionGroup<E> {
    return makeGroup(message, exceptions, options);
  }

  /**
   * A group like this one, of other errors. The parts that {@link BaseExceptionGroup.split} makes come from here, so a
   * class that wants parts of its own kind overrides it. Stack, cause and notes are taken over from this group afterwards.
   *
   * Python: `BaseExceptionGroup.derive`.
   *
   * @example
   * ```ts
   * import { ExceptionGroup, ValueError, type GroupMember } from 'tsyncio';
   *
   * class FormErrors<E> extends ExceptionGroup<E> {
   *   override derive<T>(exceptions: readonly GroupMember<T>[]): FormErrors<T> {
   *     return new FormErrors(this.message, exceptions);
   *   }
   * }
   *
   * const errors = new FormErrors('form', [new ValueError('name'), new RangeError('age')]);
   * console.log(errors.subgroup(RangeError) instanceof FormErrors);
   * // true
   * ```
   */
  derive<T>(exceptions: readonly GroupMember<T>[]): BaseExceptionGroup<T> {
    return makeGroup(this.message, exceptions);
  }

  /**
   * The part of the group for which `condition` holds, in the same tree of groups; this very group if it holds for it as
   * a whole; `null` if for nothing in it. A function is asked for every error, and for every group before what is in it.
   *
   * Python: `BaseExceptionGroup.subgroup`.
   *
   * @throws TypeError if `condition` is neither a class, nor an array of classes, nor a function.
   *
   * @example
   * ```ts
   * import { ExceptionGroup, ValueError } from 'tsyncio';
   *
   * const group = new ExceptionGroup('all', [
   *   new ExceptionGroup('some', [new ValueError('a'), new RangeError('b')]),
   *   new RangeError('c'),
   * ]);
   * console.log(String(group.subgroup(ValueError)?.exceptions[0]));
   * console.log(group.subgroup(ExceptionGroup) === group, group.subgroup(SyntaxError));
   * // ExceptionGroup: some (1 sub-exception)
   * // true null
   * ```
   */
  subgroup<T>(condition: (error: unknown) => error is T): BaseExceptionGroup<T> | null;
  subgroup<T>(condition: ExceptionClass<T> | readonly ExceptionClass<T>[]): BaseExceptionGroup<T> | null;
  subgroup(condition: ExceptionCondition): BaseExceptionGroup<E> | null;
  subgroup(condition: ExceptionCondition): BaseExceptionGroup | null {
    return this.split(condition)[0];
  }

  /**
   * The part for which `condition` holds, and the rest: see {@link BaseExceptionGroup.subgroup}.
   *
   * Python: `BaseExceptionGroup.split`.
   *
   * @throws TypeError if `condition` is neither a class, nor an array of classes, nor a function.
   *
   * @example
   * ```ts
   * import { ExceptionGroup, TimeoutError, ValueError } from 'tsyncio';
   *
   * const group = new ExceptionGroup('two failed', [new ValueError('bad'), new TimeoutError('slow')]);
   * const [late, rest] = group.split(TimeoutError);
   * console.log(String(late));
   * console.log(String(rest));
   * // ExceptionGroup: two failed (1 sub-exception)
   * // ExceptionGroup: two failed (1 sub-exception)
   * ```
   */
  split<T>(condition: (error: unknown) => error is T): GroupSplit<T, E>;
  split<T>(condition: ExceptionClass<T> | readonly ExceptionClass<T>[]): GroupSplit<T, E>;
  split(condition: ExceptionCondition): GroupSplit<E, E>;
  split(condition: ExceptionCondition): GroupSplit<unknown, unknown> {
    return splitGroup(this, exceptionMatcher(condition));
  }

  /** Class, text and the number of errors: `ExceptionGroup: two failed (2 sub-exceptions)`. */
  override toString(): string {
    const count = this.exceptions.length;
    return `${this.name}: ${this.message} (${count} sub-exception${count > 1 ? 's' : ''})`;
  }

  /** What Node's `console` and `util.inspect` show. @internal */
  [inspectCustom](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return formatError(this, (error) => inspect(error, options));
  }
}

/**
 * Several errors thrown together, all of them ordinary exceptions: what a TaskGroup throws when its tasks fail.
 *
 * Python: `ExceptionGroup`.
 *
 * @example
 * ```ts
 * import { ExceptionGroup, ValueError } from 'tsyncio';
 *
 * const group = new ExceptionGroup('two failed', [new ValueError('a'), new ValueError('b')]);
 * console.log(group.message);
 * console.log(String(group));
 * // two failed
 * // ExceptionGroup: two failed (2 sub-exceptions)
 * ```
 */
export class ExceptionGroup<E = unknown> extends BaseExceptionGroup<E> {
  /**
   * @throws TypeError if {@link isException} does not hold for one of the errors, and as {@link BaseExceptionGroup} does.
   * @throws ValueError as {@link BaseExceptionGroup} does.
   */
  constructor(message: string, exceptions: readonly GroupMember<E>[], options?: ErrorOptions) {
    super(message, exceptions, options);
    checkOrdinary(this, new.target);
  }
}

/**
 * Whether `except Exception` would have caught it: everything but cancellation, interrupts, exits and groups that
 * hold such. JavaScript's `catch` catches all, so a handler that means to go on asks this first, and throws the rest on.
 *
 * Python has no such function: `except Exception` does it.
 *
 * @returns `false` for CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit and a BaseExceptionGroup that is
 * no ExceptionGroup; `true` for anything else that can be thrown.
 *
 * @example
 * ```ts
 * import { isException, run, sleep, waitFor, type Coroutine } from 'tsyncio';
 *
 * function* careful(): Coroutine<string> {
 *   try {
 *     yield* sleep(3600);
 *     return 'done';
 *   } catch (e) {
 *     if (!isException(e)) throw e; // a cancellation is not ours to swallow
 *     return 'failed';
 *   }
 * }
 *
 * console.log(isException(new RangeError('x')));
 * await run(waitFor(careful(), 0.01)).catch((e: Error) => console.log(e.name));
 * // true
 * // TimeoutError
 * ```
 */
export function isException(error: unknown): boolean {
  return !(error instanceof BaseException) || error instanceof ExceptionGroup;
}

/** The group that `group` is a part of, by however many splits; `group` itself if it is none. */
export function originOf(group: BaseExceptionGroup): BaseExceptionGroup {
  return origins.get(group) ?? group;
}

function makeGroup<E>(
  message: string,
  exceptions: readonly GroupMember<E>[],
  options?: ErrorOptions,
): BaseExceptionGroup<E> {
  const ordinary = Array.isArray(exceptions) && exceptions.every(isException);
  const Group = ordinary ? ExceptionGroup : BaseExceptionGroup;
  return new Group<E>(message, exceptions, options);
}

function checkOrdinary(group: BaseExceptionGroup, type: { name: string }): void {
  if (group.exceptions.every(isException)) return;
  const where = type === ExceptionGroup ? 'an ExceptionGroup' : `'${type.name}'`;
  throw new TypeError(`Cannot nest BaseExceptions in ${where}`);
}

function checkArguments(message: unknown, exceptions: unknown): void {
  if (typeof message !== 'string') {
    throw new TypeError(`BaseExceptionGroup() argument 1 must be str, not ${typeof message}`);
  }
  if (!Array.isArray(exceptions)) throw new TypeError('second argument (exceptions) must be a sequence');
  if (exceptions.length === 0) {
    throw new ValueError('second argument (exceptions) must be a non-empty sequence');
  }
  const forgottenNew = exceptions.findIndex(isClass);
  if (forgottenNew >= 0) {
    throw new ValueError(`Item ${forgottenNew} of second argument (exceptions) is not an exception`);
  }
}

function splitGroup(
  group: BaseExceptionGroup,
  matches: (error: unknown) => boolean,
): GroupSplit<unknown, unknown> {
  if (matches(group)) return [group, null];
  const matched: unknown[] = [];
  const others: unknown[] = [];
  for (const error of group.exceptions) {
    if (error instanceof BaseExceptionGroup) {
      const [match, rest] = splitGroup(error, matches);
      if (match !== null) matched.push(match);
      if (rest !== null) others.push(rest);
    } else {
      (matches(error) ? matched : others).push(error);
    }
  }
  return [part(group, matched), part(group, others)];
}

/** The part of `group` with `errors`; `null` if there are none. */
function part(group: BaseExceptionGroup, errors: readonly unknown[]): BaseExceptionGroup | null {
  if (errors.length === 0) return null;
  const derived: unknown = group.derive(errors);
  if (!(derived instanceof BaseExceptionGroup)) {
    throw new TypeError('derive must return an instance of BaseExceptionGroup');
  }
  origins.set(derived, originOf(group));
  takeOver(group, derived, 'stack', group.stack);
  takeOver(group, derived, 'cause', group.cause);
  const notes = (group as { notes?: unknown }).notes;
  takeOver(group, derived, 'notes', Array.isArray(notes) ? (notes as unknown[]).slice() : notes);
  return derived;
}

/** Give `derived` the field that `group` has, hidden from loops and prints if it is hidden there. */
function takeOver(group: object, derived: object, field: string, value: unknown): void {
  if (value === undefined) return;
  const enumerable = Object.prototype.propertyIsEnumerable.call(group, field);
  Object.defineProperty(derived, field, { value, enumerable, writable: true, configurable: true });
}

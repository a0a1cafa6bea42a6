/*
 * `except*`: every clause handles its part of a group; what no clause took, and what the handlers threw, is thrown at the
 * end, as one error.
 *
 *   caught                 a clause gets                   thrown at the end
 *   a group                the part that matches           rest and what handlers passed on, in the tree they came in;
 *                                                          with errors that are new, in a group around all, text ''
 *   anything else          a group of it alone, text ''    the error itself if no clause matched; else what the handler threw
 */

import { isAwaitable, iscoroutine, isPromiseLike, type Awaitable, type Coroutine } from './awaitable.js';
import {
  BaseExceptionGroup,
  originOf,
  type ExceptionClass,
  type ExceptionCondition,
} from './exception-group.js';
import { exceptionMatcher } from './exception-condition.js';

/** The condition of a clause of {@link exceptStar}, of which the type of the group follows. Classes of groups are refused. */
export type StarCondition<T> =
  | ExceptionClass<T>
  | readonly ExceptionClass<T>[]
  | ((error: unknown) => error is T)
  | ((error: unknown) => boolean);

/** A clause of {@link exceptStarSync}: which errors, and what to do with the group of them. */
export type StarClauseSync<T> = readonly [
  condition: StarCondition<T>,
  handler: (group: BaseExceptionGroup<T>) => void,
];

/** A clause of {@link exceptStar}: which errors, and a function or coroutine function for the group of them. */
export type StarClause<T> = readonly [
  condition: StarCondition<T>,
  handler: ((group: BaseExceptionGroup<T>) => void) | ((group: BaseExceptionGroup<T>) => Awaitable<unknown>),
];

/** A clause of either kind, once its types do not matter any more. */
type AnyClause = readonly [condition: ExceptionCondition, handler: (group: BaseExceptionGroup) => unknown];

/**
 * Handle the errors of a group by kind, in a `catch` block of a coroutine.
 *
 * Each clause, in order, is called with the group of those errors that match and that no clause before took; clauses
 * for which none is left are not called. Errors that no clause took are thrown at the end, and so are those that handlers
 * throw: what they pass on keeps its place in the group, what is new is put with it into a group around all. A caught error
 * that is no group counts as a group of one, but is thrown as it was if no clause matches.
 *
 * Do not forget the `yield*`: without it nothing happens, and the error is lost.
 *
 * Python: `except*`.
 *
 * @param error - What was caught.
 * @param clauses - Pairs of a condition (a class, an array of classes, or a function such as {@link isException}) and
 * a handler (a function, or a coroutine function).
 * @throws TypeError if a condition is a class of groups: `except*` sees what is in them.
 *
 * @example
 * ```ts
 * import { exceptStar, ExceptionGroup, run, sleep, ValueError, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     throw new ExceptionGroup('two failed', [new ValueError('a'), new RangeError('b')]);
 *   } catch (e) {
 *     yield* exceptStar(
 *       e,
 *       [ValueError, function* (group) {
 *         yield* sleep(0.01);
 *         console.log('values:', group.exceptions.length);
 *       }],
 *       [RangeError, (group) => console.log('ranges:', group.exceptions.length)],
 *     );
 *   }
 * }
 *
 * await run(main());
 * // values: 1
 * // ranges: 1
 * ```
 */
export function* exceptStar<const T extends readonly unknown[]>(
  error: unknown,
  ...clauses: { [K in keyof T]: StarClause<T[K]> }
): Coroutine {
  const handling = new StarHandling(error, clauses);
  for (const [condition, handler] of clauses as readonly AnyClause[]) {
    const group = handling.take(condition);
    if (group === null) continue;
    try {
      const result = handler(group);
      if (isAwaitable(result)) yield* result;
      else if (isPromiseLike(result)) throw new TypeError(NO_ASYNC);
    } catch (e) {
      handling.raised.push(e);
    }
  }
  handling.finish();
}

/**
 * {@link exceptStar} for code that does not wait: handlers are plain functions, and it is called without `yield*`.
 *
 * Python: `except*`.
 *
 * @throws TypeError if a condition is a class of groups, or a handler returns a coroutine or a promise.
 *
 * @example
 * ```ts
 * import { exceptStarSync, ExceptionGroup, ValueError } from 'tsyncio';
 *
 * try {
 *   throw new ExceptionGroup('two failed', [new ValueError('a'), new ValueError('b')]);
 * } catch (e) {
 *   exceptStarSync(e, [ValueError, (group) => console.log(group.exceptions.length)]);
 * }
 * // 2
 * ```
 */
export function exceptStarSync<const T extends readonly unknown[]>(
  error: unknown,
  ...clauses: { [K in keyof T]: StarClauseSync<T[K]> }
): void {
  const handling = new StarHandling(error, clauses);
  for (const [condition, handler] of clauses as readonly AnyClause[]) {
    const group = handling.take(condition);
    if (group === null) continue;
    try {
      const result = handler(group);
      if (iscoroutine(result)) result.return(undefined);
      if (isAwaitable(result) || isPromiseLike(result)) throw new TypeError(NO_COROUTINE);
    } catch (e) {
      handling.raised.push(e);
    }
  }
  handling.finish();
}

const NO_ASYNC =
  'exceptStar(): a handler returned a promise; a handler that waits must be a coroutine function (function*)';
const NO_COROUTINE =
  'exceptStarSync(): a handler returned a coroutine or a promise; use yield* exceptStar() for handlers that wait';

class StarHandling {
  /** What handlers threw. */
  readonly raised: unknown[] = [];
  private readonly _caught: unknown;
  /** What no clause has taken: the error or group, in an array, which is empty when all has been taken. */
  private _rest: [] | [unknown];

  constructor(caught: unknown, clauses: readonly (readonly [ExceptionCondition, unknown])[]) {
    this._caught = caught;
    this._rest = [caught];
    for (const [condition] of clauses) checkCondition(condition);
  }

  /** What `condition` takes of the rest, as a group; `null` for nothing. */
  take(condition: ExceptionCondition): BaseExceptionGroup | null {
    if (this._rest.length === 0) return null;
    const left = this._rest[0];
    if (left instanceof BaseExceptionGroup) {
      const [match, rest] = left.split(condition);
      this._rest = rest === null ? [] : [rest];
      return match;
    }
    if (!exceptionMatcher(condition)(left)) return null;
    this._rest = [];
    return BaseExceptionGroup.of('', [left]);
  }

  /** Throw what is left. */
  finish(): void {
    const group = this._caught;
    if (!(group instanceof BaseExceptionGroup)) {
      // One clause at most took it, so there is one error at most.
      for (const error of [...this.raised, ...this._rest]) throw error;
      return;
    }
    const errors = this.raised.filter((error) => !isPartOf(group, error));
    const passedOn = this.raised.filter((error) => isPartOf(group, error));
    const kept = project(group, new Set([...passedOn, ...this._rest].flatMap(leaves)));
    if (kept !== null) errors.push(kept);
    if (errors.length > 1) throw BaseExceptionGroup.of('', errors);
    for (const error of errors) throw error;
  }
}

function checkCondition(condition: ExceptionCondition): void {
  exceptionMatcher(condition);
  const types: readonly unknown[] = Array.isArray(condition) ? condition : [condition];
  for (const type of types as readonly { prototype?: unknown }[]) {
    if (type === BaseExceptionGroup || type.prototype instanceof BaseExceptionGroup) {
      throw new TypeError('catching ExceptionGroup with except* is not allowed. Use except instead.');
    }
  }
}

/** The errors in `error`, through all groups; itself if it is no group. */
function leaves(error: unknown): unknown[] {
  return error instanceof BaseExceptionGroup ? error.exceptions.flatMap(leaves) : [error];
}

/** Whether `error` is `group` or was split off it: passed on by a handler, and nothing new. */
function isPartOf(group: BaseExceptionGroup, error: unknown): boolean {
  if (!(error instanceof BaseExceptionGroup) || originOf(error) !== originOf(group)) return false;
  const all = new Set(leaves(group));
  return leaves(error).every((leaf) => all.has(leaf));
}

/** The part of `group` with these errors; `group` itself if that is all of them. */
function project(group: BaseExceptionGroup, kept: ReadonlySet<unknown>): BaseExceptionGroup | null {
  if (leaves(group).every((leaf) => kept.has(leaf))) return group;
  return group.subgroup((error) => !(error instanceof BaseExceptionGroup) && kept.has(error));
}

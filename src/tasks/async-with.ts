import { isAwaitable, type Coroutine } from '../base/awaitable.js';
import { GeneratorExit } from '../base/errors.js';
import { reprValue } from '../base/repr.js';

/**
 * What {@link asyncWith} takes: an object that is entered and left, and may wait while it is.
 *
 * Python: an object with `__aenter__` and `__aexit__`.
 */
export interface AsyncContextManager<V> {
  /** Enter; what it returns is given to the body. */
  aenter(): Coroutine<V>;
  /**
   * Leave. `error` is what the body threw, or `null`. What it throws goes on in place of that; if it returns `true`, the
   * error is dropped.
   */
  aexit(error: unknown): Coroutine<unknown>;
}

/**
 * Enter `cm`, run the body, leave `cm`, however the body ends.
 *
 * The body is a generator function, called with what `cm.aenter()` returns. It cannot `return` out of the function around
 * it as Python's block can; what it returns, asyncWith returns. That is `undefined` if `cm` swallowed an error of the
 * body.
 *
 * Python: `async with cm as value: body`.
 *
 * @param cm - the context manager
 * @param body - what to do inside; a last argument is what `this` is in it
 *
 * @example
 * ```ts
 * import { asyncWith, run, sleep, TaskGroup, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const sum = yield* asyncWith(new TaskGroup(), function* (group) {
 *     const a = group.createTask(sleep(0.01, 1));
 *     const b = group.createTask(sleep(0.01, 2));
 *     return (yield* a) + (yield* b);
 *   });
 *   console.log(sum);
 * }
 *
 * await run(main());
 * // 3
 * ```
 */
export function asyncWith<V, R>(cm: AsyncContextManager<V>, body: (value: V) => Coroutine<R>): Coroutine<R>;
export function asyncWith<V, R, T>(
  cm: AsyncContextManager<V>,
  body: (this: T, value: V) => Coroutine<R>,
  thisArg: T,
): Coroutine<R>;
export function* asyncWith<V, R, T>(
  cm: AsyncContextManager<V>,
  body: (this: T, value: V) => Coroutine<R>,
  thisArg?: T,
): Coroutine<R> {
  checkManager(cm);
  if (typeof body !== 'function') {
    throw new TypeError(`asyncWith(): body must be a generator function, got ${reprValue(body)}`);
  }
  const value = yield* cm.aenter();
  // What leaves the body by neither way below is a return() on this coroutine: somebody closes it.
  let left = false;
  try {
    const running = body.call(thisArg as T, value);
    if (!isAwaitable(running)) throw notACoroutine('asyncWith', running);
    const result = yield* running;
    left = true;
    yield* cm.aexit(null);
    return result;
  } catch (error) {
    if (left) throw error;
    left = true;
    if (!(yield* cm.aexit(error))) throw error;
    return undefined as R;
  } finally {
    if (!left) yield* cm.aexit(new GeneratorExit());
  }
}

/** A body that gave no coroutine: mostly an arrow or async function in place of a `function*`. */
export function notACoroutine(func: string, result: unknown): TypeError {
  return new TypeError(
    `${func}(): body must be a generator function (function*); it returned ${reprValue(result)}`,
  );
}

function checkManager(cm: unknown): void {
  const manager = cm as Partial<AsyncContextManager<unknown>> | null | undefined;
  if (typeof manager?.aenter === 'function' && typeof manager.aexit === 'function') return;
  throw new TypeError(
    `asyncWith(): ${reprValue(cm)} does not support the asynchronous context manager protocol (aenter and aexit)`,
  );
}

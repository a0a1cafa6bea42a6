import { isAwaitable, type Coroutine } from '../base/awaitable.js';
import { GeneratorExit } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { wrapFuture } from '../futures/promises.js';

/**
 * What {@link asyncWith} takes: an object that is entered and left, and may wait while it is.
 *
 * Python: an object with `__aenter__` and `__aexit__`.
 *
 * @example
 * ```ts
 * import { asyncWith, run, sleep, type AsyncContextManager, type Coroutine } from 'tsyncio';
 *
 * class Door implements AsyncContextManager<string> {
 *   *aenter(): Coroutine<string> {
 *     yield* sleep(0.01);
 *     return 'the room';
 *   }
 *
 *   *aexit(error: unknown): Coroutine<boolean> {
 *     console.log('left with', String(error));
 *     return true; // the error goes no further
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   yield* asyncWith(new Door(), function* (room) {
 *     console.log('in', room);
 *     throw new Error('smoke');
 *   });
 * }
 *
 * await run(main());
 * // in the room
 * // left with Error: smoke
 * ```
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
 * What `await using` takes is taken too: an object with `[Symbol.asyncDispose]()`, or `[Symbol.dispose]()`, is given to the
 * body, and disposed of at the end, which is waited for. An error that this throws goes on in place of the body's.
 *
 * Python: `async with cm as value: body`.
 *
 * @param cm - the context manager
 * @param body - what to do inside; a last argument is what `this` is in it
 * @throws what the body throws, unless `cm` swallows it, or what `cm` throws; TypeError if `cm` is no context manager, or `body` no
 * generator function.
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
export function asyncWith<V extends AsyncDisposable | Disposable, R>(
  resource: V,
  body: (resource: V) => Coroutine<R>,
): Coroutine<R>;
export function asyncWith<V extends AsyncDisposable | Disposable, R, T>(
  resource: V,
  body: (this: T, resource: V) => Coroutine<R>,
  thisArg: T,
): Coroutine<R>;
export function* asyncWith<V, R, T>(
  cmOrResource: AsyncContextManager<V> | AsyncDisposable | Disposable,
  body: (this: T, value: V) => Coroutine<R>,
  thisArg?: T,
): Coroutine<R> {
  const cm = managerOf<V>(cmOrResource);
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

function managerOf<V>(given: unknown): AsyncContextManager<V> {
  const cm = (given ?? {}) as Partial<AsyncContextManager<V> & AsyncDisposable & Disposable>;
  if (typeof cm.aenter === 'function' && typeof cm.aexit === 'function') return cm as AsyncContextManager<V>;
  if (typeof cm[Symbol.asyncDispose] === 'function' || typeof cm[Symbol.dispose] === 'function') {
    return new Disposing(cm as V & (AsyncDisposable | Disposable));
  }
  throw new TypeError(
    `asyncWith(): ${reprValue(given)} does not support the asynchronous context manager protocol (aenter and aexit)`,
  );
}

/** What JavaScript's `await using` does, as a context manager: entering does nothing, leaving disposes, and waits. */
class Disposing<V extends AsyncDisposable | Disposable> implements AsyncContextManager<V> {
  private readonly _resource: V;

  constructor(resource: V) {
    this._resource = resource;
  }

  *aenter(): Coroutine<V> {
    return this._resource;
  }

  *aexit(): Coroutine {
    const resource = this._resource;
    if (Symbol.asyncDispose in resource) yield* wrapFuture(resource[Symbol.asyncDispose]());
    else resource[Symbol.dispose]();
  }
}

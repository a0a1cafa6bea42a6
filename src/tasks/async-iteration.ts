/*
 * aiter, anext, asyncFor: iterating over what has to be waited for.
 */
import { isAwaitable, type Coroutine } from '../base/awaitable.js';
import { StopAsyncIteration } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { notACoroutine } from './async-with.js';
import { isClosedWhenLeft, PromiseIterator } from './promise-iterator.js';

/** What gives one item after another: {@link anext} asks it. Python: an object with `__anext__`. */
export interface AsyncIteratorLike<T> {
  /** The next item. Python: `__anext__`. @throws StopAsyncIteration when there is none. */
  anext(): Coroutine<T>;
}

/**
 * What can be iterated with waiting, by {@link asyncFor} and {@link aiter}. Python: an object with `__aiter__`.
 *
 * @example
 * ```ts
 * import { asyncFor, run, sleep, StopAsyncIteration, type AsyncIterableLike, type Coroutine } from 'tsyncio';
 *
 * class Twice implements AsyncIterableLike<number> {
 *   aiter() {
 *     let n = 0;
 *     return {
 *       *anext(): Coroutine<number> {
 *         if (n === 2) throw new StopAsyncIteration();
 *         yield* sleep(0.001);
 *         return ++n;
 *       },
 *     };
 *   }
 * }
 *
 * await run(
 *   asyncFor(new Twice(), function* (n) {
 *     console.log(n);
 *   }),
 * );
 * // 1
 * // 2
 * ```
 */
export interface AsyncIterableLike<T> {
  /** Begin to iterate. Python: `__aiter__`. */
  aiter(): AsyncIteratorLike<T>;
}

/** What {@link asyncFor} and {@link aiter} take: ours, or JavaScript's async iterables (streams, async generators). */
export type AnyAsyncIterable<T> = AsyncIterableLike<T> | AsyncIterable<T>;

/**
 * What the body of {@link asyncFor} returns to leave the loop.
 *
 * Python: `break`.
 *
 * @example
 * ```ts
 * import { asyncFor, BREAK, Queue, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const queue = new Queue<string>();
 *   for (const word of ['to', 'be', 'stop', 'more']) queue.putNowait(word);
 *   yield* asyncFor(queue, function* (word) {
 *     if (word === 'stop') return BREAK;
 *     console.log(word);
 *   });
 *   console.log(queue.qsize(), 'left');
 * }
 *
 * await run(main());
 * // to
 * // be
 * // 1 left
 * ```
 */
export const BREAK: unique symbol = Symbol('tsyncio.BREAK');

/**
 * The iterator of `iterable`, for a loop of one's own with {@link anext}. JavaScript's async iterables are taken too.
 *
 * Python: `aiter`.
 *
 * @throws TypeError if it cannot be iterated so.
 *
 * @example
 * ```ts
 * import { aiter, anext, run, type Coroutine } from 'tsyncio';
 *
 * async function* native() {
 *   yield 'header';
 *   yield 'line 1';
 * }
 *
 * function* main(): Coroutine {
 *   const lines = aiter(native());
 *   console.log('skip', yield* anext(lines));
 *   console.log('read', yield* anext(lines));
 *   console.log('end', yield* anext(lines, null));
 * }
 *
 * await run(main());
 * // skip header
 * // read line 1
 * // end null
 * ```
 */
export function aiter<T>(iterable: AnyAsyncIterable<T>): AsyncIteratorLike<T> {
  const own = iterable as Partial<AsyncIterableLike<T>> | null | undefined;
  if (typeof own?.aiter === 'function') return own.aiter();
  const foreign = iterable as Partial<AsyncIterable<T>> | null | undefined;
  if (typeof foreign?.[Symbol.asyncIterator] === 'function' || isWebStream(iterable))
    return new PromiseIterator(iterable as AsyncIterable<T>);
  throw new TypeError(
    `${reprValue(iterable)} is not an async iterable: it has neither aiter() nor [Symbol.asyncIterator]()`,
  );
}

/** A ReadableStream of a browser whose streams cannot be iterated yet. */
function isWebStream(iterable: unknown): boolean {
  return typeof (iterable as { getReader?: unknown } | null | undefined)?.getReader === 'function';
}

/**
 * The next item of an iterator; `fallback`, if given, when there is none.
 *
 * Python: `anext`.
 *
 * @throws StopAsyncIteration when there is none, and no `fallback`.
 *
 * @example
 * ```ts
 * import { aiter, anext, asyncGenerator, run, type Coroutine } from 'tsyncio';
 *
 * const two = asyncGenerator<number>(function* (emit) {
 *   yield* emit(1);
 *   yield* emit(2);
 * });
 *
 * function* main(): Coroutine {
 *   const it = aiter(two);
 *   for (let n = yield* anext(it, null); n !== null; n = yield* anext(it, null)) console.log(n);
 * }
 *
 * await run(main());
 * // 1
 * // 2
 * ```
 */
export function anext<T>(iterator: AsyncIteratorLike<T>): Coroutine<T>;
export function anext<T, D>(iterator: AsyncIteratorLike<T>, fallback: D): Coroutine<T | D>;
export function anext<T>(iterator: AsyncIteratorLike<T>, ...fallback: [] | [unknown]): Coroutine<unknown> {
  if (typeof (iterator as Partial<AsyncIteratorLike<T>> | null)?.anext !== 'function') {
    throw new TypeError(`${reprValue(iterator)} is not an async iterator: it has no anext()`);
  }
  return fallback.length === 0 ? iterator.anext() : anextOr(iterator, fallback[0]);
}

function* anextOr<T>(iterator: AsyncIteratorLike<T>, fallback: unknown): Coroutine<unknown> {
  try {
    return yield* iterator.anext();
  } catch (error) {
    if (error instanceof StopAsyncIteration) return fallback;
    throw error;
  }
}

/**
 * Run the body for each item. Return {@link BREAK} from it to leave the loop; any other value is ignored, so a plain
 * `return` is Python's `continue`.
 *
 * An iterator of JavaScript's that is left early is closed, as `for await` does: a stream is destroyed, or cancelled, also
 * when the task is cancelled while it waits for the next item. One of ours is not, as in Python: use {@link aclosing}, or go on
 * with it later.
 *
 * Python: `async for item in iterable: body`.
 *
 * @param iterable - what to iterate over
 * @param body - a generator function, called with each item; a last argument is what `this` is in it
 * @throws what the iterator or the body throws; TypeError if `iterable` cannot be iterated, or `body` is no generator function.
 *
 * @example
 * ```ts
 * import { asyncFor, asyncGenerator, BREAK, run, sleep, type Coroutine } from 'tsyncio';
 *
 * const ticks = asyncGenerator<number>(function* (emit) {
 *   for (let i = 0; ; i++) {
 *     yield* sleep(0.001);
 *     yield* emit(i);
 *   }
 * });
 *
 * function* main(): Coroutine {
 *   yield* asyncFor(ticks, function* (tick) {
 *     if (tick === 3) return BREAK;
 *     console.log(tick);
 *   });
 * }
 *
 * await run(main());
 * // 0
 * // 1
 * // 2
 * ```
 */
export function asyncFor<T>(iterable: AnyAsyncIterable<T>, body: (item: T) => Coroutine<unknown>): Coroutine;
export function asyncFor<T, S>(
  iterable: AnyAsyncIterable<T>,
  body: (this: S, item: T) => Coroutine<unknown>,
  thisArg: S,
): Coroutine;
export function* asyncFor<T, S>(
  iterable: AnyAsyncIterable<T>,
  body: (this: S, item: T) => Coroutine<unknown>,
  thisArg?: S,
): Coroutine {
  if (typeof body !== 'function') {
    throw new TypeError(`asyncFor(): body must be a generator function, got ${reprValue(body)}`);
  }
  const iterator = aiter(iterable);
  try {
    for (;;) {
      let item: T;
      try {
        item = yield* iterator.anext();
      } catch (error) {
        if (error instanceof StopAsyncIteration) return;
        throw error;
      }
      const running = body.call(thisArg as S, item);
      if (!isAwaitable(running)) throw notACoroutine('asyncFor', running);
      if ((yield* running) === BREAK) return;
    }
  } finally {
    // It knows whether it is at its end.
    if (isClosedWhenLeft(iterator)) yield* iterator.aclose();
  }
}

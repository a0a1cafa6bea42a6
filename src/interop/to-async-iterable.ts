/*
 * An iterator of ours as one of JavaScript's: each next() is a task that runs anext().
 *
 * As with JavaScript's async generators, calls of next() wait for each other. return() and throw() do not: they cancel the
 * anext() that is under way, so that a consumer who leaves stops a producer who waits.
 */
import type { Coroutine } from '../base/awaitable.js';
import { CancelledError, StopAsyncIteration } from '../base/errors.js';
import type { FutureLike, Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { aiter, type AsyncIterableLike, type AsyncIteratorLike } from '../tasks/index.js';

/** What an iterator of ours may have beside `anext`. */
interface Closable {
  aclose?(): Coroutine<unknown>;
  athrow?(error: unknown): Coroutine<unknown>;
}

class HostIterator<T> implements AsyncIterableIterator<T, undefined> {
  private readonly _loop: Loop;
  private readonly _iterator: AsyncIteratorLike<T> & Closable;
  private _task: FutureLike<T> | null = null;
  /** Settled when all calls of next() so far are; never rejected. */
  private _last: Promise<unknown> = Promise.resolve();
  private _over: boolean = false;

  constructor(loop: Loop, iterable: AsyncIterableLike<T>) {
    this._loop = loop;
    this._iterator = aiter(iterable);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const step = this._next(this._last);
    this._last = step.then(nothing, nothing);
    return step;
  }

  private async _next(before: Promise<unknown>): Promise<IteratorResult<T, undefined>> {
    await before;
    if (this._isOver()) return over();
    this._task = this._loop.createTask(this._iterator.anext());
    try {
      return { done: false, value: await this._task };
    } catch (error) {
      const left = this._isOver() && error instanceof CancelledError;
      this._over = true;
      if (left || error instanceof StopAsyncIteration) return over();
      throw error;
    } finally {
      this._task = null;
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this._stop();
    if (this._iterator.aclose !== undefined) await this._loop.createTask(this._iterator.aclose());
    return over();
  }

  async throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    const wasWaiting = this._task !== null;
    await this._stop();
    if (this._iterator.athrow !== undefined && !wasWaiting) {
      try {
        await this._loop.createTask(this._iterator.athrow(error));
      } catch (thrown) {
        if (thrown instanceof StopAsyncIteration) return over();
        throw thrown;
      }
    }
    await this.return();
    throw error;
  }

  /** Others may have ended it while we waited. */
  private _isOver(): boolean {
    return this._over;
  }

  private async _stop(): Promise<void> {
    this._over = true;
    this._task?.cancel();
    await this._last;
  }
}

function over(): IteratorReturnResult<undefined> {
  return { done: true, value: undefined };
}

function nothing(): void {
  // Whoever called next() hears of it.
}

/**
 * An asynchronous iterable of ours, such as an `asyncGenerator`, a Queue or a StreamReader, for JavaScript's
 * `for await`, and for all that takes such iterables.
 *
 * Each item is asked for only when the consumer asks. A consumer who leaves early, also while an item is waited for, cancels
 * that wait and closes the generator.
 *
 * Not in Python.
 *
 * @param iterable - what has `aiter()`
 * @param options - `loop`: where it runs; by default the running one
 * @throws RuntimeError if no loop is running.
 *
 * @example
 * ```ts
 * import { asyncGenerator, run, sleep, toAsyncIterable, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * const numbers = asyncGenerator<number>(function* (emit) {
 *   try {
 *     for (let n = 1; ; n++) {
 *       yield* sleep(0.001);
 *       yield* emit(n);
 *     }
 *   } finally {
 *     console.log('closed');
 *   }
 * });
 *
 * async function firstTwo(source: AsyncIterable<number>): Promise<void> {
 *   for await (const n of source) {
 *     console.log(n);
 *     if (n === 2) break;
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   yield* wrapFuture(firstTwo(toAsyncIterable(numbers)));
 * }
 *
 * await run(main());
 * // 1
 * // 2
 * // closed
 * ```
 */
export function toAsyncIterable<T>(
  iterable: AsyncIterableLike<T>,
  options: { loop?: Loop | null | undefined } = {},
): AsyncIterableIterator<T, undefined> {
  return new HostIterator(options.loop ?? requireRunningLoop(), iterable);
}

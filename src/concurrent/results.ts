/*
 * Results that come one after the other, and the three ways to take them: blocking, in a coroutine, in an async function.
 * The three do the same: step; if the step says what to wait for, wait; step again.
 */
import type { Coroutine } from '../base/awaitable.js';
import { StopAsyncIteration } from '../base/errors.js';
import { monotonic } from '../platform/host.js';
import { Future } from './future.js';
import { wait } from './wait.js';

/**
 * What {@link Executor.map} and {@link asCompleted} return. Take the results by `for await` in an async function, by
 * `asyncFor` in a coroutine, or by a plain `for`, which blocks as Python's does (see {@link Future.result}). To leave the loop early
 * cancels the calls that have not begun.
 *
 * Python: the iterators that `Executor.map` and `concurrent.futures.as_completed` return.
 *
 * @example
 * ```ts
 * import { asyncFor, type Coroutine, run } from 'tsyncio';
 * import { ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const double = (x: number): number => x * 2;
 *
 * for await (const y of pool.map(double, [1, 2])) console.log(y);
 *
 * await run(
 *   asyncFor(pool.map(double, [3, 4]), function* (y): Coroutine {
 *     console.log(y);
 *   }),
 * );
 *
 * for (const y of pool.map(double, [5, 6])) console.log(y); // blocks
 * await pool.shutdown();
 * // 2
 * // 4
 * // 6
 * // 8
 * // 10
 * // 12
 * ```
 */
export abstract class Results<T> implements IterableIterator<T, undefined> {
  private readonly _end: number;
  private _ended: boolean = false;

  /** @internal */
  constructor(timeout: number | null) {
    this._end = timeout === null ? Infinity : monotonic() + timeout;
  }

  /** The next result, or what must be done before there is one; `null` after the last. @internal */
  protected abstract _step(): { value: T } | Future | null;

  /** The time was over while `future` was waited for. @internal */
  protected abstract _timeoutError(): Error;

  /** Nobody will take the rest. @internal */
  protected abstract _abandon(): void;

  private _next(): { value: T } | Future | null {
    if (this._ended) return null;
    try {
      const step = this._step();
      if (step === null) this._stop();
      return step;
    } catch (error) {
      this._stop();
      throw error;
    }
  }

  private _stop(): void {
    if (this._ended) return;
    this._ended = true;
    this._abandon();
  }

  /** What to wait for: the future, or the end of the time. */
  private _waitFor(future: Future): Future<unknown> {
    return wait([future], { timeout: this._end === Infinity ? null : Math.max(this._end - monotonic(), 0) });
  }

  private _waited(future: Future): void {
    if (future.done()) return;
    this._stop();
    throw this._timeoutError();
  }

  /** The next result, blocking. */
  next(): IteratorResult<T, undefined> {
    for (;;) {
      const step = this._next();
      if (step === null) return { done: true, value: undefined };
      if (!(step instanceof Future)) return { done: false, value: step.value };
      this._waitFor(step).result();
      this._waited(step);
    }
  }

  /** Take no more: calls that have not begun are cancelled. */
  return(): IteratorResult<T, undefined> {
    this._stop();
    return { done: true, value: undefined };
  }

  /** Itself. */
  [Symbol.iterator](): this {
    return this;
  }

  /** Itself. Python: `__aiter__`. */
  aiter(): this {
    return this;
  }

  /** The next result, in a coroutine. Python: `__anext__`. @throws StopAsyncIteration after the last. */
  *anext(): Coroutine<T> {
    for (;;) {
      const step = this._next();
      if (step === null) throw new StopAsyncIteration();
      if (!(step instanceof Future)) return step.value;
      yield* this._waitFor(step);
      this._waited(step);
    }
  }

  /** Take no more, in a coroutine. Python: `aclose`. */

  *aclose(): Coroutine {
    this._stop();
  }

  /** For `for await` in an async function. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this._nextAsync(),
      return: () => Promise.resolve(this.return()),
    };
  }

  private async _nextAsync(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const step = this._next();
      if (step === null) return { done: true, value: undefined };
      if (!(step instanceof Future)) return { done: false, value: step.value };
      await this._waitFor(step);
      this._waited(step);
    }
  }
}

/*
 * The concurrent future.
 *
 *   state                    entered by                                 left by
 *   PENDING                  construction                               cancel, setRunningOrNotifyCancel, setResult ...
 *   RUNNING                  setRunningOrNotifyCancel                   setResult, setException
 *   CANCELLED                cancel                                     setRunningOrNotifyCancel
 *   CANCELLED_AND_NOTIFIED   setRunningOrNotifyCancel                   never
 *   FINISHED                 setResult, setException                    never
 *
 * No loop has a part in it: whoever completes it calls its callbacks, at once. `then` and the iterator are for those who
 * wait without blocking; `result` and `exception` block, where this thread can be served meanwhile.
 */
import type { Suspension } from '../base/awaitable.js';
import {
  ConcurrentCancelledError as CancelledError,
  type ConcurrentFutureLike,
  ConcurrentInvalidStateError as InvalidStateError,
} from '../base/concurrent.js';
import { checkKeywords, checkTimeout, isKeywords } from '../base/arguments.js';
import { RuntimeError, TimeoutError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { wrapFuture } from '../futures/index.js';
import { monotonic } from '../platform/host.js';
import { serveThreads } from './serve.js';

/** How long {@link Future.result} blocks, in seconds: by itself or by name; `null` or nothing for as long as it takes. */
export type ResultTimeout = number | null | undefined | { timeout?: number | null | undefined };

type State = 'PENDING' | 'RUNNING' | 'CANCELLED' | 'CANCELLED_AND_NOTIFIED' | 'FINISHED';

const DESCRIPTIONS: Record<State, string> = {
  PENDING: 'pending',
  RUNNING: 'running',
  CANCELLED: 'cancelled',
  CANCELLED_AND_NOTIFIED: 'cancelled',
  FINISHED: 'finished',
};

/** What {@link Future.addDoneCallback} takes: it is called with the future, when that is done. */
export type DoneCallback<F> = (future: F) => unknown;

/**
 * The result to come of a call that runs elsewhere. {@link Executor.submit} makes them.
 *
 * Wait for it by `yield* future` in a coroutine, by `await future` in an async function, or as in Python by
 * `future.result()`, which blocks the thread.
 *
 * Python: `concurrent.futures.Future`.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const future = pool.submit((x: number, y: number) => x ** y, 2, 10);
 * console.log(await future);
 * console.log(future.done(), future.result());
 * await pool.shutdown();
 * // 1024
 * // true 1024
 * ```
 */
export class Future<T = unknown> implements ConcurrentFutureLike<T>, PromiseLike<T> {
  /** @internal */
  readonly _isConcurrentFuture = true as const;
  /** @internal */
  _served: boolean = false;
  private _state: State = 'PENDING';
  private _result: unknown = undefined;
  private _exception: unknown = null;
  private _callbacks: DoneCallback<never>[] = [];

  /**
   * Cancel the call, if it has not begun. Python: `Future.cancel`.
   *
   * @returns whether it is cancelled; `false` if it runs, or is finished.
   */
  cancel(): boolean {
    if (this._state === 'RUNNING' || this._state === 'FINISHED') return false;
    if (this._state !== 'PENDING') return true;
    this._state = 'CANCELLED';
    this._invokeCallbacks();
    return true;
  }

  /** Whether it was cancelled. Python: `Future.cancelled`. */
  cancelled(): boolean {
    return this._state === 'CANCELLED' || this._state === 'CANCELLED_AND_NOTIFIED';
  }

  /** Whether the call is under way, and cannot be cancelled. Python: `Future.running`. */
  running(): boolean {
    return this._state === 'RUNNING';
  }

  /** Whether it was cancelled or is finished. Python: `Future.done`. */
  done(): boolean {
    return this._state === 'FINISHED' || this.cancelled();
  }

  /**
   * What the call returned. If it is not done, this blocks the thread until it is, at most for `timeout` seconds: Node's
   * callbacks wait. That works for calls in threads; where nothing could complete the future while the thread blocks, it
   * is an error at once.
   *
   * Python: `Future.result`.
   *
   * @throws what the call threw; CancelledError (of `tsyncio/concurrent`); TimeoutError; RuntimeError if blocking cannot end.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor, TimeoutError } from 'tsyncio/concurrent';
   *
   * await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const future = pool.submit((text: string) => text.length, 'four');
   * try {
   *   future.result({ timeout: 0 }); // the thread has not even begun
   * } catch (error) {
   *   console.log(error instanceof TimeoutError);
   * }
   * console.log(future.result());
   * // true
   * // 4
   * ```
   */
  result(timeout?: ResultTimeout): T {
    const error = this.exception(timeout);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever was thrown
    if (error !== null) throw error;
    return this._result as T;
  }

  /**
   * What the call threw, or `null`. Blocks as {@link Future.result} does, `timeout` seconds at most.
   *
   * Python: `Future.exception`.
   *
   * @throws CancelledError (of `tsyncio/concurrent`); TimeoutError; RuntimeError if blocking cannot end.
   */
  exception(timeout?: ResultTimeout): unknown {
    if (!this.done()) this._block(secondsOf(timeout));
    if (this.cancelled()) throw new CancelledError();
    return this._exception;
  }

  private _block(timeout: number | null): void {
    if (timeout !== null && timeout <= 0) throw new TimeoutError();
    if (!this._served) {
      throw new RuntimeError(
        'result(): the future is not done, and nothing could complete it while this thread blocks; wait for it by ' +
          '`yield* future` in a coroutine, or by `await future`',
      );
    }
    const end = timeout === null ? Infinity : monotonic() + timeout;
    while (!this.done()) {
      const left = end - monotonic();
      if (left <= 0) throw new TimeoutError();
      serveThreads(left === Infinity ? null : left);
    }
  }

  /**
   * Have `callback` called with this future when it is done, by whoever completes it; at once, if it is done already. In the
   * order in which they were added; an error of one is logged.
   *
   * Python: `Future.add_done_callback`.
   */
  addDoneCallback(callback: DoneCallback<this>): void {
    if (this.done()) this._invoke(callback);
    else this._callbacks.push(callback);
  }

  /** Nobody wants to know any more. @internal */
  _removeDoneCallback(callback: DoneCallback<this>): void {
    this._callbacks = this._callbacks.filter((other) => other !== callback);
  }

  private _invokeCallbacks(): void {
    const callbacks = this._callbacks;
    this._callbacks = [];
    for (const callback of callbacks) this._invoke(callback);
  }

  private _invoke(callback: DoneCallback<never>): void {
    try {
      callback(this as never);
    } catch (error) {
      logger.error(`exception calling callback for ${this.toString()}`, error);
    }
  }

  /**
   * For executors: the call begins, unless it was cancelled.
   *
   * Python: `Future.set_running_or_notify_cancel`.
   *
   * @returns `false` if it was cancelled.
   * @throws InvalidStateError (of `tsyncio/concurrent`) if it has begun before.
   */
  setRunningOrNotifyCancel(): boolean {
    if (this._state === 'CANCELLED') {
      this._state = 'CANCELLED_AND_NOTIFIED';
      return false;
    }
    if (this._state !== 'PENDING') throw new InvalidStateError('Future in unexpected state');
    this._state = 'RUNNING';
    return true;
  }

  /** For executors: the call returned. Python: `Future.set_result`. @throws InvalidStateError if it is done. */
  setResult(result: T): void {
    this._finish(result, null);
  }

  /** For executors: the call threw. Python: `Future.set_exception`. @throws InvalidStateError if it is done. */
  setException(exception: unknown): void {
    // `throw undefined` is legal here, and must not look like "no exception".
    this._finish(undefined, exception ?? new TypeError('exceptions must derive from BaseException'));
  }

  private _finish(result: unknown, exception: unknown): void {
    if (this.done()) throw new InvalidStateError(`${this._state}: ${this.toString()}`);
    this._result = result;
    this._exception = exception;
    this._state = 'FINISHED';
    this._invokeCallbacks();
  }

  /** Wait for it in a coroutine: `yield* future`. Python: `await asyncio.wrap_future(future)`. */
  [Symbol.iterator](): Iterator<Suspension | undefined, T, unknown> {
    return wrapFuture(this)[Symbol.iterator]();
  }

  /** Wait for it in an async function: `await future`. Not in Python. */
  then<R = T, E = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return new Promise<T>((resolve, reject) => {
      this.addDoneCallback(() => {
        if (this.cancelled()) reject(new CancelledError());
        else if (this._exception === null) resolve(this._result as T);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown
        else reject(this._exception);
      });
    }).then(onFulfilled, onRejected);
  }

  /** Like `repr()` of Python's, without the address. */
  toString(): string {
    let outcome = '';
    if (this._state === 'FINISHED')
      outcome =
        this._exception === null ? ` returned ${kind(this._result)}` : ` raised ${kind(this._exception)}`;
    return `<${this.constructor.name} state=${DESCRIPTIONS[this._state]}${outcome}>`;
  }

  /** Node prints this. @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
// A bundle has two classes of this name, and may call this one by another.
Object.defineProperty(Future, 'name', { value: 'Future' });

function secondsOf(timeout: ResultTimeout): number | null {
  if (isKeywords(timeout)) checkKeywords('result', timeout, ['timeout']);
  const seconds = typeof timeout === 'object' ? timeout?.timeout : timeout;
  return checkTimeout('result', 'timeout', seconds);
}

function kind(value: unknown): string {
  if (value instanceof Error) return value.name;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return (value.constructor as { name?: string } | undefined)?.name ?? 'object';
}

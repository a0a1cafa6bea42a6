/*
 * The future of `tsyncio/concurrent` as the layers below it know it, and its errors. Two of them have namesakes in
 * errors.ts and are other classes, as in Python: a concurrent CancelledError is an ordinary exception.
 */
import { type ErrorOptions, nameAfterClass, RuntimeError, withCause } from './errors.js';
import type { Loop } from './loop.js';

/** What {@link wrapFuture} needs of a concurrent future. */
export interface ConcurrentFutureLike<T> {
  /** @internal */
  readonly _isConcurrentFuture: true;
  /** Whether a thread that blocks can still complete it, by taking in what worker threads have sent. @internal */
  readonly _served: boolean;
  /** Whether it is done. */
  done(): boolean;
  /** Whether it was cancelled. */
  cancelled(): boolean;
  /** The result; throws the error, if there is one. */
  result(timeout?: number | null): T;
  /** The error, or `null`. */
  exception(timeout?: number | null): unknown;
  /** Cancel it; `false` if it runs or is done. */
  cancel(): boolean;
  /** Begin; `false` if it was cancelled. */
  setRunningOrNotifyCancel(): boolean;
  /** Complete it with a result. */
  setResult(result: T): void;
  /** Complete it with an error. */
  setException(exception: unknown): void;
  /** Call `callback` once it is done. */
  addDoneCallback(callback: (future: this) => unknown): void;
}

/** Whether `obj` is a future of `tsyncio/concurrent`. */
export function isConcurrentFuture(obj: unknown): obj is ConcurrentFutureLike<unknown> {
  return (
    typeof obj === 'object' &&
    obj !== null &&
    (obj as Partial<ConcurrentFutureLike<unknown>>)._isConcurrentFuture === true
  );
}

/** A loop waits for a worker, or no longer: a clock that is not real stands still meanwhile. */
export function awaitWork(loop: Loop, change: 1 | -1): void {
  loop._awaitedWork += change;
}

/**
 * The concurrent future was cancelled. Other than asyncio's, it is an ordinary error; who waits in a coroutine, by `yield* future`, gets
 * asyncio's.
 *
 * Python: `concurrent.futures.CancelledError`.
 *
 * @example
 * ```ts
 * import { CancelledError, ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * pool.submit(() => undefined); // keeps the only worker from the next one
 * const future = pool.submit(() => 'never called');
 * future.cancel();
 * try {
 *   await future;
 * } catch (error) {
 *   console.log(error instanceof CancelledError);
 * }
 * await pool.shutdown();
 * // true
 * ```
 */
class ConcurrentCancelledError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
Object.defineProperty(ConcurrentCancelledError, 'name', { value: 'CancelledError' });
nameAfterClass(ConcurrentCancelledError);

/**
 * The concurrent future is in a state in which the call is not allowed.
 *
 * Python: `concurrent.futures.InvalidStateError`.
 *
 * @example
 * ```ts
 * import { Future, InvalidStateError } from 'tsyncio/concurrent';
 *
 * const future = new Future<number>();
 * future.setResult(1);
 * try {
 *   future.setResult(2);
 * } catch (error) {
 *   if (!(error instanceof InvalidStateError)) throw error;
 *   console.log(error.message);
 * }
 * // FINISHED: <Future state=finished returned number>
 * ```
 */
class ConcurrentInvalidStateError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
Object.defineProperty(ConcurrentInvalidStateError, 'name', { value: 'InvalidStateError' });
nameAfterClass(ConcurrentInvalidStateError);

export { ConcurrentCancelledError, ConcurrentInvalidStateError };

/**
 * The executor cannot be used any more, or lost the worker that did the call.
 *
 * Python: `concurrent.futures.BrokenExecutor`.
 *
 * @example
 * ```ts
 * import { BrokenExecutor, ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const error = await pool.submit(() => process.exit(1)).then(null, (reason: unknown) => reason);
 * console.log(error instanceof BrokenExecutor && error.name);
 * await pool.shutdown();
 * // BrokenThreadPool
 * ```
 */
export class BrokenExecutor extends RuntimeError {}

/**
 * A {@link BrokenExecutor} of threads.
 *
 * Python: `concurrent.futures.thread.BrokenThreadPool`.
 *
 * @example
 * ```ts
 * import { BrokenThreadPool, ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * try {
 *   await pool.submit(() => process.exit(1));
 * } catch (error) {
 *   console.log(error instanceof BrokenThreadPool);
 * }
 * console.log(await pool.submit(() => 'another thread does it'));
 * await pool.shutdown();
 * // true
 * // another thread does it
 * ```
 */
export class BrokenThreadPool extends BrokenExecutor {}

/**
 * A {@link BrokenExecutor} of processes.
 *
 * Python: `concurrent.futures.process.BrokenProcessPool`.
 *
 * @example
 * ```ts
 * import { BrokenProcessPool, ProcessPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
 * try {
 *   await pool.submit(() => process.kill(process.pid, 'SIGKILL'));
 * } catch (error) {
 *   console.log(error instanceof BrokenProcessPool);
 * }
 * await pool.shutdown();
 * // true
 * ```
 */
export class BrokenProcessPool extends BrokenExecutor {}

/**
 * Python's `concurrent.futures`: calls in other threads and processes.
 *
 * {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} take functions by `submit` and `map`, and give a {@link Future} for each: wait
 * for it by `yield*`, by `await`, or block by `result()`. A function is sent as its source, so it uses nothing from outside of it, or it is
 * named by {@link workerFunction}; arguments and results are copied, or moved by {@link transfer}. Timeouts are in seconds.
 * `toThread` and `loop.runInExecutor` do the same for code on a loop. See [Threads and processes](../../docs/executors.md).
 *
 * The errors CancelledError and InvalidStateError have namesakes in `tsyncio`, and are other classes, as in Python.
 *
 * @example The first that is done
 * ```ts
 * import { FIRST_COMPLETED, ThreadPoolExecutor, wait } from 'tsyncio/concurrent';
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const futures = ['first', 'second'].map((text) => pool.submit((s: string) => s.toUpperCase(), text));
 * const { done } = await wait(futures, { returnWhen: FIRST_COMPLETED });
 * console.log([...done][0]!.result());
 * // FIRST
 * ```
 *
 * @packageDocumentation
 */
/* Public names of `tsyncio/concurrent`. */
export {
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  ConcurrentCancelledError as CancelledError,
  ConcurrentInvalidStateError as InvalidStateError,
} from '../base/concurrent.js';
export { TimeoutError } from '../base/errors.js';
export { asCompleted, type AsCompletedOptions } from './as-completed.js';
export { Executor, type Iterables, type MapOptions, type ShutdownOptions } from './executor.js';
export { type Submittable, WorkerFunction, workerFunction } from './functions.js';
export { type DoneCallback, Future, type ResultTimeout } from './future.js';
export { PoolExecutor, type PoolOptions } from './pool.js';
export { ProcessPoolExecutor } from './process-pool.js';
export { Results } from './results.js';
export { transfer } from './sendable.js';
export { ThreadPoolExecutor, type ThreadPoolOptions } from './thread-pool.js';
export {
  ALL_COMPLETED,
  type DoneAndNotDoneFutures,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  wait,
  type WaitOptions,
} from './wait.js';

/**
 * Python's `concurrent.futures`: calls in other threads and processes.
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
export { type DoneCallback, Future } from './future.js';
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

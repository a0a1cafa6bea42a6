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

/** The concurrent future was cancelled. Other than asyncio's, an ordinary error. Python: `concurrent.futures.CancelledError`. */
class ConcurrentCancelledError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
Object.defineProperty(ConcurrentCancelledError, 'name', { value: 'CancelledError' });
nameAfterClass(ConcurrentCancelledError);

/** The concurrent future is in a state in which the call is not allowed. Python: `concurrent.futures.InvalidStateError`. */
class ConcurrentInvalidStateError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, withCause(options));
  }
}
Object.defineProperty(ConcurrentInvalidStateError, 'name', { value: 'InvalidStateError' });
nameAfterClass(ConcurrentInvalidStateError);

export { ConcurrentCancelledError, ConcurrentInvalidStateError };

/** The executor cannot be used any more, or lost the worker that did the call. Python: `concurrent.futures.BrokenExecutor`. */
export class BrokenExecutor extends RuntimeError {}

/** A {@link BrokenExecutor} of threads. Python: `concurrent.futures.thread.BrokenThreadPool`. */
export class BrokenThreadPool extends BrokenExecutor {}

/** A {@link BrokenExecutor} of processes. Python: `concurrent.futures.process.BrokenProcessPool`. */
export class BrokenProcessPool extends BrokenExecutor {}

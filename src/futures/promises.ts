/*
 * Promises come in here. (They go out by Future.then.)
 */
import { isPromiseLike } from '../base/awaitable.js';
import { type ConcurrentFutureLike, isConcurrentFuture } from '../base/concurrent.js';
import { CancelledError, RuntimeError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireLoop } from '../base/running.js';
import { reprValue } from '../base/repr.js';
import { chainToAsyncio } from './chain.js';
import { CANCELLED, Future, isfuture, PENDING, RESULT } from './future.js';

/**
 * A future for a promise: done when the promise is settled, with its value or what it was rejected with.
 *
 * A promise cannot be cancelled. Cancelling the future, or the task that waits for it, ends the wait at once, and what
 * the promise does later is ignored; but a rejection that comes after that is reported to the loop's exception
 * handler, unless it is the AbortError that cancelling an operation leads to. A rejection with a CancelledError cancels
 * the future. A Future is returned as it is.
 *
 * A future of `tsyncio/concurrent` can be cancelled: cancelling the returned one cancels it too, as long as its call has not begun.
 *
 * Python: `asyncio.wrap_future`, for futures of `concurrent.futures`.
 *
 * @throws RuntimeError in a loop that blocks, where no promise could ever be settled.
 *
 * @param promise - what to wait for
 * @param options - `loop`: the loop that the future belongs to, by default the running one
 *
 * @example
 * ```ts
 * import { run, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(yield* wrapFuture(Promise.resolve('from a promise')));
 * }
 *
 * await run(main());
 * // from a promise
 * ```
 */
export function wrapFuture<T>(
  promise: PromiseLike<T>,
  options: { loop?: Loop | null | undefined } = {},
): Future<Awaited<T>> {
  if (isfuture(promise)) return promise as unknown as Future<Awaited<T>>;
  if (!isPromiseLike(promise)) {
    throw new TypeError(`wrapFuture(): a promise or future was expected, got ${reprValue(promise)}`);
  }
  const loop = options.loop ?? requireLoop();
  return isConcurrentFuture(promise)
    ? followConcurrent(promise as unknown as ConcurrentFutureLike<T>, loop)
    : follow(promise, loop, reportLateRejection);
}

/** A worker's future: one that a blocking loop serves can be waited for there, too. */
function followConcurrent<T>(promise: ConcurrentFutureLike<T>, loop: Loop): Future<Awaited<T>> {
  if (!promise._served && !promise.done()) refuseBlocking(loop);
  const future = new Future<Awaited<T>>({ loop });
  chainToAsyncio(promise, future);
  return future;
}

/** What is done about a rejection that comes after the wait was cancelled. */
export type LateRejection = (loop: Loop, future: Future, reason: unknown) => void;

/** The future of {@link wrapFuture}, for those who have something else to do about a late rejection. */
export function follow<T>(promise: PromiseLike<T>, loop: Loop, late: LateRejection): Future<Awaited<T>> {
  refuseBlocking(loop);
  const future = new Future<Awaited<T>>({ loop });
  promise.then(
    (value) => {
      if (future._status === PENDING && !loop.isClosed()) future._complete(RESULT, value);
    },
    (reason: unknown) => {
      if (future._status === PENDING && !loop.isClosed()) {
        if (reason instanceof CancelledError) future._die(reason);
        else future._fail(reason);
      } else if (future._status === CANCELLED) late(loop, future, reason);
    },
  );
  return future;
}

/** Report it, unless cancelling the operation itself led to it. */
export function reportLateRejection(loop: Loop, future: Future, reason: unknown): void {
  if (reason instanceof CancelledError || (reason instanceof Error && reason.name === 'AbortError')) return;
  loop.callExceptionHandler({
    message: 'A promise was rejected after the wait for it had been cancelled',
    exception: reason,
    future,
  });
}

/** @throws RuntimeError in a loop that blocks, where no promise could ever be settled. */
export function refuseBlocking(loop: Loop): void {
  if (loop._blocking) {
    throw new RuntimeError(
      'a promise cannot be waited for while the loop blocks (runSync, runUntilCompleteSync, runForeverSync): nothing ' +
        'could settle it; use run(), runUntilComplete() or runForever()',
    );
  }
}

/*
 * Promises come in here. (They go out by Future.then.)
 */
import { isPromiseLike } from '../base/awaitable.js';
import { isConcurrentFuture } from '../base/concurrent.js';
import { CancelledError } from '../base/errors.js';
import { RuntimeError } from '../base/errors.js';
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
  const concurrent = isConcurrentFuture(promise);
  if (loop._blocking && !(concurrent && (promise._served || promise.done()))) {
    throw new RuntimeError(
      'a promise cannot be waited for while the loop blocks (runSync, runUntilCompleteSync, runForeverSync): nothing ' +
        'could settle it; use run(), runUntilComplete() or runForever()',
    );
  }
  const future = new Future<Awaited<T>>({ loop });
  if (concurrent) {
    chainToAsyncio(promise, future);
    return future;
  }
  promise.then(
    (value) => {
      if (future._status === PENDING && !loop.isClosed()) future._complete(RESULT, value);
    },
    (reason: unknown) => {
      if (future._status === PENDING && !loop.isClosed()) {
        if (reason instanceof CancelledError) future._die(reason);
        else future._fail(reason);
      } else if (future._status === CANCELLED) reportLateRejection(loop, future, reason);
    },
  );
  return future;
}

function reportLateRejection(loop: Loop, future: Future, reason: unknown): void {
  if (reason instanceof CancelledError || (reason instanceof Error && reason.name === 'AbortError')) return;
  loop.callExceptionHandler({
    message: 'A promise was rejected after the wait for it had been cancelled',
    exception: reason,
    future,
  });
}

import type { Coroutine } from '../base/awaitable.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import type { Future } from '../futures/index.js';
import { refuseBlocking, wrapFuture } from '../futures/promises.js';

/** What {@link abortable} takes by name, beside the operation. */
export interface AbortableOptions<T> {
  /**
   * Whether the end of a cancelled operation is waited for before the cancellation goes on: a transaction, say, that is to
   * be rolled back by then. A second cancellation ends this wait. By default (`false`) the task goes on at once.
   */
  untilSettled?: boolean;
  /**
   * What to do with a result that nobody takes, as the wait was cancelled before: give a connection back to its pool,
   * close a file. If left out, it is dropped.
   */
  discard?: (result: T) => unknown;
}

/**
 * Wait for an operation that speaks promises and takes an AbortSignal: `yield* abortable((signal) => fetch(url, { signal }))`.
 * When the task is cancelled meanwhile, the signal is aborted, with the CancelledError as its reason.
 *
 * The signal lives as long as the operation, so that listeners which the operation leaves on it do no harm. It is
 * aborted, too, when the operation fails: whatever else it has begun with the signal ends then. What the promise does after a
 * cancellation is treated as by {@link wrapFuture}: a rejection is reported to the loop's exception handler unless it
 * is what aborting leads to.
 *
 * It is called so because that is what the operation must be; without a signal to give, {@link wrapFuture} is enough.
 *
 * Not in Python.
 *
 * @param operation - is called at once, with the signal
 * @param options - see {@link AbortableOptions}
 * @throws what the operation rejects with, or throws; RuntimeError in a loop that blocks.
 *
 * @example
 * ```ts
 * import { setTimeout as pause } from 'node:timers/promises';
 * import { abortable, run, TimeoutError, waitFor, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(yield* abortable((signal) => pause(1, 'in time', { signal })));
 *   try {
 *     yield* waitFor(
 *       abortable((signal) => pause(60_000, 'too late', { signal })),
 *       0.01,
 *     );
 *   } catch (e) {
 *     console.log(e instanceof TimeoutError);
 *   }
 * }
 *
 * await run(main());
 * // in time
 * // true
 * ```
 */
export function* abortable<T>(
  operation: (signal: AbortSignal) => PromiseLike<T>,
  options: AbortableOptions<Awaited<T>> = {},
): Coroutine<Awaited<T>> {
  const loop = requireRunningLoop();
  refuseBlocking(loop);
  const controller = new AbortController();
  const promise = operation(controller.signal);
  const future = wrapFuture(promise, { loop });
  let taken = false;
  try {
    const result = yield* future;
    taken = true;
    return result;
  } catch (error) {
    controller.abort(error);
    taken = hasFailed(future);
    if (!taken && options.untilSettled === true) yield* wrapFuture(promise.then(nothing, nothing), { loop });
    throw error;
  } finally {
    if (!taken) {
      controller.abort();
      if (options.discard !== undefined) discardLater(loop, promise, options.discard);
    }
  }
}

function hasFailed(future: Future<unknown>): boolean {
  return future.done() && !future.cancelled() && future.exception() !== null;
}

/** A rejection is not looked at here: the future that was waited for reports it. */
function discardLater<T>(
  loop: Loop,
  promise: PromiseLike<T>,
  discard: (result: Awaited<T>) => unknown,
): void {
  promise
    .then((result) => discard(result as Awaited<T>), nothing)
    .then(nothing, (exception: unknown) => {
      loop.callExceptionHandler({ message: 'A result that nobody took could not be discarded', exception });
    });
}

function nothing(): void {
  // Only that it is settled is of interest.
}

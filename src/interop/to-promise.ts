import { type AwaitableLike, type AwaitedResult, iscoroutine } from '../base/awaitable.js';
import { CancelledError } from '../base/errors.js';
import type { Loop, TaskOptions } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { type Future, isfuture } from '../futures/index.js';
import { ensureFuture } from '../tasks/index.js';

/** What {@link toPromise} takes by name, beside the awaitable. */
export interface ToPromiseOptions extends TaskOptions {
  /** Cancels the task when it is aborted. If left out, nobody does. */
  signal?: AbortSignal | null | undefined;
  /** Where it is to run; by default the running loop. */
  loop?: Loop | null | undefined;
}

/**
 * A promise for a coroutine, which becomes a task of the running loop: for functions that want promises, or callbacks
 * that return some. Without a loop under way, use {@link run}.
 *
 * When `signal` is aborted, the task is cancelled, and once it has ended so, the promise is rejected with the signal's reason,
 * as the promise of `fetch` is. A task that ends otherwise, in spite of that, ends the promise as it did. The signal is
 * listened to only until then. A future or task is taken, too, and the signal cancels it.
 *
 * Not in Python.
 *
 * @param awaitable - a coroutine, or whatever can be awaited
 * @param options - `signal` cancels; `loop`, and the task's `name` and `context`
 * @returns a promise of the result.
 * @throws (as a rejection) what the coroutine throws; the signal's reason, and if it was aborted already, the coroutine is
 * closed and nothing of it runs; RuntimeError if no loop is running.
 *
 * @example
 * ```ts
 * import { run, sleep, toPromise, wrapFuture, type Coroutine } from 'tsyncio';
 *
 * function* double(n: number): Coroutine<number> {
 *   yield* sleep(0.01);
 *   return 2 * n;
 * }
 *
 * function* main(): Coroutine {
 *   const all = Promise.all([1, 2, 3].map((n) => toPromise(double(n))));
 *   console.log(yield* wrapFuture(all));
 *
 *   const late = toPromise(sleep(60), { signal: AbortSignal.timeout(10) });
 *   console.log(yield* wrapFuture(late.catch((error: Error) => error.name)));
 * }
 *
 * await run(main());
 * // [ 2, 4, 6 ]
 * // TimeoutError
 * ```
 */
export async function toPromise<A extends AwaitableLike<unknown>>(
  awaitable: A,
  options: ToPromiseOptions = {},
): Promise<AwaitedResult<A>> {
  const future = start(awaitable, options);
  const signal = options.signal ?? null;
  if (signal === null) return (await future) as AwaitedResult<A>;
  const aborted = { cancelled: false };
  const cancel = (): void => {
    aborted.cancelled = future.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return (await future) as AwaitedResult<A>;
  } catch (error) {
    throw aborted.cancelled && error instanceof CancelledError ? (signal.reason as unknown) : error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function start(awaitable: AwaitableLike<unknown>, options: ToPromiseOptions): Future<unknown> {
  const { signal, loop: given, ...taskOptions } = options;
  try {
    signal?.throwIfAborted();
    const loop = given ?? requireRunningLoop();
    if (!iscoroutine(awaitable)) return ensureFuture(awaitable, { loop });
    return loop.createTask(awaitable, taskOptions) as Future<unknown>;
  } catch (error) {
    // Nobody will ever run it.
    if (iscoroutine(awaitable)) awaitable.return(undefined);
    else if (isfuture(awaitable) && signal?.aborted === true) awaitable.cancel();
    throw error;
  }
}

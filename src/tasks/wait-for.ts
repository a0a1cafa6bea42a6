import { checkKeywords, checkTimeout, isKeywords } from '../base/arguments.js';
import type { Awaitable, AwaitableLike, AwaitedResult, Coroutine } from '../base/awaitable.js';
import { CancelledError, TimeoutError } from '../base/errors.js';
import { requireRunningLoop } from '../base/running.js';
import { onBehalfOf } from '../futures/awaited-by.js';
import type { Future } from '../futures/future.js';
import { ensureFuture, toAwaitable } from './create.js';
import { asyncWith } from './async-with.js';
import { currentTask } from './registry.js';
import { timeout as makeTimeout } from './timeouts.js';

/**
 * Wait for an awaitable, but at most `timeout` seconds; then it is cancelled, and when it has ended, a TimeoutError is
 * thrown. To let it go on, {@link shield} it.
 *
 * A coroutine is awaited in the present task: no new task is made. What gives a result in spite of the cancellation
 * keeps it: the result is returned. With a timeout of 0 or less, what is not done already does not start.
 *
 * Python: `asyncio.wait_for`.
 *
 * @param aw - what to wait for
 * @param timeout - seconds, or `{ timeout: seconds }`; `null` for ever
 * @throws TimeoutError
 *
 * @example
 * ```ts
 * import { run, sleep, TimeoutError, waitFor, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(yield* waitFor(sleep(0.01, 'in time'), 1));
 *   try {
 *     yield* waitFor(sleep(10), { timeout: 0.01 });
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
export function waitFor<A extends AwaitableLike<unknown>>(
  aw: A,
  timeout: number | null | { timeout: number | null },
): Coroutine<AwaitedResult<A>> {
  let seconds: unknown = timeout;
  if (isKeywords(timeout)) {
    checkKeywords('waitFor', timeout, ['timeout']);
    seconds = timeout.timeout;
  }
  return doWaitFor(aw, checkTimeout('waitFor', 'timeout', seconds)) as Coroutine<AwaitedResult<A>>;
}

function* doWaitFor(aw: AwaitableLike<unknown>, timeout: number | null): Coroutine<unknown> {
  if (timeout !== null && timeout <= 0) return yield* onlyIfDone(aw);
  const awaitable = toAwaitable(aw);
  if (timeout === null) return yield* awaitable;
  return yield* asyncWith(makeTimeout(timeout), () => awaitBody(awaitable));
}

function* awaitBody(awaitable: Awaitable<unknown>): Coroutine<unknown> {
  return yield* awaitable;
}

/** No time at all: a result that is there, or else a cancellation. */
function* onlyIfDone(aw: AwaitableLike<unknown>): Coroutine<unknown> {
  const future = ensureFuture(aw);
  if (future.done()) return future.result();
  yield* cancelAndWait(future);
  try {
    return future.result();
  } catch (error) {
    if (error instanceof CancelledError) throw new TimeoutError('', { cause: error });
    throw error;
  }
}

/** Cancel `future`, and wait until it is done, however that ends. */
function* cancelAndWait(future: Future): Coroutine {
  const loop = requireRunningLoop();
  const waiter = loop.createFuture<void>();
  const task = currentTask(loop);
  const release = (): void => {
    if (!waiter.done()) waiter.setResult();
  };
  future.addDoneCallback(onBehalfOf(release, () => task));
  try {
    future.cancel();
    yield* waiter;
  } finally {
    future.removeDoneCallback(release);
  }
}

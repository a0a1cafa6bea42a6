import type { AwaitableLike, AwaitedResult } from '../base/awaitable.js';
import { Future, PENDING, RESULT } from '../futures/future.js';
import { onBehalfOf } from '../futures/awaited-by.js';
import { ensureFuture } from './create.js';

/**
 * Protect an awaitable from cancellation of whoever waits for it: `yield* shield(x)` is as `yield* x`, but a cancel ends
 * the wait alone, and `x` goes on. If `x` itself is cancelled, so is the wait.
 *
 * Keep a reference to a task that must not be lost: `const task = createTask(x()); yield* shield(task)`. An error of `x`
 * that comes after the wait was cancelled is reported like that of any task that nobody waits for.
 *
 * Python: `asyncio.shield`.
 *
 * @returns `arg` itself if it is a future that is done, else a future for its result.
 *
 * @example
 * ```ts
 * import { createTask, run, shield, sleep, type Coroutine } from 'tsyncio';
 * import { VirtualEventLoop } from 'tsyncio/testing';
 *
 * function* main(): Coroutine {
 *   const work = createTask(sleep(0.02, 'finished'));
 *   const waiter = createTask(
 *     (function* () {
 *       return yield* shield(work);
 *     })(),
 *   );
 *   yield* sleep(0.01);
 *   waiter.cancel();
 *   console.log(yield* work, waiter.cancelled());
 * }
 *
 * await run(main(), { loopFactory: () => new VirtualEventLoop() });
 * // finished true
 * ```
 */
export function shield<A extends AwaitableLike<unknown>>(arg: A): Future<AwaitedResult<A>> {
  const inner = ensureFuture(arg);
  if (inner.done()) return inner;
  const outer = new Future<AwaitedResult<A>>({ loop: inner.getLoop() });
  const onInnerDone = (): void => {
    if (outer.cancelled()) return;
    if (inner.cancelled()) {
      outer.cancel();
      return;
    }
    const error = inner.exception();
    if (error !== null) outer._fail(error);
    else outer._complete(RESULT, inner.result());
  };
  const onOuterDone = (): void => {
    if (inner._status === PENDING) inner.removeDoneCallback(onInnerDone);
  };
  inner.addDoneCallback(onBehalfOf(onInnerDone, () => outer));
  outer.addDoneCallback(onOuterDone);
  return outer;
}

/*
 * Between threads and the loop: toThread, runCoroutineThreadsafe.
 */
import { type Coroutine, iscoroutine } from '../base/awaitable.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { Future as ConcurrentFuture } from '../concurrent/index.js';
import { FunctionInContext, type Submittable } from '../concurrent/functions.js';
import { copyContext } from '../contextvars/index.js';
import type { Future } from '../futures/index.js';
import { chainToConcurrent } from '../futures/chain.js';
import { ensureFuture } from '../tasks/index.js';

/** What toThread needs of a loop. */
interface ExecutorLoop extends Loop {
  runInExecutor<A extends readonly unknown[], R>(
    executor: null,
    func: Submittable<A, R>,
    ...args: A
  ): Future<Awaited<R>>;
}

/**
 * Call `func(...args)` in a thread of the loop's default executor, and wait for its result. Meanwhile the loop goes on.
 *
 * The function goes to the thread as its source, and can use nothing from outside of it; for one that does, see
 * `workerFunction` in `tsyncio/concurrent`. Arguments and result are copied. Context variables follow, by their names, as far
 * as their values can be copied; what the thread sets in them stays there.
 *
 * Python: `asyncio.to_thread`.
 *
 * @throws what the function throws; TypeError for what cannot be sent to a thread.
 *
 * @example
 * ```ts
 * import { gather, run, sleep, toThread, type Coroutine } from 'tsyncio';
 *
 * function countPrimes(limit: number): number {
 *   let count = 0;
 *   for (let n = 2; n < limit; n++) {
 *     let d = 2;
 *     while (d * d <= n && n % d !== 0) d++;
 *     if (d * d > n) count++;
 *   }
 *   return count;
 * }
 *
 * function* main(): Coroutine {
 *   const [primes] = yield* gather(toThread(countPrimes, 10_000), sleep(0.01));
 *   console.log(primes);
 * }
 *
 * await run(main());
 * // 1229
 * ```
 */
export function* toThread<A extends readonly unknown[], R>(
  func: Submittable<A, R>,
  ...args: A
): Coroutine<Awaited<R>> {
  const loop = requireRunningLoop() as ExecutorLoop;
  const inContext = new FunctionInContext(func, copyContext());
  return yield* loop.runInExecutor(null, inContext as unknown as Submittable<A, R>, ...args);
}

/**
 * Run a coroutine on `loop` from outside of it: from a callback of Node's, or between two loops. From a worker thread, see
 * `loop.remote()`.
 *
 * Python: `asyncio.run_coroutine_threadsafe`.
 *
 * @returns a concurrent future of its result; cancelling that cancels the task.
 * @throws TypeError if `coro` is no coroutine.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, runCoroutineThreadsafe, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const timer = new Promise<string>((resolve) => {
 *     setTimeout(() => resolve(runCoroutineThreadsafe(sleep(0.01, 'slept'), loop)), 1);
 *   });
 *   console.log(yield* loop.createTask(timer));
 * }
 *
 * await run(main());
 * // slept
 * ```
 */
export function runCoroutineThreadsafe<T>(coro: Coroutine<T>, loop: Loop): ConcurrentFuture<T> {
  if (!iscoroutine(coro)) throw new TypeError('A coroutine object is required');
  const future = new ConcurrentFuture<T>();
  const start = (): void => {
    try {
      chainToConcurrent(ensureFuture(coro, { loop }), future);
    } catch (error) {
      if (future.setRunningOrNotifyCancel()) future.setException(error);
      throw error;
    }
  };
  loop.callSoon(start);
  return future;
}

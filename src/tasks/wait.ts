import { checkKeywords, checkTimeout } from '../base/arguments.js';
import { iscoroutine, isPromiseLike, type AwaitedResult, type Coroutine } from '../base/awaitable.js';
import { ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { requireRunningLoop } from '../base/running.js';
import { onBehalfOf } from '../futures/awaited-by.js';
import { type Future, isfuture } from '../futures/future.js';
import { wrapFuture } from '../futures/promises.js';
import { currentTask } from './registry.js';

/**
 * {@link wait} returns when the first is done, or cancelled.
 *
 * Python: `asyncio.FIRST_COMPLETED`.
 *
 * @example
 * ```ts
 * import { createTask, FIRST_COMPLETED, run, sleep, wait, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const tasks = [createTask(sleep(0.01)), createTask(sleep(3600))];
 *   const [done, pending] = yield* wait(tasks, { returnWhen: FIRST_COMPLETED });
 *   console.log(done.size, pending.size);
 * }
 *
 * await run(main());
 * // 1 1
 * ```
 */
export const FIRST_COMPLETED = 'FIRST_COMPLETED' as const;
/**
 * {@link wait} returns when the first has failed; if none does, when all are done. A cancellation is no failure.
 *
 * Python: `asyncio.FIRST_EXCEPTION`.
 *
 * @example
 * ```ts
 * import { createTask, FIRST_EXCEPTION, run, sleep, wait, type Coroutine } from 'tsyncio';
 *
 * function* fail(): Coroutine {
 *   yield* sleep(0.01);
 *   throw new Error('no');
 * }
 *
 * function* main(): Coroutine {
 *   const tasks = [createTask(sleep(0)), createTask(fail()), createTask(sleep(3600))];
 *   const [done, pending] = yield* wait(tasks, { returnWhen: FIRST_EXCEPTION });
 *   console.log(done.size, pending.size);
 * }
 *
 * await run(main());
 * // 2 1
 * ```
 */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION' as const;
/**
 * {@link wait} returns when all are done: the default.
 *
 * Python: `asyncio.ALL_COMPLETED`.
 *
 * @example
 * ```ts
 * import { ALL_COMPLETED, createTask, run, sleep, wait, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const tasks = [createTask(sleep(0.01)), createTask(sleep(0.02))];
 *   const [done, pending] = yield* wait(tasks, { returnWhen: ALL_COMPLETED, timeout: 10 });
 *   console.log(done.size, pending.size);
 * }
 *
 * await run(main());
 * // 2 0
 * ```
 */
export const ALL_COMPLETED = 'ALL_COMPLETED' as const;

/** When {@link wait} is to return. Python: its `return_when`. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** What {@link wait} takes by name. */
export interface WaitOptions {
  /**
   * At most so long, in seconds; `null`, the default, for ever. When it is over, {@link wait} returns what there is. Python:
   * `timeout`.
   */
  timeout?: number | null | undefined;
  /** By default {@link ALL_COMPLETED}. Python: `return_when`. */
  returnWhen?: ReturnWhen;
}

/** The future that `wait` knows an argument as: a promise is wrapped, a Future or Task is itself. */
type Waited<A> = A extends Future<infer _> ? A : Future<AwaitedResult<A>>;

/**
 * Wait for futures and tasks, without taking their results: errors stay in them, a timeout is no error, and nothing is
 * cancelled.
 *
 * Python: `asyncio.wait`.
 *
 * @param fs - futures, tasks or promises; coroutines are refused: make tasks of them, to find them again in the result
 * @returns two sets: those that are done, and those that are not
 * @throws TypeError for a coroutine or for a single future; ValueError for none, or for an unknown `returnWhen`.
 *
 * @example
 * ```ts
 * import { createTask, FIRST_COMPLETED, run, sleep, wait, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const quick = createTask(sleep(0.01, 'quick'));
 *   const slow = createTask(sleep(5, 'slow'));
 *   const [done, pending] = yield* wait([quick, slow], { returnWhen: FIRST_COMPLETED });
 *   console.log(done.has(quick), pending.has(slow));
 * }
 *
 * await run(main());
 * // true true
 * ```
 */
export function wait<A extends Future<never> | PromiseLike<unknown>>(
  fs: Iterable<A>,
  options: WaitOptions = {},
): Coroutine<[done: Set<Waited<A>>, pending: Set<Waited<A>>]> {
  checkKeywords('wait', options, ['timeout', 'returnWhen']);
  return doWait(
    fs,
    checkTimeout('wait', 'timeout', options.timeout),
    options.returnWhen ?? ALL_COMPLETED,
  ) as Coroutine<[Set<Waited<A>>, Set<Waited<A>>]>;
}
// A bundle has two functions of this name, and may call this one by another.
Object.defineProperty(wait, 'name', { value: 'wait' });

function* doWait(
  fs: Iterable<unknown>,
  timeout: number | null,
  returnWhen: ReturnWhen,
): Coroutine<[Set<Future>, Set<Future>]> {
  if (isfuture(fs) || iscoroutine(fs)) {
    throw new TypeError(`expect a list of futures, not ${(fs as object).constructor.name}`);
  }
  const given = new Set(fs);
  if (given.size === 0) throw new ValueError('Set of Tasks/Futures is empty.');
  if (!isReturnWhen(returnWhen)) throw new ValueError(`Invalid return_when value: ${returnWhen as string}`);
  return yield* waitFutures(new Set([...given].map(toFuture)), timeout, returnWhen);
}

function isReturnWhen(value: unknown): boolean {
  return value === FIRST_COMPLETED || value === FIRST_EXCEPTION || value === ALL_COMPLETED;
}

function toFuture(awaitable: unknown): Future {
  if (isfuture(awaitable)) return awaitable;
  if (iscoroutine(awaitable)) {
    throw new TypeError('Passing coroutines is forbidden, use tasks explicitly.');
  }
  if (isPromiseLike(awaitable)) return wrapFuture(awaitable);
  throw new TypeError(`wait(): futures, tasks or promises were expected, got ${reprValue(awaitable)}`);
}

/** The wait itself, also for those who have futures at hand. It always suspends, even when all are done. */
export function* waitFutures(
  futures: Set<Future>,
  timeout: number | null,
  returnWhen: ReturnWhen,
): Coroutine<[Set<Future>, Set<Future>]> {
  const loop = requireRunningLoop();
  const waiter = loop.createFuture<void>();
  const release = (): void => {
    if (!waiter.done()) waiter.setResult();
  };
  const timer = timeout === null ? null : loop.callLater(timeout, release);
  let left = futures.size;
  const onDone = (future: Future): void => {
    left--;
    if (
      left === 0 ||
      returnWhen === FIRST_COMPLETED ||
      (returnWhen === FIRST_EXCEPTION && hasFailed(future))
    ) {
      timer?.cancel();
      release();
    }
  };
  const task = currentTask(loop);
  onBehalfOf(onDone, () => task);
  for (const future of futures) future.addDoneCallback(onDone);
  try {
    yield* waiter;
  } finally {
    timer?.cancel();
    for (const future of futures) future.removeDoneCallback(onDone);
  }
  const done = new Set<Future>();
  const pending = new Set<Future>();
  for (const future of futures) (future.done() ? done : pending).add(future);
  return [done, pending];
}

/** Asking marks the error as seen, as in CPython. */
function hasFailed(future: Future): boolean {
  return !future.cancelled() && future.exception() !== null;
}

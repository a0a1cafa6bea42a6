/*
 * From whatever can be awaited to a Task or Future.
 */
import {
  type Awaitable,
  type AwaitableLike,
  type AwaitedResult,
  type Coroutine,
  isAwaitable,
  iscoroutine,
  isPromiseLike,
} from '../base/awaitable.js';
import { ValueError } from '../base/errors.js';
import type { Loop, TaskOptions } from '../base/loop.js';
import { requireLoop, requireRunningLoop } from '../base/running.js';
import type { Future } from '../futures/future.js';
import { isfuture } from '../futures/future.js';
import { wrapFuture } from '../futures/promises.js';
import type { Task } from './task.js';

/**
 * Make a task of a coroutine: it runs, beside its creator, from the next round of the loop on.
 *
 * The loop holds the task until it is done. A promise is taken too: the task waits for it.
 *
 * Python: `asyncio.create_task`.
 *
 * @param coro - what to run
 * @param options - the task's `name` and `context`; `eagerStart` runs the first step at once
 * @throws RuntimeError if no loop is running. TypeError if `coro` is no coroutine.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* tick(n: number): Coroutine<number> {
 *   yield* sleep(0.01 * n);
 *   return n;
 * }
 *
 * function* main(): Coroutine {
 *   const two = createTask(tick(2));
 *   const one = createTask(tick(1));
 *   console.log(yield* one, yield* two);
 * }
 *
 * await run(main());
 * // 1 2
 * ```
 */
export function createTask<T>(coro: Coroutine<T>, options?: TaskOptions): Task<T>;
export function createTask<T>(promise: PromiseLike<T>, options?: TaskOptions): Task<Awaited<T>>;
export function createTask<T>(coro: Coroutine<T> | PromiseLike<T>, options?: TaskOptions): Task<T> {
  return requireRunningLoop().createTask(coro, options) as unknown as Task<T>;
}

/** Wait for `awaitable`, in a coroutine of its own. */
export function* awaitIt<T>(awaitable: Awaitable<T>): Coroutine<T> {
  return yield* awaitable;
}

/**
 * A Future for whatever can be awaited: a Future or Task as it is, a task for a coroutine or an awaitable object, a
 * wrapped promise. Where a coroutine is at hand, {@link createTask} says the same more clearly.
 *
 * Python: `asyncio.ensure_future`.
 *
 * @param awaitable - what to wait for
 * @param options - `loop`: where it is to run; by default the one that {@link getEventLoop} gives
 * @throws TypeError if it cannot be awaited; ValueError if it is a future of another loop; RuntimeError if there is no loop.
 *
 * @example
 * ```ts
 * import { ensureFuture, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const task = ensureFuture(sleep(0.01, 'from a coroutine'));
 *   console.log(ensureFuture(task) === task);
 *   console.log(yield* task, 'and', yield* ensureFuture(Promise.resolve('from a promise')));
 * }
 *
 * await run(main());
 * // true
 * // from a coroutine and from a promise
 * ```
 */
export function ensureFuture<A extends AwaitableLike<unknown>>(
  awaitable: A,
  options: { loop?: Loop | null | undefined } = {},
): Future<AwaitedResult<A>> {
  type R = AwaitedResult<A>;
  const loop = options.loop ?? null;
  if (isfuture(awaitable)) {
    if (loop !== null && loop !== awaitable.getLoop()) {
      throw new ValueError(
        'The future belongs to a different loop than the one specified as the loop argument',
      );
    }
    return awaitable as Future<R>;
  }
  if (iscoroutine(awaitable)) return taskOf(awaitable as Coroutine<R>, loop);
  if (isAwaitable(awaitable)) return taskOf(awaitIt(awaitable as Awaitable<R>), loop);
  if (isPromiseLike(awaitable)) return wrapFuture(awaitable, { loop: loop ?? requireLoop() }) as Future<R>;
  throw new TypeError('An asyncio.Future, a coroutine or an awaitable is required');
}

function taskOf<T>(coro: Coroutine<T>, loop: Loop | null): Future<T> {
  return (loop ?? requireLoop()).createTask(coro) as Future<T>;
}

/** Something to `yield*` for whatever can be awaited; a promise is wrapped. TypeError for anything else. */
export function toAwaitable<T>(awaitable: AwaitableLike<T>): Awaitable<T> {
  if (isAwaitable(awaitable)) return awaitable;
  if (isPromiseLike(awaitable)) return wrapFuture(awaitable);
  throw new TypeError('An asyncio.Future, a coroutine or an awaitable is required');
}

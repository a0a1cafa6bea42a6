/*
 * Who waits for a future: the edges of the call graph.
 *
 * They cost nothing while nobody asks: who listens to a future is known, and each of our listeners can tell on whose
 * behalf it does. A task that waits is a listener itself; gather's tell the gathering future; the callbacks of TaskGroup,
 * wait, shield and asCompleted are marked, one mark for all futures of a call. Only edges that a user draws are kept.
 */
import type { TaskNode } from '../base/loop.js';
import { Future } from './future.js';

/** A listener that knows for whom it listens. */
interface Marked {
  _awaiter?: () => unknown;
}

const drawn = new WeakMap<Future, Set<Future>>();

/** Mark a done callback: whatever it is added to is awaited by what `awaiter` gives, while it is there. */
export function onBehalfOf<C extends (...args: never[]) => unknown>(callback: C, awaiter: () => unknown): C {
  (callback as Marked)._awaiter = awaiter;
  return callback;
}

/**
 * Note that `waiter` waits for `future`, for {@link captureCallGraph}. For code that waits by callbacks of its own: what
 * coroutines wait for, and tasks of groups, `gather`, `wait`, `shield` and `asCompleted`, is known anyway.
 *
 * Both must be Futures or Tasks of this package; others are passed over.
 *
 * Python: `asyncio.future_add_to_awaited_by`.
 *
 * @example
 * ```ts
 * import { captureCallGraph, createTask, currentTask, futureAddToAwaitedBy, getRunningLoop, run, sleep } from 'tsyncio';
 * import type { Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const future = getRunningLoop().createFuture<string>();
 *   const task = createTask(sleep(0.01), { name: 'by callback' });
 *   future.addDoneCallback(() => task.cancel()); // a wait in which no task is seen
 *   futureAddToAwaitedBy(future, task);
 *   const graph = captureCallGraph(future);
 *   console.log(graph?.awaitedBy[0]?.future === task, task === currentTask());
 *   yield* task;
 * }
 *
 * await run(main());
 * // true false
 * ```
 */
export function futureAddToAwaitedBy(future: Future, waiter: Future): void {
  if (!(future instanceof Future && waiter instanceof Future)) return;
  const waiters = drawn.get(future);
  if (waiters === undefined) drawn.set(future, new Set([waiter]));
  else waiters.add(waiter);
}

/**
 * Take back {@link futureAddToAwaitedBy}. Harmless where there is nothing to take back.
 *
 * Python: `asyncio.future_discard_from_awaited_by`.
 *
 * @example
 * ```ts
 * import { captureCallGraph, futureAddToAwaitedBy, futureDiscardFromAwaitedBy, newEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * const [future, waiter] = [loop.createFuture(), loop.createFuture()];
 * futureAddToAwaitedBy(future, waiter);
 * console.log(captureCallGraph(future)?.awaitedBy.length);
 * futureDiscardFromAwaitedBy(future, waiter);
 * console.log(captureCallGraph(future)?.awaitedBy.length);
 * loop.close();
 * // 1
 * // 0
 * ```
 */
export function futureDiscardFromAwaitedBy(future: Future, waiter: Future): void {
  drawn.get(future)?.delete(waiter);
}

/** Who waits for `future`, each once: first what a user noted, then in the order in which they began. */
export function awaitedBy(future: Future): Future[] {
  const waiters = new Set(drawn.get(future));
  const listeners = [future._listener, ...(future._moreListeners ?? []).filter((_, i) => i % 2 === 0)];
  for (const listener of listeners) {
    const awaiter = (listener as Marked | null)?._awaiter?.();
    if (awaiter instanceof Future && !awaiter.done()) waiters.add(awaiter);
  }
  // Of a future that is done those who wait are queued, and no listeners any more.
  if (future.done()) for (const task of tasksBoundTo(future)) waiters.add(task);
  return [...waiters];
}

function* tasksBoundTo(future: Future): Generator<Future, void> {
  for (let node: TaskNode | null = future.getLoop()._tasks.first; node !== null; node = node._nextTask) {
    const task = node as unknown as Future & { readonly _futWaiter: unknown };
    if (task._futWaiter === future) yield task;
  }
}

import type { Coroutine } from '../base/awaitable.js';
import type { Loop, TaskOptions } from '../base/loop.js';
import { Task, type TaskConstructorOptions } from './task.js';

/** What makes the tasks of a loop: {@link BaseEventLoop.setTaskFactory} takes it. Python: what `loop.set_task_factory` takes. */
export type TaskFactory = <T>(loop: Loop, coro: Coroutine<T>, options?: TaskOptions) => Task<T>;

/**
 * A task factory whose tasks run their first step inside `createTask`; what ends there is never scheduled at all.
 *
 * Python: `asyncio.eager_task_factory`.
 *
 * @example
 * ```ts
 * import { createTask, eagerTaskFactory, getRunningLoop, run, type Coroutine } from 'tsyncio';
 *
 * function* cached(): Coroutine<string> {
 *   return 'at once';
 * }
 *
 * function* main(): Coroutine {
 *   getRunningLoop().setTaskFactory(eagerTaskFactory);
 *   const task = createTask(cached());
 *   console.log(task.done(), task.result());
 * }
 *
 * await run(main());
 * // true at once
 * ```
 */
export function eagerTaskFactory<T>(loop: Loop, coro: Coroutine<T>, options: TaskOptions = {}): Task<T> {
  const { name, context, eagerStart = true } = options;
  return new Task<T>(coro, { name, context, eagerStart, loop });
}

/** A class of tasks, or a function that makes them: what {@link createEagerTaskFactory} takes. */
export type TaskConstructor =
  | (new <T>(coro: Coroutine<T>, options: TaskConstructorOptions) => Task<T>)
  | (<T>(coro: Coroutine<T>, options: TaskConstructorOptions) => Task<T>);

/**
 * As {@link eagerTaskFactory}, for a task class of one's own, or a function that makes tasks. It is called with
 * `eagerStart: true`, with the loop, and with the options of the call.
 *
 * Python: `asyncio.create_eager_task_factory`.
 *
 * @example
 * ```ts
 * import { createEagerTaskFactory, createTask, getRunningLoop, run, Task, type Coroutine } from 'tsyncio';
 *
 * class Loud<T> extends Task<T> {
 *   override getName(): string {
 *     return super.getName().toUpperCase();
 *   }
 * }
 *
 * function* cached(): Coroutine<string> {
 *   return 'at once';
 * }
 *
 * function* main(): Coroutine {
 *   getRunningLoop().setTaskFactory(createEagerTaskFactory(Loud));
 *   const task = createTask(cached(), { name: 'cache' });
 *   console.log(task.getName(), task.done(), task instanceof Loud);
 * }
 *
 * await run(main());
 * // CACHE true true
 * ```
 */
export function createEagerTaskFactory(customTaskConstructor: TaskConstructor): TaskFactory {
  return (loop, coro, options = {}) => {
    const all = { ...options, eagerStart: options.eagerStart ?? true, loop };
    if (customTaskConstructor.prototype instanceof Task || customTaskConstructor === Task) {
      return new (customTaskConstructor as typeof Task)(coro, all);
    }
    return (customTaskConstructor as <T>(coro: Coroutine<T>, options: TaskConstructorOptions) => Task<T>)(
      coro,
      all,
    );
  };
}

/*
 * Which tasks there are, and which one runs.
 *
 * The tasks of a loop that are not done form a linked list through the tasks themselves, so that making and ending one
 * costs a few assignments. They are held strongly: a task that waits for something that nobody else holds does not
 * vanish (in CPython it does), and a loop can tell of every task it has left. Tasks of other makers, which come by
 * `_registerTask`, are kept in a set beside it.
 */
import { checkKeywords, isKeywords } from '../base/arguments.js';
import { RuntimeError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { Task } from './task.js';

/** A task of another maker, which tells its loop by a method or by a field, as CPython has it. */
type ForeignTask = { done(): boolean } & ({ getLoop(): unknown } | { readonly _loop: unknown });

const foreign = new Set<ForeignTask>();

function loopOrRunning(
  func: string,
  loop: Loop | null | { loop?: Loop | null | undefined } | undefined,
): Loop {
  if (!isKeywords(loop)) return loop ?? requireRunningLoop();
  checkKeywords(func, loop, ['loop']);
  return loop.loop ?? requireRunningLoop();
}

/**
 * The task that is running, or `null` in a plain callback.
 *
 * Python: `asyncio.current_task`.
 *
 * @param loop - whose task; by default that of the running loop. It may also be given by name
 * @throws RuntimeError if no loop is given and none is running.
 *
 * @example
 * ```ts
 * import { currentTask, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(currentTask()?.getName());
 *   getRunningLoop().callSoon(() => console.log(currentTask()));
 *   yield* sleep(0);
 * }
 *
 * await run(main());
 * // Task-1
 * // null
 * ```
 */
export function currentTask(loop?: Loop | null | { loop?: Loop | null | undefined }): Task | null {
  return loopOrRunning('currentTask', loop)._currentTask as Task | null;
}

/**
 * The tasks of the loop that are not done, in the order in which they were made. A new set each time: it does not change when tasks
 * end or begin.
 *
 * Python: `asyncio.all_tasks`.
 *
 * @param loop - whose tasks; by default those of the running loop. It may also be given by name
 * @throws RuntimeError if no loop is given and none is running.
 *
 * @example
 * ```ts
 * import { allTasks, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const nap = createTask(sleep(0.01), { name: 'nap' });
 *   console.log([...allTasks()].map((task) => task.getName()));
 *   yield* nap;
 *   console.log(allTasks().has(nap));
 * }
 *
 * await run(main());
 * // [ 'Task-1', 'nap' ]
 * // false
 * ```
 */
export function allTasks(loop?: Loop | null | { loop?: Loop | null | undefined }): Set<Task> {
  const of = loopOrRunning('allTasks', loop);
  const tasks = new Set<Task>();
  for (let node = of._tasks.first; node !== null; node = node._nextTask) tasks.add(node as Task);
  for (const task of foreign) if (loopOf(task) === of && !task.done()) tasks.add(task as Task);
  return tasks;
}

function loopOf(task: ForeignTask): unknown {
  return 'getLoop' in task ? task.getLoop() : task._loop;
}

/**
 * Make a task of another make known to {@link allTasks}. For authors of task classes.
 *
 * Python: `asyncio._register_task`.
 *
 * @example
 * ```ts
 * import { _registerTask, _unregisterTask, allTasks, newEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * const foreign = { done: () => false, getLoop: () => loop };
 * _registerTask(foreign);
 * console.log(allTasks(loop).size);
 * _unregisterTask(foreign);
 * console.log(allTasks(loop).size);
 * loop.close();
 * // 1
 * // 0
 * ```
 */
export function _registerTask(task: ForeignTask): void {
  if (!(task instanceof Task)) foreign.add(task);
}

/**
 * Take back {@link _registerTask}. Harmless for a task that is not registered.
 *
 * Python: `asyncio._unregister_task`.
 *
 * @example
 * ```ts
 * import { _registerTask, _unregisterTask, allTasks, newEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * const foreign = { done: () => false, getLoop: () => loop };
 * _registerTask(foreign);
 * _unregisterTask(foreign);
 * console.log(allTasks(loop).size);
 * loop.close();
 * // 0
 * ```
 */
export function _unregisterTask(task: ForeignTask): void {
  foreign.delete(task);
}

/**
 * Say that `task` is now being run by `loop`. For authors of task classes.
 *
 * Python: `asyncio._enter_task`.
 *
 * @throws RuntimeError if another task is.
 *
 * @example
 * ```ts
 * import { _enterTask, _leaveTask, currentTask, newEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * const mine = { name: 'a task of another make' };
 * _enterTask(loop, mine);
 * console.log(currentTask(loop) === (mine as object));
 * _leaveTask(loop, mine);
 * console.log(currentTask(loop));
 * loop.close();
 * // true
 * // null
 * ```
 */
export function _enterTask(loop: Loop, task: object): void {
  if (loop._currentTask !== null) {
    throw new RuntimeError(
      `Cannot enter into task ${String(task)} while another task ${String(loop._currentTask)} is being executed.`,
    );
  }
  loop._currentTask = task;
}

/**
 * Say that `loop` no longer runs `task`.
 *
 * Python: `asyncio._leave_task`.
 *
 * @throws RuntimeError if it did not.
 *
 * @example
 * ```ts
 * import { _enterTask, _leaveTask, newEventLoop, RuntimeError } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * _enterTask(loop, { name: 'one' });
 * try {
 *   _leaveTask(loop, { name: 'another' });
 * } catch (e) {
 *   console.log(e instanceof RuntimeError);
 * }
 * loop.close();
 * // true
 * ```
 */
export function _leaveTask(loop: Loop, task: object): void {
  if (loop._currentTask !== task) {
    throw new RuntimeError(
      `Leaving task ${String(task)} does not match the current task ${String(loop._currentTask ?? 'None')}.`,
    );
  }
  loop._currentTask = null;
}

/**
 * Make `task`, or none, the current one of `loop`. For authors of task classes that start eagerly.
 *
 * Python: `asyncio._swap_current_task`.
 *
 * @returns the task that was current before, or `null`.
 *
 * @example
 * ```ts
 * import { _swapCurrentTask, currentTask, newEventLoop } from 'tsyncio';
 *
 * const loop = newEventLoop();
 * const before = _swapCurrentTask(loop, { name: 'eager' });
 * console.log(before, currentTask(loop) !== null);
 * _swapCurrentTask(loop, before);
 * console.log(currentTask(loop));
 * loop.close();
 * // null true
 * // null
 * ```
 */
export function _swapCurrentTask(loop: Loop, task: object | null): object | null {
  const before = loop._currentTask;
  loop._currentTask = task;
  return before;
}

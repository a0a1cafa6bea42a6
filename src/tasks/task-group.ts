/*
 * TaskGroup: tasks that end together.
 *
 * Flags, each set once:
 *   _entered   aenter has run            createTask is refused before
 *   _exiting   the body has ended        createTask is refused once no child is left
 *   _aborting  all children are cancelled, because of an error, a cancellation or cancel(): createTask is refused
 *   _parentCancelRequested               we cancelled the parent ourselves, and owe it an uncancel()
 *
 * Children are cancelled in the order they were created.
 */
import type { Awaitable, Coroutine } from '../base/awaitable.js';
import { BaseExceptionGroup } from '../base/exception-group.js';
import {
  CancelledError,
  GeneratorExit,
  KeyboardInterrupt,
  RuntimeError,
  SystemExit,
} from '../base/errors.js';
import type { FutureLike, Loop, TaskOptions } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { onBehalfOf } from '../futures/awaited-by.js';
import { currentTask } from './registry.js';
import type { Task } from './task.js';

/**
 * A group of tasks, as an asynchronous context manager: the `asyncWith` ends only when all tasks of the group have.
 *
 * If a task fails, or the body does, all others are cancelled, and the errors are thrown together as an ExceptionGroup.
 * A cancelled task alone changes nothing. Cancelling the task that is inside cancels the group's tasks and waits for
 * them. Tasks may be added as long as the group runs, by its tasks too.
 *
 * Python: `asyncio.TaskGroup`.
 *
 * @example
 * ```ts
 * import { asyncWith, ExceptionGroup, run, sleep, TaskGroup, ValueError, type Coroutine } from 'tsyncio';
 *
 * function* fail(): Coroutine {
 *   yield* sleep(0.01);
 *   throw new ValueError('no');
 * }
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* asyncWith(new TaskGroup(), function* (group) {
 *       group.createTask(fail());
 *       group.createTask(sleep(10));
 *     });
 *   } catch (e) {
 *     if (e instanceof ExceptionGroup) console.log(e.message, '-', String(e.exceptions[0]));
 *   }
 * }
 *
 * await run(main());
 * // unhandled errors in a TaskGroup - ValueError: no
 * ```
 */
export class TaskGroup {
  private _entered: boolean = false;
  private _exiting: boolean = false;
  private _aborting: boolean = false;
  private _loop: Loop | null = null;
  private _parentTask: Task | null = null;
  private _parentCancelRequested: boolean = false;
  private readonly _tasks: Set<Task> = new Set();
  private _errors: unknown[] = [];
  private _baseError: unknown = null;
  private _onCompletedFut: FutureLike<void> | null = null;
  private _cancelOnEnter: boolean = false;
  private readonly _childDone: (task: Task) => void = onBehalfOf(
    (task) => {
      this._onTaskDone(task);
    },
    () => this._parentTask,
  );
  /** Of a group that {@link TaskGroup.open} made: the task that stands for the one inside, and what lets it leave. */
  private _host: { readonly task: FutureLike<unknown>; readonly leave: FutureLike<void> } | null = null;

  /**
   * A group for an async function, where there is no task that could be inside: `await using group = TaskGroup.open();`.
   * It is entered at once. At the end of the block its tasks are waited for, and their errors thrown as an ExceptionGroup.
   *
   * A task that fails cancels the other tasks, but an async function cannot be cancelled: it hears of it at the end of the
   * block. Nor does the group see that the block ends with an error: call {@link TaskGroup.cancel} then, if its tasks are not
   * to run to their ends.
   *
   * Not in Python.
   *
   * @param options - `loop`: where its tasks are to run, if several loops are under way
   * @throws RuntimeError if the loop is not running.
   *
   * @example
   * ```ts
   * import { run, sleep, TaskGroup, wrapFuture, type Coroutine } from 'tsyncio';
   *
   * async function both(): Promise<void> {
   *   await using group = TaskGroup.open();
   *   const one = group.createTask(sleep(0.01, 'one'));
   *   const two = group.createTask(sleep(0.01, 'two'));
   *   console.log(await one, await two);
   * }
   *
   * function* main(): Coroutine {
   *   yield* wrapFuture(both());
   * }
   *
   * await run(main());
   * // one two
   * ```
   */
  static open(options: { loop?: Loop | null | undefined } = {}): TaskGroup {
    const group = new TaskGroup();
    const loop = options.loop ?? requireRunningLoop();
    if (!loop.isRunning()) throw new RuntimeError('no running event loop');
    const leave = loop.createFuture<void>();
    // It waits at once: a task that is cancelled before its first step would never come to wait for the group's.
    const task = loop.createTask(group._standIn(leave), { eagerStart: true });
    group._loop = loop;
    group._parentTask = task as unknown as Task;
    group._entered = true;
    group._host = { task, leave };
    return group;
  }

  private *_standIn(leave: Awaitable<void>): Coroutine {
    let failure: unknown = null;
    try {
      yield* leave;
    } catch (error) {
      failure = error;
    }
    yield* this.aexit(failure);
  }

  /** The end of an `await using`: wait for all tasks. @throws RuntimeError for a group that {@link TaskGroup.open} did not make. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this._host === null) {
      throw new RuntimeError(
        'await using takes the group of TaskGroup.open(); in a coroutine, use asyncWith',
      );
    }
    const { task, leave } = this._host;
    if (!leave.done()) leave.setResult();
    await task;
  }

  /** Like Python's repr: `<TaskGroup tasks=2 entered>`. */
  toString(): string {
    const info = ['TaskGroup'];
    if (this._tasks.size > 0) info.push(`tasks=${this._tasks.size}`);
    if (this._errors.length > 0) info.push(`errors=${this._errors.length}`);
    if (this._aborting) info.push('cancelling');
    else if (this._entered) info.push('entered');
    return `<${info.join(' ')}>`;
  }

  /** Enter. Python: `__aenter__`. @throws RuntimeError if it was entered before, or outside of a task. */

  *aenter(): Coroutine<this> {
    if (this._entered) throw new RuntimeError(`TaskGroup ${this.toString()} has already been entered`);
    this._loop ??= requireRunningLoop();
    this._parentTask = currentTask(this._loop);
    if (this._parentTask === null) {
      throw new RuntimeError(`TaskGroup ${this.toString()} cannot determine the parent task`);
    }
    this._entered = true;
    if (this._cancelOnEnter) this.cancel();
    return this;
  }

  /** Leave: wait for all tasks. Python: `__aexit__`. @returns `true`: errors are swallowed or thrown from here. */
  *aexit(error: unknown): Coroutine<boolean> {
    try {
      return yield* this._aexit(error ?? null);
    } finally {
      this._parentTask = null;
      this._errors = [];
      this._baseError = null;
    }
  }

  private *_aexit(error: unknown): Coroutine<boolean> {
    this._exiting = true;
    if (isBaseError(error)) this._baseError ??= error;
    if (error !== null && !this._aborting) this._abort();
    const cancellation = yield* this._waitForTasks(error instanceof CancelledError ? error : null);

    if (this._baseError !== null) this._throwBaseError();
    // Errors go before a cancellation.
    if (cancellation !== null && this._errors.length === 0) throw cancellation;
    if (error !== null && !(error instanceof CancelledError)) this._errors.push(error);
    if (this._errors.length > 0) this._throwErrors(error);
    return true;
  }

  /**
   * Wait until no task is left: again and again, as the wait itself can be cancelled, by a child's error or from outside.
   *
   * @param cancellation - the CancelledError that the body ended with, if it did
   * @returns the CancelledError that is to be thrown if there are no errors
   */
  private *_waitForTasks(cancellation: CancelledError | null): Coroutine<CancelledError | null> {
    let outside = cancellation;
    let last: CancelledError | null = null;
    while (this._tasks.size > 0) {
      this._onCompletedFut ??= this._loop!.createFuture<void>();
      try {
        yield* this._onCompletedFut;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        last = error;
        if (!this._aborting) {
          outside = error;
          this._abort();
        }
      }
      this._onCompletedFut = null;
    }
    // A KeyboardInterrupt goes out as it is, and leaves the parent's count alone.
    return this._baseError === null ? this._settleCancellation(outside, last) : null;
  }

  /** KeyboardInterrupt and SystemExit go out bare. The errors beside them are reported rather than lost. */
  private _throwBaseError(): never {
    for (const exception of this._errors) {
      if (exception === this._baseError) continue;
      this._loop!.callExceptionHandler({
        message:
          'TaskGroup task exception was not propagated because the TaskGroup body is being closed with a BaseException',
        exception,
        taskGroup: this,
      });
    }
    throw this._baseError;
  }

  /** Take back our own cancel of the parent. What remains to be thrown is a cancellation from outside. */
  private _settleCancellation(
    cancellation: CancelledError | null,
    pending: CancelledError | null,
  ): CancelledError | null {
    if (!this._parentCancelRequested) return cancellation;
    return this._parentTask!.uncancel() === 0 ? null : (cancellation ?? pending);
  }

  private _throwErrors(bodyError: unknown): never {
    const parent = this._parentTask!;
    // A cancellation from outside is not lost: it comes at the parent's next wait. The count stays as it is.
    if (parent.cancelling() > 0) {
      parent.uncancel();
      parent.cancel();
    }
    if (bodyError instanceof GeneratorExit && this._errors.length === 1) throw bodyError;
    throw BaseExceptionGroup.of('unhandled errors in a TaskGroup', this._errors);
  }

  /**
   * Make a task of a coroutine (or promise), in this group. Its tasks may do so, too, as long as the group runs.
   *
   * Python: `TaskGroup.create_task`.
   *
   * @throws RuntimeError if the group has not been entered, is being cancelled or is finished; the coroutine is closed.
   *
   * @example
   * ```ts
   * import { asyncWith, run, sleep, TaskGroup, type Coroutine } from 'tsyncio';
   *
   * function* visit(group: TaskGroup, depth: number): Coroutine {
   *   console.log('depth', depth);
   *   yield* sleep(0.001);
   *   if (depth < 2) group.createTask(visit(group, depth + 1), { name: `visit ${depth + 1}` });
   * }
   *
   * function* main(): Coroutine {
   *   yield* asyncWith(new TaskGroup(), function* (group) {
   *     group.createTask(visit(group, 0));
   *   });
   *   console.log('all visited');
   * }
   *
   * await run(main());
   * // depth 0
   * // depth 1
   * // depth 2
   * // all visited
   * ```
   */
  createTask<T>(coro: Coroutine<T>, options?: TaskOptions): Task<T>;
  createTask<T>(promise: PromiseLike<T>, options?: TaskOptions): Task<Awaited<T>>;
  createTask<T>(coro: Coroutine<T> | PromiseLike<T>, options?: TaskOptions): Task<T> {
    const refusal = this._refusal();
    if (refusal !== null) {
      if ('return' in coro) coro.return(undefined as T);
      throw new RuntimeError(`TaskGroup ${this.toString()} ${refusal}`);
    }
    const task = this._loop!.createTask(coro, options) as unknown as Task<T>;
    this._tasks.add(task);
    task.addDoneCallback(this._childDone);
    // A task that started eagerly may have cancelled the group before it was one of its tasks.
    if (this._aborting && !task.done()) task.cancel();
    return task;
  }

  private _refusal(): string | null {
    if (!this._entered) return 'has not been entered';
    if (this._exiting && this._tasks.size === 0) return 'is finished';
    return this._aborting ? 'is shutting down' : null;
  }

  /**
   * End the group: cancel its tasks and its body. The `asyncWith` then ends without an error, unless a task fails.
   * Called before the group is entered, it cancels the body at its first wait; after the end it does nothing.
   *
   * Python: `TaskGroup.cancel` (3.15).
   *
   * @example
   * ```ts
   * import { asyncWith, run, sleep, TaskGroup, type Coroutine } from 'tsyncio';
   *
   * function* first(group: TaskGroup): Coroutine {
   *   yield* sleep(0.01);
   *   console.log('found');
   *   group.cancel();
   * }
   *
   * function* main(): Coroutine {
   *   yield* asyncWith(new TaskGroup(), function* (group) {
   *     group.createTask(first(group));
   *     group.createTask(sleep(3600));
   *     yield* sleep(3600);
   *   });
   *   console.log('no error');
   * }
   *
   * await run(main());
   * // found
   * // no error
   * ```
   */
  cancel(): void {
    if (!this._entered) {
      this._cancelOnEnter = true;
      return;
    }
    if ((this._exiting && this._tasks.size === 0) || this._aborting) return;
    this._abort();
    if (this._parentTask !== null && !this._parentCancelRequested) {
      this._parentCancelRequested = true;
      this._parentTask.cancel();
    }
  }

  private _abort(): void {
    this._aborting = true;
    for (const task of this._tasks) if (!task.done()) task.cancel();
  }

  private _onTaskDone(task: Task): void {
    this._tasks.delete(task);
    if (this._onCompletedFut?.done() === false && this._tasks.size === 0) this._onCompletedFut.setResult();
    if (task.cancelled()) return;
    const error = task.exception();
    if (error === null) return;
    this._errors.push(error);
    if (isBaseError(error)) this._baseError ??= error;
    const parent = this._parentTask!;
    if (parent.done()) {
      this._loop!.callExceptionHandler({
        message: `Task ${String(task)} has errored out but its parent task ${String(parent)} is already completed`,
        exception: error,
        task,
      });
      return;
    }
    if (!this._aborting && !this._parentCancelRequested) {
      this._abort();
      this._parentCancelRequested = true;
      parent.cancel();
    }
  }
}

function isBaseError(error: unknown): boolean {
  return error instanceof SystemExit || error instanceof KeyboardInterrupt;
}

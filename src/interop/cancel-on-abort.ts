/*
 * An AbortSignal as the end of a block, as a deadline is that of a timeout.
 *
 * Our cancel of the task and a foreign one are told apart by counting, as in Timeout: leaving takes back our own, and if more
 * are left than there were at entry, somebody else cancelled too, and that goes before.
 */
import type { Coroutine } from '../base/awaitable.js';
import { CancelledError, RuntimeError } from '../base/errors.js';
import { type AsyncContextManager, currentTask, type Task } from '../tasks/index.js';

class AbortScope implements AsyncContextManager<AbortSignal> {
  private readonly _signal: AbortSignal;
  private _task: Task | null = null;
  private _cancelling: number = 0;
  private _cancelled: boolean = false;
  private readonly _onAbort = (): void => {
    this._cancelled = this._task!.cancel();
  };

  constructor(signal: AbortSignal) {
    this._signal = signal;
  }

  *aenter(): Coroutine<AbortSignal> {
    const task = currentTask();
    if (task === null) throw new RuntimeError('cancelOnAbort() should be used inside a task');
    if (this._task !== null) throw new RuntimeError('cancelOnAbort() has already been entered');
    this._signal.throwIfAborted();
    this._task = task;
    this._cancelling = task.cancelling();
    this._signal.addEventListener('abort', this._onAbort, { once: true });
    return this._signal;
  }

  *aexit(error: unknown): Coroutine {
    this._signal.removeEventListener('abort', this._onAbort);
    if (!this._cancelled) return;
    const isOurs = this._task!.uncancel() <= this._cancelling;
    if (isOurs && error instanceof CancelledError) throw this._signal.reason as unknown;
  }
}

/**
 * Let an AbortSignal cancel a block: `yield* asyncWith(cancelOnAbort(signal), function* () { ... })`. When it is aborted, what
 * the body waits for is cancelled, a task group in it with all its tasks, and the `asyncWith` throws the signal's reason. A signal
 * that is aborted already throws it before the body begins. The signal is listened to only while the block runs.
 *
 * With `AbortSignal.timeout(ms)` that is a timeout, with `AbortSignal.any([...])` whichever comes first; {@link timeout} is
 * Python's, on the loop's clock. The other way round, {@link abortable} makes a signal of a cancellation.
 *
 * Not in Python.
 *
 * @param signal - what ends the block
 * @returns what `asyncWith` takes. The body gets the signal.
 *
 * @example
 * ```ts
 * import { asyncWith, cancelOnAbort, getRunningLoop, run, sleep, TaskGroup, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const controller = new AbortController();
 *   getRunningLoop().callLater(0.01, () => controller.abort(new Error('enough')));
 *   try {
 *     yield* asyncWith(cancelOnAbort(controller.signal), () =>
 *       asyncWith(new TaskGroup(), function* (group) {
 *         group.createTask(sleep(60));
 *         group.createTask(sleep(60));
 *       }),
 *     );
 *   } catch (e) {
 *     console.log(String(e));
 *   }
 * }
 *
 * await run(main());
 * // Error: enough
 * ```
 */
export function cancelOnAbort(signal: AbortSignal): AsyncContextManager<AbortSignal> {
  return new AbortScope(signal);
}

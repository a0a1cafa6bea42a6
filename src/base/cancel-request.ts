/**
 * Who cancelled a task, when, and with which message: the `cause` of the CancelledError in debug mode. Its stack is that
 * of the call of `cancel`. It is never thrown. Outside of debug mode there is none: it costs a stack for each cancellation.
 *
 * Not in Python.
 *
 * @example
 * ```ts
 * import { CancelledError, CancelRequest, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const task = createTask(sleep(3600), { name: 'nap' });
 *   yield* sleep(0);
 *   task.cancel('time is up');
 *   try {
 *     yield* task;
 *   } catch (e) {
 *     if (!(e instanceof CancelledError && e.cause instanceof CancelRequest)) throw e;
 *     const { task: name, by, msg } = e.cause;
 *     console.log(`${name} was cancelled by ${by}: ${msg}`);
 *   }
 * }
 *
 * await run(main(), { debug: true });
 * // nap was cancelled by Task-1: time is up
 * ```
 */
export class CancelRequest extends Error {
  /** Always `CancelRequest`. */
  override readonly name: string = 'CancelRequest';
  /** The name of the task that was cancelled. */
  readonly task: string;
  /** The name of the task that called `cancel`; `null` for a callback, or code outside of the loop. */
  readonly by: string | null;
  /** What was given to `cancel`. */
  readonly msg: unknown;
  /** When, in seconds on the loop's clock. */
  readonly time: number;

  constructor(task: string, by: string | null, msg: unknown, time: number) {
    const who = by === null ? 'a callback' : `task ${by}`;
    const text = msg === undefined || msg === null ? '' : ` with the message ${JSON.stringify(String(msg))}`;
    super(`task ${task} was cancelled by ${who} at ${time.toFixed(3)} s of the loop's time${text}`);
    this.task = task;
    this.by = by;
    this.msg = msg;
    this.time = time;
  }
}

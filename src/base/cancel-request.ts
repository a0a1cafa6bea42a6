/**
 * Who cancelled a task, when, and with which message: the `cause` of the CancelledError in debug mode. Its stack is that
 * of the call of `cancel`. It is never thrown.
 *
 * Not in Python.
 */
export class CancelRequest extends Error {
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

import type { Coroutine } from '../base/awaitable.js';
import { describe, LoopBound } from './loop-bound.js';
import { takesNothing } from './options.js';
import { WaiterList } from './waiters.js';

/**
 * A flag that tasks can wait for.
 *
 * `set()` wakes all who wait at that moment, even if `clear()` follows at once: what they waited for did happen.
 *
 * Python: `asyncio.Event`.
 *
 * @example
 * ```ts
 * import { createTask, Event, run, sleep, type Coroutine } from 'tsyncio';
 *
 * const ready = new Event();
 *
 * function* waiter(): Coroutine {
 *   console.log('waiting');
 *   yield* ready.wait();
 *   console.log('go');
 * }
 *
 * function* main(): Coroutine {
 *   const task = createTask(waiter());
 *   yield* sleep(0.01);
 *   ready.set();
 *   yield* task;
 * }
 *
 * await run(main());
 * // waiting
 * // go
 * ```
 */
export class Event extends LoopBound {
  private readonly _waiters: WaiterList = new WaiterList();
  /** How many are inside wait(), those already woken included. */
  private _waiting = 0;
  private _value = false;

  /** Make an event that is not set. It takes no arguments. */
  constructor(...nothing: []) {
    super();
    takesNothing('Event.__init__', nothing);
  }

  /** Whether it is set. Python: `Event.is_set`. */
  isSet(): boolean {
    return this._value;
  }

  /** Set the flag and wake everybody who waits. Nothing happens if it is set already. Python: `Event.set`. */
  set(): void {
    if (this._value) return;
    this._value = true;
    while (this._waiters.wakeNext());
  }

  /** Unset the flag: who calls `wait()` from now on will wait. Python: `Event.clear`. */
  clear(): void {
    this._value = false;
  }

  /**
   * Wait until the flag is set; at once, if it is. It is not looked at again after the wake-up, so it may be unset
   * again when this returns.
   *
   * Python: `Event.wait`.
   *
   * @returns `true`.
   * @throws RuntimeError if it has to wait and the event belongs to another loop.
   */
  *wait(): Coroutine<true> {
    if (this._value) return true;
    const waiter = this._waiters.push(this._getLoop().createFuture());
    this._waiting++;
    try {
      yield* waiter.future;
      return true;
    } finally {
      this._waiting--;
      this._waiters.remove(waiter);
    }
  }

  /** `<Event [unset, waiters:2]>`. */
  override toString(): string {
    return describe(this, this._value ? 'set' : 'unset', this._waiting);
  }
}

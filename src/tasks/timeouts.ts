/*
 * Timeouts: a deadline that cancels the task, and turns that one cancellation into a TimeoutError.
 *
 *   CREATED --aenter--> ACTIVE --deadline--> EXPIRING --aexit--> EXPIRED
 *                         |  ^ reschedule
 *                         +--aexit--> FINISHED
 *
 * The deadline's cancel and a foreign one look alike to the body. They are told apart by counting: aexit takes back its
 * own request, and if more are left than there were at entry, somebody else cancelled too, and that goes before.
 */
import { checkKeywords, checkTimeout, isKeywords } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { BaseExceptionGroup } from '../base/exception-group.js';
import { CancelledError, RuntimeError, TimeoutError } from '../base/errors.js';
import type { HandleLike } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';
import { currentTask } from './registry.js';
import type { Task } from './task.js';

type State = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * An asynchronous context manager that cancels its body at a deadline. Made by {@link timeout} and {@link timeoutAt}.
 *
 * Python: `asyncio.Timeout`.
 *
 * @example
 * ```ts
 * import { asyncWith, getRunningLoop, run, sleep, timeout, TimeoutError, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const limit = timeout(3600);
 *   try {
 *     yield* asyncWith(limit, function* (it) {
 *       it.reschedule(getRunningLoop().time() + 0.01);
 *       yield* sleep(3600);
 *     });
 *   } catch (e) {
 *     console.log(e instanceof TimeoutError, limit.expired());
 *   }
 * }
 *
 * await run(main());
 * // true true
 * ```
 */
export class Timeout {
  private _state: State = 'created';
  private _when: number | null;
  private _handler: HandleLike | null = null;
  private _task: Task | null = null;
  private _cancelling: number = 0;

  /** @param when - the deadline on the loop's clock, in seconds; `null` for none */
  constructor(when: number | null) {
    this._when = checkTimeout('Timeout', 'when', when);
  }

  /** The deadline on the loop's clock, in seconds, or `null`. Python: `Timeout.when`. */
  when(): number | null {
    return this._when;
  }

  /**
   * Move the deadline. One that has passed already cancels the body at its next wait.
   *
   * Python: `Timeout.reschedule`.
   *
   * @param when - the new deadline on the loop's clock, in seconds; `null` for none
   * @throws RuntimeError outside of the body, or when it has expired.
   *
   * @example
   * ```ts
   * import { asyncWith, getRunningLoop, run, sleep, timeout, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   yield* asyncWith(timeout(0.01), function* (limit) {
   *     for (let chunk = 0; chunk < 3; chunk++) {
   *       limit.reschedule(loop.time() + 5); // for each chunk anew
   *       yield* sleep(0.01);
   *     }
   *     limit.reschedule(null);
   *     console.log(limit.when());
   *   });
   * }
   *
   * await run(main());
   * // null
   * ```
   */
  reschedule(when: number | null): void {
    if (this._state !== 'active') {
      if (this._state === 'created') throw new RuntimeError('Timeout has not been entered');
      throw new RuntimeError(`Cannot change state of ${this._state} Timeout`);
    }
    this._when = checkTimeout('reschedule', 'when', when);
    this._handler?.cancel();
    this._handler = this._when === null ? null : this._schedule(this._when);
  }

  private _schedule(when: number): HandleLike {
    const loop = requireRunningLoop();
    const expire = (): void => {
      this._onTimeout();
    };
    return when <= loop.time() ? loop.callSoon(expire) : loop.callAt(when, expire);
  }

  /** Whether the deadline has passed while the body ran. Python: `Timeout.expired`. */
  expired(): boolean {
    return this._state === 'expiring' || this._state === 'expired';
  }

  /** Enter. Python: `__aenter__`. */

  /**
   * Enter: the deadline is watched from now on. Python: `__aenter__`. @throws RuntimeError if it was entered before, or
   * outside of a task.
   */
  *aenter(): Coroutine<this> {
    if (this._state !== 'created') throw new RuntimeError('Timeout has already been entered');
    const task = currentTask();
    if (task === null) throw new RuntimeError('Timeout should be used inside a task');
    this._state = 'active';
    this._task = task;
    this._cancelling = task.cancelling();
    this.reschedule(this._when);
    return this;
  }

  /** Leave. Python: `__aexit__`. @throws TimeoutError in place of the CancelledError that the deadline caused. */

  *aexit(error: unknown): Coroutine {
    this._handler?.cancel();
    this._handler = null;
    if (this._state !== 'expiring') {
      this._state = 'finished';
      return;
    }
    this._state = 'expired';
    if (this._task!.uncancel() <= this._cancelling && error !== null && error !== undefined) {
      // Caused by our own cancel, as nobody else asked for one.
      if (error instanceof CancelledError) throw new TimeoutError('', { cause: error });
      insertTimeoutError(error);
    }
  }

  private _onTimeout(): void {
    this._task!.cancel();
    this._state = 'expiring';
    this._handler = null;
  }

  /** Like Python's repr: `<Timeout [active] when=1.5>`. */
  toString(): string {
    const when = this._state === 'active' ? ` when=${this._when ?? 'None'}` : '';
    return `<Timeout [${this._state}]${when}>`;
  }
}

/**
 * An error that left an expired block because of a CancelledError says that it was a timeout: the first
 * CancelledError among its causes gets a TimeoutError put before it. So do the errors in a group.
 */
function insertTimeoutError(error: unknown): void {
  const errors: readonly unknown[] =
    error instanceof BaseExceptionGroup ? [error, ...(error.exceptions as readonly unknown[])] : [error];
  for (const each of errors) {
    for (let e: unknown = each; e instanceof Error; e = e.cause) {
      if (e.cause instanceof CancelledError) {
        e.cause = new TimeoutError('', { cause: e.cause });
        break;
      }
    }
  }
}

/**
 * Give the body `delay` seconds: `yield* asyncWith(timeout(10), function* () { ... })`. When they are over, what the body
 * waits for is cancelled, and the `asyncWith` throws a TimeoutError. The time runs from the call of `timeout` on.
 *
 * Python: `asyncio.timeout`.
 *
 * @param delay - seconds; `null` for no deadline (one may be set later by `reschedule`); 0 or less cancels the body's first wait
 * @throws TypeError if `delay` is no number; ValueError for NaN; RuntimeError if no loop is running.
 *
 * @example
 * ```ts
 * import { asyncWith, run, sleep, timeout, TimeoutError, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   try {
 *     yield* asyncWith(timeout(0.01), function* () {
 *       yield* sleep(10);
 *     });
 *   } catch (e) {
 *     console.log(e instanceof TimeoutError);
 *   }
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export function timeout(delay: number | null): Timeout;
export function timeout(options: { delay: number | null }): Timeout;
export function timeout(delay: number | null | { delay: number | null }): Timeout {
  const seconds = checkTimeout('timeout', 'delay', byName('timeout', 'delay', delay));
  return new Timeout(seconds === null ? null : requireRunningLoop().time() + seconds);
}

/**
 * As {@link timeout}, with the deadline as a time on the loop's clock. Several waits can share one.
 *
 * Python: `asyncio.timeout_at`.
 *
 * @param when - seconds, as {@link BaseEventLoop.time} counts them; `null` for no deadline
 * @throws TypeError if `when` is no number; ValueError for NaN.
 *
 * @example
 * ```ts
 * import { asyncWith, getRunningLoop, run, sleep, timeoutAt, TimeoutError, type Coroutine } from 'tsyncio';
 * import { VirtualEventLoop } from 'tsyncio/testing';
 *
 * function* main(): Coroutine {
 *   const deadline = getRunningLoop().time() + 0.03;
 *   const step = (seconds: number) => asyncWith(timeoutAt(deadline), () => sleep(seconds, 'in time'));
 *   console.log(yield* step(0.01));
 *   try {
 *     yield* step(3600);
 *   } catch (e) {
 *     if (e instanceof TimeoutError) console.log('too late');
 *   }
 * }
 *
 * await run(main(), { loopFactory: () => new VirtualEventLoop() });
 * // in time
 * // too late
 * ```
 */
export function timeoutAt(when: number | null): Timeout;
export function timeoutAt(options: { when: number | null }): Timeout;
export function timeoutAt(when: number | null | { when: number | null }): Timeout {
  return new Timeout(checkTimeout('timeoutAt', 'when', byName('timeoutAt', 'when', when)));
}

function byName(func: string, name: string, value: unknown): unknown {
  if (!isKeywords(value)) return value;
  checkKeywords(func, value, [name]);
  return value[name];
}

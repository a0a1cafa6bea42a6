/*
 * A lock is unlocked, locked, or (between a release and the turn of the waiter that it woke) unlocked and spoken for.
 *
 *   locked   waiters            who acts next
 *   no       none but cancelled whoever calls acquire() takes it at once
 *   no       a live one         the first waiter takes it in its turn; newcomers queue behind
 *   yes      any                release() unlocks and wakes the first
 *
 * Invariant: unlocked with a live waiter, the first in the list is woken, or cancelled and about to wake the next. So
 * whoever leaves acquire() without the lock, for whatever reason, has to look after the next one.
 */
import type { Coroutine } from '../base/awaitable.js';
import { RuntimeError } from '../base/errors.js';
import { Acquirable } from './held.js';
import { describe } from './loop-bound.js';
import { takesNothing } from './options.js';
import { WaiterList } from './waiters.js';

/**
 * A lock for tasks: one holder at a time. It belongs to no task in particular, so another one may release it.
 *
 * Those who wait get it in the order in which they came. Code between two `yield*` needs no lock: nothing else runs
 * there. A lock is for what takes several steps. It is not for threads.
 *
 * Python: `asyncio.Lock`.
 *
 * @example
 * ```ts
 * import { asyncWith, gather, Lock, run, sleep, type Coroutine } from 'tsyncio';
 *
 * const lock = new Lock();
 *
 * function* worker(name: string): Coroutine {
 *   yield* asyncWith(lock, function* () {
 *     console.log(name, 'enters');
 *     yield* sleep(0.01);
 *     console.log(name, 'leaves');
 *   });
 * }
 *
 * function* main(): Coroutine {
 *   yield* gather(worker('a'), worker('b'));
 * }
 *
 * await run(main());
 * // a enters
 * // a leaves
 * // b enters
 * // b leaves
 * ```
 */
export class Lock extends Acquirable {
  private readonly _waiters: WaiterList = new WaiterList();
  private _locked = false;

  /** Make an unlocked lock. It takes no arguments. */
  constructor(...nothing: []) {
    super();
    takesNothing('Lock.__init__', nothing);
  }

  /**
   * Whether somebody holds it. False, too, between a `release()` and the turn of the waiter that gets it. Python: `Lock.locked`.
   */
  locked(): boolean {
    return this._locked;
  }

  /**
   * Wait until the lock is free, and take it. Without waiting, if it is free and nobody is queued for it.
   *
   * Cancelled while waiting, the task does not hold the lock, and the next in line gets its chance.
   *
   * Python: `Lock.acquire`.
   *
   * @returns `true`.
   * @throws RuntimeError if it has to wait and the lock belongs to another loop.
   */
  *acquire(): Coroutine<true> {
    if (!this._locked && !this._waiters.anyLive) {
      this._locked = true;
      return true;
    }
    const waiter = this._waiters.push(this._getLoop().createFuture());
    let acquired = false;
    try {
      yield* waiter.future;
      acquired = true;
    } finally {
      this._waiters.remove(waiter);
      if (!acquired && !this._locked) this._waiters.wakeFirst();
    }
    this._locked = true;
    return true;
  }

  /**
   * Unlock, and wake the first waiter, which takes the lock when its turn comes. Nobody can overtake it.
   *
   * Python: `Lock.release`.
   *
   * @throws RuntimeError "Lock is not acquired." if nobody holds it.
   */
  release(): void {
    if (!this._locked) throw new RuntimeError('Lock is not acquired.');
    this._locked = false;
    this._waiters.wakeFirst();
  }

  /** `<Lock [locked, waiters:2]>`. Those just cancelled or woken count until their turn comes. */
  override toString(): string {
    return describe(this, this._locked ? 'locked' : 'unlocked', this._waiters.length);
  }
}

/*
 * wait() leaves in one of two ways, always with the lock held:
 *
 *   notified   true is returned
 *   an error   (cancelled while waiting or while taking the lock again): somebody else is notified in its place, since
 *              this one may have used up a notification. So a notification is never lost, and may come unasked for.
 */
import type { Coroutine } from '../base/awaitable.js';
import { CancelledError, RuntimeError } from '../base/errors.js';
import type { FutureLike } from '../base/loop.js';
import { reprValue } from '../base/repr.js';
import { Acquirable } from './held.js';
import { Lock } from './lock.js';
import { describe } from './loop-bound.js';
import { numberOf, optionsOf } from './options.js';
import { WaiterList } from './waiters.js';

/** What a {@link Condition} needs of its lock; a {@link Lock} has it. Python: `asyncio.Lock`. */
export interface LockLike {
  /** Wait for it, and take it. Python: `acquire`. */
  acquire(): Coroutine<unknown>;
  /** Give it back. Python: `release`. */
  release(): void;
  /** Whether it is taken. Python: `locked`. */
  locked(): boolean;
}

/** What the constructor of {@link Condition} takes by name. */
export interface ConditionOptions {
  /** The lock to use, which several conditions may share; one of its own, if left out. Python: `lock`. */
  lock?: LockLike | null | undefined;
}

/**
 * A lock together with a queue of tasks that wait, holding nothing, until another one that holds the lock says that
 * something has changed.
 *
 * `wait()` may return without a `notify()` meant for it: always look again at what you wait for, or use `waitFor()`.
 *
 * Python: `asyncio.Condition`.
 *
 * @example
 * ```ts
 * import { asyncWith, Condition, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * const changed = new Condition();
 * let stock = 0;
 *
 * function* customer(): Coroutine {
 *   yield* asyncWith(changed, function* () {
 *     yield* changed.waitFor(() => stock >= 2);
 *     stock -= 2;
 *     console.log('bought two, left', stock);
 *   });
 * }
 *
 * function* main(): Coroutine {
 *   const task = createTask(customer());
 *   for (let i = 0; i < 3; i++) {
 *     yield* sleep(0.01);
 *     yield* asyncWith(changed, function* () {
 *       stock++;
 *       changed.notify();
 *     });
 *   }
 *   yield* task;
 *   console.log('in stock', stock);
 * }
 *
 * await run(main());
 * // bought two, left 0
 * // in stock 1
 * ```
 */
export class Condition extends Acquirable {
  private readonly _lock: LockLike;
  private readonly _waiters: WaiterList = new WaiterList();
  /** How many have called wait() and not been through it, those already notified included. */
  private _waiting = 0;

  /**
   * Make a condition on `lock`, or on a lock of its own.
   *
   * @throws TypeError if `lock` is no lock.
   */
  constructor(lock?: LockLike | ConditionOptions | null) {
    super();
    this._lock = lockOf(lock) ?? new Lock();
  }

  /** Whether the lock is held. Python: `Condition.locked`. */
  locked(): boolean {
    return this._lock.locked();
  }

  /** Acquire the lock, waiting if that is needed. Python: `Condition.acquire`. @returns `true`. */
  *acquire(): Coroutine<true> {
    yield* this._lock.acquire();
    return true;
  }

  /** Release the lock. Python: `Condition.release`. @throws RuntimeError if nobody holds it. */
  release(): void {
    this._lock.release();
  }

  /**
   * Release the lock, wait to be notified, and take the lock again.
   *
   * The lock is held again in every case, also when this throws. Cancelled while it takes the lock again, it still
   * waits for the lock, and throws the last cancellation then. Whenever this throws, one other waiter is notified
   * instead.
   *
   * Python: `Condition.wait`.
   *
   * @returns `true`.
   * @throws RuntimeError "cannot wait on un-acquired lock" if the lock is not held; also if the condition belongs to
   * another loop.
   */
  *wait(): Coroutine<true> {
    if (!this.locked()) throw new RuntimeError('cannot wait on un-acquired lock');
    const future: FutureLike<void> = this._getLoop().createFuture();
    this.release();
    let notified = false;
    try {
      const waiter = this._waiters.push(future);
      this._waiting++;
      try {
        yield* future;
      } finally {
        this._waiting--;
        this._waiters.remove(waiter);
        yield* this._reacquire();
      }
      notified = true;
      return true;
    } finally {
      if (!notified) this._notify(1);
    }
  }

  /** Take the lock again, whatever comes in between, and throw then. The same error object, as Python does. */
  private *_reacquire(): Coroutine {
    let cancelled: CancelledError | null = null;
    for (;;) {
      try {
        yield* this._lock.acquire();
        break;
      } catch (error) {
        // Anything else means that the lock does not work: do not try again for ever.
        if (!(error instanceof CancelledError)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== null) throw cancelled;
  }

  /**
   * Wait until `predicate` gives something true. It is called at once, with whatever lock is held, and then after each
   * notification, with the lock held.
   *
   * Python: `Condition.wait_for`. What is true is what JavaScript takes for it: an empty array is.
   *
   * @returns what `predicate` gave.
   * @throws RuntimeError if it has to wait and the lock is not held.
   *
   * @example
   * ```ts
   * import { asyncWith, Condition, gather, run, type Coroutine } from 'tsyncio';
   *
   * const changed = new Condition();
   * let message: string | null = null;
   *
   * function* reader(): Coroutine<string> {
   *   return yield* asyncWith(changed, function* () {
   *     const found = yield* changed.waitFor(() => message);
   *     return found!.toUpperCase();
   *   });
   * }
   *
   * function* writer(): Coroutine {
   *   yield* asyncWith(changed, function* () {
   *     message = 'hello';
   *     changed.notifyAll();
   *   });
   * }
   *
   * function* main(): Coroutine {
   *   const [heard] = yield* gather(reader(), writer());
   *   console.log(heard);
   * }
   *
   * await run(main());
   * // HELLO
   * ```
   */
  *waitFor<T>(predicate: () => T): Coroutine<T> {
    let result = predicate();
    while (!result) {
      yield* this.wait();
      result = predicate();
    }
    return result;
  }

  /**
   * Wake `n` of those who wait (all, if they are fewer), those who came first. They go on when they get the lock, so
   * not before the caller has released it.
   *
   * Python: `Condition.notify`; `notify(2)` and `notify({ n: 2 })` are the same.
   *
   * @throws RuntimeError "cannot notify on un-acquired lock" if the lock is not held.
   */
  notify(n: number | { n?: number | undefined } = 1): void {
    const named = optionsOf<{ n?: number }>('Condition.notify', n, ['n']);
    const count = numberOf('Condition.notify', 'n', named === null ? n : (named.n ?? 1));
    if (!this.locked()) throw new RuntimeError('cannot notify on un-acquired lock');
    this._notify(count);
  }

  /**
   * Wake all who wait. Python: `Condition.notify_all`.
   *
   * @throws RuntimeError "cannot notify on un-acquired lock" if the lock is not held.
   */
  notifyAll(): void {
    this.notify(Infinity);
  }

  private _notify(n: number): void {
    for (let woken = 0; woken < n; woken++) {
      if (!this._waiters.wakeNext()) break;
    }
  }

  /** `<Condition [unlocked, waiters:2]>`. Those who wait for the lock again do not count. */
  override toString(): string {
    return describe(this, this.locked() ? 'locked' : 'unlocked', this._waiting);
  }
}

function lockOf(given: unknown): LockLike | null | undefined {
  if (given == null || typeof (given as Partial<LockLike>).acquire === 'function') {
    return given as LockLike | null | undefined;
  }
  const named = optionsOf<ConditionOptions>('Condition.__init__', given, ['lock']);
  if (named !== null) return named.lock;
  throw new TypeError(
    `Condition(): lock must have acquire(), release() and locked(), got ${reprValue(given)}`,
  );
}

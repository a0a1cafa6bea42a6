/*
 * A permit is in one of three places: in `_value` (free), handed to a waiter that was woken and has not run yet
 * (`_handed`), or with whoever acquired it. release() puts one into `_value` and, if anybody waits, hands it over at
 * once. Their sum changes only by release(), so a permit cannot get lost on the way.
 */
import type { Coroutine } from '../base/awaitable.js';
import { ValueError } from '../base/errors.js';
import { Acquirable } from './held.js';
import { describe } from './loop-bound.js';
import { numberOf, optionsOf } from './options.js';
import { WaiterList } from './waiters.js';

/** What the constructors of {@link Semaphore} and {@link BoundedSemaphore} take by name. */
export interface SemaphoreOptions {
  /** How many permits there are, 0 or more, a whole number or `Infinity`; 1, if left out. Python: `value`. */
  value?: number | undefined;
}

/**
 * A number of permits, which tasks acquire and release: at most that many do something at the same time.
 *
 * Those who wait get their permit in the order in which they came; while anybody waits, a newcomer waits too, even if
 * there is a free permit.
 *
 * Python: `asyncio.Semaphore`.
 *
 * @example
 * ```ts
 * import { asyncWith, gather, run, Semaphore, sleep, type Coroutine } from 'tsyncio';
 *
 * const two = new Semaphore(2);
 * let busy = 0;
 * let most = 0;
 *
 * function* job(): Coroutine {
 *   yield* asyncWith(two, function* () {
 *     most = Math.max(most, ++busy);
 *     yield* sleep(0.01);
 *     busy--;
 *   });
 * }
 *
 * function* main(): Coroutine {
 *   yield* gather(job(), job(), job(), job());
 * }
 *
 * await run(main());
 * console.log(most);
 * // 2
 * ```
 */
export class Semaphore extends Acquirable {
  /** The free permits. */
  protected _value: number;
  private readonly _waiters: WaiterList = new WaiterList();
  /** How many are inside acquire(), those who were handed a permit included. */
  private _waiting = 0;
  /** Permits handed to waiters who have not run since. */
  private _handed = 0;

  /**
   * Make a semaphore with `value` free permits.
   *
   * @throws ValueError if `value` is negative or no whole number (Infinity is allowed).
   */
  constructor(value?: number | SemaphoreOptions) {
    super();
    this._value = permits(new.target.name, value);
  }

  /** Whether `acquire()` would have to wait: there is no free permit, or somebody waits already. Python: `Semaphore.locked`. */
  locked(): boolean {
    return this._value === 0 || this._handed > 0 || this._waiters.anyLive;
  }

  /**
   * Take a permit, waiting for one if none is free or others wait already.
   *
   * Cancelled while waiting, the task has no permit. One that it was just being given goes to the next.
   *
   * Python: `Semaphore.acquire`.
   *
   * @returns `true`.
   * @throws RuntimeError if it has to wait and the semaphore belongs to another loop.
   */
  *acquire(): Coroutine<true> {
    if (!this.locked()) {
      this._value--;
      return true;
    }
    const waiter = this._waiters.push(this._getLoop().createFuture());
    this._waiting++;
    let acquired = false;
    try {
      yield* waiter.future;
      acquired = true;
      return true;
    } finally {
      this._waiting--;
      this._waiters.remove(waiter);
      if (waiter.woken) {
        this._handed--;
        if (!acquired) this._value++;
      }
      // Others may have queued only because somebody was before them.
      while (this._value > 0 && this._handOver());
    }
  }

  /**
   * Give back a permit. It is handed to the first who waits, in whose name it is taken from now on.
   *
   * There may be more permits than at the beginning; {@link BoundedSemaphore} does not allow that.
   *
   * Python: `Semaphore.release`.
   */
  release(): void {
    this._value++;
    this._handOver();
  }

  /** Hand a free permit to the first who waits; false if nobody does. */
  private _handOver(): boolean {
    if (!this._waiters.wakeNext()) return false;
    this._value--;
    this._handed++;
    return true;
  }

  /** `<Semaphore [unlocked, value:2]>`, `<Semaphore [locked, waiters:1]>`. */
  override toString(): string {
    return describe(this, this.locked() ? 'locked' : `unlocked, value:${this._value}`, this._waiting);
  }
}

/**
 * A {@link Semaphore} that does not let more permits be released than there were at the beginning: a release too many
 * is a mistake, and shows.
 *
 * Python: `asyncio.BoundedSemaphore`.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from 'tsyncio';
 *
 * const one = new BoundedSemaphore(1);
 * try {
 *   one.release();
 * } catch (e) {
 *   console.log(String(e));
 * }
 * // ValueError: BoundedSemaphore released too many times
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  private readonly _boundValue: number;

  /**
   * Make a semaphore with `value` free permits, and never more.
   *
   * @throws ValueError if `value` is negative or no whole number (Infinity is allowed).
   */
  constructor(value?: number | SemaphoreOptions) {
    super(value);
    this._boundValue = this._value;
  }

  /**
   * Give back a permit.
   *
   * Python: `BoundedSemaphore.release`.
   *
   * @throws ValueError "BoundedSemaphore released too many times" if all permits are free.
   */
  override release(): void {
    if (this._value >= this._boundValue) throw new ValueError('BoundedSemaphore released too many times');
    super.release();
  }
}

function permits(owner: string, given: number | SemaphoreOptions | undefined): number {
  const named = optionsOf<SemaphoreOptions>(`${owner}.__init__`, given, ['value']);
  const value = numberOf(owner, 'value', (named === null ? given : named.value) ?? 1);
  if (value < 0) throw new ValueError('Semaphore initial value must be >= 0');
  if (!Number.isInteger(value) && value !== Infinity)
    throw new ValueError('Semaphore initial value must be whole');
  return value;
}

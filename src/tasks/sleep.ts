import type { Coroutine, Suspension } from '../base/awaitable.js';
import { checkKeywords, isKeywords } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import type { FutureLike, TimerHandleLike } from '../base/loop.js';
import { probe, recordProbe } from '../base/probe.js';
import { requireRunningLoop } from '../base/running.js';
import type { Future } from '../futures/future.js';

/** What {@link sleep} takes by name. */
export interface SleepOptions<T> {
  /** How long, in seconds. */
  delay: number;
  /** What the wait returns. */
  result?: T;
}

/**
 * Wait for `delay` seconds, and return `result`.
 *
 * `sleep(0)`, and any delay below, gives up one turn: whatever is ready runs first. A sleep is never shorter than asked,
 * by more than the clock's resolution; Node's timers make it up to a millisecond longer.
 *
 * Python: `asyncio.sleep`.
 *
 * @param delay - seconds
 * @param result - what the wait returns
 * @throws ValueError (when awaited) if `delay` is not a number.
 *
 * @example
 * ```ts
 * import { run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(yield* sleep(0.01, 'awake'));
 * }
 *
 * await run(main());
 * // awake
 * ```
 */
export function sleep(delay: number): Coroutine<undefined>;
export function sleep<T>(delay: number, result: T): Coroutine<T>;
export function sleep<T = undefined>(options: SleepOptions<T>): Coroutine<T>;
export function sleep<T>(delay: number | SleepOptions<T>, result?: T): Coroutine<T> {
  if (typeof delay === 'number') return new Sleep(delay, result) as unknown as Coroutine<T>;
  if (!isKeywords(delay) || typeof delay.delay !== 'number') {
    throw new TypeError(`sleep(): delay must be a number of seconds, got ${typeof delay}`);
  }
  checkKeywords('sleep', delay, ['delay', 'result']);
  return new Sleep(delay.delay, delay.result) as unknown as Coroutine<T>;
}

const CREATED = 0;
const YIELDED = 1;
const WAITING = 2;
const ENDED = 3;

/** Frozen, so that all bare yields can share it. */
const GIVE_UP_TURN: IteratorResult<undefined, never> = Object.freeze({ done: false, value: undefined });

/**
 * The coroutine of `sleep`, by hand: sleeping is what programs do most, and this is a third of a generator's cost.
 *
 *   CREATED -> YIELDED (no delay) -> ENDED
 *   CREATED -> WAITING (on a future that a timer completes) -> ENDED
 */
class Sleep<T> {
  private readonly _delay: number;
  private readonly _result: T | undefined;
  private _phase: 0 | 1 | 2 | 3 = CREATED;
  private _future: FutureLike<T | undefined> | null = null;
  private _timer: TimerHandleLike | null = null;

  constructor(delay: number, result: T | undefined) {
    this._delay = delay;
    this._result = result;
  }

  next(): IteratorResult<Suspension | undefined, T | undefined> {
    if (this._phase === CREATED) return this._delay <= 0 ? this._yield() : this._wait();
    if (this._phase === YIELDED) {
      this._phase = ENDED;
      return { done: true, value: this._result };
    }
    if (this._phase === WAITING && probe.on) {
      recordProbe();
      return { done: false, value: this._future as unknown as Suspension };
    }
    if (this._phase === ENDED) return { done: true, value: undefined };
    this._end();
    return { done: true, value: this._future!.result() };
  }

  private _yield(): IteratorResult<undefined, never> {
    this._phase = YIELDED;
    return GIVE_UP_TURN;
  }

  private _wait(): IteratorResult<Suspension, never> {
    if (Number.isNaN(this._delay)) throw new ValueError('Invalid delay: NaN (not a number)');
    const loop = requireRunningLoop();
    const future = loop.createFuture<T | undefined>();
    this._timer = loop.callLater(this._delay, wake, future, this._result);
    this._future = future;
    this._phase = WAITING;
    (future as Future<T | undefined>)._asyncioFutureBlocking = true;
    return { done: false, value: future as unknown as Suspension };
  }

  private _end(): void {
    this._phase = ENDED;
    this._timer?.cancel();
    this._timer = null;
  }

  throw(error: unknown): never {
    this._end();
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    this._end();
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** The timer's callback: a future that was cancelled meanwhile stays so. */
function wake<T>(future: FutureLike<T>, result: T): void {
  if (!future.done()) future.setResult(result);
}

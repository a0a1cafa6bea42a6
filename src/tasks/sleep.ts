import type { Coroutine, Suspension } from '../base/awaitable.js';
import { checkKeywords, isKeywords } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import type { FutureLike, TimerHandleLike } from '../base/loop.js';
import { noteArrival, probe, recordProbe } from '../base/probe.js';
import { requireRunningLoop } from '../base/running.js';
import type { Future } from '../futures/future.js';

/** What {@link sleep} takes by name. Python: its parameters. */
export interface SleepOptions<T> {
  /** How long, in seconds. Not more than a turn for 0 and less. */
  delay: number;
  /** What the wait returns; `undefined` if left out. */
  result?: T;
}

/**
 * Wait for `delay` seconds, and return `result`, the second argument, if there is one.
 *
 * `sleep(0)`, and any delay below, gives up one turn: whatever is ready runs first. A sleep is never shorter than asked,
 * by more than the clock's resolution; Node's timers make it up to a millisecond longer.
 *
 * Python: `asyncio.sleep`.
 *
 * @param delay - seconds
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
  if (typeof delay === 'number') return sleeper(delay, result);
  if (!isKeywords(delay) || typeof delay.delay !== 'number') {
    throw new TypeError(`sleep(): delay must be a number of seconds, got ${typeof delay}`);
  }
  checkKeywords('sleep', delay, ['delay', 'result']);
  return sleeper(delay.delay, delay.result as T);
}

/** The coroutines below are no generators, but behave as such. */
function sleeper<T>(delay: number, result: T | undefined): Coroutine<T> {
  return (delay <= 0 ? new GiveUpTurn(result) : new Sleep(delay, result)) as unknown as Coroutine<T>;
}

const CREATED = 0;
const SUSPENDED = 1;
const ENDED = 2;
type Phase = typeof CREATED | typeof SUSPENDED | typeof ENDED;

/** Result objects of one shape keep the places that read them quick. */
class Step<T> {
  readonly done: boolean;
  readonly value: T;

  constructor(done: boolean, value: T) {
    this.done = done;
    this.value = value;
  }
}

/** Frozen, so that all can share it. */
const GIVE_UP_TURN: IteratorResult<undefined, never> = Object.freeze(
  new Step(false, undefined),
) as IteratorResult<undefined, never>;

/**
 * The coroutine of `sleep(0)`, by hand: one bare yield. Giving up the turn is what busy programs do most, and a
 * generator costs three times as much.
 */
class GiveUpTurn<T> {
  private readonly _result: T;
  private _phase: Phase = CREATED;

  constructor(result: T) {
    this._result = result;
  }

  next(): IteratorResult<undefined, T | undefined> {
    if (this._phase === CREATED) {
      this._phase = SUSPENDED;
      return GIVE_UP_TURN;
    }
    const result = this._phase === SUSPENDED ? this._result : undefined;
    this._phase = ENDED;
    return new Step(true, result) as unknown as IteratorResult<undefined, T | undefined>;
  }

  throw(error: unknown): never {
    noteArrival(error);
    this._phase = ENDED;
    throw error;
  }

  return(value: T): IteratorResult<undefined, T> {
    this._phase = ENDED;
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** The coroutine of all other sleeps: it waits for a future that a timer completes. */
class Sleep<T> {
  private readonly _delay: number;
  private readonly _result: T;
  private _phase: Phase = CREATED;
  private _future: FutureLike<T> | null = null;
  private _timer: TimerHandleLike | null = null;

  constructor(delay: number, result: T) {
    this._delay = delay;
    this._result = result;
  }

  next(): IteratorResult<Suspension, T | undefined> {
    if (this._phase === CREATED) return this._wait();
    if (this._phase === ENDED) return { done: true, value: undefined };
    if (probe.on) {
      recordProbe();
      return { done: false, value: this._future as unknown as Suspension };
    }
    this._end();
    return { done: true, value: this._future!.result() };
  }

  private _wait(): IteratorResult<Suspension, never> {
    if (Number.isNaN(this._delay)) throw new ValueError('Invalid delay: NaN (not a number)');
    const loop = requireRunningLoop();
    const future = loop.createFuture<T>();
    this._timer = loop.callLater(this._delay, wake, future, this._result);
    this._future = future;
    this._phase = SUSPENDED;
    (future as Future<T>)._asyncioFutureBlocking = true;
    return { done: false, value: future as unknown as Suspension };
  }

  private _end(): void {
    this._phase = ENDED;
    this._timer?.cancel();
    this._timer = null;
  }

  throw(error: unknown): never {
    noteArrival(error);
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

/*
 * The coroutines of reading and draining, by hand: mostly nothing has to be waited for, and a generator costs three times
 * as much to make and to run to its end.
 */
import type { Coroutine, Suspension } from '../base/awaitable.js';
import { RuntimeError } from '../base/errors.js';
import { probe, recordProbe } from '../base/probe.js';
import { type Future, PENDING, RESULT } from '../futures/future.js';

/** Result objects of one shape keep the places that read them quick. */
export class Step<T> {
  /** Whether it is the result. */
  readonly done: boolean;
  /** The result, or what is waited for. */
  readonly value: T;

  constructor(done: boolean, value: T) {
    this.done = done;
    this.value = value;
  }
}

type Result<T> = IteratorResult<Suspension | undefined, T>;

/**
 * Looks whether it can be done, and if not, waits for a future and looks again.
 *
 *   state    _future  _ended  left by
 *   created  null     false   next()
 *   waiting  set      false   next(), when the future is done; throw(), return()
 *   ended    null     true    never
 */
export abstract class Operation<T> {
  /** Whether it has waited before. */
  protected _waited: boolean = false;
  private _future: Future<void> | null = null;
  private _ended: boolean = false;

  /** The result, or `null` to wait. */
  protected abstract _attempt(): T | null;
  /** What to wait for. */
  protected abstract _beginWait(): Future<void>;
  /** It waits no longer, for whatever reason. */
  protected abstract _endWait(future: Future<void>): void;

  next(): Result<T> {
    if (this._ended) return { done: true, value: undefined as T };
    if (this._future !== null && this._future._status === PENDING) return this._still(this._future);
    try {
      if (this._future !== null) this._resume(this._future);
      const result = this._attempt();
      if (result === null) return this._wait();
      this._ended = true;
      return new Step(true, result) as Result<T>;
    } catch (error) {
      this._end();
      throw error;
    }
  }

  /** As Future's iterator does it: this is what `yield* future` comes to. */
  private _wait(): Result<T> {
    const future = this._beginWait();
    this._future = future;
    future._asyncioFutureBlocking = true;
    return new Step(false, future) as unknown as Result<T>;
  }

  private _resume(future: Future<void>): void {
    this._future = null;
    this._waited = true;
    this._endWait(future);
    if (future._status !== RESULT) throw future._takeError();
  }

  /** Stepped before its time, by whoever looks for the stack of a task; nobody else may. */
  private _still(future: Future<void>): Result<T> {
    if (!probe.on) throw new RuntimeError("await wasn't used with future");
    recordProbe();
    return new Step(false, future) as unknown as Result<T>;
  }

  private _end(): void {
    this._ended = true;
    if (this._future !== null) this._endWait(this._future);
    this._future = null;
  }

  throw(error: unknown): never {
    this._end();
    throw error;
  }

  return(value: T): Result<T> {
    this._end();
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** An operation is a coroutine, as far as anybody can see. */
export function coroutineOf<T>(operation: Operation<T>): Coroutine<T> {
  return operation as unknown as Coroutine<T>;
}

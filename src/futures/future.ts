/*
 * Future: a result to come, and who wants to know of it.
 *
 *   state      entered by                     result()        exception()     left by
 *   PENDING    construction                   throws          throws          setResult, setException, cancel
 *   FINISHED   setResult, setException        value / throws  null / error    never
 *   CANCELLED  cancel                         throws          throws          never
 *
 * Invariants: callbacks exist only while pending; whoever completes a future never calls them, but queues them with
 * the loop. The iterator below is the only place that yields a future. A task that waits is no callback but a Waiter in
 * the same list: it queues itself, and nothing is allocated to wake it.
 */
import { isKeywords } from '../base/arguments.js';
import type { Suspension } from '../base/awaitable.js';
import {
  cancelledErrorWithoutStack,
  CancelledError,
  InvalidStateError,
  RuntimeError,
} from '../base/errors.js';
import type { ContextLike, ContextOption, FutureLike, Loop, Runnable } from '../base/loop.js';
import { noteArrival, probe, recordProbe } from '../base/probe.js';
import { requireLoop } from '../base/running.js';
import { checkContext } from '../contextvars/current.js';
import { copyContext } from '../contextvars/index.js';
import { futureRepr } from './repr.js';
import { forgetUnretrieved } from './unretrieved.js';

/** A function that is told of a future that is done: what {@link Future.addDoneCallback} takes. What it returns is ignored. */
export type DoneCallback<F> = (future: F) => unknown;

/** One that waits for a future, a task mostly: queued with the loop, in its turn among the callbacks, when the future is done. */
export interface Waiter extends Runnable {
  /** @internal */
  readonly _isWaiter: true;
  /** What is waited with: the task, or the future that stands for it. @internal */
  _awaiter(): Future;
}

type Listener = DoneCallback<never> | Waiter;

/** How far a future is, as small integers: the hot paths compare them. */
export const PENDING = 0;
export const RESULT = 1;
export const ERROR = 2;
export const CANCELLED = 3;
/** One of {@link PENDING}, {@link RESULT}, {@link ERROR}, {@link CANCELLED}. */
export type Status = typeof PENDING | typeof RESULT | typeof ERROR | typeof CANCELLED;

/** What the constructor of {@link Future} takes by name. */
export interface FutureOptions {
  /** The loop the future belongs to; by default the one that {@link getEventLoop} gives. */
  loop?: Loop | null | undefined;
}

/**
 * A result to come. Whoever produces it calls {@link Future.setResult | setResult} or
 * {@link Future.setException | setException}; whoever wants it waits by `yield* future`, by `await future` in an async
 * function, or adds a callback. Cancelling it tells those who wait that nothing will come.
 *
 * Libraries make futures; applications mostly use coroutines and tasks. Make one with `loop.createFuture()`.
 *
 * Python: `asyncio.Future`.
 *
 * @example
 * ```ts
 * import { run, getRunningLoop, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const answer = loop.createFuture<number>();
 *   loop.callLater(0.01, () => answer.setResult(42));
 *   console.log(yield* answer);
 * }
 *
 * await run(main());
 * // 42
 * ```
 */
export class Future<T = unknown> implements FutureLike<T> {
  /** @internal */
  readonly _loop: Loop;
  /** @internal */
  _status: Status = PENDING;
  /** The result, or the error, by `_status`. @internal */
  _value: unknown = undefined;
  /** Set between `yield* future` and the task's taking note of it: tells it from a bare `yield future`. @internal */
  _asyncioFutureBlocking: boolean = false;
  /** Whether an error is here that nobody has asked for. @internal */
  _logTraceback: boolean = false;
  /** The first listener stands by itself: most futures have no second one. @internal */
  _listener: Listener | null = null;
  /** @internal */
  _listenerContext: ContextLike | null = null;
  /** Listener, context, listener, context ... @internal */
  _moreListeners: (Listener | ContextLike)[] | null = null;
  /** @internal */
  _cancelMessage: unknown = undefined;
  /** The CancelledError that a task died of; the first reader gets this very object. @internal */
  _cancelledExc: CancelledError | null = null;
  /** Where it was made, in debug mode. @internal */
  _sourceTraceback: string | null;

  constructor(options?: FutureOptions) {
    const loop = options?.loop ?? loopByDefault(options);
    this._loop = loop;
    this._sourceTraceback = loop.getDebug() ? new Error('created at').stack! : null;
  }

  /** @internal */
  get _state(): 'PENDING' | 'CANCELLED' | 'FINISHED' {
    if (this._status === PENDING) return 'PENDING';
    return this._status === CANCELLED ? 'CANCELLED' : 'FINISHED';
  }

  /** The loop that the future belongs to. Python: `Future.get_loop`. */
  getLoop(): Loop {
    return this._loop;
  }

  /** Whether there is a result or an error, or it was cancelled. Python: `Future.done`. */
  done(): boolean {
    return this._status !== PENDING;
  }

  /** Whether it was cancelled. Python: `Future.cancelled`. */
  cancelled(): boolean {
    return this._status === CANCELLED;
  }

  /**
   * The result.
   *
   * Python: `Future.result`.
   *
   * @throws the error that was set; CancelledError if it was cancelled; InvalidStateError while it is pending.
   */
  result(): T {
    if (this._status === RESULT) return this._value as T;
    if (this._status === PENDING) throw new InvalidStateError('Result is not set.');
    throw this._takeError();
  }

  /**
   * The error that was set, or `null` if there is a result.
   *
   * Python: `Future.exception`.
   *
   * @throws CancelledError if it was cancelled; InvalidStateError while it is pending.
   */
  exception(): unknown {
    if (this._status === RESULT) return null;
    if (this._status === PENDING) throw new InvalidStateError('Exception is not set.');
    if (this._status === CANCELLED) throw this._takeError();
    return this._takeError();
  }

  /**
   * Complete it with a result, and queue its callbacks.
   *
   * Python: `Future.set_result`.
   *
   * @throws InvalidStateError if it is done.
   */
  setResult(result: T): void {
    if (this._status !== PENDING) throw new InvalidStateError('invalid state');
    this._complete(RESULT, result);
  }

  /**
   * Complete it with an error, and queue its callbacks. An error class is taken too, and constructed.
   *
   * If nobody ever asks for the error (by waiting, `result()`, `exception()`), the loop's exception handler is told
   * when the future is collected or the loop is closed, whichever is first.
   *
   * Python: `Future.set_exception`.
   *
   * @throws InvalidStateError if it is done; TypeError if `exception` is neither an error nor a class of errors.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, ValueError, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const answer = loop.createFuture<number>();
   *   loop.callSoon(() => answer.setException(new ValueError('there is none')));
   *   try {
   *     console.log(yield* answer);
   *   } catch (e) {
   *     console.log(String(e), answer.exception() === e);
   *   }
   * }
   *
   * await run(main());
   * // ValueError: there is none true
   * ```
   */
  setException(exception: unknown): void {
    if (this._status !== PENDING) throw new InvalidStateError('invalid state');
    let error = exception;
    if (typeof exception === 'function' && exception.prototype instanceof Error) {
      error = new (exception as new () => Error)();
    }
    if (!(error instanceof Error)) throw new TypeError('invalid exception object');
    this._fail(error);
  }

  /**
   * Cancel it, and queue its callbacks: those who wait get a CancelledError that carries `msg`.
   *
   * Python: `Future.cancel`.
   *
   * @returns `false` if it was done already, and then nothing is changed (but an error in it counts as seen).
   *
   * @example
   * ```ts
   * import { CancelledError, getRunningLoop, run, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const answer = loop.createFuture<number>();
   *   loop.callSoon(() => answer.cancel('nobody knows'));
   *   try {
   *     yield* answer;
   *   } catch (e) {
   *     if (e instanceof CancelledError) console.log(e.message, answer.cancelled(), answer.cancel());
   *   }
   * }
   *
   * await run(main());
   * // nobody knows true false
   * ```
   */
  cancel(msg?: unknown): boolean {
    if (this._status !== PENDING) {
      if (this._logTraceback) forgetUnretrieved(this);
      return false;
    }
    this._cancelMessage = msg;
    this._complete(CANCELLED, undefined);
    return true;
  }

  /**
   * Arrange for `callback` to be called with this future when it is done.
   *
   * The loop makes the call, in a later round, never this method nor whoever completes the future: code after
   * `addDoneCallback` runs before `callback`, even when the future is done already. Callbacks run in the order they
   * were added; one added twice is called twice. Each runs in the context that was current when it was added, or in
   * `options.context`. An error thrown by one goes to the loop's exception handler and does not stop the others.
   *
   * Python: `Future.add_done_callback`.
   *
   * @throws TypeError if `callback` is no function, or `context` no Context.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const future = getRunningLoop().createFuture<string>();
   *   future.setResult('done');
   *   future.addDoneCallback((it) => console.log('first', it.result()));
   *   future.addDoneCallback(() => console.log('second'));
   *   console.log('not yet');
   *   yield* sleep(0);
   * }
   *
   * await run(main());
   * // not yet
   * // first done
   * // second
   * ```
   */
  addDoneCallback(callback: DoneCallback<this>, options?: ContextOption): void {
    if (typeof callback !== 'function') {
      throw new TypeError(`addDoneCallback(): callback must be a function, got ${String(callback)}`);
    }
    const context = options?.context == null ? copyContext() : checkContext(options.context);
    if (this._status !== PENDING) this._loop._callSoonIn(context, callback, this);
    else this._listen(callback, context);
  }

  /**
   * Take back every entry of `callback`. One that is queued already, because the future is done, is called all the same.
   *
   * Python: `Future.remove_done_callback`.
   *
   * @returns how many were taken back.
   */
  removeDoneCallback(callback: DoneCallback<this>): number {
    if (this._listener === null) return 0;
    const kept: (Listener | ContextLike)[] = [];
    let removed = 0;
    const all = [this._listener, this._listenerContext!, ...(this._moreListeners ?? [])];
    for (let i = 0; i < all.length; i += 2) {
      if (all[i] === callback) removed++;
      else kept.push(all[i]!, all[i + 1]!);
    }
    if (removed === 0) return 0;
    this._listener = (kept[0] as Listener | undefined) ?? null;
    this._listenerContext = (kept[1] as ContextLike | undefined) ?? null;
    this._moreListeners = kept.length > 2 ? kept.slice(2) : null;
    return removed;
  }

  /** Wait for it: `yield* future`. Python: `Future.__await__`. */
  [Symbol.iterator](): Iterator<Suspension | undefined, T, unknown> {
    return new FutureIterator(this);
  }

  /**
   * Wait for it from an async function: `await future`. The loop must run meanwhile, unless it is done. The promise is settled in
   * the turn of a done callback; leaving it does not cancel the future.
   *
   * Python has no promises.
   *
   * @example
   * ```ts
   * import { createTask, run, sleep, wrapFuture, type Coroutine, type Task } from 'tsyncio';
   *
   * async function native(task: Task<string>): Promise<string> {
   *   return `${await task}, said a task`;
   * }
   *
   * function* main(): Coroutine {
   *   console.log(yield* wrapFuture(native(createTask(sleep(0.01, 'hello')))));
   * }
   *
   * await run(main());
   * // hello, said a task
   * ```
   */
  then<R = T, E = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return new Promise<T>((resolve, reject) => {
      const settle = (): void => {
        if (this._status === RESULT) resolve(this._value as T);
        else reject(this._takeError());
      };
      // One that is done needs no loop: that may have ended.
      if (this._status === PENDING) this.addDoneCallback(settle);
      else settle();
    }).then(onFulfilled, onRejected);
  }

  /** Like `repr()` of Python's: state, result or error, callbacks. Python: `Future.__repr__`. */
  toString(): string {
    return futureRepr(this);
  }

  /** Node prints this. @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Complete it with anything that was thrown. @internal */
  _fail(error: unknown): void {
    // Python cannot raise None; here `throw undefined` is legal, and would look like "no exception".
    const thrown = error ?? new TypeError('exceptions must derive from BaseException');
    this._logTraceback = true;
    this._loop._unretrieved.add(this);
    this._complete(ERROR, thrown);
  }

  /** Cancel it with the CancelledError that what it stands for died of; the first reader gets that. @internal */
  _die(error: CancelledError): void {
    this._cancelledExc = error;
    this._cancelMessage = error.args[0];
    this._complete(CANCELLED, undefined);
  }

  /** @internal */
  _complete(status: Status, value: unknown): void {
    this._status = status;
    this._value = value;
    if (this._listener !== null) this._notify();
  }

  /** Queue everybody who listens, in their order, and forget them. */
  private _notify(): void {
    const first = this._listener!;
    const context = this._listenerContext;
    const more = this._moreListeners;
    this._listener = this._listenerContext = this._moreListeners = null;
    this._queue(first, context);
    if (more === null) return;
    for (let i = 0; i < more.length; i += 2) this._queue(more[i] as Listener, more[i + 1] as ContextLike);
  }

  private _queue(listener: Listener, context: ContextLike | null): void {
    if (typeof listener === 'object') this._loop._enqueue(listener);
    else this._loop._callSoonIn(context!, listener as DoneCallback<unknown>, this);
  }

  private _listen(listener: Listener, context: ContextLike | null): void {
    if (this._listener === null) {
      this._listener = listener;
      this._listenerContext = context;
    } else (this._moreListeners ??= []).push(listener, context as ContextLike);
  }

  /** `waiter` is queued when this is done: at once, if it is done already. @internal */
  _addWaiter(waiter: Waiter): void {
    if (this._status !== PENDING) this._loop._enqueue(waiter);
    else this._listen(waiter, null);
  }

  /** What waiting for it throws; from now on the error counts as seen. Only when failed or cancelled. @internal */
  _takeError(): unknown {
    if (this._status === CANCELLED) return this._makeCancelledError();
    if (this._logTraceback) forgetUnretrieved(this);
    return this._value;
  }

  /** @internal */
  _makeCancelledError(): CancelledError {
    const saved = this._cancelledExc;
    if (saved !== null) {
      this._cancelledExc = null;
      return saved;
    }
    return this._loop.getDebug()
      ? new CancelledError(this._cancelMessage)
      : cancelledErrorWithoutStack(this._cancelMessage);
  }
}

function loopByDefault(options: FutureOptions | undefined): Loop {
  if (options !== undefined && !isKeywords(options)) {
    throw new TypeError('Future(): the loop is given by name: { loop }');
  }
  return requireLoop();
}

/** One shared type of result object for both answers keeps the call sites of `next` monomorphic. */
class Step<T> {
  readonly done: boolean;
  readonly value: T;

  constructor(done: boolean, value: T) {
    this.done = done;
    this.value = value;
  }
}

/**
 * What `yield* future` runs: gives the future up to the task once, and reads its result when resumed. Written by hand
 * instead of as a generator: it is made at every wait, and costs a third of one.
 */
class FutureIterator<T> implements Iterator<Suspension | undefined, T, unknown> {
  private readonly _future: Future<T>;
  private _suspended: boolean = false;

  constructor(future: Future<T>) {
    this._future = future;
  }

  next(): IteratorResult<Suspension, T> {
    const future = this._future;
    if (future._status === RESULT)
      return new Step(true, future._value) as unknown as IteratorResult<Suspension, T>;
    if (future._status !== PENDING) throw future._takeError();
    if (this._suspended) {
      if (!probe.on) throw new RuntimeError("await wasn't used with future");
      recordProbe();
    } else {
      this._suspended = true;
      future._asyncioFutureBlocking = true;
    }
    return new Step(false, future) as unknown as IteratorResult<Suspension, T>;
  }

  throw(error: unknown): never {
    noteArrival(error);
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/**
 * Whether `obj` is a Future, a Task, or an object that behaves as one: it has the field `_asyncioFutureBlocking`.
 *
 * Python: `asyncio.isfuture`.
 *
 * @example
 * ```ts
 * import { createTask, isfuture, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   console.log(isfuture(createTask(sleep(0))), isfuture(sleep(0)), isfuture(Promise.resolve()));
 * }
 *
 * await run(main());
 * // true false false
 * ```
 */
export function isfuture(obj: unknown): obj is Future {
  if (obj instanceof Future) return true;
  return (
    typeof obj === 'object' && obj !== null && typeof (obj as Future)._asyncioFutureBlocking === 'boolean'
  );
}

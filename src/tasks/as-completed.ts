/*
 * asCompleted: futures in the order in which they are done.
 *
 * `_todo` holds those that are neither done nor given up; `_done` those that are done and that nobody has taken yet, with
 * a null for each that the timeout has given up; `_left` counts the items that are still to be handed out.
 */
import { checkKeywords, checkTimeout } from '../base/arguments.js';
import { type AwaitableLike, type AwaitedResult, type Coroutine, iscoroutine } from '../base/awaitable.js';
import { StopAsyncIteration, TimeoutError } from '../base/errors.js';
import type { FutureLike, Loop, TimerHandleLike } from '../base/loop.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { requireLoop } from '../base/running.js';
import { onBehalfOf } from '../futures/awaited-by.js';
import { type Future, isfuture } from '../futures/future.js';
import type { AsyncIteratorLike } from './async-iteration.js';
import { ensureFuture } from './create.js';
import { currentTask } from './registry.js';

/** What {@link asCompleted} takes by name. */
export interface AsCompletedOptions {
  /** At most so long for all of them, in seconds; `null`, the default, for ever. Python: `timeout`. */
  timeout?: number | null | undefined;
}

/** What {@link asCompleted} gives for an argument: the future itself, or the one that was made for it. */
type Original<A> = A extends Future<infer _> ? A : Future<AwaitedResult<A>>;

/**
 * Run awaitables side by side, and take their results as they come.
 *
 * Plain iteration gives coroutines, as many as there are awaitables: each gives the next result, whichever that is.
 * With asyncFor it gives the futures themselves, done, so that each can be told from the others: the very ones that were
 * passed in, or new tasks for coroutines.
 *
 * When `timeout` is over, each item that is still awaited throws a TimeoutError. Nothing is cancelled.
 *
 * Python: `asyncio.as_completed`.
 *
 * @param aws - awaitables; one that occurs twice counts once
 * @throws TypeError for a single future or coroutine.
 *
 * @example
 * ```ts
 * import { asCompleted, asyncFor, run, sleep, type Coroutine } from 'tsyncio';
 * import { VirtualEventLoop } from 'tsyncio/testing';
 *
 * function* main(): Coroutine {
 *   for (const next of asCompleted([sleep(0.02, 'slow'), sleep(0.01, 'quick')])) {
 *     console.log(yield* next);
 *   }
 *   yield* asyncFor(asCompleted([sleep(0.02, 2), sleep(0.01, 1)]), function* (future) {
 *     console.log(future.result());
 *   });
 * }
 *
 * await run(main(), { loopFactory: () => new VirtualEventLoop() });
 * // quick
 * // slow
 * // 1
 * // 2
 * ```
 */
export function asCompleted<A extends AwaitableLike<unknown>>(
  aws: Iterable<A>,
  options: AsCompletedOptions = {},
): AsCompletedIterator<AwaitedResult<A>, Original<A>> {
  checkKeywords('asCompleted', options, ['timeout']);
  if (isfuture(aws) || iscoroutine(aws)) {
    throw new TypeError(`expects an iterable of awaitables, not ${(aws as object).constructor.name}`);
  }
  const timeout = checkTimeout('asCompleted', 'timeout', options.timeout);
  return new AsCompletedIterator<AwaitedResult<A>, Original<A>>(aws, timeout);
}

/**
 * What {@link asCompleted} returns: a plain iterator of coroutines, and an asynchronous iterator of futures.
 *
 * Python: `asyncio.tasks._AsCompletedIterator`.
 *
 * @example
 * ```ts
 * import { anext, asCompleted, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const quick = createTask(sleep(0.01, 'quick'));
 *   const results = asCompleted([createTask(sleep(3600, 'slow')), quick]);
 *   console.log((yield* anext(results)) === quick);
 * }
 *
 * await run(main());
 * // true
 * ```
 */
export class AsCompletedIterator<T, F> implements AsyncIteratorLike<F>, IterableIterator<Coroutine<T>> {
  private readonly _loop: Loop;
  private readonly _todo: Set<Future>;
  private readonly _done: RingBuffer<Future | null> = new RingBuffer<Future | null>();
  private readonly _getters: RingBuffer<FutureLike<void>> = new RingBuffer<FutureLike<void>>();
  private readonly _timer: TimerHandleLike | null = null;
  private _left: number;
  private readonly _onDone = (future: Future): void => {
    this._handleCompletion(future);
  };

  /** @internal */
  constructor(aws: Iterable<AwaitableLike<unknown>>, timeout: number | null) {
    const loop = requireLoop();
    this._loop = loop;
    this._todo = new Set([...new Set(aws)].map((aw) => ensureFuture(aw, { loop })));
    this._left = this._todo.size;
    const task = currentTask(loop);
    onBehalfOf(this._onDone, () => task);
    for (const future of this._todo) future.addDoneCallback(this._onDone);
    if (this._left > 0 && timeout !== null) {
      this._timer = loop.callLater(timeout, () => {
        this._handleTimeout();
      });
    }
  }

  /** Itself: `for (const next of asCompleted(...))`. Python: `__iter__`. */
  [Symbol.iterator](): this {
    return this;
  }

  /** The next coroutine, which gives the next result, whichever that is. Python: `__next__`. */
  next(): IteratorResult<Coroutine<T>, undefined> {
    if (this._left === 0) return { done: true, value: undefined };
    this._left--;
    return { done: false, value: this._nextResult() as Coroutine<T> };
  }

  /** Itself. Python: `__aiter__`. */
  aiter(): this {
    return this;
  }

  /**
   * The next future that is done. A call that is cancelled takes none. Python: `__anext__`.
   *
   * @throws StopAsyncIteration after the last; TimeoutError for each that was not done in time.
   */
  *anext(): Coroutine<F> {
    if (this._left === 0) throw new StopAsyncIteration();
    this._left--;
    return (yield* this._nextFuture()) as F;
  }

  private *_nextResult(): Coroutine<unknown> {
    return (yield* this._nextFuture()).result();
  }

  private *_nextFuture(): Coroutine<Future> {
    const future = yield* this._take();
    if (future === null) throw new TimeoutError();
    return future;
  }

  /** The next item of `_done`. A wait that is cancelled puts its slot back, and hands on a wake-up that it had got. */
  private *_take(): Coroutine<Future | null> {
    while (this._done.length === 0) {
      const getter = this._loop.createFuture<void>();
      this._getters.push(getter);
      try {
        yield* getter;
      } catch (error) {
        getter.cancel();
        this._left++;
        if (!getter.cancelled()) this._handOn();
        throw error;
      }
    }
    return this._done.shift()!;
  }

  private _put(item: Future | null): void {
    this._done.push(item);
    this._wakeOne();
  }

  /** A wake-up came to a wait that was cancelled: what it was for may still be there. */
  private _handOn(): void {
    if (this._done.length > 0) this._wakeOne();
  }

  private _wakeOne(): void {
    for (let getter = this._getters.shift(); getter !== undefined; getter = this._getters.shift()) {
      if (getter.done()) continue;
      getter.setResult();
      return;
    }
  }

  private _handleTimeout(): void {
    for (const future of this._todo) {
      future.removeDoneCallback(this._onDone);
      this._put(null);
    }
    this._todo.clear();
  }

  private _handleCompletion(future: Future): void {
    // After the timeout nothing is left to do; a callback may have been queued before it.
    if (!this._todo.delete(future)) return;
    this._put(future);
    if (this._todo.size === 0) this._timer?.cancel();
  }
}

import type { Coroutine } from '../base/awaitable.js';
import { StopAsyncIteration } from '../base/errors.js';
import type { FutureLike, Loop } from '../base/loop.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { requireRunningLoop } from '../base/running.js';
import type { AsyncIteratorLike } from '../tasks/index.js';
import type { ClosedWhenLeft } from '../tasks/promise-iterator.js';
import {
  checkSource,
  destroyedWith,
  type EmitterLike,
  errorOf,
  type EventTargetLike,
  isClosed,
  Listeners,
} from './listeners.js';

/** What {@link iterateEvents} takes by name, beside the name of the event. */
export interface IterateEventsOptions {
  /** The events that end the iteration; by default `'end'` and `'close'`. */
  until?: string | readonly string[];
}

/**
 * What {@link iterateEvents} returns: the events to come, each as the array of its arguments.
 *
 * Not in Python.
 *
 * @example
 * ```ts
 * import { EventEmitter } from 'node:events';
 * import { anext, iterateEvents, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const emitter = new EventEmitter();
 *   const steps = iterateEvents<[number]>(emitter, 'step');
 *   for (const n of [1, 2, 3]) emitter.emit('step', n);
 *   const [first] = yield* anext(steps);
 *   console.log(first, emitter.listenerCount('step'));
 *   yield* steps.aclose();
 *   console.log(emitter.listenerCount('step'));
 * }
 *
 * await run(main());
 * // 1 1
 * // 0
 * ```
 */
export class EventIterator<A extends readonly unknown[]> implements AsyncIteratorLike<A>, ClosedWhenLeft {
  /** @internal */
  declare readonly _closedWhenLeft: true;
  private readonly _loop: Loop;
  private readonly _listeners: Listeners;
  private readonly _events: RingBuffer<A> = new RingBuffer<A>();
  private readonly _waiters: Set<FutureLike<void>> = new Set();
  private _over: boolean = false;
  /** What it failed with, until that was thrown. */
  private _failure: { readonly error: unknown } | null = null;

  /** @internal */
  constructor(source: EmitterLike | EventTargetLike, event: string, until: readonly string[]) {
    this._loop = requireRunningLoop();
    this._listeners = new Listeners(source);
    if (isClosed(source)) {
      this._end(destroyedWith(source));
      return;
    }
    this._listeners.add(event, (...args) => {
      this._events.push(args as unknown as A);
      this._wake();
    });
    if (event !== 'error') {
      this._listeners.add('error', (error) => {
        this._end(errorOf(error));
      });
    }
    for (const end of until) {
      if (end === event) continue;
      this._listeners.add(end, () => {
        this._end(null);
      });
    }
  }

  private _end(error: unknown): void {
    this._listeners.remove();
    this._over = true;
    if (error !== null) this._failure = { error };
    this._wake();
  }

  /** All of them look again: whom the wait was cancelled for has taken nothing. */
  private _wake(): void {
    for (const waiter of this._waiters) if (!waiter.done()) waiter.setResult();
  }

  /** Itself, for {@link asyncFor}. */
  aiter(): this {
    return this;
  }

  /**
   * The arguments of the next event. A wait that is cancelled has taken none. @throws StopAsyncIteration at the end; what
   * came as `'error'`.
   */
  *anext(): Coroutine<A> {
    while (this._events.length === 0) {
      if (this._failure !== null) {
        const { error } = this._failure;
        this._failure = null;
        throw error;
      }
      if (this._over) throw new StopAsyncIteration();
      const waiter = this._loop.createFuture<void>();
      this._waiters.add(waiter);
      try {
        yield* waiter;
      } finally {
        this._waiters.delete(waiter);
      }
    }
    return this._events.shift()!;
  }

  /** Cease to listen. What came and was not asked for is dropped. */
  *aclose(): Coroutine {
    this[Symbol.dispose]();
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this._events.clear();
    this._failure = null;
    this._end(null);
  }
}
Object.defineProperty(EventIterator.prototype, '_closedWhenLeft', { value: true });

/**
 * Iterate over the events of an EventEmitter or EventTarget, each as the array of its arguments:
 * `yield* asyncFor(iterateEvents<[Socket]>(server, 'connection'), function* ([socket]) { ... })`.
 *
 * It listens from the call on; events that come faster than they are asked for are kept, and there is no way to hold an
 * emitter back. (Streams are better iterated themselves: `asyncFor(stream, ...)`.) It ends with `'end'` or `'close'`,
 * or what `until` names; an `'error'` is thrown after the events that came before. All listeners are removed then, and when
 * the `asyncFor` is left, however that happens; `aclose()`, or `using`, does so by hand.
 *
 * Not in Python.
 *
 * @param source - an EventEmitter, an EventTarget, or what looks like one of them
 * @param event - the name of the event
 * @param options - `until`: the names of the events that end it
 * @throws RuntimeError if no loop is running; TypeError if `source` cannot be listened to.
 *
 * @example
 * ```ts
 * import { EventEmitter } from 'node:events';
 * import { asyncFor, iterateEvents, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const emitter = new EventEmitter();
 *   const prices = iterateEvents<[name: string, price: number]>(emitter, 'price');
 *   emitter.emit('price', 'tea', 3);
 *   emitter.emit('price', 'cake', 5);
 *   emitter.emit('close');
 *   yield* asyncFor(prices, function* ([name, price]) {
 *     console.log(name, price);
 *   });
 * }
 *
 * await run(main());
 * // tea 3
 * // cake 5
 * ```
 */
export function iterateEvents<A extends readonly unknown[] = unknown[]>(
  source: EmitterLike | EventTargetLike,
  event: string,
  options: IterateEventsOptions = {},
): EventIterator<A> {
  checkSource('iterateEvents', source);
  const { until = ['end', 'close'] } = options;
  return new EventIterator<A>(source, event, typeof until === 'string' ? [until] : until);
}

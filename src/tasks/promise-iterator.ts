/*
 * Async iterators of JavaScript's, streams among them, as iterators of ours.
 *
 *   state      means                                       aclose()
 *   idle       nothing was asked for                       calls return(), and waits for it
 *   asked      a promise of next() is under way, with      stops the producer, and does not wait: an async generator
 *              or without somebody who waits for it        would answer a return() only after the next()
 *   over       the end was seen, or an error, or aclose()  does nothing
 *
 * A wait for an item that is cancelled loses nothing: the promise is kept, and the next anext() takes what it gives.
 */
import type { Coroutine } from '../base/awaitable.js';
import { StopAsyncIteration } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireLoop } from '../base/running.js';
import type { Future } from '../futures/future.js';
import { follow, reportLateRejection, wrapFuture } from '../futures/promises.js';

/** An iterator that is closed by an `asyncFor` that is left before its end. */
export interface ClosedWhenLeft {
  /** @internal */
  readonly _closedWhenLeft: true;
  /** Close it. */
  aclose(): Coroutine;
}

/** Whether an iterator wants to be closed when the loop over it is left. */
export function isClosedWhenLeft(iterator: object): iterator is ClosedWhenLeft {
  return '_closedWhenLeft' in iterator;
}

interface MayBeStream {
  /** Web's readable streams have it. */
  getReader?(): StreamReaderLike;
  /** Node's streams have it. */
  destroy?(): unknown;
}

interface StreamReaderLike {
  read(): Promise<IteratorResult<never>>;
  cancel(): Promise<void>;
  releaseLock(): void;
}

/** An async iterator of JavaScript's, which gives promises. */
export class PromiseIterator<T> implements ClosedWhenLeft {
  declare readonly _closedWhenLeft: true;
  private readonly _iterable: AsyncIterable<T> & MayBeStream;
  private readonly _iterator: AsyncIterator<T>;
  private _asked: Promise<IteratorResult<T>> | null = null;
  private _over: boolean = false;
  private _destroyed: boolean = false;

  constructor(iterable: AsyncIterable<T>) {
    this._iterable = iterable;
    this._iterator = iteratorOf(iterable);
  }

  *anext(): Coroutine<T> {
    if (this._over) throw new StopAsyncIteration();
    const future = follow((this._asked ??= this._iterator.next()), requireLoop(), (loop, of, reason) => {
      this._late(loop, of, reason);
    });
    let step: IteratorResult<T>;
    try {
      step = yield* future;
    } catch (error) {
      // What it failed with, it failed with; a wait that was cancelled says nothing of it.
      if (!future.cancelled()) this._end();
      throw error;
    }
    this._asked = null;
    if (step.done === true) {
      this._end();
      throw new StopAsyncIteration();
    }
    return step.value;
  }

  private _end(): void {
    this._over = true;
    this._asked = null;
  }

  /** The producer is told to stop; see the table above for when that is waited for. */
  *aclose(): Coroutine {
    if (this._over) return;
    const asked = this._asked;
    this._end();
    if (asked === null) {
      const closing = this._iterator.return?.();
      if (closing !== undefined) yield* wrapFuture(closing);
    } else this._abandon();
  }

  private _abandon(): void {
    if (typeof this._iterable.destroy === 'function') {
      this._destroyed = true;
      this._iterable.destroy();
    }
    const closing = this._iterator.return?.();
    if (closing === undefined) return;
    const loop = requireLoop();
    // Cancelled as it is: whatever it fails with comes late.
    follow(closing, loop, (_loop, future, reason) => {
      this._late(loop, future, reason);
    }).cancel();
  }

  /** A stream that we have destroyed complains of nothing else. */
  private _late(loop: Loop, future: Future, reason: unknown): void {
    if (!this._destroyed) reportLateRejection(loop, future, reason);
  }
}
Object.defineProperty(PromiseIterator.prototype, '_closedWhenLeft', { value: true });

function iteratorOf<T>(iterable: AsyncIterable<T> & MayBeStream): AsyncIterator<T> {
  return typeof iterable.getReader === 'function'
    ? webStreamIterator<T>(iterable.getReader())
    : iterable[Symbol.asyncIterator]();
}

/** The stream's own iterator would keep a return() waiting for the chunk that was asked for; and not all browsers have one. */
function webStreamIterator<T>(reader: StreamReaderLike): AsyncIterator<T> {
  const release = (): void => {
    reader.releaseLock();
  };
  return {
    next: () =>
      reader.read().then(
        (step) => {
          if (step.done === true) release();
          return step;
        },
        (error: unknown) => {
          release();
          throw error;
        },
      ),
    return: async () => {
      const cancelled = reader.cancel();
      // A read that is under way ends with it.
      release();
      await cancelled;
      return { done: true, value: undefined };
    },
  };
}

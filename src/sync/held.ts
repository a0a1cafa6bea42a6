/*
 * What can be acquired and released: the part that Lock, Condition and the semaphores share.
 */
import type { Coroutine } from '../base/awaitable.js';
import { LoopBound } from './loop-bound.js';

/**
 * Something acquired that is released when the block ends: what `hold()` of {@link Lock}, {@link Condition} and
 * {@link Semaphore} gives, for `using`. Releasing is immediate and happens once, however often it is disposed of.
 *
 * Not in Python, which has `async with` for it.
 *
 * @example
 * ```ts
 * import { run, Semaphore, type Coroutine } from 'tsyncio';
 *
 * const one = new Semaphore(1);
 *
 * function* main(): Coroutine<string> {
 *   using _permit = yield* one.hold();
 *   return `locked inside: ${one.locked()}`; // the permit is given back on the way out
 * }
 *
 * console.log(await run(main()), one.locked());
 * // locked inside: true false
 * ```
 */
export class Held {
  private _owner: { release(): void } | null;

  /** @internal */
  constructor(owner: { release(): void }) {
    this._owner = owner;
  }

  /** Release it, unless that has happened. `using` does it at the end of the block. */
  [Symbol.dispose](): void {
    const owner = this._owner;
    this._owner = null;
    owner?.release();
  }
}

/**
 * The base of what is acquired and released: {@link Lock}, {@link Condition}, {@link Semaphore}. It adds `hold()`, and what
 * `asyncWith` needs.
 *
 * Python: `asyncio.locks._ContextManagerMixin`.
 *
 * @example
 * ```ts
 * import { asyncWith, BoundedSemaphore, Lock, run, type Acquirable, type Coroutine } from 'tsyncio';
 *
 * function* guarded(by: Acquirable, what: string): Coroutine {
 *   yield* asyncWith(by, function* () {
 *     console.log(what, String(by));
 *   });
 * }
 *
 * function* main(): Coroutine {
 *   yield* guarded(new Lock(), 'alone:');
 *   yield* guarded(new BoundedSemaphore(2), 'one of two:');
 * }
 *
 * await run(main());
 * // alone: <Lock [locked]>
 * // one of two: <BoundedSemaphore [unlocked, value:1]>
 * ```
 */
export abstract class Acquirable extends LoopBound {
  /** Acquire it, waiting if that is needed. Python: `acquire`. @returns `true`. */
  abstract acquire(): Coroutine<true>;

  /** Give it back, at once. Python: `release`. */
  abstract release(): void;

  /**
   * Acquire it for the rest of a block: `using held = yield* lock.hold();` releases when the block is left, however
   * that happens.
   *
   * Not in Python, which has `async with` for it; that is `asyncWith` here, and works as well.
   *
   * @example
   * ```ts
   * import { Lock, run, type Coroutine } from 'tsyncio';
   *
   * const lock = new Lock();
   *
   * function* main(): Coroutine {
   *   {
   *     using _held = yield* lock.hold();
   *     console.log(lock.locked());
   *   }
   *   console.log(lock.locked());
   * }
   *
   * await run(main());
   * // true
   * // false
   * ```
   */
  *hold(): Coroutine<Held> {
    yield* this.acquire();
    return new Held(this);
  }

  /** Acquire it for the body of an `asyncWith`, which is given `null`. Python: `__aenter__`. */
  *aenter(): Coroutine<null> {
    yield* this.acquire();
    return null;
  }

  /** Release it, whatever happened in the body. Python: `__aexit__`. */
  *aexit(_error: unknown): Coroutine {
    this.release();
  }
}

/*
 *   state      wait() of a newcomer                      ends when
 *   filling    counts itself and waits for the others    the last party arrives: draining
 *   draining   waits until it is filling again           the last party has left: filling
 *   resetting  waits until it is filling again           the last of those who waited has left: filling
 *   broken     BrokenBarrierError                        reset()
 *
 * `_count` are the tasks inside: those who arrived and have not left.
 */
import type { Coroutine } from '../base/awaitable.js';
import { BrokenBarrierError, ValueError } from '../base/errors.js';
import { Condition } from './condition.js';
import { describe, LoopBound } from './loop-bound.js';
import { numberOf, optionsOf } from './options.js';

/** What the constructor of {@link Barrier} takes by name. */
export interface BarrierOptions {
  /** How many tasks it takes to pass, at least 1. Python: `parties`. */
  parties: number;
}

type BarrierState = 'filling' | 'draining' | 'resetting' | 'broken';

/**
 * A point at which a fixed number of tasks wait for each other: all go on when the last has arrived. It can be used
 * again as soon as all have left.
 *
 * Python: `asyncio.Barrier`.
 *
 * @example
 * ```ts
 * import { Barrier, gather, run, sleep, type Coroutine } from 'tsyncio';
 * import { VirtualEventLoop } from 'tsyncio/testing';
 *
 * const start = new Barrier(3);
 *
 * function* runner(name: string, late: number): Coroutine {
 *   yield* sleep(late);
 *   console.log(name, 'is there');
 *   yield* start.wait();
 *   console.log(name, 'runs');
 * }
 *
 * function* main(): Coroutine {
 *   yield* gather(runner('a', 0.02), runner('b', 0.01), runner('c', 0));
 * }
 *
 * await run(main(), { loopFactory: () => new VirtualEventLoop() });
 * // c is there
 * // b is there
 * // a is there
 * // a runs
 * // c runs
 * // b runs
 * ```
 */
export class Barrier extends LoopBound {
  private readonly _cond: Condition = new Condition();
  private readonly _parties: number;
  private _state: BarrierState = 'filling';
  private _count = 0;

  /**
   * Make a barrier for `parties` tasks.
   *
   * @throws ValueError `parties must be >= 1`.
   */
  constructor(parties: number | BarrierOptions) {
    super();
    const named = optionsOf<BarrierOptions>('Barrier.__init__', parties, ['parties']);
    this._parties = numberOf('Barrier', 'parties', named === null ? parties : named.parties);
    if (this._parties < 1) throw new ValueError('parties must be >= 1');
  }

  /** How many tasks it takes to pass. Python: `Barrier.parties`. */
  get parties(): number {
    return this._parties;
  }

  /** How many wait for the others to arrive; 0 while it is draining, resetting or broken. Python: `Barrier.n_waiting`. */
  get nWaiting(): number {
    return this._state === 'filling' ? this._count : 0;
  }

  /** Whether it was aborted, and not reset since. Python: `Barrier.broken`. */
  get broken(): boolean {
    return this._state === 'broken';
  }

  /**
   * Wait until as many tasks as there are parties have called this. The last to arrive does not wait.
   *
   * One that comes while those of the last round are leaving waits for that first. A task that is cancelled while it
   * waits for the others is not counted any more, and the others go on waiting for one in its place.
   *
   * Python: `Barrier.wait`.
   *
   * @returns how many were there before it in this round: 0 for the first, `parties - 1` for the last. Where one was
   * cancelled, the next to come gets a number that has been given already.
   * @throws BrokenBarrierError if the barrier is broken, or is reset or aborted meanwhile.
   */
  *wait(): Coroutine<number> {
    const cond = this._cond;
    yield* cond.acquire();
    try {
      while (this._state === 'draining' || this._state === 'resetting') yield* cond.wait();
      if (this._state === 'broken') throw new BrokenBarrierError('Barrier aborted');
      const index = this._count++;
      try {
        if (index + 1 === this._parties) this._release();
        else yield* this._fill();
        return index;
      } finally {
        this._count--;
        this._exit();
      }
    } finally {
      cond.release();
    }
  }

  /** Wait for the others. */
  private *_fill(): Coroutine {
    while (this._state === 'filling') yield* this._cond.wait();
    if (this._state !== 'draining') throw new BrokenBarrierError('Abort or reset of barrier');
  }

  /** The last has arrived: let all go. */
  private _release(): void {
    this._state = 'draining';
    this._cond.notifyAll();
  }

  /** One has left. The last of them lets those in who wait outside. */
  private _exit(): void {
    if (this._count > 0) return;
    if (this._state === 'draining' || this._state === 'resetting') this._state = 'filling';
    this._cond.notifyAll();
  }

  /**
   * Make it empty and whole again. Those who wait for the others get a BrokenBarrierError; those who wait outside come
   * in once they have left.
   *
   * Python: `Barrier.reset`.
   *
   * @throws RuntimeError if it has to wait and the barrier belongs to another loop.
   */
  *reset(): Coroutine {
    yield* this._cond.acquire();
    this._state = this._count > 0 ? 'resetting' : 'filling';
    this._cond.notifyAll();
    this._cond.release();
  }

  /**
   * Break it: all who wait, and all who come until it is reset, get a BrokenBarrierError.
   *
   * Python: `Barrier.abort`.
   *
   * @throws RuntimeError if it has to wait and the barrier belongs to another loop.
   */
  *abort(): Coroutine {
    yield* this._cond.acquire();
    this._state = 'broken';
    this._cond.notifyAll();
    this._cond.release();
  }

  /** {@link Barrier.wait} for `asyncWith`, whose body is given the number. Python: `__aenter__`. */
  *aenter(): Coroutine<number> {
    return yield* this.wait();
  }

  /** Does nothing: the barrier was left before the body began. Python: `__aexit__`. */
  *aexit(_error: unknown): Coroutine {
    // nothing to undo
  }

  /** `<Barrier [filling, waiters:2/3]>`. */
  override toString(): string {
    const waiters = this.broken ? '' : `, waiters:${this.nWaiting}/${this.parties}`;
    return describe(this, this._state + waiters, 0);
  }
}

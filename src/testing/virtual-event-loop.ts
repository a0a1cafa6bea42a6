import { SelectorEventLoop } from '../loop/selector-loop.js';

/**
 * A loop whose clock stands still while anything is ready, and then jumps to the next timer: an hour's sleep takes no
 * time, and a test with timeouts gives the same trace each time. `loop.time()` starts at 0.
 *
 * Use it with `runUntilCompleteSync`, or as the `loopFactory` of `runSync`. Hosted (`runUntilComplete`, `run`), the clock jumps
 * only after Node has had a turn, so that promises that are settled by then come first. While a worker thread or process
 * works for the loop (`toThread`), the clock stands still.
 *
 * Not in Python.
 *
 * @example
 * ```ts
 * import { getRunningLoop, runSync, sleep, type Coroutine } from 'tsyncio';
 * import { VirtualEventLoop } from 'tsyncio/testing';
 *
 * function* main(): Coroutine<number> {
 *   yield* sleep(3600);
 *   return getRunningLoop().time();
 * }
 *
 * console.log(runSync(main(), { loopFactory: () => new VirtualEventLoop() }));
 * // 3600
 * ```
 */
export class VirtualEventLoop extends SelectorEventLoop {
  private _now: number = 0;

  /**
   * The virtual time, in seconds: 0 at first. It moves only when the loop would have to wait. Python: `loop.time`.
   *
   * @example
   * ```ts
   * import { gather, getRunningLoop, runSync, sleep, type Coroutine } from 'tsyncio';
   * import { VirtualEventLoop } from 'tsyncio/testing';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   const start = loop.time();
   *   yield* gather(sleep(60), sleep(3600), sleep(600));
   *   console.log(start, loop.time());
   * }
   *
   * runSync(main(), { loopFactory: () => new VirtualEventLoop() });
   * // 0 3600
   * ```
   */
  override time(): number {
    return this._now;
  }

  /** @internal */
  override _select(timeout: number | null): void {
    // The clock stands still while a worker works for the loop: how long that takes is not in its hands.
    if (timeout === null || this._awaitedWork > 0) {
      super._select(timeout === 0 ? 0 : null);
      return;
    }
    const before = this._ready.length;
    if (this._watched > 0) super._select(0);
    if (timeout > 0 && this._ready.length === before) this._now += timeout;
  }

  /** @internal */
  _advance(): void {
    this._scheduled.prune();
    const first = this._scheduled.peek();
    if (first !== undefined) this._now = Math.max(this._now, first._when);
  }
}

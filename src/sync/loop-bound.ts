/*
 * What all primitives have in common: they belong to the loop in which somebody first had to wait. Before that they can
 * be made anywhere, at the top of a module too; operations that need not wait never ask for a loop.
 */
import { RuntimeError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';

/**
 * The base of {@link Lock}, {@link Event}, {@link Queue} and their like. They belong to the loop in which somebody first
 * had to wait; before that they can be made anywhere, at the top of a module too. Waiting in another loop is an error.
 *
 * Python: `asyncio.mixins._LoopBoundMixin`.
 *
 * @example
 * ```ts
 * import { createTask, Event, run, RuntimeError, sleep, type Coroutine } from 'tsyncio';
 *
 * const ready = new Event(); // of no loop yet
 *
 * function* main(): Coroutine {
 *   const waiter = createTask(ready.wait());
 *   yield* sleep(0);
 *   ready.set();
 *   yield* waiter;
 *   ready.clear();
 * }
 *
 * await run(main());
 * try {
 *   await run(ready.wait());
 * } catch (e) {
 *   if (e instanceof RuntimeError) console.log(e.message);
 * }
 * // <Event [unset]> is bound to a different event loop
 * ```
 */
export abstract class LoopBound {
  private _loop: Loop | null = null;

  /**
   * The running loop, which from now on is the one of this object.
   *
   * @throws RuntimeError if this object belongs to another loop, or none is running.
   */
  protected _getLoop(): Loop {
    const loop = requireRunningLoop();
    if (this._loop === null) this._loop = loop;
    else if (this._loop !== loop)
      throw new RuntimeError(`${String(this)} is bound to a different event loop`);
    return loop;
  }

  /** What it is and how many wait: `<Lock [locked, waiters:2]>`. Python: `__repr__`. */
  abstract toString(): string;

  /** Node prints this. @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** `<Lock [unlocked, waiters:2]>`. Python puts the address in between. */
export function describe(primitive: object, state: string, waiters: number): string {
  const extra = waiters === 0 ? state : `${state}, waiters:${waiters}`;
  return `<${primitive.constructor.name} [${extra}]>`;
}

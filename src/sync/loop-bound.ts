/*
 * What all primitives have in common: they belong to the loop in which somebody first had to wait. Before that they can
 * be made anywhere, at the top of a module too; operations that need not wait never ask for a loop.
 */
import { RuntimeError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireRunningLoop } from '../base/running.js';

/** The base of the primitives. Python: `asyncio.mixins._LoopBoundMixin`. */
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

  /** What it is and how many wait: `<Lock [locked, waiters:2]>`. Python: `repr()`. */
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

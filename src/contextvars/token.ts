import type { ContextVar } from './context-var.js';
import type { Context } from './context.js';

/**
 * What {@link ContextVar.set} returns: how to put the variable back to where it was, once.
 *
 * It can be given to {@link ContextVar.reset}, or be declared by `using`, which resets at the end of the block.
 *
 * Python: `contextvars.Token`.
 *
 * @example
 * ```ts
 * import { ContextVar } from 'tsyncio/contextvars';
 *
 * const depth = new ContextVar('depth', { default: 0 });
 * {
 *   using _ = depth.set(depth.get() + 1);
 *   console.log(depth.get());
 * }
 * console.log(depth.get());
 * // 1
 * // 0
 * ```
 */
export class Token<T> {
  /** What {@link Token.oldValue} is if the variable had no value. */
  static readonly MISSING: unique symbol = Symbol('Token.MISSING');

  /** The variable that was set. */
  readonly var: ContextVar<T>;
  /** The value that it had in the context before, or {@link Token.MISSING}. */
  readonly oldValue: T | typeof Token.MISSING;
  /** Where it was set. @internal */
  readonly _context: Context;
  /** Whether it has been used to reset. @internal */
  _used: boolean = false;

  /** @internal */
  constructor(context: Context, variable: ContextVar<T>, oldValue: T | typeof Token.MISSING) {
    this._context = context;
    this.var = variable;
    this.oldValue = oldValue;
  }

  /** The token itself. Python: `Token.__enter__`. */
  enter(): this {
    return this;
  }

  /**
   * Reset the variable. Python: `Token.__exit__`.
   *
   * @throws RuntimeError, ValueError as {@link ContextVar.reset} does.
   */
  exit(): void {
    this.var.reset(this);
  }

  /** {@link Token.exit}, at the end of a block that declares the token by `using`. */
  [Symbol.dispose](): void {
    this.exit();
  }

  /** `<Token var=<ContextVar name='x'>>`, or `<Token used var=...>` after the reset. */
  toString(): string {
    return `<Token${this._used ? ' used' : ''} var=${this.var.toString()}>`;
  }
}

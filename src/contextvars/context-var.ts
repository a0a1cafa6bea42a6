import { LookupError, RuntimeError, ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { contextVarBrand, currentContext } from './context.js';
import { Token } from './token.js';

/** What the constructor of {@link ContextVar} takes. */
export interface ContextVarOptions<T> {
  /** The value where none was set. `undefined` is one too, if the property is there. */
  default?: T;
}

/**
 * A variable with a value of its own in every task: what a request is about, a transaction, a locale.
 *
 * Make it once, at the top of a module: contexts keep every variable that was set in them.
 *
 * Python: `contextvars.ContextVar`.
 *
 * @example
 * ```ts
 * import { ContextVar, createTask, run, type Coroutine } from 'tsyncio';
 *
 * const request = new ContextVar<string>('request');
 *
 * function* handle(name: string): Coroutine {
 *   request.set(name);
 *   yield;
 *   console.log(request.get());
 * }
 *
 * function* main(): Coroutine {
 *   const a = createTask(handle('a'));
 *   const b = createTask(handle('b'));
 *   yield* a;
 *   yield* b;
 *   console.log(request.get('none'));
 * }
 *
 * await run(main());
 * // a
 * // b
 * // none
 * ```
 */
export class ContextVar<T> {
  /** What it is called in messages. */
  readonly name: string;
  private readonly _default: T | typeof Token.MISSING;
  /** @internal */
  declare readonly [contextVarBrand]: true;

  constructor(name: string, options: ContextVarOptions<T> = {}) {
    if (typeof name !== 'string') throw new TypeError('context variable name must be a str');
    this.name = name;
    this._default = 'default' in options ? options.default : Token.MISSING;
  }

  /**
   * The value in the current context; where there is none, `fallback` if given, else the variable's default.
   *
   * Python: `contextvars.ContextVar.get`.
   *
   * @throws LookupError if there is none of the three.
   */
  get(): T;
  get<D>(fallback: D): T | D;
  get(...fallback: [] | [unknown]): unknown {
    const vars = currentContext()._vars;
    const value = vars.get(this);
    if (value !== undefined || vars.has(this)) return value;
    if (fallback.length > 0) return fallback[0];
    if (this._default === Token.MISSING) throw new LookupError(this.toString());
    return this._default;
  }

  /**
   * Set the value in the current context.
   *
   * Python: `contextvars.ContextVar.set`.
   *
   * @returns A token, by which {@link ContextVar.reset} puts the old value back.
   */
  set(value: T): Token<T> {
    const context = currentContext();
    const oldValue = context._vars.has(this) ? (context._vars.get(this) as T) : Token.MISSING;
    context._set(this, value);
    return new Token(context, this, oldValue);
  }

  /**
   * Put back the value that the variable had before the {@link ContextVar.set} that returned `token`.
   *
   * Python: `contextvars.ContextVar.reset`.
   *
   * @throws RuntimeError if the token has been used already.
   * @throws ValueError if it comes from another variable or from another context.
   * @throws TypeError if it is no Token.
   */
  reset(token: Token<T>): void {
    if (!(token instanceof Token))
      throw new TypeError(`expected an instance of Token, got ${reprValue(token)}`);
    if (token._used) throw new RuntimeError(`${token.toString()} has already been used once`);
    if (token.var !== this) throw new ValueError(`${token.toString()} was created by a different ContextVar`);
    const context = currentContext();
    if (token._context !== context)
      throw new ValueError(`${token.toString()} was created in a different Context`);

    token._used = true;
    if (token.oldValue === Token.MISSING) context._delete(this);
    else context._set(this, token.oldValue);
  }

  /** `<ContextVar name='x'>`, or `<ContextVar name='x' default=1>`. */
  toString(): string {
    const byDefault = this._default === Token.MISSING ? '' : ` default=${reprValue(this._default)}`;
    return `<ContextVar name=${reprValue(this.name)}${byDefault}>`;
  }
}
Object.defineProperty(ContextVar.prototype, contextVarBrand, { value: true });

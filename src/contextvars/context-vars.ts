/*
 * Context variables: the variables, the contexts that hold their values, and which context is the current one. All in one
 * file, as each of the three classes names the two others.
 *
 * The slot at the bottom is the current context of this thread (a worker thread has a module instance, and so a slot, of
 * its own). Only enterContext, leaveContext and swapContext write it.
 *
 * Copying takes constant time: both contexts go on with the same Map, and whoever writes first makes one of its own.
 *
 *   _shared   the Map is
 *   true      perhaps read by another context or by an iteration: never write it, replace it
 *   false     this context's alone
 */

import { KeyError, LookupError, RuntimeError, ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';

/** What the constructor of {@link ContextVar} takes. */
export interface ContextVarOptions<T> {
  /**
   * The value where none was set; `undefined` is one too, if the property is there. If it is left out, `get()` throws a LookupError
   * where none was set.
   */
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
    const inherited = inheritedValues();
    if (inherited?.has(this.name) === true) return inherited.get(this.name);
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

const INHERITED = Symbol.for('tsyncio.inheritedContext');

/**
 * In a worker: the values that the context of the caller sent along, by the names of the variables, as the variables
 * themselves are others in each thread. src/platform/workers/worker-main.ts sets them, for the time of a call.
 */
function inheritedValues(): ReadonlyMap<string, unknown> | undefined {
  return (globalThis as unknown as Record<symbol, ReadonlyMap<string, unknown> | undefined>)[INHERITED];
}

const NO_VARIABLES: Map<ContextVar<unknown>, unknown> = new Map();

/**
 * A set of context variables with their values, in which functions can be run. Every task has one of its own: a copy of
 * its creator's, made when it was created. What a task sets, its creator and its siblings do not see.
 *
 * `new Context()` is empty; {@link copyContext} gives one that begins with what is set at present. A Context can be read
 * as a map, by variable, but only code that runs inside can change it.
 *
 * Python: `contextvars.Context`.
 *
 * @example
 * ```ts
 * import { ContextVar, copyContext } from 'tsyncio/contextvars';
 *
 * const user = new ContextVar('user', { default: 'nobody' });
 * const context = copyContext();
 *
 * context.run(() => user.set('ann'));
 * console.log(user.get(), context.get(user));
 * // nobody ann
 * ```
 */
export class Context {
  /** @internal */
  _vars: ReadonlyMap<ContextVar<unknown>, unknown> = NO_VARIABLES;
  private _shared = true;
  /** Whether code is running in it. @internal */
  _entered: boolean = false;

  /**
   * Call `callback(...args)` in this context.
   *
   * Variables that it sets keep their values here after it has returned. Only what runs until then is inside: the body of
   * a coroutine or of an async function that it merely creates is not.
   *
   * Python: `contextvars.Context.run`.
   *
   * @returns What `callback` returns.
   * @throws RuntimeError if the context is entered already, by a call further up or by the task that runs in it.
   */
  run<A extends readonly unknown[], R>(callback: (...args: A) => R, ...args: A): R {
    if (typeof callback !== 'function')
      throw new TypeError(`run() expected a function, got ${reprValue(callback)}`);
    const previous = enterContext(this);
    try {
      return callback(...args);
    } finally {
      leaveContext(this, previous);
    }
  }

  /** A context with the same values, independent from now on. Takes constant time. Python: `contextvars.Context.copy`. */
  copy(): Context {
    const copy = emptyContext();
    copy._vars = this._vars;
    this._shared = true;
    return copy;
  }

  /**
   * The value that `variable` was set to in this context, else `fallback`. The variable's own default does not count.
   *
   * Python: `contextvars.Context.get`.
   *
   * @throws TypeError if `variable` is no ContextVar.
   */
  get<T>(variable: ContextVar<T>): T | null;
  get<T, D>(variable: ContextVar<T>, fallback: D): T | D;
  get(variable: ContextVar<unknown>, fallback: unknown = null): unknown {
    return this.has(variable) ? this._vars.get(variable) : fallback;
  }

  /**
   * The value that `variable` was set to in this context.
   *
   * Python: `context[variable]`.
   *
   * @throws KeyError if it has no value here, whatever its own default.
   * @throws TypeError if `variable` is no ContextVar.
   */
  getitem<T>(variable: ContextVar<T>): T {
    if (!this.has(variable)) throw new KeyError(reprValue(variable));
    return this._vars.get(variable) as T;
  }

  /**
   * Whether `variable` has a value in this context. Python: `variable in context`.
   *
   * @throws TypeError if `variable` is no ContextVar.
   */
  has(variable: ContextVar<unknown>): boolean {
    if (!(variable instanceof ContextVar))
      throw new TypeError(`a ContextVar key was expected, got ${reprValue(variable)}`);
    return this._vars.has(variable);
  }

  /** The number of variables that have a value. Python: `len(context)`. */
  get size(): number {
    return this._vars.size;
  }

  /**
   * The variables that have a value at the time of the call, in the order in which they were set first.
   * Python: `contextvars.Context.keys`.
   */
  keys(): MapIterator<ContextVar<unknown>> {
    this._shared = true;
    return this._vars.keys();
  }

  /** The values, in the order of {@link Context.keys}. Python: `contextvars.Context.values`. */
  values(): MapIterator<unknown> {
    this._shared = true;
    return this._vars.values();
  }

  /** Pairs of a variable and its value, in the order of {@link Context.keys}. Python: `contextvars.Context.items`. */
  items(): MapIterator<[ContextVar<unknown>, unknown]> {
    this._shared = true;
    return this._vars.entries();
  }

  /** The variables: {@link Context.keys}. Python: `iter(context)`. */
  [Symbol.iterator](): MapIterator<ContextVar<unknown>> {
    return this.keys();
  }

  /** `<Context>` */
  toString(): string {
    return '<Context>';
  }

  /** @internal */
  _set(variable: ContextVar<unknown>, value: unknown): void {
    this._ownVars().set(variable, value);
  }

  /** @internal */
  _delete(variable: ContextVar<unknown>): void {
    this._ownVars().delete(variable);
  }

  private _ownVars(): Map<ContextVar<unknown>, unknown> {
    if (this._shared) {
      this._vars = new Map(this._vars);
      this._shared = false;
    }
    return this._vars as Map<ContextVar<unknown>, unknown>;
  }
}

/** The class does not name itself inside: some bundlers would give it another name then. */
function emptyContext(): Context {
  return new Context();
}

/** What code outside of any `run` works in. */
let current = new Context();

/**
 * In a worker: have each call that brings a context run in a new one, so that what it sets is gone with it. The functions
 * in this list begin such a call, and return what ends it.
 */
(globalThis as unknown as Record<symbol, (() => () => void)[] | undefined>)[
  Symbol.for('tsyncio.contextHooks')
]?.push(() => {
  const previous = swapContext(emptyContext());
  return () => {
    swapContext(previous);
  };
});

/** The current context itself, not a copy. */
export function currentContext(): Context {
  return current;
}

/** Make `context` the current one, without asking whether it is entered. Returns the one that was current. */
export function swapContext(context: Context): Context {
  const previous = current;
  current = context;
  return previous;
}

/**
 * Begin to run in `context`; {@link leaveContext} must follow, in a `finally`. Returns the context that was current.
 *
 * @throws RuntimeError if it is entered already.
 */
export function enterContext(context: Context): Context {
  if (context._entered)
    throw new RuntimeError(`cannot enter context: ${context.toString()} is already entered`);
  context._entered = true;
  const previous = current;
  current = context;
  return previous;
}

/** End running in `context`. `previous` is what {@link enterContext} returned. */
export function leaveContext(context: Context, previous: Context): void {
  context._entered = false;
  current = previous;
}

/** `value`, if it is a Context. Throws a TypeError otherwise. */
export function checkContext(value: unknown): Context {
  if (value instanceof Context) return value;
  throw new TypeError(`a contextvars.Context was expected, got ${reprValue(value)}`);
}

/**
 * A copy of the current context. Takes constant time.
 *
 * Python: `contextvars.copy_context`.
 *
 * @example
 * ```ts
 * import { ContextVar, copyContext } from 'tsyncio/contextvars';
 *
 * const language = new ContextVar('language', { default: 'en' });
 * language.set('nl');
 * const snapshot = copyContext();
 * language.set('fr');
 *
 * console.log(language.get(), snapshot.run(() => language.get()));
 * // fr nl
 * ```
 */
export function copyContext(): Context {
  return current.copy();
}

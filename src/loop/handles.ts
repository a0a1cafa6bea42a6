/*
 * Handles: callbacks that were scheduled. Handle._run is the only place that calls one.
 */
import { firstOutsideFrame } from '../base/frames.js';
import { KeyboardInterrupt, SystemExit } from '../base/errors.js';
import type { ExceptionContext, HandleLike, Runnable, TimerHandleLike } from '../base/loop.js';
import { reprCallback, reprValue } from '../base/repr.js';
import type { TimerEntry } from '../base/timer-queue.js';
import { enterContext, leaveContext } from '../contextvars/current.js';
import type { Context } from '../contextvars/index.js';

/** What a {@link Handle} needs to know of its loop. */
export interface HandleLoop {
  /** Whether debug mode is on. */
  getDebug(): boolean;
  /** Report an error that nobody can catch. */
  callExceptionHandler(context: ExceptionContext): void;
  /** @internal */
  _timerHandleCancelled(): void;
}

type Callback = (...args: never[]) => unknown;

const NO_CALLBACK: Callback = () => undefined;
const NO_ARGS: readonly unknown[] = [];

/**
 * A callback that the loop will call. Returned by `callSoon`.
 *
 * Python: `asyncio.Handle`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const second = loop.callSoon(() => console.log('second'));
 *   loop.callSoon(() => console.log('third'));
 *   second.cancel();
 *   console.log(second.cancelled());
 *   yield* sleep(0);
 * }
 *
 * await run(main());
 * // true
 * // third
 * ```
 */
export class Handle implements Runnable, HandleLike {
  /** @internal */
  _callback: Callback;
  /** @internal */
  _args: readonly unknown[];
  /** @internal */
  readonly _loop: HandleLoop;
  /** @internal */
  readonly _context: Context;
  /** @internal */
  _cancelled: boolean = false;
  /** Its text from before it was cancelled, in debug mode. */
  private _repr: string | null = null;
  /** Where it was scheduled, in debug mode. @internal */
  readonly _sourceTraceback: string | null;

  /** @internal */
  constructor(callback: Callback, args: readonly unknown[], loop: HandleLoop, context: Context) {
    this._callback = callback;
    this._args = args;
    this._loop = loop;
    this._context = context;
    this._sourceTraceback = loop.getDebug() ? new Error('created at').stack! : null;
  }

  /** The context that the callback runs in. Python: `Handle.get_context`. */
  getContext(): Context {
    return this._context;
  }

  /** Call it off: it is not called any more, even if its turn has come in the present round. Python: `Handle.cancel`. */
  cancel(): void {
    if (this._cancelled) return;
    this._cancelled = true;
    if (this._loop.getDebug()) this._repr = this.toString();
    this._callback = NO_CALLBACK;
    this._args = NO_ARGS;
  }

  /** Whether it was called off. Python: `Handle.cancelled`. */
  cancelled(): boolean {
    return this._cancelled;
  }

  /** Call it. What it returns is of interest in debug mode alone. @internal */
  _run(): unknown {
    let outer: Context | null = null;
    try {
      outer = enterContext(this._context);
      const args = this._args as never[];
      // Spreading is slow; nearly all callbacks have no argument or one.
      if (args.length === 0) return this._callback();
      return args.length === 1 ? this._callback(args[0]!) : this._callback(...args);
    } catch (error) {
      if (error instanceof KeyboardInterrupt || error instanceof SystemExit) throw error;
      this._report(error);
      return undefined;
    } finally {
      if (outer !== null) leaveContext(this._context, outer);
    }
  }

  private _report(exception: unknown): void {
    const at = this._createdAt();
    const context: ExceptionContext = {
      message: `Exception in callback ${this._describeCallback()}${at === null ? '' : ` scheduled at ${at}`}`,
      exception,
      handle: this,
    };
    if (this._sourceTraceback !== null) context.sourceTraceback = this._sourceTraceback;
    this._loop.callExceptionHandler(context);
  }

  private _describeCallback(): string {
    const name = reprCallback(this._callback).replace(/\(\)$/, '');
    return `${name}(${this._args.map(reprValue).join(', ')})`;
  }

  /** Where it was scheduled, as `file:line:column`; known in debug mode. */
  private _createdAt(): string | null {
    return this._sourceTraceback === null ? null : firstOutsideFrame(this._sourceTraceback);
  }

  /** `<Handle f(1)>`, `<Handle cancelled>`. */
  toString(): string {
    if (this._repr !== null) return this._repr;
    return `<${[this.constructor.name, ...this._describe()].join(' ')}>`;
  }

  /** @internal */
  protected _describe(): string[] {
    const parts = this._cancelled ? ['cancelled'] : [];
    if (this._callback !== NO_CALLBACK) parts.push(this._describeCallback());
    const at = this._createdAt();
    if (at !== null) parts.push(`created at ${at}`);
    return parts;
  }
}

/**
 * A callback that the loop will call at a certain time. Returned by `callLater` and `callAt`.
 *
 * Python: `asyncio.TimerHandle`.
 *
 * @example
 * ```ts
 * import { getRunningLoop, runSync, type Coroutine } from 'tsyncio';
 * import { VirtualEventLoop } from 'tsyncio/testing';
 *
 * function* main(): Coroutine {
 *   const loop = getRunningLoop();
 *   const timer = loop.callLater(30, () => console.log('never'));
 *   console.log('due in', timer.when() - loop.time());
 *   timer.cancel();
 *   console.log(timer.cancelled());
 * }
 *
 * runSync(main(), { loopFactory: () => new VirtualEventLoop() });
 * // due in 30
 * // true
 * ```
 */
export class TimerHandle extends Handle implements TimerEntry, TimerHandleLike {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _sequence: number = 0;
  /** Whether it is in the loop's queue of timers. @internal */
  _scheduled: boolean = false;

  /** @internal */
  constructor(
    when: number,
    callback: Callback,
    args: readonly unknown[],
    loop: HandleLoop,
    context: Context,
  ) {
    super(callback, args, loop, context);
    this._when = when;
  }

  /** When it is due, in seconds on the loop's clock. Python: `TimerHandle.when`. */
  when(): number {
    return this._when;
  }

  /** Call it off. Python: `TimerHandle.cancel`. */
  override cancel(): void {
    if (!this._cancelled && this._scheduled) this._loop._timerHandleCancelled();
    super.cancel();
  }

  /** @internal */
  protected override _describe(): string[] {
    const parts = super._describe();
    parts.splice(this._cancelled ? 1 : 0, 0, `when=${this._when}`);
    return parts;
  }
}

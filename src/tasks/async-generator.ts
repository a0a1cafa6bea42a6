/*
 * Asynchronous generators: generators that wait between the values they give.
 *
 * The body is a coroutine, and `yield* emit(value)` in it suspends up to the consumer instead of the task: it yields an
 * Emission, which the `anext` that drives the body takes for itself, while all else goes on to the task.
 *
 * Two objects, so that a generator nobody holds any more can be closed: the facade is what users hold; the core is what
 * the body, the loop and the finalization registry hold. No path may lead from core to facade.
 *
 *   CREATED -> SUSPENDED <-> RUNNING -> CLOSED
 */
import { type Coroutine, iscoroutine, type Suspension } from '../base/awaitable.js';
import { GeneratorExit, RuntimeError, StopAsyncIteration } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { reprValue } from '../base/repr.js';
import { currentlyRunning } from '../base/running.js';
import type { AsyncIteratorLike } from './async-iteration.js';
import { notACoroutine } from './async-with.js';

/**
 * In the body of {@link asyncGenerator}: give `value` to the consumer, and wait until it asks for more. It returns what the
 * consumer sends by {@link AsyncGeneratorObject.asend}, else `undefined`. Python: `yield value`.
 */
export type Emit<T, S = undefined> = (value: T) => Coroutine<S>;

/** What asyncGenerator's body yields to the `anext` that drives it. */
class Emission {
  readonly core: AsyncGeneratorCore;
  readonly value: unknown;

  constructor(core: AsyncGeneratorCore, value: unknown) {
    this.core = core;
    this.value = value;
  }
}

type State = 'created' | 'suspended' | 'running' | 'closed';

/** The generator itself, without the object that users hold. The loop keeps it until it is closed. */
export class AsyncGeneratorCore {
  /** Where it is. */
  state: State = 'created';
  /** Whether a loop has been told. */
  hooked: boolean = false;
  /** Told when it is closed. */
  onClosed: (() => void) | null = null;
  private readonly _body: Coroutine<unknown>;
  private readonly _name: string;

  /** Nothing of the body runs yet. */
  constructor(name: string, makeBody: (emit: Emit<unknown, unknown>) => unknown) {
    this._name = name;
    const body = makeBody((value) => emitting(this, value));
    if (!iscoroutine(body)) throw notACoroutine('asyncGenerator', body);
    this._body = body;
  }

  /** Resume the body by `next(value)` or `throw(value)`, pass its waits on, and return what it emits. */
  *drive(method: 'next' | 'throw', value: unknown, caller: string): Coroutine<unknown> {
    this._checkDrivable(method, value, caller);
    this.state = 'running';
    try {
      let step = method === 'next' ? this._body.next(value) : this._body.throw(value);
      while (step.done !== true) {
        const given: unknown = step.value;
        if (given instanceof Emission && given.core === this) {
          this.state = 'suspended';
          return given.value;
        }
        step = yield* this._passOn(step.value);
      }
    } catch (error) {
      if (error instanceof StopAsyncIteration) {
        throw new RuntimeError('async generator raised StopAsyncIteration', { cause: error });
      }
      throw error;
    } finally {
      // Left without an emission: the body has returned or thrown, or this coroutine was closed.
      if (this.state !== 'suspended') this._close();
    }
    throw new StopAsyncIteration();
  }

  private _checkDrivable(method: 'next' | 'throw', value: unknown, caller: string): void {
    if (this.state === 'running')
      throw new RuntimeError(`${caller}(): asynchronous generator is already running`);
    if (this.state === 'closed') {
      if (method === 'throw') throw value;
      throw new StopAsyncIteration();
    }
    if (this.state === 'created' && method === 'next' && value !== undefined && value !== null) {
      throw new TypeError("can't send non-None value to a just-started async generator");
    }
  }

  /** Let the task wait for what the body waits for, and resume the body with the outcome. */
  private *_passOn(
    suspension: Suspension | undefined,
  ): Coroutine<IteratorResult<Suspension | undefined, unknown>> {
    let sent: unknown;
    try {
      sent = yield suspension;
    } catch (error) {
      return this._body.throw(error);
    }
    return this._body.next(sent);
  }

  /** Throw GeneratorExit into the body, and let it clean up. */
  *aclose(): Coroutine {
    if (this.state === 'closed') return;
    if (this.state === 'created') {
      this._body.return(undefined);
      this._close();
      return;
    }
    try {
      yield* this.drive('throw', new GeneratorExit(), 'aclose');
    } catch (error) {
      if (error instanceof StopAsyncIteration || error instanceof GeneratorExit) return;
      throw error;
    }
    throw new RuntimeError('async generator ignored GeneratorExit');
  }

  private _close(): void {
    this.state = 'closed';
    this.onClosed?.();
    this.onClosed = null;
  }

  toString(): string {
    return `<async_generator object ${this._name || '<anonymous>'}>`;
  }
}

function* emitting(core: AsyncGeneratorCore, value: unknown): Coroutine<unknown> {
  return yield new Emission(core, value) as unknown as Suspension;
}

/**
 * What {@link asyncGenerator} returns: values to come, one by one. Iterate it by `asyncFor`, or by `aiter` and `anext`.
 *
 * Python: an asynchronous generator object.
 *
 * @example
 * ```ts
 * import { anext, asyncGenerator, run, type Coroutine } from 'tsyncio';
 *
 * const average = asyncGenerator<number, number>(function* (emit) {
 *   let [sum, count] = [yield* emit(0), 1];
 *   for (;;) sum += yield* emit(sum / count++);
 * });
 *
 * function* main(): Coroutine {
 *   yield* anext(average); // up to the first emit
 *   console.log(yield* average.asend(10));
 *   console.log(yield* average.asend(20));
 *   yield* average.aclose();
 * }
 *
 * await run(main());
 * // 10
 * // 15
 * ```
 */
export class AsyncGeneratorObject<T, S = undefined> implements AsyncIteratorLike<T> {
  private readonly _core: AsyncGeneratorCore;

  /** @internal */
  constructor(core: AsyncGeneratorCore) {
    this._core = core;
  }

  /** Itself. Python: `__aiter__`. */
  aiter(): this {
    return this;
  }

  /** The next value. Python: `__anext__`. @throws StopAsyncIteration when the body has returned. */
  anext(): Coroutine<T> {
    this._hook();
    return this._core.drive('next', undefined, 'anext') as Coroutine<T>;
  }

  /**
   * The next value; `value` is what `yield* emit(...)` returns in the body. It must be `null` before the body has begun.
   *
   * Python: `agen.asend`.
   */
  asend(value: S | null): Coroutine<T> {
    this._hook();
    // As CPython names it in its error, whichever of the two was called.
    return this._core.drive('next', value, 'anext') as Coroutine<T>;
  }

  /**
   * The next value after `error` was thrown in the body where it emits. What the body does not catch comes out here, and
   * the generator is closed. Python: `agen.athrow`.
   */
  athrow(error: unknown): Coroutine<T> {
    this._hook();
    return this._core.drive('throw', error, 'athrow') as Coroutine<T>;
  }

  /**
   * End it: a GeneratorExit is thrown in the body where it emits, so that it can clean up. Python: `agen.aclose`.
   *
   * @throws RuntimeError if the body emits again instead.
   */
  aclose(): Coroutine {
    this._hook();
    return this._core.aclose();
  }

  /** The loop that iterates it first closes it when the loop shuts down, or when nobody holds it any more. */
  private _hook(): void {
    if (this._core.hooked) return;
    this._core.hooked = true;
    const loop = currentlyRunning();
    if (loop === null) return;
    loop._asyncgenFirstIter(this._core);
    collected.register(this, { core: this._core, loop: new WeakRef(loop) });
  }

  /** Like Python's repr: `<async_generator object countdown>`. */
  toString(): string {
    return this._core.toString();
  }
}

interface Collected {
  core: AsyncGeneratorCore;
  loop: WeakRef<Loop>;
}

const collected = new FinalizationRegistry<Collected>(({ core, loop }) => {
  loop.deref()?._asyncgenFinalizer(core);
});

/**
 * An asynchronous generator: the body waits by `yield*`, and gives values by `yield* emit(value)`.
 *
 * Nothing of the body runs until the first value is asked for. Between two values it stands still; an iteration that is
 * left early leaves it there, until `aclose()`, or the end of the loop.
 *
 * Python: a function defined by `async def` with `yield value` inside, called.
 *
 * @param body - a generator function, called with `emit`; a last argument is what `this` is in it
 * @throws TypeError if `body` is no generator function.
 *
 * @example
 * ```ts
 * import { asyncFor, asyncGenerator, run, sleep, type Coroutine } from 'tsyncio';
 *
 * const countdown = (from: number) =>
 *   asyncGenerator<number>(function* (emit) {
 *     for (let n = from; n > 0; n--) {
 *       yield* sleep(0.001);
 *       yield* emit(n);
 *     }
 *   });
 *
 * function* main(): Coroutine {
 *   yield* asyncFor(countdown(3), function* (n) {
 *     console.log(n);
 *   });
 * }
 *
 * await run(main());
 * // 3
 * // 2
 * // 1
 * ```
 */
export function asyncGenerator<T, S = undefined>(
  body: (emit: Emit<T, S>) => Coroutine<unknown>,
): AsyncGeneratorObject<T, S>;
export function asyncGenerator<T, S, This>(
  body: (this: This, emit: Emit<T, S>) => Coroutine<unknown>,
  thisArg: This,
): AsyncGeneratorObject<T, S>;
export function asyncGenerator<T, S, This>(
  body: (this: This, emit: Emit<T, S>) => Coroutine<unknown>,
  thisArg?: This,
): AsyncGeneratorObject<T, S> {
  if (typeof body !== 'function') {
    throw new TypeError(`asyncGenerator(): body must be a generator function, got ${reprValue(body)}`);
  }
  const core = new AsyncGeneratorCore(body.name, (emit) => body.call(thisArg as This, emit as Emit<T, S>));
  return new AsyncGeneratorObject<T, S>(core);
}

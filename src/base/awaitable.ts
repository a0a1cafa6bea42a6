/*
 * The types of what can be awaited. A coroutine is a generator: `yield*` hands control to another one, and what
 * reaches the task in the end is a Suspension. Suspension is opaque on purpose: only `yield* future` makes one, so
 * that `yield future` (the star forgotten) does not compile where a coroutine is wanted.
 */

declare const suspension: unique symbol;

/**
 * What a {@link Coroutine} gives its task while it waits. Nothing but `yield*` on an awaitable makes one.
 *
 * Python: a Future that is yielded by `__await__`.
 */
export interface Suspension {
  readonly [suspension]: true;
}

/**
 * A coroutine: what a `function*` returns that waits by `yield*`. Nothing of it runs until it is awaited by `yield*`
 * or made a task. A bare `yield` gives up one turn of the loop.
 *
 * Python: a coroutine object, `Coroutine[Any, Any, T]`.
 *
 * @example
 * ```ts
 * import { run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* later(value: string): Coroutine<string> {
 *   yield* sleep(0.01);
 *   return value;
 * }
 *
 * console.log(await run(later('done')));
 * // done
 * ```
 */
export type Coroutine<T = void> = Generator<Suspension | undefined, T, unknown>;

/**
 * What `yield*` can wait for: a coroutine, a Future, a Task, or any object whose `[Symbol.iterator]()` is a coroutine.
 *
 * Python: an object with `__await__`.
 *
 * @example
 * ```ts
 * import { run, sleep, type Awaitable, type Coroutine } from 'tsyncio';
 *
 * class Kettle implements Awaitable<string> {
 *   *[Symbol.iterator](): Coroutine<string> {
 *     yield* sleep(0.01);
 *     return 'the water boils';
 *   }
 * }
 *
 * function* main(): Coroutine {
 *   console.log(yield* new Kettle());
 * }
 *
 * await run(main());
 * // the water boils
 * ```
 */
export interface Awaitable<T> {
  /** The coroutine that does the waiting. */
  [Symbol.iterator](): Iterator<Suspension | undefined, T, unknown>;
}

/**
 * What functions such as {@link gather}, {@link waitFor} and {@link run} take: an awaitable, or a promise.
 *
 * Python: what `await` takes.
 */
export type AwaitableLike<T> = Awaitable<T> | PromiseLike<T>;

/**
 * The type of the result of an awaitable or a promise: of what {@link gather} and its like return. It is `never` for anything else.
 */
export type AwaitedResult<A> =
  A extends Awaitable<infer T> ? T : A extends PromiseLike<infer T> ? Awaited<T> : never;

/** A function that makes coroutines: what {@link iscoroutinefunction} looks for. Python: a function defined by `async def`. */
export type CoroutineFunction<A extends readonly unknown[] = never[], T = unknown> = (
  ...args: A
) => Coroutine<T>;

const generatorFunctionPrototype = Object.getPrototypeOf(function* () {
  /* only its prototype is of interest */
}) as { readonly constructor: new () => CoroutineFunction; readonly prototype: Coroutine<unknown> };
const GeneratorFunction = generatorFunctionPrototype.constructor;

/**
 * What all generators inherit from. Its methods, called directly, are the hot path of every task: looking `next` up on
 * generators of many functions costs more than the step itself, as each function gives its generators a shape of their
 * own.
 */
export const generatorPrototype: Coroutine<unknown> = generatorFunctionPrototype.prototype;

/** Whether `obj` is a generator, as `function*` makes them. */
export function isGenerator(obj: object): boolean {
  return isPrototypeOf.call(generatorPrototype, obj);
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with a `this` of its own
const { isPrototypeOf } = Object.prototype;

/**
 * Whether `obj` is a coroutine: a generator, or an object with the methods of one.
 *
 * Python: `asyncio.iscoroutine`.
 *
 * @example
 * ```ts
 * import { iscoroutine, sleep } from 'tsyncio';
 *
 * console.log(iscoroutine(sleep(1)), iscoroutine(sleep));
 * // true false
 * ```
 */
export function iscoroutine(obj: unknown): obj is Coroutine<unknown> {
  if (typeof obj !== 'object' || obj === null) return false;
  if (isGenerator(obj)) return true;
  const it = obj as Partial<Coroutine<unknown>>;
  return (
    typeof it.next === 'function' &&
    typeof it.throw === 'function' &&
    typeof it.return === 'function' &&
    typeof it[Symbol.iterator] === 'function'
  );
}

/**
 * Whether `func` is a function that makes coroutines: a `function*`.
 *
 * Functions that merely return a coroutine (`sleep`, an arrow function around a coroutine) give `false`, as in Python.
 *
 * Python: `asyncio.iscoroutinefunction`, `inspect.iscoroutinefunction`.
 *
 * @example
 * ```ts
 * import { iscoroutinefunction, sleep, type Coroutine } from 'tsyncio';
 *
 * function* nap(): Coroutine {
 *   yield* sleep(1);
 * }
 *
 * console.log(iscoroutinefunction(nap), iscoroutinefunction(() => nap()), iscoroutinefunction(nap()));
 * // true false false
 * ```
 */
export function iscoroutinefunction(func: unknown): func is CoroutineFunction {
  return func instanceof GeneratorFunction;
}

/** Whether `obj` is a promise, of whatever make, and no awaitable of ours. */
export function isPromiseLike(obj: unknown): obj is PromiseLike<unknown> {
  return (
    (typeof obj === 'object' || typeof obj === 'function') &&
    obj !== null &&
    typeof (obj as PromiseLike<unknown>).then === 'function'
  );
}

/** Whether `yield*` could wait for `obj`. Built-in collections can be iterated too, but hold no coroutine. */
export function isAwaitable(obj: unknown): obj is Awaitable<unknown> {
  return (
    typeof obj === 'object' &&
    obj !== null &&
    typeof (obj as Awaitable<unknown>)[Symbol.iterator] === 'function' &&
    !Array.isArray(obj) &&
    !ArrayBuffer.isView(obj) &&
    !(obj instanceof Map || obj instanceof Set)
  );
}

/*
 * Coroutines that tell when nobody awaits them. JavaScript gives no hook on generators, so functions opt in, by `coroutine()`.
 *
 *   CREATED -> begun, closed or failed: all is well
 *           -> collected, or left when the program ends: warned of
 *
 * A record must not hold its coroutine, or that would never be collected.
 */
import { type Coroutine, generatorPrototype } from '../base/awaitable.js';
import { isLibraryFrame } from '../base/frames.js';
import { reprValue } from '../base/repr.js';
import { currentlyRunning } from '../base/running.js';
import { onHostIdle, warn } from '../platform/host.js';

/** A coroutine that has not begun. */
interface Unawaited {
  readonly name: string;
  /** The stack of the call that made it, in debug mode. */
  readonly origin: string | null;
}

const unawaited = new Set<Unawaited>();
const records = new WeakMap<object, Unawaited>();
const collected = new FinalizationRegistry<Unawaited>(report);
let watching = false;

/**
 * A coroutine function whose coroutines warn, as Python's do, if they are dropped before they have begun:
 * `RuntimeWarning: coroutine 'test' was never awaited`. Debug mode adds where they were made.
 *
 * The warning comes when the coroutine is collected, or when Node has nothing left to do, whichever is first; `process.exit()`
 * suppresses it. It is one of `process.on('warning')`, and Node prints it. One that is closed (`return()`) before it has begun gives none.
 *
 * Plain `function*`s leave no trace when they are dropped: the rules of `tsyncio/eslint` find them before the program
 * runs. This costs a second generator for each call.
 *
 * Python: `types.coroutine`; there every `async def` warns.
 *
 * @param func - the coroutine function; its name is the one that is told. On methods this is a decorator: `@coroutine *fetch() {}`
 * @returns a coroutine function that does what `func` does.
 * @throws TypeError if `func` is no `function*`.
 *
 * @example
 * ```ts
 * import { coroutine, run, type Coroutine } from 'tsyncio';
 *
 * process.removeAllListeners('warning'); // Node's own, which prints on stderr
 * process.on('warning', (warning) => console.log(`${warning.name}: ${warning.message}`));
 *
 * function* test(): Coroutine {
 *   console.log('never scheduled');
 * }
 *
 * const tracked = coroutine(test);
 *
 * function* main(): Coroutine {
 *   tracked();
 * }
 *
 * await run(main());
 * // RuntimeWarning: coroutine 'test' was never awaited
 * ```
 */
export function coroutine<This, A extends unknown[], T>(
  func: (this: This, ...args: A) => Coroutine<T>,
): (this: This, ...args: A) => Coroutine<T> {
  if (
    typeof func !== 'function' ||
    !Object.prototype.isPrototypeOf.call(generatorPrototype, func.prototype as object)
  )
    throw new TypeError(`coroutine(): a function* was expected, got ${reprValue(func)}`);
  const name = func.name === '' ? '<anonymous>' : func.name;
  function noted(this: This, ...args: A): Coroutine<T> {
    const record = { name, origin: currentlyRunning()?.getDebug() ? new Error().stack! : null };
    const coro = awaiting(record, func.apply(this, args));
    note(coro, record);
    return coro;
  }
  // So that iscoroutinefunction() knows it for one, and traces name it.
  Object.setPrototypeOf(noted, Object.getPrototypeOf(func) as object);
  return Object.defineProperty(noted, 'name', { value: func.name, configurable: true });
}

function note(coro: object, record: Unawaited): void {
  unawaited.add(record);
  records.set(coro, record);
  collected.register(coro, record, record);
  if (watching) return;
  watching = true;
  onHostIdle(() => {
    for (const left of unawaited) report(left);
  });
}

function forget(record: Unawaited): void {
  unawaited.delete(record);
  collected.unregister(record);
}

function* awaiting<T>(record: Unawaited, coro: Coroutine<T>): Coroutine<T> {
  forget(record);
  return yield* coro;
}

/** A generator that has not begun runs nothing when it is closed, or an error is thrown into it. */
function settling(method: 'return' | 'throw'): PropertyDescriptor {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with a `this` of its own
  const original = generatorPrototype[method];
  function settled(this: Coroutine<unknown>, value: never): unknown {
    forget(records.get(this)!);
    return original.call(this, value);
  }
  return { value: settled, writable: true, configurable: true };
}

Object.defineProperties(awaiting.prototype, { return: settling('return'), throw: settling('throw') });

function report(record: Unawaited): void {
  forget(record);
  const message = `coroutine '${record.name}' was never awaited`;
  warn(record.origin === null ? message : `${message}\n${madeAt(record.origin)}`, 'RuntimeWarning');
}

function madeAt(stack: string): string {
  const frames = stack.split('\n').slice(1);
  const outside = frames.filter((line) => !isLibraryFrame(line) && !/\(node:|\(<anonymous>\)/.test(line));
  // An application that is bundled into one file with the library has no frames outside.
  const shown = outside.length > 0 ? outside : frames;
  return ['Coroutine created at (most recent call last)', ...shown.reverse()].join('\n');
}

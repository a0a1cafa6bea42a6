import type { Coroutine } from '../base/awaitable.js';
import type { AsyncContextManager } from './async-with.js';

/**
 * What {@link aclosing} takes, as it can be closed by waiting: an asynchronous generator, for one.
 *
 * Python: an object with `aclose`.
 */
export interface Aclosable {
  /** Close it. */
  aclose(): Coroutine<unknown>;
}

/**
 * Close `thing` at the end of the body, however that ends: `yield* asyncWith(aclosing(generator), function* (it) { ... })`.
 * An asynchronous generator that is left early cleans up then, and not only when the loop is shut down.
 *
 * Python: `contextlib.aclosing`.
 *
 * @example
 * ```ts
 * import { aclosing, asyncFor, asyncGenerator, asyncWith, BREAK, run, type Coroutine } from 'tsyncio';
 *
 * const numbers = asyncGenerator<number>(function* (emit) {
 *   try {
 *     for (let n = 1; ; n++) yield* emit(n);
 *   } finally {
 *     console.log('cleaned up');
 *   }
 * });
 *
 * function* main(): Coroutine {
 *   yield* asyncWith(aclosing(numbers), (it) =>
 *     asyncFor(it, function* (n) {
 *       console.log(n);
 *       return BREAK;
 *     }),
 *   );
 *   console.log('after');
 * }
 *
 * await run(main());
 * // 1
 * // cleaned up
 * // after
 * ```
 */
export function aclosing<T extends Aclosable>(thing: T): AsyncContextManager<T> {
  return {
    *aenter() {
      return thing;
    },
    *aexit() {
      yield* thing.aclose();
    },
  };
}

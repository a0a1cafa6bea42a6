/*
 * What is said to somebody who awaited wrongly. The texts begin as CPython's do, which people search for; what stands
 * in brackets says it in this language.
 */
import { iscoroutine, isPromiseLike, type Coroutine } from '../base/awaitable.js';
import { RuntimeError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';

/** `yield future`. */
export function yieldWithoutStar(task: object, future: object): RuntimeError {
  return new RuntimeError(
    `yield was used instead of yield from in task ${String(task)} with ${reprValue(future)} ` +
      '(write `yield* future`: the star is missing)',
  );
}

/** `yield` of something that is no future. */
export function badYield(task: object, value: unknown): RuntimeError {
  if (iscoroutine(value)) {
    return new RuntimeError(
      `yield was used instead of yield from for generator in task ${String(task)} with ${reprValue(value)} ` +
        '(write `yield* coroutine()`: the star is missing)',
    );
  }
  const hint = isPromiseLike(value)
    ? ' (a promise: write `yield* wrapFuture(promise)`)'
    : ' (a coroutine waits by `yield*`, and a bare `yield` gives up its turn; is this a generator of something else?)';
  return new RuntimeError(`Task got bad yield: ${reprValue(value)}${hint}`);
}

/** Stands for a coroutine that was given to a second task. */
export function* reusedCoroutine(done: boolean): Coroutine<never> {
  throw new RuntimeError(
    done ? 'cannot reuse already awaited coroutine' : 'coroutine is being awaited already',
  );
}

/**
 * Python's `contextvars`: variables with a value of their own in every task.
 *
 * {@link ContextVar} is a variable; `createTask` and every callback of a loop take along what was set where they were made. A {@link Context} is
 * such a set of values, to be looked at, or to run functions in. All of these names are exported by `tsyncio`, too.
 *
 * @example What a task sets stays in it
 * ```ts
 * import { type Coroutine, createTask, run } from 'tsyncio';
 * import { ContextVar } from 'tsyncio/contextvars';
 *
 * const user = new ContextVar('user', { default: 'nobody' });
 *
 * function* handle(name: string): Coroutine<string> {
 *   user.set(name);
 *   yield;
 *   return `for ${user.get()}`;
 * }
 *
 * function* main(): Coroutine {
 *   const [a, b] = [createTask(handle('ann')), createTask(handle('bob'))];
 *   console.log(yield* a, yield* b, user.get());
 * }
 *
 * await run(main());
 * // for ann for bob nobody
 * ```
 *
 * @packageDocumentation
 */
/* Public names of `tsyncio/contextvars`. */
export { Context, ContextVar, copyContext, Token, type ContextVarOptions } from './context-vars.js';

/*
 * A loop lent to worker threads. They cannot send it functions, so those they may call are named beforehand; the worker's
 * side of it is in src/platform/workers/worker-main.ts.
 */
import type { Coroutine } from '../base/awaitable.js';
import { awaitWork } from '../base/concurrent.js';
import type { Loop } from '../base/loop.js';
import { reprValue } from '../base/repr.js';
import type { Future } from '../concurrent/index.js';
import { Lendable } from '../concurrent/lendable.js';
import { runCoroutineThreadsafe } from './threads.js';

/** Functions and coroutine functions, by name: what {@link BaseEventLoop.remote} takes. */
export type RemoteFunctions = Record<string, (...args: never[]) => unknown>;

/** What the coroutine that a function makes returns. */
type CoroutineResult<F extends (...args: never[]) => unknown> =
  ReturnType<F> extends Coroutine<infer R> ? R : never;

/**
 * A loop for worker threads: pass it as an argument of a call, and the function can, until it returns, call functions of
 * this thread on the loop. `loop.remote()` makes it.
 *
 * Not in Python, where threads share the loop and all functions.
 *
 * @example
 * ```ts
 * import { getRunningLoop, run, toThread, type Coroutine, type RemoteLoop } from 'tsyncio';
 *
 * const functions = { report: (done: number, of: number) => console.log(`${done} of ${of}`) };
 *
 * function work(loop: RemoteLoop<typeof functions>): string {
 *   for (let i = 1; i <= 2; i++) loop.callSoonThreadsafe('report', i, 2);
 *   return 'done';
 * }
 *
 * function* main(): Coroutine {
 *   console.log(yield* toThread(work, getRunningLoop().remote(functions)));
 * }
 *
 * await run(main());
 * // 1 of 2
 * // 2 of 2
 * // done
 * ```
 */
export class RemoteLoop<F extends RemoteFunctions = RemoteFunctions> extends Lendable {
  private readonly _loop: Loop;
  private readonly _functions: F;

  /** @internal */
  constructor(loop: Loop, functions: F) {
    super();
    for (const [name, func] of Object.entries(functions as Record<string, unknown>)) {
      if (typeof func !== 'function')
        throw new TypeError(`remote(): ${name} must be a function, got ${reprValue(func)}`);
    }
    this._loop = loop;
    this._functions = functions;
  }

  /**
   * Have a function called in a round of the loop. What it returns is dropped; an error that it throws goes to the loop's
   * exception handler.
   *
   * Python: `loop.call_soon_threadsafe`.
   *
   * @param name - which of the functions
   * @param args - for it; copied
   * @throws TypeError if there is no function of that name, or for what cannot be sent.
   */
  callSoonThreadsafe<K extends keyof F & string>(name: K, ...args: Parameters<F[K]>): void {
    this._call(name, args);
  }

  /**
   * Run a coroutine on the loop. In the worker, `result(timeout)` of the future that is returned blocks, as in Python, for
   * so many seconds at most; an async function may await it instead.
   *
   * Python: `asyncio.run_coroutine_threadsafe`.
   *
   * @param name - which of the coroutine functions
   * @param args - for it; copied
   * @returns a concurrent future of its result; cancelling that cancels the task.
   * @throws TypeError if there is no function of that name, or for what cannot be sent.
   */
  runCoroutineThreadsafe<K extends keyof F & string>(
    name: K,
    ...args: Parameters<F[K]>
  ): Future<CoroutineResult<F[K]>> {
    return this._start(name, args) as Future<CoroutineResult<F[K]>>;
  }

  private _function(name: string): (...args: unknown[]) => unknown {
    if (!Object.hasOwn(this._functions, name)) {
      throw new TypeError(
        `the loop was lent without a function '${name}'; it has ${Object.keys(this._functions).join(', ')}`,
      );
    }
    return this._functions[name] as (...args: unknown[]) => unknown;
  }

  /** @internal */
  override _call(name: string, args: readonly unknown[]): void {
    const func = this._function(name);
    this._loop.callSoon(() => func(...args));
  }

  /** @internal */
  override _start(name: string, args: readonly unknown[]): Future {
    return runCoroutineThreadsafe(this._function(name)(...args) as Coroutine<unknown>, this._loop);
  }

  /** @internal */
  override _waitedFor(change: 1 | -1): void {
    awaitWork(this._loop, change);
  }
}

import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import { BrokenThreadPool } from '../base/concurrent.js';
import { parallelism } from '../platform/engine.js';
import { startThread } from '../platform/workers/index.js';
import type { Submittable } from './functions.js';
import { PoolExecutor, type PoolOptions } from './pool.js';

/** What {@link ThreadPoolExecutor} takes. */
export interface ThreadPoolOptions extends PoolOptions {
  /** How the threads are called, for debuggers: `prefix_0`, `prefix_1` ... The prefix is `ThreadPoolExecutor-0` and so on by default. */
  threadNamePrefix?: string | undefined;
  /** How much memory each may use, as of Node's `Worker`: `maxOldGenerationSizeMb` and so on. Node's defaults hold for what is left out. */
  resourceLimits?: Readonly<Record<string, number | undefined>> | undefined;
}

let pools = 0;

/**
 * Calls functions in threads: each is a JavaScript engine of its own, so that they compute at the same time.
 *
 * Threads are started as they are needed, and wait for the next call then. Idle ones do not keep the process alive;
 * calls that were submitted do. A thread that dies (`process.exit`, an error nobody caught, no memory left) fails the call
 * that it had with a BrokenThreadPool, and is replaced.
 *
 * Python: `concurrent.futures.ThreadPoolExecutor`.
 *
 * @example
 * ```ts
 * import { asyncWith, run, type Coroutine } from 'tsyncio';
 * import { ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * function fibonacci(n: number): number {
 *   const f = (k: number): number => (k < 2 ? k : f(k - 1) + f(k - 2));
 *   return f(n);
 * }
 *
 * function* main(): Coroutine {
 *   yield* asyncWith(new ThreadPoolExecutor({ maxWorkers: 2 }), function* (pool) {
 *     const [a, b] = [pool.submit(fibonacci, 20), pool.submit(fibonacci, 21)];
 *     console.log(yield* a, yield* b);
 *   });
 * }
 *
 * await run(main());
 * // 6765 10946
 * ```
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /**
   * @param maxWorkers - by default 4 more than the computer can run at once, 32 at most; this and the rest may also be given by name, as
   * one object
   * @param keywords - `maxTasksPerChild`; `resourceLimits`
   * @throws ValueError if there were to be no workers.
   */
  constructor(
    maxWorkers?: number | null | ThreadPoolOptions,
    threadNamePrefix?: string | ThreadPoolOptions,
    initializer?: Submittable<never[], unknown> | null | ThreadPoolOptions,
    initargs?: readonly unknown[] | ThreadPoolOptions,
    keywords: ThreadPoolOptions = {},
  ) {
    let options = firstOrOptions('initargs', initargs, keywords);
    options = firstOrOptions('initializer', initializer, options);
    options = firstOrOptions('threadNamePrefix', threadNamePrefix, options);
    options = firstOrOptions('maxWorkers', maxWorkers, options);
    checkKeywords('ThreadPoolExecutor', options, [
      'maxWorkers',
      'threadNamePrefix',
      'initializer',
      'initargs',
      'maxTasksPerChild',
      'resourceLimits',
    ]);
    const { resourceLimits } = options;
    super(
      {
        destination: 'thread',
        defaultWorkers: Math.min(32, parallelism() + 4),
        start: (name, owner) => startThread({ name, resourceLimits }, owner),
        broken: BrokenThreadPool,
        unusable: 'A thread initializer failed, the thread pool is not usable anymore',
        abrupt: 'A thread of the thread pool was terminated abruptly while the future was running',
        namePrefix: options.threadNamePrefix ?? `ThreadPoolExecutor-${pools++}`,
      },
      options,
    );
  }
}

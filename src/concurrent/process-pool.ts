import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import { BrokenProcessPool } from '../base/concurrent.js';
import { parallelism } from '../platform/engine.js';
import { startChild } from '../platform/workers/index.js';
import { PoolExecutor, type PoolOptions } from './pool.js';

/**
 * Calls functions in processes of their own: for what might crash, or must not share a process. Where threads do,
 * {@link ThreadPoolExecutor} costs less. A process that dies fails the call that it had with a BrokenProcessPool, and is replaced.
 *
 * Python: `concurrent.futures.ProcessPoolExecutor`.
 *
 * @example
 * ```ts
 * import { ProcessPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
 * console.log((await pool.submit(() => process.pid)) === process.pid);
 * await pool.shutdown();
 * // false
 * ```
 */
export class ProcessPoolExecutor extends PoolExecutor {
  /**
   * @param maxWorkers - by default as many as the computer can run at once; it may also be given by name
   * @param keywords - `initializer` and `initargs`; `maxTasksPerChild`
   * @throws ValueError if there were to be no workers.
   */
  constructor(maxWorkers?: number | null | PoolOptions, keywords: PoolOptions = {}) {
    const options = firstOrOptions('maxWorkers', maxWorkers, keywords);
    checkKeywords('ProcessPoolExecutor', options, [
      'maxWorkers',
      'initializer',
      'initargs',
      'maxTasksPerChild',
    ]);
    super(
      {
        destination: 'process',
        defaultWorkers: parallelism(),
        start: (name, owner) => startChild({ name }, owner),
        broken: BrokenProcessPool,
        unusable: 'A child process terminated abruptly, the process pool is not usable anymore',
        abrupt:
          'A process in the process pool was terminated abruptly while the future was running or pending.',
        namePrefix: 'ProcessPoolExecutor',
      },
      options,
    );
  }

  /** End all workers by SIGTERM, and take no more calls; what is left to do fails. Python: `terminate_workers`. */
  terminateWorkers(): void {
    this._kill('SIGTERM');
  }

  /** As {@link ProcessPoolExecutor.terminateWorkers}, by SIGKILL. Python: `kill_workers`. */
  killWorkers(): void {
    this._kill('SIGKILL');
  }
}

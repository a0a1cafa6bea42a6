/*
 * The executors of a loop: runInExecutor, and the default executor with its end.
 */
import type { Coroutine } from '../base/awaitable.js';
import { RuntimeError } from '../base/errors.js';
import { FIRST_COMPLETED, ThreadPoolExecutor, wait } from '../concurrent/index.js';
import type { Executor } from '../concurrent/index.js';
import { warn } from '../platform/host.js';

/** The default executor of one loop. */
export class DefaultExecutor {
  private _executor: Executor | null = null;
  private _shutdownCalled: boolean = false;

  /** It, made if there is none yet. */
  get(): Executor {
    if (this._shutdownCalled) throw new RuntimeError('Executor shutdown has been called');
    this._executor ??= new ThreadPoolExecutor({ threadNamePrefix: 'asyncio' });
    return this._executor;
  }

  set(executor: unknown): void {
    if (!(executor instanceof ThreadPoolExecutor))
      throw new TypeError('executor must be ThreadPoolExecutor instance');
    this._executor = executor;
  }

  /** Wait for its end; a warning after `timeout` seconds. */
  *shutdown(timeout: number | null): Coroutine {
    this._shutdownCalled = true;
    const executor = this._executor;
    if (executor === null) return;
    const { notDone } = yield* wait([executor.shutdown()], { timeout, returnWhen: FIRST_COMPLETED });
    if (notDone.size === 0) return;
    warn(
      `The executor did not finishing joining its threads within ${String(timeout)} seconds.`,
      'RuntimeWarning',
    );
    executor.shutdown({ wait: false });
  }

  /** The loop is closed: nobody waits. */
  close(): void {
    this._shutdownCalled = true;
    this._executor?.shutdown({ wait: false });
    this._executor = null;
  }
}

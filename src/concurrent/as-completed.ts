import { checkKeywords, checkTimeout, firstOrOptions } from '../base/arguments.js';
import { TimeoutError } from '../base/errors.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { Future } from './future.js';
import { Results } from './results.js';

/** What {@link asCompleted} takes by name. */
export interface AsCompletedOptions {
  /** At most so long for all of them, in seconds; for ever by default, and for `null`. */
  timeout?: number | null | undefined;
}

/**
 * Concurrent futures, in the order in which they are done. See {@link Results} for how to take them.
 *
 * Python: `concurrent.futures.as_completed`.
 *
 * @param timeout - at most so long for all of them, in seconds; it may also be given by name.
 * @throws (when the next is taken) TimeoutError.
 *
 * @example
 * ```ts
 * import { asCompleted, ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const futures = ['a', 'b'].map((s) => pool.submit((text: string) => text.toUpperCase(), s));
 * for await (const future of asCompleted(futures)) console.log(future.result());
 * await pool.shutdown();
 * // A
 * // B
 * ```
 */
export function asCompleted<T>(
  fs: Iterable<Future<T>>,
  timeout?: number | null | AsCompletedOptions,
): Results<Future<T>> {
  const options = firstOrOptions<AsCompletedOptions>('timeout', timeout, {});
  checkKeywords('asCompleted', options, ['timeout']);
  return new AsCompleted(new Set(fs), checkTimeout('asCompleted', 'timeout', options.timeout));
}

class AsCompleted<T> extends Results<Future<T>> {
  private readonly _total: number;
  private readonly _pending: Set<Future<T>>;
  private readonly _finished: RingBuffer<Future<T>> = new RingBuffer<Future<T>>();
  /** Whether a thread that blocks can wait for them. */
  private readonly _served: boolean;
  /** Done when there is something to take. */
  private _change: Future | null = null;
  private readonly _onDone = (future: Future<T>): void => {
    if (!this._pending.delete(future)) return;
    this._finished.push(future);
    const change = this._change;
    this._change = null;
    change?.setResult(undefined);
  };

  constructor(futures: Set<Future<T>>, timeout: number | null) {
    super(timeout);
    this._total = futures.size;
    this._pending = futures;
    this._served = [...futures].every((future) => future.done() || future._served);
    for (const future of [...futures]) future.addDoneCallback(this._onDone);
  }

  protected override _step(): { value: Future<T> } | Future | null {
    const future = this._finished.shift();
    if (future !== undefined) return { value: future };
    if (this._pending.size === 0) return null;
    this._change ??= Object.assign(new Future(), { _served: this._served });
    return this._change;
  }

  protected override _timeoutError(): Error {
    return new TimeoutError(`${this._pending.size} (of ${this._total}) futures unfinished`);
  }

  protected override _abandon(): void {
    for (const future of this._pending) future._removeDoneCallback(this._onDone);
  }
}

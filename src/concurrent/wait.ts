import { checkKeywords, checkTimeout, firstOrOptions } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { Future } from './future.js';
import { Deadline } from './serve.js';

/** {@link wait} is over when one future is done, or cancelled. Python: `concurrent.futures.FIRST_COMPLETED`. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED' as const;
/** {@link wait} is over when one has failed, or all are done. Python: `concurrent.futures.FIRST_EXCEPTION`. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION' as const;
/** {@link wait} is over when all are done. Python: `concurrent.futures.ALL_COMPLETED`. */
export const ALL_COMPLETED = 'ALL_COMPLETED' as const;

/** When {@link wait} is over: {@link FIRST_COMPLETED}, {@link FIRST_EXCEPTION} or {@link ALL_COMPLETED}. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** What {@link wait} takes by name. */
export interface WaitOptions {
  /** At most so long, in seconds; for ever by default, and for `null`. */
  timeout?: number | null | undefined;
  /** By default {@link ALL_COMPLETED}. */
  returnWhen?: ReturnWhen | undefined;
}

/** What {@link wait} gives: two sets of futures, as a pair and by name, as Python's named tuple has them. */
export type DoneAndNotDoneFutures<T> = [done: Set<Future<T>>, notDone: Set<Future<T>>] & {
  readonly done: Set<Future<T>>;
  readonly notDone: Set<Future<T>>;
};

/**
 * Wait for concurrent futures. A timeout is no error, and nothing is cancelled.
 *
 * What is returned is a concurrent future itself: `await wait(fs)`, `yield* wait(fs)`, or `wait(fs).result()`, which blocks as
 * Python's does.
 *
 * Python: `concurrent.futures.wait`.
 *
 * @param timeout - at most so long, in seconds; both may also be given by name, as one object.
 * @param returnWhen - by default {@link ALL_COMPLETED}.
 * @throws ValueError for an unknown `returnWhen`.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, wait } from 'tsyncio/concurrent';
 *
 * const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const futures = [1, 2, 3].map((n) => pool.submit((x: number) => x * x, n));
 * const { done, notDone } = await wait(futures);
 * console.log(done.size, notDone.size);
 * await pool.shutdown();
 * // 3 0
 * ```
 */
export function wait<T>(
  fs: Iterable<Future<T>>,
  timeout?: number | null | WaitOptions,
  returnWhen?: ReturnWhen | Pick<WaitOptions, 'returnWhen'>,
): Future<DoneAndNotDoneFutures<T>> {
  const rest = firstOrOptions<WaitOptions>('returnWhen', returnWhen, {});
  const options = firstOrOptions('timeout', timeout, rest);
  checkKeywords('wait', options, ['timeout', 'returnWhen']);
  const seconds = checkTimeout('wait', 'timeout', options.timeout);
  const condition = options.returnWhen ?? ALL_COMPLETED;
  if (![FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED].includes(condition))
    throw new ValueError(`Invalid return condition: '${condition as string}'`);
  return new Wait(new Set(fs), seconds, condition).future;
}
// A bundle has two functions of this name, and may call this one by another.
Object.defineProperty(wait, 'name', { value: 'wait' });

/** One wait: done when its condition holds, or its time is over. */
class Wait<T> {
  readonly future: Future<DoneAndNotDoneFutures<T>> = new Future();
  private readonly _futures: ReadonlySet<Future<T>>;
  private readonly _returnWhen: ReturnWhen;
  private readonly _deadline: Deadline | null = null;
  private _left: number;
  private readonly _onDone = (future: Future<T>): void => {
    this._left--;
    if (this._isOver(future)) this._finish();
  };

  constructor(futures: ReadonlySet<Future<T>>, timeout: number | null, returnWhen: ReturnWhen) {
    this._futures = futures;
    this._returnWhen = returnWhen;
    const notDone = [...futures].filter((future) => !future.done());
    this._left = notDone.length;
    this.future._served = notDone.every((future) => future._served);
    this.future.addDoneCallback(() => {
      this._release();
    });
    const over = [...futures].some((future) => future.done() && this._isOver(future));
    if (over || this._left === 0 || (timeout !== null && timeout <= 0)) {
      this._finish();
      return;
    }
    if (timeout !== null) {
      this._deadline = new Deadline(timeout, () => {
        this._finish();
      });
    }
    for (const future of notDone) future.addDoneCallback(this._onDone);
  }

  private _isOver(future: Future<T>): boolean {
    if (this._left === 0 || this._returnWhen === FIRST_COMPLETED) return true;
    return this._returnWhen === FIRST_EXCEPTION && !future.cancelled() && future.exception() !== null;
  }

  private _finish(): void {
    if (this.future.done()) return;
    const done = new Set<Future<T>>();
    const notDone = new Set<Future<T>>();
    for (const future of this._futures) (future.done() ? done : notDone).add(future);
    const pair: [Set<Future<T>>, Set<Future<T>>] = [done, notDone];
    this.future.setResult(Object.assign(pair, { done, notDone }));
  }

  private _release(): void {
    this._deadline?.cancel();
    for (const future of this._futures) future._removeDoneCallback(this._onDone);
  }
}

import { checkTimeout } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { NotImplementedError, ValueError } from '../base/errors.js';
import { checkKeywords } from '../base/arguments.js';
import { reprValue } from '../base/repr.js';
import { type Submittable, takeKeywords } from './functions.js';
import { Future } from './future.js';
import { MapResults } from './map.js';
import type { Results } from './results.js';

/** What {@link Executor.map} takes by name, as its last argument. */
export interface MapOptions {
  /** At most so long for all of the results, in seconds; for ever by default, and for `null`. */
  timeout?: number | null | undefined;
  /** How many calls go to a worker as one message. By default 1. */
  chunksize?: number | undefined;
  /** How many results may wait to be taken, or be under way; by default all items are submitted at once. */
  buffersize?: number | null | undefined;
}

/** What {@link Executor.shutdown} takes. */
export interface ShutdownOptions {
  /** Whether the future that is returned waits for the calls and the workers. By default it does. */
  wait?: boolean | undefined;
  /** Whether to cancel what has not begun. By default it is not, and is still done. */
  cancelFutures?: boolean | undefined;
}

/**
 * What {@link Executor.map} takes after the function: an iterable for each of its parameters. Of `[number, string]` it is
 * `[Iterable<number>, Iterable<string>]`.
 */
export type Iterables<A extends readonly unknown[]> = { [I in keyof A]: Iterable<A[I]> };

/**
 * Who does calls elsewhere. {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} do; a class of one's own overrides
 * `submit` and `shutdown`.
 *
 * Python: `concurrent.futures.Executor`.
 *
 * @example An executor of one's own
 * ```ts
 * import { Executor, Future, type Submittable } from 'tsyncio/concurrent';
 *
 * // Calls at once, where it is asked to: for tests.
 * class Inline extends Executor {
 *   override submit<A extends readonly unknown[], R>(func: Submittable<A, R>, ...args: A): Future<Awaited<R>> {
 *     const future = new Future<Awaited<R>>();
 *     future.setResult((func as (...args: A) => Awaited<R>)(...args));
 *     return future;
 *   }
 * }
 *
 * const executor = new Inline();
 * console.log(executor.submit((x: number) => x * 2, 21).result());
 * console.log([...executor.map((x: number) => x + 1, [1, 2, 3])]);
 * // 42
 * // [ 2, 3, 4 ]
 * ```
 */
export abstract class Executor {
  /**
   * Have `func(...args)` called. Python: `Executor.submit`.
   *
   * @returns the future of what it returns; of what an async function's promise gives.
   */
  submit<A extends readonly unknown[], R>(func: Submittable<A, R>, ...args: A): Future<Awaited<R>>;
  submit(): Future {
    throw new NotImplementedError();
  }

  /**
   * Call `func` with an item of each of the iterables, until the shortest ends, as many at a time as there are workers.
   *
   * Python: `Executor.map`.
   *
   * @param func - as of {@link Executor.submit}
   * @param args - iterables; then, perhaps, `timeout`, `chunksize` and `buffersize`
   * @returns the results, in the order of the items. Taking one throws what its call threw, and TimeoutError when the time is
   * over; then the calls that have not begun are cancelled.
   * @throws ValueError if `chunksize` is below 1.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'tsyncio/concurrent';
   *
   * const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
   * const power = (x: number, y: number): number => x ** y;
   * for await (const result of pool.map(power, [2, 3, 10], [5, 2, 3])) console.log(result);
   * await pool.shutdown();
   * // 32
   * // 9
   * // 1000
   * ```
   */
  map<A extends readonly unknown[], R>(
    func: Submittable<A, R>,
    ...args: [...Iterables<A>] | [...Iterables<A>, MapOptions]
  ): Results<Awaited<R>> {
    const rest = args.slice();
    const keywords = takeKeywords(rest) as MapOptions;
    checkKeywords('map', keywords, ['timeout', 'chunksize', 'buffersize']);
    const timeout = checkTimeout('map', 'timeout', keywords.timeout);
    const chunksize = keywords.chunksize ?? 1;
    if (!(chunksize >= 1)) throw new ValueError('chunksize must be >= 1.');
    const buffersize = keywords.buffersize ?? null;
    if (buffersize !== null) checkBuffersize(buffersize);
    return new MapResults<unknown>(zip(rest as Iterable<unknown>[], chunksize), {
      submit: (calls) => this._submitAll(func, calls),
      timeout,
      buffersize: buffersize === null ? Infinity : Math.max(Math.ceil(buffersize / chunksize), 1),
    }) as Results<Awaited<R>>;
  }

  /** One future for several calls, done one after the other by one worker. @internal */
  _submitAll(func: Submittable<never, unknown>, calls: unknown[][]): Future<unknown[]> {
    // A class of one's own knows nothing of chunks.
    const futures = calls.map((args): Future => this.submit(func, ...(args as never)));
    return all(futures);
  }

  /**
   * Take no more calls, and let the workers go once they have done what was submitted.
   *
   * Python: `Executor.shutdown`, but that this does not block: wait for what it returns, by `await` or `yield*`.
   *
   * @param _wait - whether the returned future waits, by default true; it may also be given by name
   * @param _options - `cancelFutures`: cancel what has not begun
   * @returns a future that is done when all calls are done and all workers have ended; at once without `wait`.
   */
  shutdown(_wait?: boolean | ShutdownOptions, _options?: ShutdownOptions): Future<void> {
    const future = new Future<void>();
    future.setResult();
    return future;
  }

  /** Itself. Python: `__enter__`. */
  *aenter(): Coroutine<this> {
    return this;
  }

  /** Shut down, and wait for it: at the end of `asyncWith`. Python: `__exit__`. */
  *aexit(): Coroutine<boolean> {
    yield* this.shutdown();
    return false;
  }

  /** Shut down, and wait for it: at the end of `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }
}

function checkBuffersize(buffersize: unknown): void {
  if (!Number.isInteger(buffersize))
    throw new TypeError(`buffersize must be an integer or None, got ${reprValue(buffersize)}`);
  if ((buffersize as number) < 1) throw new ValueError('buffersize must be None or > 0');
}

/** Tuples of an item of each, in groups of `size`. */
function* zip(iterables: readonly Iterable<unknown>[], size: number): Generator<unknown[][]> {
  if (iterables.length === 0) return;
  const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
  let group: unknown[][] = [];
  for (;;) {
    const items = iterators.map((iterator) => iterator.next());
    if (items.some((item) => item.done === true)) break;
    group.push(items.map((item) => item.value as unknown));
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The results of all of `futures`, or the first error; cancelling it cancels them. */
function all(futures: readonly Future[]): Future<unknown[]> {
  const whole = new Future<unknown[]>();
  whole._served = futures.every((future) => future._served || future.done());
  let left = futures.length;
  whole.addDoneCallback(() => {
    if (whole.cancelled()) for (const future of futures) future.cancel();
  });
  for (const future of futures) {
    future.addDoneCallback(() => {
      left--;
      if (whole.done()) return;
      if (future.cancelled()) whole.cancel();
      else if (future.exception() !== null) whole.setException(future.exception());
      else if (left === 0) whole.setResult(futures.map((one) => one.result()));
    });
  }
  return whole;
}

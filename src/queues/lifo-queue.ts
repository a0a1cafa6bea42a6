import { Queue } from './queue.js';

/**
 * A {@link Queue} that gives the item that was put last: last in, first out.
 *
 * Python: `asyncio.LifoQueue`.
 *
 * @example
 * ```ts
 * import { LifoQueue } from 'tsyncio';
 *
 * const stack = new LifoQueue<number>();
 * for (const n of [1, 2, 3]) stack.putNowait(n);
 * console.log(stack.getNowait(), stack.getNowait(), stack.getNowait());
 * // 3 2 1
 * ```
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  /** The items, the last one put at the end. */
  declare protected _queue: T[];

  /** Make `_queue`, empty. */
  protected override _init(): void {
    this._queue = [];
  }

  /** Take the item that was put last. */
  protected override _get(): T {
    return this._queue.pop() as T;
  }

  /** Add an item. */
  protected override _put(item: T): void {
    this._queue.push(item);
  }
}

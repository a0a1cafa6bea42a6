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
  declare protected _queue: T[];

  protected override _init(): void {
    this._queue = [];
  }

  protected override _get(): T {
    return this._queue.pop() as T;
  }

  protected override _put(item: T): void {
    this._queue.push(item);
  }
}

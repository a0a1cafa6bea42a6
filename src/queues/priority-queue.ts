import { type Compare, naturalOrder } from './order.js';
import { PriorityHeap } from './priority-heap.js';
import { Queue, type QueueOptions } from './queue.js';

/** What the constructor of {@link PriorityQueue} takes by name. */
export interface PriorityQueueOptions<T> extends QueueOptions {
  /**
   * Negative if `a` comes out first, positive if `b` does, 0 if it does not matter. Must not change its mind. If left out,
   * items are compared as Python would. Python has no such parameter.
   */
  compare?: Compare<T> | undefined;
}

/**
 * A {@link Queue} that gives the smallest item first, and of equal ones the one that was put first.
 *
 * Without a compare function, items are compared as Python would compare them: numbers and dates by value, strings by
 * their characters, arrays as tuples (`[priority, job]`: by the first elements that differ), objects by their
 * `compareTo(other)`, or else by what their `valueOf()` gives. Items that have no order among each other (a number and
 * a string, two plain objects, NaN) are a TypeError from `put()`, and the queue is as it was before.
 *
 * Python: `asyncio.PriorityQueue`, which has no compare function, and no order among equal items.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from 'tsyncio';
 *
 * const jobs = new PriorityQueue<[number, string]>();
 * jobs.putNowait([2, 'sweep']);
 * jobs.putNowait([1, 'wash']);
 * jobs.putNowait([1, 'cook']);
 * console.log(jobs.getNowait()[1], jobs.getNowait()[1], jobs.getNowait()[1]);
 *
 * const byLength = new PriorityQueue<string>({ compare: (a, b) => a.length - b.length });
 * for (const word of ['three', 'four', 'one', 'two']) byLength.putNowait(word);
 * console.log(byLength.getNowait(), byLength.getNowait());
 * // cook wash sweep
 * // one two
 * ```
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  /** The items, as a heap. */
  declare protected _queue: PriorityHeap<T>;

  /** Make a queue of at most `maxsize` items; of any number, if that is left out, zero or negative. */
  constructor(maxsize?: number | PriorityQueueOptions<T>) {
    super(maxsize);
    const compare = typeof maxsize === 'object' ? maxsize.compare : undefined;
    if (compare === undefined) return;
    if (typeof compare !== 'function')
      throw new TypeError(`PriorityQueue(): compare must be a function, got ${String(compare)}`);
    this._queue = new PriorityHeap<T>(compare);
  }

  /** @internal */
  protected override _optionNames(): readonly string[] {
    return ['maxsize', 'compare'];
  }

  /** Make `_queue`, empty. */
  protected override _init(): void {
    this._queue = new PriorityHeap<T>(naturalOrder);
  }

  /** Take the smallest item. */
  protected override _get(): T {
    return this._queue.shift();
  }

  /** Add an item. @throws TypeError if it cannot be compared with the others. */
  protected override _put(item: T): void {
    this._queue.push(item);
  }
}

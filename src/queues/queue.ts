/*
 * An item put wakes one getter, an item taken wakes one putter. Who was woken looks again when its turn comes, for
 * somebody who did not wait may have been quicker, and then queues again, at the end.
 *
 * Invariant: while items are there and getters wait, one who was woken is on its way to them; likewise free places and
 * putters. So one who was woken and cannot come (it was cancelled) passes the call on.
 */
import type { Coroutine } from '../base/awaitable.js';
import { QueueEmpty, QueueFull, QueueShutDown, StopAsyncIteration, ValueError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { Event } from '../sync/event.js';
import { LoopBound } from '../sync/loop-bound.js';
import { numberOf, optionsOf } from '../sync/options.js';
import { type Waiter, WaiterList } from '../sync/waiters.js';

/** What the constructors of {@link Queue} and {@link LifoQueue} take by name. */
export interface QueueOptions {
  /** How many items it holds at most; no limit, if it is left out, zero or negative. Python: `maxsize`. */
  maxsize?: number | undefined;
}

/** What a {@link Queue} keeps its items in. A subclass that overrides `_init` puts one of its own there. Python: `_queue`. */
export interface Store<T> extends Iterable<T> {
  /** How many items there are. */
  readonly length: number;
}

/** What `_get` and `_put` of {@link Queue} itself need; an array would do. */
interface Fifo<T> extends Store<T> {
  push(item: T): unknown;
  shift(): T | undefined;
}

/**
 * A queue between tasks: those who put wait while it is full, those who get wait while it is empty. First in, first out.
 *
 * A task that is cancelled in `get()` has taken no item, one that is cancelled in `put()` has put none. Iterating
 * (`asyncFor(queue, ...)`) takes items until the queue is shut down and empty.
 *
 * What the queue keeps its items in can be changed in a subclass, by `_init(maxsize)`, `_put(item)` and `_get()`.
 *
 * Python: `asyncio.Queue`. It is not for threads.
 *
 * @example
 * ```ts
 * import { asyncFor, createTask, Queue, run, type Coroutine } from 'tsyncio';
 *
 * const jobs = new Queue<string>({ maxsize: 2 });
 *
 * function* worker(): Coroutine {
 *   yield* asyncFor(jobs, function* (job) {
 *     console.log('did', job);
 *     jobs.taskDone();
 *   });
 *   console.log('no more');
 * }
 *
 * function* main(): Coroutine {
 *   const task = createTask(worker());
 *   for (const job of ['one', 'two', 'three']) yield* jobs.put(job);
 *   yield* jobs.join();
 *   jobs.shutdown();
 *   yield* task;
 * }
 *
 * await run(main());
 * // did one
 * // did two
 * // did three
 * // no more
 * ```
 */
export class Queue<T = unknown> extends LoopBound {
  /** Where the items are; made by {@link Queue._init}. */
  declare protected _queue: Store<T>;
  private readonly _maxsize: number;
  private readonly _getters: WaiterList = new WaiterList();
  private readonly _putters: WaiterList = new WaiterList();
  private _unfinishedTasks = 0;
  private readonly _finished: Event = new Event();
  private _isShutdown = false;

  /** Make a queue of at most `maxsize` items; of any number, if that is left out, zero or negative. */
  constructor(maxsize?: number | QueueOptions) {
    super();
    const named = optionsOf<QueueOptions>(`${new.target.name}.__init__`, maxsize, this._optionNames());
    this._maxsize = numberOf(new.target.name, 'maxsize', (named === null ? maxsize : named.maxsize) ?? 0);
    this._finished.set();
    this._init(this._maxsize);
  }

  /** The options that the constructor knows. @internal */
  protected _optionNames(): readonly string[] {
    return ['maxsize'];
  }

  // ---- For subclasses to override, as in Python: what the items are kept in. ----

  /** Make `_queue`, empty. Called once, by the constructor, before the fields of a subclass are initialised. */
  protected _init(_maxsize: number): void {
    this._queue = new RingBuffer<T>();
  }

  /** Take the next item out of `_queue`. */
  protected _get(): T {
    return (this._queue as Fifo<T>).shift() as T;
  }

  /** Add an item to `_queue`. */
  protected _put(item: T): void {
    (this._queue as Fifo<T>).push(item);
  }

  // ---- Its state ----

  /** How many items it may hold; no limit, if zero or negative. Python: `Queue.maxsize`. */
  get maxsize(): number {
    return this._maxsize;
  }

  /** How many items are in it. Python: `Queue.qsize`. */
  qsize(): number {
    return this._queue.length;
  }

  /** Whether no item is in it. Python: `Queue.empty`. */
  empty(): boolean {
    return this._queue.length === 0;
  }

  /** Whether it holds `maxsize` items. Never, if there is no limit. Python: `Queue.full`. */
  full(): boolean {
    return this._maxsize > 0 && this._queue.length >= this._maxsize;
  }

  // ---- Putting and getting ----

  /**
   * Put an item in, waiting while the queue is full.
   *
   * Cancelled while waiting, the item is not in the queue.
   *
   * Python: `Queue.put`.
   *
   * @throws QueueShutDown if the queue has been shut down, or is while this waits.
   * @throws RuntimeError if it has to wait and the queue belongs to another loop.
   *
   * @example
   * ```ts
   * import { createTask, Queue, run, sleep, type Coroutine } from 'tsyncio';
   *
   * const queue = new Queue<string>(1);
   *
   * function* producer(): Coroutine {
   *   for (const item of ['a', 'b']) {
   *     yield* queue.put(item);
   *     console.log('put', item);
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const task = createTask(producer());
   *   yield* sleep(0.01); // `b` has to wait for a place
   *   console.log('got', yield* queue.get());
   *   yield* task;
   * }
   *
   * await run(main());
   * // put a
   * // got a
   * // put b
   * ```
   */
  *put(item: T): Coroutine {
    while (this.full()) {
      if (this._isShutdown) throw new QueueShutDown('queue is shut down');
      const putter = this._putters.push(this._getLoop().createFuture());
      let woken = false;
      try {
        yield* putter.future;
        woken = true;
      } finally {
        if (!woken) abandon(this._putters, putter, !this.full());
      }
    }
    this.putNowait(item);
  }

  /**
   * Put an item in, at once.
   *
   * Python: `Queue.put_nowait`.
   *
   * @throws QueueFull if there is no place for it.
   * @throws QueueShutDown if the queue has been shut down.
   */
  putNowait(item: T): void {
    if (this._isShutdown) throw new QueueShutDown('queue is shut down');
    if (this.full()) throw new QueueFull('queue is full');
    this._put(item);
    this._unfinishedTasks++;
    this._finished.clear();
    this._getters.wakeNext();
  }

  /**
   * Take out the next item, waiting while the queue is empty.
   *
   * Cancelled while waiting, no item has been taken; one that it was woken for is for the next who waits.
   *
   * Python: `Queue.get`.
   *
   * @returns the item.
   * @throws QueueShutDown if the queue has been shut down, or is while this waits, and is empty.
   * @throws RuntimeError if it has to wait and the queue belongs to another loop.
   */
  *get(): Coroutine<T> {
    while (this.empty()) {
      if (this._isShutdown) throw new QueueShutDown('queue is shut down');
      const getter = this._getters.push(this._getLoop().createFuture());
      let woken = false;
      try {
        yield* getter.future;
        woken = true;
      } finally {
        if (!woken) abandon(this._getters, getter, !this.empty());
      }
    }
    return this.getNowait();
  }

  /**
   * Take out the next item, at once.
   *
   * Python: `Queue.get_nowait`.
   *
   * @returns the item.
   * @throws QueueEmpty if there is none.
   * @throws QueueShutDown if there is none, and the queue has been shut down.
   */
  getNowait(): T {
    if (this.empty()) {
      throw this._isShutdown ? new QueueShutDown('queue is shut down') : new QueueEmpty('queue is empty');
    }
    const item = this._get();
    this._putters.wakeNext();
    return item;
  }

  // ---- Being done ----

  /**
   * Say that the work on an item taken from the queue is done. One call for each item, for the sake of
   * {@link Queue.join}.
   *
   * Python: `Queue.task_done`.
   *
   * @throws ValueError "task_done() called too many times" if there were not so many items.
   */
  taskDone(): void {
    if (this._unfinishedTasks <= 0) throw new ValueError('task_done() called too many times');
    if (--this._unfinishedTasks === 0) this._finished.set();
  }

  /**
   * Wait until all items that were put have been taken and `taskDone()` was called for each. At once, if there are
   * none left.
   *
   * Python: `Queue.join`.
   *
   * @example
   * ```ts
   * import { createTask, Queue, run, sleep, type Coroutine } from 'tsyncio';
   *
   * const queue = new Queue<number>();
   *
   * function* worker(): Coroutine {
   *   for (;;) {
   *     const item = yield* queue.get();
   *     yield* sleep(0.001);
   *     console.log('done with', item);
   *     queue.taskDone();
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const task = createTask(worker());
   *   for (const item of [1, 2]) queue.putNowait(item);
   *   yield* queue.join();
   *   console.log('all done');
   *   task.cancel();
   * }
   *
   * await run(main());
   * // done with 1
   * // done with 2
   * // all done
   * ```
   */
  *join(): Coroutine {
    if (this._unfinishedTasks > 0) yield* this._finished.wait();
  }

  /**
   * Close the queue: `put()` throws {@link QueueShutDown} from now on, and `get()` does when no items are left.
   *
   * Those who wait in either are woken. With `immediate`, the items that are left are dropped, and count as done;
   * `join()` still waits for those that were taken before and are not done.
   *
   * Python: `Queue.shutdown`; `shutdown(true)` and `shutdown({ immediate: true })` are the same.
   *
   * @example
   * ```ts
   * import { createTask, Queue, QueueShutDown, run, sleep, type Coroutine } from 'tsyncio';
   *
   * const queue = new Queue<string>();
   *
   * function* worker(): Coroutine {
   *   try {
   *     for (;;) console.log('got', yield* queue.get());
   *   } catch (e) {
   *     if (!(e instanceof QueueShutDown)) throw e;
   *     console.log('no more');
   *   }
   * }
   *
   * function* main(): Coroutine {
   *   const task = createTask(worker());
   *   queue.putNowait('last');
   *   queue.shutdown();
   *   yield* task;
   *   yield* sleep(0);
   * }
   *
   * await run(main());
   * // got last
   * // no more
   * ```
   */
  shutdown(immediate: boolean | { immediate?: boolean | undefined } = false): void {
    const named = optionsOf<{ immediate?: boolean }>('Queue.shutdown', immediate, ['immediate']);
    this._isShutdown = true;
    if (named === null ? immediate : named.immediate) this._drop();
    while (this._getters.wakeNext());
    while (this._putters.wakeNext());
  }

  /** Drop all items. */
  private _drop(): void {
    while (!this.empty()) {
      this._get();
      // A subclass may hold more than was put.
      if (this._unfinishedTasks > 0) this._unfinishedTasks--;
    }
    if (this._unfinishedTasks === 0) this._finished.set();
  }

  // ---- Iterating ----

  /** The queue itself, for `asyncFor`. Python's queues cannot be iterated. */
  aiter(): this {
    return this;
  }

  /**
   * {@link Queue.get}, for `asyncFor`.
   *
   * @throws StopAsyncIteration when the queue is shut down and empty, where `get()` throws QueueShutDown.
   */
  *anext(): Coroutine<T> {
    try {
      return yield* this.get();
    } catch (error) {
      if (error instanceof QueueShutDown) throw new StopAsyncIteration('', { cause: error });
      throw error;
    }
  }

  /** `<Queue maxsize=2 _queue=[1, 2] _putters[1] tasks=2>`. */
  override toString(): string {
    let text = `<${this.constructor.name} maxsize=${this._maxsize}`;
    if (!this.empty()) text += ` _queue=[${[...this._queue].map(reprValue).join(', ')}]`;
    if (this._getters.length > 0) text += ` _getters[${this._getters.length}]`;
    if (this._putters.length > 0) text += ` _putters[${this._putters.length}]`;
    if (this._unfinishedTasks > 0) text += ` tasks=${this._unfinishedTasks}`;
    if (this._isShutdown) text += ' shutdown';
    return `${text}>`;
  }
}

/** Leave without what one waited for. If one was woken for something that is still there, the next is woken for it. */
function abandon(waiters: WaiterList, waiter: Waiter, available: boolean): void {
  waiters.remove(waiter);
  if (available && waiter.woken) waiters.wakeNext();
}

/*
 * The pool: calls that wait, workers that do one at a time, and what happens when a worker dies.
 *
 *   a call     queued --a worker is idle--> running in it --answer--> done
 *                 \--cancel--> dropped when its turn comes   \--the worker dies--> BrokenExecutor
 *   a worker   starting --init done--> idle <--> busy --asked to stop--> stopping --> gone
 *
 * Invariants: `running()` is true of exactly the calls that a worker has got; there are never more workers than
 * maxWorkers; a worker keeps the process alive while it is starting, busy, stopping, or its output is on its way.
 *
 * Why this is not piscina or tinypool: a thread that calls process.exit leaves tinypool's promise unsettled for ever, and its
 * processes speak JSON; piscina has no processes; in neither can a thread that blocks take its results in, or a pool
 * replace a worker after so many calls. What they would leave to do is this file.
 */
import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import type { BrokenExecutor } from '../base/concurrent.js';
import { RuntimeError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import { reprValue } from '../base/repr.js';
import { RingBuffer } from '../base/ring-buffer.js';
import type { Context } from '../contextvars/index.js';
import type { Death, WorkerLink, WorkerOwner } from '../platform/workers/index.js';
import { Executor, type ShutdownOptions } from './executor.js';
import { FunctionInContext, referenceTo, type Submittable } from './functions.js';
import { Future } from './future.js';
import { Lendable } from './lendable.js';
import { PoolWorker, type WorkItem } from './pool-worker.js';
import { type Destination, Inspection } from './sendable.js';

/** What {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} take. */
export interface PoolOptions {
  /** At most so many workers. They are started as they are needed. */
  maxWorkers?: number | null | undefined;
  /** Called in each worker, before its first call. If it throws, the pool is broken. Nothing is called if it is left out. */
  initializer?: Submittable<never[], unknown> | null | undefined;
  /** What it is called with; no arguments by default. */
  initargs?: readonly unknown[] | undefined;
  /** A worker is replaced after so many calls; never, if left out. */
  maxTasksPerChild?: number | null | undefined;
}

/** How a pool of some kind makes its workers, and what it says. @internal */
export interface PoolKind {
  readonly destination: Destination;
  readonly defaultWorkers: number;
  readonly start: (name: string, owner: WorkerOwner) => WorkerLink;
  readonly broken: new (message: string, options?: { cause?: unknown }) => BrokenExecutor;
  /** Why calls cannot be taken any more. */
  readonly unusable: string;
  /** Why a call failed. */
  readonly abrupt: string;
  readonly namePrefix: string;
}

/**
 * What {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} have in common.
 *
 * Python: none; there they have {@link Executor} alone in common.
 *
 * @example The same in a thread and in a process
 * ```ts
 * import { type PoolExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'tsyncio/concurrent';
 *
 * const isPrime = (n: number): boolean => {
 *   for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
 *   return n > 1;
 * };
 *
 * const pools: PoolExecutor[] = [
 *   new ThreadPoolExecutor({ maxWorkers: 1 }),
 *   new ProcessPoolExecutor({ maxWorkers: 1 }),
 * ];
 * for (const pool of pools) {
 *   console.log(await pool.submit(isPrime, 104_729));
 *   await pool.shutdown();
 * }
 * // true
 * // true
 * ```
 */
export abstract class PoolExecutor extends Executor {
  /** @internal */
  readonly _workers: Set<PoolWorker> = new Set();
  /** @internal */
  readonly _maxWorkers: number;
  private readonly _kind: PoolKind;
  private readonly _initializer: WorkItem | null;
  private readonly _maxTasksPerChild: number;
  private readonly _queue: RingBuffer<WorkItem> = new RingBuffer<WorkItem>();
  /** The last one to become idle is the first to be used: the others may stay swapped out. */
  private readonly _idle: PoolWorker[] = [];
  private _starting: number = 0;
  private _started: number = 0;
  private _shutdown: boolean = false;
  private _broken: BrokenExecutor | null = null;
  private readonly _ended: Future<void> = new Future();

  /** @internal */
  constructor(kind: PoolKind, options: PoolOptions) {
    super();
    this._kind = kind;
    this._ended._served = kind.destination === 'thread';
    const { maxWorkers, initializer, initargs, maxTasksPerChild } = options;
    this._maxWorkers = maxWorkers ?? kind.defaultWorkers;
    if (!(this._maxWorkers > 0)) throw new ValueError('max_workers must be greater than 0');
    this._initializer =
      initializer == null ? null : this._makeItem('initializer', initializer, initargs ?? [], false);
    this._maxTasksPerChild = checkMaxTasks(maxTasksPerChild);
  }

  /**
   * Have `func(...args)` called in a worker. Python: `Executor.submit`.
   *
   * The arguments are copied when the call begins. What cannot be copied is refused at once.
   *
   * @param func - a function that uses nothing from outside of it, which is sent as its source; or a {@link workerFunction}
   * @throws TypeError that says what cannot be sent, why, and what to do; RuntimeError after {@link Executor.shutdown};
   * BrokenExecutor.
   */
  override submit<A extends readonly unknown[], R>(func: Submittable<A, R>, ...args: A): Future<Awaited<R>> {
    return this._submit(func, args, false) as Future<Awaited<R>>;
  }

  /** @internal */
  override _submitAll(func: Submittable<never, unknown>, calls: unknown[][]): Future<unknown[]> {
    return this._submit(func, calls, true) as Future<unknown[]>;
  }

  private _submit(func: unknown, args: readonly unknown[], chunk: boolean): Future {
    if (this._broken !== null)
      throw new this._kind.broken(this._broken.message, { cause: this._broken.cause });
    if (this._shutdown) throw new RuntimeError('cannot schedule new futures after shutdown');
    const item = this._makeItem('submit', func, args, chunk);
    this._queue.push(item);
    this._dispatch();
    return item.future;
  }

  private _makeItem(method: string, func: unknown, args: readonly unknown[], chunk: boolean): WorkItem {
    const context = func instanceof FunctionInContext ? func.context : null;
    const fn = referenceTo(method, func instanceof FunctionInContext ? func.func : func);
    const inspection = new Inspection(method, this._kind.destination);
    args.forEach((arg, index) => {
      if (!chunk && arg instanceof Lendable && this._kind.destination === 'thread') return;
      inspection.check(arg, `argument ${index + 1}`);
    });
    const future = new Future();
    future._served = this._kind.destination === 'thread';
    return {
      future,
      fn,
      args,
      chunk,
      context: context === null ? null : valuesOf(context, this._kind.destination),
      transfers: [...inspection.transfers],
    };
  }

  private _dispatch(): void {
    while (this._queue.length > 0) {
      const worker = this._idle.pop();
      if (worker === undefined) break;
      this._give(worker, this._queue.shift()!);
    }
    while (this._starting < this._queue.length && this._workers.size < this._maxWorkers) {
      if (!this._startWorker()) return;
    }
    if (this._shutdown && this._queue.length === 0) this._letGo();
  }

  private _give(worker: PoolWorker, item: WorkItem): void {
    if (!item.future.setRunningOrNotifyCancel()) this._idle.push(worker);
    else if (!worker.run(item)) this._idle.push(worker);
  }

  private _startWorker(): boolean {
    const name = `${this._kind.namePrefix}_${this._started++}`;
    let worker: PoolWorker;
    try {
      worker = new PoolWorker(name, this, this._kind.start);
    } catch (error) {
      this._break(error, `no worker could be started: ${(error as Error).message}`);
      return false;
    }
    this._workers.add(worker);
    this._starting++;
    worker.initialize(this._initializer);
    return true;
  }

  /** All that is left to do is to end. */
  private _letGo(): void {
    for (const worker of this._idle.splice(0)) worker.stop();
    if (this._workers.size === 0 && !this._ended.done()) this._ended.setResult();
  }

  // -- what workers report -------------------------------------------------------------------------------------------

  /** Its initializer has returned. @internal */
  _ready(worker: PoolWorker): void {
    this._starting--;
    this._idle.push(worker);
    this._dispatch();
  }

  /** Its initializer has thrown. @internal */
  _notReady(error: unknown): void {
    logger.error('Exception in initializer:', error);
    this._break(error);
  }

  /** It has done a call. @internal */
  _free(worker: PoolWorker): void {
    if (worker.calls >= this._maxTasksPerChild) worker.stop();
    else this._idle.push(worker);
    this._dispatch();
  }

  /** It is gone, with the call that it had. @internal */
  _gone(worker: PoolWorker, death: Death, item: WorkItem | null): void {
    this._workers.delete(worker);
    const at = this._idle.indexOf(worker);
    if (at >= 0) this._idle.splice(at, 1);
    if (item !== null) {
      const text = `${this._kind.abrupt}: the worker ${death.how}`;
      item.future.setException(new this._kind.broken(text, causedBy(death.error)));
    }
    if (worker.neverReady) {
      this._starting--;
      if (!worker.stopping) this._break(death.error, `the worker ${death.how}`);
    }
    this._dispatch();
  }

  /** No worker can be started: nothing will ever be done. */
  private _break(cause: unknown, reason?: string): void {
    if (this._broken === null) {
      const text = reason === undefined ? this._kind.unusable : `${this._kind.unusable}: ${reason}`;
      this._broken = new this._kind.broken(text, causedBy(cause));
    }
    this._shutdown = true;
    const { message, cause: original } = this._broken;
    for (let item = this._queue.shift(); item !== undefined; item = this._queue.shift()) {
      if (item.future.setRunningOrNotifyCancel())
        item.future.setException(new this._kind.broken(message, causedBy(original)));
    }
    for (const worker of this._workers) worker.stop();
    this._letGo();
  }

  /** End all workers by a signal, at once; what is left to do fails. @internal */
  _kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this._shutdown = true;
    const text = this._kind.abrupt;
    for (let item = this._queue.shift(); item !== undefined; item = this._queue.shift())
      if (item.future.setRunningOrNotifyCancel()) item.future.setException(new this._kind.broken(text));
    for (const worker of this._workers) worker.kill(signal);
    this._letGo();
  }

  override shutdown(wait?: boolean | ShutdownOptions, keywords: ShutdownOptions = {}): Future<void> {
    const options = firstOrOptions('wait', wait, keywords);
    checkKeywords('shutdown', options, ['wait', 'cancelFutures']);
    this._shutdown = true;
    if (options.cancelFutures === true)
      for (let item = this._queue.shift(); item !== undefined; item = this._queue.shift())
        item.future.cancel();
    this._dispatch();
    if (options.wait !== false) return this._whenEnded();
    const future = new Future<void>();
    future.setResult();
    return future;
  }

  /** A future of its own for each who waits: it may be cancelled. */
  private _whenEnded(): Future<void> {
    const future = new Future<void>();
    future._served = this._ended._served;
    this._ended.addDoneCallback(() => {
      if (!future.done()) future.setResult();
    });
    return future;
  }
}

function causedBy(error: unknown): { cause?: unknown } {
  return error === null || error === undefined ? {} : { cause: error };
}

function checkMaxTasks(value: unknown): number {
  if (value === null || value === undefined) return Infinity;
  if (!Number.isInteger(value))
    throw new TypeError(`max_tasks_per_child must be an integer, got ${reprValue(value)}`);
  if ((value as number) < 1) throw new ValueError('max_tasks_per_child must be >= 1');
  return value as number;
}

/** The variables of a context that can be sent, by name. A name that two of them have says nothing. */
function valuesOf(context: Context, destination: Destination): [string, unknown][] {
  const values = new Map<string, unknown>();
  const twice = new Set<string>();
  for (const [variable, value] of context.items()) {
    if (values.has(variable.name)) twice.add(variable.name);
    if (isSendable(value, destination)) values.set(variable.name, value);
  }
  return [...values].filter(([name]) => !twice.has(name));
}

function isSendable(value: unknown, destination: Destination): boolean {
  try {
    new Inspection('toThread', destination).check(value, 'a context variable');
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

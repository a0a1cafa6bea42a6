/*
 * One worker, as its pool sees it: the call that it has, the loops that were lent to that call, what keeps the process
 * alive.
 */
import { RuntimeError } from '../base/errors.js';
import { logger } from '../base/log.js';
import {
  type Death,
  encodeError,
  type FromWorker,
  type FunctionReference,
  type ToWorker,
  type WorkerLink,
  type WorkerOwner,
} from '../platform/workers/index.js';
import type { Future } from './future.js';
import { Lendable } from './lendable.js';
import { decodeError } from './remote-errors.js';

const NOTHING: FunctionReference = { key: 'source:0', name: 'nothing', source: '() => undefined' };

/** A call. */
export interface WorkItem {
  readonly future: Future;
  readonly fn: FunctionReference;
  readonly args: readonly unknown[];
  readonly chunk: boolean;
  /** Context variables, by name. */
  readonly context: readonly (readonly [string, unknown])[] | null;
  readonly transfers: readonly unknown[];
}

/** Who has the worker, and hears of it. @internal */
export interface WorkerPool {
  /** Its initializer has returned. */
  _ready(worker: PoolWorker): void;
  /** Its initializer has thrown. */
  _notReady(error: unknown): void;
  /** It has done a call. */
  _free(worker: PoolWorker): void;
  /** It is gone, with the call that it had. */
  _gone(worker: PoolWorker, death: Death, item: WorkItem | null): void;
}

let lastToken = 0;

/** A worker. */
export class PoolWorker implements WorkerOwner {
  /** How many calls it has done. */
  calls: number = 0;
  /** Its initializer has not returned yet. */
  neverReady: boolean = true;
  /** It was asked to end. */
  stopping: boolean = false;
  private readonly _pool: WorkerPool;
  private readonly _link: WorkerLink;
  /** Which functions it has got the source of. */
  private readonly _known: Set<string> = new Set();
  private _item: WorkItem | null = null;
  private _loops: Map<number, Lendable> = new Map();
  /** The coroutines that run for it, by the number it gave them. */
  private readonly _coroutines: Map<number, Future> = new Map();
  private _flushing: boolean = false;

  constructor(name: string, pool: WorkerPool, start: (name: string, owner: WorkerOwner) => WorkerLink) {
    this._pool = pool;
    this._link = start(name, this);
  }

  /** The process it is; null for a thread. */
  get pid(): number | null {
    return this._link.pid;
  }

  /** Call the initializer, if there is one. */
  initialize(item: WorkItem | null): void {
    this._post({
      kind: 'init',
      id: 0,
      fn: item?.fn ?? NOTHING,
      args: item?.args ?? [],
      chunk: false,
      loops: [],
      context: null,
    });
  }

  /** Do a call. `false` if it cannot be sent; then its future has failed. */
  run(item: WorkItem): boolean {
    const args = [...item.args];
    const loops: { index: number; token: number }[] = [];
    args.forEach((arg, index) => {
      if (!(arg instanceof Lendable)) return;
      const token = ++lastToken;
      loops.push({ index, token });
      this._loops.set(token, arg);
      args[index] = null;
    });
    const known = this._known.has(item.fn.key) || item.fn.source === undefined;
    const fn = known ? { key: item.fn.key, name: item.fn.name, ...moduleOf(item.fn) } : item.fn;
    const { chunk, context } = item;
    try {
      this._post({ kind: 'call', id: this.calls, fn, args, chunk, loops, context }, item.transfers);
    } catch (error) {
      this._loops.clear();
      const text = `submit(): the arguments cannot be sent to a worker: ${(error as Error).message}`;
      item.future.setException(new TypeError(text, { cause: error }));
      return false;
    }
    this._known.add(item.fn.key);
    this._item = item;
    this._link.keepAlive(true);
    return true;
  }

  private _post(message: ToWorker, transfer: readonly unknown[] = []): void {
    this._link.post(message, transfer);
  }

  /** End after the present call. */
  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this._link.keepAlive(true);
    this._post({ kind: 'stop' });
  }

  /** End at once. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.stopping = true;
    this._link.keepAlive(true);
    this._link.kill(signal);
  }

  onMessage(message: FromWorker): void {
    if (message.kind === 'done' || message.kind === 'failed') this._answered(message);
    else if (message.kind === 'flushed') this._rest();
    else if (message.kind === 'loop') this._callLoop(message);
    else if (message.kind === 'cancel') this._coroutines.get(message.id)?.cancel();
  }

  private _answered(answer: Extract<FromWorker, { kind: 'done' | 'failed' }>): void {
    this._flushing = answer.flushing;
    if (this.neverReady) {
      this._initialized(answer);
      return;
    }
    const item = this._item!;
    this._item = null;
    this._loops = new Map();
    this.calls++;
    // The worker first: a callback of the future may submit the next call.
    if (!this.stopping) this._pool._free(this);
    if (!this._flushing) this._rest();
    if (answer.kind === 'done') item.future.setResult(answer.value);
    else item.future.setException(decodeError(answer.error));
  }

  private _initialized(answer: Extract<FromWorker, { kind: 'done' | 'failed' }>): void {
    if (this.stopping) return;
    if (answer.kind === 'failed') {
      this._pool._notReady(decodeError(answer.error));
      return;
    }
    this.neverReady = false;
    this._pool._ready(this);
    if (!this._flushing) this._rest();
  }

  /** Nothing is left to be done, nor to be printed: the process may end without it. */
  private _rest(): void {
    this._flushing = false;
    if (this._item === null && !this.stopping) this._link.keepAlive(false);
  }

  private _callLoop(message: Extract<FromWorker, { kind: 'loop' }>): void {
    const { token, name, args, id } = message;
    try {
      const loop = this._loops.get(token);
      if (loop === undefined)
        throw new RuntimeError(`${name}(): the call that the loop was lent to has ended`);
      if (id === null) loop._call(name, args);
      else this._startCoroutine(loop, name, args, id);
    } catch (error) {
      if (id === null) logger.error(`a worker's call of ${name}() on a loop failed`, error);
      else this._reply(id, error, undefined);
    }
  }

  private _startCoroutine(loop: Lendable, name: string, args: readonly unknown[], id: number): void {
    const future = loop._start(name, args);
    this._coroutines.set(id, future);
    loop._waitedFor(-1);
    future.addDoneCallback(() => {
      loop._waitedFor(1);
      this._coroutines.delete(id);
      if (future.cancelled()) this._reply(id, new Error('the coroutine was cancelled'), undefined);
      else this._reply(id, future.exception(), future.exception() === null ? future.result() : undefined);
    });
  }

  private _reply(id: number, error: unknown, value: unknown): void {
    try {
      this._post({ kind: 'reply', id, error: error === null ? null : encodeError(error), value });
    } catch (reason) {
      this._reply(
        id,
        new TypeError(`the result cannot be sent to the worker: ${(reason as Error).message}`),
        null,
      );
    }
  }

  onGone(death: Death): void {
    const item = this._item;
    this._item = null;
    this._loops = new Map();
    const error = death.error;
    // A thread's last words are encoded; what the host says of it is not.
    const encoded = typeof error === 'object' && error !== null && 'classes' in error;
    this._pool._gone(this, { how: death.how, error: encoded ? decodeError(error as never) : error }, item);
  }
}

function moduleOf(fn: FunctionReference): { module?: string } {
  return fn.module === undefined ? {} : { module: fn.module };
}

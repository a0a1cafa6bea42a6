/*
 * The program of a worker, thread or process. Its source is what a worker is started with (see source.ts), so that there
 * is no file that a bundler could lose: it uses nothing from outside but its parameters, and imports types only.
 *
 *   init or call arrives -> the function is found -> it runs -> done or failed goes back -> ... -> stop arrives -> exit
 *
 * One call at a time. A thread that has called a loop waits for the reply by Atomics.wait, if it wants to block.
 */
/* eslint-disable jsdoc/require-jsdoc, no-restricted-syntax -- names that nobody imports; each bare catch says what it is for */
import type { encodeError as EncodeError } from './encode-error.js';
import type { EncodedError, FromWorker, FunctionReference, ToWorker } from './protocol.js';

/** What a thread is started with. */
export interface ThreadData {
  readonly port: InstanceType<(typeof import('node:worker_threads'))['MessagePort']>;
  /** [messages sent by all workers, descriptor that wakes who blocks in select or -1, whether somebody blocks] */
  readonly signal: Int32Array;
  /** [messages sent to this worker] */
  readonly inbox: Int32Array;
}

type Order = Extract<ToWorker, { kind: 'init' | 'call' }>;
type AnyFunction = (...args: unknown[]) => unknown;

/* v8 ignore start -- it runs in workers, where nobody counts */
export function workerMain(
  load: (specifier: string) => Promise<Record<string, unknown>>,
  encodeError: typeof EncodeError,
  namingHelper: string,
): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  const fs = process.getBuiltinModule('node:fs');
  const data = (process.send === undefined ? threads.workerData : null) as ThreadData | null;
  const INHERITED = Symbol.for('tsyncio.inheritedContext');
  const HOOKS = Symbol.for('tsyncio.contextHooks');
  const TRANSFERS = Symbol.for('tsyncio.transfers');
  const shared = globalThis as unknown as Record<symbol, unknown>;
  const transfers = (shared[TRANSFERS] ??= new WeakMap<object, readonly unknown[]>()) as WeakMap<
    object,
    readonly unknown[]
  >;
  const hooks: (() => () => void)[] = [];
  shared[HOOKS] = hooks;
  const functions = new Map<string, AnyFunction>();
  const backlog: ToWorker[] = [];
  let busy = false;
  let lastError: EncodedError | null = null;

  const post = (message: FromWorker, transfer: readonly unknown[] = []): void => {
    if (data === null) {
      process.send!(message);
      return;
    }
    data.port.postMessage(message, transfer as never[]);
    Atomics.add(data.signal, 0, 1);
    Atomics.notify(data.signal, 0);
    const waker = Atomics.load(data.signal, 1);
    if (waker < 0) return;
    try {
      fs.writeSync(waker, '\0');
    } catch {
      // The pipe is full: whoever reads it is woken anyway.
    }
  };

  /** Calls `then` once what was printed has left the thread; whether it had not. */
  const flush = (then: () => void): boolean => {
    // A thread prints by way of the main one, which may wait for us.
    if (data === null || Atomics.load(data.signal, 2) !== 0) return false;
    const streams = [process.stdout, process.stderr].filter((stream) => stream.writableLength > 0);
    let left = streams.length;
    for (const stream of streams) {
      stream.write('', () => {
        left--;
        if (left === 0) then();
      });
    }
    return left > 0;
  };
  const flushed = (): void => {
    post({ kind: 'flushed' });
  };

  // -- the function -------------------------------------------------------------------------------------------------

  const evaluate = (source: string): AnyFunction => {
    // Names that tools put into the functions they compile: esbuild, tsx (keepNames), vitest.
    const keep = (func: unknown): unknown => func;
    const helpers = { __name: keep, [namingHelper]: keep, __vite_ssr_dynamic_import__: load };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the very purpose
    const make = new Function(...Object.keys(helpers), `"use strict"; return (${source}\n)`) as AnyFunction;
    return make(...Object.values(helpers)) as AnyFunction;
  };
  const fromModule = async (module: string, name: string): Promise<AnyFunction> => {
    const exports = await load(module);
    const found = exports[name];
    if (typeof found === 'function') return found as AnyFunction;
    const names = Object.keys(exports).filter((key) => typeof exports[key] === 'function');
    const others = names.length === 0 ? 'it exports no functions' : `its functions are ${names.join(', ')}`;
    throw new TypeError(`the module ${module} exports no function '${name}': ${others}`);
  };
  /** At once, if it is known or was sent as source. */
  const find = (fn: FunctionReference): AnyFunction | Promise<AnyFunction> => {
    const known = functions.get(fn.key);
    if (known !== undefined) return known;
    const keep = (func: AnyFunction): AnyFunction => {
      functions.set(fn.key, func);
      return func;
    };
    if (fn.module !== undefined) return fromModule(fn.module, fn.name).then(keep);
    return keep(evaluate(fn.source!));
  };
  const explain = (error: unknown, fn: FunctionReference): unknown => {
    if (!(error instanceof ReferenceError) || fn.module !== undefined) return error;
    error.message +=
      `: the function ${fn.name} was sent to the worker as its source, and can use its arguments, what it makes itself and ` +
      'globals, but nothing else of the module it stands in; pass the rest as arguments, import inside of it ' +
      "(await import('...')), or export it from a module and submit workerFunction(import.meta.url, func)";
    return error;
  };

  // -- loops that were lent -------------------------------------------------------------------------------------------

  type Reply = Extract<ToWorker, { kind: 'reply' }>;
  const replies = new Map<number, (reply: Reply) => void>();
  let lastReply = 0;

  const named = (name: string, message: string): Error => {
    const error = new Error(message);
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
    return error;
  };
  const decode = (encoded: EncodedError): unknown => {
    if (encoded.classes.length === 0) return encoded.fields.value;
    const classOf = (globalThis as unknown as Record<string, unknown>)[encoded.name];
    const builtIn = typeof classOf === 'function' && classOf.prototype instanceof Error;
    const error = builtIn
      ? new (classOf as ErrorConstructor)(encoded.message)
      : named(encoded.name, encoded.message);
    Object.assign(error, encoded.fields);
    if (encoded.stack !== undefined) error.stack = encoded.stack;
    if (encoded.cause !== undefined) error.cause = decode(encoded.cause);
    return error;
  };

  /** Takes in what has come without leaving the present job. */
  const receive = (): boolean => {
    const received = threads.receiveMessageOnPort(data!.port) as { message: ToWorker } | undefined;
    if (received === undefined) return false;
    if (received.message.kind === 'reply') onReply(received.message);
    else backlog.push(received.message);
    return true;
  };
  const onReply = (reply: Reply): void => {
    const take = replies.get(reply.id);
    replies.delete(reply.id);
    take?.(reply);
  };

  /** The future of a coroutine in another thread's loop: a concurrent future, that can block. */
  class RemoteFuture {
    state: 'PENDING' | 'CANCELLED' | 'FINISHED' = 'PENDING';
    error: unknown = null;
    value: unknown = undefined;
    callbacks: ((future: RemoteFuture) => unknown)[] = [];
    token: number;
    id: number;

    constructor(token: number, id: number) {
      this.token = token;
      this.id = id;
    }
    settle(reply: Reply): void {
      if (this.state !== 'PENDING') return;
      this.state = 'FINISHED';
      this.value = reply.value;
      if (reply.error !== null) this.error = decode(reply.error);
      for (const callback of this.callbacks) callback(this);
    }
    done(): boolean {
      return this.state !== 'PENDING';
    }
    running(): boolean {
      return false;
    }
    cancelled(): boolean {
      return this.state === 'CANCELLED';
    }
    cancel(): boolean {
      if (this.state !== 'PENDING') return this.state === 'CANCELLED';
      this.state = 'CANCELLED';
      replies.delete(this.id);
      post({ kind: 'cancel', token: this.token, id: this.id });
      for (const callback of this.callbacks) callback(this);
      return true;
    }
    addDoneCallback(callback: (future: RemoteFuture) => unknown): void {
      if (this.done()) callback(this);
      else this.callbacks.push(callback);
    }
    exception(timeout: number | null = null): unknown {
      const end = timeout === null ? Infinity : performance.now() + timeout * 1000;
      while (!this.done()) {
        const seen = Atomics.load(data!.inbox, 0);
        if (receive()) continue;
        const left = end - performance.now();
        if (left <= 0) throw named('TimeoutError', '');
        Atomics.wait(data!.inbox, 0, seen, left);
      }
      if (this.state === 'CANCELLED') throw named('CancelledError', '');
      return this.error;
    }
    result(timeout: number | null = null): unknown {
      const error = this.exception(timeout);
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever was thrown
      if (error !== null) throw error;
      return this.value;
    }
    then(onFulfilled?: AnyFunction, onRejected?: AnyFunction): Promise<unknown> {
      return new Promise((resolve, reject) => {
        this.addDoneCallback(() => {
          try {
            resolve(this.result());
          } catch (error) {
            reject(error);
          }
        });
      }).then(onFulfilled, onRejected);
    }
  }

  class RemoteLoop {
    token: number;

    constructor(token: number) {
      this.token = token;
    }
    callSoonThreadsafe(name: string, ...args: unknown[]): void {
      post({ kind: 'loop', token: this.token, name, args, id: null });
    }
    runCoroutineThreadsafe(name: string, ...args: unknown[]): RemoteFuture {
      const id = ++lastReply;
      const future = new RemoteFuture(this.token, id);
      replies.set(id, (reply) => {
        future.settle(reply);
      });
      post({ kind: 'loop', token: this.token, name, args, id });
      return future;
    }
  }

  // -- a call -----------------------------------------------------------------------------------------------------------

  /** What is to be moved out, of a value: marks stand on itself, or on what it holds one level below. */
  const transfersOf = (value: unknown): readonly unknown[] => {
    if (typeof value !== 'object' || value === null) return [];
    const inner: unknown[] = ArrayBuffer.isView(value) ? [] : Object.values(value);
    return [value, ...inner].flatMap((part) =>
      typeof part === 'object' && part !== null ? (transfers.get(part) ?? []) : [],
    );
  };
  let leave: (() => void)[] = [];
  const enterContext = (order: Order): void => {
    if (order.context === null) return;
    shared[INHERITED] = new Map(order.context);
    leave = hooks.map((enter) => enter());
  };
  const leaveContext = (): void => {
    shared[INHERITED] = undefined;
    for (const one of leave) one();
    leave = [];
  };
  const finish = (): void => {
    busy = false;
    leaveContext();
    const next = backlog.shift();
    if (next !== undefined) onMessage(next);
  };
  const succeed = (order: Order, value: unknown): void => {
    try {
      post({ kind: 'done', id: order.id, value, flushing: flush(flushed) }, transfersOf(value));
    } catch (error) {
      fail(
        order,
        new TypeError(`what ${order.fn.name} returned cannot be sent back: ${(error as Error).message}`, {
          cause: error,
        }),
      );
      return;
    }
    finish();
  };
  const fail = (order: Order, thrown: unknown): void => {
    const error = encodeError(explain(thrown, order.fn));
    post({ kind: 'failed', id: order.id, error, flushing: flush(flushed) });
    finish();
  };
  const apply = (func: AnyFunction, order: Order): unknown => {
    const args = order.args.slice();
    for (const { index, token } of order.loops) args[index] = new RemoteLoop(token);
    if (!order.chunk) return func(...args);
    const results: unknown[] = [];
    for (const one of args) {
      const result = func(...(one as unknown[]));
      if (isPromise(result)) return restOfChunk(func, args, results, result);
      results.push(result);
    }
    return results;
  };
  const restOfChunk = async (
    func: AnyFunction,
    args: unknown[],
    results: unknown[],
    first: PromiseLike<unknown>,
  ): Promise<unknown[]> => {
    results.push(await first);
    while (results.length < args.length) results.push(await func(...(args[results.length] as unknown[])));
    return results;
  };
  const isPromise = (value: unknown): value is PromiseLike<unknown> =>
    typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
  const run = (order: Order): void => {
    busy = true;
    const failed = (error: unknown): void => {
      fail(order, error);
    };
    const begin = (func: AnyFunction): void => {
      enterContext(order);
      let value: unknown;
      try {
        value = apply(func, order);
      } catch (error) {
        fail(order, error);
        return;
      }
      if (isPromise(value)) {
        value.then((result) => {
          succeed(order, result);
        }, failed);
      } else succeed(order, value);
    };
    let func: AnyFunction | Promise<AnyFunction>;
    try {
      func = find(order.fn);
    } catch (error) {
      fail(order, error);
      return;
    }
    if (typeof func === 'function') begin(func);
    else func.then(begin, failed);
  };

  const stop = (): void => {
    if (!flush(() => process.exit(0))) process.exit(0);
  };
  const onMessage = (message: ToWorker): void => {
    if (message.kind === 'reply') onReply(message);
    else if (busy) backlog.push(message);
    else if (message.kind === 'stop') stop();
    else run(message);
  };

  process.on('uncaughtExceptionMonitor', (error) => {
    lastError = encodeError(error);
    if (data === null) post({ kind: 'dying', code: 1, error: lastError });
  });
  if (data === null) {
    process.on('message', onMessage);
    // The pool's process is gone.
    process.on('disconnect', () => process.exit(0));
  } else {
    process.on('exit', (code) => {
      post({ kind: 'dying', code, error: lastError });
    });
    data.port.on('message', onMessage);
    // An order that cannot be read: a buffer in it was moved elsewhere before.
    data.port.on('messageerror', (error) => {
      const unread = new TypeError(`submit(): the arguments cannot be sent to a worker: ${error.message}`);
      post({ kind: 'failed', id: -1, error: encodeError(unread), flushing: false });
    });
  }
}
/* v8 ignore stop */

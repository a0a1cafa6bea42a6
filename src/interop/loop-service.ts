/*
 * A loop that lives as long as its host does: in a server, whose request handlers give it coroutines.
 *
 *   state     submit()                  left by
 *   open      makes a task              close(), the loop's failure
 *   closing   refuses                   what was submitted is done, or the time is over
 *   closed    refuses                   never
 */
import { type AwaitableLike, type AwaitedResult, iscoroutine } from '../base/awaitable.js';
import { DeadlockError, RuntimeError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import type { Future } from '../futures/index.js';
import { type EventLoop, Runner, type RunnerOptions } from '../loop/index.js';
import { allTasks, ensureFuture, wait } from '../tasks/index.js';
import { toPromise, type ToPromiseOptions } from './to-promise.js';

/** What {@link LoopService.close} takes by name. */
export interface LoopServiceCloseOptions {
  /** How long to wait for what was submitted, in seconds, before it is cancelled; `null`, the default, for ever. */
  timeout?: number | null | undefined;
}

/** Who waits for what was submitted. */
interface Submission {
  readonly future: Future<unknown>;
  /** The loop has failed: nobody else would tell. */
  readonly reject: (error: unknown) => void;
}

/**
 * A loop that is under way until it is closed, for those who have coroutines for it. {@link startLoop} makes one.
 *
 * Not in Python.
 *
 * @example
 * ```ts
 * import { sleep, startLoop } from 'tsyncio';
 *
 * const service = startLoop();
 * const quick = service.submit(sleep(0.01, 'quick'));
 * const endless = service.submit(sleep(3600));
 * endless.catch((error: Error) => console.log(error.name));
 * console.log(await quick);
 * await service.close({ timeout: 0.01 });
 * // quick
 * // CancelledError
 * ```
 */
export class LoopService {
  private readonly _runner: Runner;
  private readonly _loop: EventLoop;
  private readonly _submitted: Set<Submission> = new Set();
  private _state: 'open' | 'closing' | 'closed' = 'open';
  private _failure: { readonly error: unknown } | null = null;
  private _ended: Promise<void>;
  private _closed: Promise<void> | null = null;

  /** @internal */
  constructor(options: RunnerOptions) {
    this._runner = new Runner(options);
    this._loop = this._runner.getLoop();
    this._ended = this._run();
  }

  /** The loop. */
  getLoop(): EventLoop {
    return this._loop;
  }

  private async _run(): Promise<void> {
    try {
      await this._loop.runForever();
    } catch (error) {
      this._state = 'closed';
      this._failure = { error };
      const waiting = [...this._submitted];
      for (const { reject } of waiting) reject(error);
      // Node ends, and nobody was waited for: so be it. Any other error that nobody hears of is Node's to tell.
      const isQuiet = error instanceof DeadlockError && allTasks(this._loop).size === 0;
      if (waiting.length === 0 && !isQuiet) throw error;
    }
  }

  /**
   * Run a coroutine as a task of the loop, from wherever you are: a request handler, a timer, another loop's coroutine.
   *
   * @param awaitable - a coroutine, or whatever can be awaited
   * @param options - `signal` cancels the task when it is aborted; its `name` and `context`
   * @returns a promise of the result.
   * @throws (as a rejection) what the coroutine throws; CancelledError if it is cancelled, by {@link LoopService.close} for
   * one; the reason of the signal; RuntimeError after `close()`, and then the coroutine is closed.
   *
   * @example
   * ```ts
   * import { sleep, startLoop, type Coroutine } from 'tsyncio';
   *
   * function* answer(question: string): Coroutine<number> {
   *   yield* sleep(0.01);
   *   return question.length;
   * }
   *
   * const service = startLoop();
   * console.log(await service.submit(answer('how long?'), { name: 'request 1' }));
   * const late = service.submit(sleep(3600), { signal: AbortSignal.timeout(10) });
   * await late.catch((error: Error) => console.log(error.name));
   * await service.close();
   * // 9
   * // TimeoutError
   * ```
   */
  async submit<A extends AwaitableLike<unknown>>(
    awaitable: A,
    options: Omit<ToPromiseOptions, 'loop'> = {},
  ): Promise<AwaitedResult<A>> {
    if (this._state !== 'open') {
      if (iscoroutine(awaitable)) awaitable.return(undefined);
      throw new RuntimeError(`the loop is ${this._state}: nothing can be submitted`, {
        cause: this._failure?.error,
      });
    }
    const loop: Loop = this._loop;
    const { signal, ...taskOptions } = options;
    if (signal?.aborted === true) return toPromise(awaitable, { signal, loop });
    const future = iscoroutine(awaitable)
      ? (this._loop.createTask(awaitable, taskOptions) as Future<unknown>)
      : ensureFuture(awaitable, { loop });
    return new Promise((resolve, reject) => {
      const submission = { future, reject };
      this._submitted.add(submission);
      toPromise(future as Future<AwaitedResult<A>>, { signal, loop })
        .finally(() => this._submitted.delete(submission))
        .then(resolve, reject);
    });
  }

  /**
   * End gracefully: take nothing more, wait for what was submitted, cancel what is left then (and all other tasks), close
   * asynchronous generators, close the loop. Called again, it gives the same promise.
   *
   * @param options - `timeout`: how long to wait, in seconds
   *
   * @example
   * ```ts
   * import { sleep, startLoop } from 'tsyncio';
   *
   * const service = startLoop();
   * const last = service.submit(sleep(0.01, 'still done'));
   * const closing = service.close({ timeout: 10 });
   * await service.submit(sleep(0)).catch((error: Error) => console.log(error.message));
   * console.log(await last);
   * await closing;
   * // the loop is closing: nothing can be submitted
   * // still done
   * ```
   */
  close(options: LoopServiceCloseOptions = {}): Promise<void> {
    this._closed ??= this._close(options.timeout ?? null);
    return this._closed;
  }

  private async _close(timeout: number | null): Promise<void> {
    if (this._state === 'open') this._state = 'closing';
    const futures = [...this._submitted].map(({ future }) => future);
    if (this._state === 'closing' && futures.length > 0) {
      await toPromise(wait(futures, { timeout }), { loop: this._loop });
    }
    if (this._loop.isRunning()) this._loop.stop();
    await this._ended;
    this._state = 'closed';
    await this._runner.close();
  }

  /** {@link LoopService.close}, at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `<LoopService open submitted=2>`. */
  toString(): string {
    return `<LoopService ${this._state} submitted=${this._submitted.size}>`;
  }
}

/**
 * Start a loop that stays: for servers of Node's (`node:http`, Fastify, Express), whose handlers give it coroutines by
 * {@link LoopService.submit}.
 *
 * While it is the only loop under way in the thread, `createTask`, {@link toPromise} and all else that wants the running
 * loop work in Node's callbacks too. With nothing to do it costs nothing, and does not keep the process alive. An error
 * that leaves the loop (a KeyboardInterrupt, a deadlock) rejects what was submitted; if nothing was, it is an unhandled
 * rejection.
 *
 * Not in Python.
 *
 * @param options - `debug`, and `loopFactory`, as for {@link run}
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { sleep, startLoop, type Coroutine } from 'tsyncio';
 *
 * function* answer(path: string): Coroutine<string> {
 *   yield* sleep(0.01);
 *   return `hello ${path}`;
 * }
 *
 * const loop = startLoop();
 * const server = createServer((request, response) => {
 *   loop.submit(answer(request.url!)).then((text) => response.end(text));
 * });
 * await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
 * const { port } = server.address() as { port: number };
 *
 * const response = await fetch(`http://127.0.0.1:${port}/world`, { headers: { connection: 'close' } });
 * console.log(await response.text());
 *
 * server.close();
 * await loop.close({ timeout: 10 });
 * // hello /world
 * ```
 */
export function startLoop(options: RunnerOptions = {}): LoopService {
  return new LoopService(options);
}

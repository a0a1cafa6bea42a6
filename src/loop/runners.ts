/*
 * run, runSync, Runner: a loop for a program, and its orderly end.
 *
 * The end, in this order: cancel the tasks that are left and wait for them; report their errors; close asynchronous
 * generators; end the default executor; close the loop.
 */
import {
  type AwaitableLike,
  type Coroutine,
  isAwaitable,
  iscoroutine,
  isPromiseLike,
} from '../base/awaitable.js';
import { THREAD_JOIN_TIMEOUT } from '../base/constants.js';
import { CancelledError, KeyboardInterrupt, RuntimeError } from '../base/errors.js';
import { currentlyRunning, runningLoop } from '../base/running.js';
import { type Context, copyContext } from '../contextvars/index.js';
import { checkContext } from '../contextvars/current.js';
import { addonAvailable } from '../platform/addon.js';
import { exitAsShellsExpect } from '../platform/exit.js';
import { onSigint } from '../platform/signals.js';
import { allTasks, gather, type Task } from '../tasks/index.js';
import { awaitIt, toAwaitable } from '../tasks/create.js';
import type { BaseEventLoop } from './base-loop.js';
import { newEventLoop, setEventLoop } from './events.js';
import type { EventLoop } from './selector-loop.js';

/** What {@link run}, {@link runSync} and {@link Runner} take by name. */
export interface RunnerOptions {
  /** Turn debug mode on or off; as the environment (TSYNCIO_DEBUG=1) says, if left out. Python: `debug`. */
  debug?: boolean | null | undefined;
  /** Makes the loop; by default {@link newEventLoop}. Python: `loop_factory`. */
  loopFactory?: (() => BaseEventLoop) | null | undefined;
}

/** What {@link Runner.run} takes beside the main coroutine. */
export interface RunOptions {
  /** The context of the main task; by default the runner's own, which all of its runs share. Python: `context`. */
  context?: Context | null | undefined;
}

/**
 * Several `run`s on one loop, in one context: for programs that go in and out of the loop.
 *
 * Use it by `await using`, or by `enter` and `exit`, or close it by {@link Runner.close}.
 *
 * Python: `asyncio.Runner`.
 *
 * @example
 * ```ts
 * import { Runner, sleep } from 'tsyncio';
 *
 * const runner = new Runner();
 * console.log(await runner.run(sleep(0.01, 'first')));
 * console.log(await runner.run(sleep(0.01, 'second')));
 * await runner.close();
 * // first
 * // second
 * ```
 */
export class Runner {
  private readonly _debug: boolean | null;
  private readonly _loopFactory: (() => BaseEventLoop) | null;
  private _state: 'created' | 'initialized' | 'closed' = 'created';
  private _loop: BaseEventLoop | null = null;
  private _context: Context | null = null;
  private _setLoop: boolean = false;

  constructor(options: RunnerOptions = {}) {
    this._debug = options.debug ?? null;
    this._loopFactory = options.loopFactory ?? null;
  }

  /**
   * Make the loop. What runs first would make it, too. Python: `Runner.__enter__`. @throws RuntimeError if the runner is closed.
   */
  enter(): this {
    this._lazyInit();
    return this;
  }

  /** Close, whatever the error. Python: `Runner.__exit__`. */
  async exit(_error?: unknown): Promise<void> {
    await this.close();
  }

  /** Close, at the end of an `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Close, at the end of a `using`: blocks, as {@link Runner.closeSync} does. */
  [Symbol.dispose](): void {
    this.closeSync();
  }

  /** The runner's loop; made, if it was not yet. Python: `Runner.get_loop`. @throws RuntimeError if the runner is closed. */
  getLoop(): EventLoop {
    return this._lazyInit() as EventLoop;
  }

  /**
   * Run a coroutine, or whatever can be awaited, to its end.
   *
   * Python: `Runner.run`.
   *
   * @returns a promise of its result. One that is a Task or Future itself is waited for, as promises do.
   * @throws (as a rejection) what it throws; KeyboardInterrupt if SIGINT came and it ended cancelled; RuntimeError if the
   * runner is closed, or a loop is running; TypeError if it cannot be awaited.
   */
  async run<T>(main: AwaitableLike<T>, options: RunOptions = {}): Promise<T> {
    const { loop, task } = this._start(main, options);
    const interrupts = new Interrupts(loop, task);
    interrupts.listen();
    try {
      return await loop.runUntilComplete(task);
    } catch (error) {
      throw interrupts.explain(error);
    } finally {
      interrupts.forget();
    }
  }

  /**
   * As {@link Runner.run}, blocking: Node waits until it has ended.
   *
   * Python: `Runner.run`.
   *
   * @throws as {@link Runner.run}, but at once.
   *
   * @example
   * ```ts
   * import { ContextVar, Runner, type Coroutine } from 'tsyncio';
   *
   * const counter = new ContextVar('counter', { default: 0 });
   *
   * function* count(): Coroutine<number> {
   *   counter.set(counter.get() + 1);
   *   return counter.get();
   * }
   *
   * const runner = new Runner();
   * console.log(runner.runSync(count()), runner.runSync(count())); // in one context
   * runner.closeSync();
   * // 1 2
   * ```
   */
  runSync<T>(main: AwaitableLike<T>, options: RunOptions = {}): T {
    const { loop, task } = this._start(main, options);
    // Without the addon nobody could tell us: then the signal shall end the process.
    if (!addonAvailable()) return loop.runUntilCompleteSync(task);
    const interrupts = new Interrupts(loop, task);
    interrupts.listen();
    try {
      return loop.runUntilCompleteSync(task);
    } catch (error) {
      throw interrupts.explain(error);
    } finally {
      interrupts.forget();
    }
  }

  private _start<T>(main: AwaitableLike<T>, options: RunOptions): { loop: BaseEventLoop; task: Task<T> } {
    let loop: BaseEventLoop;
    let coro: Coroutine<T>;
    let context: Context;
    try {
      if (runningLoop() !== null)
        throw new RuntimeError('Runner.run() cannot be called from a running event loop');
      loop = this._lazyInit();
      if (loop.isRunning())
        throw new RuntimeError('Runner.run() cannot be called while its event loop is running');
      coro = toCoroutine(main);
      context = options.context == null ? this._context! : checkContext(options.context);
    } catch (error) {
      if (iscoroutine(main)) main.return(undefined);
      throw error;
    }
    return { loop, task: loop.createTask(coro, { context }) };
  }

  private _lazyInit(): BaseEventLoop {
    if (this._state === 'closed') throw new RuntimeError('Runner is closed');
    if (this._state === 'initialized') return this._loop!;
    if (this._loopFactory === null) {
      this._loop = newEventLoop();
      // Two runs may be under way at once: only one that finds no other takes the place of the current loop.
      if (currentlyRunning() === null) {
        setEventLoop(this._loop);
        this._setLoop = true;
      }
    } else this._loop = this._loopFactory();
    if (this._debug !== null) this._loop.setDebug(this._debug);
    this._context = copyContext();
    this._state = 'initialized';
    return this._loop;
  }

  /**
   * Cancel what is left and wait for it, close asynchronous generators, end the default executor, close the loop. Errors of
   * the tasks that are cancelled are reported to the exception handler. Twice is harmless.
   *
   * Python: `Runner.close`.
   */
  async close(): Promise<void> {
    const loop = this._beginClose();
    if (loop === null) return;
    const forget = leaveOnSigint(loop);
    try {
      const cancelled = cancelAllTasks(loop);
      if (cancelled !== null) await loop.runUntilComplete(cancelled);
      await loop.runUntilComplete(loop.shutdownAsyncgens());
      await loop.runUntilComplete(loop.shutdownDefaultExecutor(THREAD_JOIN_TIMEOUT));
    } finally {
      forget();
      this._endClose(loop);
    }
  }

  /** As {@link Runner.close}, blocking. Python: `Runner.close`. */
  closeSync(): void {
    const loop = this._beginClose();
    if (loop === null) return;
    const forget = addonAvailable() ? leaveOnSigint(loop) : nothing;
    try {
      const cancelled = cancelAllTasks(loop);
      if (cancelled !== null) loop.runUntilCompleteSync(cancelled);
      loop.runUntilCompleteSync(loop.shutdownAsyncgens());
      loop.runUntilCompleteSync(loop.shutdownDefaultExecutor(THREAD_JOIN_TIMEOUT));
    } finally {
      forget();
      this._endClose(loop);
    }
  }

  private _beginClose(): BaseEventLoop | null {
    if (this._state !== 'initialized') return null;
    return this._loop;
  }

  private _endClose(loop: BaseEventLoop): void {
    if (this._setLoop) setEventLoop(null);
    loop.close();
    this._loop = null;
    this._state = 'closed';
  }
}

/** A coroutine for whatever can be awaited. */
function toCoroutine<T>(main: AwaitableLike<T>): Coroutine<T> {
  if (iscoroutine(main)) return main as Coroutine<T>;
  if (isAwaitable(main)) return awaitIt(main);
  if (isPromiseLike(main)) return awaitPromise(main);
  throw new TypeError('An asyncio.Future, a coroutine or an awaitable is required');
}

function* awaitPromise<T>(promise: PromiseLike<T>): Coroutine<T> {
  return yield* toAwaitable(promise);
}

/** Cancel the tasks that are left; what to run then, or null if there are none. */
function cancelAllTasks(loop: BaseEventLoop): Coroutine | null {
  const tasks = [...allTasks(loop)];
  if (tasks.length === 0) return null;
  for (const task of tasks) task.cancel();
  return waitForCancelled(loop, tasks);
}

function* waitForCancelled(loop: BaseEventLoop, tasks: readonly Task[]): Coroutine {
  yield* gather(...tasks, { returnExceptions: true });
  for (const task of tasks) {
    if (task.cancelled()) continue;
    const exception = task.exception();
    if (exception === null) continue;
    loop.callExceptionHandler({
      message: 'unhandled exception during asyncio.run() shutdown',
      exception,
      task,
    });
  }
}

/** SIGINT while a main task runs: the first cancels it, the second leaves the loop at once. */
class Interrupts {
  private readonly _task: Task;
  private readonly _loop: BaseEventLoop;
  private _count: number = 0;
  private _forget!: () => void;

  constructor(loop: BaseEventLoop, task: Task) {
    this._loop = loop;
    this._task = task;
  }

  listen(): void {
    this._forget = onSigint(() => {
      this._count++;
      if (this._count === 1 && !this._task.done()) this._task.cancel();
      else this._loop.callSoon(interrupt);
    });
  }

  forget(): void {
    this._forget();
  }

  /** A main task that ended because of our cancel, and of nobody else's, was interrupted. */
  explain(error: unknown): unknown {
    if (this._count === 0 || !(error instanceof CancelledError)) return error;
    // A task factory may make tasks that do not count.
    const left = (this._task as Partial<Task>).uncancel?.call(this._task);
    if (left !== 0) return error;
    exitAsShellsExpect();
    return new KeyboardInterrupt(undefined, { cause: error });
  }
}

/** The first SIGINT leaves the loop at once: nothing is left that could be cancelled and would not be. */
function leaveOnSigint(loop: BaseEventLoop): () => void {
  return onSigint(() => {
    loop.callSoon(interrupt);
  });
}

/** Between main and the closing of the loop there shall be no moment in which SIGINT ends the process. */
function keepSigint(): () => void {
  return onSigint(nothing);
}

function nothing(): void {
  // Somebody else is told, too.
}

function interrupt(): never {
  throw new KeyboardInterrupt();
}

/**
 * Run a program: make a loop, run `main` on it to its end, cancel what is left, close the loop. The loop is a guest of
 * Node's: promises, timers and Node's own I/O go on meanwhile.
 *
 * If tasks are left, and Node has nothing more to do, the program can go no further; then the promise is rejected
 * with a DeadlockError that names every task and what it waits for.
 *
 * Python: `asyncio.run`, but that it returns at once, with a promise.
 *
 * @param main - a coroutine, or whatever can be awaited
 * @param options - `debug` turns debug mode on or off; `loopFactory` makes the loop
 * @returns a promise of the result
 * @throws (as a rejection) what `main` throws; KeyboardInterrupt after SIGINT; RuntimeError if called from a coroutine or
 * callback of a loop, and then `main` is closed.
 *
 * @example
 * ```ts
 * import { run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine<string> {
 *   console.log('Hello ...');
 *   yield* sleep(0.01);
 *   console.log('... World!');
 *   return 'bye';
 * }
 *
 * console.log(await run(main()));
 * // Hello ...
 * // ... World!
 * // bye
 * ```
 */
export async function run<T>(main: AwaitableLike<T>, options: RunnerOptions = {}): Promise<T> {
  refuseNested(main);
  const runner = new Runner(options);
  const release = keepSigint();
  try {
    return await runner.run(main);
  } finally {
    try {
      await runner.close();
    } finally {
      release();
    }
  }
}

/**
 * As {@link run}, but blocking, as in Python: it returns the result, and Node waits until then. Promises, and all that
 * needs Node's own loop, cannot go on meanwhile, and fail with an error that says so.
 *
 * Python: `asyncio.run`.
 *
 * @param main - a coroutine, or whatever can be awaited but a promise
 * @param options - `debug` turns debug mode on or off; `loopFactory` makes the loop
 * @throws what `main` throws; KeyboardInterrupt after SIGINT; DeadlockError if nothing can wake the loop any more; RuntimeError if
 * called from a coroutine or callback of a loop, and then `main` is closed.
 *
 * @example
 * ```ts
 * import { runSync, sleep } from 'tsyncio';
 *
 * console.log(runSync(sleep(0.01, 'slept')));
 * // slept
 * ```
 */
export function runSync<T>(main: AwaitableLike<T>, options: RunnerOptions = {}): T {
  refuseNested(main);
  const runner = new Runner(options);
  const release = addonAvailable() ? keepSigint() : nothing;
  try {
    return runner.runSync(main);
  } finally {
    try {
      runner.closeSync();
    } finally {
      release();
    }
  }
}

function refuseNested(main: unknown): void {
  if (runningLoop() === null) return;
  if (iscoroutine(main)) main.return(undefined);
  throw new RuntimeError('asyncio.run() cannot be called from a running event loop');
}

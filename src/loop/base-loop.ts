/*
 * The loop: a ready queue, timers, and `_runOnce`, which is all there is to it. What select() waits for is a subclass's
 * business, and who calls `_runOnce` a driver's (hosted.ts, or the blocking one below).
 *
 *   stopped --runForever--> running --(stop, at the end of a round)--> stopped --close--> closed
 */
import { checkKeywords, firstOrOptions } from '../base/arguments.js';
import {
  type Awaitable,
  type Coroutine,
  iscoroutine,
  iscoroutinefunction,
  isPromiseLike,
} from '../base/awaitable.js';
import { MAXIMUM_SELECT_TIMEOUT } from '../base/constants.js';
import { RuntimeError, ValueError } from '../base/errors.js';
import { logger } from '../base/log.js';
import type { ContextLike, ExceptionContext, Loop, Runnable, TaskList, TaskOptions } from '../base/loop.js';
import { type AsyncContexts, captureFor } from '../base/observer.js';
import { reprValue } from '../base/repr.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { runningLoop, setRunningLoop } from '../base/running.js';
import { TimerQueue } from '../base/timer-queue.js';
import type { Executor } from '../concurrent/index.js';
import { FunctionInContext, type Submittable } from '../concurrent/functions.js';
import { serveThreads } from '../concurrent/serve.js';
import { copyContext, Context } from '../contextvars/index.js';
import { Future, type FutureOptions, wrapFuture } from '../futures/index.js';
import { UnretrievedErrors } from '../futures/unretrieved.js';
import { asyncContexts, contextsByDefault } from '../platform/async-context.js';
import { exitAsShellsExpect } from '../platform/exit.js';
import { CLOCK_RESOLUTION, environment, monotonic } from '../platform/host.js';
import { awaitIt } from '../tasks/create.js';
import { Task, type TaskFactory } from '../tasks/index.js';
import { AsyncGenerators } from './asyncgens.js';
import { deadlock } from './deadlock.js';
import { DefaultExecutor } from './executors.js';
import { endsLoop, type ExceptionHandler, logException, report } from './exceptions.js';
import { Handle, TimerHandle } from './handles.js';
import { HostedDriver } from './hosted.js';
import { type LoopEventEmitter, LoopObserver } from './loop-events.js';
import { warnOfCoroutine } from './never-awaited.js';
import type { Pacer } from './pacer.js';
import { type RemoteFunctions, RemoteLoop } from './remote-loop.js';
import { runUntilDone, runUntilDoneSync } from './until-complete.js';

/** A function that the loop can call, with these arguments: see {@link BaseEventLoop.callSoon}. What it returns is ignored. */
export type Callback<A extends unknown[]> = (...args: A) => unknown;

/** The option of {@link BaseEventLoop.callSoon} and its like, as the last argument. */
export interface CallbackOptions {
  /** The context that the callback runs in; a copy of the current one, if left out. Python: `context`. */
  context: Context;
}

/**
 * An event loop without any I/O of its own: callbacks, timers, futures, tasks. {@link SelectorEventLoop} adds I/O, and is
 * what to make; this class is there to be inherited from, and for what takes any loop.
 *
 * Python: `asyncio.BaseEventLoop`, and `asyncio.AbstractEventLoop`.
 *
 * @example
 * ```ts
 * import { BaseEventLoop, getRunningLoop, runSync, type Coroutine } from 'tsyncio';
 *
 * function later(loop: BaseEventLoop, what: string): void {
 *   loop.callLater(0.01, () => console.log(what));
 *   loop.callSoon(() => console.log('first'));
 * }
 *
 * function* main(): Coroutine {
 *   const loop: BaseEventLoop = getRunningLoop();
 *   later(loop, 'second');
 *   const waiter = loop.createFuture<void>();
 *   loop.callLater(0.02, () => waiter.setResult());
 *   yield* waiter;
 * }
 *
 * runSync(main());
 * // first
 * // second
 * ```
 */
export class BaseEventLoop implements Loop {
  /**
   * A callback or step that takes so many seconds or more is logged in debug mode; 0.1 by default. Python:
   * `loop.slow_callback_duration`.
   */
  slowCallbackDuration: number = 0.1;

  /** @internal */
  readonly _ready: RingBuffer<Runnable> = new RingBuffer<Runnable>();
  /** @internal */
  readonly _scheduled: TimerQueue<TimerHandle> = new TimerQueue<TimerHandle>();
  /** @internal */
  _currentTask: object | null = null;
  /** @internal */
  readonly _tasks: TaskList = { first: null, last: null };
  /** @internal */
  readonly _unretrieved: UnretrievedErrors = new UnretrievedErrors();
  /** @internal */
  readonly _asyncgens: AsyncGenerators = new AsyncGenerators(this);
  /** How many file descriptors are watched. @internal */
  _watched: number = 0;
  /** How many signals are handled: any may come at any time, so a loop that waits for one is in no deadlock. @internal */
  _handledSignals: number = 0;
  /** How many descriptors the last select found ready. @internal */
  _selected: number = 0;
  /** stop() was called: the present round is the last. @internal */
  _stopping: boolean = false;
  /** Whether a driver runs it. @internal */
  _running: boolean = false;
  /** Whether the driver that runs it blocks: nothing of the host's goes on meanwhile. @internal */
  _blocking: boolean = false;
  /** The driver that runs it as a guest of the host's loop. @internal */
  _driver: HostedDriver | null = null;
  /** Whether that driver waits: whatever is queued must wake it. @internal */
  _parked: boolean = false;
  /** Interrupts a round when its driver wants to give way; null where the driver blocks. @internal */
  _pacer: Pacer | null = null;
  /** How much of an interrupted round is still to be run. @internal */
  _left: number = 0;
  /** How many calls of workers it waits for: select() must not wait for ever, nor be called a deadlock. @internal */
  _awaitedWork: number = 0;
  private readonly _defaultExecutor: DefaultExecutor = new DefaultExecutor();
  /** Who is told what happens; null while nobody listens to `events`. @internal */
  _observer: LoopObserver | null = null;
  private _events: LoopObserver | null = null;
  /** @internal */
  _asyncContexts: AsyncContexts | null = contextsByDefault(environment('TSYNCIO_ASYNC_CONTEXT'));
  /** @internal */
  protected _closed: boolean = false;
  private _debug: boolean = environment('TSYNCIO_DEBUG') === '1';
  private _exceptionHandler: ExceptionHandler<BaseEventLoop> | null = null;
  private _taskFactory: TaskFactory | null = null;
  private readonly _futureOptions: FutureOptions = { loop: this };

  // -- scheduling ----------------------------------------------------------------------------------------------

  /**
   * The loop's clock, in seconds: it never goes back; its zero means nothing. Deadlines, {@link BaseEventLoop.callAt} and
   * {@link timeoutAt} go by it. A `VirtualEventLoop` has a clock of its own, from 0.
   *
   * Python: `loop.time`.
   */
  time(): number {
    return monotonic();
  }

  /**
   * Call `callback(...args)` in the next round. Callbacks are called in the order in which they were scheduled, each once.
   * One that is scheduled by another waits for the round after. A last argument that is an object with nothing but a
   * `context`, which is a Context, is the option of that name.
   *
   * An error that it throws goes to {@link BaseEventLoop.callExceptionHandler}. Between two rounds, in a callback of
   * Node's, the call wakes the loop.
   *
   * Python: `loop.call_soon`.
   *
   * @returns a handle, to cancel it by.
   * @throws RuntimeError if the loop is closed; TypeError if `callback` is no function, in debug mode also if it is a
   * coroutine function.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   loop.callSoon((who: string) => console.log('hello', who), 'world');
   *   loop.callSoon(() => loop.callSoon(() => console.log('a round later')));
   *   loop.callSoon(() => console.log('never')).cancel();
   *   console.log('not yet');
   *   yield* sleep(0.01);
   * }
   *
   * await run(main());
   * // not yet
   * // hello world
   * // a round later
   * ```
   */
  callSoon<A extends unknown[]>(callback: Callback<A>, ...args: A): Handle;
  callSoon<A extends unknown[]>(callback: Callback<A>, ...args: [...A, CallbackOptions]): Handle;
  callSoon(callback: Callback<never>, ...args: unknown[]): Handle {
    return this._callSoon(callback, args, 'call_soon');
  }

  /**
   * As {@link BaseEventLoop.callSoon}, and like it for callbacks of this thread: in JavaScript no object can be reached from
   * another one. Worker threads call functions on the loop by what {@link BaseEventLoop.remote} gives.
   *
   * Python: `loop.call_soon_threadsafe`.
   *
   * @throws as {@link BaseEventLoop.callSoon} does.
   */
  callSoonThreadsafe<A extends unknown[]>(callback: Callback<A>, ...args: A): Handle;
  callSoonThreadsafe<A extends unknown[]>(callback: Callback<A>, ...args: [...A, CallbackOptions]): Handle;
  callSoonThreadsafe(callback: Callback<never>, ...args: unknown[]): Handle {
    return this._callSoon(callback, args, 'call_soon_threadsafe');
  }

  private _callSoon(callback: Callback<never>, args: unknown[], method: string): Handle {
    this._checkClosed();
    this._checkCallback(callback, method);
    const handle = new Handle(callback, args, this, takeContext(args));
    this._captureFor(handle);
    this._enqueue(handle);
    return handle;
  }

  /**
   * Call `callback(...args)` once, in `delay` seconds. Those that are due at the same time are called in the order in which
   * they were set. A delay of 0 or less is over in the next round. The last argument may be a context, as with
   * {@link BaseEventLoop.callSoon}.
   *
   * Python: `loop.call_later`.
   *
   * @param delay - seconds; a fraction is fine
   * @returns a handle, to cancel it by, which tells when it is due.
   * @throws RuntimeError if the loop is closed; TypeError if `delay` is no number, or `callback` no function; ValueError for NaN.
   *
   * @example
   * ```ts
   * import { getRunningLoop, runSync, sleep, type Coroutine } from 'tsyncio';
   * import { VirtualEventLoop } from 'tsyncio/testing';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   loop.callLater(2, () => console.log('two'));
   *   loop.callLater(1, () => console.log('one'));
   *   loop.callLater(3, () => console.log('never')).cancel();
   *   yield* sleep(5);
   *   console.log(loop.time());
   * }
   *
   * runSync(main(), { loopFactory: () => new VirtualEventLoop() });
   * // one
   * // two
   * // 5
   * ```
   */
  callLater<A extends unknown[]>(delay: number, callback: Callback<A>, ...args: A): TimerHandle;
  callLater<A extends unknown[]>(
    delay: number,
    callback: Callback<A>,
    ...args: [...A, CallbackOptions]
  ): TimerHandle;
  callLater(delay: number, callback: Callback<never>, ...args: unknown[]): TimerHandle {
    if (typeof delay !== 'number') throw new TypeError('delay must not be None');
    return this._callAt(this.time() + delay, callback, args);
  }

  /**
   * Call `callback(...args)` once, at the time `when` of {@link BaseEventLoop.time}; in the next round, if that is over.
   *
   * Python: `loop.call_at`.
   *
   * @param when - seconds, on the loop's clock
   * @returns a handle, to cancel it by.
   * @throws RuntimeError if the loop is closed; TypeError if `when` is no number, or `callback` no function; ValueError for NaN.
   *
   * @example
   * ```ts
   * import { getRunningLoop, runSync, sleep, type Coroutine } from 'tsyncio';
   * import { VirtualEventLoop } from 'tsyncio/testing';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   let next = loop.time();
   *   const tick = (): void => {
   *     console.log('tick at', loop.time());
   *     next += 10; // no tick's delay moves the next
   *     loop.callAt(next, tick);
   *   };
   *   tick();
   *   yield* sleep(25);
   * }
   *
   * runSync(main(), { loopFactory: () => new VirtualEventLoop() });
   * // tick at 0
   * // tick at 10
   * // tick at 20
   * ```
   */
  callAt<A extends unknown[]>(when: number, callback: Callback<A>, ...args: A): TimerHandle;
  callAt<A extends unknown[]>(
    when: number,
    callback: Callback<A>,
    ...args: [...A, CallbackOptions]
  ): TimerHandle;
  callAt(when: number, callback: Callback<never>, ...args: unknown[]): TimerHandle {
    if (typeof when !== 'number') throw new TypeError('when cannot be None');
    return this._callAt(when, callback, args);
  }

  private _callAt(when: number, callback: Callback<never>, args: unknown[]): TimerHandle {
    this._checkClosed();
    this._checkCallback(callback, 'call_at');
    if (Number.isNaN(when)) throw new ValueError('call_at(): the time must not be NaN');
    const timer = new TimerHandle(when, callback, args, this, takeContext(args));
    this._captureFor(timer);
    this._scheduled.push(timer);
    if (this._parked) this._driver!.timerAdded(when);
    return timer;
  }

  /**
   * A future of this loop, pending. Prefer it to `new Future`: a loop of another make may have futures of its own.
   *
   * Python: `loop.create_future`.
   */
  createFuture<T = unknown>(): Future<T> {
    return new Future<T>(this._futureOptions);
  }

  /**
   * Make a task of a coroutine, or of a promise. It starts in the next round, or when the loop begins to run.
   *
   * Python: `loop.create_task`.
   *
   * @throws RuntimeError if the loop is closed, and the coroutine is closed then; TypeError if `coro` is no coroutine, or
   * `context` no Context.
   *
   * @example
   * ```ts
   * import { newEventLoop, sleep } from 'tsyncio';
   *
   * const loop = newEventLoop();
   * const task = loop.createTask(sleep(0.01, 'slept'), { name: 'nap' });
   * console.log(await loop.runUntilComplete(task));
   * loop.close();
   * // slept
   * ```
   */
  createTask<T>(coro: Coroutine<T>, options?: TaskOptions): Task<T>;
  createTask<T>(promise: PromiseLike<T>, options?: TaskOptions): Task<Awaited<T>>;
  createTask<T>(coro: Coroutine<T> | PromiseLike<T>, options?: TaskOptions): Task<T>;
  createTask<T>(coro: Coroutine<T> | PromiseLike<T>, options?: TaskOptions): Task<T> {
    if (this._closed && iscoroutine(coro)) coro.return(undefined as never);
    this._checkClosed();
    const wanted = this._coroutineOf(coro);
    if (this._taskFactory !== null) return this._taskFactory(this, wanted, options);
    if (options === undefined) return new Task<T>(wanted, this._futureOptions);
    // By name: a spread of somebody else's object takes longer than all the rest of making a task.
    const { name, context, eagerStart } = options;
    return new Task<T>(wanted, { name, context, eagerStart, loop: this });
  }

  private _coroutineOf<T>(coro: Coroutine<T> | PromiseLike<T>): Coroutine<T> {
    if (iscoroutine(coro)) return coro;
    if (isPromiseLike(coro) && !(coro instanceof Future)) return awaitIt(wrapFuture(coro, { loop: this }));
    throw new TypeError(`a coroutine was expected, got ${reprValue(coro)}`);
  }

  /**
   * Have all tasks of this loop made by `factory(loop, coro, options)` from now on; `null` for the usual way.
   *
   * Python: `loop.set_task_factory`.
   *
   * @throws TypeError if it is neither a function nor `null`.
   *
   * @example
   * ```ts
   * import { createTask, getRunningLoop, run, sleep, Task, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   loop.setTaskFactory((loop, coro, options) => {
   *     console.log('a task:', options?.name);
   *     return new Task(coro, { ...options, loop });
   *   });
   *   yield* createTask(sleep(0), { name: 'nap' });
   *   loop.setTaskFactory(null);
   * }
   *
   * await run(main());
   * // a task: nap
   * ```
   */
  setTaskFactory(factory: TaskFactory | null | undefined): void {
    if (factory != null && typeof factory !== 'function') {
      throw new TypeError('task factory must be a callable or None');
    }
    this._taskFactory = factory ?? null;
  }

  /** The task factory, or `null`. Python: `loop.get_task_factory`. */
  getTaskFactory(): TaskFactory | null {
    return this._taskFactory;
  }

  // -- running -------------------------------------------------------------------------------------------------

  /**
   * Run until {@link BaseEventLoop.stop} is called, as a guest of Node's loop: its I/O, timers and promises go on.
   *
   * Python: `loop.run_forever`, but that it returns at once, with a promise of the end.
   *
   * @returns a promise that is resolved when the loop has stopped; rejected with a DeadlockError if Node has nothing left
   * to do, and with a KeyboardInterrupt or SystemExit that comes out of a callback.
   *
   * @example
   * ```ts
   * import { newEventLoop } from 'tsyncio';
   *
   * const loop = newEventLoop();
   * loop.callLater(0.01, () => {
   *   console.log('stopping');
   *   loop.stop();
   * });
   * await loop.runForever();
   * console.log(loop.isRunning());
   * loop.close();
   * // stopping
   * // false
   * ```
   */
  async runForever(): Promise<void> {
    this._checkRunnable();
    await new HostedDriver(this).run();
  }

  /**
   * Run until {@link BaseEventLoop.stop} is called, and return then. Meanwhile Node waits: none of its promises,
   * timers or callbacks can run, and what needs them fails with an error that says so.
   *
   * Python: `loop.run_forever`.
   *
   * @throws RuntimeError if the loop is closed, or a loop is running; DeadlockError if nothing can wake the loop any more; a
   * KeyboardInterrupt or SystemExit that comes out of a callback.
   *
   * @example
   * ```ts
   * import { newEventLoop } from 'tsyncio';
   *
   * const loop = newEventLoop();
   * loop.callLater(0.01, () => loop.stop());
   * loop.runForeverSync();
   * console.log('stopped');
   * loop.close();
   * // stopped
   * ```
   */
  runForeverSync(): void {
    this._checkRunnable();
    this._running = this._blocking = true;
    setRunningLoop(this);
    try {
      if (this._asyncContexts === null) this._runRounds();
      else this._asyncContexts.base().runInAsyncScope(() => this._runRounds(), undefined);
    } catch (error) {
      if (endsLoop(error)) exitAsShellsExpect();
      throw error;
    } finally {
      this._stopping = this._running = this._blocking = false;
      setRunningLoop(null);
    }
  }

  /** Round after round, blocking. For subclasses that have something to do in between. @internal */
  protected _runRounds(): void {
    do this._runOnce();
    while (!this._stopping);
  }

  /**
   * Run until `future` is done, as {@link BaseEventLoop.runForever} does.
   *
   * Python: `loop.run_until_complete`.
   *
   * @param future - what to wait for; a coroutine becomes a task
   * @returns a promise of the result
   * @throws (as a rejection) what the future fails with; RuntimeError if the loop is stopped before, is closed or runs already;
   * DeadlockError as {@link BaseEventLoop.runForever}.
   *
   * @example
   * ```ts
   * import { newEventLoop, sleep } from 'tsyncio';
   *
   * const loop = newEventLoop();
   * const promise = loop.runUntilComplete(sleep(0.01, 'slept'));
   * console.log('Node goes on');
   * console.log(await promise);
   * loop.close();
   * // Node goes on
   * // slept
   * ```
   */
  runUntilComplete<T>(future: Awaitable<T> | PromiseLike<T>): Promise<T> {
    return runUntilDone(this, future);
  }

  /**
   * Run until `future` is done, as {@link BaseEventLoop.runForeverSync} does, and return its result.
   *
   * Python: `loop.run_until_complete`.
   *
   * @throws what the future fails with; RuntimeError if the loop is stopped before, is closed or runs already; DeadlockError as
   * {@link BaseEventLoop.runForeverSync}.
   *
   * @example
   * ```ts
   * import { newEventLoop, sleep } from 'tsyncio';
   *
   * const loop = newEventLoop();
   * console.log(loop.runUntilCompleteSync(sleep(0.01, 'slept')));
   * loop.close();
   * // slept
   * ```
   */
  runUntilCompleteSync<T>(future: Awaitable<T> | PromiseLike<T>): T {
    return runUntilDoneSync(this, future);
  }

  /**
   * Stop at the end of the present round, or after one round if it does not run yet: what is ready now still runs. Nothing
   * is cancelled; the loop can be run again.
   *
   * Python: `loop.stop`.
   */
  stop(): void {
    this._stopping = true;
    if (this._parked) this._driver!.wake();
  }

  /** Whether the loop runs, between two rounds too. Python: `loop.is_running`. */
  isRunning(): boolean {
    return this._running;
  }

  /** Whether the loop was closed. Python: `loop.is_closed`. */
  isClosed(): boolean {
    return this._closed;
  }

  /**
   * Close the loop: what is scheduled is dropped. Tasks that are left, and errors that nobody asked for, are reported.
   * Closing twice is harmless.
   *
   * Python: `loop.close`.
   *
   * @throws RuntimeError while it runs.
   */
  close(): void {
    if (this._running) throw new RuntimeError('Cannot close a running event loop');
    if (this._closed) return;
    if (this._debug) logger.debug(`Close ${this.toString()}`);
    this._closed = true;
    this._ready.clear();
    this._scheduled.clear();
    this._defaultExecutor.close();
    this._unretrieved.reportAll();
    this._reportPendingTasks();
  }

  private _reportPendingTasks(): void {
    for (let node = this._tasks.first; node !== null; node = node._nextTask) {
      const task = node as Task;
      if (!task._logDestroyPending) continue;
      const context: ExceptionContext = { message: 'Task was destroyed but it is pending!', task };
      if (task._sourceTraceback !== null) context.sourceTraceback = task._sourceTraceback;
      this.callExceptionHandler(context);
    }
  }

  /**
   * Close all asynchronous generators that were begun and not ended. `run` does it before it closes its loop.
   *
   * Python: `loop.shutdown_asyncgens`.
   *
   * @example
   * ```ts
   * import { anext, asyncGenerator, newEventLoop, type Coroutine } from 'tsyncio';
   *
   * const numbers = asyncGenerator<number>(function* (emit) {
   *   try {
   *     yield* emit(1);
   *   } finally {
   *     console.log('closed');
   *   }
   * });
   *
   * function* first(): Coroutine<number> {
   *   return yield* anext(numbers);
   * }
   *
   * const loop = newEventLoop();
   * console.log(await loop.runUntilComplete(first()));
   * await loop.runUntilComplete(loop.shutdownAsyncgens());
   * loop.close();
   * // 1
   * // closed
   * ```
   */
  shutdownAsyncgens(): Coroutine {
    return this._asyncgens.shutdown();
  }

  // -- threads -------------------------------------------------------------------------------------------------

  /**
   * Have an executor call `func(...args)`.
   *
   * Python: `loop.run_in_executor`.
   *
   * @param executor - who does it; `null` for the default executor, which has threads
   * @param func - a function that uses nothing from outside of it, or a `workerFunction` of `tsyncio/concurrent`
   * @returns a future of what it returns. Cancelling it cancels the call, if that has not begun.
   * @throws TypeError for what cannot be sent; RuntimeError if the loop is closed, or the executor is shut down.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   console.log(yield* getRunningLoop().runInExecutor(null, (x: number) => x * x, 12));
   * }
   *
   * await run(main());
   * // 144
   * ```
   */
  runInExecutor<A extends readonly unknown[], R>(
    executor: Executor | null | undefined,
    func: Submittable<A, R>,
    ...args: A
  ): Future<Awaited<R>> {
    this._checkClosed();
    const called: unknown = func instanceof FunctionInContext ? func.func : func;
    if (this._debug && (iscoroutine(called) || iscoroutinefunction(called)))
      throw new TypeError('coroutines cannot be used with run_in_executor()');
    const chosen = executor ?? this._defaultExecutor.get();
    return wrapFuture(chosen.submit(func, ...args), { loop: this });
  }

  /**
   * Have another executor be the one of {@link BaseEventLoop.runInExecutor} with `null`, and of `toThread`. Only threads will do.
   *
   * Python: `loop.set_default_executor`.
   *
   * @throws TypeError if it is no ThreadPoolExecutor.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, toThread, type Coroutine } from 'tsyncio';
   * import { ThreadPoolExecutor } from 'tsyncio/concurrent';
   *
   * function* main(): Coroutine {
   *   getRunningLoop().setDefaultExecutor(new ThreadPoolExecutor({ maxWorkers: 1 }));
   *   console.log(yield* toThread((a: number, b: number) => a * b, 6, 7));
   * }
   *
   * await run(main());
   * // 42
   * ```
   */
  setDefaultExecutor(executor: Executor): void {
    this._defaultExecutor.set(executor);
  }

  /**
   * Let the default executor finish its calls, and end. `run` does it before it closes its loop.
   *
   * Python: `loop.shutdown_default_executor`.
   *
   * @param timeout - at most so long, in seconds; then a RuntimeWarning says so, and nobody waits any more. It may also be given by
   * name
   */
  shutdownDefaultExecutor(
    timeout: number | null | { timeout?: number | null | undefined } = null,
  ): Coroutine {
    const options = firstOrOptions<{ timeout?: number | null | undefined }>('timeout', timeout, {});
    checkKeywords('shutdownDefaultExecutor', options, ['timeout']);
    return this._defaultExecutor.shutdown(options.timeout ?? null);
  }

  /**
   * This loop, for the functions that run in worker threads: an argument by which they can call `functions` on it.
   *
   * Not in Python, where threads call `call_soon_threadsafe` and `run_coroutine_threadsafe` with functions of their own. Functions
   * cannot leave their thread here, so the loop's side names them.
   *
   * @param functions - callbacks and coroutine functions, by name
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, sleep, toThread, type Coroutine, type RemoteLoop } from 'tsyncio';
   *
   * const functions = {
   *   progress: (percent: number) => console.log(`${percent} %`),
   *   *ask(question: string): Coroutine<number> {
   *     yield* sleep(0.01);
   *     return question.length;
   *   },
   * };
   *
   * function work(loop: RemoteLoop<typeof functions>): number {
   *   loop.callSoonThreadsafe('progress', 50);
   *   return loop.runCoroutineThreadsafe('ask', 'how long?').result(5);
   * }
   *
   * function* main(): Coroutine {
   *   console.log(yield* toThread(work, getRunningLoop().remote(functions)));
   * }
   *
   * await run(main());
   * // 50 %
   * // 9
   * ```
   */
  remote<F extends RemoteFunctions>(functions: F): RemoteLoop<F> {
    return new RemoteLoop(this, functions);
  }

  // -- errors and debugging ------------------------------------------------------------------------------------

  /**
   * Have errors that nobody could catch given to `handler(loop, context)`; `null` to log them.
   *
   * Python: `loop.set_exception_handler`.
   *
   * @throws TypeError if it is neither a function nor `null`.
   *
   * @example
   * ```ts
   * import { getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   loop.setExceptionHandler((_loop, { message, exception }) => {
   *     console.log(message?.split(' ').slice(0, 3).join(' '), '-', String(exception));
   *   });
   *   loop.callSoon(() => {
   *     throw new Error('nobody can catch this');
   *   });
   *   yield* sleep(0.01);
   * }
   *
   * await run(main());
   * // Exception in callback - Error: nobody can catch this
   * ```
   */
  setExceptionHandler(handler: ExceptionHandler<this> | null | undefined): void {
    if (handler != null && typeof handler !== 'function') {
      throw new TypeError(`A callable object or None is expected, got ${reprValue(handler)}`);
    }
    this._exceptionHandler = (handler ?? null) as ExceptionHandler<BaseEventLoop> | null;
  }

  /** The exception handler, or `null`. Python: `loop.get_exception_handler`. */
  getExceptionHandler(): ExceptionHandler<BaseEventLoop> | null {
    return this._exceptionHandler;
  }

  /**
   * Log what `context` tells, as an error of the {@link logger}: what loops without a handler do. Handlers of one's own may
   * call it for what they leave alone.
   *
   * Python: `loop.default_exception_handler`.
   */
  defaultExceptionHandler(context: ExceptionContext): void {
    logException(context);
  }

  /**
   * Report an error to the exception handler, or log it where there is none. It never throws, but for KeyboardInterrupt and
   * SystemExit: a handler that fails is logged, too.
   *
   * Python: `loop.call_exception_handler`.
   *
   * @param context - `message`, `exception`, and whatever else is known, as {@link ExceptionContext} says
   *
   * @example
   * ```ts
   * import { getRunningLoop, logger, run, type Coroutine } from 'tsyncio';
   *
   * logger.handler = ({ level, message }) => console.log(level, message);
   *
   * function* main(): Coroutine {
   *   getRunningLoop().callExceptionHandler({ message: 'the disk is full', disk: 'sda' });
   * }
   *
   * await run(main());
   * // error the disk is full
   * // disk: 'sda'
   * ```
   */
  callExceptionHandler(context: ExceptionContext): void {
    report<BaseEventLoop>(this, this._exceptionHandler, context);
  }

  /** Whether debug mode is on. By default it is if the environment has TSYNCIO_DEBUG=1. Python: `loop.get_debug`. */
  getDebug(): boolean {
    return this._debug;
  }

  /**
   * Debug mode: futures, tasks and handles remember where they were made, slow callbacks are logged, and mistakes
   * that cost time to look for are looked for. See [Debugging](../../docs/debugging.md).
   *
   * Python: `loop.set_debug`.
   *
   * @example
   * ```ts
   * import { getRunningLoop, logger, run, sleep, type Coroutine } from 'tsyncio';
   *
   * logger.handler = ({ level, message }) => {
   *   if (level === 'warning' && message.includes('busy')) console.log(message.split(' ', 3).join(' '), '...');
   * };
   *
   * function* main(): Coroutine {
   *   const loop = getRunningLoop();
   *   loop.setDebug(true);
   *   loop.slowCallbackDuration = 0.02;
   *   loop.callSoon(function busy() {
   *     for (const end = loop.time() + 0.03; loop.time() < end;);
   *   });
   *   yield* sleep(0.1);
   *   loop.setDebug(false);
   * }
   *
   * await run(main());
   * // Executing <Handle busy() ...
   * ```
   */
  setDebug(enabled: boolean): void {
    this._debug = enabled;
  }

  /**
   * What happens in the loop: tasks that are made, start, wait, go on, end; slow callbacks; rounds with their figures;
   * transports. For tools that measure and show. Listeners are called at once, in the middle of what they are told of: they
   * must be quick, and must not wait. One that throws is reported to the exception handler.
   *
   * A loop to whose events nobody listens does not pay for them. They are told from the round on that follows the first
   * listener, and no more when the last is removed.
   *
   * Not in Python.
   *
   * @example
   * ```ts
   * import { createTask, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const { events } = getRunningLoop();
   *   events.on('taskStarted', (task) => console.log(task.getName(), 'starts'));
   *   events.on('taskDone', (task) => console.log(task.getName(), 'ends'));
   *   yield* createTask(sleep(0.01), { name: 'nap' });
   *   events.removeAllListeners();
   * }
   *
   * await run(main());
   * // nap starts
   * // nap ends
   * ```
   */
  get events(): LoopEventEmitter {
    this._events ??= new LoopObserver(this, (observer) => {
      this._observer = observer;
    });
    return this._events.emitter;
  }

  /**
   * Whether tasks, and callbacks by `callSoon`, `callLater` and `callAt`, run in the host's async context of where they
   * were made, which is what AsyncLocalStorage goes by. Set it before the loop runs. On by default, unless the environment
   * has TSYNCIO_ASYNC_CONTEXT=0; always off where the host has no AsyncLocalStorage.
   *
   * It costs next to nothing in programs that use no AsyncLocalStorage, and about 0.1 microseconds for each task and half of
   * that for each step in others. What a step sets by `enterWith` may be gone in the next: use `run`.
   *
   * Not in Python.
   */
  get asyncContext(): boolean {
    return this._asyncContexts !== null;
  }

  set asyncContext(on: boolean) {
    this._asyncContexts = on ? asyncContexts : null;
  }

  /** Like Python's repr: `<EventLoop running=False closed=False debug=False>`. */
  toString(): string {
    const flag = (value: boolean): string => (value ? 'True' : 'False');
    return (
      `<${this.constructor.name} running=${flag(this._running)} closed=${flag(this._closed)} ` +
      `debug=${flag(this._debug)}>`
    );
  }

  // -- one round -----------------------------------------------------------------------------------------------

  /** One round: select, timers, and what was ready when they were done. @internal */
  _runOnce(): void {
    if (this._observer !== null) {
      this._runOnceObserved(this._observer);
      return;
    }
    if (this._left === 0) this._selectReady();
    this._runRound(this._debug);
    if (this._left === 0 && this._unretrieved.pending) this._unretrieved.age();
  }

  /** Queue what I/O and timers ask for. */
  private _selectReady(): void {
    const scheduled = this._scheduled;
    if (scheduled.length > 0) scheduled.prune();
    // With work at hand and nothing watched there is nothing to ask the system for.
    if (this._watched > 0 || this._ready.length === 0) this._select(this._selectTimeout());
    if (scheduled.length > 0) this._queueDueTimers();
  }

  /** As `_runOnce`, and tells of it. */
  private _runOnceObserved(observer: LoopObserver): void {
    if (this._left > 0) observer.roundGoesOn();
    else {
      observer.roundBegins();
      this._selectReady();
      observer.roundWaited(this._ready.length);
    }
    let interrupted = false;
    try {
      this._runRound(true);
      interrupted = this._left > 0;
    } finally {
      if (interrupted) observer.roundPauses();
      else observer.roundEnds(this._ready.length, this._scheduled.length);
    }
    if (!interrupted && this._unretrieved.pending) this._unretrieved.age();
  }

  /** How long select() may wait, in seconds; null for ever. */
  private _selectTimeout(): number | null {
    if (this._ready.length > 0 || this._stopping || this._driver !== null) return 0;
    const first = this._scheduled.peek();
    if (first === undefined) return null;
    return Math.min(Math.max(first._when - this.time(), 0), MAXIMUM_SELECT_TIMEOUT);
  }

  /** Wait at most `timeout` seconds for I/O, and queue what it asks for. For subclasses. @internal */
  _select(timeout: number | null): void {
    // Only one that blocks may wait here: hosted, the timeout is always 0.
    if (timeout !== 0 && this._awaitedWork > 0) serveThreads(timeout);
    else if (timeout === null) throw deadlock(this);
    else if (timeout > 0) this._wait(timeout);
  }

  /** Wait without I/O. @internal */
  protected _wait(_timeout: number): void {
    throw new RuntimeError('this loop cannot wait');
  }

  private _queueDueTimers(): void {
    const now = this.time();
    // A timer less than one tick away is due: select() cannot time so short a wait, and the loop would spin.
    const endTime = now + Math.max(CLOCK_RESOLUTION, now * Number.EPSILON);
    for (
      let timer = this._scheduled.popDue(endTime);
      timer !== undefined;
      timer = this._scheduled.popDue(endTime)
    ) {
      this._ready.push(timer);
    }
  }

  /** Run what is ready, or what is left of the round, until the pacer interrupts it. */
  private _runRound(timed: boolean): void {
    const pacer = this._pacer;
    // The count is taken first: what these queue waits for the next round, so no callback can starve I/O.
    let left = this._left === 0 ? this._ready.length : this._left;
    this._left = 0;
    while (left > 0) {
      const portion = pacer === null || pacer.credit > left ? left : pacer.credit;
      if (timed) this._runReadyTimed(portion);
      else this._runReady(portion);
      left -= portion;
      if (pacer?.spend(portion) === true) break;
    }
    this._left = left;
  }

  private _runReady(todo: number): void {
    const ready = this._ready;
    while (todo > 0) {
      try {
        for (; todo > 0;) {
          todo--;
          const next = ready.shift()!;
          if (!next._cancelled) next._run();
        }
      } catch (error) {
        this._stepFailed(error);
      }
    }
  }

  /** As `_runReady`, and logs and tells of what was slow. */
  private _runReadyTimed(todo: number): void {
    for (; todo > 0; todo--) {
      const next = this._ready.shift()!;
      if (next._cancelled) continue;
      const started = this.time();
      try {
        const returned = this._observer === null ? next._run() : this._observer.run(next);
        if (this._debug) warnOfCoroutine(next, returned);
      } catch (error) {
        this._stepFailed(error);
      }
      const took = this.time() - started;
      if (took < this.slowCallbackDuration) continue;
      if (this._debug) logger.warning(`Executing ${String(next)} took ${took.toFixed(3)} seconds`);
      this._observer?.callbackSlow(next, took);
    }
  }

  private _stepFailed(error: unknown): void {
    if (endsLoop(error)) throw error;
    this.callExceptionHandler({ message: 'Exception in callback', exception: error });
  }

  // -- for the other layers ------------------------------------------------------------------------------------

  /** @internal */
  _enqueue(runnable: Runnable): void {
    if (this._closed) this._checkClosed();
    this._ready.push(runnable);
    if (this._parked) this._driver!.wake();
  }

  /** @internal */
  _callSoonIn<T>(context: ContextLike, callback: (arg: T) => unknown, arg: T): void {
    this._enqueue(new Handle(callback, [arg], this, context as Context));
  }

  /** @internal */
  _timerHandleCancelled(): void {
    this._scheduled.noteCancelled();
    if (this._parked) this._driver!.wake();
  }

  /** @internal */
  _asyncgenFirstIter(agen: object): void {
    this._asyncgens.begun(agen);
  }

  /** @internal */
  _asyncgenFinalizer(agen: object): void {
    this._asyncgens.abandoned(agen);
  }

  /** @internal */
  _checkClosed(): void {
    if (this._closed) throw new RuntimeError('Event loop is closed');
  }

  /** @internal */
  _checkRunnable(): void {
    this._checkClosed();
    if (this._running) throw new RuntimeError('This event loop is already running');
    if (runningLoop() !== null)
      throw new RuntimeError('Cannot run the event loop while another loop is running');
  }

  private _captureFor(handle: Handle): void {
    const contexts = this._asyncContexts;
    if (contexts !== null && (contexts.used || runningLoop() === null)) captureFor(handle, contexts);
  }

  private _checkCallback(callback: unknown, method: string): void {
    if (this._debug && (iscoroutine(callback) || iscoroutinefunction(callback))) {
      throw new TypeError(`coroutines cannot be used with ${method}()`);
    }
    if (typeof callback !== 'function') {
      throw new TypeError(`a callable object was expected by ${method}(), got ${reprValue(callback)}`);
    }
  }
}

/** Take the trailing option out of `args`, and return its context; a copy of the current one if there is none. */
function takeContext(args: unknown[]): Context {
  const last = args.length === 0 ? undefined : args[args.length - 1];
  if (typeof last === 'object' && last !== null) {
    const { context } = last as { context?: unknown };
    if (context instanceof Context && Object.keys(last).length === 1) {
      args.pop();
      return context;
    }
  }
  return copyContext();
}

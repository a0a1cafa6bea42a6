/*
 * The loop as futures, tasks and everything above them see it. They know these interfaces and not the loop that runs
 * them; the classes of src/loop implement them. Nothing here may name a class of a higher layer.
 */
import type { Awaitable, Coroutine } from './awaitable.js';
import type { AsyncContexts, TaskObserver } from './observer.js';

/** A context, as far as the lower layers need to know one: see {@link Context}. Python: `contextvars.Context`. */
export interface ContextLike {
  /** Call `callback` in the context. */
  run<A extends readonly unknown[], R>(callback: (...args: A) => R, ...args: A): R;
}

/**
 * The option of {@link Future.addDoneCallback}. The loop's methods take it as the last of their arguments, see
 * {@link CallbackOptions}.
 */
export interface ContextOption {
  /** The context to run the callback in; the current one, if left out. Python: `context`. */
  context?: ContextLike | null | undefined;
}

/** What the ready queue holds: handles, and tasks, which queue themselves. */
export interface Runnable {
  /** Do the work. May throw only what must end the loop: KeyboardInterrupt, SystemExit. @internal */
  _run(): unknown;
  /** Whether the work was called off meanwhile. @internal */
  readonly _cancelled: boolean;
}

/** A callback that was scheduled, and can be cancelled, as {@link Loop} speaks of it. The class is {@link Handle}. */
export interface HandleLike {
  /** Call it off. */
  cancel(): void;
  /** Whether it was called off. */
  cancelled(): boolean;
}

/** A {@link HandleLike} with a time, as {@link Loop} speaks of it. The class is {@link TimerHandle}. */
export interface TimerHandleLike extends HandleLike {
  /** When it is due, in seconds on the loop's clock. */
  when(): number;
}

/** A future as {@link Loop} speaks of it. The class is {@link Future}, which says more of each method. */
export interface FutureLike<T> extends Awaitable<T>, PromiseLike<T> {
  /** Whether it is done. */
  done(): boolean;
  /** Whether it was cancelled. */
  cancelled(): boolean;
  /** The result; throws the error, if there is one. */
  result(): T;
  /** The error, or `null`. */
  exception(): unknown;
  /** Cancel it; `false` if it is done. */
  cancel(msg?: unknown): boolean;
  /** Complete it with a result. */
  setResult(result: T): void;
  /** Complete it with an error. */
  setException(exception: unknown): void;
}

/**
 * What {@link createTask}, {@link TaskGroup.createTask} and {@link BaseEventLoop.createTask} take beside the coroutine. Python: the
 * keywords of `asyncio.create_task`.
 */
export interface TaskOptions {
  /** The task's name; by default `Task-1`, `Task-2` ... */
  name?: string | null | undefined;
  /** The context in which it runs; by default a copy of the current one. */
  context?: ContextLike | null | undefined;
  /**
   * Run the first step at once, inside the call; `undefined`, the default, leaves it to the task factory. Python: `eager_start`.
   */
  eagerStart?: boolean | undefined;
}

/**
 * What is reported to the exception handler: see {@link BaseEventLoop.callExceptionHandler}. Python: the `context` dict of
 * `call_exception_handler`, its keys in camel case.
 */
export interface ExceptionContext {
  /** What happened. */
  message?: string;
  /** The error, if there is one. */
  exception?: unknown;
  /** The future, task or handle concerned, and whatever else helps. */
  [key: string]: unknown;
}

/**
 * The loop, as futures, tasks and locks know it: what {@link Future.getLoop} gives, and `loop` options take.
 * {@link EventLoop} has it all, and more. Python: `asyncio.AbstractEventLoop`.
 */
export interface Loop {
  /** The loop's clock, in seconds: {@link BaseEventLoop.time}. */
  time(): number;
  /** Call `callback` in the next round: {@link BaseEventLoop.callSoon}. */
  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): HandleLike;
  /** Call `callback` in `delay` seconds: {@link BaseEventLoop.callLater}. */
  callLater<A extends unknown[]>(
    delay: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandleLike;
  /** Call `callback` at a time of the clock, in seconds: {@link BaseEventLoop.callAt}. */
  callAt<A extends unknown[]>(when: number, callback: (...args: A) => unknown, ...args: A): TimerHandleLike;
  /** A future of this loop: {@link BaseEventLoop.createFuture}. */
  createFuture<T>(): FutureLike<T>;
  /** Make a task of a coroutine: {@link BaseEventLoop.createTask}. */
  createTask<T>(coro: Coroutine<T> | PromiseLike<T>, options?: TaskOptions): FutureLike<T>;
  /** Report an error that nobody can catch: {@link BaseEventLoop.callExceptionHandler}. */
  callExceptionHandler(context: ExceptionContext): void;
  /** Whether it runs: {@link BaseEventLoop.isRunning}. */
  isRunning(): boolean;
  /** Whether it was closed: {@link BaseEventLoop.isClosed}. */
  isClosed(): boolean;
  /** Whether debug mode is on: {@link BaseEventLoop.getDebug}. */
  getDebug(): boolean;

  /** Whether it runs and blocks: nothing of the host's, no promise either, goes on meanwhile. @internal */
  readonly _blocking: boolean;
  /** How many calls of workers it waits for: see awaitWork in concurrent.ts. @internal */
  _awaitedWork: number;
  /** Queue `runnable` for the next round. The way of tasks; what callers outside give goes through callSoon. @internal */
  _enqueue(runnable: Runnable): void;
  /** `callSoon(callback, arg, { context })` without arrays. @internal */
  _callSoonIn<T>(context: ContextLike, callback: (arg: T) => unknown, arg: T): void;
  /** The task that is being stepped, or null. Set and reset by tasks alone. @internal */
  _currentTask: object | null;
  /** The first of the loop's tasks that are not done; the list runs on in the tasks. Kept by tasks alone. @internal */
  _tasks: TaskList;
  /** Told of what happens to tasks, if somebody listens. @internal */
  readonly _observer?: TaskObserver | null;
  /** Captures the host's async context for tasks; null if they are to run in whatever there is. @internal */
  readonly _asyncContexts?: AsyncContexts | null;
  /** The futures whose error nobody has asked for. Kept by futures alone. @internal */
  readonly _unretrieved: { add(future: object): void };
  /** An asynchronous generator starts to be iterated: keep it for shutdownAsyncgens. @internal */
  _asyncgenFirstIter(agen: object): void;
  /** Nobody holds an asynchronous generator any more: close it. @internal */
  _asyncgenFinalizer(agen: object): void;
}

/** One that can be in a {@link TaskList}. */
export interface TaskNode {
  /** @internal */
  _previousTask: TaskNode | null;
  /** @internal */
  _nextTask: TaskNode | null;
}

/** The tasks of a loop that are not done, in the order they were made: a doubly linked list through the tasks. */
export interface TaskList {
  first: TaskNode | null;
  last: TaskNode | null;
}

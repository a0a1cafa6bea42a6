/*
 * Task: a Future that steps one coroutine, and binds itself to each Future that the coroutine waits on.
 *
 * While it is pending a task is in one of three states, and moves between them only as follows:
 *
 *   state    queued with the loop   _futWaiter   left by
 *   ready    once                   null         the loop calls _run: running
 *   running  no                     null         the step ends: the coroutine waits on a future -> bound;
 *                                                gives up its turn, or misbehaved -> ready; ended -> done
 *   bound    no                     that future  the future is done, or was cancelled by our cancel(): ready
 *                                                (_futWaiter stays until the step, so that cancel() can tell)
 *
 * So a task is queued at most once, and can itself be what is queued. `_mustCancel` is a cancellation that found
 * nothing to cancel; it is thrown at the next step, or passed on to the next future.
 */
import { type Coroutine, generatorPrototype, iscoroutine, isGenerator } from '../base/awaitable.js';
import { CancelledError, KeyboardInterrupt, RuntimeError, SystemExit } from '../base/errors.js';
import type { FutureLike, Loop, TaskNode, TaskOptions } from '../base/loop.js';
import { captureFor } from '../base/observer.js';
import { reprValue } from '../base/repr.js';
import { runningLoop } from '../base/running.js';
import { type Context, copyContext } from '../contextvars/index.js';
import { checkContext, enterContext, leaveContext } from '../contextvars/current.js';
import { forgetUnretrieved } from '../futures/unretrieved.js';
import { Future, isfuture, PENDING, RESULT, type Status, type Waiter } from '../futures/future.js';
import { badYield, reusedCoroutine, yieldWithoutStar } from './mistakes.js';
import { coroutineRepr, printStack, taskStack, type StackFrame } from './stack.js';
import { noteCancel, noteSwallowed, noteWait, throwInto } from './traces.js';
import { futureRepr } from '../futures/repr.js';

/**
 * What the constructor of {@link Task}, and a {@link TaskConstructor}, takes beside the coroutine. Python: the keywords of
 * `asyncio.Task`.
 */
export interface TaskConstructorOptions extends TaskOptions {
  /** The loop that runs it; by default the one that {@link getEventLoop} gives. Python: `loop`. */
  loop?: Loop | null | undefined;
}

/** "There is no error to throw": any value can be thrown, undefined too. */
const NOTHING: unique symbol = Symbol('nothing');

/** The task that a coroutine was given to, kept on the coroutine. */
const OWNER: unique symbol = Symbol('tsyncio.task');

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with a `this` of its own
const { next } = generatorPrototype;

let lastNumber = 0;

/**
 * A Future that runs a coroutine.
 *
 * The coroutine runs in steps, each in a round of the loop, up to its next wait for something that is not done. The
 * task is done when the coroutine is: with what it returned, or the error it threw; or cancelled, if a CancelledError
 * came out of it. Make tasks by `createTask`, `TaskGroup.createTask` or `loop.createTask`, hardly ever by hand.
 *
 * Python: `asyncio.Task`.
 *
 * @example
 * ```ts
 * import { run, createTask, sleep, type Coroutine } from 'tsyncio';
 *
 * function* greet(name: string): Coroutine<string> {
 *   yield* sleep(0.01);
 *   return `hello ${name}`;
 * }
 *
 * function* main(): Coroutine {
 *   const task = createTask(greet('world'), { name: 'greeter' });
 *   console.log(task.getName(), task.done());
 *   console.log(yield* task);
 * }
 *
 * await run(main());
 * // greeter false
 * // hello world
 * ```
 */
export class Task<T = unknown> extends Future<T> implements Waiter, TaskNode {
  /** @internal */
  declare readonly _isWaiter: true;
  /** A queued task is never called off: cancelling it steps it. @internal */
  declare readonly _cancelled: false;
  /** @internal */
  _coro: Coroutine<T> | null;
  /** Whether the coroutine can be stepped by the generators' own `next`. @internal */
  readonly _isGenerator: boolean;
  /** The number of a task whose name was never asked for. @internal */
  _name: string | number;
  /** @internal */
  readonly _context: Context;
  /** What it is bound to. @internal */
  _futWaiter: FutureLike<unknown> | null = null;
  /** @internal */
  _mustCancel: boolean = false;
  /** @internal */
  _numCancelsRequested: number = 0;
  /** What the next step throws, if it is no wake-up. @internal */
  _throwNext: unknown = NOTHING;
  /** @internal */
  _logDestroyPending: boolean = true;
  /** @internal */
  _previousTask: TaskNode | null = null;
  /** @internal */
  _nextTask: TaskNode | null = null;

  /**
   * @param coro - what to run
   * @param options - the loop, the name, the context; `eagerStart` runs the first step inside the constructor,
   * provided that the loop is running
   * @throws TypeError if `coro` is no coroutine, or `context` no Context.
   */
  constructor(coro: Coroutine<T>, options?: TaskConstructorOptions) {
    super(options);
    if (!iscoroutine(coro)) throw new TypeError(`a coroutine was expected, got ${reprValue(coro)}`);
    const name = options?.name;
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-conversion -- what is no string becomes one, as in Python
    this._name = name === undefined || name === null ? ++lastNumber : String(name);
    this._context = options?.context == null ? copyContext() : checkContext(options.context);
    this._isGenerator = isGenerator(coro);
    this._coro = claim(coro, this);
    const loop = this._loop;
    made(this, loop);
    if (options?.eagerStart === true && loop.isRunning()) {
      this._eagerStart();
    } else {
      loop._enqueue(this);
      link(this);
    }
  }

  /**
   * Ask the task to stop: a CancelledError, which carries `msg`, is thrown into the coroutine at the point where it
   * waits, in the next round of the loop. If it has not started, nothing of its body runs. The coroutine may clean up,
   * wait while it does, and may even go on; so this does not promise that the task ends, nor that it ends cancelled.
   * Where the task waits for another task or a future, that is cancelled, and so on down the chain.
   *
   * Python: `asyncio.Task.cancel`.
   *
   * @returns `false` if the task was done already.
   *
   * @example
   * ```ts
   * import { CancelledError, createTask, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* patient(): Coroutine<string> {
   *   try {
   *     yield* sleep(3600);
   *   } finally {
   *     yield* sleep(0.01); // cleaning up may take its time
   *     console.log('cleaned up');
   *   }
   *   return 'never';
   * }
   *
   * function* main(): Coroutine {
   *   const task = createTask(patient());
   *   yield* sleep(0);
   *   console.log(task.cancel(), task.done());
   *   try {
   *     yield* task;
   *   } catch (e) {
   *     console.log(e instanceof CancelledError, task.cancelled());
   *   }
   * }
   *
   * await run(main());
   * // true false
   * // cleaned up
   * // true true
   * ```
   */
  override cancel(msg?: unknown): boolean {
    if (this._status !== PENDING) {
      if (this._logTraceback) forgetUnretrieved(this);
      return false;
    }
    this._numCancelsRequested++;
    this._loop._observer?.cancelRequested(this, msg);
    if (this._loop.getDebug()) noteCancel(this as Thrown, msg);
    if (this._futWaiter !== null && this._cancelWaiter(this._futWaiter, msg)) return true;
    this._mustCancel = true;
    this._cancelMessage = msg;
    return true;
  }

  /** Pass a cancellation on to what this waits for. @returns whether that took it. */
  private _cancelWaiter(waiter: FutureLike<unknown>, msg: unknown): boolean {
    const mustCancel = this._mustCancel;
    // Set aside meanwhile: in a circle of tasks that wait for one another the call comes back here, and ends.
    this._futWaiter = null;
    const accepted = waiter.cancel(msg);
    if (this._mustCancel && !mustCancel) {
      // It came back: nobody else will wake us.
      (waiter as Future).removeDoneCallback(this as never);
      this._loop._enqueue(this);
      return true;
    }
    this._futWaiter = waiter;
    return accepted;
  }

  /** How many cancellations were asked for and not taken back. Python: `Task.cancelling`. */
  cancelling(): number {
    return this._numCancelsRequested;
  }

  /**
   * Take back one request to cancel. For code that itself asked for it, and has caught the CancelledError: as timeouts
   * and task groups do. At 0 a cancellation that was not delivered yet is dropped.
   *
   * Python: `Task.uncancel`.
   *
   * @returns how many are left.
   *
   * @example
   * ```ts
   * import { CancelledError, currentTask, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* main(): Coroutine {
   *   const task = currentTask()!;
   *   task.cancel(); // its own: it comes at the next wait
   *   try {
   *     yield* sleep(3600);
   *   } catch (e) {
   *     if (!(e instanceof CancelledError) || task.uncancel() > 0) throw e; // somebody else cancelled, too
   *   }
   *   console.log(task.cancelling());
   * }
   *
   * await run(main());
   * // 0
   * ```
   */
  uncancel(): number {
    if (this._numCancelsRequested > 0 && --this._numCancelsRequested === 0) this._mustCancel = false;
    return this._numCancelsRequested;
  }

  /** The task's name: `Task-1`, `Task-2` ... if none was given. Python: `Task.get_name`. */
  getName(): string {
    if (typeof this._name === 'number') this._name = `Task-${this._name}`;
    return this._name;
  }

  /** Change the name; what is no string becomes one. Python: `Task.set_name`. */
  setName(value: unknown): void {
    this._name = String(value);
  }

  /** The coroutine; `null` for a task that finished in its eager start. Python: `Task.get_coro`. */
  getCoro(): Coroutine<T> | null {
    return this._coro;
  }

  /** The context that it runs in. Python: `Task.get_context`. */
  getContext(): Context {
    return this._context;
  }

  /**
   * Where the coroutine stands: the frames of the chain of `yield*`, outermost first. It is exact for a task that waits
   * for a future, and for one that is running, asked from within; empty for one that did not start, is
   * done, or is queued to run.
   *
   * Python: `Task.get_stack`.
   *
   * @param options - `limit`: at most so many frames, the newest
   *
   * @example
   * ```ts
   * import { createTask, run, sleep, type Coroutine } from 'tsyncio';
   *
   * function* inner(): Coroutine {
   *   yield* sleep(0.01);
   * }
   *
   * function* outer(): Coroutine {
   *   yield* inner();
   * }
   *
   * function* main(): Coroutine {
   *   const task = createTask(outer());
   *   yield* sleep(0);
   *   console.log(task.getStack().map((frame) => frame.name));
   *   yield* task;
   * }
   *
   * await run(main());
   * // [ 'outer', 'inner' ]
   * ```
   */
  getStack(options: { limit?: number | null } = {}): StackFrame[] {
    return taskStack(this, options.limit ?? null);
  }

  /**
   * Write {@link Task.getStack} as text, as tracebacks look in Python.
   *
   * Python: `Task.print_stack`.
   *
   * @param options - `limit`: at most so many frames; `file`: what to write to, by default standard error
   */
  printStack(options: { limit?: number | null; file?: { write(text: string): unknown } | null } = {}): void {
    printStack(this, options.limit ?? null, options.file ?? null);
  }

  /** Refused: a task's result comes from its coroutine. Python: `Task.set_result`. @throws RuntimeError always. */
  override setResult(_result: T): never {
    throw new RuntimeError('Task does not support set_result operation');
  }

  /** Refused: a task's error comes from its coroutine. Python: `Task.set_exception`. @throws RuntimeError always. */
  override setException(_exception: unknown): never {
    throw new RuntimeError('Task does not support set_exception operation');
  }

  /** Like `repr()` of Python's: state, name, coroutine and where it stands, what it waits for. Python: `Task.__repr__`. */
  override toString(): string {
    const cancelling = this._status === PENDING && this._numCancelsRequested > 0;
    return futureRepr(this, () => this._describe(), cancelling ? 'cancelling' : undefined);
  }

  /** @internal */
  _awaiter(): Future {
    return this;
  }

  private _describe(): string[] {
    const parts = [`name=${reprValue(this.getName())}`];
    if (this._coro !== null) parts.push(`coro=${coroutineRepr(this)}`);
    if (this._futWaiter !== null) parts.push(`wait_for=${String(this._futWaiter)}`);
    return parts;
  }

  /** One step: what the ready queue calls. @internal */
  _run(): void {
    const waiter = this._futWaiter;
    let error = this._throwNext;
    if (waiter !== null) {
      this._futWaiter = null;
      error = errorOf(waiter);
    } else if (error !== NOTHING) this._throwNext = NOTHING;
    if (this._mustCancel) {
      if (!(error instanceof CancelledError)) error = this._makeCancelledError();
      this._mustCancel = false;
    }
    const loop = this._loop;
    if (loop._currentTask !== null) this._refuseToNest(loop._currentTask);
    const outer = enterContext(this._context);
    loop._currentTask = this;
    try {
      this._step(error);
    } finally {
      leaveContext(this._context, outer);
      loop._currentTask = null;
    }
  }

  private _refuseToNest(other: object): never {
    throw new RuntimeError(
      `Cannot enter into task ${String(this)} while another task ${String(other)} is being executed.`,
    );
  }

  /** The first step, inside the constructor; the task that makes this one is set aside meanwhile. */
  private _eagerStart(): void {
    const loop = this._loop;
    const outerTask = loop._currentTask;
    loop._observer?.stepBegins(this);
    const outer = enterContext(this._context);
    loop._currentTask = this;
    link(this);
    try {
      this._step(NOTHING);
    } finally {
      loop._currentTask = outerTask;
      leaveContext(this._context, outer);
      if (this._status !== PENDING) this._coro = null;
      loop._observer?.stepEnded(this);
    }
  }

  private _step(error: unknown): void {
    let step: IteratorResult<unknown, T>;
    try {
      if (error !== NOTHING) step = throwInto(this as Thrown, error);
      else if (this._isGenerator) step = next.call(this._coro!) as IteratorResult<unknown, T>;
      else step = this._coro!.next();
    } catch (thrown) {
      this._end(thrown);
      return;
    }
    if (step.done !== true) {
      this._bind(step.value);
      if (error !== NOTHING && this._loop.getDebug()) noteWait(this as Thrown, error);
    } else if (this._mustCancel) {
      // Cancelled in its last step, with no wait left to throw at: what it returned is lost, as the caller asked.
      this._mustCancel = false;
      super.cancel(this._cancelMessage);
    } else {
      if (this._numCancelsRequested > 0) noteSwallowed(this as Thrown);
      this._complete(RESULT, step.value);
    }
  }

  /** An error came out of the coroutine. */
  private _end(thrown: unknown): void {
    if (thrown instanceof CancelledError) {
      this._cancelledExc = thrown;
      super.cancel();
      return;
    }
    this._fail(thrown);
    if (thrown instanceof KeyboardInterrupt || thrown instanceof SystemExit) throw thrown;
  }

  /** The coroutine suspended: wait for what it gave us. */
  private _bind(value: unknown): void {
    if (value instanceof Future) {
      if (value._asyncioFutureBlocking && value._loop === this._loop && value !== (this as Future)) {
        value._asyncioFutureBlocking = false;
        this._futWaiter = value;
        value._addWaiter(this);
        if (this._mustCancel && value.cancel(this._cancelMessage)) this._mustCancel = false;
      } else this._throwSoon(this._mistakenFuture(value));
    } else if (value === undefined || value === null) this._loop._enqueue(this);
    else if (isfuture(value)) this._bindForeign(value);
    else this._throwSoon(badYield(this, value));
  }

  private _mistakenFuture(future: Future): RuntimeError {
    if (future._loop !== this._loop) {
      return new RuntimeError(
        `Task ${String(this)} got Future ${String(future)} attached to a different loop`,
      );
    }
    if (!future._asyncioFutureBlocking) return yieldWithoutStar(this, future);
    return new RuntimeError(`Task cannot await on itself: ${String(this)}`);
  }

  /** A future of another make, which calls back by its addDoneCallback. */
  private _bindForeign(future: ForeignFuture): void {
    if (future.getLoop() !== this._loop) {
      this._throwSoon(
        new RuntimeError(`Task ${String(this)} got Future ${String(future)} attached to a different loop`),
      );
    } else if (!future._asyncioFutureBlocking) this._throwSoon(yieldWithoutStar(this, future));
    else {
      future._asyncioFutureBlocking = false;
      this._futWaiter = future;
      // Without our context: the step enters it itself, and no context can be entered twice.
      future.addDoneCallback(() => {
        this._loop._observer?.stepBegins(this);
        this._run();
        this._loop._observer?.stepEnded(this);
      });
      if (this._mustCancel && future.cancel(this._cancelMessage)) this._mustCancel = false;
    }
  }

  private _throwSoon(error: Error): void {
    this._throwNext = error;
    this._loop._enqueue(this);
  }

  /** @internal */
  override _complete(status: Status, value: unknown): void {
    unlink(this);
    super._complete(status, value);
  }
}

// On the prototype rather than in each task: they never change.
Object.defineProperty(Task.prototype, '_isWaiter', { value: true });
Object.defineProperty(Task.prototype, '_cancelled', { value: false });

/** A future of another make: what `isfuture` recognises. */
interface ForeignFuture extends FutureLike<unknown> {
  _asyncioFutureBlocking: boolean;
  getLoop(): unknown;
  addDoneCallback(callback: (future: unknown) => void): void;
}

/** What waiting for `future` throws, or NOTHING. */
function errorOf(future: FutureLike<unknown>): unknown {
  if (future instanceof Future) return future._status > RESULT ? future._takeError() : NOTHING;
  try {
    future.result();
    return NOTHING;
  } catch (error) {
    return error;
  }
}

/** Note that `coro` is the task's; a coroutine that another task has is replaced by one that says so. */
function claim<T>(coro: Coroutine<T>, task: Task<T>): Coroutine<T> {
  const owned = coro as Owned<T>;
  const owner = owned[OWNER];
  if (owner !== undefined) return reusedCoroutine(owner.done());
  if (Object.isExtensible(coro)) {
    owned[OWNER] = task;
    // A task steps by next() and throw(). Whoever iterates awaits what the task has: that would step it too.
    owned[Symbol.iterator] = awaitedTwice;
  }
  return coro;
}

/** What `yield*` asks of a coroutine that a task has. */
function awaitedTwice<T>(this: Owned<T>): Coroutine<T> {
  return reusedCoroutine(this[OWNER]!.done());
}

/** A task with its coroutine, as in a step. */
type Thrown = Task & { _coro: Coroutine };

type Owned<T> = Coroutine<T> & { [OWNER]?: Task };

/** Capture the host's async context, and tell of the task. */
function made<T>(task: Task<T>, loop: Loop): void {
  const contexts = loop._asyncContexts;
  if (contexts != null && (contexts.used || runningLoop() === null)) captureFor(task, contexts);
  if (loop._observer != null) loop._observer.taskCreated(task);
}

function link(task: TaskNode & { _loop: Loop }): void {
  const list = task._loop._tasks;
  task._previousTask = list.last;
  if (list.last === null) list.first = task;
  else list.last._nextTask = task;
  list.last = task;
}

function unlink(task: TaskNode & { _loop: Loop }): void {
  const list = task._loop._tasks;
  const { _previousTask: previous, _nextTask: next } = task;
  if (previous === null) {
    if (list.first !== task) return;
    list.first = next;
  } else previous._nextTask = next;
  if (next === null) list.last = previous;
  else next._previousTask = previous;
  task._previousTask = task._nextTask = null;
}

/*
 * A test in virtual time. The limit is no timer: with one, the clock would jump to it where nothing else can happen, and a
 * deadlock would look like a test that takes long.
 */
import { checkKeywords } from '../base/arguments.js';
import type { Coroutine } from '../base/awaitable.js';
import { CancelledError, RuntimeError, TimeoutError } from '../base/errors.js';
import { ExceptionGroup } from '../base/exception-group.js';
import type { ExceptionContext } from '../base/loop.js';
import { runSync } from '../loop/index.js';
import { allTasks, currentTask, type Task } from '../tasks/index.js';
import { VirtualEventLoop } from './virtual-event-loop.js';

/** What {@link runVirtual} takes. */
export interface RunVirtualOptions {
  /** Whether the loop is in debug mode. By default it is. */
  debug?: boolean | undefined;
  /** How much virtual time `main` may take, in seconds. A day by default; `null` for any. */
  limit?: number | null | undefined;
}

const DAY = 24 * 3600;

class LimitedLoop extends VirtualEventLoop {
  _main: Task | null = null;
  _expired: boolean = false;
  private readonly _limit: number;

  constructor(limit: number) {
    super();
    this._limit = limit;
  }

  override _select(timeout: number | null): void {
    if (this._main === null || this._expired || timeout === null || this.time() + timeout <= this._limit) {
      super._select(timeout);
      return;
    }
    this._expired = true;
    this._main.cancel('the limit of runVirtual()');
  }
}

function* watched<T>(loop: LimitedLoop, main: Coroutine<T> | (() => Coroutine<T>)): Coroutine<T> {
  const task = currentTask()!;
  loop._main = task;
  const result = yield* typeof main === 'function' ? main() : main;
  loop._main = null;
  const left = [...allTasks()].filter((each) => each !== task);
  if (left.length > 0) throw new RuntimeError(`tasks are left: ${left.join(', ')}`);
  return result;
}

function unretrieved({ message, exception }: ExceptionContext): Error {
  return new RuntimeError(message, exception == null ? {} : { cause: exception });
}

/**
 * Run a test in virtual time, to its end, in a loop of its own, and return what it returns: an hour's sleep takes no time, and each run
 * gives the same trace. What `main` throws is thrown. A test that seems to pass fails as well, if
 *
 * - tasks are left when `main` ends: somebody forgot to wait for them, or to cancel them;
 * - an error was reported that nobody took: of a callback, of a task that nobody waited for;
 * - nothing more can happen, and `main` has not ended: a DeadlockError says where each task stands;
 * - the virtual time goes beyond `limit`, as with a periodic timer that has no end: `main` is cancelled, so that it cleans up.
 *
 * If `main` throws, that goes first, and errors that nobody took are logged. Promises cannot be waited for, as with `runSync`: for a test
 * with promises there is {@link VirtualEventLoop}.
 *
 * Not in Python.
 *
 * @param main - a coroutine, or a function that makes one
 * @throws what `main` throws; RuntimeError for tasks that are left, and for an error that nobody took, which is its `cause`;
 * ExceptionGroup for several; DeadlockError; TimeoutError beyond the limit.
 *
 * @example
 * ```ts
 * import { createTask, sleep } from 'tsyncio';
 * import { runVirtual } from 'tsyncio/testing';
 *
 * console.log(runVirtual(sleep(3600, 'slept')));
 * try {
 *   runVirtual(function* () {
 *     createTask(sleep(3600), { name: 'forgotten' });
 *     yield;
 *   });
 * } catch (error) {
 *   console.log(/tasks are left: .*forgotten/.test(String(error)));
 * }
 * // slept
 * // true
 * ```
 */
export function runVirtual<T>(main: Coroutine<T> | (() => Coroutine<T>), options: RunVirtualOptions = {}): T {
  checkKeywords('runVirtual', options, ['debug', 'limit']);
  const limit = options.limit === undefined ? DAY : (options.limit ?? Infinity);
  const loop = new LimitedLoop(limit);
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  let result: T;
  try {
    result = runSync(watched(loop, main), { debug: options.debug ?? true, loopFactory: () => loop });
  } catch (error) {
    for (const context of reports) loop.defaultExceptionHandler(context);
    if (loop._expired && error instanceof CancelledError)
      throw new TimeoutError(`not over after ${limit} seconds of virtual time`, { cause: error });
    throw error;
  }
  // Errors that nobody took are reported at the latest when the loop is closed, which it is by now.
  const errors = reports.map(unretrieved);
  if (errors.length > 1) throw new ExceptionGroup('errors that nobody took', errors);
  if (errors.length === 1) throw errors[0]!;
  return result;
}

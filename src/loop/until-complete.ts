/*
 * runUntilComplete, hosted and blocking: run the loop, stop it when a future is done.
 */
import {
  type Awaitable,
  type Coroutine,
  isAwaitable,
  iscoroutine,
  isPromiseLike,
} from '../base/awaitable.js';
import { KeyboardInterrupt, RuntimeError, SystemExit } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { type Future, isfuture } from '../futures/index.js';
import { toAwaitable } from '../tasks/create.js';
import { ensureFuture, Task } from '../tasks/index.js';

/** What this file needs of a loop. */
interface RunnableLoop extends Loop {
  stop(): void;
  runForever(): Promise<void>;
  runForeverSync(): void;
  _checkRunnable(): void;
}

/** The future, and the callback that stops the loop when it is done. */
class UntilDone<T> {
  readonly future: Future<T>;
  private readonly _isNew: boolean;
  private readonly _stop: (future: Future<T>) => void;

  constructor(loop: RunnableLoop, awaitable: Awaitable<T> | PromiseLike<T>) {
    try {
      loop._checkRunnable();
    } catch (error) {
      if (iscoroutine(awaitable)) awaitable.return(undefined);
      throw error;
    }
    this._isNew = !isfuture(awaitable);
    this.future = ensureFuture(awaitable, { loop });
    // Ours alone: if it does not end, the error that this throws says so.
    if (this._isNew && this.future instanceof Task) this.future._logDestroyPending = false;
    this._stop = stopWhenDone(loop);
    this.future.addDoneCallback(this._stop);
  }

  /** The loop threw: what the future has to say of it is said already. */
  failed(): void {
    if (this._isNew && this.future.done() && !this.future.cancelled()) this.future.exception();
  }

  finish(): void {
    this.future.removeDoneCallback(this._stop);
  }

  result(): T {
    if (!this.future.done()) throw new RuntimeError('Event loop stopped before Future completed.');
    return this.future.result();
  }
}

/** The callback that stops the loop. Its name shows in the reprs of main tasks, as CPython's does. */
function stopWhenDone(loop: RunnableLoop): (future: Future<unknown>) => void {
  return function _runUntilCompleteCb(future) {
    if (!future.cancelled()) {
      const error = future.exception();
      // These leave the loop by themselves: a stop would end the next run.
      if (error instanceof SystemExit || error instanceof KeyboardInterrupt) return;
    }
    loop.stop();
  };
}

/** `loop.runUntilComplete`. */
export async function runUntilDone<T>(
  loop: RunnableLoop,
  awaitable: Awaitable<T> | PromiseLike<T>,
): Promise<T> {
  const until = new UntilDone(loop, awaitable);
  try {
    await loop.runForever();
  } catch (error) {
    until.failed();
    throw error;
  } finally {
    until.finish();
  }
  const result = until.result();
  // Our promise adopts one that it is resolved with, and waits for it: the loop has to go on for that.
  return needsLoop(result, loop) ? ((await runUntilDone(loop, result)) as T) : result;
}

function needsLoop(result: unknown, loop: RunnableLoop): result is PromiseLike<unknown> {
  if (isfuture(result)) return !result.done() && result.getLoop() === loop;
  return isPromiseLike(result);
}

/** `loop.runUntilCompleteSync`. */
export function runUntilDoneSync<T>(loop: RunnableLoop, awaitable: Awaitable<T> | PromiseLike<T>): T {
  const until = new UntilDone(loop, isAwaitable(awaitable) ? awaitable : inTime(awaitable));
  try {
    loop.runForeverSync();
  } catch (error) {
    until.failed();
    throw error;
  } finally {
    until.finish();
  }
  return until.result();
}

/** A promise is looked at only once the loop runs, so that the error that refuses it says why. */
function* inTime<T>(promise: PromiseLike<T>): Coroutine<T> {
  return yield* toAwaitable(promise);
}

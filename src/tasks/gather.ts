/*
 * gather: many awaitables, one future.
 *
 * The outer future is done when a child fails (unless errors are asked for as results) or when all are done. It never
 * cancels children by itself; cancelling it does, and then it is done only after they all are.
 */
import { checkKeywords, isKeywords } from '../base/arguments.js';
import type { AwaitableLike, AwaitedResult } from '../base/awaitable.js';
import { CancelledError } from '../base/errors.js';
import type { Loop } from '../base/loop.js';
import { requireLoop } from '../base/running.js';
import { Future, type Waiter } from '../futures/future.js';
import { ensureFuture } from './create.js';
import { Task } from './task.js';

type Results<A extends readonly unknown[]> = { -readonly [K in keyof A]: AwaitedResult<A[K]> };
type ResultsOrErrors<A extends readonly unknown[]> = {
  -readonly [K in keyof A]: AwaitedResult<A[K]> | Error;
};
type Awaitables = readonly AwaitableLike<unknown>[];

/** What {@link gather} takes by name, as its last argument. */
export interface GatherOptions<R extends boolean = boolean> {
  /**
   * Give errors, cancellations too, as results in their places, instead of failing with the first; `false` by default. Python:
   * `return_exceptions`.
   */
  returnExceptions?: R;
}

/**
 * Run awaitables side by side, and wait for all their results, in the order of the arguments.
 *
 * Coroutines become tasks and start to run whether or not the returned future is awaited. The first error makes the future
 * fail at once; the others run on, and their later errors are dropped. Cancelling the future cancels all children that are
 * not done, and it is done itself when they are. One that is given twice is awaited once, and its result stands in both
 * places. For groups of tasks that end together, prefer {@link TaskGroup}.
 *
 * Python: `asyncio.gather`.
 *
 * @param awaitables - coroutines, futures, promises; a last argument that is a plain object is {@link GatherOptions}
 * @returns a future of an array; of `[]`, and done, if there is nothing to wait for.
 * @throws TypeError for what cannot be awaited; ValueError for futures of different loops; RuntimeError if there is no loop.
 *
 * @example
 * ```ts
 * import { gather, run, sleep, ValueError, type Coroutine } from 'tsyncio';
 *
 * function* fail(): Coroutine<never> {
 *   throw new ValueError('no');
 * }
 *
 * function* main(): Coroutine {
 *   const [number, text] = yield* gather(sleep(0.02, 1), sleep(0.01, 'two'));
 *   console.log(number, text);
 *   const all = yield* gather(sleep(0.01, 'three'), fail(), { returnExceptions: true });
 *   console.log(all.map(String));
 * }
 *
 * await run(main());
 * // 1 two
 * // [ 'three', 'ValueError: no' ]
 * ```
 */
export function gather<A extends Awaitables>(...awaitables: A): Future<Results<A>>;
export function gather<A extends Awaitables>(
  ...args: [...awaitables: A, options: GatherOptions<false>]
): Future<Results<A>>;
export function gather<A extends Awaitables>(
  ...args: [...awaitables: A, options: GatherOptions]
): Future<ResultsOrErrors<A>>;
export function gather(...args: unknown[]): Future<unknown[]> {
  const last = args.at(-1);
  let returnExceptions = false;
  if (isKeywords(last)) {
    args.pop();
    checkKeywords('gather', last, ['returnExceptions']);
    returnExceptions = Boolean(last.returnExceptions);
  }
  if (args.length === 0) {
    const nothing = new Future<unknown[]>({ loop: requireLoop() });
    nothing.setResult([]);
    return nothing;
  }
  return new GatheringFuture(args as AwaitableLike<unknown>[], returnExceptions);
}

/** What gather returns. Python: `asyncio.tasks._GatheringFuture`. */
export class GatheringFuture extends Future<unknown[]> {
  /** The children, in the order of the arguments, one that was given twice twice. */
  private readonly _children: Future[];
  private readonly _returnExceptions: boolean;
  private _left: number;
  private _cancelRequested: boolean = false;

  constructor(awaitables: readonly AwaitableLike<unknown>[], returnExceptions: boolean) {
    const children = toFutures(awaitables);
    super({ loop: children[0]!.getLoop() });
    this._children = children;
    this._returnExceptions = returnExceptions;
    const distinct = new Set(children);
    this._left = distinct.size;
    // Those that are done by now (they started eagerly) are counted at once, so that gather itself may be done at once.
    for (const child of distinct) {
      if (child.done()) this._childDone(child);
      else if (child instanceof Future) child._addWaiter(new ChildWaiter(this, child));
      else {
        (child as Future).addDoneCallback((it) => {
          this._childDone(it);
        });
      }
    }
  }

  /** Cancel all children that are not done. This is done, and cancelled, only when they are. */
  override cancel(msg?: unknown): boolean {
    if (this.done()) return super.cancel(msg);
    let accepted = false;
    for (const child of this._children) if (child.cancel(msg)) accepted = true;
    if (accepted) this._cancelRequested = true;
    return accepted;
  }

  /** @internal */
  _childDone(child: Future): void {
    this._left--;
    if (this.done()) {
      // Somebody else's error ended the wait: this one counts as seen.
      if (!child.cancelled()) child.exception();
      return;
    }
    if (!this._returnExceptions) {
      if (child.cancelled()) {
        this._fail(child._makeCancelledError());
        return;
      }
      const error = child.exception();
      if (error !== null) {
        this._fail(error);
        return;
      }
    }
    if (this._left === 0) this._allDone();
  }

  private _allDone(): void {
    const results = this._children.map(outcome);
    // The last child's, as in CPython: its message, if it was cancelled.
    if (this._cancelRequested) this._fail(this._children.at(-1)!._makeCancelledError());
    else this.setResult(results);
  }
}

/** Tells the gathering future of a child, in its turn among the child's callbacks; a handle and a context are spared. */
class ChildWaiter implements Waiter {
  declare readonly _isWaiter: true;
  declare readonly _cancelled: false;
  declare readonly callbackName: string;
  private readonly _outer: GatheringFuture;
  private readonly _child: Future;

  constructor(outer: GatheringFuture, child: Future) {
    this._outer = outer;
    this._child = child;
  }

  _awaiter(): Future {
    return this._outer;
  }

  _run(): void {
    this._outer._childDone(this._child);
  }
}
Object.defineProperties(ChildWaiter.prototype, {
  _isWaiter: { value: true },
  _cancelled: { value: false },
  callbackName: { value: 'gather.<locals>._doneCallback' },
});

function outcome(child: Future): unknown {
  // A new error: the one that the task died of belongs to whoever awaits the task itself.
  if (child.cancelled()) return new CancelledError(child._cancelMessage ?? '');
  return child.exception() ?? child.result();
}

/** A future for each awaitable; the same one for the same awaitable. */
function toFutures(awaitables: readonly AwaitableLike<unknown>[]): Future[] {
  const seen = new Map<AwaitableLike<unknown>, Future>();
  let loop: Loop | null = null;
  return awaitables.map((awaitable) => {
    let future = seen.get(awaitable);
    if (future === undefined) {
      future = ensureFuture(awaitable, { loop });
      loop ??= future.getLoop();
      // Made here, so nobody else can end it: if the loop is closed before, that needs no report.
      if (future !== awaitable && future instanceof Task) future._logDestroyPending = false;
      seen.set(awaitable, future);
    }
    return future;
  });
}

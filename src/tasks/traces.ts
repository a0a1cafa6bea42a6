/*
 * What an error that is thrown into a coroutine is told on its way in.
 *
 * An error that I/O or another task set on a future was made somewhere else: its stack ends in the loop. Where it arrives,
 * at the future that the coroutine waits for, every frame of the chain of `yield*` is on the stack: those lines are added to
 * the error's. That takes eight times as long as throwing it alone, so it is done for errors of I/O only (OSError, EOFError and
 * what derives from them), in debug mode for all; and for each a few times at most, however many wait for it.
 *
 * In debug mode a CancelledError is told as well who asked for it: a CancelRequest becomes its cause. And a task that ends
 * normally all the same, without having called uncancel(), is logged.
 */
import { CancelRequest } from '../base/cancel-request.js';
import { CancelledError, EOFError, OSError } from '../base/errors.js';
import { framesAbove, presentStack } from '../base/frames.js';
import type { Loop } from '../base/loop.js';
import { logger } from '../base/log.js';
import { probe } from '../base/probe.js';
import { reprValue } from '../base/repr.js';
import { parseFrame, type StackFrame, type Stepped, suspendedFrames } from './stack.js';

/** To so many waits the stack of one error is added. */
const MAX_WAITS = 8;

/** How often lines were added to an error. */
const added = new WeakMap<Error, number>();

/** The cancellations that were asked for and have not arrived. */
const requests = new WeakMap<object, CancelRequest>();

/** A CancelledError that was thrown into a task, and the frames, outermost first, of where. */
interface Delivery {
  readonly error: CancelledError;
  readonly frames: readonly StackFrame[];
  /** Where the task stood after that step, if it waited again. */
  after: readonly StackFrame[] | null;
}
const deliveries = new WeakMap<object, Delivery>();

/** What this file needs of a task. */
interface TracedTask extends Stepped {
  readonly _loop: Loop;
  readonly _coro: { next(): unknown; throw(error: unknown): unknown };
}

/** `coro.throw(error)`, as a step of `task`. */
export function throwInto<R>(task: TracedTask, error: unknown): R {
  const debug = task._loop.getDebug();
  if (!isTraced(error, debug)) return task._coro.throw(error) as R;
  if (debug && error instanceof CancelledError) explain(task, error);
  probe.thrown = error;
  probe.arrived = (): void => {
    arrive(task, error);
  };
  try {
    return task._coro.throw(error) as R;
  } finally {
    probe.thrown = null;
  }
}

function isTraced(error: unknown, debug: boolean): error is Error {
  return debug ? error instanceof Error : error instanceof OSError || error instanceof EOFError;
}

/** The innermost iterator of ours has got `error`. */
function arrive(task: TracedTask, error: Error): void {
  const times = added.get(error) ?? 0;
  const isCancelled = error instanceof CancelledError;
  if (times >= MAX_WAITS || Object.isFrozen(error)) return;
  added.set(error, times + 1);
  const lines = framesAbove(presentStack(), '._step ');
  Reflect.set(error, 'stack', [String(error.stack), ...lines].join('\n'));
  if (isCancelled) deliveries.set(task, { error, frames: lines.map(parseFrame).reverse(), after: null });
}

/** `task.cancel(msg)` was called, in debug mode. The first of several counts, as its message does. */
export function noteCancel(task: TracedTask & { getName(): string }, msg: unknown): void {
  if (requests.has(task)) return;
  const by = task._loop._currentTask as { getName?(): string } | null;
  const name = by === null ? null : (by.getName?.() ?? String(by));
  requests.set(task, new CancelRequest(task.getName(), name, msg, task._loop.time()));
}

function explain(task: TracedTask, error: CancelledError): void {
  const request = requests.get(task);
  if (request === undefined) return;
  requests.delete(task);
  if (error.cause === undefined) {
    Object.defineProperty(error, 'cause', {
      value: request,
      configurable: true,
      writable: true,
      enumerable: false,
    });
  }
}

/** A step into which `error` was thrown, in debug mode, has ended, and the task waits again. */
export function noteWait(task: TracedTask, error: unknown): void {
  const delivery = deliveries.get(task);
  if (delivery === undefined || delivery.error !== error) return;
  const frames = suspendedFrames(task);
  // One that is queued for its next turn does not tell where it stands.
  if (frames.length > 0) delivery.after = frames;
}

/** `task` ends normally although it was cancelled: in debug mode that is logged. */
export function noteSwallowed(task: TracedTask): void {
  const delivery = deliveries.get(task);
  if (delivery === undefined) return;
  const { error, frames, after } = delivery;
  const lines = [
    `Task ${reprValue(task.getName())} was cancelled and ended normally: it caught the CancelledError and neither threw it on nor called uncancel()`,
  ];
  const line = ({ name, filename, lineno, colno }: StackFrame): string =>
    `    at ${name} (${filename}:${lineno}:${colno})`;
  const catchers = after === null ? frames : catcher(frames, after);
  lines.push(catchers.length === 1 ? 'Caught in:' : 'Caught in one of:', ...catchers.map(line).reverse());
  if (error.cause instanceof CancelRequest) lines.push(`Cancelled by: ${String(error.cause.stack)}`);
  logger.warning(lines.join('\n'));
}

/** The frame that waited when the error came, and went on: the outermost that has moved; else the innermost. */
function catcher(frames: readonly StackFrame[], after: readonly StackFrame[]): readonly StackFrame[] {
  const place = ({ lineno, colno }: StackFrame): string => `${lineno}:${colno}`;
  const places = after.map(place);
  const moved = frames.findIndex((frame, i) => place(frame) !== places[i]);
  return moved < 0 ? frames.slice(-1) : frames.slice(moved, moved + 1);
}

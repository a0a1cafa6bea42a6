/*
 * Where a task stands: the frames of its coroutine's chain of `yield*`.
 *
 * For a task that waits on a future the chain is read by the probe (base/probe.ts). For the running task, asked from
 * within, it is the part of the present stack above the task's step. Both come out of V8 innermost first; what is
 * shown is outermost first, as Python does.
 */
import { frameLocation, framesAbove, innermostLibraryCall, presentStack } from '../base/frames.js';
import type { FutureLike, Loop } from '../base/loop.js';
import { probeStack } from '../base/probe.js';
import { Future } from '../futures/future.js';

/** One frame of a coroutine's stack, as {@link Task.getStack} gives them. Python: a frame object. */
export interface StackFrame {
  /** The name of the function; `<anonymous>` for one without. */
  readonly name: string;
  /** The file, as a path or URL. */
  readonly filename: string;
  /** The line, from 1. */
  readonly lineno: number;
  /** The column, from 1. */
  readonly colno: number;
  /** Whether it is a coroutine's; a plain function's otherwise, that a coroutine called. */
  readonly isCoroutine: boolean;
}

/** What this file needs to know of a task. */
export interface Stepped {
  readonly _coro: { next(): unknown } | null;
  readonly _isGenerator: boolean;
  readonly _futWaiter: FutureLike<unknown> | null;
  readonly _loop: Loop;
  readonly _status: number;
  readonly _value: unknown;
  getName(): string;
}

/** The frames, outermost first; at most `limit`, the newest. A failed task gives those of its error. */
export function taskStack(task: Stepped, limit: number | null): StackFrame[] {
  const frames = ownLines(task).reverse().map(parseFrame);
  return limit === null ? frames : frames.slice(Math.max(0, frames.length - limit));
}

/** The lines of the coroutine's own frames, innermost first. */
function ownLines(task: Stepped): string[] {
  if (task._loop._currentTask === task) return framesAbove(presentStack(), '._step ');
  if (isProbeable(task)) return suspendedLines(task);
  return task._value instanceof Error ? framesAbove(task._value.stack ?? '', '._step ') : [];
}

function suspendedLines(task: Stepped): string[] {
  return framesAbove(String(probeStack(task._coro!)), 'probeStack');
}

/** The frames of a task that has just begun to wait, outermost first, while its step is not over yet; else none. */
export function suspendedFrames(task: Stepped): StackFrame[] {
  return isProbeable(task) ? suspendedLines(task).reverse().map(parseFrame) : [];
}

/**
 * Whether the innermost iterator is suspended and ours: the task is bound to one of our futures that is pending. A
 * coroutine that is no generator would take the probe for a wake-up.
 */
function isProbeable(task: Stepped): boolean {
  const waiter = task._futWaiter;
  return task._coro !== null && task._isGenerator && waiter instanceof Future && !waiter.done();
}

/** The library's coroutine that a suspended task is in, as `Queue.get`; null where it waits for something directly. */
export function waitsIn(task: Stepped): string | null {
  if (!isProbeable(task)) return null;
  const call = innermostLibraryCall(String(probeStack(task._coro!)), 'probeStack');
  // The functions behind `wait` and its like are called doWait ...; iterators are what is waited for directly.
  if (call === null || call.endsWith('.next')) return null;
  return call.replace(/^do([A-Z])/, (_, initial: string) => initial.toLowerCase());
}

/** A line of a stack, taken apart. */
export function parseFrame(line: string): StackFrame {
  const match = /^(.*):(\d+):(\d+)$/.exec(frameLocation(line));
  const name = /^\s+at (\S+?)(?:\.next)? \[?/.exec(line.replace('at async ', 'at '))?.[1] ?? '<anonymous>';
  return {
    name: name.includes('/') || name.includes(':') ? '<anonymous>' : name,
    filename: match?.[1] ?? '<unknown>',
    lineno: Number(match?.[2] ?? 0),
    colno: Number(match?.[3] ?? 0),
    isCoroutine: line.includes('at async '),
  };
}

/** `<main() running at file:line>`: the outermost frame, as Python shows it. */
export function coroutineRepr(task: Stepped): string {
  const line = task._status === 0 ? ownLines(task).at(-1) : undefined;
  const frame = line === undefined ? undefined : parseFrame(line);
  if (frame === undefined) return task._status === 0 ? '<coroutine object>' : '<coroutine object done>';
  return `<${frame.name}() running at ${frame.filename}:${frame.lineno}>`;
}

/** Write the stack as Python's `Task.print_stack` does. */
export function printStack(
  task: Stepped,
  limit: number | null,
  file: { write(text: string): unknown } | null,
): void {
  const frames = taskStack(task, limit);
  const failed = task._value instanceof Error;
  const lines: string[] = [];
  if (frames.length === 0 && !failed) lines.push(`No stack for ${String(task)}`);
  else if (failed) lines.push(`Traceback for ${String(task)} (most recent call last):`);
  else lines.push(`Stack for ${String(task)} (most recent call last):`);
  for (const frame of frames)
    lines.push(`  File "${frame.filename}", line ${frame.lineno}, in ${frame.name}`);
  if (failed) lines.push(String(task._value));
  const text = `${lines.join('\n')}\n`;
  if (file === null) console.error(text.trimEnd());
  else file.write(text);
}

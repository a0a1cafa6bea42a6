/*
 * The call graph: where a task stands, who waits for it, where those stand, and so on up. It is read off the tasks when
 * asked for (futures/awaited-by.ts, stack.ts); nothing is kept for it while they run.
 */
import { checkKeywords, isKeywords } from '../base/arguments.js';
import { RuntimeError } from '../base/errors.js';
import { reprValue } from '../base/repr.js';
import { currentlyRunning } from '../base/running.js';
import { awaitedBy } from '../futures/awaited-by.js';
import { Future } from '../futures/future.js';
import type { StackFrame } from './stack.js';
import { Task } from './task.js';

/**
 * One line of a call stack, in {@link FutureCallGraph.callStack}.
 *
 * Python: `asyncio.FrameCallGraphEntry`.
 *
 * @example
 * ```ts
 * import { captureCallGraph, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   const [here] = captureCallGraph()!.callStack;
 *   console.log(here?.frame.name, here?.frame.isCoroutine);
 * }
 *
 * await run(main());
 * // main true
 * ```
 */
export class FrameCallGraphEntry {
  /** Where it stands. Python has the frame itself here; JavaScript gives its name and place. */
  readonly frame: StackFrame;

  constructor(frame: StackFrame) {
    this.frame = frame;
  }
}

/**
 * A future, where it stands if it is a task, and who waits for it: what {@link captureCallGraph} gives.
 *
 * Python: `asyncio.FutureCallGraph`.
 *
 * @example
 * ```ts
 * import { captureCallGraph, createTask, run, sleep, Task, type Coroutine, type FutureCallGraph } from 'tsyncio';
 *
 * function* names(graph: FutureCallGraph): Generator<string> {
 *   if (graph.future instanceof Task) yield graph.future.getName();
 *   for (const waiter of graph.awaitedBy) yield* names(waiter);
 * }
 *
 * function* work(): Coroutine {
 *   yield* sleep(0.01);
 *   console.log([...names(captureCallGraph()!)]);
 * }
 *
 * function* main(): Coroutine {
 *   yield* createTask(work(), { name: 'worker' });
 * }
 *
 * await run(main());
 * // [ 'worker', 'Task-1' ]
 * ```
 */
export class FutureCallGraph {
  /** The future or task. */
  readonly future: Future;
  /** Innermost first. Python: `call_stack`. */
  readonly callStack: readonly FrameCallGraphEntry[];
  /** Those that wait for it, each with those that wait for them. Python: `awaited_by`. */
  readonly awaitedBy: readonly FutureCallGraph[];

  constructor(
    future: Future,
    callStack: readonly FrameCallGraphEntry[],
    awaitedBy: readonly FutureCallGraph[],
  ) {
    this.future = future;
    this.callStack = callStack;
    this.awaitedBy = awaitedBy;
  }
}

/** What {@link captureCallGraph} and {@link formatCallGraph} take by name. */
export interface CallGraphOptions {
  /** How many of the newest frames to leave out, plus 1, where the current task is asked for; 1 by default. Python: `depth`. */
  depth?: number | undefined;
  /**
   * At most so many frames of each stack: the newest, or the oldest if it is negative; none if it is 0; all if left out.
   * Python: `limit`.
   */
  limit?: number | null | undefined;
}

/** What {@link printCallGraph} takes by name. */
export interface PrintCallGraphOptions extends CallGraphOptions {
  /** What to write to, in one call; standard output, if left out. Python: `file`. */
  file?:
    | {
        /** Print text. */
        write(text: string): unknown;
      }
    | null
    | undefined;
}

/**
 * The call graph of a future or task: its coroutine's stack, who waits for it, and so on up. Of the current task, if none is
 * given.
 *
 * A task that is queued to run has no stack to show, one that is done neither. Where tasks wait for one another in a circle, the
 * graph ends where it would begin anew: with an entry that has neither stack nor waiters.
 *
 * Python: `asyncio.capture_call_graph`.
 *
 * @returns `null` if no future is given and there is no current task.
 * @throws RuntimeError if no future is given and no loop is running; TypeError if `future` is no Future of this package.
 *
 * @example
 * ```ts
 * import { captureCallGraph, createTask, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* worker(): Coroutine {
 *   yield* sleep(0.01);
 * }
 *
 * function* main(): Coroutine {
 *   const task = createTask(worker());
 *   yield* sleep(0);
 *   const graph = captureCallGraph(task)!;
 *   console.log(graph.callStack.map(({ frame }) => frame.name), graph.awaitedBy.length);
 *   yield* task;
 * }
 *
 * await run(main());
 * // [ 'worker' ] 0
 * ```
 */
export function captureCallGraph(
  future?: Future | CallGraphOptions | null,
  options?: CallGraphOptions,
): FutureCallGraph | null {
  return capture(...argumentsOf('captureCallGraph', future, options, ['depth', 'limit']));
}

/**
 * {@link captureCallGraph} as text, in Python's form; `''` where that gives null.
 *
 * Python: `asyncio.format_call_graph`.
 *
 * @example
 * ```ts
 * import { createTask, formatCallGraph, run, sleep, type Coroutine } from 'tsyncio';
 *
 * function* work(): Coroutine {
 *   yield* sleep(0.01);
 *   console.log(formatCallGraph({ limit: 0 }));
 * }
 *
 * function* main(): Coroutine {
 *   yield* createTask(work(), { name: 'worker' });
 * }
 *
 * await run(main());
 * // * Task(name='worker', id=0x1)
 * //   + Awaited by:
 * //     * Task(name='Task-1', id=0x2)
 * ```
 */
export function formatCallGraph(
  future?: Future | CallGraphOptions | null,
  options?: CallGraphOptions,
): string {
  return format(capture(...argumentsOf('formatCallGraph', future, options, ['depth', 'limit'])));
}

/**
 * Write what {@link formatCallGraph} gives: which tasks wait for this one, and on which lines. Nothing is written where that
 * gives `''`.
 *
 * Python: `asyncio.print_call_graph`.
 *
 * @throws as {@link captureCallGraph} does.
 *
 * @example
 * ```ts
 * import { printCallGraph, run, type Coroutine } from 'tsyncio';
 *
 * function* main(): Coroutine {
 *   printCallGraph({ limit: 0, file: { write: (text) => console.log(text.trimEnd()) } });
 * }
 *
 * await run(main());
 * // * Task(name='Task-1', id=0x1)
 * ```
 */
export function printCallGraph(
  future?: Future | PrintCallGraphOptions | null,
  options?: PrintCallGraphOptions,
): void {
  const [of, keywords] = argumentsOf('printCallGraph', future, options, ['depth', 'limit', 'file']);
  const graph = capture(of, keywords);
  if (graph === null) return;
  const text = format(graph);
  const { file = null } = keywords as PrintCallGraphOptions;
  // eslint-disable-next-line no-console -- printing is what it is for
  if (file === null) console.log(text);
  else file.write(`${text}\n`);
}

/** The future is optional, so that options may come first. */
function argumentsOf(
  func: string,
  future: unknown,
  options: CallGraphOptions | undefined,
  names: readonly string[],
): [unknown, CallGraphOptions] {
  const keywords = options ?? (isKeywords(future) ? future : {});
  checkKeywords(func, keywords, names);
  return [keywords === future ? null : (future ?? null), keywords];
}

function capture(given: unknown, options: CallGraphOptions): FutureCallGraph | null {
  const loop = currentlyRunning();
  if (given === null && loop === null) {
    throw new RuntimeError(
      'capture_call_graph() is called outside of a running event loop and no *future* to introspect was provided',
    );
  }
  const current = loop?._currentTask ?? null;
  const future = given ?? current;
  if (future === null) return null;
  if (!(future instanceof Future)) {
    throw new TypeError(`${reprValue(future)} object does not appear to be compatible with asyncio.Future`);
  }
  const skip = future === current ? (options.depth ?? 1) - 1 : 0;
  return graphOf(future, skip, options.limit ?? null, []);
}

/** `path`: the futures whose graphs this one is part of. One that comes up again closes a circle. */
function graphOf(
  future: Future,
  skip: number,
  limit: number | null,
  path: readonly Future[],
): FutureCallGraph {
  if (path.includes(future)) return new FutureCallGraph(future, [], []);
  const below = [...path, future];
  return new FutureCallGraph(
    future,
    stackOf(future, skip, limit).map((frame) => new FrameCallGraphEntry(frame)),
    awaitedBy(future).map((waiter) => graphOf(waiter, 0, limit, below)),
  );
}

/** Innermost first. What a task ended with is no place where it stands. */
function stackOf(future: Future, skip: number, limit: number | null): StackFrame[] {
  if (limit === 0 || !(future instanceof Task) || future.done()) return [];
  const frames = future.getStack().reverse().slice(skip);
  if (limit === null) return frames;
  return limit > 0 ? frames.slice(0, limit) : frames.slice(limit);
}

let lastId = 0;
const ids = new WeakMap<object, number>();

/** Python shows addresses; here what is shown gets a number when it first is. */
function idOf(future: Future): string {
  let id = ids.get(future);
  if (id === undefined) ids.set(future, (id = ++lastId));
  return `0x${id.toString(16)}`;
}

function format(graph: FutureCallGraph | null): string {
  return graph === null ? '' : render(graph, 0, []).join('\n');
}

function render(graph: FutureCallGraph, level: number, path: readonly Future[]): string[] {
  const { future } = graph;
  const indent = '    '.repeat(level);
  const name = future instanceof Task ? `Task(name=${reprValue(future.getName())}, ` : 'Future(';
  const circle = path.includes(future) ? ' (as above: they wait for one another)' : '';
  const lines = [`${indent}* ${name}id=${idOf(future)})${circle}`];
  if (graph.callStack.length > 0) lines.push(`${indent}  + Call stack:`);
  for (const { frame } of graph.callStack) {
    const kind = frame.isCoroutine ? 'async ' : '';
    lines.push(
      `${indent}  |   File ${reprValue(frame.filename)}, line ${frame.lineno}, in ${kind}${frame.name}()`,
    );
  }
  if (graph.awaitedBy.length > 0) lines.push(`${indent}  + Awaited by:`);
  for (const waiter of graph.awaitedBy) lines.push(...render(waiter, level + 1, [...path, future]));
  return lines;
}

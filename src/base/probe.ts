/*
 * How to see where a suspended coroutine stands, without waking it.
 *
 * A generator does not tell. But `coro.next()` runs down the whole chain of `yield*` to the innermost iterator, and where
 * that is one of ours (Future's, sleep's), it can make an Error there, whose stack shows every frame of the chain, and give
 * the very same suspension again: no line of the coroutine has run, and it waits on. So: while `probe.on` is set, each of
 * our iterators that is suspended records the stack and suspends once more. Only `probeStack` sets it.
 */

interface Probe {
  /** Whether one is under way. */
  on: boolean;
  /** What it found. */
  stack: string | null;
  /** The error that is being thrown into a coroutine, and whose arrival somebody wants to know of. */
  thrown: Error | null;
  /** Called when it has arrived, with all frames of the coroutine on the stack. */
  arrived: () => void;
}

/** The state of the probe. */
export const probe: Probe = { on: false, stack: null, thrown: null, arrived: () => undefined };

/** For iterators: what `throw(error)` does before it throws. */
export function noteArrival(error: unknown): void {
  if (probe.thrown !== error || error === null) return;
  probe.thrown = null;
  probe.arrived();
}

/** For iterators: record where we are. */
export function recordProbe(): void {
  probe.stack = new Error().stack!;
}

/** Step `coro`, whose innermost iterator must be suspended and one of ours, and return the stack that it recorded. */
export function probeStack(coro: { next(): unknown }): string | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  probe.on = true;
  probe.stack = null;
  try {
    coro.next();
    return probe.stack;
  } finally {
    probe.on = false;
    Error.stackTraceLimit = limit;
  }
}

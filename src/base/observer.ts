/*
 * What tasks tell the loop's events of, and the host's async context as tasks see it. Implemented in src/loop and
 * src/platform.
 */

/** Takes note of what happens to tasks. A loop has none until somebody asks for its events. */
export interface TaskObserver {
  /** `task` was made. */
  taskCreated(task: object): void;
  /** A step of `task` begins. */
  stepBegins(task: object): void;
  /** A step of `task` has ended: it waits, or is done. */
  stepEnded(task: object): void;
  /** `task.cancel(msg)` was called. */
  cancelRequested(task: object, msg: unknown): void;
}

/** What was current in the host's AsyncLocalStorages at some moment. */
export interface AsyncScope {
  /** Call `func` as if it were then. */
  runInAsyncScope<This, A extends unknown[], R>(
    func: (this: This, ...args: A) => R,
    thisArg: This,
    ...args: A
  ): R;
}

/** Captures the host's async context. */
export interface AsyncContexts {
  /** Whether there may be anything to capture in rounds of a loop; outside of them there always may. */
  readonly used: boolean;
  /** What is current, or null for what a loop's own scope has. */
  capture(): AsyncScope | null;
  /** The scope of a loop that begins to run: its rounds run in it. */
  base(): AsyncScope;
}

/**
 * Have `runnable` run in the present async context. It gets a `_run` of its own for that, so that those without a context
 * have nothing to ask.
 */
export function captureFor(runnable: { _run(): unknown }, contexts: AsyncContexts): void {
  const scope = contexts.capture();
  if (scope === null) return;
  const run = runnable._run.bind(runnable);
  runnable._run = () => scope.runInAsyncScope(run, undefined);
}

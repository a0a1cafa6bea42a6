/*
 * A loop in virtual time to run a test in, and words for what such tests do all the time.
 */
import { expect } from 'vitest';
import { type Awaitable, type Coroutine, type ExceptionContext, sleep } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';

/** What {@link virtually} takes. */
export interface VirtualOptions {
  /** Gets what reaches the exception handler; without it, anything that does fails the test. */
  reports?: ExceptionContext[];
  debug?: boolean;
}

/** Run `main` on a loop of its own, in virtual time, and close the loop. */
export function virtually<T>(
  main: (loop: VirtualEventLoop) => Coroutine<T>,
  options: VirtualOptions = {},
): T {
  const loop = new VirtualEventLoop();
  const reports = options.reports ?? [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  if (options.debug === true) loop.setDebug(true);
  let result: T;
  try {
    result = loop.runUntilCompleteSync(main(loop));
  } finally {
    loop.close();
  }
  if (options.reports === undefined) expect(reports).toEqual([]);
  return result;
}

/** Let `count` rounds of the loop pass. */
export function* turns(count = 1): Coroutine {
  for (let i = 0; i < count; i++) yield* sleep(0);
}

/** The error that waiting for `awaitable` throws. */
export function* thrownBy(awaitable: Awaitable<unknown>): Coroutine<unknown> {
  try {
    yield* awaitable;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** The error that `func` throws. */
export function thrown(func: () => unknown): unknown {
  try {
    func();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

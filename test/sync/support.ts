/*
 * What the tests of primitives and queues share: a virtual loop to run in, and words for what they do all the time.
 */
import { expect } from 'vitest';
import { type Awaitable, type Coroutine, createTask, sleep, type Task } from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';

/** Run `main` on a loop of its own, in virtual time. Whatever reaches the exception handler fails the test. */
export function virtually<T>(main: () => Coroutine<T>): T {
  const loop = new VirtualEventLoop();
  const reports: unknown[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context.exception ?? context.message));
  try {
    const result = loop.runUntilCompleteSync(main());
    expect(reports).toEqual([]);
    return result;
  } finally {
    loop.close();
  }
}

/** Let `count` rounds of the loop pass. */
export function* turns(count = 1): Coroutine {
  for (let i = 0; i < count; i++) yield* sleep(0);
}

/** `count` tasks of the same coroutine. */
export function spawn<T>(count: number, make: (index: number) => Coroutine<T>): Task<T>[] {
  return Array.from({ length: count }, (_, index) => createTask(make(index)));
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

/** Run `body` with errors that have no stack trace: making those takes longer than all the rest, a thousand times over. */
export function withoutTraces<T>(body: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return body();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

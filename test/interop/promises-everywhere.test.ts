/*
 * Wherever asyncio takes an awaitable, a promise is taken too: its value comes out, so does what it is rejected with, cancelling
 * the task that waits for it resumes the task at once, and a rejection that comes later is reported, once, and is no
 * unhandled rejection.
 */
import { setImmediate as hostTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  abortable,
  ALL_COMPLETED,
  anext,
  asCompleted,
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  ensureFuture,
  EventLoop,
  ExceptionGroup,
  type Future,
  gather,
  run,
  Runner,
  shield,
  startLoop,
  TaskGroup,
  toPromise,
  ValueError,
  wait,
  waitFor,
  wrapFuture,
} from '../../src/index.js';
import { thrownBy, turns } from '../helpers/virtual.js';

/** What takes awaitables, in a coroutine: each waits for the promise, and gives its value. */
const inCoroutines: Record<string, (promise: Promise<string>) => Coroutine<string>> = {
  wrapFuture: (promise) => awaited(wrapFuture(promise)),
  ensureFuture: (promise) => awaited(ensureFuture(promise)),
  createTask: (promise) => awaited(createTask(promise)),
  shield: (promise) => awaited(shield(promise)),
  toPromise: (promise) => awaited(wrapFuture(toPromise(promise))),
  abortable: (promise) => abortable(() => promise),
  'waitFor, with a limit': (promise) => waitFor(promise, 60),
  'waitFor, without': (promise) => waitFor(promise, null),
  *gather(promise) {
    const [value] = yield* gather(promise, Promise.resolve(1));
    return value;
  },
  *wait(promise) {
    const [done] = yield* wait([promise], { returnWhen: ALL_COMPLETED });
    return [...done][0]!.result();
  },
  *'asCompleted, by a plain loop'(promise) {
    for (const next of asCompleted([promise])) return yield* next;
    throw new Error('there was one');
  },
  *'asCompleted, as an async iterator'(promise) {
    return (yield* anext(asCompleted([promise]))).result();
  },
  'TaskGroup.createTask': (promise) =>
    asyncWith(new TaskGroup(), function* (group) {
      return yield* group.createTask(promise);
    }),
};

function* awaited(future: Future<string>): Coroutine<string> {
  return yield* future;
}

/** What takes awaitables, and is called from outside. */
const fromOutside: Record<string, (promise: Promise<string>) => Promise<string>> = {
  run,
  'Runner.run': async (promise) => {
    await using runner = new Runner();
    return await runner.run(promise);
  },
  'loop.runUntilComplete': async (promise) => {
    const loop = new EventLoop();
    try {
      return await loop.runUntilComplete(promise);
    } finally {
      loop.close();
    }
  },
  'LoopService.submit': async (promise) => {
    await using service = startLoop();
    return await service.submit(promise);
  },
};

/** Run, and give what reached the exception handler until the loop was closed. */
async function reported(main: (loop: EventLoop) => Coroutine): Promise<unknown[]> {
  const loop = new EventLoop();
  const reports: unknown[] = [];
  loop.setExceptionHandler((_loop, { exception }) => reports.push(exception));
  try {
    await loop.runUntilComplete(main(loop));
  } finally {
    loop.close();
  }
  return reports;
}

/** The rejections that Node calls unhandled, while the test goes on. */
function unhandled(): unknown[] {
  const found: unknown[] = [];
  const note = (reason: unknown): void => void found.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return found;
}

function later<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((resolving, rejecting) => {
    resolve = resolving;
    reject = rejecting;
  });
  return { promise, resolve, reject };
}

/** What `error`, or the only error in a group, is. */
function only(error: unknown): unknown {
  return error instanceof ExceptionGroup ? error.exceptions[0] : error;
}

describe.each(Object.entries(inCoroutines))('%s', (_name, take) => {
  it('gives the value of a promise, settled or not', async () => {
    const reports = await reported(function* () {
      expect(yield* take(Promise.resolve('settled'))).toBe('settled');
      expect(yield* take(hostTurn('later'))).toBe('later');
    });
    expect(reports).toEqual([]);
  });

  it('throws what a promise is rejected with', async () => {
    const error = new ValueError('no');
    const reports = await reported(function* () {
      expect(only(yield* thrownBy(take(Promise.reject(error))))).toBe(error);
      const { promise, reject } = later<string>();
      const task = createTask(take(promise));
      yield* turns(2);
      reject(error);
      expect(only(yield* thrownBy(task))).toBe(error);
    });
    expect(reports).toEqual([]);
  });

  it('ends at once when it is cancelled; a value that comes later is dropped', async () => {
    const reports = await reported(function* () {
      const { promise, resolve } = later<string>();
      const task = createTask(take(promise));
      yield* turns(3);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      resolve('too late');
      yield* wrapFuture(hostTurn());
    });
    expect(reports).toEqual([]);
  });

  it('has a rejection reported once that comes after it was cancelled', async () => {
    const lost = unhandled();
    const error = new ValueError('too late');
    const reports = await reported(function* () {
      const { promise, reject } = later<string>();
      const task = createTask(take(promise));
      yield* turns(3);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      reject(error);
      yield* wrapFuture(hostTurn());
      yield* wrapFuture(hostTurn());
    });
    expect(reports).toEqual([error]);
    await hostTurn();
    expect(lost).toEqual([]);
  });
});

describe.each(Object.entries(fromOutside))('%s', (_name, take) => {
  it('takes a promise', async () => {
    expect(await take(Promise.resolve('settled'))).toBe('settled');
    expect(await take(hostTurn('later'))).toBe('later');
    const error = new ValueError('no');
    await expect(take(Promise.reject(error))).rejects.toBe(error);
    await expect(take(hostTurn().then(() => Promise.reject(error)))).rejects.toBe(error);
  });
});

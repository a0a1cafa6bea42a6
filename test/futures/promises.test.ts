import { describe, expect, it } from 'vitest';
import { setImmediate as hostTurn } from 'node:timers/promises';
import {
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  type ExceptionContext,
  Future,
  getRunningLoop,
  run,
  RuntimeError,
  setEventLoop,
  shield,
  sleep,
  ValueError,
  wrapFuture,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy, virtually } from '../helpers/virtual.js';

/** Run `main` hosted, and give what reached the exception handler. */
async function reported(main: (loop: EventLoop) => Coroutine<unknown>): Promise<ExceptionContext[]> {
  const loop = new EventLoop();
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  try {
    await loop.runUntilComplete(main(loop));
  } finally {
    loop.close();
  }
  return reports;
}

describe('wrapFuture', () => {
  it('takes over the value of a promise', async () => {
    function* main(): Coroutine<string> {
      return yield* wrapFuture(hostTurn('value'));
    }
    expect(await run(main())).toBe('value');
  });

  it('takes over what a promise is rejected with', async () => {
    const error = new ValueError('rejected');
    function* main(): Coroutine {
      yield* wrapFuture(Promise.reject(error));
    }
    await expect(run(main())).rejects.toBe(error);
  });

  it('is cancelled by a promise that is rejected with a CancelledError', async () => {
    const reports = await reported(function* () {
      const died = new CancelledError('elsewhere');
      const future = wrapFuture(Promise.reject(died));
      const outer = shield(future);
      expect(yield* thrownBy(outer)).toBeInstanceOf(CancelledError);
      expect(future.cancelled()).toBe(true);
      expect(outer.cancelled()).toBe(true);
      expect(thrown(() => future.result())).toBe(died);
      expect((thrown(() => future.result()) as CancelledError).args).toEqual(['elsewhere']);
      wrapFuture(Promise.reject(new CancelledError()));
      yield* wrapFuture(hostTurn());
    });
    expect(reports).toEqual([]);
  });

  it('makes a TypeError of a promise that is rejected with nothing', async () => {
    function* main(): Coroutine {
      yield* wrapFuture(Promise.reject());
    }
    await expect(run(main())).rejects.toStrictEqual(
      new TypeError('exceptions must derive from BaseException'),
    );
  });

  it('gives a future back as it is', () => {
    const loop = new VirtualEventLoop();
    const future = new Future({ loop });
    expect(wrapFuture(future)).toBe(future);
    loop.close();
  });

  it('refuses what is neither a promise nor a future', () => {
    expect(() => wrapFuture(42 as never)).toThrow('wrapFuture(): a promise or future was expected, got 42');
  });

  it('refuses a promise while the loop blocks', () => {
    virtually(function* () {
      expect(thrown(() => wrapFuture(Promise.resolve()))).toBeInstanceOf(RuntimeError);
      expect(() => wrapFuture(Promise.resolve())).toThrow(
        'a promise cannot be waited for while the loop blocks',
      );
      yield* sleep(0);
    });
  });

  it('needs a loop', () => {
    expect(thrown(() => wrapFuture(Promise.resolve()))).toBeInstanceOf(RuntimeError);
  });

  it('makes a future of the running loop, of the one that was set, or of the one given', async () => {
    function* main(): Coroutine<boolean> {
      return wrapFuture(Promise.resolve()).getLoop() === getRunningLoop();
    }
    expect(await run(main())).toBe(true);
    const loop = new VirtualEventLoop();
    expect(wrapFuture(Promise.resolve(), { loop }).getLoop()).toBe(loop);
    setEventLoop(loop);
    expect(wrapFuture(Promise.resolve()).getLoop()).toBe(loop);
    setEventLoop(null);
    loop.close();
  });

  it('ignores what a promise does after the wait was cancelled', async () => {
    const reports = await reported(function* () {
      const promise = hostTurn('too late');
      const task = createTask(
        (function* (): Coroutine<string> {
          return yield* wrapFuture(promise);
        })(),
      );
      yield* sleep(0);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      yield* wrapFuture(promise);
    });
    expect(reports).toEqual([]);
  });

  it('reports a rejection that comes after the wait was cancelled, but no AbortError', async () => {
    const late = new ValueError('late');
    const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
    const reports = await reported(function* () {
      for (const error of [aborted, late]) {
        let reject!: (error: Error) => void;
        const future = wrapFuture(
          new Promise((_resolve, rejecting) => {
            reject = rejecting;
          }),
        );
        future.cancel();
        reject(error);
        yield* wrapFuture(hostTurn());
      }
    });
    expect(reports).toHaveLength(1);
    expect(reports[0]!.message).toBe('A promise was rejected after the wait for it had been cancelled');
    expect(reports[0]!.exception).toBe(late);
    expect((reports[0]!.future as Future).cancelled()).toBe(true);
  });

  it('leaves a future alone that somebody else has completed', async () => {
    const reports = await reported(function* () {
      for (const settle of [() => 'late', () => Promise.reject(new Error('late'))]) {
        const future = wrapFuture<unknown>(hostTurn().then(settle));
        future.setResult('early');
        yield* wrapFuture(hostTurn());
        yield* wrapFuture(hostTurn());
        expect(future.result()).toBe('early');
      }
    });
    expect(reports).toEqual([]);
  });

  it('delivers nothing to a loop that is closed', async () => {
    const loop = new VirtualEventLoop();
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    const futures = [
      wrapFuture(hostTurn(1), { loop }),
      wrapFuture(Promise.reject(new Error('late')), { loop }),
    ];
    loop.close();
    await hostTurn();
    await hostTurn();
    expect(futures.map((future) => future.done())).toEqual([false, false]);
    expect(reports).toEqual([]);
  });
});

describe('await future', () => {
  it('gives the result of a task to an async function, while the loop runs', async () => {
    function* main(): Coroutine<Promise<string>> {
      const task = createTask(sleep(0.001, 'from a task'));
      return (async () => `${await task}!`)();
    }
    // The loop ends with main, which waits for the promise.
    function* outer(): Coroutine<string> {
      return yield* wrapFuture(yield* main());
    }
    expect(await run(outer())).toBe('from a task!');
  });

  it('throws the error of the task, or its CancelledError', async () => {
    const error = new ValueError('in a task');
    function* fails(): Coroutine {
      yield* sleep(0);
      throw error;
    }
    async function user(): Promise<unknown[]> {
      const failed = createTask(fails());
      const cancelled = createTask(sleep(10));
      cancelled.cancel('enough');
      return [
        await failed.then(null, (e: unknown) => e),
        await cancelled.then(
          () => 'a result',
          (e: unknown) => e,
        ),
      ];
    }
    function* main(): Coroutine<unknown[]> {
      return yield* wrapFuture(user());
    }
    const [first, second] = await run(main());
    expect(first).toBe(error);
    expect(second).toBeInstanceOf(CancelledError);
    expect((second as CancelledError).message).toBe('enough');
  });

  it('needs no loop when the future is done', async () => {
    const loop = new VirtualEventLoop();
    const [result, failed] = [new Future<number>({ loop }), new Future({ loop })];
    result.setResult(1);
    failed.setException(new ValueError('no'));
    expect(await result).toBe(1);
    await expect(failed.then()).rejects.toStrictEqual(new ValueError('no'));
    loop.close();
    expect(await result).toBe(1);
  });

  it('is what the promise of run does with a task, a future or a promise that main returns', async () => {
    const results: ((loop: EventLoop) => PromiseLike<string>)[] = [
      (loop) => {
        const done = loop.createFuture<string>();
        done.setResult('adopted');
        return done;
      },
      () => createTask(sleep(0.002, 'adopted')),
      (loop) => {
        const later = loop.createFuture<string>();
        loop.callLater(0.002, () => {
          later.setResult('adopted');
        });
        return later;
      },
      () => Promise.resolve(createTask(sleep(0.002, 'adopted'))),
      async () => `${await createTask(sleep(0.002, 'adopt'))}ed`,
    ];
    for (const make of results) {
      const promise = run(
        (function* (): Coroutine<PromiseLike<string>> {
          return make(getRunningLoop());
        })(),
      );
      expect(await Promise.race([promise, sleepHost(2)])).toBe('adopted');
    }
  });

  it('leaves a future of another loop, which main returns, to that loop', async () => {
    const other = new EventLoop();
    const future = other.createFuture<string>();

    const adopting = run(
      (function* (): Coroutine<Future<string>> {
        return future;
      })(),
    );
    function* main(): Coroutine {
      yield* sleep(0.01);
      future.setResult('from the other');
      yield* sleep(0.01);
    }
    await other.runUntilComplete(main());
    other.close();
    expect(await adopting).toBe('from the other');
  });

  it('works in Promise.all beside promises', async () => {
    async function user(): Promise<unknown[]> {
      return await Promise.all([
        createTask(sleep(0.001, 1)),
        hostTurn(2),
        getRunningLoop().createTask(sleep(0, 3)),
      ]);
    }
    expect(
      await run(
        (function* (): Coroutine<unknown[]> {
          return yield* wrapFuture(user());
        })(),
      ),
    ).toEqual([1, 2, 3]);
  });
});

function sleepHost(seconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000, 'hung').unref());
}

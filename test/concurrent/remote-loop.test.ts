import { describe, expect, it } from 'vitest';
import * as asyncio from '../../src/index.js';
import { recordLog } from '../helpers/log.js';
import { processPool, threadPool, until } from './support.js';

const functions = {
  add(x: number): void {
    total += x;
  },
  *double(x: number): asyncio.Coroutine<number> {
    yield* asyncio.sleep(0.001);
    return 2 * x;
  },
  *fail(text: string): asyncio.Coroutine {
    yield;
    throw new RangeError(text, { cause: new TypeError('below') });
  },
  *forever(): asyncio.Coroutine {
    try {
      yield* asyncio.sleep(1000);
    } finally {
      ended = true;
    }
  },
  *odd(): asyncio.Coroutine<() => number> {
    yield;
    return () => 1;
  },
  *cancelled(): asyncio.Coroutine {
    asyncio.currentTask()!.cancel();
    yield* asyncio.sleep(1);
  },
  plain: () => 1,
};
type Remote = asyncio.RemoteLoop<typeof functions>;
let total = 0;
let ended = false;

function onLoop<R>(func: (loop: Remote) => R): Promise<Awaited<R>> {
  function* main(): asyncio.Coroutine<Awaited<R>> {
    return yield* asyncio.toThread(func, asyncio.getRunningLoop().remote(functions));
  }
  return asyncio.run(main());
}

describe('a loop that is lent to a thread', () => {
  it('calls functions, in order', async () => {
    total = 0;
    await onLoop((loop) => {
      for (let i = 1; i <= 100; i++) loop.callSoonThreadsafe('add', i);
    });
    expect(total).toBe(5050);
  });

  it('runs coroutines, whose results the thread waits for by blocking or by await', async () => {
    expect(
      await onLoop(async (loop) => {
        const blocked = loop.runCoroutineThreadsafe('double', 1).result(10);
        const future = loop.runCoroutineThreadsafe('double', 2);
        const seen: unknown[] = [future.done(), future.running(), future.cancelled()];
        future.addDoneCallback((it) => seen.push(it.result()));
        const awaited = await future;
        future.addDoneCallback(() => seen.push('late'));
        return [blocked, awaited, future.exception(), future.done(), future.cancel(), seen];
      }),
    ).toEqual([2, 4, null, true, false, [false, false, false, 4, 'late']]);
  });

  it('gives their errors to the thread', async () => {
    const told = await onLoop(async (loop) => {
      const error = loop.runCoroutineThreadsafe('fail', 'no').exception(10) as Error;
      const awaited = await loop.runCoroutineThreadsafe('fail', 'again').then(
        () => 'none',
        (reason: unknown) => (reason as Error).message,
      );
      return [error instanceof RangeError, error.message, (error.cause as Error).message, awaited];
    });
    expect(told).toEqual([true, 'no', 'below', 'again']);
  });

  it('lets the thread wait no longer than it wants, and cancel', async () => {
    ended = false;
    const told = await onLoop((loop) => {
      const future = loop.runCoroutineThreadsafe('forever');
      const seen: string[] = [];
      future.addDoneCallback(() => seen.push('called'));
      try {
        future.result(0.02);
      } catch (error) {
        seen.push((error as Error).name);
      }
      seen.push(String(future.cancel()), String(future.cancel()), String(future.cancelled()));
      try {
        future.result();
      } catch (error) {
        seen.push((error as Error).name);
      }
      // What comes next shows that the cancellation has arrived.
      loop.runCoroutineThreadsafe('double', 1).result(10);
      return seen;
    });
    expect(told).toEqual(['TimeoutError', 'called', 'true', 'true', 'true', 'CancelledError']);
    expect(ended).toBe(true);
  });

  it('says what is wrong: a name, a result that cannot be sent, no coroutine', async () => {
    const records = recordLog();
    const told = await onLoop((loop) => {
      const messageOf = (name: string): string => {
        const error = loop.runCoroutineThreadsafe(name as 'fail', '').exception(10);
        return (error as Error).message;
      };
      loop.callSoonThreadsafe('nope' as 'add', 1);
      return [messageOf('nope'), messageOf('odd'), messageOf('plain'), messageOf('cancelled')];
    });
    expect(told[0]).toBe(
      "the loop was lent without a function 'nope'; it has add, double, fail, forever, odd, cancelled, plain",
    );
    expect(told[1]).toMatch(/^the result cannot be sent to the worker: /);
    expect(told[2]).toBe('A coroutine object is required');
    expect(told[3]).toBe('the coroutine was cancelled');
    expect(records.map(({ message }) => message)).toEqual(["a worker's call of nope() on a loop failed"]);
  });

  it('is lent for the time of the call only', async () => {
    const records = recordLog();
    const pool = threadPool();
    function* main(): asyncio.Coroutine {
      const loop = asyncio.getRunningLoop();
      yield* loop.runInExecutor(
        pool,
        (it: Remote) => {
          setTimeout(() => it.callSoonThreadsafe('add', 1), 5);
        },
        loop.remote(functions),
      );
    }
    await asyncio.run(main());
    await until(() => records.length > 0);
    expect(String(records[0]!.error)).toContain('add(): the call that the loop was lent to has ended');
  });

  it('must be an argument by itself, of a call in a thread', async () => {
    function* main(): asyncio.Coroutine {
      const remote = asyncio.getRunningLoop().remote(functions);
      expect(() => threadPool().submit((x: unknown) => x, { remote })).toThrow(
        /argument 1\.remote cannot be sent .* must be an argument of its own; only threads can use one/,
      );
      expect(() => processPool().submit((x: unknown) => x, remote)).toThrow(/only threads can use one/);
    }
    await asyncio.run(main());
  });

  it('works in its own thread too', async () => {
    total = 0;
    function* main(): asyncio.Coroutine<number> {
      const remote = asyncio.getRunningLoop().remote(functions);
      remote.callSoonThreadsafe('add', 5);
      return yield* remote.runCoroutineThreadsafe('double', 4);
    }
    expect(await asyncio.run(main())).toBe(8);
    expect(total).toBe(5);
  });

  it('takes functions alone', () => {
    const loop = new asyncio.EventLoop();
    expect(() => loop.remote({ x: 1 as never })).toThrow('remote(): x must be a function, got 1');
    loop.close();
  });
});

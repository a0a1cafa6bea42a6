import { describe, expect, it } from 'vitest';
import {
  ALL_COMPLETED,
  asCompleted,
  Executor,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  Results,
  type Submittable,
  TimeoutError,
  wait,
} from '../../src/concurrent/index.js';
import * as asyncio from '../../src/index.js';

function done<T>(value: T): Future<T> {
  const future = new Future<T>();
  future.setResult(value);
  return future;
}

describe('wait', () => {
  it('is over when all are done', async () => {
    const futures = [new Future<number>(), done(2), new Future<number>()];
    const waiting = wait(futures, { returnWhen: ALL_COMPLETED });
    futures[0]!.setResult(1);
    expect(waiting.done()).toBe(false);
    futures[2]!.cancel();
    const result = await waiting;
    expect(futures.every((future) => result.done.has(future))).toBe(true);
    expect(result.notDone.size).toBe(0);
    expect(result).toHaveLength(2);
    expect(result[0]).toBe(result.done);
  });

  it('is over when the first is done, or was done before', async () => {
    const futures = [new Future<number>(), new Future<number>()];
    const waiting = wait(futures, { returnWhen: FIRST_COMPLETED });
    futures[1]!.setResult(1);
    const [finished, left] = await waiting;
    expect([finished.size, finished.has(futures[1]!)]).toEqual([1, true]);
    expect([left.size, left.has(futures[0]!)]).toEqual([1, true]);
    expect(wait(futures, { returnWhen: FIRST_COMPLETED }).done()).toBe(true);
  });

  it('is over when the first has failed', async () => {
    const futures = [new Future<number>(), new Future<number>(), new Future<number>()];
    const waiting = wait(futures, { returnWhen: FIRST_EXCEPTION });
    futures[0]!.setResult(1);
    futures[1]!.cancel();
    expect(waiting.done()).toBe(false);
    const failed = new Future<number>();
    failed.setException(new Error('x'));
    expect(wait([...futures, failed], { returnWhen: FIRST_EXCEPTION }).result().notDone.size).toBe(1);
    futures[2]!.setException(new Error('y'));
    expect((await waiting).done.size).toBe(3);
  });

  it('is over after a time, and that is no error', async () => {
    const futures = [new Future<number>(), done(1)];
    expect((await wait(futures, { timeout: 0.005 })).notDone.size).toBe(1);
    expect(wait(futures, { timeout: 0 }).result().done.size).toBe(1);
    expect(wait([]).result().done.size).toBe(0);
  });

  it('can be given up, and leaves nothing with the futures', async () => {
    const future = new Future<number>();
    const waiting = wait([future], { timeout: 10 });
    expect(waiting.cancel()).toBe(true);
    future.setResult(1);
    await expect(waiting).rejects.toThrow('');
  });

  it('blocks only for futures of threads', () => {
    expect(() => wait([new Future()]).result()).toThrow(/while this thread blocks/);
  });

  it('refuses what it does not know', () => {
    expect(() => wait([], { returnWhen: 'SOME' as never })).toThrow("Invalid return condition: 'SOME'");
    expect(() => wait([], { returnwhen: 1 } as never)).toThrow(/unexpected keyword argument 'returnwhen'/);
  });
});

describe('asCompleted', () => {
  it('gives each once, in the order in which they are done', async () => {
    const [a, b, c] = [new Future<string>(), new Future<string>(), done('c')];
    const order: string[] = [];
    setTimeout(() => {
      b.setResult('b');
      a.setResult('a');
    }, 1);
    for await (const future of asCompleted([a, b, c, a])) order.push(future.result());
    expect(order).toEqual(['c', 'b', 'a']);
  });

  it('can be iterated in a coroutine', async () => {
    const [a, b] = [new Future<string>(), new Future<string>()];
    function* main(): asyncio.Coroutine<string[]> {
      const order: string[] = [];
      asyncio.getRunningLoop().callLater(0.001, () => {
        b.setResult('b');
        a.cancel();
      });
      yield* asyncio.asyncFor(asCompleted([a, b]), function* (future) {
        order.push(future.cancelled() ? 'cancelled' : future.result());
      });
      return order;
    }
    expect(await asyncio.run(main())).toEqual(['b', 'cancelled']);
  });

  it('fails when the time is over', async () => {
    const results = asCompleted([done(1), new Future<number>()], { timeout: 0.005 });
    expect(results.next().value?.result()).toBe(1);
    const next = results[Symbol.asyncIterator]().next();
    await expect(next).rejects.toThrow(new TimeoutError('1 (of 2) futures unfinished'));
    expect(results.next()).toEqual({ done: true, value: undefined });
  });

  it('blocks only for futures of threads', () => {
    expect(() => asCompleted([new Future()]).next()).toThrow(/while this thread blocks/);
  });
});

/** Calls the function here and now, or when told to. */
class Here extends Executor {
  readonly futures: Future[] = [];
  readonly calls: unknown[][] = [];

  override submit<A extends readonly unknown[], R>(func: Submittable<A, R>, ...args: A): Future<Awaited<R>> {
    const future = new Future<Awaited<R>>();
    this.futures.push(future);
    this.calls.push([...args]);
    future.addDoneCallback(() => undefined);
    if (args[0] === 'later') return future;
    future.setRunningOrNotifyCancel();
    try {
      future.setResult((func as unknown as (...args: A) => Awaited<R>)(...args));
    } catch (error) {
      future.setException(error);
    }
    return future;
  }
}

describe('an executor of one own', () => {
  it('gets map, shutdown and the rest from Executor', async () => {
    const executor = new Here();
    expect([...executor.map(Math.max, [1, 5], [3, 4, 9])]).toEqual([3, 5]);
    expect(executor.map(Math.max, [1]) instanceof Results).toBe(true);
    function* main(): asyncio.Coroutine<number[]> {
      const seen: number[] = [];
      yield* asyncio.asyncWith(executor, function* (it) {
        yield* asyncio.asyncFor(it.map(Math.abs, [-1, -2]), function* (x) {
          seen.push(x);
        });
      });
      seen.push(yield* asyncio.getRunningLoop().runInExecutor(executor, Math.abs, -3));
      return seen;
    }
    expect(await asyncio.run(main())).toEqual([1, 2, 3]);
    await executor[Symbol.asyncDispose]();
    expect(executor.shutdown().done()).toBe(true);
  });

  it('must say how to submit', () => {
    class Lazy extends Executor {}
    expect(() => new Lazy().submit(Math.abs, 1)).toThrow(asyncio.NotImplementedError);
  });

  it('submits no more at a time than buffersize', () => {
    const executor = new Here();
    const results = executor.map(Math.abs, [1, 2, 3, 4], { buffersize: 2 });
    expect(executor.calls).toEqual([[1], [2]]);
    expect(results.next().value).toBe(1);
    expect(executor.calls).toHaveLength(3);
    expect([...results]).toEqual([2, 3, 4]);
  });

  it('does several calls for one message, if chunksize says so', () => {
    const executor = new Here();
    const results = executor.map(Math.abs, [1, -2, -3], { chunksize: 2 });
    expect([...results]).toEqual([1, 2, 3]);
    const fails = executor.map(
      (x: number) => {
        if (x === 2) throw new RangeError('two');
        return x;
      },
      [1, 2, 3],
      { chunksize: 2 },
    );
    expect(() => fails.next()).toThrow('two');
  });

  it('cancels the rest when the results are left, and when one fails', async () => {
    const executor = new Here();
    const results = executor.map((x: unknown) => x, [1, 'later', 'later']);
    for (const x of results) {
      expect(x).toBe(1);
      break;
    }
    expect(executor.futures.map((future) => future.cancelled())).toEqual([false, true, true]);
    const again = executor.map((x: unknown) => x, ['later', 'later'], { chunksize: 2, timeout: 0.005 });
    await expect(again[Symbol.asyncIterator]().next()).rejects.toThrow(TimeoutError);
    expect(executor.futures.slice(3).every((future) => future.cancelled())).toBe(true);
    const left = executor.map((x: unknown) => x, ['later']);
    await asyncio.run(left.aclose());
    await left[Symbol.asyncIterator]().return!();
    expect(executor.futures.at(-1)!.cancelled()).toBe(true);
    const cancelled = executor.map((x: unknown) => x, ['later', 'later'], { chunksize: 2 });
    executor.futures.at(-1)!.cancel();
    expect(() => cancelled.next()).toThrow('');
  });

  it('refuses what makes no sense', () => {
    const executor = new Here();
    expect(() => executor.map(Math.abs, [1], { chunksize: 0 })).toThrow('chunksize must be >= 1.');
    expect(() => executor.map(Math.abs, [1], { buffersize: 0 })).toThrow('buffersize must be None or > 0');
    expect(() => executor.map(Math.abs, [1], { buffersize: 1.5 })).toThrow('buffersize must be an integer');
    expect(() => executor.map(Math.abs, [1], { chunk: 1 } as never)).toThrow(/unexpected keyword/);
    expect([...executor.map(() => 1)]).toEqual([]);
  });
});

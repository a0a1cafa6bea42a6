/* The thread that waits blocks: worker threads are served all the same. */
import { describe, expect, it } from 'vitest';
import {
  asCompleted,
  BrokenThreadPool,
  TimeoutError,
  wait,
  workerFunction,
} from '../../src/concurrent/index.js';
import * as asyncio from '../../src/index.js';
import { socketpair } from '../../src/socket/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { noAddon } from '../helpers/addon.js';
import { flag, raise, threadPool, waitFor, work } from './support.js';

const square = workerFunction<(x: number) => number>(work, 'square');

describe('a thread that blocks', () => {
  it('gets results from worker threads', () => {
    const pool = threadPool({ maxWorkers: 2 });
    expect(pool.submit(square, 4).result()).toBe(16);
    expect(
      pool
        .submit(() => {
          throw new RangeError('no');
        })
        .exception(),
    ).toEqual(new RangeError('no'));
    expect([...pool.map(square, [1, 2, 3])]).toEqual([1, 4, 9]);
    const futures = [pool.submit(square, 1), pool.submit(square, 2)];
    expect(wait(futures).result().done.size).toBe(2);
    expect([...asCompleted([pool.submit(square, 5)])].map((future) => future.result())).toEqual([25]);
    expect(pool.map((a: number, b: number) => a + b, [1], [2], { chunksize: 3 }).next().value).toBe(3);
  });

  it('waits no longer than it wants to', () => {
    const pool = threadPool();
    const stop = flag();
    const future = pool.submit(waitFor, stop);
    expect(() => future.result(0.01)).toThrow(TimeoutError);
    expect(wait([future], { timeout: 0.01 }).result().notDone.size).toBe(1);
    expect(() => asCompleted([future], { timeout: 0.01 }).next()).toThrow('1 (of 1) futures unfinished');
    raise(stop);
    expect(['ok', 'not-equal']).toContain(future.result());
  });

  it('hears of a worker that exits', () => {
    const pool = threadPool();
    const future = pool.submit(() => process.exit(4));
    expect(() => future.result()).toThrow(BrokenThreadPool);
    expect(() => future.result()).toThrow(/the worker exited with code 4$/);
    expect(pool.submit(square, 2).result()).toBe(4);
  });

  it('can shut a pool down', () => {
    const pool = threadPool();
    const future = pool.submit(square, 3);
    pool.shutdown().result();
    expect(future.result()).toBe(9);
  });
});

describe('a loop that blocks', () => {
  it('waits for threads, beside its timers', () => {
    function* main(): asyncio.Coroutine<unknown[]> {
      const stop = flag();
      asyncio.getRunningLoop().callLater(0.005, () => raise(stop));
      const [thread, timer] = yield* asyncio.gather(
        asyncio.toThread(waitFor, stop),
        asyncio.sleep(0.01, 'timer'),
      );
      return [typeof thread, timer];
    }
    expect(asyncio.runSync(main())).toEqual(['string', 'timer']);
  });

  it.skipIf(noAddon)('waits for threads, beside its descriptors', () => {
    const [left, right] = socketpair();
    left.setblocking(false);
    right.setblocking(false);
    function* main(): asyncio.Coroutine<unknown[]> {
      const loop = asyncio.getRunningLoop();
      const reading = asyncio.createTask(loop.sockRecv(left, 10));
      const first = yield* asyncio.toThread((x: number) => x + 1, 1);
      const second = yield* asyncio.toThread((x: number) => x + 1, first);
      const stop = flag();
      const third = asyncio.createTask(asyncio.toThread(waitFor, stop));
      yield* asyncio.sleep(0.01);
      yield* loop.sockSendall(right, Buffer.from('hello'));
      const text = (yield* reading).toString();
      raise(stop);
      yield* third;
      return [first, second, text];
    }
    expect(asyncio.runSync(main())).toEqual([2, 3, 'hello']);
    left.close();
    right.close();
  });

  it('gives up a wait when its time is over, while the thread goes on', () => {
    const stop = flag();
    function* main(): asyncio.Coroutine<string> {
      try {
        yield* asyncio.waitFor(asyncio.toThread(waitFor, stop), 0.01);
        return 'done';
      } catch (error) {
        raise(stop);
        return (error as Error).name;
      }
    }
    expect(asyncio.runSync(main())).toBe('TimeoutError');
  });

  it('is called by its threads', () => {
    const seen: unknown[] = [];
    const functions = {
      note: (x: number) => seen.push(x),
      *double(x: number): asyncio.Coroutine<number> {
        yield* asyncio.sleep(0.005);
        return 2 * x;
      },
    };
    function* main(): asyncio.Coroutine<number> {
      const loop = asyncio.getRunningLoop().remote(functions);
      return yield* asyncio.toThread((it: asyncio.RemoteLoop<typeof functions>) => {
        it.callSoonThreadsafe('note', 1);
        return it.runCoroutineThreadsafe('double', 21).result(10);
      }, loop);
    }
    expect(asyncio.runSync(main())).toBe(42);
    expect(seen).toEqual([1]);
  });
});

describe('virtual time', () => {
  function* main(): asyncio.Coroutine<unknown[]> {
    const loop = asyncio.getRunningLoop();
    const pause = asyncio.createTask(asyncio.sleep(3600));
    const result = yield* asyncio.waitFor(
      asyncio.toThread((x: number) => x + 1, 1),
      10,
    );
    const then = loop.time();
    yield* pause;
    return [result, then, loop.time()];
  }
  const options = { loopFactory: () => new VirtualEventLoop() };

  it('stands still while a thread works for the loop', async () => {
    expect(asyncio.runSync(main(), options)).toEqual([2, 0, 3600]);
    expect(await asyncio.run(main(), options)).toEqual([2, 0, expect.closeTo(3600)]);
  });

  it('stands still also while other tasks have their turns meanwhile', () => {
    function* turns(): asyncio.Coroutine<number> {
      const working = asyncio.createTask(asyncio.toThread(() => 1));
      for (let i = 0; i < 3; i++) yield* asyncio.sleep(0);
      yield* working;
      return asyncio.getRunningLoop().time();
    }
    expect(asyncio.runSync(turns(), options)).toBe(0);
  });

  it.skipIf(noAddon)(
    'stands still also while the loop watches a descriptor and other tasks have their turns',
    () => {
      const [left, right] = socketpair();
      function* turns(): asyncio.Coroutine<number> {
        const loop = asyncio.getRunningLoop();
        loop.addReader(left, () => undefined);
        const working = asyncio.createTask(asyncio.toThread(() => 1));
        for (let i = 0; i < 3; i++) yield* asyncio.sleep(0);
        yield* working;
        loop.removeReader(left);
        return loop.time();
      }
      expect(asyncio.runSync(turns(), options)).toBe(0);
      left.close();
      right.close();
    },
  );

  it('goes on while the thread waits for the loop', async () => {
    const functions = {
      *rest(seconds: number): asyncio.Coroutine<string> {
        yield* asyncio.sleep(seconds);
        return 'rested';
      },
    };
    function* lend(): asyncio.Coroutine<string> {
      return yield* asyncio.toThread(
        (loop: asyncio.RemoteLoop<typeof functions>) => loop.runCoroutineThreadsafe('rest', 3600).result(),
        asyncio.getRunningLoop().remote(functions),
      );
    }
    expect(asyncio.runSync(lend(), options)).toBe('rested');
    expect(await asyncio.run(lend(), options)).toBe('rested');
  });
});

describe('a loop that blocks where nobody listens for signals', () => {
  it('is woken by its threads all the same', () => {
    const loop = new asyncio.EventLoop();
    const main = function* (): asyncio.Coroutine<number> {
      return yield* asyncio.toThread((x: number) => x + 1, 1);
    };
    expect(loop.runUntilCompleteSync(main())).toBe(2);
    loop.runUntilCompleteSync(loop.shutdownDefaultExecutor());
    loop.close();
  });
});

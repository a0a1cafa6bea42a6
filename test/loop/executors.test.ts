import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { pathToFileURL } from 'node:url';
import { rmSync } from 'node:fs';
import {
  BrokenThreadPool,
  Future as ConcurrentFuture,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  workerFunction,
} from '../../src/concurrent/index.js';
import * as asyncio from '../../src/index.js';
import { flag, raise, until, waitFor } from '../concurrent/support.js';
import { bundle } from '../helpers/child.js';
import { recordLog } from '../helpers/log.js';

const pools: ThreadPoolExecutor[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.shutdown({ cancelFutures: true })));
});

function pool(): ThreadPoolExecutor {
  const made = new ThreadPoolExecutor({ maxWorkers: 1 });
  pools.push(made);
  return made;
}

describe('loop.runInExecutor', () => {
  it('gives a future of what the function returns in another thread', async () => {
    function* main(): asyncio.Coroutine<unknown[]> {
      const loop = asyncio.getRunningLoop();
      const id = async (x: number): Promise<[number, number]> => [
        x,
        (await import('node:worker_threads')).threadId,
      ];
      const future = loop.runInExecutor(null, id, 5);
      expect(future).toBeInstanceOf(asyncio.Future);
      const [x, thread] = yield* future;
      const [y] = yield* loop.runInExecutor(pool(), id, 6);
      return [x, y, thread > 0];
    }
    expect(await asyncio.run(main())).toEqual([5, 6, true]);
  });

  it('cancels a call that has not begun, and leaves one that has', async () => {
    const stop = flag();
    function* main(): asyncio.Coroutine<boolean[]> {
      const loop = asyncio.getRunningLoop();
      const one = pool();
      const [running, queued] = [
        loop.runInExecutor(one, waitFor, stop),
        loop.runInExecutor(one, waitFor, stop),
      ];
      yield* asyncio.sleep(0.2);
      running.cancel();
      queued.cancel();
      yield* asyncio.wait([running, queued]);
      raise(stop);
      yield* one.shutdown();
      return [running.cancelled(), queued.cancelled()];
    }
    expect(await asyncio.run(main())).toEqual([true, true]);
  });

  it('says nothing to a loop that was closed meanwhile', async () => {
    const stop = flag();
    const records = recordLog();
    const executor = pool();
    const loop = new asyncio.EventLoop();
    const future = loop.runInExecutor(executor, waitFor, stop);
    await until(() => [...executor._workers].some((worker) => !worker.neverReady));
    loop.close();
    raise(stop);
    await executor.shutdown();
    expect([future.done(), records]).toEqual([false, []]);
    expect(() => loop.runInExecutor(executor, waitFor, stop)).toThrow('Event loop is closed');
  });

  it('refuses coroutine functions, in debug mode by the rule of all callbacks', () => {
    const loop = new asyncio.EventLoop();
    function* coroutine(): asyncio.Coroutine {
      yield;
    }
    expect(() => loop.runInExecutor(null, coroutine as never)).toThrow(/it is a generator function/);
    loop.setDebug(true);
    expect(() => loop.runInExecutor(null, coroutine as never)).toThrow(
      'coroutines cannot be used with run_in_executor()',
    );
    loop.close();
  });

  it('is refused to processes by a loop that blocks', async () => {
    const processes = new ProcessPoolExecutor({ maxWorkers: 1 });
    function* main(): asyncio.Coroutine<number> {
      return yield* asyncio.getRunningLoop().runInExecutor(processes, () => 1);
    }
    expect(() => asyncio.runSync(main())).toThrow(/while the loop blocks/);
    await processes.shutdown({ cancelFutures: true });
  });
});

describe('the default executor', () => {
  it('can be another one, of threads', async () => {
    const loop = new asyncio.EventLoop();
    const other = pool();
    loop.setDefaultExecutor(other);
    expect(await loop.runUntilComplete(loop.runInExecutor(null, () => 1))).toBe(1);
    expect(other._workers.size).toBe(1);
    for (const wrong of [null, {}, new ProcessPoolExecutor()])
      expect(() => loop.setDefaultExecutor(wrong as never)).toThrow(
        'executor must be ThreadPoolExecutor instance',
      );
    loop.close();
    await until(() => other._workers.size === 0);
  });

  it('takes nothing more once its end was asked for', async () => {
    const loop = new asyncio.EventLoop();
    await loop.runUntilComplete(loop.shutdownDefaultExecutor());
    expect(() => loop.runInExecutor(null, () => 1)).toThrow('Executor shutdown has been called');
    loop.close();
  });

  it('ends at the end of run, with what it has to do', async () => {
    let executor: ThreadPoolExecutor | null = null;
    let call: asyncio.Future<number> | null = null;
    function* main(): asyncio.Coroutine {
      const loop = asyncio.getRunningLoop();
      executor = new ThreadPoolExecutor();
      loop.setDefaultExecutor(executor);
      call = loop.runInExecutor(
        null,
        () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30).length,
      );
      yield;
    }
    await asyncio.run(main());
    expect(call!.result()).toBe('timed-out'.length);
    expect(executor!._workers.size).toBe(0);
  });

  it('is waited for no longer than the timeout says, with a warning', async () => {
    const loop = new asyncio.EventLoop();
    const stop = flag();
    const warnings: string[] = [];
    const listen = (warning: Error): unknown => warnings.push(`${warning.name}: ${warning.message}`);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    const executor = pool();
    loop.setDefaultExecutor(executor);
    const future = loop.runInExecutor(null, waitFor, stop);
    await loop.runUntilComplete(loop.shutdownDefaultExecutor(0.05));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(warnings).toEqual([
      'RuntimeWarning: The executor did not finishing joining its threads within 0.05 seconds.',
    ]);
    raise(stop);
    await loop.runUntilComplete(future);
    loop.close();
  });
});

describe('toThread', () => {
  it('returns what the function returns, called once with its arguments', async () => {
    const calls = flag();
    const add = (cells: Int32Array, x: number, options: { y: number }): number => {
      Atomics.add(cells, 0, 1);
      return x + options.y;
    };
    expect(await asyncio.run(asyncio.toThread(add, calls, 40, { y: 2 }))).toBe(42);
    expect(calls[0]).toBe(1);
  });

  it('throws what the function throws', async () => {
    const failing = asyncio.toThread(() => {
      throw new RangeError('test');
    });
    await expect(asyncio.run(failing)).rejects.toThrow(new RangeError('test'));
    const dying = asyncio.toThread(() => process.exit(1));
    await expect(asyncio.run(dying)).rejects.toThrow(BrokenThreadPool);
  });

  it('does several calls at once', async () => {
    const meet = (cells: Int32Array): number => {
      // Each waits for the two others.
      Atomics.add(cells, 0, 1);
      for (let seen = Atomics.load(cells, 0); seen < 3; seen = Atomics.load(cells, 0))
        Atomics.wait(cells, 0, seen, 100);
      return 1;
    };
    function* main(): asyncio.Coroutine<number[]> {
      const cells = flag();
      return yield* asyncio.gather(...[1, 2, 3].map(() => asyncio.toThread(meet, cells)));
    }
    expect(await asyncio.run(main())).toEqual([1, 1, 1]);
  });

  it('starts nothing before it is awaited, and needs a running loop', () => {
    const coroutine = asyncio.toThread(() => 1);
    expect(() => coroutine.next()).toThrow('no running event loop');
  });

  it('takes context variables along, as far as they can be copied', async () => {
    const directory = await bundle({
      stdin: {
        contents: `
          import { ContextVar } from 'tsyncio';
          const user = new ContextVar('user');
          const limit = new ContextVar('limit', { default: 7 });
          const handler = new ContextVar('handler');
          const twice = new ContextVar('twice');
          export const read = () => [user.get(), limit.get(), handler.get('none'), twice.get('none')];
          export const write = () => { user.set('changed'); return user.get(); };
        `,
        loader: 'ts',
        resolveDir: import.meta.dirname,
      },
      entryNames: 'module',
    });
    const module = pathToFileURL(`${directory}/module.mjs`);
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const user = new asyncio.ContextVar<unknown>('user');
    const handler = new asyncio.ContextVar<unknown>('handler');
    const [twice, again] = [new asyncio.ContextVar<number>('twice'), new asyncio.ContextVar<number>('twice')];
    function* main(): asyncio.Coroutine<unknown[]> {
      user.set({ name: 'ann' });
      handler.set(() => 1);
      twice.set(1);
      again.set(2);
      const first = yield* asyncio.toThread(workerFunction(module, 'read'));
      const changed = yield* asyncio.toThread(workerFunction(module, 'write'));
      const loop = asyncio.getRunningLoop();
      // As in Python, only toThread does it.
      const without = yield* asyncio.gather(loop.runInExecutor(null, workerFunction(module, 'read')), {
        returnExceptions: true,
      });
      return [first, changed, String(without[0]), user.get()];
    }
    expect(await asyncio.run(main())).toEqual([
      [{ name: 'ann' }, 7, 'none', 'none'],
      'changed',
      expect.stringContaining("LookupError: <ContextVar name='user'>"),
      { name: 'ann' },
    ]);
  });
});

describe('runCoroutineThreadsafe', () => {
  function* add(
    a: number,
    b: number,
    options: { fail?: boolean; cancel?: boolean } = {},
  ): asyncio.Coroutine<number> {
    yield* asyncio.sleep(0.005);
    if (options.fail) throw new RangeError('Fail!');
    if (options.cancel) {
      asyncio.currentTask()!.cancel();
      yield;
    }
    return a + b;
  }

  /** Calls `func` from outside of the loop's rounds, as a callback of Node's does. */
  async function outside<R>(func: (loop: asyncio.EventLoop) => Promise<R>): Promise<R> {
    const loop = new asyncio.EventLoop();
    const running = loop.runForever();
    try {
      return await func(loop);
    } finally {
      loop.stop();
      await running;
      loop.close();
    }
  }

  it('gives a concurrent future of the result', async () => {
    await outside(async (loop) => {
      const future = asyncio.runCoroutineThreadsafe(add(1, 2), loop);
      expect(future).toBeInstanceOf(ConcurrentFuture);
      expect(await future).toBe(3);
    });
  });

  it('gives it the error', async () => {
    await outside(async (loop) => {
      await expect(asyncio.runCoroutineThreadsafe(add(1, 2, { fail: true }), loop)).rejects.toThrow('Fail!');
    });
  });

  it('cancels the task when the future is cancelled', async () => {
    await outside(async (loop) => {
      const future = asyncio.runCoroutineThreadsafe(asyncio.sleep(1000), loop);
      await until(() => asyncio.allTasks(loop).size === 1);
      const [task] = asyncio.allTasks(loop);
      expect(future.cancel()).toBe(true);
      await until(() => task!.done());
      expect(task!.cancelled()).toBe(true);
      const early = asyncio.runCoroutineThreadsafe(add(1, 1), loop);
      early.cancel();
      await asyncio.runCoroutineThreadsafe(add(1, 1), loop);
      expect(early.cancelled()).toBe(true);
    });
  });

  it('cancels the future when the task is cancelled', async () => {
    await outside(async (loop) => {
      const future = asyncio.runCoroutineThreadsafe(add(1, 2, { cancel: true }), loop);
      await expect(future).rejects.toThrow('');
      expect(future.cancelled()).toBe(true);
    });
  });

  it('cannot be waited for by blocking the thread of the loop', async () => {
    await outside(async (loop) => {
      const future = asyncio.runCoroutineThreadsafe(add(1, 2), loop);
      expect(() => future.result(1)).toThrow(/while this thread blocks/);
      await future;
    });
  });

  it('gives the error of a task factory to the future, and to the loop', async () => {
    await outside(async (loop) => {
      const reported: unknown[] = [];
      loop.setExceptionHandler((_loop, context) => reported.push(context.exception));
      loop.setTaskFactory(() => {
        throw new RangeError('test');
      });
      const coroutine = add(1, 2);
      await expect(asyncio.runCoroutineThreadsafe(coroutine, loop)).rejects.toThrow('test');
      expect(reported).toEqual([new RangeError('test')]);
      loop.setTaskFactory(null);
    });
  });

  it('gives it to the loop alone, if the future was cancelled before', async () => {
    await outside(async (loop) => {
      const reported: unknown[] = [];
      loop.setExceptionHandler((_loop, context) => reported.push(context.exception));
      loop.setTaskFactory(() => {
        throw new RangeError('test');
      });
      const future = asyncio.runCoroutineThreadsafe(add(1, 2), loop);
      expect(future.cancel()).toBe(true);
      await expect(future).rejects.toMatchObject({ name: 'CancelledError' });
      await new Promise(setImmediate);
      expect(reported).toEqual([new RangeError('test')]);
      loop.setTaskFactory(null);
    });
  });

  it('takes coroutines alone', () => {
    const loop = new asyncio.EventLoop();
    expect(() => asyncio.runCoroutineThreadsafe(5 as never, loop)).toThrow('A coroutine object is required');
    loop.close();
  });
});

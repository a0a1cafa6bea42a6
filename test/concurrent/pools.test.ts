import { describe, expect, it, onTestFinished } from 'vitest';
import {
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  PoolExecutor,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  wait,
  workerFunction,
} from '../../src/concurrent/index.js';
import * as asyncio from '../../src/index.js';
import { recordLog } from '../helpers/log.js';
import { kinds, processPool, threadPool, until, work } from './support.js';

const square = workerFunction<(x: number) => number>(work, 'square');
const slowly = async (seconds: number, value: string): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return value;
};

describe.each(kinds)('a pool of %s', (kind, newPool) => {
  const Broken = kind === 'threads' ? BrokenThreadPool : BrokenProcessPool;

  it('calls functions sent as source, plain and async, and exported ones', async () => {
    const pool = newPool();
    expect(pool).toBeInstanceOf(PoolExecutor);
    expect(await pool.submit((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await pool.submit(slowly, 0, 'late')).toBe('late');
    expect(await pool.submit(square, 7)).toBe(49);
    expect(await pool.submit(workerFunction<(text: string) => string>('node:path', 'basename'), '/a/b')).toBe(
      'b',
    );
    expect(await pool.submit(async () => (await import('node:os')).EOL)).toBe('\n');
  });

  it('copies arguments and results, of all the kinds that can be', async () => {
    const pool = newPool();
    const value = {
      list: [1, 'two', null, undefined, true, 10n],
      map: new Map([['key', new Set([1, 2])]]),
      date: new Date(0),
      pattern: /x+/gi,
      bytes: new Uint8Array([1, 2, 3]),
      buffer: new ArrayBuffer(2),
      error: new RangeError('r'),
    };
    const back = await pool.submit(<T>(x: T): T => x, value);
    expect(back).toEqual(value);
    expect(back).not.toBe(value);
  });

  it('maps, in order, by messages of several calls too', async () => {
    const pool = newPool({ maxWorkers: 2 });
    const results: number[] = [];
    for await (const x of pool.map(square, [1, 2, 3, 4, 5], { chunksize: 2 })) results.push(x);
    expect(results).toEqual([1, 4, 9, 16, 25]);
    const text: string[] = [];
    for await (const x of pool.map(slowly, [0.002, 0], ['a', 'b'], { chunksize: 2 })) text.push(x);
    expect(text).toEqual(['a', 'b']);
  });

  it('gives up a map when its time is over', async () => {
    const pool = newPool();
    const results = pool.map(slowly, [5, 0], ['a', 'b'], { timeout: 0.05 });
    await expect(results[Symbol.asyncIterator]().next()).rejects.toThrow(asyncio.TimeoutError);
    if (pool instanceof ProcessPoolExecutor) pool.killWorkers();
  });

  it('brings back errors as what they were', async () => {
    const pool = newPool();
    const thrown = async (func: () => unknown): Promise<unknown> =>
      await pool.submit(func).then(
        () => null,
        (error: unknown) => error,
      );
    const typeError = (await thrown(() => (null as unknown as { x: number }).x)) as Error;
    expect(typeError).toBeInstanceOf(TypeError);
    expect(typeError.stack).toMatch(/^TypeError: Cannot read properties of null[^]*\n +at /);
    expect(await thrown(() => Promise.reject(new RangeError('later')))).toEqual(new RangeError('later'));
    const own = (await pool.submit(workerFunction(work, 'failCustom'), 'mine').then(
      () => null,
      (error: unknown) => error,
    )) as RangeError & { detail: unknown };
    expect(own).toBeInstanceOf(RangeError);
    expect([own.name, own.message, own.detail]).toEqual(['CustomError', 'mine', { answer: 42 }]);
    expect(own.cause).toEqual(new TypeError('deep down'));
    expect(own.stack).toContain('work.mjs');
    const missing = (await thrown(async () => (await import('node:fs')).readFileSync('/nowhere'))) as Error;
    expect(missing).toMatchObject({ code: 'ENOENT', path: '/nowhere', syscall: 'open' });
    expect(
      await thrown(() => {
        throw 'a text';
      }),
    ).toBe('a text');
    expect(
      await thrown(() => {
        throw undefined;
      }),
    ).toBeInstanceOf(TypeError);
    expect(
      await thrown(() => {
        throw () => 1;
      }),
    ).toMatchObject({ message: expect.stringContaining('() => 1') });
    const group = (await thrown(() => {
      throw new AggregateError([new SyntaxError('s'), new Error('e')], 'both');
    })) as AggregateError;
    expect(group).toBeInstanceOf(AggregateError);
    expect(group.errors).toEqual([new SyntaxError('s'), new Error('e')]);
    const abort = (await thrown(() => AbortSignal.abort().throwIfAborted())) as DOMException;
    expect(abort).toBeInstanceOf(DOMException);
    expect(abort.name).toBe('AbortError');
  });

  it('says what a result that cannot be sent back was', async () => {
    const pool = newPool();
    await expect(
      pool.submit(function give() {
        return { callback: () => 1 };
      }),
    ).rejects.toThrow(/^what give returned cannot be sent back: /);
    expect(await pool.submit(square, 2)).toBe(4);
  });

  it('explains a name from outside of a function that was sent as source', async () => {
    const outside = 5;
    const pool = newPool();
    await expect(
      pool.submit(function useIt() {
        return outside;
      }),
    ).rejects.toThrow(
      /outside is not defined: the function useIt was sent to the worker as its source.*workerFunction\(import\.meta\.url, func\)/,
    );
  });

  it('says which functions a module has, if not the one that was named', async () => {
    const pool = newPool();
    await expect(pool.submit(workerFunction(work, 'sqare'))).rejects.toThrow(
      /exports no function 'sqare': its functions are CustomError, failCustom, /,
    );
    await expect(pool.submit(workerFunction(work, 'notAFunction'))).rejects.toThrow(TypeError);
    await expect(pool.submit(workerFunction(new URL('./none.mjs', work), 'x'))).rejects.toThrow(/none\.mjs/);
    await expect(pool.submit(workerFunction('data:text/javascript,export const x = 1', 'x'))).rejects.toThrow(
      /it exports no functions/,
    );
  });

  it('says which calls run, and cancels those that do not', async () => {
    const pool = newPool();
    await pool.submit(square, 1);
    const running = pool.submit(slowly, 0.05, 'first');
    const queued = pool.submit(slowly, 0, 'second');
    const third = pool.submit(slowly, 0, 'third');
    expect([running.running(), queued.running()]).toEqual([true, false]);
    expect(running.cancel()).toBe(false);
    expect(queued.cancel()).toBe(true);
    expect(await running).toBe('first');
    expect(await third).toBe('third');
    expect(queued.cancelled()).toBe(true);
  });

  it('has no more workers than maxWorkers, and starts them as they are needed', async () => {
    const pool = newPool({ maxWorkers: 2 });
    const whoAmI = workerFunction<() => number>(work, 'whoAmI');
    const first = await pool.submit(whoAmI);
    expect(await pool.submit(whoAmI)).toBe(first);
    expect(pool._workers.size).toBe(1);
    await Promise.all(Array.from({ length: 6 }, () => pool.submit(slowly, 0.005, '')));
    expect(pool._workers.size).toBe(2);
  });

  it('calls its initializer once in each worker', async () => {
    const pool = newPool({ initializer: workerFunction(work, 'initialize'), initargs: ['ready'] });
    const read = workerFunction<() => string>(work, 'readState');
    expect(await pool.submit(read)).toBe('ready');
    const other = newPool({
      initializer: (x: number) => {
        (globalThis as never as { x: number }).x = x;
      },
      initargs: [5],
    });
    expect(await other.submit(() => (globalThis as never as { x: number }).x)).toBe(5);
  });

  it('is broken when its initializer throws', async () => {
    const records = recordLog();
    const pool = newPool({ initializer: workerFunction(work, 'failToInitialize') });
    const futures = [pool.submit(square, 1), pool.submit(square, 2)];
    for (const future of futures) {
      const error = await future.then(
        () => null,
        (reason: unknown) => reason as Error,
      );
      expect(error).toBeInstanceOf(Broken);
      expect(error).toBeInstanceOf(BrokenExecutor);
      expect(error!.message).toMatch(/pool is not usable anymore$/);
      expect(error!.cause).toEqual(new Error('no way'));
    }
    expect(() => pool.submit(square, 3)).toThrow(Broken);
    expect(records.map(({ message }) => message)).toEqual(['Exception in initializer:']);
    await pool.shutdown();
    expect(pool._workers.size).toBe(0);
  });

  it('is broken when its workers die before they can do anything', async () => {
    const pool = newPool({ initializer: () => process.exit(9) });
    await expect(pool.submit(square, 1)).rejects.toThrow(
      /not usable anymore: the worker exited with code 9$/,
    );
    expect(() => pool.submit(square, 3)).toThrow(Broken);
  });

  it('fails the call of a worker that exits, and replaces it', async () => {
    const pool = newPool();
    const exits = pool.submit(() => process.exit(3));
    const next = pool.submit(square, 3);
    await expect(exits).rejects.toThrow(
      /terminated abruptly while the future was running.*: the worker exited with code 3$/,
    );
    await expect(exits).rejects.toBeInstanceOf(Broken);
    expect(await next).toBe(9);
    await expect(pool.submit(() => process.exit(0))).rejects.toBeInstanceOf(Broken);
    expect(await pool.submit(square, 4)).toBe(16);
    expect(pool._workers.size).toBe(1);
  });

  it('fails the call of a worker that crashes, and gives the error', async () => {
    const pool = newPool();
    const crashes = pool.submit(
      (text: string) =>
        new Promise(() => {
          console.error = () => undefined;
          process.stderr.write = () => true;
          setTimeout(() => {
            throw new RangeError(text);
          }, 0);
        }),
      'out of the blue',
    );
    const error = await crashes.then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(Broken);
    expect(error!.cause).toEqual(new RangeError('out of the blue'));
    expect(await pool.submit(square, 4)).toBe(16);
  });

  it('replaces an idle worker that dies', async () => {
    const pool = newPool();
    await pool.submit(() => {
      setTimeout(() => process.exit(1), 5);
    });
    await until(() => pool._workers.size === 0);
    expect(await pool.submit(square, 5)).toBe(25);
  });

  it('replaces a worker after maxTasksPerChild calls', async () => {
    const pool = newPool({ maxTasksPerChild: 2 });
    const whoAmI = workerFunction<() => number>(work, 'whoAmI');
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => pool.submit(whoAmI)));
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(ids[1]);
  });

  it('finishes what was submitted when it is shut down, and takes no more', async () => {
    const pool = newPool();
    const futures = [pool.submit(slowly, 0.01, 'a'), pool.submit(slowly, 0, 'b')];
    const ended = pool.shutdown();
    expect(() => pool.submit(square, 1)).toThrow(
      new asyncio.RuntimeError('cannot schedule new futures after shutdown'),
    );
    expect(ended.done()).toBe(false);
    await ended;
    expect(futures.map((future) => future.result())).toEqual(['a', 'b']);
    expect(pool._workers.size).toBe(0);
    await pool.shutdown();
  });

  it('cancels what has not begun, if shutdown is told to', async () => {
    const pool = newPool();
    await pool.submit(square, 1);
    const [running, queued] = [pool.submit(slowly, 0.01, 'a'), pool.submit(slowly, 0, 'b')];
    await pool.shutdown({ cancelFutures: true });
    expect(queued.cancelled()).toBe(true);
    expect(running.result()).toBe('a');
  });

  it('does not wait for its shutdown, if told so', async () => {
    const pool = newPool();
    const future = pool.submit(slowly, 0.01, 'a');
    expect(pool.shutdown({ wait: false }).done()).toBe(true);
    expect(await future).toBe('a');
    await until(() => pool._workers.size === 0);
  });

  it('ends at once if it was never used', async () => {
    await newPool().shutdown();
    await newPool()[Symbol.asyncDispose]();
  });

  it('is shut down at the end of asyncWith', async () => {
    const pool = newPool();
    function* main(): asyncio.Coroutine<number> {
      return yield* asyncio.asyncWith(pool, function* (it) {
        return yield* it.submit(square, 6);
      });
    }
    expect(await asyncio.run(main())).toBe(36);
    expect(pool._workers.size).toBe(0);
  });

  it('does ten thousand small calls', async () => {
    const pool = newPool({ maxWorkers: 2 });
    const futures = Array.from({ length: 10_000 }, (_, n) => pool.submit(square, n));
    const { done } = await wait(futures);
    expect(done.size).toBe(10_000);
    expect(futures.every((future, n) => future.result() === n * n)).toBe(true);
  }, 60_000);

  it('refuses options that make no sense', () => {
    expect(() => newPool({ maxWorkers: 0 })).toThrow('max_workers must be greater than 0');
    expect(() => newPool({ maxTasksPerChild: 0 })).toThrow('max_tasks_per_child must be >= 1');
    expect(() => newPool({ maxTasksPerChild: 1.5 })).toThrow('max_tasks_per_child must be an integer');
    expect(() => newPool({ initializer: 5 as never })).toThrow(/initializer\(\): a function was expected/);
    expect(() => newPool({ workers: 1 } as never)).toThrow(/unexpected keyword argument 'workers'/);
  });
});

describe('a pool of threads', () => {
  it('names its threads, and limits their memory', async () => {
    const pool = threadPool({ threadNamePrefix: 'mine', resourceLimits: { maxOldGenerationSizeMb: 24 } });
    expect(
      await pool.submit(
        async () => (await import('node:worker_threads')).resourceLimits.maxOldGenerationSizeMb,
      ),
    ).toBe(24);
    // Little by little: for an array that outgrows the limit, Node may end the whole process, or collect garbage for minutes.
    const greedy = pool.submit(() => {
      let hoard: unknown = null;
      for (;;) hoard = { hoard, more: [1, 2, 3, 4, 5, 6, 7, 8] };
    });
    await expect(greedy).rejects.toBeInstanceOf(BrokenThreadPool);
    await expect(greedy).rejects.toMatchObject({ cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } });
    expect(await pool.submit(square, 2)).toBe(4);
  });

  it('has more threads than the computer by default, 32 at most', () => {
    expect(new ThreadPoolExecutor()._maxWorkers).toBeGreaterThan(4);
    expect(new ThreadPoolExecutor()._maxWorkers).toBeLessThanOrEqual(32);
    expect(new ProcessPoolExecutor()._maxWorkers).toBeGreaterThan(0);
  });

  it('takes the number of workers by position too, as in Python', () => {
    expect(new ThreadPoolExecutor(3)._maxWorkers).toBe(3);
    expect(new ProcessPoolExecutor(2)._maxWorkers).toBe(2);
    expect(new ThreadPoolExecutor(null)._maxWorkers).toBeGreaterThan(4);
    expect(() => new ThreadPoolExecutor(0)).toThrow('max_workers must be greater than 0');
  });

  it('prints what its threads print', async () => {
    const pool = threadPool();
    const written: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((chunk: Uint8Array | string) => written.push(chunk.toString())) as never;
    onTestFinished(() => {
      process.stdout.write = write;
    });
    await pool.submit(() => {
      console.log('from a thread');
    });
    await until(() => written.join('').includes('from a thread\n'));
    await pool.submit(square, 1);
  });
});

describe('where no worker can be started', () => {
  it('what is submitted fails, and says why: no threads here', async () => {
    const { getBuiltinModule } = process;
    onTestFinished(() => {
      process.getBuiltinModule = getBuiltinModule;
    });
    process.getBuiltinModule = (id: string) =>
      id === 'node:worker_threads' ? undefined : getBuiltinModule(id);
    const pool = threadPool();
    await expect(pool.submit(square, 1)).rejects.toThrow(
      /not usable anymore: no worker could be started: node:worker_threads is not available here: .* needs Node\.js/,
    );
    expect(() => pool.submit(square, 1)).toThrow(BrokenThreadPool);
  });

  it('what is submitted fails, and says why: no program', async () => {
    const { execPath } = process;
    onTestFinished(() => {
      process.execPath = execPath;
    });
    process.execPath = '/nowhere/node';
    const pool = processPool();
    await expect(pool.submit(square, 1)).rejects.toThrow(
      /not usable anymore: the worker could not be started: spawn \/nowhere\/node ENOENT$/,
    );
  });
});

describe('a pool of processes', () => {
  it('can be ended by a signal', async () => {
    for (const end of ['terminateWorkers', 'killWorkers'] as const) {
      const pool = processPool();
      await pool.submit(square, 1);
      const [running, queued] = [pool.submit(slowly, 30, ''), pool.submit(square, 1)];
      pool[end]();
      await expect(running).rejects.toThrow(
        end === 'killWorkers' ? /was killed by SIGKILL/ : /was killed by SIGTERM/,
      );
      await expect(queued).rejects.toBeInstanceOf(BrokenProcessPool);
      await pool.shutdown();
    }
  });

  it('fails the call of a process that is killed from outside, and replaces it', async () => {
    const pool = processPool();
    const pid = await pool.submit(() => process.pid);
    const future = pool.submit(slowly, 30, '');
    process.kill(pid, 'SIGKILL');
    await expect(future).rejects.toThrow(/the worker was killed by SIGKILL/);
    expect(await pool.submit(() => process.pid)).not.toBe(pid);
  });

  it('cannot be waited for by blocking', async () => {
    const pool = processPool();
    const future = pool.submit(square, 1);
    expect(() => future.result()).toThrow(/while this thread blocks/);
    expect(await future).toBe(1);
  });
});

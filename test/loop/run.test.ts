import { afterEach, describe, expect, it, vi } from 'vitest';
import { setImmediate as hostTurn, setTimeout as pause } from 'node:timers/promises';
import {
  asyncFor,
  asyncGenerator,
  type BaseEventLoop,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  type ExceptionContext,
  getEventLoop,
  getRunningLoop,
  iscoroutine,
  run,
  type RunnerOptions,
  runSync,
  RuntimeError,
  setEventLoop,
  sleep,
  type Task,
  ValueError,
  wrapFuture,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { runChild } from '../helpers/child.js';
import { thrown, thrownBy } from '../helpers/virtual.js';

/** Runs to the end, whichever way. */
type Run = <T>(main: Coroutine<T>, options?: RunnerOptions) => Promise<T>;

const ways: [string, Run][] = [
  ['run', (main, options) => run(main, options)],
  [
    'runSync',
    (main, options) =>
      new Promise((resolve) => {
        resolve(runSync(main, options));
      }),
  ],
];

function* give<T>(value: T): Coroutine<T> {
  yield* sleep(0);
  return value;
}

function* fail(error: unknown): Coroutine<never> {
  yield* sleep(0);
  throw error;
}

afterEach(() => {
  // Whatever a test does, no loop stays chosen.
  expect(thrown(() => getEventLoop())).toBeInstanceOf(RuntimeError);
  vi.restoreAllMocks();
});

describe.each(ways)('%s', (name, go) => {
  it('gives the result of main', async () => {
    expect(await go(give(42))).toBe(42);
    expect(await go(sleep(0.001))).toBe(undefined);
  });

  it('throws what main throws', async () => {
    const error = new ValueError('spam');
    await expect(go(fail(error))).rejects.toBe(error);
    await expect(go(fail('no error at all'))).rejects.toBe('no error at all');
  });

  it('takes whatever can be awaited', async () => {
    const awaitable = {
      *[Symbol.iterator](): Coroutine<string> {
        return yield* give('awaited');
      },
    };
    expect(await go(awaitable as Coroutine<string>)).toBe('awaited');
  });

  it.each([[1], [null], [undefined], ['text'], [{}], [[]], [() => undefined]])(
    'refuses %s',
    async (wrong) => {
      await expect(go(wrong as never)).rejects.toStrictEqual(
        new TypeError('An asyncio.Future, a coroutine or an awaitable is required'),
      );
    },
  );

  it('turns debug mode on or off, and leaves it to the environment otherwise', async () => {
    function* main(): Coroutine<boolean> {
      yield* sleep(0);
      return getRunningLoop().getDebug();
    }
    expect(await go(main())).toBe(false);
    expect(await go(main(), { debug: null })).toBe(false);
    expect(await go(main(), { debug: true })).toBe(true);
    vi.stubEnv('TSYNCIO_DEBUG', '1');
    try {
      expect(await go(main())).toBe(true);
      expect(await go(main(), { debug: false })).toBe(false);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is refused in a running loop, and closes its coroutine', async () => {
    let closed = false;
    function* inner(): Coroutine {
      try {
        yield* sleep(0);
      } finally {
        closed = true;
      }
    }
    function* main(): Coroutine<unknown> {
      const coro = inner();
      coro.next();
      const nested =
        name === 'run'
          ? run(coro)
          : new Promise((resolve) => {
              resolve(runSync(coro));
            });
      nested.catch(() => undefined);
      expect(closed).toBe(true);
      yield* sleep(0);
      return { nested };
    }
    const { nested } = (await go(main())) as { nested: Promise<unknown> };
    await expect(nested).rejects.toStrictEqual(
      new RuntimeError('asyncio.run() cannot be called from a running event loop'),
    );
  });

  it('is refused in a running loop for what is no coroutine too', async () => {
    function* main(): Coroutine<unknown> {
      yield* sleep(0);
      return thrown(() => runSync(getRunningLoop().createFuture()));
    }
    expect(await go(main())).toBeInstanceOf(RuntimeError);
  });

  it('cancels the tasks that are left, and waits for them', async () => {
    const trace: string[] = [];
    let left!: Task;
    function* leftover(): Coroutine {
      try {
        yield* sleep(10);
      } catch (e) {
        trace.push((e as Error).name);
        throw e;
      } finally {
        yield* sleep(0.001);
        trace.push('cleaned up');
      }
    }
    function* main(): Coroutine<number> {
      left = createTask(leftover());
      yield* sleep(0);
      return 123;
    }
    expect(await go(main())).toBe(123);
    expect(left.cancelled()).toBe(true);
    expect(trace).toEqual(['CancelledError', 'cleaned up']);
  });

  it('reports the errors of tasks that are left', async () => {
    const reports: ExceptionContext[] = [];
    const error = new ValueError('when cancelled');
    let left!: Task;
    function* leftover(): Coroutine {
      try {
        yield* sleep(10);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the case
        throw error;
      }
    }
    function* swallows(): Coroutine {
      yield* thrownBy(sleep(10));
    }
    function* main(): Coroutine<number> {
      getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context));
      left = createTask(leftover());
      createTask(swallows());
      yield* sleep(0);
      return 123;
    }
    expect(await go(main())).toBe(123);
    expect(reports).toHaveLength(1);
    expect(reports[0]!.message).toBe('unhandled exception during asyncio.run() shutdown');
    expect(reports[0]!.exception).toBe(error);
    expect(reports[0]!.task).toBe(left);
    expect(Object.keys(reports[0]!)).toHaveLength(3);
  });

  it('closes asynchronous generators after that', async () => {
    const trace: string[] = [];
    const reports: ExceptionContext[] = [];
    const fancy = new ValueError('fancy exit');
    const fidget = asyncGenerator<number>(function* (emit) {
      try {
        for (;;) {
          yield* emit(1);
          yield* sleep(0);
        }
      } finally {
        trace.push('generator closed');
      }
    });
    function* spin(): Coroutine {
      try {
        yield* asyncFor(fidget, () => sleep(10));
      } catch (e) {
        trace.push((e as Error).name);
        throw new ValueError('when cancelled', { cause: e });
      }
    }
    function* main(): Coroutine<never> {
      getRunningLoop().setExceptionHandler((_loop, context) => {
        reports.push(context);
        trace.push('reported');
      });
      createTask(spin());
      yield* sleep(0);
      throw fancy;
    }
    await expect(go(main())).rejects.toBe(fancy);
    expect(trace).toEqual(['CancelledError', 'reported', 'generator closed']);
    expect(reports).toHaveLength(1);
  });

  it('chooses its loop while it runs, and none afterwards', async () => {
    const loops: unknown[] = [];
    function* main(): Coroutine<BaseEventLoop> {
      yield* sleep(0);
      loops.push(getEventLoop());
      return getRunningLoop();
    }
    const loop = await go(main());
    expect(loops[0] === loop).toBe(true);
    expect(loop.isClosed()).toBe(true);
  });

  it('takes a loop of one’s own, which it closes, and leaves the chosen loop as it is', async () => {
    const chosen = new VirtualEventLoop();
    setEventLoop(chosen);
    try {
      const own = new VirtualEventLoop();
      const factory = vi.fn(() => own);
      function* main(): Coroutine<boolean> {
        yield* sleep(1000);
        return getRunningLoop() === own;
      }
      expect(await go(main(), { loopFactory: factory })).toBe(true);
      expect(factory).toHaveBeenCalledTimes(1);
      expect(own.isClosed()).toBe(true);
      expect(getEventLoop()).toBe(chosen);
      expect(await go(give(1), { loopFactory: () => new EventLoop() })).toBe(1);
      expect(getEventLoop()).toBe(chosen);
    } finally {
      setEventLoop(null);
      chosen.close();
    }
  });

  it('passes on what makes the loop throws, and closes the coroutine', async () => {
    const error = new ValueError('no loop today');
    const main = give(1);
    await expect(
      go(main, {
        loopFactory: () => {
          throw error;
        },
      }),
    ).rejects.toBe(error);
    expect(main.next()).toEqual({ done: true, value: undefined });
  });

  it('ends cancelled if main cancels itself', async () => {
    function* main(): Coroutine {
      currentTask()!.cancel('by itself');
      yield* sleep(10);
    }
    const error = await go(main()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as CancelledError).args).toEqual(['by itself']);
  });
});

describe('run, as a guest of Node’s', () => {
  it('waits for a promise given as main, and for one that main waits for', async () => {
    expect(await run(pause(1, 'promised'))).toBe('promised');
    function* main(): Coroutine<string> {
      return yield* wrapFuture(hostTurn('from Node'));
    }
    expect(await run(main())).toBe('from Node');
    expect(() => runSync(pause(1, 'never'))).toThrow('a promise cannot be waited for while the loop blocks');
  });

  it('can be under way twice at once', async () => {
    const trace: string[] = [];
    const loops = new Set<unknown>();
    function* counts(name: string): Coroutine<string> {
      for (let i = 0; i < 3; i++) {
        trace.push(`${name}${i}`);
        loops.add(getRunningLoop());
        // Not found by asking Node: the loop says so itself.
        expect(currentTask()!.getLoop()).toBe(getRunningLoop());
        yield* sleep(0.005);
      }
      return name;
    }
    expect(await Promise.all([run(counts('a')), run(counts('b'))])).toEqual(['a', 'b']);
    expect(loops.size).toBe(2);
    expect(trace.slice(0, 2).sort()).toEqual(['a0', 'b0']);
    expect(trace.slice(2, 4).sort()).toEqual(['a1', 'b1']);
  });

  it('can be begun by an async function that a coroutine waits for', async () => {
    async function nested(): Promise<number> {
      await hostTurn();
      return await run(give(1));
    }
    function* main(): Coroutine<number> {
      return (yield* wrapFuture(nested())) + (yield* give(1));
    }
    expect(await run(main())).toBe(2);
  });

  it('is an error of the program as long as its coroutine is none', async () => {
    const main = (): Coroutine<number> => give(1);
    expect(iscoroutine(main)).toBe(false);
    await expect(run(main as never)).rejects.toThrow(TypeError);
  });
});

describe('a program that runs a loop', () => {
  it('ends when the loop ends, and leaves nothing that keeps it alive', async () => {
    const { stdout, stderr, code } = await runChild(`
      import { createTask, getRunningLoop, run, sleep, type Coroutine } from 'tsyncio';

      function* main(): Coroutine {
        getRunningLoop().callLater(1000, () => undefined);
        createTask(sleep(1000));
        yield* sleep(0.01);
      }

      await run(main());
      const left = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|File|CloseReq/.test(name));
      console.log(JSON.stringify(left), process.listenerCount('SIGINT'), process.listenerCount('beforeExit'));
    `);
    expect({ stdout, stderr, code }).toEqual({ stdout: '[] 0 0\n', stderr: '', code: 0 });
  });

  it('lives as long as the loop waits for a timer', async () => {
    const { stdout, code } = await runChild(`
      import { run, sleep } from 'tsyncio';

      run(sleep(0.3)).then(() => console.log('slept'));
    `);
    expect({ stdout, code }).toEqual({ stdout: 'slept\n', code: 0 });
  });

  it('is told of a deadlock: each task, the line it stands on, and what it waits for', async () => {
    const { stdout, stderr, code } = await runChild(
      [
        `import { createTask, DeadlockError, Event, getRunningLoop, Lock, run, type Coroutine } from 'tsyncio';`,
        `const trace: string[] = [];`,
        `function* inner(event: Event): Coroutine {`,
        `  yield* event.wait();`,
        `}`,
        `function* worker(event: Event): Coroutine {`,
        `  try {`,
        `    yield* inner(event);`,
        `  } finally {`,
        `    trace.push('cleaned up');`,
        `  }`,
        `}`,
        `function* main(): Coroutine {`,
        `  const task = createTask(worker(new Event()), { name: 'worker' });`,
        `  createTask((function* unset(): Coroutine {`,
        `    yield* getRunningLoop().createFuture();`,
        `  })(), { name: 'other' });`,
        `  yield* task;`,
        `}`,
        `try {`,
        `  await run(main());`,
        `} catch (e) {`,
        `  console.log(e instanceof DeadlockError, (e as Error).message, trace);`,
        `}`,
      ].join('\n'),
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout
      .replaceAll(/\(.*main\.ts:(\d+):\d+\)/g, '(main.ts:$1)')
      .trimEnd()
      .split('\n');
    expect(lines).toEqual([
      'true deadlock: 3 tasks wait for what can no longer happen: nothing is ready, no timer is set and no file descriptor is watched',
      '  Task-1: waits for task worker',
      '      at main (main.ts:18)',
      '  worker: waits for <Future pending cb=[Task.task_wakeup()]> in Event.wait()',
      '      at inner (main.ts:4)',
      '      at worker (main.ts:8)',
      '  other: waits for <Future pending cb=[Task.task_wakeup()]>',
      "      at unset (main.ts:16) [ 'cleaned up' ]",
    ]);
  });

  it('does not end silently in a deadlock that nobody catches', async () => {
    const { stderr, code } = await runChild(`
      import { Event, run } from 'tsyncio';

      await run(new Event().wait());
    `);
    expect(code).toBe(1);
    expect(stderr).toContain('DeadlockError: deadlock: 1 task waits for what can no longer happen');
  });

  it('is told of a deadlock in the blocking way at once', async () => {
    const { stdout, code } = await runChild(`
      import { Event, runSync } from 'tsyncio';

      try {
        runSync(new Event().wait());
      } catch (e) {
        console.log((e as Error).name);
      }
    `);
    expect({ stdout, code }).toEqual({ stdout: 'DeadlockError\n', code: 0 });
  });

  it('is told of each deadlock where two loops wait in vain', async () => {
    const { stdout, code } = await runChild(`
      import { Event, run } from 'tsyncio';

      const results = await Promise.allSettled([run(new Event().wait()), run(new Event().wait())]);
      console.log(results.map((result) => (result as PromiseRejectedResult).reason.name).join());
    `);
    expect({ stdout, code }).toEqual({ stdout: 'DeadlockError,DeadlockError\n', code: 0 });
  });

  it('fails with what main throws', async () => {
    const { stderr, code } = await runChild(`
      import { run, sleep, ValueError, type Coroutine } from 'tsyncio';

      function* main(): Coroutine {
        yield* sleep(0.01);
        throw new ValueError('out of main');
      }

      await run(main());
    `);
    expect(code).toBe(1);
    expect(stderr).toContain('ValueError: out of main');
    expect(stderr).toContain('main.ts:6');
  });
});

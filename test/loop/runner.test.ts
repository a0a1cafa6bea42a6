import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ContextVar,
  copyContext,
  type Coroutine,
  createTask,
  EventLoop,
  getEventLoop,
  getRunningLoop,
  Runner,
  type RunnerOptions,
  RuntimeError,
  setEventLoop,
  sleep,
  type Task,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy } from '../helpers/virtual.js';

function* give<T>(value: T): Coroutine<T> {
  yield* sleep(0);
  return value;
}

afterEach(() => {
  expect(thrown(() => getEventLoop())).toBeInstanceOf(RuntimeError);
});

/** A Runner by one of its two ways: hosted, or blocking. */
class Way {
  readonly runner: Runner;
  private readonly _sync: boolean;

  constructor(sync: boolean, options?: RunnerOptions) {
    this._sync = sync;
    this.runner = new Runner(options);
  }

  async run<T>(...args: Parameters<typeof this.runner.run<T>>): Promise<T> {
    return this._sync ? this.runner.runSync<T>(...args) : this.runner.run<T>(...args);
  }

  async close(): Promise<void> {
    if (this._sync) this.runner.closeSync();
    else await this.runner.close();
  }
}

describe.each([
  ['as a guest of Node’s', false],
  ['blocking', true],
])('a Runner %s', (_, sync) => {
  it('runs several coroutines on one loop', async () => {
    const way = new Way(sync);
    expect(await way.run(give('first'))).toBe('first');
    const loop = way.runner.getLoop();
    expect(await way.run(give('second'))).toBe('second');
    expect(way.runner.getLoop()).toBe(loop);
    expect(loop.isClosed()).toBe(false);
    await way.close();
    expect(loop.isClosed()).toBe(true);
  });

  it('lets tasks go on in the next run, and cancels them when it is closed', async () => {
    const way = new Way(sync);
    const seen: number[] = [];
    function* ticks(): Coroutine {
      for (let i = 0; ; i++) {
        seen.push(i);
        yield* sleep(0);
      }
    }
    function* begin(): Coroutine<{ task: Task }> {
      const task = createTask(ticks());
      yield* sleep(0);
      return { task };
    }
    const { task } = await way.run(begin());
    const before = seen.length;
    await way.run(give(1));
    expect(seen.length).toBeGreaterThan(before);
    expect(task.done()).toBe(false);
    await way.close();
    expect(task.cancelled()).toBe(true);
  });

  it('takes futures, tasks and other awaitables', async () => {
    const way = new Way(sync);
    const loop = way.runner.getLoop();
    const future = loop.createFuture<string>();
    loop.callLater(0.001, () => {
      future.setResult('future');
    });
    expect(await way.run(future)).toBe('future');
    expect(await way.run(loop.createTask(give('task')))).toBe('task');
    const awaitable = {
      *[Symbol.iterator](): Coroutine<string> {
        return yield* give('awaitable');
      },
    };
    expect(await way.run(awaitable)).toBe('awaitable');
    await way.close();
  });

  it('refuses what cannot be awaited', async () => {
    const way = new Way(sync);
    await expect(way.run(123 as never)).rejects.toStrictEqual(
      new TypeError('An asyncio.Future, a coroutine or an awaitable is required'),
    );
    await way.close();
  });

  it('runs all in one context, in which variables keep their values', async () => {
    const variable = new ContextVar<number>('variable', { default: -1 });
    function* swap(value: number): Coroutine<number> {
      const old = variable.get();
      yield* sleep(0);
      variable.set(value);
      return old;
    }
    const way = new Way(sync);
    expect(await way.run(swap(1))).toBe(-1);
    expect(await way.run(swap(2))).toBe(1);

    function* context(): Coroutine<unknown> {
      return copyContext().get(variable);
    }
    expect(await way.run(context())).toBe(2);
    expect(variable.get()).toBe(-1);
    await way.close();
  });

  it('runs one coroutine in another context, if it is given one', async () => {
    const variable = new ContextVar<string>('variable', { default: 'none' });
    const context = copyContext();
    context.run(() => variable.set('given'));
    function* look(): Coroutine<string> {
      yield* sleep(0);
      const value = variable.get();
      variable.set('changed');
      return value;
    }
    const way = new Way(sync);
    expect(await way.run(look(), { context })).toBe('given');
    expect(await way.run(look(), { context: null })).toBe('none');
    expect(await way.run(look(), { context })).toBe('changed');
    const refused = give(1);
    await expect(way.run(refused, { context: {} as never })).rejects.toThrow(
      'a contextvars.Context was expected, got',
    );
    expect(refused.next()).toEqual({ done: true, value: undefined });
    await way.close();
  });

  it('takes the values that variables have when it makes its loop', async () => {
    const variable = new ContextVar<string>('variable', { default: 'none' });

    function* look(): Coroutine<string> {
      return variable.get();
    }
    const way = new Way(sync);
    copyContext().run(() => {
      variable.set('when made');
      way.runner.getLoop();
      variable.set('later');
    });
    expect(await way.run(look())).toBe('when made');
    await way.close();
  });

  it('cannot run while it runs, and closes the coroutine', async () => {
    const way = new Way(sync);
    const refused = give(1);
    function* main(): Coroutine<unknown> {
      const error = thrown(() => way.runner.runSync(refused));
      yield* sleep(0);
      return error;
    }
    expect(await way.run(main())).toStrictEqual(
      new RuntimeError('Runner.run() cannot be called from a running event loop'),
    );
    expect(refused.next()).toEqual({ done: true, value: undefined });
    await way.close();
  });

  it('is closed once, and then no use', async () => {
    const way = new Way(sync);
    const loop = way.runner.getLoop();
    await way.close();
    await way.close();
    expect(loop.isClosed()).toBe(true);
    expect(thrown(() => way.runner.getLoop())).toStrictEqual(new RuntimeError('Runner is closed'));
    expect(thrown(() => way.runner.enter())).toStrictEqual(new RuntimeError('Runner is closed'));
    const refused = give(1);
    await expect(way.run(refused)).rejects.toStrictEqual(new RuntimeError('Runner is closed'));
    expect(refused.next()).toEqual({ done: true, value: undefined });
  });

  it('can be closed before it made a loop', async () => {
    const made = vi.fn(() => new VirtualEventLoop());
    const way = new Way(sync, { loopFactory: made });
    await way.close();
    expect(made).not.toHaveBeenCalled();
  });

  it('turns debug mode on or off', async () => {
    for (const debug of [true, false]) {
      const way = new Way(sync, { debug });
      expect(way.runner.getLoop().getDebug()).toBe(debug);
      await way.close();
    }
    const way = new Way(sync);
    expect(way.runner.getLoop().getDebug()).toBe(false);
    await way.close();
  });

  it('makes its loop by the function given, once', async () => {
    const loop = new VirtualEventLoop();
    const made = vi.fn(() => loop);
    const way = new Way(sync, { loopFactory: made });
    expect(way.runner.getLoop()).toBe(loop);
    await way.run(sleep(1000));
    expect(loop.time()).toBeCloseTo(1000);
    await way.close();
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('chooses its loop when it makes it, and takes the choice back when it is closed', async () => {
    const way = new Way(sync);
    expect(thrown(() => getEventLoop())).toBeInstanceOf(RuntimeError);
    const loop = way.runner.getLoop();
    expect(getEventLoop()).toBe(loop);
    await way.run(give(1));
    // Chosen once: what the program chooses meanwhile stays.
    const other = new VirtualEventLoop();
    setEventLoop(other);
    await way.run(give(1));
    expect(getEventLoop()).toBe(other);
    await way.close();
    other.close();
  });

  it('does not look at the result of main', async () => {
    class Secret {
      toString(): string {
        throw new Error('not for you');
      }
    }
    const secret = new Secret();
    const way = new Way(sync);
    expect(await way.run(give(secret))).toBe(secret);
    await way.close();
  });

  it('passes the error of main on, and can be used again', async () => {
    const way = new Way(sync);
    const error = new ValueError('spam');
    function* fails(): Coroutine {
      yield* sleep(0);
      throw error;
    }
    await expect(way.run(fails())).rejects.toBe(error);
    expect(await way.run(give(1))).toBe(1);
    await way.close();
  });

  it('closes its loop even if the cleaning up fails', async () => {
    const loop = new EventLoop();
    const error = new ValueError('no shutdown');
    loop.shutdownAsyncgens = () => {
      throw error;
    };
    const way = new Way(sync, { loopFactory: () => loop });
    way.runner.getLoop();
    await expect(way.close()).rejects.toBe(error);
    expect(loop.isClosed()).toBe(true);
  });
});

describe('a Runner', () => {
  it('is closed at the end of an `await using`, of a `using`, and by exit', async () => {
    const loops: EventLoop[] = [];
    {
      await using runner = new Runner();
      loops.push(runner.getLoop());
      expect(await runner.run(give(1))).toBe(1);
    }
    {
      using runner = new Runner();
      loops.push(runner.getLoop());
      expect(runner.runSync(give(1))).toBe(1);
    }
    const runner = new Runner().enter();
    loops.push(runner.getLoop());
    await runner.exit(new ValueError('in the block'));
    expect(loops.map((loop) => loop.isClosed())).toEqual([true, true, true]);
  });

  it('cannot run a second coroutine while a first is under way', async () => {
    const runner = new Runner();
    const first = runner.run(sleep(0.01, 'first'));
    const refused = give('second');
    await expect(runner.run(refused)).rejects.toStrictEqual(
      new RuntimeError('Runner.run() cannot be called while its event loop is running'),
    );
    expect(refused.next()).toEqual({ done: true, value: undefined });
    expect(await first).toBe('first');
    await runner.close();
  });

  it('does not take the place of the chosen loop while another loop is under way', async () => {
    const first = new Runner();
    const running = first.run(
      (function* (): Coroutine<boolean> {
        yield* sleep(0.02);
        return getEventLoop() === getRunningLoop();
      })(),
    );
    const second = new Runner();
    const loop = second.getLoop();
    expect(await second.run(give(1))).toBe(1);
    expect(getEventLoop()).toBe(first.getLoop());
    await second.close();
    expect(loop.isClosed()).toBe(true);
    expect(getEventLoop()).toBe(first.getLoop());
    expect(await running).toBe(true);
    await first.close();
  });

  it('runs the main coroutine as a task, which is the current one', async () => {
    const runner = new Runner();
    function* main(): Coroutine<unknown> {
      return yield* thrownBy(runner.getLoop().createTask(sleep(NaN)));
    }
    expect(await runner.run(main())).toStrictEqual(new ValueError('Invalid delay: NaN (not a number)'));
    await runner.close();
  });
});

import { describe, expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import {
  asyncFor,
  asyncGenerator,
  asyncWith,
  BREAK,
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  type ExceptionContext,
  GeneratorExit,
  runSync,
  RuntimeError,
  sleep,
  StopAsyncIteration,
  timeout,
  TimeoutError,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { runChild } from '../helpers/child.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Counts, a second each, and notes how it ends. */
const counting = (trace: string[] = [], end = Infinity) =>
  asyncGenerator<number>(function* counting(emit) {
    try {
      for (let n = 0; n < end; n++) {
        yield* sleep(1);
        yield* emit(n);
      }
      trace.push('end');
    } catch (e) {
      trace.push((e as Error).name);
      throw e;
    } finally {
      trace.push('cleaned up');
    }
  });

describe('asyncGenerator', () => {
  it('gives values between waits, and then StopAsyncIteration for ever', () => {
    virtually(function* (loop) {
      const trace: string[] = [];
      const generator = counting(trace, 2);
      expect(trace).toEqual([]);
      expect(yield* generator.anext()).toBe(0);
      expect(loop.time()).toBe(1);
      expect(yield* generator.anext()).toBe(1);
      expect(loop.time()).toBe(2);
      for (let i = 0; i < 2; i++) {
        const error = yield* thrownBy(generator.anext());
        expect(error).toStrictEqual(new StopAsyncIteration());
      }
      expect(trace).toEqual(['end', 'cleaned up']);
      expect(loop.time()).toBe(2);
    });
  });

  it('runs nothing of the body before the first value is asked for', () => {
    let started = false;
    const generator = asyncGenerator<number>(function* () {
      started = true;
      yield* sleep(0);
    });
    expect(started).toBe(false);
    expect(generator.aiter()).toBe(generator);
    expect(String(generator)).toBe('<async_generator object <anonymous>>');
    expect(started).toBe(false);
    virtually(function* () {
      yield* thrownBy(generator.anext());
      expect(started).toBe(true);
    });
  });

  it('names its body in its text', () => {
    expect(String(counting())).toBe('<async_generator object counting>');
  });

  it('passes an error of the body on, and has ended', () => {
    virtually(function* () {
      const error = new ValueError('no');
      const generator = asyncGenerator<number>(function* (emit) {
        yield* emit(1);
        throw error;
      });
      expect(yield* generator.anext()).toBe(1);
      expect(yield* thrownBy(generator.anext())).toBe(error);
      expect(yield* thrownBy(generator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });

  it('throws errors of waits into the body', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<number>();
      const generator = asyncGenerator<string>(function* (emit) {
        const error = yield* thrownBy(future);
        yield* emit((error as Error).message);
      });
      loop.callLater(1, () => {
        future.setException(new ValueError('later'));
      });
      expect(yield* generator.anext()).toBe('later');
      yield* generator.aclose();
    });
  });

  it('can emit from coroutines that the body awaits', () => {
    virtually(function* () {
      const generator = asyncGenerator<number>(function* (emit) {
        function* twice(n: number): Coroutine {
          yield* emit(n);
          yield* sleep(1);
          yield* emit(n);
        }
        yield* twice(1);
        yield* asyncWith(timeout(10), () => twice(2));
      });
      const seen: number[] = [];
      yield* asyncFor(generator, function* (n) {
        yield* sleep(0);
        seen.push(n);
      });
      expect(seen).toEqual([1, 1, 2, 2]);
    });
  });

  it('can iterate over another one, and emit to its own consumer', () => {
    virtually(function* () {
      const doubled = asyncGenerator<number>(function* (emit) {
        yield* asyncFor(counting([], 3), function* (n) {
          yield* emit(2 * n);
        });
      });
      const seen: number[] = [];
      yield* asyncFor(doubled, function* (n) {
        yield* sleep(0);
        seen.push(n);
      });
      expect(seen).toEqual([0, 2, 4]);
    });
  });

  it('calls the body with the `this` that it is given', () => {
    virtually(function* () {
      class Doubler {
        factor = 2;

        values(): ReturnType<typeof asyncGenerator<number>> {
          return asyncGenerator<number, undefined, this>(function* (emit) {
            yield* emit(this.factor);
          }, this);
        }
      }
      const generator = new Doubler().values();
      expect(yield* generator.anext()).toBe(2);
      yield* generator.aclose();
    });
  });

  it('refuses a body that is no generator function', () => {
    expect(() => asyncGenerator(42 as never)).toThrow(
      'asyncGenerator(): body must be a generator function, got 42',
    );
    expect(() => asyncGenerator((() => 42) as never)).toThrow(
      'asyncGenerator(): body must be a generator function (function*); it returned 42',
    );
  });

  it('is cancelled where its body waits', () => {
    virtually(function* () {
      const trace: string[] = [];
      const generator = counting(trace);
      const task = createTask(generator.anext());
      yield* sleep(0.5);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(trace).toEqual(['CancelledError', 'cleaned up']);
      expect(yield* thrownBy(generator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });

  it('can end by a timeout of its consumer, and a new one be begun', () => {
    virtually(function* () {
      const generator = counting();
      expect(yield* thrownBy(asyncWith(timeout(0.5), () => generator.anext()))).toBeInstanceOf(TimeoutError);
      expect(yield* thrownBy(generator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });

  it('turns a StopAsyncIteration of the body into a RuntimeError', () => {
    virtually(function* () {
      const stop = new StopAsyncIteration();

      const generator = asyncGenerator<number>(function* () {
        throw stop;
      });
      const error = yield* thrownBy(generator.anext());
      expect(error).toStrictEqual(
        new RuntimeError('async generator raised StopAsyncIteration', { cause: stop }),
      );
      expect((error as Error).cause).toBe(stop);
    });
  });

  it.each(['anext', 'asend', 'athrow', 'aclose'] as const)(
    'cannot be asked by %s while it is being asked',
    (method) => {
      virtually(function* () {
        const generator = counting();
        const first = createTask(generator.anext());
        yield* turns();
        const second =
          method === 'athrow'
            ? generator.athrow(new Error())
            : method === 'asend'
              ? generator.asend(undefined)
              : generator[method]();
        expect(yield* thrownBy(second)).toStrictEqual(
          new RuntimeError(
            `${method === 'asend' ? 'anext' : method}(): asynchronous generator is already running`,
          ),
        );
        expect(yield* first).toBe(0);
        yield* generator.aclose();
      });
    },
  );
});

describe('asend', () => {
  it('makes emit return the value in the body', () => {
    virtually(function* () {
      const seen: unknown[] = [];
      const echo = asyncGenerator<string, string>(function* (emit) {
        for (let i = 0; ; i++) {
          seen.push(yield* emit(`answer ${i}`));
          yield* sleep(1);
        }
      });
      expect(yield* echo.anext()).toBe('answer 0');
      expect(yield* echo.asend('one')).toBe('answer 1');
      expect(yield* echo.asend('two')).toBe('answer 2');
      expect(yield* echo.anext()).toBe('answer 3');
      expect(seen).toEqual(['one', 'two', undefined]);
      yield* echo.aclose();
    });
  });

  it('cannot send a value before the body has begun, but null', () => {
    virtually(function* () {
      const echo = asyncGenerator<unknown, string | null>(function* (emit) {
        yield* emit(1);
      });
      expect(yield* thrownBy(echo.asend('too early'))).toStrictEqual(
        new TypeError("can't send non-None value to a just-started async generator"),
      );
      expect(yield* echo.asend(null)).toBe(1);
      expect(yield* thrownBy(echo.asend('end'))).toBeInstanceOf(StopAsyncIteration);
    });
  });
});

describe('athrow', () => {
  it('throws in the body where it emits, and gives the next value', () => {
    virtually(function* () {
      const seen: unknown[] = [];
      const generator = asyncGenerator<number>(function* (emit) {
        for (let n = 0; ; n++) {
          try {
            yield* emit(n);
          } catch (e) {
            seen.push(e);
            yield* sleep(1);
          }
        }
      });
      const error = new ValueError('thrown in');
      expect(yield* generator.anext()).toBe(0);
      expect(yield* generator.athrow(error)).toBe(1);
      expect(seen).toEqual([error]);
      yield* thrownBy(generator.aclose());
    });
  });

  it('passes the error on if the body does not catch it', () => {
    virtually(function* () {
      const trace: string[] = [];
      const generator = counting(trace);
      const error = new ValueError('thrown in');
      yield* generator.anext();
      expect(yield* thrownBy(generator.athrow(error))).toBe(error);
      expect(trace).toEqual(['ValueError', 'cleaned up']);
      expect(yield* thrownBy(generator.athrow(error))).toBe(error);
    });
  });

  it('ends one that has not begun', () => {
    virtually(function* () {
      const trace: string[] = [];
      const generator = counting(trace);
      const error = new ValueError('thrown in');
      expect(yield* thrownBy(generator.athrow(error))).toBe(error);
      expect(trace).toEqual([]);
      expect(yield* thrownBy(generator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });
});

describe('aclose', () => {
  it('throws a GeneratorExit in the body, lets it clean up, and is no error', () => {
    virtually(function* (loop) {
      const trace: string[] = [];
      const generator = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } catch (e) {
          trace.push((e as Error).name);
          throw e;
        } finally {
          yield* sleep(5);
          trace.push('cleaned up');
        }
      });
      yield* generator.anext();
      yield* generator.aclose();
      expect(trace).toEqual(['GeneratorExit', 'cleaned up']);
      expect(loop.time()).toBe(5);
      yield* generator.aclose();
      expect(yield* thrownBy(generator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });

  it('is no error if the body returns because of it', () => {
    virtually(function* () {
      const generator = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } catch (e) {
          expect(e).toBeInstanceOf(GeneratorExit);
        }
      });
      yield* generator.anext();
      yield* generator.aclose();
    });
  });

  it('ends one that has not begun, without running any of it', () => {
    virtually(function* () {
      const trace: string[] = [];
      const generator = counting(trace);
      yield* generator.aclose();
      expect(trace).toEqual([]);
      expect(yield* thrownBy(generator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });

  it('passes an error of the cleaning up on', () => {
    virtually(function* () {
      const error = new ValueError('in the cleaning up');
      const generator = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- the case
          throw error;
        }
      });
      yield* generator.anext();
      expect(yield* thrownBy(generator.aclose())).toBe(error);
    });
  });

  it('is a RuntimeError if the body emits again', () => {
    virtually(function* () {
      const generator = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } finally {
          yield* emit(2);
        }
      });
      yield* generator.anext();
      expect(yield* thrownBy(generator.aclose())).toStrictEqual(
        new RuntimeError('async generator ignored GeneratorExit'),
      );
      yield* generator.aclose();
    });
  });
});

describe('shutdownAsyncgens', () => {
  it('closes all that were begun and not ended, together', () => {
    const trace: string[] = [];
    virtually(function* (loop) {
      const slow = (name: string) =>
        asyncGenerator<number>(function* (emit) {
          try {
            yield* emit(1);
          } finally {
            yield* sleep(5);
            trace.push(`${name} at ${loop.time()}`);
          }
        });
      const [one, other, ended, unbegun] = [slow('one'), slow('other'), counting([], 0), counting(trace)];
      yield* one.anext();
      yield* other.anext();
      yield* thrownBy(ended.anext());
      yield* loop.shutdownAsyncgens();
      expect(trace).toEqual(['one at 5', 'other at 5']);
      expect(yield* thrownBy(one.anext())).toBeInstanceOf(StopAsyncIteration);
      // Nothing is left for a second call.
      yield* loop.shutdownAsyncgens();
      expect(loop.time()).toBe(5);
      expect(String(unbegun)).toContain('counting');
    });
  });

  it('reports the errors of those that fail, and closes the others', () => {
    const trace: string[] = [];
    const reports: ExceptionContext[] = [];
    const error = new ValueError('in the cleaning up');
    virtually(
      function* (loop) {
        const failing = asyncGenerator<number>(function* failing(emit) {
          try {
            yield* emit(1);
          } finally {
            // eslint-disable-next-line no-unsafe-finally -- the case
            throw error;
          }
        });
        const other = counting(trace);
        yield* failing.anext();
        yield* other.anext();
        yield* loop.shutdownAsyncgens();
      },
      { reports },
    );
    expect(trace).toEqual(['GeneratorExit', 'cleaned up']);
    expect(reports).toHaveLength(1);
    expect(reports[0]!.message).toBe(
      'an error occurred during closing of asynchronous generator <async_generator object failing>',
    );
    expect(reports[0]!.exception).toBe(error);
    expect(String(reports[0]!.asyncgen)).toBe('<async_generator object failing>');
  });

  it('warns of one that is begun afterwards', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    virtually(function* (loop) {
      yield* loop.shutdownAsyncgens();
      const late = counting();
      yield* late.anext();
      yield* late.aclose();
    });
    const warning = await warned;
    expect(warning.name).toBe('ResourceWarning');
    expect(warning.message).toBe(
      'asynchronous generator <async_generator object counting> was scheduled after loop.shutdown_asyncgens() call',
    );
  });

  it('is what run does before it closes the loop', () => {
    const trace: string[] = [];
    function* main(): Coroutine<number> {
      const generator = counting(trace);
      let last = 0;
      yield* asyncFor(generator, function* (n) {
        yield* sleep(0);
        last = n;
        return n === 2 ? BREAK : undefined;
      });
      expect(trace).toEqual([]);
      return last;
    }
    expect(runSync(main(), { loopFactory: () => new VirtualEventLoop() })).toBe(2);
    expect(trace).toEqual(['GeneratorExit', 'cleaned up']);
  });
});

describe('an asynchronous generator that nobody holds any more', () => {
  async function collectUntil(done: () => boolean): Promise<void> {
    for (let i = 0; i < 40 && !done(); i++) {
      gc!();
      await pause(5);
    }
  }

  it('is closed, by a task of its own, in the loop that began it', async () => {
    const loop = new EventLoop();
    const trace: string[] = [];
    const running = loop.runForever();
    await loop.createTask(begin());
    await collectUntil(() => trace.length > 0);
    expect(trace).toEqual(['GeneratorExit', 'cleaned up after a wait']);
    loop.stop();
    await running;
    loop.close();

    function* begin(): Coroutine {
      const generator = asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } catch (e) {
          trace.push((e as Error).name);
          throw e;
        } finally {
          yield* sleep(0);
          trace.push('cleaned up after a wait');
        }
      });
      yield* generator.anext();
    }
  });

  it('is left alone if it has ended, or its loop is closed', async () => {
    const collected: string[] = [];
    const registry = new FinalizationRegistry((name: string) => collected.push(name));
    const trace: string[] = [];
    const loop = new VirtualEventLoop();
    loop.runUntilCompleteSync(begin());
    loop.close();
    await collectUntil(() => collected.length === 2);
    await pause(5);
    expect(collected.sort()).toEqual(['begun', 'ended']);
    expect(trace).toEqual(['GeneratorExit', 'cleaned up']);

    function* begin(): Coroutine {
      const ended = counting(trace);
      yield* ended.anext();
      yield* ended.aclose();
      registry.register(ended, 'ended');
      const begun = counting([]);
      yield* begun.anext();
      registry.register(begun, 'begun');
    }
  });

  it('needs no loop as long as nothing waits', () => {
    const generator = asyncGenerator<number>(function* (emit) {
      yield* emit(1);
      yield* emit(2);
    });
    expect(generator.anext().next()).toEqual({ done: true, value: 1 });
    expect(generator.anext().next()).toEqual({ done: true, value: 2 });
    expect(thrown(() => generator.anext().next())).toBeInstanceOf(StopAsyncIteration);
  });

  it('is closed in a program that goes on', async () => {
    const { stdout, stderr, code } = await runChild(
      `
      import { asyncGenerator, run, sleep, type Coroutine } from 'tsyncio';

      function* begin(): Coroutine {
        const generator = asyncGenerator<number>(function* (emit) {
          try {
            yield* emit(1);
          } finally {
            yield* sleep(0.001);
            console.log('closed');
          }
        });
        yield* generator.anext();
      }

      function* main(): Coroutine {
        yield* begin();
        for (let i = 0; i < 20; i++) {
          (globalThis as any).gc();
          yield* sleep(0.005);
        }
        console.log('end');
      }

      await run(main());
      `,
      { nodeArgs: ['--expose-gc'] },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('closed\nend\n');
    expect(code).toBe(0);
  });
});

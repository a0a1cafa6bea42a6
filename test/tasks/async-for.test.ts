import { describe, expect, it } from 'vitest';
import { Readable } from 'node:stream';
import { setImmediate as hostTurn } from 'node:timers/promises';
import {
  aiter,
  anext,
  asyncFor,
  asyncGenerator,
  type AsyncIteratorLike,
  BREAK,
  CancelledError,
  type Coroutine,
  createTask,
  getRunningLoop,
  run,
  sleep,
  StopAsyncIteration,
  ValueError,
} from '../../src/index.js';
import { thrown, thrownBy, virtually } from '../helpers/virtual.js';

/** Counts up to `end`, a second each. */
class Counter {
  asked = 0;
  private _next = 0;
  private readonly _end: number;

  constructor(end: number) {
    this._end = end;
  }

  aiter(): this {
    return this;
  }

  *anext(): Coroutine<number> {
    this.asked++;
    yield* sleep(1);
    if (this._next >= this._end) throw new StopAsyncIteration();
    return this._next++;
  }
}

/** JavaScript's own kind, which notes how it ends. */
async function* foreign(trace: string[], error?: Error): AsyncGenerator<number> {
  try {
    for (let i = 0; i < 3; i++) {
      await hostTurn();
      yield i;
    }
    if (error !== undefined) throw error;
  } finally {
    await hostTurn();
    trace.push('closed');
  }
}

describe('aiter and anext', () => {
  it('give one item after the other, and then StopAsyncIteration', () => {
    virtually(function* (loop) {
      const counter = new Counter(2);
      const it = aiter(counter);
      expect(it).toBe(counter);
      expect(yield* anext(it)).toBe(0);
      expect(yield* anext(it)).toBe(1);
      expect(yield* thrownBy(anext(it))).toBeInstanceOf(StopAsyncIteration);
      expect(loop.time()).toBe(3);
    });
  });

  it('give the default in place of StopAsyncIteration, also undefined', () => {
    virtually(function* () {
      const it = aiter(new Counter(1));
      expect(yield* anext(it, 'none')).toBe(0);
      expect(yield* anext(it, 'none')).toBe('none');
      expect(yield* anext(it, undefined)).toBe(undefined);
    });
  });

  it('pass on any other error in spite of a default', () => {
    virtually(function* () {
      const error = new ValueError('no');
      const broken: AsyncIteratorLike<number> = {
        *anext() {
          throw error;
        },
      };
      expect(yield* thrownBy(anext(broken, 'none'))).toBe(error);
    });
  });

  it('iterate over what JavaScript iterates with `for await`', async () => {
    function* main(): Coroutine<unknown[]> {
      const it = aiter(foreign([]));
      const items: unknown[] = [];
      for (let n = yield* anext(it, null); n !== null; n = yield* anext(it, null)) items.push(n);
      return items;
    }
    expect(await run(main())).toEqual([0, 1, 2]);
  });

  it('refuse what cannot be iterated so', () => {
    for (const wrong of [42, null, undefined, {}, [1, 2]]) {
      expect(thrown(() => aiter(wrong as never))).toBeInstanceOf(TypeError);
      expect(thrown(() => anext(wrong as never))).toBeInstanceOf(TypeError);
    }
    expect(() => aiter(42 as never)).toThrow(
      '42 is not an async iterable: it has neither aiter() nor [Symbol.asyncIterator]()',
    );
    expect(() => anext(42 as never)).toThrow('42 is not an async iterator: it has no anext()');
  });
});

describe('asyncFor', () => {
  it('runs the body for each item, one after the other', () => {
    virtually(function* (loop) {
      const trace: string[] = [];
      const counter = new Counter(3);
      yield* asyncFor(counter, function* (n) {
        trace.push(`${n} at ${loop.time()}`);
        yield* sleep(1);
      });
      expect(trace).toEqual(['0 at 1', '1 at 3', '2 at 5']);
      expect(counter.asked).toBe(4);
    });
  });

  it('ends when the body returns BREAK; other values do not matter', () => {
    virtually(function* () {
      const seen: number[] = [];
      const counter = new Counter(10);
      yield* asyncFor(counter, function* (n) {
        yield* sleep(0);
        if (n === 1) return true;
        seen.push(n);
        return n === 3 ? BREAK : undefined;
      });
      expect(seen).toEqual([0, 2, 3]);
      expect(counter.asked).toBe(4);
    });
  });

  it('passes on an error of the body, of the iterator, and a cancellation', () => {
    virtually(function* () {
      const error = new ValueError('no');
      const counter = new Counter(3);
      expect(
        yield* thrownBy(
          asyncFor(counter, function* () {
            throw error;
          }),
        ),
      ).toBe(error);
      expect(counter.asked).toBe(1);
      const broken = {
        aiter: () => ({
          *anext(): Coroutine<number> {
            yield* sleep(0);
            throw error;
          },
        }),
      };
      expect(yield* thrownBy(asyncFor(broken, () => sleep(0)))).toBe(error);
      const task = createTask(asyncFor(new Counter(100), () => sleep(1)));
      yield* sleep(5);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
    });
  });

  it('does not take a StopAsyncIteration of the body for the end', () => {
    virtually(function* () {
      const error = new StopAsyncIteration('of the body');
      expect(
        yield* thrownBy(
          asyncFor(new Counter(3), function* () {
            throw error;
          }),
        ),
      ).toBe(error);
    });
  });

  it('does not close an asynchronous generator of ours that it leaves early: it can be gone on with', () => {
    virtually(function* () {
      const counting = asyncGenerator<number>(function* (emit) {
        for (let n = 0; ; n++) yield* emit(n);
      });
      for (const last of [1, 3]) {
        yield* asyncFor(counting, function* (n) {
          yield* sleep(0);
          return n === last ? BREAK : undefined;
        });
      }
      expect(yield* counting.anext()).toBe(4);
      yield* counting.aclose();
    });
  });

  it('calls the body with the `this` that it is given', () => {
    virtually(function* () {
      class Sum {
        sum = 0;

        *add(upTo: number): Coroutine<number> {
          yield* asyncFor(
            new Counter(upTo),
            function* (n) {
              yield* sleep(0);
              this.sum += n;
            },
            this,
          );
          return this.sum;
        }
      }
      expect(yield* new Sum().add(4)).toBe(6);
    });
  });

  it('iterates over an asynchronous generator of JavaScript’s, to its end', async () => {
    const trace: string[] = [];
    const seen: number[] = [];
    await run(
      asyncFor(foreign(trace), function* (n) {
        yield* sleep(0);
        seen.push(n);
      }),
    );
    expect(seen).toEqual([0, 1, 2]);
    expect(trace).toEqual(['closed']);
  });

  it.each([
    [
      'BREAK',
      function* (): Coroutine<unknown> {
        yield* sleep(0);
        return BREAK;
      },
      null,
    ],
    [
      'an error',
      function* (): Coroutine<unknown> {
        yield* sleep(0);
        throw new ValueError('of the body');
      },
      new ValueError('of the body'),
    ],
  ])('closes one of JavaScript’s that it leaves by %s, and waits for that', async (_, body, error) => {
    const trace: string[] = [];
    const running = run(asyncFor(foreign(trace), body));
    if (error === null) await running;
    else await expect(running).rejects.toStrictEqual(error);
    expect(trace).toEqual(['closed']);
  });

  it('closes one of JavaScript’s when it is cancelled in the body', async () => {
    const trace: string[] = [];
    function* main(): Coroutine<unknown> {
      const task = createTask(asyncFor(foreign(trace), () => sleep(10)));
      yield* sleep(0.02);
      task.cancel();
      return (yield* thrownBy(task)) instanceof CancelledError;
    }
    expect(await run(main())).toBe(true);
    expect(trace).toEqual(['closed']);
  });

  it('does not close one of JavaScript’s that failed, and passes its error on', async () => {
    const trace: string[] = [];
    const error = new ValueError('of the generator');
    await expect(run(asyncFor(foreign(trace, error), () => sleep(0)))).rejects.toBe(error);
    expect(trace).toEqual(['closed']);
  });

  it('leaves an iterator alone that has no return()', async () => {
    let count = 0;
    const endless: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value: count++ }) }),
    };
    await run(
      asyncFor(endless, function* (n) {
        yield* sleep(0);
        return n === 2 ? BREAK : undefined;
      }),
    );
    expect(count).toBe(3);
  });

  it('destroys a stream of Node’s that it leaves early', async () => {
    const stream = Readable.from(['a', 'b', 'c']);
    await run(
      asyncFor(stream as AsyncIterable<string>, function* (text) {
        yield* sleep(0);
        expect(text).toBe('a');
        return BREAK;
      }),
    );
    expect(stream.destroyed).toBe(true);
  });

  it('refuses what cannot be iterated, and a body that is no generator function', () => {
    virtually(function* () {
      expect(yield* thrownBy(asyncFor([1, 2] as never, () => sleep(0)))).toBeInstanceOf(TypeError);
      expect(yield* thrownBy(asyncFor(new Counter(1), 42 as never))).toStrictEqual(
        new TypeError('asyncFor(): body must be a generator function, got 42'),
      );
      expect(yield* thrownBy(asyncFor(new Counter(1), (() => undefined) as never))).toStrictEqual(
        new TypeError('asyncFor(): body must be a generator function (function*); it returned undefined'),
      );
    });
  });
});

describe('A JavaScript iterator that is left while it is asked for an item', () => {
  const never = (): Promise<never> => new Promise(() => undefined);

  /** What reaches the exception handler when asyncFor over `iterable` is cancelled. */
  async function reportsOf(iterable: object): Promise<unknown[]> {
    const reports: unknown[] = [];
    await run(
      (function* (): Coroutine {
        getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context.exception));
        const task = createTask(asyncFor(iterable as AsyncIterable<unknown>, function* () {}));
        yield* sleep(0.01);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        yield* sleep(0.01);
      })(),
    );
    return reports;
  }

  it('has its failure to close reported', async () => {
    const failure = new ValueError('cannot close');
    const iterator = { next: never, return: () => Promise.reject(failure) };
    expect(await reportsOf({ [Symbol.asyncIterator]: () => iterator })).toEqual([failure]);
  });

  it('is not complained of if it is a stream, which is destroyed', async () => {
    let destroyed = 0;
    const iterator = { next: never, return: () => Promise.reject(new ValueError('destroyed')) };
    const stream = { [Symbol.asyncIterator]: () => iterator, destroy: () => destroyed++ };
    expect(await reportsOf(stream)).toEqual([]);
    expect(destroyed).toBe(1);
  });
});

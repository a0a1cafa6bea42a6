import { describe, expect, it } from 'vitest';
import {
  type AsyncContextManager,
  asyncWith,
  BoundedSemaphore,
  CancelledError,
  Condition,
  type Coroutine,
  createTask,
  GeneratorExit,
  Lock,
  Semaphore,
  sleep,
  ValueError,
} from '../../src/index.js';
import { thrown, thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Notes what is done to it; `answer` is what aexit returns or throws. */
class Noting implements AsyncContextManager<string> {
  readonly trace: unknown[] = [];
  private readonly _answer: unknown;

  constructor(answer?: unknown) {
    this._answer = answer;
  }

  *aenter(): Coroutine<string> {
    yield* sleep(1);
    this.trace.push('entered');
    return 'value';
  }

  *aexit(error: unknown): Coroutine<unknown> {
    yield* sleep(1);
    this.trace.push(error);
    if (this._answer instanceof Error) throw this._answer;
    return this._answer;
  }
}

describe('asyncWith', () => {
  it('enters, runs the body with what entering gave, leaves, and returns what the body returned', () => {
    virtually(function* (loop) {
      const cm = new Noting();
      const result = yield* asyncWith(cm, function* (value) {
        yield* sleep(1);
        cm.trace.push(`body ${value}`);
        return 42;
      });
      expect(result).toBe(42);
      expect(cm.trace).toEqual(['entered', 'body value', null]);
      expect(loop.time()).toBe(3);
    });
  });

  it('leaves with the error that the body throws, and throws it on', () => {
    virtually(function* () {
      const error = new ValueError('in the body');
      for (const answer of [undefined, false, null, 0]) {
        const cm = new Noting(answer);
        expect(
          yield* thrownBy(
            asyncWith(cm, function* () {
              throw error;
            }),
          ),
        ).toBe(error);
        expect(cm.trace).toEqual(['entered', error]);
      }
    });
  });

  it('drops the error and returns undefined if leaving says true', () => {
    virtually(function* () {
      const result = yield* asyncWith(
        new Noting(true),

        function* (): Coroutine<number> {
          throw new ValueError('dropped');
        },
      );
      expect(result).toBe(undefined);
    });
  });

  it('throws what leaving throws, in place of the error of the body', () => {
    virtually(function* () {
      const atExit = new ValueError('at exit');
      const body = new ValueError('in the body');
      expect(
        yield* thrownBy(
          asyncWith(new Noting(atExit), function* () {
            throw body;
          }),
        ),
      ).toBe(atExit);
      const cm = new Noting(atExit);
      expect(
        yield* thrownBy(
          asyncWith(cm, function* () {
            // ends well
          }),
        ),
      ).toBe(atExit);
      // It is left once only.
      expect(cm.trace).toEqual(['entered', null]);
    });
  });

  it('does not leave what it could not enter', () => {
    virtually(function* () {
      const error = new ValueError('at entry');
      let touched = false;
      const cm = {
        *aenter(): Coroutine {
          throw error;
        },
        *aexit(): Coroutine {
          touched = true;
          yield* sleep(0);
        },
      };
      expect(
        yield* thrownBy(
          asyncWith(cm, function* () {
            touched = true;
          }),
        ),
      ).toBe(error);
      expect(touched).toBe(false);
    });
  });

  it('leaves when the body is cancelled', () => {
    virtually(function* () {
      const cm = new Noting();
      const task = createTask(
        asyncWith(cm, function* () {
          yield* sleep(10);
        }),
      );
      yield* sleep(2);
      task.cancel('enough');
      const error = yield* thrownBy(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect(cm.trace).toEqual(['entered', error]);
    });
  });

  it('leaves with a GeneratorExit when the coroutine is closed', () => {
    const trace: unknown[] = [];
    const cm = {
      *aenter(): Coroutine {
        trace.push('entered');
      },

      *aexit(error: unknown): Coroutine {
        trace.push(error);
      },
    };
    const coro = asyncWith(cm, function* () {
      yield;
      trace.push('not reached');
    });
    coro.next();
    coro.return(undefined);
    expect(trace).toHaveLength(2);
    expect(trace[1]).toBeInstanceOf(GeneratorExit);
  });

  it('calls the body with the `this` that it is given', () => {
    virtually(function* () {
      class Counter {
        count = 1;

        *add(): Coroutine<number> {
          return yield* asyncWith(
            new Noting(),
            function* (value) {
              yield* sleep(0);
              return this.count + value.length;
            },
            this,
          );
        }
      }
      expect(yield* new Counter().add()).toBe(6);
    });
  });

  it.each([
    ['a lock', () => new Lock()],
    ['a condition', () => new Condition()],
    ['a semaphore', () => new Semaphore()],
    ['a bounded semaphore', () => new BoundedSemaphore()],
  ])('holds %s during the body, and no longer', (_, make) => {
    virtually(function* () {
      const primitive = make();
      yield* asyncWith(primitive, function* (value) {
        expect(value ?? null).toBe(null);
        expect(primitive.locked()).toBe(true);
        yield* turns();
      });
      expect(primitive.locked()).toBe(false);
      yield* thrownBy(
        asyncWith(primitive, function* () {
          throw new ValueError('inside');
        }),
      );
      expect(primitive.locked()).toBe(false);
    });
  });

  it('refuses what is no asynchronous context manager, before anything else is done', () => {
    for (const wrong of [
      null,
      undefined,
      42,
      {},
      { *aenter() {} },
      { *aexit() {} },
      { enter() {}, exit() {} },
    ]) {
      expect(
        thrown(() =>
          asyncWith(wrong as never, function* () {
            // not reached
          }).next(),
        ),
      ).toBeInstanceOf(TypeError);
    }
    expect(() =>
      asyncWith(7 as never, function* () {
        // not reached
      }).next(),
    ).toThrow('asyncWith(): 7 does not support the asynchronous context manager protocol (aenter and aexit)');
  });

  it('refuses a body that is no generator function', () => {
    virtually(function* () {
      const cm = new Noting();
      expect(yield* thrownBy(asyncWith(cm, 42 as never))).toStrictEqual(
        new TypeError('asyncWith(): body must be a generator function, got 42'),
      );
      expect(cm.trace).toEqual([]);
      const error = yield* thrownBy(asyncWith(cm, (() => 42) as never));
      expect(error).toStrictEqual(
        new TypeError('asyncWith(): body must be a generator function (function*); it returned 42'),
      );
      expect(cm.trace).toEqual(['entered', error]);
    });
  });
});

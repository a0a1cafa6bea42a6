import { describe, expect, it } from 'vitest';
import {
  type Awaitable,
  CancelledError,
  type Coroutine,
  createTask,
  ensureFuture,
  gather,
  iscoroutine,
  RuntimeError,
  shield,
  sleep,
  wait,
  waitFor,
} from '../../src/index.js';
import { thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Python: an object with `__await__`. */
class Delayed<T> implements Awaitable<T> {
  private readonly _value: T;

  constructor(value: T) {
    this._value = value;
  }

  *[Symbol.iterator](): Coroutine<T> {
    yield* sleep(1);
    return this._value;
  }
}

/** A coroutine of another make than a generator: gives up one turn, and returns `value`. */
class ByHand<T> {
  readonly trace: string[] = [];
  private _turns = 1;
  private readonly _value: T;

  constructor(value: T) {
    this._value = value;
  }

  next(): IteratorResult<undefined, T> {
    this.trace.push('next');
    return this._turns-- > 0 ? { done: false, value: undefined } : { done: true, value: this._value };
  }

  throw(error: unknown): never {
    this.trace.push('throw');
    throw error;
  }

  return(value: T): IteratorResult<undefined, T> {
    this.trace.push('return');
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

describe('an object whose iterator is a coroutine', () => {
  it('is awaited by yield*, as often as one likes', () => {
    virtually(function* (loop) {
      const delayed = new Delayed('value');
      expect(yield* delayed).toBe('value');
      expect(yield* delayed).toBe('value');
      expect(loop.time()).toBe(2);
    });
  });

  it('is taken by whatever takes awaitables', () => {
    virtually(function* (loop) {
      expect(yield* ensureFuture(new Delayed(1))).toBe(1);
      expect(yield* gather(new Delayed(1), new Delayed('two'))).toEqual([1, 'two']);
      expect(yield* shield(new Delayed(3))).toBe(3);
      expect(yield* waitFor(new Delayed(4), 2)).toBe(4);
      const [done] = yield* wait([ensureFuture(new Delayed(5))]);
      expect([...done][0]!.result()).toBe(5);
      expect(loop.time()).toBe(5);
    });
  });
});

describe('a coroutine of another make', () => {
  it('is one if it has all methods of a coroutine', () => {
    expect(iscoroutine(new ByHand(1))).toBe(true);
    for (const method of ['next', 'throw', 'return', Symbol.iterator]) {
      expect(iscoroutine(Object.assign(new ByHand(1), { [method]: undefined }))).toBe(false);
    }
    for (const wrong of [null, undefined, 1, 'text', [], new Map().entries(), function* () {}]) {
      expect(iscoroutine(wrong)).toBe(false);
    }
  });

  it('can be a task, and be cancelled', () => {
    virtually(function* () {
      const [one, other] = [new ByHand('done'), new ByHand('never')];
      const task = createTask(one as unknown as Coroutine<string>);
      const cancelled = createTask(other as unknown as Coroutine<string>);
      yield* turns();
      cancelled.cancel();
      expect(yield* task).toBe('done');
      expect(yield* thrownBy(cancelled)).toBeInstanceOf(CancelledError);
      expect(one.trace).toEqual(['next', 'next']);
      expect(other.trace).toEqual(['next', 'throw']);
    });
  });

  it('can be awaited', () => {
    virtually(function* () {
      expect(yield* new ByHand('done') as unknown as Coroutine<string>).toBe('done');
    });
  });
});

describe('a coroutine that a task has', () => {
  it('cannot be awaited by somebody else as well', () => {
    virtually(function* () {
      function* work(): Coroutine<string> {
        return yield* sleep(0.1, 'result');
      }
      for (const coro of [work(), sleep(0.1, 'result')]) {
        const task = createTask(coro);
        for (let i = 0; i < 2; i++) {
          expect(yield* thrownBy(coro)).toStrictEqual(new RuntimeError('coroutine is being awaited already'));
          yield* turns();
        }
        expect(yield* task).toBe('result');
        expect(yield* thrownBy(coro)).toStrictEqual(
          new RuntimeError('cannot reuse already awaited coroutine'),
        );
      }
    });
  });
});

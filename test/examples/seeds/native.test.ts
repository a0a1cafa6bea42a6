import { describe, expect, it } from 'vitest';
import { Future, outer, waiting } from '../../../examples/seeds/native/future.js';
import { close, GeneratorExit, resettable } from '../../../examples/seeds/native/generators.js';
import { Counting, counting, CountingIterator } from '../../../examples/seeds/native/iterators.js';

describe('iterators by hand', () => {
  it('give one value after the other, then no more', () => {
    const iterator = new CountingIterator(2);
    expect([iterator.next(), iterator.next(), iterator.next(), iterator.next()]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  it('are made anew for each loop, and a generator does the same', () => {
    const three = new Counting(3);
    expect([...three]).toEqual([0, 1, 2]);
    expect([...three]).toEqual([0, 1, 2]);
    expect([...counting(3)]).toEqual([0, 1, 2]);
    expect([...new Counting(0)]).toEqual([]);
  });
});

describe('the generator that can be reset', () => {
  it('goes on from the number that is sent', () => {
    const numbers = resettable(9);
    expect([numbers.next().value, numbers.next().value]).toEqual([0, 1]);
    expect(numbers.next(7).value).toBe(7);
    expect([...numbers]).toEqual([7, 8]);
  });

  it('can be sent back, too', () => {
    const numbers = resettable(3);
    numbers.next();
    numbers.next();
    expect(numbers.next(0).value).toBe(0);
    expect([...numbers]).toEqual([0, 1, 2]);
  });

  it('ends by an error that is thrown in, and by return', () => {
    const thrown = resettable(9);
    thrown.next();
    expect(() => thrown.throw(new RangeError('no'))).toThrow(RangeError);
    expect(thrown.next().done).toBe(true);
    const returned = resettable(9);
    returned.next();
    expect(returned.return().done).toBe(true);
  });
});

describe('closing as Python does', () => {
  /** What the generator saw. */
  function watched(onExit: (error: unknown) => void): Generator<number, void, never> {
    return (function* () {
      try {
        yield 1;
      } catch (error) {
        onExit(error);
      }
    })();
  }

  it('throws a GeneratorExit, which may come out or be followed by the end', () => {
    let seen: unknown;
    const quiet = watched((error) => (seen = error));
    quiet.next();
    close(quiet);
    expect(seen).toBeInstanceOf(GeneratorExit);
    const rethrowing = watched((error) => {
      throw error;
    });
    rethrowing.next();
    close(rethrowing);
    expect(rethrowing.next().done).toBe(true);
  });

  it('lets out any other error, and complains of a generator that goes on', () => {
    const failing = watched(() => {
      throw new RangeError('while closing');
    });
    failing.next();
    expect(() => close(failing)).toThrow(RangeError);
    const endless = (function* (): Generator<number, void, never> {
      for (;;) {
        try {
          yield 1;
        } finally {
          continue; // eslint-disable-line no-unsafe-finally -- to refuse is the point
        }
      }
    })();
    endless.next();
    expect(() => close(endless)).toThrow('generator ignored GeneratorExit');
  });
});

describe('the future with an iterator of its own', () => {
  it('comes out at the bottom of the chain while it has no value', () => {
    const future = new Future<string>();
    const coroutine = outer(future);
    // Compared by identity: it can be iterated, and has no end while it is pending.
    expect(coroutine.next().value).toBe(future);
    expect(coroutine.next().value).toBe(future);
    future.done('four');
    expect(coroutine.next()).toEqual({ value: '4 bytes', done: true });
  });

  it('does not suspend when it is done, even by undefined', () => {
    const future = new Future<string>();
    future.done('');
    expect(waiting(future).next()).toEqual({ value: 0, done: true });
    const nothing = new Future<undefined>();
    nothing.done(undefined);
    expect(nothing[Symbol.iterator]().next()).toEqual({ value: undefined, done: true });
  });
});

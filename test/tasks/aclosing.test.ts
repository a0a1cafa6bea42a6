import { describe, expect, it } from 'vitest';
import {
  aclosing,
  asyncFor,
  asyncGenerator,
  asyncWith,
  BREAK,
  runSync,
  type Coroutine,
} from '../../src/index.js';

describe('aclosing', () => {
  function* leave(log: string[], body: (n: number) => unknown): Coroutine {
    const numbers = asyncGenerator<number>(function* (emit) {
      try {
        yield* emit(1);
        yield* emit(2);
      } finally {
        log.push('closed');
      }
    });
    yield* asyncWith(aclosing(numbers), function* (it) {
      expect(it).toBe(numbers);
      yield* asyncFor(it, function* (n) {
        yield;
        log.push(String(n));
        return body(n);
      });
    });
    log.push('after');
  }

  it('closes what the body has left early, before it goes on', () => {
    const log: string[] = [];
    runSync(leave(log, () => BREAK));
    expect(log).toEqual(['1', 'closed', 'after']);
  });

  it('closes what the body has failed with, and lets the error pass', () => {
    const log: string[] = [];
    const main = leave(log, () => {
      throw new Error('stop');
    });
    expect(() => {
      runSync(main);
    }).toThrow('stop');
    expect(log).toEqual(['1', 'closed']);
  });

  it('finds nothing to do where the body came to the end', () => {
    const log: string[] = [];
    runSync(leave(log, () => undefined));
    expect(log).toEqual(['1', '2', 'closed', 'after']);
  });
});

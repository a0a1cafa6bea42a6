import { describe, expect, test } from 'vitest';
import { CancelledError, type Coroutine, eagerTaskFactory, sleep, ValueError } from '../../src/index.js';
import { staggeredRace } from '../../src/transports/staggered.js';
import { thrownBy, virtually } from '../helpers/virtual.js';

describe('a staggered race', () => {
  test('of nobody has no winner', () => {
    virtually(function* (loop): Coroutine {
      expect(yield* staggeredRace([], null, loop)).toEqual([null, null, []]);
    });
  });

  test('of one is won by that one', () => {
    virtually(function* (loop): Coroutine {
      function* runner(): Coroutine<string> {
        return 'me';
      }
      expect(yield* staggeredRace([runner, runner], null, loop)).toEqual(['me', 0, [null]]);
    });
  });

  test('starts the next at once when one fails', () => {
    virtually(function* (loop): Coroutine {
      const runners = [0, 1].map(
        (index) =>
          function* (): Coroutine<number> {
            if (index === 0) throw new ValueError('0');
            return index;
          },
      );
      for (const delay of [null, 1000]) {
        const [winner, index, errors] = yield* staggeredRace(runners, delay, loop);
        expect([winner, index, errors.map(String)]).toEqual([1, 1, ['ValueError: 0', 'null']]);
      }
      expect(loop.time()).toBe(0);
    });
  });

  test('starts the next when the delay is over, and cancels those that have not won', () => {
    virtually(function* (loop): Coroutine {
      const runners = [10, 0.01].map(
        (seconds) =>
          function* (): Coroutine<number> {
            yield* sleep(seconds);
            return seconds;
          },
      );
      const [winner, index, errors] = yield* staggeredRace(runners, 0.1, loop);
      expect([winner, index]).toEqual([0.01, 1]);
      expect(errors[0]).toBeInstanceOf(CancelledError);
      expect(errors[1]).toBeNull();
      expect(loop.time()).toBeCloseTo(0.11);
    });
  });

  test('that nobody wins tells all errors', () => {
    virtually(function* (loop): Coroutine {
      const runners = [0, 1].map(
        (index) =>
          function* (): Coroutine<never> {
            throw new ValueError(String(index));
          },
      );
      const [winner, index, errors] = yield* staggeredRace(runners, null, loop);
      expect([winner, index, errors.map(String)]).toEqual([null, null, ['ValueError: 0', 'ValueError: 1']]);
    });
  });

  test('that two win at once is won by the first', () => {
    virtually(function* (loop): Coroutine {
      const both = loop.createFuture<void>();
      const runners = ['a', 'b'].map(
        (name) =>
          function* (): Coroutine<string> {
            yield* both;
            return name;
          },
      );
      loop.callLater(1, () => both.setResult());
      const [winner, index, errors] = yield* staggeredRace(runners, 0.1, loop);
      expect([winner, index, errors]).toEqual(['a', 0, [null, null]]);
    });
  });

  test('that is cancelled cancels all who run', () => {
    virtually(function* (loop): Coroutine {
      let cancelled = 0;
      function* runner(): Coroutine {
        try {
          yield* sleep(100);
        } catch (error) {
          if (error instanceof CancelledError) cancelled++;
          throw error;
        }
      }
      const task = loop.createTask(staggeredRace([runner, runner], 0.1, loop));
      yield* sleep(1);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(cancelled).toBe(2);
    });
  });

  test.each([
    ['a delay', 1],
    ['no delay', null],
  ])('with eager tasks and %s is won by the first that can', (_name, delay) => {
    virtually(function* (loop): Coroutine {
      loop.setTaskFactory(eagerTaskFactory);
      function* fails(): Coroutine<string> {
        yield* sleep(0);
        throw new ValueError('no');
      }
      function* wins(): Coroutine<string> {
        yield* sleep(0.1);
        return 'won';
      }
      function* late(): Coroutine<string> {
        yield* sleep(5);
        return 'late';
      }
      const [winner, index, errors] = yield* staggeredRace([fails, wins, late], delay, loop);
      expect([winner, index, String(errors[0]), errors[1]]).toEqual(['won', 1, 'ValueError: no', null]);
    });
  });
});

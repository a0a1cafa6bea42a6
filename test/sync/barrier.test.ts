import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  Barrier,
  BrokenBarrierError,
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  RuntimeError,
  ValueError,
  wait,
  waitFor,
} from '../../src/index.js';
import { spawn, thrownBy, turns, virtually } from './support.js';

const N = 5;

/** The text of an empty barrier for N. */
const EMPTY = `<Barrier [filling, waiters:0/${N}]>`;

/** Wait at `barrier`, and tell whether that went well. */
function* passes(barrier: Barrier): Coroutine<boolean> {
  try {
    yield* barrier.wait();
    return true;
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error;
    return false;
  }
}

describe('Barrier', () => {
  it('cannot be awaited itself', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const mistaken = function* (): Coroutine {
        yield* barrier as unknown as Coroutine;
      };
      expect(yield* thrownBy(mistaken())).toBeInstanceOf(TypeError);
      expect(String(barrier)).toBe(EMPTY);
    });
  });

  it('tells in its text its state and how many wait', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      expect(String(barrier)).toBe(EMPTY);
      const tasks = spawn(2, () => passes(barrier));
      yield* turns();
      expect(String(barrier)).toBe('<Barrier [filling, waiters:2/5]>');
      tasks.push(...spawn(3, () => passes(barrier)));
      yield* turns();
      expect(String(barrier)).toBe('<Barrier [draining, waiters:0/5]>');
      tasks.push(...spawn(2, () => passes(barrier)));
      yield* turns();
      yield* barrier.reset();
      expect(String(barrier)).toBe('<Barrier [resetting, waiters:0/5]>');
      tasks.push(...spawn(2, () => passes(barrier)));
      yield* turns();
      yield* barrier.abort();
      expect(String(barrier)).toBe('<Barrier [broken]>');
      expect(barrier.broken).toBe(true);
      yield* gather(...tasks);
    });
  });

  it('is for one party at least', () => {
    const error = new ValueError('parties must be >= 1');
    for (const parties of [0, -4]) expect(() => new Barrier(parties)).toThrow(error);
    expect(() => new Barrier(undefined as never)).toThrow(
      new TypeError('Barrier(): parties must be a number, got undefined'),
    );
    expect(new Barrier(N).parties).toBe(N);
    expect(new Barrier({ parties: 2 }).parties).toBe(2);
  });

  it('gives the body of asyncWith its number', () => {
    virtually(function* () {
      const barrier = new Barrier(3);
      const numbers = yield* gather(
        ...spawn(3, () =>
          asyncWith(barrier, function* (index) {
            return index;
          }),
        ),
      );
      expect(numbers).toEqual([0, 1, 2]);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    });
  });

  it('does not make a single party wait', () => {
    const barrier = new Barrier(1);
    expect(barrier.wait().next()).toEqual({ done: true, value: 0 });
    expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
  });

  it('can be passed by a single party again and again', () => {
    virtually(function* () {
      const barrier = new Barrier(1);
      for (let i = 0; i < 2; i++) {
        const task = createTask(barrier.wait());
        yield* turns();
        expect([task.result(), barrier.nWaiting]).toEqual([0, 0]);
      }
      expect(barrier.broken).toBe(false);
    });
  });

  it('counts those who wait for the others', () => {
    virtually(function* () {
      const barrier = new Barrier(3);
      const tasks = spawn(1, () => barrier.wait());
      for (const expected of [1, 2]) {
        yield* turns();
        expect(String(barrier)).toBe(`<Barrier [filling, waiters:${expected}/3]>`);
        expect(barrier.nWaiting).toBe(expected);
        tasks.push(...spawn(1, () => barrier.wait()));
      }
      yield* wait(tasks);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    });
  });

  it('can be passed twice by the same tasks', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const passed: number[] = [];
      yield* gather(
        ...spawn(N, () =>
          asyncWith(barrier, function* () {
            passed.push(1);
            yield* asyncWith(barrier, function* () {
              passed.push(2);
            });
          }),
        ),
      );
      expect(passed.sort()).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    });
  });

  it('numbers the tasks of each round in the order in which they arrived', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const numbers = yield* gather(
        ...spawn(N, function* () {
          return [yield* barrier.wait(), yield* barrier.wait()];
        }),
      );
      // The last to arrive does not wait to leave, so it is the first to come again.
      expect(numbers.map(([first]) => first)).toEqual([0, 1, 2, 3, 4]);
      expect(numbers.map(([, second]) => second).sort()).toEqual([0, 1, 2, 3, 4]);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    });
  });

  it('lets the last to arrive pass without waiting', () => {
    virtually(function* () {
      const barrier = new Barrier(2);
      const first = createTask(barrier.wait());
      yield* turns();
      expect(barrier.wait().next()).toEqual({ done: true, value: 1 });
      expect(String(barrier)).toBe('<Barrier [draining, waiters:0/2]>');
      expect(yield* first).toBe(0);
      expect(String(barrier)).toBe('<Barrier [filling, waiters:0/2]>');
    });
  });

  it('is draining until the last has left', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const draining: boolean[] = [];
      yield* gather(
        ...spawn(N, () =>
          asyncWith(barrier, function* () {
            draining.push(String(barrier).includes('draining'));
          }),
        ),
      );
      expect(draining).toEqual([true, true, true, true, false]);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    });
  });

  it('makes those who come while it drains wait for the next round', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const others = new Barrier(N - 2);
      let again = 2;
      let together = 0;
      yield* gather(
        ...spawn(N, function* () {
          yield* barrier.wait();
          if (again > 0) again--;
          else {
            yield* others.wait();
            together++;
          }
          yield* barrier.wait();
        }),
      );
      expect([together, barrier.nWaiting, others.nWaiting]).toEqual([N - 2, 0, 0]);
    });
  });

  it('does not count one that is cancelled while it waits', () => {
    virtually(function* () {
      const barrier = new Barrier(3);
      const tasks = spawn(2, () => barrier.wait());
      yield* turns();
      expect(barrier.nWaiting).toBe(2);
      tasks[0]!.cancel();
      yield* turns();
      expect(barrier.nWaiting).toBe(1);
      expect(yield* thrownBy(tasks[0]!)).toBeInstanceOf(CancelledError);
      tasks.push(...spawn(2, () => barrier.wait()));
      yield* turns();
      expect(barrier.nWaiting).toBe(0);
      // The number of arrival, as in Python: the one that left made it be given twice.
      expect(yield* gather(...tasks.slice(1))).toEqual([1, 1, 2]);
      expect(String(barrier)).toBe('<Barrier [filling, waiters:0/3]>');
    });
  });

  it('stays as it is when it is reset while nobody waits', () => {
    virtually(function* () {
      const barrier = new Barrier(1);
      yield* barrier.reset();
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    });
  });

  it('sends away those who wait when it is reset', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const tasks = spawn(N - 1, () => thrownBy(barrier.wait()));
      yield* turns();
      createTask(barrier.reset());
      expect(yield* gather(...tasks)).toEqual(
        Array(N - 1).fill(new BrokenBarrierError('Abort or reset of barrier')),
      );
      expect([String(barrier), barrier.broken]).toEqual([EMPTY, false]);
    });
  });

  it('sends away those who have not left yet when it is reset while it drains', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      let left = 0;
      const passed = yield* gather(
        ...spawn(N, function* () {
          const passed = yield* passes(barrier);
          if (passed && ++left === 3) yield* barrier.reset();
          return passed;
        }),
      );
      // The last to arrive left at once, then the first two.
      expect(passed).toEqual([true, true, false, false, true]);
      expect([String(barrier), barrier.broken]).toEqual([EMPTY, false]);
    });
  });

  it('lets those in who waited outside when it is reset while it drains', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const sentAway: number[] = [];
      const outsideSentAway: number[] = [];
      let left = 0;
      yield* gather(
        ...spawn(N, function* (index) {
          if (!(yield* passes(barrier))) sentAway.push(index);
          else if (++left > 2) yield* barrier.reset();
          if (!(yield* passes(barrier))) outsideSentAway.push(index);
        }),
      );
      expect([sentAway, outsideSentAway]).toEqual([[2, 3], []]);
      expect([String(barrier), barrier.broken]).toEqual([EMPTY, false]);
    });
  });

  it('can be used again by those who were sent away by a reset', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const tasks = spawn(N - 1, function* () {
        const passed = yield* passes(barrier);
        return [passed, yield* passes(barrier)];
      });
      createTask(barrier.reset());
      yield* turns();
      const last = createTask(passes(barrier));
      expect(yield* gather(...tasks)).toEqual(Array(N - 1).fill([false, true]));
      expect(yield* last).toBe(true);
      expect([String(barrier), barrier.broken]).toEqual([EMPTY, false]);
    });
  });

  it('does not send away those who have passed when it is reset after that', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      let left = 0;
      const passed = yield* gather(
        ...spawn(N, function* () {
          yield* barrier.wait();
          if (++left === N) yield* barrier.reset();
          return [yield* passes(barrier), yield* passes(barrier)];
        }),
      );
      expect(passed).toEqual(Array(N).fill([true, true]));
      expect([String(barrier), barrier.broken]).toEqual([EMPTY, false]);
    });
  });

  it('is broken when it is aborted', () => {
    virtually(function* () {
      const barrier = new Barrier(1);
      yield* barrier.abort();
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, true]);
      expect(yield* thrownBy(barrier.wait())).toEqual(new BrokenBarrierError('Barrier aborted'));
      expect(new BrokenBarrierError()).toBeInstanceOf(RuntimeError);
    });
  });

  it('sends away those inside and outside when it is aborted while it drains', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const inside: number[] = [];
      const outside: number[] = [];
      let left = 0;
      yield* gather(
        ...spawn(N, function* (index) {
          const passed = yield* passes(barrier);
          if (!passed) inside.push(index);
          else if (++left > 2) yield* barrier.abort();
          else {
            const again = yield* passes(barrier);
            if (!again) outside.push(index);
          }
        }),
      );
      // The last to arrive and the first had left, and come again; the second breaks it.
      expect([inside, outside.sort()]).toEqual([
        [2, 3],
        [0, 4],
      ]);
      expect([String(barrier), barrier.nWaiting]).toEqual(['<Barrier [broken]>', 0]);
    });
  });

  /** One of N fails after the first round, and breaks the barrier for the others. */
  function* failing(barrier: Barrier): Coroutine<string> {
    try {
      if ((yield* barrier.wait()) === 2) throw new RangeError('from the task');
      yield* barrier.wait();
      return 'passed twice';
    } catch (error) {
      if (error instanceof BrokenBarrierError) return 'sent away';
      yield* barrier.abort();
      return 'aborted';
    }
  }

  it('sends away the others when a task that fails aborts it', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const ends = yield* gather(...spawn(N, () => failing(barrier)));
      expect(ends).toEqual(['sent away', 'sent away', 'aborted', 'sent away', 'sent away']);
      expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
    });
  });

  it('is whole again after a reset', () => {
    virtually(function* () {
      const barrier = new Barrier(N);
      const between = new Barrier(N);
      const ends = yield* gather(
        ...spawn(N, function* () {
          const end = yield* failing(barrier);
          if ((yield* between.wait()) === 2) yield* barrier.reset();
          yield* between.wait();
          yield* barrier.wait();
          return end;
        }),
      );
      expect(ends.filter((end) => end === 'sent away').length).toBe(N - 1);
      expect([String(barrier), barrier.broken]).toEqual([EMPTY, false]);
    });
  });

  it('belongs to the loop in which somebody first waited for it, and says so in another', () => {
    const barrier = new Barrier(2);
    virtually(function* () {
      yield* thrownBy(waitFor(barrier.wait(), 1));
    });
    virtually(function* () {
      expect(String(yield* thrownBy(barrier.wait()))).toContain('is bound to a different event loop');
      expect(barrier.nWaiting).toBe(0);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  run,
  shield,
  sleep,
  TaskGroup,
  TimeoutError,
  ValueError,
  wait,
  waitFor,
} from '../../src/index.js';
import { thrownBy, turns, virtually } from '../helpers/virtual.js';

/** Runs for 0.2 seconds, whoever cancels it. */
function* stubborn(state: { exited: boolean }, time: () => number): Coroutine<string> {
  const end = time() + 0.2;
  while (time() < end) {
    try {
      yield* sleep(end - time());
    } catch (e) {
      if (!(e instanceof CancelledError)) throw e;
    }
  }
  state.exited = true;
  return 'stubborn';
}

/** Waits long, and says when it is left. */
function* long(state: { running: boolean | null }): Coroutine<string> {
  state.running = true;
  try {
    yield* sleep(10);
  } finally {
    state.running = false;
  }
  return 'done';
}

describe('waitFor', () => {
  it('gives a result that comes in time', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      loop.callLater(0.1, () => {
        future.setResult('ok');
      });
      expect(yield* waitFor(future, 0.2)).toBe('ok');
      expect(yield* waitFor(sleep(0.1, 'slept'), { timeout: 0.2 })).toBe('slept');
    });
  });

  it('gives the result however late, without a timeout', () => {
    virtually(function* () {
      expect(yield* waitFor(sleep(1e6, 'done'), null)).toBe('done');
      expect(yield* waitFor(sleep(1e6, 'done'), { timeout: null })).toBe('done');
    });
  });

  it('cancels what takes longer, and throws a TimeoutError caused by the CancelledError', () => {
    virtually(function* (loop) {
      const state = { running: null };
      const task = createTask(long(state));
      const error = yield* thrownBy(waitFor(task, 0.1));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
      expect(state.running).toBe(false);
      expect(loop.time()).toBeCloseTo(0.1);
    });
  });

  it('awaits a coroutine in the present task, and does not suspend if that does not', () => {
    virtually(function* (loop) {
      let turned = false;
      loop.callSoon(() => {
        turned = true;
      });

      function* who(): Coroutine<unknown> {
        return currentTask();
      }
      expect((yield* waitFor(who(), 1)) === currentTask()).toBe(true);
      expect((yield* waitFor(who(), null)) === currentTask()).toBe(true);
      expect(turned).toBe(false);
      yield* turns();
    });
  });

  it('passes an error on', () => {
    virtually(function* () {
      const error = new ValueError('inside');
      function* fails(): Coroutine {
        yield* sleep(0.1);
        throw error;
      }
      expect(yield* thrownBy(waitFor(fails(), 1))).toBe(error);
    });
  });

  it('passes a TimeoutError of the coroutine’s own on', () => {
    virtually(function* () {
      const error = new TimeoutError('its own');

      function* fails(): Coroutine {
        throw error;
      }
      expect(yield* thrownBy(waitFor(fails(), 1))).toBe(error);
    });
  });

  it('waits for a promise', async () => {
    function* main(): Coroutine<unknown[]> {
      const error = yield* thrownBy(waitFor(pause(1000, null, { ref: false }), 0.01));
      return [yield* waitFor(pause(1, 'in time'), 10), error instanceof TimeoutError];
    }
    expect(await run(main())).toEqual(['in time', true]);
  });

  it('refuses what cannot be awaited, and what is no timeout', () => {
    virtually(function* () {
      expect(yield* thrownBy(waitFor(42 as never, 1))).toStrictEqual(
        new TypeError('An asyncio.Future, a coroutine or an awaitable is required'),
      );
      expect(() => waitFor(sleep(1), '1' as never)).toThrow(TypeError);
      expect(() => waitFor(sleep(1), { timout: 1 } as never)).toThrow(
        "waitFor() got an unexpected keyword argument 'timout'; it takes timeout",
      );
    });
  });

  describe.each([0, -1])('with a timeout of %d', (none) => {
    it('gives the result of a future that is done', () => {
      virtually(function* (loop) {
        const future = loop.createFuture<string>();
        future.setResult('done');
        loop
          .callSoon(() => {
            throw new Error('it must not suspend');
          })
          .cancel();
        expect(yield* waitFor(future, none)).toBe('done');
        expect(loop.time()).toBe(0);
      });
    });

    it('throws the error of a future that has failed', () => {
      virtually(function* (loop) {
        const future = loop.createFuture();
        future.setException(new ValueError('failed'));
        expect(yield* thrownBy(waitFor(future, none))).toStrictEqual(new ValueError('failed'));
      });
    });

    it('does not start a coroutine', () => {
      virtually(function* (loop) {
        const state = { running: null };
        expect(yield* thrownBy(waitFor(long(state), none))).toBeInstanceOf(TimeoutError);
        expect(state.running).toBe(null);
        expect(loop.time()).toBe(0);
      });
    });

    it('cancels a task that runs', () => {
      virtually(function* (loop) {
        const state: { running: boolean | null } = { running: null };
        const task = createTask(long(state));
        yield* turns();
        expect(state.running).toBe(true);
        expect(yield* thrownBy(waitFor(task, none))).toBeInstanceOf(TimeoutError);
        expect(task.cancelled()).toBe(true);
        expect(state.running).toBe(false);
        expect(loop.time()).toBe(0);
      });
    });

    it('waits until the task has ended, and gives what it returns in spite of the cancellation', () => {
      virtually(function* (loop) {
        const state = { exited: false };
        const task = createTask(stubborn(state, () => loop.time()));
        yield* turns();
        expect(yield* waitFor(task, none)).toBe('stubborn');
        expect(state.exited).toBe(true);
      });
    });

    it('throws the error of a task that fails because of the cancellation', () => {
      virtually(function* () {
        function* fails(): Coroutine {
          try {
            yield* sleep(1);
          } finally {
            // eslint-disable-next-line no-unsafe-finally -- the case
            throw new ValueError('while cancelled');
          }
        }
        const task = createTask(fails());
        yield* turns();
        expect(yield* thrownBy(waitFor(task, none))).toStrictEqual(new ValueError('while cancelled'));
      });
    });

    it('waits until the cleaning up of the task is over', () => {
      virtually(function* (loop) {
        let cleaned = false;
        function* inner(): Coroutine {
          try {
            yield* sleep(10);
          } finally {
            yield* sleep(0.5);
            cleaned = true;
          }
        }
        const task = createTask(inner());
        yield* sleep(0.1);
        const error = yield* thrownBy(waitFor(task, none));
        expect(error).toBeInstanceOf(TimeoutError);
        expect((error as Error).cause).toBeInstanceOf(CancelledError);
        expect(cleaned).toBe(true);
        expect(loop.time()).toBeCloseTo(0.6);
      });
    });

    it('can be cancelled while it waits for that', () => {
      virtually(function* (loop) {
        const state = { exited: false };
        const inner = createTask(stubborn(state, () => loop.time()));
        yield* turns();
        const waiting = createTask(waitFor(inner, none));
        yield* turns();
        waiting.cancel();
        expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
        expect(inner.done()).toBe(false);
        expect(yield* inner).toBe('stubborn');
      });
    });
  });

  it('can be cancelled in the round in which the cleaning up ends', () => {
    virtually(function* (loop) {
      const gate = loop.createFuture<void>();
      function* inner(): Coroutine {
        try {
          yield* sleep(10);
        } finally {
          yield* gate;
        }
      }
      const task = createTask(inner());
      const waiting = createTask(waitFor(task, 0));
      yield* turns(3);
      gate.setResult();
      loop.callSoon(() => {
        expect(task.done()).toBe(true);
        waiting.cancel();
      });
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
    });
  });

  describe('when what it waits for does not give in', () => {
    it('waits until that has really ended after the timeout, and returns its value', () => {
      virtually(function* (loop) {
        const state = { exited: false };
        expect(
          yield* waitFor(
            stubborn(state, () => loop.time()),
            0.1,
          ),
        ).toBe('stubborn');
        expect(state.exited).toBe(true);
        expect(loop.time()).toBeCloseTo(0.2);
      });
    });

    it('waits until that has really ended after it was cancelled itself', () => {
      virtually(function* (loop) {
        const state = { exited: false };
        const task = createTask(
          waitFor(
            stubborn(state, () => loop.time()),
            0.4,
          ),
        );
        yield* turns();
        task.cancel();
        yield* wait([task]);
        expect(state.exited).toBe(true);
        expect(task.result()).toBe('stubborn');
      });
    });

    it('gives the value of one that swallows the cancellation', () => {
      virtually(function* () {
        function* swallows(): Coroutine<number> {
          try {
            yield* sleep(1);
          } catch (e) {
            expect(e).toBeInstanceOf(CancelledError);
          }
          return 42;
        }
        expect(yield* waitFor(swallows(), 0.01)).toBe(42);
        expect(yield* waitFor(createTask(swallows()), 0.01)).toBe(42);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('waits until its cleaning up is over', () => {
      virtually(function* (loop) {
        let cleaned = false;
        function* inner(): Coroutine {
          try {
            yield* sleep(10);
          } finally {
            yield* sleep(0.5);
            cleaned = true;
          }
        }
        const error = yield* thrownBy(waitFor(createTask(inner()), 0.1));
        expect(error).toBeInstanceOf(TimeoutError);
        expect((error as Error).cause).toBeInstanceOf(CancelledError);
        expect(cleaned).toBe(true);
        expect(loop.time()).toBeCloseTo(0.6);
      });
    });

    it('throws its error, if it fails because of the cancellation', () => {
      virtually(function* () {
        function* fails(): Coroutine {
          try {
            yield* sleep(0.2);
          } finally {
            // eslint-disable-next-line no-unsafe-finally -- the case
            throw new ValueError('while cancelled');
          }
        }
        expect(yield* thrownBy(waitFor(createTask(fails()), 0.1))).toStrictEqual(
          new ValueError('while cancelled'),
        );
      });
    });
  });

  describe('that is cancelled', () => {
    it.each([null, 60])('with a timeout of %s cancels what it waits for', (seconds) => {
      virtually(function* (loop) {
        const task = createTask(
          (function* (): Coroutine {
            yield* loop.createFuture();
          })(),
        );
        const waiting = createTask(waitFor(task, seconds));
        loop.callSoon(() => waiting.cancel());
        expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
        expect(task.cancelled()).toBe(true);
      });
    });

    it('in the round in which what it waits for ends does not lose the cancellation', () => {
      virtually(function* () {
        let reachedEnd = false;
        function* waits(): Coroutine {
          yield* waitFor(createTask(sleep(0)), 100);
          yield* sleep(1);
          reachedEnd = true;
        }
        for (let rounds = 1; rounds < 6; rounds++) {
          const task = createTask(waits());
          yield* turns(rounds);
          expect(task.done()).toBe(false);
          task.cancel();
          expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        }
        expect(reachedEnd).toBe(false);
      });
    });

    it('throws a CancelledError, and no TimeoutError, if what it waits for was cancelled', () => {
      virtually(function* () {
        const inner = createTask(sleep(10));
        const waiting = createTask(waitFor(inner, 20));
        yield* turns();
        inner.cancel();
        expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
      });
    });
  });

  describe('of a shield', () => {
    it('with no time throws a TimeoutError, and what is shielded goes on', () => {
      virtually(function* () {
        const inner = createTask(sleep(0.2, 'inner'));
        expect(yield* thrownBy(waitFor(shield(inner), 0))).toBeInstanceOf(TimeoutError);
        expect(inner.done()).toBe(false);
        expect(yield* inner).toBe('inner');
      });
    });

    it('with no limit gives the result', () => {
      virtually(function* () {
        expect(yield* waitFor(shield(createTask(sleep(0.2, 'inner'))), null)).toBe('inner');
      });
    });

    it('that takes longer throws a TimeoutError, and what is shielded goes on', () => {
      virtually(function* (loop) {
        const inner = createTask(sleep(0.2, 'inner'));
        expect(yield* thrownBy(waitFor(shield(inner), 0.1))).toBeInstanceOf(TimeoutError);
        expect(loop.time()).toBeCloseTo(0.1);
        expect(yield* inner).toBe('inner');
      });
    });
  });

  it('works inside of a TaskGroup that is cancelled', () => {
    virtually(function* () {
      const error = yield* thrownBy(
        waitFor(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(sleep(100));
          }),
          1,
        ),
      );
      expect(error).toBeInstanceOf(TimeoutError);
    });
  });
});

import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  CancelledError,
  Condition,
  type Coroutine,
  createTask,
  getRunningLoop,
  Lock,
  RuntimeError,
  type Task,
  TimeoutError,
  waitFor,
} from '../../src/index.js';
import { spawn, thrownBy, turns, virtually } from './support.js';

/** Do `body` while holding `condition`. */
function* holding(condition: Condition, body: () => void): Coroutine {
  yield* condition.acquire();
  body();
  condition.release();
}

describe('Condition', () => {
  it('tells in its text whether it is locked and how many wait', () => {
    virtually(function* () {
      const condition = new Condition();
      expect(String(condition)).toBe('<Condition [unlocked]>');
      const tasks = spawn(2, () =>
        asyncWith(condition, function* () {
          yield* condition.wait();
        }),
      );
      yield* turns();
      expect(String(condition)).toBe('<Condition [unlocked, waiters:2]>');
      yield* holding(condition, () => {
        expect(String(condition)).toBe('<Condition [locked, waiters:2]>');
        condition.notifyAll();
        expect(String(condition)).toBe('<Condition [locked, waiters:2]>');
      });
      yield* turns();
      // The second was notified and waits for the lock.
      expect(String(condition)).toBe('<Condition [unlocked]>');
      yield* tasks[1]!;
    });
  });

  it('wakes those it is told to, in their order, each when it gets the lock', () => {
    virtually(function* () {
      const condition = new Condition();
      const order: number[] = [];
      const tasks = spawn(3, function* (index) {
        yield* condition.acquire();
        order.push((yield* condition.wait()) ? index : -1);
        return true;
      });
      yield* turns();
      expect([order, condition.locked()]).toEqual([[], false]);
      expect(yield* condition.acquire()).toBe(true);
      condition.notify();
      yield* turns();
      expect([order, condition.locked()]).toEqual([[], true]);
      condition.release();
      yield* turns();
      expect([order, condition.locked()]).toEqual([[0], true]);
      condition.notify(2);
      yield* turns();
      expect(order).toEqual([0]);
      for (const expected of [
        [0, 1],
        [0, 1, 2],
      ]) {
        condition.release();
        yield* turns();
        expect([order, condition.locked()]).toEqual([expected, true]);
      }
      expect(tasks.map((task) => task.result())).toEqual([true, true, true]);
    });
  });

  it('has the lock again when a wait is cancelled', () => {
    virtually(function* () {
      const condition = new Condition();
      yield* condition.acquire();
      const task = createTask(condition.wait());
      getRunningLoop().callSoon(() => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(String(condition)).toBe('<Condition [locked]>');
    });
  });

  it('waits for the lock before a cancelled wait throws', () => {
    virtually(function* () {
      const condition = new Condition();
      yield* condition.acquire();
      const task = createTask(condition.wait());
      yield* turns();
      yield* condition.acquire();
      task.cancel();
      yield* turns(3);
      expect(task.done()).toBe(false);
      condition.release();
      yield* turns(2);
      expect([task.cancelled(), condition.locked()]).toEqual([true, true]);
    });
  });

  it('has the lock when a wait that was notified is cancelled while another holds the lock', () => {
    virtually(function* () {
      const condition = new Condition();
      const loop = getRunningLoop();
      yield* condition.acquire();
      const task = createTask(condition.wait());
      yield* turns();
      expect(condition.locked()).toBe(false);
      yield* condition.acquire();
      condition.notify();
      loop.callSoon(() => task.cancel());
      loop.callSoon(() => condition.release());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(condition.locked()).toBe(true);
    });
  });

  it('throws a cancellation that came after the notification, once it has the lock', () => {
    virtually(function* () {
      const condition = new Condition();
      let waiting = false;
      const task = createTask(
        asyncWith(condition, function* () {
          waiting = true;
          yield* condition.wait();
        }),
      );
      yield* turns();
      yield* condition.acquire();
      condition.notify();
      yield* turns();
      task.cancel();
      yield* turns();
      condition.release();
      yield* turns();
      expect([waiting, task.cancelled(), condition.locked()]).toEqual([true, true, false]);
    });
  });

  it('refuses to wait without the lock', () => {
    virtually(function* () {
      expect(yield* thrownBy(new Condition().wait())).toEqual(
        new RuntimeError('cannot wait on un-acquired lock'),
      );
    });
  });

  it('waits until a predicate holds', () => {
    virtually(function* () {
      const condition = new Condition();
      let ready = false;
      const task = createTask(asyncWith(condition, () => condition.waitFor(() => ready && 'ready')));
      yield* turns();
      yield* holding(condition, () => condition.notify());
      yield* turns(2);
      expect(task.done()).toBe(false);
      ready = true;
      yield* holding(condition, () => condition.notify());
      expect(yield* task).toBe('ready');
    });
  });

  it('needs no lock for a predicate that holds at once, and gives what it gave', () => {
    virtually(function* () {
      const condition = new Condition();
      expect(yield* condition.waitFor(() => [1, 2, 3])).toEqual([1, 2, 3]);
      expect(yield* thrownBy(condition.waitFor(() => false))).toBeInstanceOf(RuntimeError);
    });
  });

  it('wakes as many as it is told to, or all if they are fewer', () => {
    virtually(function* () {
      const condition = new Condition();
      const order: number[] = [];
      spawn(4, (index) =>
        asyncWith(condition, function* () {
          yield* condition.wait();
          order.push(index);
        }),
      );
      yield* turns();
      yield* holding(condition, () => condition.notify(1));
      yield* turns(2);
      expect(order).toEqual([0]);
      yield* holding(condition, () => condition.notify({ n: 0 }));
      yield* turns(2);
      expect(order).toEqual([0]);
      yield* holding(condition, () => {
        condition.notify({});
        condition.notify(2048);
      });
      yield* turns(5);
      expect(order).toEqual([0, 1, 2, 3]);
    });
  });

  it('passes over those it has woken already when it is told to wake more', () => {
    virtually(function* () {
      const condition = new Condition();
      const order: number[] = [];
      spawn(3, (index) =>
        asyncWith(condition, function* () {
          yield* condition.wait();
          order.push(index);
        }),
      );
      yield* turns();
      yield* holding(condition, () => {
        condition.notify();
        condition.notify();
      });
      yield* turns(5);
      expect(order).toEqual([0, 1]);
      expect(String(condition)).toBe('<Condition [unlocked, waiters:1]>');
      yield* holding(condition, () => condition.notify());
      yield* turns();
    });
  });

  it('wakes all', () => {
    virtually(function* () {
      const condition = new Condition();
      const order: number[] = [];
      const tasks = spawn(3, (index) =>
        asyncWith(condition, function* () {
          yield* condition.wait();
          order.push(index);
        }),
      );
      yield* turns();
      yield* holding(condition, () => condition.notifyAll());
      yield* tasks[2]!;
      expect(order).toEqual([0, 1, 2]);
    });
  });

  it('refuses to notify without the lock', () => {
    const error = new RuntimeError('cannot notify on un-acquired lock');
    expect(() => new Condition().notify()).toThrow(error);
  });

  it('refuses to notify all without the lock', () => {
    const error = new RuntimeError('cannot notify on un-acquired lock');
    expect(() => new Condition().notifyAll()).toThrow(error);
  });

  it('refuses to notify a number that is none', () => {
    const condition = new Condition();
    condition.acquire().next();
    expect(() => condition.notify('two' as never)).toThrow(
      new TypeError('Condition.notify(): n must be a number, got string'),
    );
    expect(() => condition.notify(NaN)).toThrow(
      new TypeError('Condition.notify(): n must be a number, got NaN'),
    );
    expect(() => condition.notify([] as never)).toThrow(TypeError);
    expect(() => condition.notify({ m: 1 } as never)).toThrow("unexpected keyword argument 'm'");
  });

  it('is held in the body of asyncWith, and by using', () => {
    virtually(function* () {
      const condition = new Condition();
      expect(
        yield* asyncWith(condition, function* () {
          return condition.locked();
        }),
      ).toBe(true);
      expect(condition.locked()).toBe(false);
      {
        using _held = yield* condition.hold();
        expect(condition.locked()).toBe(true);
      }
      expect(condition.locked()).toBe(false);
    });
  });

  it('works on a lock that it is given, which may have other users', () => {
    virtually(function* () {
      const lock = new Lock();
      for (const condition of [new Condition(lock), new Condition({ lock })]) {
        for (const [one, other] of [
          [lock, condition],
          [condition, lock],
        ] as const) {
          expect([one.locked(), other.locked()]).toEqual([false, false]);
          yield* asyncWith(one, function* () {
            expect([one.locked(), other.locked()]).toEqual([true, true]);
          });
        }
      }
      expect(new Condition({}).locked()).toBe(false);
      expect(new Condition(null).locked()).toBe(false);
      expect(new Condition({ lock: null }).locked()).toBe(false);
    });
  });

  it('refuses a lock that is none', () => {
    expect(() => new Condition(5 as never)).toThrow(
      new TypeError('Condition(): lock must have acquire(), release() and locked(), got 5'),
    );
  });

  it('belongs, as its lock does, to the loop in which somebody first waited for it', () => {
    const lock = new Lock();
    const condition = new Condition(lock);
    virtually(function* () {
      yield* asyncWith(condition, function* () {
        yield* thrownBy(waitFor(condition.wait(), 1));
      });
    });
    virtually(function* () {
      yield* lock.acquire();
      const mistaken = condition.wait();
      expect(yield* thrownBy(mistaken)).toEqual(
        new RuntimeError('<Condition [locked]> is bound to a different event loop'),
      );
      expect(lock.locked()).toBe(true);
      // Two waiters for a lock of the first loop.
      lock.release();
    });
    virtually(function* () {
      yield* lock.acquire();
      yield* thrownBy(waitFor(lock.acquire(), 1));
    });
    virtually(function* () {
      expect(yield* thrownBy(condition.acquire())).toEqual(
        new RuntimeError('<Lock [locked]> is bound to a different event loop'),
      );
    });
  });

  it('can be waited for with a time limit, and is held after it', () => {
    virtually(function* () {
      const condition = new Condition();
      yield* asyncWith(condition, function* () {
        expect(yield* thrownBy(waitFor(condition.wait(), 0.5))).toBeInstanceOf(TimeoutError);
        expect(condition.locked()).toBe(true);
      });
      expect(condition.locked()).toBe(false);
    });
  });

  /** A task that waits on `condition`, and keeps the error it caught. */
  function catching(condition: Condition, caught: unknown[]): Task<void> {
    return createTask(
      asyncWith(condition, function* () {
        const error = yield* thrownBy(condition.wait());
        caught.push(error);
        throw error;
      }),
    );
  }

  it('throws the very CancelledError that it received while it waited', () => {
    virtually(function* () {
      const condition = new Condition();
      const caught: unknown[] = [];
      const task = catching(condition, caught);
      yield* turns();
      task.cancel('foo');
      const error = yield* thrownBy(task);
      expect(error).toBe(caught[0]);
      expect((error as CancelledError).args).toEqual(['foo']);
    });
  });

  it('throws the very CancelledError that it received while it took the lock again, the last of them', () => {
    virtually(function* () {
      const condition = new Condition();
      const caught: unknown[] = [];
      const task = catching(condition, caught);
      yield* turns();
      yield* condition.acquire();
      condition.notify();
      yield* turns();
      task.cancel('foo');
      yield* turns();
      task.cancel('bar');
      yield* turns();
      condition.release();
      const error = yield* thrownBy(task);
      expect(error).toBe(caught[0]);
      expect((error as CancelledError).args).toEqual(['bar']);
    });
  });

  it('does not try for ever when the lock itself fails', () => {
    virtually(function* () {
      let sound = true;
      const lock = {
        *acquire(): Coroutine<true> {
          if (!sound) throw new RangeError('broken lock');
          return true;
        },
        locked: () => true,
        release: () => undefined,
      };
      const condition = new Condition(lock);
      const task = createTask(condition.wait());
      yield* turns();
      sound = false;
      condition.notify();
      expect(yield* thrownBy(task)).toEqual(new RangeError('broken lock'));
    });
  });

  /** Two consumers of one unit of `stock`; the first is cancelled by `disturb`. */
  function notificationIsPassedOn(disturb: (first: Task<void>) => Coroutine): void {
    virtually(function* () {
      const condition = new Condition();
      let stock = 0;
      const [first, second] = spawn(2, () =>
        asyncWith(condition, function* () {
          yield* condition.waitFor(() => stock > 0);
          stock--;
        }),
      );
      yield* turns();
      yield* asyncWith(condition, function* () {
        stock++;
        condition.notify();
        yield* disturb(first!);
      });
      yield* waitFor(second!, 1);
      expect([stock, first!.cancelled()]).toEqual([0, true]);
    });
  }

  it('passes a notification on when the one that got it is cancelled before its turn', () => {
    notificationIsPassedOn(function* (first) {
      first.cancel();
    });
  });

  it('passes a notification on when the one that got it is cancelled while it takes the lock again', () => {
    notificationIsPassedOn(function* (first) {
      yield* turns();
      first.cancel();
    });
  });

  it('passes a notification on when the one that got it is closed', () => {
    virtually(function* () {
      const lock = new Lock();
      const condition = new Condition(lock);
      yield* lock.acquire();
      const closed = condition.wait();
      closed.next();
      yield* lock.acquire();
      const other = createTask(condition.wait());
      yield* turns();
      yield* lock.acquire();
      condition.notify();
      lock.release();
      closed.return(true);
      // It took the lock again before it went.
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(yield* waitFor(other, 1)).toBe(true);
    });
  });
});

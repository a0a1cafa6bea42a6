import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  BoundedSemaphore,
  CancelledError,
  Condition,
  type Coroutine,
  createTask,
  Event,
  gather,
  getRunningLoop,
  Lock,
  RuntimeError,
  Semaphore,
  sleep,
  waitFor,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { spawn, thrownBy, turns, virtually, withoutTraces } from './support.js';

describe('Lock', () => {
  it('tells in its text whether it is locked and how many wait', () => {
    virtually(function* () {
      const lock = new Lock();
      expect(String(lock)).toBe('<Lock [unlocked]>');
      yield* lock.acquire();
      expect(String(lock)).toBe('<Lock [locked]>');
      const tasks = spawn(2, () => lock.acquire());
      yield* turns();
      expect(String(lock)).toBe('<Lock [locked, waiters:2]>');
      tasks.forEach((task) => task.cancel());
      yield* turns();
      expect(String(lock)).toBe('<Lock [locked]>');
    });
  });

  it('shows the same text in the console', () => {
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    expect((new Lock() as unknown as Record<symbol, () => string>)[inspect]!()).toBe('<Lock [unlocked]>');
  });

  it('is named after a subclass in its text', () => {
    class Latch extends Lock {}
    expect(String(new Latch())).toBe('<Latch [unlocked]>');
  });

  it('cannot be awaited itself', () => {
    for (const primitive of [new Lock(), new Condition(), new Semaphore(), new BoundedSemaphore()]) {
      virtually(function* () {
        const mistaken = function* (): Coroutine {
          yield* primitive as unknown as Coroutine;
        };
        expect(yield* thrownBy(mistaken())).toBeInstanceOf(TypeError);
        expect(primitive.locked()).toBe(false);
      });
    }
  });

  it('refuses a loop and any other argument, as all primitives do', () => {
    const loop = {};
    for (const primitive of [Lock, Event, Condition, Semaphore, BoundedSemaphore]) {
      const construct = primitive as unknown as new (options: unknown) => unknown;
      expect(() => new construct({ loop })).toThrow(
        `${primitive.name}.__init__() got an unexpected keyword argument 'loop'`,
      );
      expect(() => new construct({ loop })).toThrow(TypeError);
    }
    const construct = Lock as unknown as new (...args: unknown[]) => unknown;
    expect(() => new construct(1, 2)).toThrow('Lock.__init__() takes no arguments, but 2 were given');
    expect(() => new construct({})).toThrow(TypeError);
  });

  it('is acquired at once when it is free', () => {
    virtually(function* () {
      const lock = new Lock();
      const acquiring = lock.acquire();
      expect(lock.locked()).toBe(false);
      expect(acquiring.next()).toEqual({ done: true, value: true });
      expect(lock.locked()).toBe(true);
      yield* turns();
    });
  });

  it('goes to those who wait in the order in which they came', () => {
    virtually(function* () {
      const lock = new Lock();
      const order: number[] = [];
      function* taker(index: number): Coroutine<boolean> {
        order.push((yield* lock.acquire()) ? index : -1);
        return true;
      }
      yield* lock.acquire();
      const tasks = spawn(2, taker);
      yield* turns();
      expect(order).toEqual([]);
      lock.release();
      yield* turns(2);
      expect(order).toEqual([0]);
      tasks.push(createTask(taker(2)));
      for (const expected of [
        [0, 1],
        [0, 1, 2],
      ]) {
        lock.release();
        yield* turns();
        expect(order).toEqual(expected);
      }
      expect(yield* gather(...tasks)).toEqual([true, true, true]);
    });
  });

  it('is unlocked between a release and the turn of the one it woke, and a newcomer queues all the same', () => {
    virtually(function* () {
      const lock = new Lock();
      const order: string[] = [];
      function* taker(name: string): Coroutine {
        yield* lock.acquire();
        order.push(name);
        lock.release();
      }
      yield* lock.acquire();
      const first = createTask(taker('first'));
      yield* turns();
      lock.release();
      expect(lock.locked()).toBe(false);
      yield* taker('newcomer');
      yield* first;
      expect(order).toEqual(['first', 'newcomer']);
    });
  });

  it('is taken at once by a newcomer if all who are queued are cancelled', () => {
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const tasks = spawn(3, () => lock.acquire());
      yield* turns();
      tasks.forEach((task) => task.cancel());
      lock.release();
      expect(String(lock)).toBe('<Lock [unlocked, waiters:3]>');
      const quick = lock.acquire();
      expect(quick.next().done).toBe(true);
      yield* turns();
      expect(tasks.every((task) => task.cancelled())).toBe(true);
      expect(String(lock)).toBe('<Lock [locked]>');
    });
  });

  it('forgets a waiter that is cancelled', () => {
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const task = createTask(lock.acquire());
      getRunningLoop().callSoon(() => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(String(lock)).toBe('<Lock [locked]>');
    });
  });

  it('passes over a waiter that is cancelled in the step in which it is released', () => {
    virtually(function* () {
      const lock = new Lock();
      const go = getRunningLoop().createFuture<null>();
      function* holder(until: typeof go | null): Coroutine {
        yield* asyncWith(lock, function* () {
          if (until !== null) yield* until;
        });
      }
      const a = createTask(holder(go));
      yield* turns();
      const [b, c] = spawn(2, () => holder(null));
      yield* turns();
      expect(String(lock)).toBe('<Lock [locked, waiters:2]>');
      go.setResult(null);
      b!.cancel();
      yield* turns();
      expect(lock.locked()).toBe(false);
      expect([a.done(), b!.cancelled()]).toEqual([true, true]);
      yield* c!;
      expect(String(lock)).toBe('<Lock [unlocked]>');
    });
  });

  it('goes to one only, when the first waiter is cancelled and it is released at once', () => {
    virtually(function* () {
      const lock = new Lock();
      let taken = 0;
      yield* lock.acquire();
      const [first, second, third] = spawn(3, function* () {
        yield* lock.acquire();
        taken++;
      });
      yield* turns();
      getRunningLoop().callSoon(() => {
        first!.cancel();
        lock.release();
      });
      expect(yield* thrownBy(first!)).toBeInstanceOf(CancelledError);
      yield* turns();
      expect([taken, second!.done(), third!.done()]).toEqual([1, true, false]);
      third!.cancel();
      yield* turns();
      expect(third!.cancelled()).toBe(true);
    });
  });

  it('wakes the next when the waiter it woke is cancelled before its turn', () => {
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const [woken, next] = spawn(2, () => lock.acquire());
      yield* turns();
      lock.release();
      woken!.cancel();
      yield* turns(2);
      expect([woken!.cancelled(), next!.done(), lock.locked()]).toEqual([true, true, true]);
    });
  });

  it('goes to the second when the first is cancelled and then released', () => {
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const first = createTask(lock.acquire());
      yield* turns();
      const second = createTask(lock.acquire());
      first.cancel();
      lock.release();
      yield* turns();
      expect([first.cancelled(), lock.locked()]).toEqual([true, true]);
      expect(yield* second).toBe(true);
    });
  });

  it('cannot be released by anybody when nobody holds it', () => {
    const lock = new Lock();
    expect(() => lock.release()).toThrow(new RuntimeError('Lock is not acquired.'));
  });

  it('is just unlocked by a release when nobody waits', () => {
    virtually(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    });
  });

  it('is held in the body of asyncWith, which is given null, and released after it, also when that throws', () => {
    virtually(function* () {
      const lock = new Lock();
      const held = yield* asyncWith(lock, function* (given) {
        expect(given).toBeNull();
        return lock.locked();
      });
      expect([held, lock.locked()]).toEqual([true, false]);
      const failing = asyncWith(lock, function* (): Coroutine {
        yield* turns();
        throw new RangeError('from the body');
      });
      expect(yield* thrownBy(failing)).toEqual(new RangeError('from the body'));
      expect(lock.locked()).toBe(false);
    });
  });

  it('is released at the end of a block by using, once', () => {
    virtually(function* () {
      const lock = new Lock();
      {
        using held = yield* lock.hold();
        expect(lock.locked()).toBe(true);
        held[Symbol.dispose]();
        expect(lock.locked()).toBe(false);
        yield* lock.acquire();
      }
      // What was acquired anew in the block is not the block's to release.
      expect(lock.locked()).toBe(true);
    });
  });

  it('can be acquired as a task, by gather, and within a time', () => {
    virtually(function* () {
      const lock = new Lock();
      expect(yield* createTask(lock.acquire())).toBe(true);
      lock.release();
      expect(yield* gather(lock.acquire())).toEqual([true]);
      const error = yield* thrownBy(waitFor(lock.acquire(), 1));
      expect(String(error)).toContain('TimeoutError');
      expect(String(lock)).toBe('<Lock [locked]>');
    });
  });

  it('belongs to the loop in which somebody first waited for it, and says so in another', () => {
    const lock = new Lock();
    // Without waiting it belongs to none.
    for (let i = 0; i < 2; i++) {
      virtually(function* () {
        yield* lock.acquire();
        lock.release();
      });
    }
    virtually(function* () {
      yield* lock.acquire();
      yield* thrownBy(waitFor(lock.acquire(), 1));
    });
    virtually(function* () {
      const error = yield* thrownBy(lock.acquire());
      expect(error).toEqual(new RuntimeError('<Lock [locked]> is bound to a different event loop'));
      lock.release();
      yield* lock.acquire();
      expect(String(lock)).toBe('<Lock [locked]>');
    });
  });

  it('says that there is no loop when it has to wait outside of one', () => {
    const lock = new Lock();
    expect(lock.acquire().next().value).toBe(true);
    expect(() => lock.acquire().next()).toThrow(new RuntimeError('no running event loop'));
  });

  it('is not lost by a waiter that ends otherwise than by a cancellation', () => {
    const ways: ((coro: Coroutine<true>) => void)[] = [
      (coro) => coro.return(true),
      (coro) => expect(() => coro.throw(new RangeError('boom'))).toThrow('boom'),
    ];
    for (const end of ways) {
      virtually(function* () {
        const lock = new Lock();
        yield* lock.acquire();
        const woken = lock.acquire();
        woken.next();
        const next = createTask(lock.acquire());
        yield* turns();
        lock.release();
        end(woken);
        expect(yield* waitFor(next, 1)).toBe(true);
      });
    }
  });

  it('lets 100,000 waiters be cancelled in the worst order in no time', () => {
    const count = 100_000;
    const loop = new VirtualEventLoop();
    const lock = new Lock();
    function* main(): Coroutine<number> {
      yield* lock.acquire();
      const tasks = spawn(count, () => lock.acquire());
      yield* turns();
      // Last come, first gone: whoever looks for its place from the front has the longest way.
      for (let i = count - 1; i > 0; i--) {
        tasks[i]!.cancel();
        if (i % 1000 === 0) yield* turns();
      }
      yield* sleep(1);
      expect(String(lock)).toBe('<Lock [locked, waiters:1]>');
      lock.release();
      yield* tasks[0]!;
      return tasks.filter((task) => task.cancelled()).length;
    }
    expect(withoutTraces(() => loop.runUntilCompleteSync(main()))).toBe(count - 1);
    loop.close();
  }, 60_000);
});

import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  BoundedSemaphore,
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  getRunningLoop,
  RuntimeError,
  Semaphore,
  sleep,
  type Task,
  TaskGroup,
  ValueError,
  waitFor,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { spawn, thrownBy, turns, virtually, withoutTraces } from './support.js';

/** Tasks that take a permit and note their number in `order`. */
function takers(semaphore: Semaphore, count: number, order: number[]): Task<boolean>[] {
  return spawn(count, function* (index) {
    yield* semaphore.acquire();
    order.push(index);
    return true;
  });
}

describe('Semaphore', () => {
  it('is locked from the beginning with no permits', () => {
    expect(new Semaphore(0).locked()).toBe(true);
  });

  it('tells in its text how many permits are free and how many wait', () => {
    virtually(function* () {
      const semaphore = new Semaphore({ value: 2 });
      expect(String(semaphore)).toBe('<Semaphore [unlocked, value:2]>');
      yield* semaphore.acquire();
      expect(String(semaphore)).toBe('<Semaphore [unlocked, value:1]>');
      yield* semaphore.acquire();
      expect(String(semaphore)).toBe('<Semaphore [locked]>');
      const tasks = spawn(2, () => semaphore.acquire());
      yield* turns();
      expect(String(semaphore)).toBe('<Semaphore [locked, waiters:2]>');
      semaphore.release();
      semaphore.release();
      expect(String(semaphore)).toBe('<Semaphore [locked, waiters:2]>');
      yield* gather(...tasks);
      expect(String(semaphore)).toBe('<Semaphore [locked]>');
    });
  });

  it('has one permit if nothing else is said', () => {
    expect(String(new Semaphore())).toBe('<Semaphore [unlocked, value:1]>');
    expect(String(new Semaphore({}))).toBe('<Semaphore [unlocked, value:1]>');
  });

  it('refuses a value that is no number of permits', () => {
    expect(() => new Semaphore(-1)).toThrow(new ValueError('Semaphore initial value must be >= 0'));
    expect(() => new Semaphore({ value: -1 })).toThrow(ValueError);
    expect(() => new Semaphore(1.5)).toThrow(new ValueError('Semaphore initial value must be whole'));
    expect(() => new Semaphore('2' as never)).toThrow(
      new TypeError('Semaphore(): value must be a number, got string'),
    );
    expect(() => new BoundedSemaphore(new Date() as never)).toThrow(
      new TypeError('BoundedSemaphore(): value must be a number, got Date'),
    );
    expect(new Semaphore(Infinity).locked()).toBe(false);
  });

  it('gives its permits in the order in which tasks came', () => {
    virtually(function* () {
      const semaphore = new Semaphore(3);
      const order: number[] = [];
      expect([yield* semaphore.acquire(), yield* semaphore.acquire()]).toEqual([true, true]);
      expect(semaphore.locked()).toBe(false);
      const tasks = takers(semaphore, 3, order);
      yield* turns();
      expect([order, semaphore.locked()]).toEqual([[0], true]);
      expect(String(semaphore)).toBe('<Semaphore [locked, waiters:2]>');
      const late = takers(semaphore, 1, order)[0]!;
      semaphore.release();
      semaphore.release();
      yield* turns();
      expect([order, late.done()]).toEqual([[0, 1, 2], false]);
      expect(String(semaphore)).toBe('<Semaphore [locked, waiters:1]>');
      semaphore.release();
      expect(yield* gather(...tasks, late)).toEqual([true, true, true, true]);
    });
  });

  it('forgets a waiter that is cancelled', () => {
    virtually(function* () {
      const semaphore = new Semaphore();
      yield* semaphore.acquire();
      const task = createTask(semaphore.acquire());
      getRunningLoop().callSoon(() => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(String(semaphore)).toBe('<Semaphore [locked]>');
    });
  });

  it('gives a released permit to the first who is not cancelled', () => {
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const tasks = spawn(4, () => semaphore.acquire());
      yield* turns();
      tasks[0]!.cancel();
      tasks[1]!.cancel();
      semaphore.release();
      yield* turns(2);
      expect(tasks.map((task) => task.done())).toEqual([true, true, true, false]);
      expect(tasks[2]!.result()).toBe(true);
      tasks[3]!.cancel();
      yield* turns();
    });
  });

  it('gives the permit to the second when the first is cancelled and then it is released', () => {
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const [first, second] = spawn(2, () => semaphore.acquire());
      yield* turns();
      first!.cancel();
      semaphore.release();
      yield* turns(2);
      expect([semaphore.locked(), second!.done()]).toEqual([true, true]);
    });
  });

  it('has the permit back when the one that was being given it is cancelled', () => {
    virtually(function* () {
      const semaphore = new Semaphore(1);
      const tasks = spawn(2, function* (index) {
        yield* asyncWith(semaphore, function* () {
          if (index === 1) throw new Error('not to be reached');
          yield* turns();
        });
        tasks[1]!.cancel();
      });
      const [, error] = yield* gather(...tasks, { returnExceptions: true });
      expect(error).toBeInstanceOf(CancelledError);
      expect(String(semaphore)).toBe('<Semaphore [unlocked, value:1]>');
      yield* waitFor(semaphore.acquire(), 1);
    });
  });

  it('hands the permit over when it is released, so that nobody can come in between', () => {
    virtually(function* () {
      const semaphore = new Semaphore(1);
      const order: string[] = [];
      function* taker(name: string): Coroutine {
        yield* semaphore.acquire();
        order.push(name);
      }
      yield* semaphore.acquire();
      const tasks = [createTask(taker('waiter'))];
      yield* turns();
      semaphore.release();
      // Its value is 0: the permit is the waiter's, who has not run yet.
      expect(String(semaphore)).toBe('<Semaphore [locked, waiters:1]>');
      tasks.push(createTask(taker('newcomer')));
      semaphore.release();
      expect(semaphore.locked()).toBe(true);
      yield* gather(...tasks);
      expect(order).toEqual(['waiter', 'newcomer']);
    });
  });

  it('makes a newcomer wait while others do, even if a permit is free', () => {
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const order: number[] = [];
      const tasks = takers(semaphore, 1, order);
      yield* turns();
      semaphore.release();
      semaphore.release();
      expect(semaphore.locked()).toBe(true);
      yield* semaphore.acquire();
      order.push(-1);
      expect(order).toEqual([0, -1]);
      yield* gather(...tasks);
    });
  });

  it('hands on the permit of a waiter that is cancelled after it was given it', () => {
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const [woken, next] = spawn(2, () => semaphore.acquire());
      yield* turns();
      semaphore.release();
      woken!.cancel();
      expect(yield* waitFor(next!, 1)).toBe(true);
      expect([woken!.cancelled(), String(semaphore)]).toEqual([true, '<Semaphore [locked]>']);
    });
  });

  it('is just unlocked by a release when nobody waits', () => {
    virtually(function* () {
      const semaphore = new Semaphore();
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(true);
      semaphore.release();
      expect(semaphore.locked()).toBe(false);
    });
  });

  it('lets tasks that come again queue behind those who wait', () => {
    virtually(function* () {
      const semaphore = new Semaphore(1);
      const order: string[] = [];
      function* twice(name: string): Coroutine {
        for (const time of [1, 2]) {
          yield* semaphore.acquire();
          order.push(`${name}${time}`);
          yield* sleep(0.01);
          semaphore.release();
        }
      }
      yield* asyncWith(new TaskGroup(), function* (group) {
        for (const name of ['a', 'b', 'c']) group.createTask(twice(name));
      });
      expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
    });
  });

  it('does not let a task that releases and acquires again overtake one that waits', () => {
    virtually(function* () {
      const semaphore = new Semaphore(1);
      const order: string[] = [];
      function* once(name: string): Coroutine {
        yield* semaphore.acquire();
        order.push(name);
      }
      const tasks = [
        createTask(once('first')),
        createTask(
          (function* (): Coroutine {
            yield* once('second');
            semaphore.release();
            yield* once('second again');
          })(),
        ),
        createTask(once('third')),
      ];
      yield* turns();
      semaphore.release();
      semaphore.release();
      yield* gather(...tasks);
      expect(order).toEqual(['first', 'second', 'third', 'second again']);
    });
  });

  it('keeps the order of the others when one is cancelled', () => {
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const order: number[] = [];
      const tasks = takers(semaphore, 3, order);
      yield* turns();
      tasks[0]!.cancel();
      yield* turns();
      semaphore.release();
      semaphore.release();
      yield* gather(...tasks, { returnExceptions: true });
      expect(order).toEqual([1, 2]);
    });
  });

  it('wakes all for whom there is a permit when the first of them takes his', () => {
    virtually(function* () {
      const semaphore = new Semaphore(0);
      const order: string[] = [];
      const texts: string[] = [];
      let afterwards: Task<void> | null = null;
      function* noting(name: string): Coroutine {
        order.push(name);
      }
      const tasks = spawn(3, function* (index) {
        if (index === 1) {
          // The first waits; there is one permit for each, and two of them are free until it has its turn.
          for (let i = 0; i < 3; i++) semaphore.release();
          expect(semaphore.locked()).toBe(true);
        }
        yield* semaphore.acquire();
        texts.push(String(semaphore));
        order.push(`taker ${index}`);
        if (index === 0) afterwards = createTask(noting('made by the first'));
      });
      yield* gather(...tasks);
      yield* afterwards!;
      expect(order).toEqual(['taker 0', 'taker 1', 'taker 2', 'made by the first']);
      expect(texts.at(-1)).toBe('<Semaphore [locked]>');
    });
  });

  it('is held in the body of asyncWith, and by using', () => {
    virtually(function* () {
      const semaphore = new Semaphore(1);
      yield* asyncWith(semaphore, function* () {
        expect(semaphore.locked()).toBe(true);
      });
      {
        using _held = yield* semaphore.hold();
        expect(semaphore.locked()).toBe(true);
      }
      expect(semaphore.locked()).toBe(false);
    });
  });

  it('belongs to the loop in which somebody first waited for it, and says so in another', () => {
    const semaphore = new Semaphore(0);
    virtually(function* () {
      yield* thrownBy(waitFor(semaphore.acquire(), 1));
    });
    virtually(function* () {
      expect(yield* thrownBy(semaphore.acquire())).toEqual(
        new RuntimeError('<Semaphore [locked]> is bound to a different event loop'),
      );
    });
  });

  it('keeps the permit of a waiter that ends otherwise than by a cancellation', () => {
    const ways: ((coro: Coroutine<true>) => void)[] = [
      (coro) => coro.return(true),
      (coro) => expect(() => coro.throw(new RangeError('boom'))).toThrow('boom'),
    ];
    for (const end of ways) {
      virtually(function* () {
        const semaphore = new Semaphore(0);
        const woken = semaphore.acquire();
        woken.next();
        const next = createTask(semaphore.acquire());
        yield* turns();
        semaphore.release();
        end(woken);
        expect(yield* waitFor(next, 1)).toBe(true);
        expect(String(semaphore)).toBe('<Semaphore [locked]>');
      });
    }
  });

  it('lets 20,000 waiters be cancelled in the worst order in no time', () => {
    const count = 20_000;
    const loop = new VirtualEventLoop();
    const semaphore = new Semaphore(0);
    function* main(): Coroutine {
      const tasks = spawn(count, () => semaphore.acquire());
      yield* turns();
      for (let i = count - 1; i > 0; i--) {
        tasks[i]!.cancel();
        if (i % 1000 === 0) yield* turns();
      }
      yield* turns();
      expect(String(semaphore)).toBe('<Semaphore [locked, waiters:1]>');
      semaphore.release();
      yield* tasks[0]!;
    }
    withoutTraces(() => loop.runUntilCompleteSync(main()));
    loop.close();
  });
});

describe('BoundedSemaphore', () => {
  it('cannot be released more often than it was acquired', () => {
    virtually(function* () {
      const semaphore = new BoundedSemaphore(1);
      const error = new ValueError('BoundedSemaphore released too many times');
      expect(() => semaphore.release()).toThrow(error);
      yield* semaphore.acquire();
      semaphore.release();
      expect(() => semaphore.release()).toThrow(error);
      expect(String(semaphore)).toBe('<BoundedSemaphore [unlocked, value:1]>');
    });
  });

  it('has one permit if nothing else is said', () => {
    expect(String(new BoundedSemaphore())).toBe('<BoundedSemaphore [unlocked, value:1]>');
    expect(String(new BoundedSemaphore({ value: 3 }))).toBe('<BoundedSemaphore [unlocked, value:3]>');
  });
});

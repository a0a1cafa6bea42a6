import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../src/index.js';
import {
  type Coroutine,
  createTask,
  DeadlockError,
  type EventLoop,
  type ExceptionContext,
  Future,
  KeyboardInterrupt,
  RuntimeError,
  sleep,
  SystemExit,
  ValueError,
} from '../../src/index.js';
import { blocking, drivers, virtual } from '../helpers/drivers.js';

describe.each(drivers)('runUntilComplete, on the $name driver', (driver) => {
  let loop: EventLoop;
  const reports: ExceptionContext[] = [];
  beforeEach(() => {
    loop = driver.newLoop();
    reports.length = 0;
    loop.setExceptionHandler((_loop, context) => reports.push(context));
  });
  afterEach(() => {
    loop.close();
  });

  it('gives the result of a coroutine, after the time that this takes', async () => {
    const started = loop.time();
    expect(await driver.runUntilComplete(loop, sleep(0.01, 'slept'))).toBe('slept');
    expect(loop.time() - started).toBeGreaterThan(0.009);
  });

  it('gives the result of a future, of a task and of an object that can be awaited', async () => {
    const future = loop.createFuture<number>();
    loop.callSoon(() => {
      future.setResult(1);
    });
    expect(await driver.runUntilComplete(loop, future)).toBe(1);
    expect(await driver.runUntilComplete(loop, future)).toBe(1);
    expect(await driver.runUntilComplete(loop, loop.createTask(sleep(0, 2)))).toBe(2);
    const awaitable = { [Symbol.iterator]: () => sleep(0, 3) };
    expect(await driver.runUntilComplete(loop, awaitable)).toBe(3);
  });

  it('throws what the coroutine throws', async () => {
    const error = new Error('no');
    function* fails(): Coroutine {
      yield* sleep(0);
      throw error;
    }
    await expect(driver.runUntilComplete(loop, fails())).rejects.toBe(error);
    expect(reports).toEqual([]);
  });

  it.each([7, 'blah', null, {}])('refuses %j, which cannot be awaited', async (value) => {
    await expect(driver.runUntilComplete(loop, value as never)).rejects.toThrow(
      new TypeError('An asyncio.Future, a coroutine or an awaitable is required'),
    );
  });

  it('refuses the future of another loop', async () => {
    const other = driver.newLoop();
    await expect(driver.runUntilComplete(loop, other.createFuture())).rejects.toThrow(
      new ValueError('The future belongs to a different loop than the one specified as the loop argument'),
    );
    other.close();
  });

  it('still runs what else is ready in the last round, and no more', async () => {
    const calls: string[] = [];
    const future = loop.createFuture();
    loop.callSoon(() => {
      future.setResult(null);
      loop.callSoon(() => {
        calls.push('round of the callbacks');
        loop.callSoon(() => calls.push('too late'));
      });
    });
    await driver.runUntilComplete(loop, future);
    expect(calls).toEqual(['round of the callbacks']);
  });

  it('fails if the loop is stopped before', async () => {
    function* stops(): Coroutine {
      loop.stop();
      yield* sleep(0);
      yield* sleep(0);
    }
    const task = loop.createTask(stops());
    await expect(driver.runUntilComplete(loop, task)).rejects.toThrow(
      new RuntimeError('Event loop stopped before Future completed.'),
    );
    // The callback was taken back: the task's end does not stop the next run.
    const rounds: number[] = [];
    function* counts(): Coroutine {
      for (let i = 0; i < 5; i++) {
        rounds.push(i);
        yield* sleep(0);
      }
    }
    await driver.runUntilComplete(loop, counts());
    expect(task.done()).toBe(true);
    expect(rounds).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses a closed loop and a running one, and closes the coroutine', async () => {
    const closed = driver.newLoop();
    closed.close();
    const coro = sleep(1);
    await expect(driver.runUntilComplete(closed, coro)).rejects.toThrow(
      new RuntimeError('Event loop is closed'),
    );
    expect(coro.next()).toEqual({ done: true, value: undefined });
    await expect(driver.runUntilComplete(closed, loop.createFuture())).rejects.toThrow(
      'Event loop is closed',
    );
    await expect(driver.runForever(closed)).rejects.toThrow('Event loop is closed');
  });

  it('refuses to nest', async () => {
    function* inner(): Coroutine {
      yield* sleep(0);
    }
    function* outer(): Coroutine<unknown> {
      const coro = inner();
      try {
        loop.runUntilCompleteSync(coro);
      } catch (error) {
        expect(coro.next().done).toBe(true);
        return error;
      }
      return yield* sleep(0);
    }
    expect(await driver.runUntilComplete(loop, outer())).toEqual(
      new RuntimeError('This event loop is already running'),
    );
  });

  it('is left by KeyboardInterrupt and SystemExit of the task, and the next run by nothing', async () => {
    for (const error of [new KeyboardInterrupt(), new SystemExit(2)]) {
      function* exits(): Coroutine {
        yield* sleep(0);
        throw error;
      }
      const task = loop.createTask(exits());
      await expect(driver.runUntilComplete(loop, task)).rejects.toBe(error);
      expect(task.exception()).toBe(error);
      // Nothing of it is left: the next run is not stopped before its time.
      expect(await driver.runUntilComplete(loop, sleep(0.001, 'next'))).toBe('next');
    }
    expect(reports).toEqual([]);
  });

  it('reports neither the interrupted coroutine nor its error later', async () => {
    function* exits(): Coroutine {
      throw new KeyboardInterrupt();
    }
    await expect(driver.runUntilComplete(loop, exits())).rejects.toThrow(KeyboardInterrupt);
    loop.close();
    expect(reports).toEqual([]);
  });

  it('leaves alone a future that a closed loop has left behind', async () => {
    // It is abandoned half-way, and ends in no loop at all.
    const orphan = driver.newLoop();
    orphan.setExceptionHandler((_loop, context) => reports.push(context));
    let left: Task<void> | null = null;
    function* abandoned(): Coroutine {
      yield* sleep(1);
    }
    function* main(): Coroutine {
      left = createTask(abandoned());
      yield* sleep(0);
      throw new Error('leaves');
    }
    await expect(driver.runUntilComplete(orphan, main())).rejects.toThrow('leaves');
    orphan.close();
    expect(reports.map(({ message }) => message)).toEqual(['Task was destroyed but it is pending!']);
    expect(left!.done()).toBe(false);
    expect(await driver.runUntilComplete(loop, sleep(0, 'fine'))).toBe('fine');
  });
});

describe.each([blocking, virtual])('runUntilCompleteSync, on the $name driver', (driver) => {
  it('says at once that what it waits for can never come', () => {
    const loop = driver.newLoop();
    const future = loop.createFuture();
    expect(() => loop.runUntilCompleteSync(future)).toThrow(
      new DeadlockError(
        'deadlock: the event loop is waiting, but no task is left, no timer is set and no file descriptor is watched',
      ),
    );
    loop.close();
  });

  it('names the tasks that wait, and what they wait for', () => {
    const loop = driver.newLoop();
    function* waits(): Coroutine {
      yield* new Future<never>();
    }
    function* main(): Coroutine {
      const inner = createTask(waits(), { name: 'inner' });
      yield* inner;
    }
    let error: unknown;
    try {
      loop.runUntilCompleteSync(loop.createTask(main(), { name: 'outer' }));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DeadlockError);
    const { message } = error as Error;
    expect(message).toContain('deadlock: 2 tasks wait for what can no longer happen');
    expect(message).toContain('outer: waits for task inner');
    expect(message).toContain('inner: waits for <Future pending');
    expect(message).toMatch(/at main \(.*run-until-complete\.test\.ts:\d+:\d+\)/);
    loop.setExceptionHandler(() => undefined);
    loop.close();
  });
});

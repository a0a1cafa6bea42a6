import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  ensureFuture,
  EventLoop,
  RuntimeError,
  sleep,
  Task,
  type TaskFactory,
  type TaskOptions,
} from '../../src/index.js';

let loop: EventLoop;
beforeEach(() => {
  loop = new EventLoop();
});
afterEach(() => {
  loop.close();
});

class MyTask<T> extends Task<T> {}

describe('createTask of a loop', () => {
  it('makes a task that runs, with a name', () => {
    const task = loop.createTask(sleep(0, 'result'), { name: 'named' });
    expect(task).toBeInstanceOf(Task);
    expect(task.getName()).toBe('named');
    expect(task.getLoop()).toBe(loop);
    expect(loop.runUntilCompleteSync(task)).toBe('result');
  });

  it('takes a promise', async () => {
    const task = loop.createTask(Promise.resolve('kept'));
    expect(await loop.runUntilComplete(task)).toBe('kept');
  });

  it('waits for a promise in its own loop, whatever loop runs or was chosen', async () => {
    const other = new EventLoop();
    const wait = other.runUntilComplete(sleep(0.01));
    const task = loop.createTask(Promise.resolve('kept'));
    expect(await loop.runUntilComplete(task)).toBe('kept');
    await wait;
    other.close();
  });

  it.each([7, 'coro', null, undefined, {}, () => undefined])('refuses %s', (value) => {
    expect(() => loop.createTask(value as never)).toThrow(/^a coroutine was expected, got /);
  });

  it('refuses a future: it can be awaited, but it is no coroutine', () => {
    expect(() => loop.createTask(loop.createFuture() as never)).toThrow(
      'a coroutine was expected, got <Future pending>',
    );
  });

  it('closes the coroutine that it refuses because the loop is closed', () => {
    loop.close();
    for (const refused of [
      (coro: Coroutine) => loop.createTask(coro),
      (coro: Coroutine) => ensureFuture(coro, { loop }),
    ]) {
      const steps: string[] = [];
      function* coroutine(): Coroutine {
        steps.push('ran');
        yield* sleep(0);
      }
      const coro = coroutine();
      expect(() => refused(coro)).toThrow(new RuntimeError('Event loop is closed'));
      expect(coro.next()).toEqual({ done: true, value: undefined });
      expect(steps).toEqual([]);
    }
  });
});

describe('a task factory', () => {
  it('is none, until one is set, and can be taken back', () => {
    const factory: TaskFactory = (given, coro, options) => new MyTask(coro, { ...options, loop: given });
    expect(loop.getTaskFactory()).toBe(null);
    loop.setTaskFactory(factory);
    expect(loop.getTaskFactory()).toBe(factory);
    const task = loop.createTask(sleep(0));
    expect(task).toBeInstanceOf(MyTask);
    loop.setTaskFactory(undefined);
    expect(loop.getTaskFactory()).toBe(null);
    loop.setTaskFactory(null);
    expect(loop.getTaskFactory()).toBe(null);
    const plain = loop.createTask(sleep(0));
    expect(plain).not.toBeInstanceOf(MyTask);
    loop.runUntilCompleteSync(task);
    loop.runUntilCompleteSync(plain);
  });

  it('must be callable', () => {
    expect(() => {
      loop.setTaskFactory(1 as never);
    }).toThrow(new TypeError('task factory must be a callable or None'));
  });

  it('makes all tasks, and gets all options', () => {
    const got: unknown[] = [];
    loop.setTaskFactory((given, coro, options?: TaskOptions) => {
      got.push(options);
      return new MyTask(coro, { ...options, loop: given });
    });
    function* main(): Coroutine<boolean> {
      const task = createTask(sleep(0), { name: 'inner', eagerStart: false });
      yield* task;
      return task instanceof MyTask && task.getName() === 'inner';
    }
    expect(loop.runUntilCompleteSync(main())).toBe(true);
    expect(got).toEqual([undefined, { name: 'inner', eagerStart: false }]);
  });

  it('may give whatever it likes, and that is what createTask gives', () => {
    const future = loop.createFuture<never>();
    loop.setTaskFactory((_loop, coro) => {
      coro.return(undefined as never);
      return future as never;
    });
    expect(loop.createTask(sleep(0))).toBe(future);
  });
});

import { describe, expect, it } from 'vitest';
import {
  allTasks,
  asyncWith,
  CancelledError,
  ContextVar,
  type Coroutine,
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
  type Future,
  gather,
  getRunningLoop,
  KeyboardInterrupt,
  sleep,
  Task,
  type TaskConstructorOptions,
  TaskGroup,
  ValueError,
} from '../../src/index.js';
import type { VirtualEventLoop } from '../../src/testing/index.js';
import { caught, onLoop, oneRound, thrownBy, turns, virtually } from './support.js';

/** Run `main` on a loop with the eager task factory. */
function eagerly<T>(main: (loop: VirtualEventLoop) => Coroutine<T>): T {
  return virtually(function* (loop) {
    loop.setTaskFactory(eagerTaskFactory);
    return yield* main(loop);
  });
}

function* returns<T>(value: T): Coroutine<T> {
  return value;
}

describe('The eager task factory', () => {
  it('can be set, asked for, and makes tasks', () => {
    virtually(function* (loop) {
      const factory = createEagerTaskFactory(Task);
      loop.setTaskFactory(factory);
      expect(loop.getTaskFactory()).toBe(factory);
      const task = loop.createTask(returns(1));
      expect(task).toBeInstanceOf(Task);
      expect(yield* task).toBe(1);
      loop.setTaskFactory(null);
      expect(loop.getTaskFactory()).toBe(null);
      expect(createTask(returns(1)).done()).toBe(false);
      yield* turns();
    });
  });

  it('starts eagerly where `eagerStart` is undefined, and not where it is false', () => {
    virtually(function* (loop) {
      for (const factory of [eagerTaskFactory, createEagerTaskFactory(Task)]) {
        loop.setTaskFactory(factory);
        const done = [undefined, true, false].map((eagerStart) =>
          createTask(returns(1), { eagerStart }).done(),
        );
        expect(done).toEqual([true, true, false]);
      }
      yield* turns();
    });
  });

  it('completes a task in createTask, without scheduling anything', () => {
    eagerly(function* (loop) {
      const task = createTask(returns('hello'));
      expect(task.done()).toBe(true);
      expect(loop._ready.length).toBe(0);
      expect(task.result()).toBe('hello');
      expect(yield* task).toBe('hello');
    });
  });

  it('lets the first step complete a future that its creator awaits', () => {
    eagerly(function* (loop) {
      const future = loop.createFuture<string>();
      function* completes(target: Future<string>): Coroutine {
        target.setResult('my message');
      }
      expect(createTask(completes(future)).done()).toBe(true);
      expect(yield* future).toBe('my message');
    });
  });

  it('schedules what does not end in its first step', () => {
    eagerly(function* () {
      const task = createTask(sleep(0.1, 'after blocking'));
      expect(task.done()).toBe(false);
      expect(task._futWaiter).not.toBe(null);
      expect(yield* task).toBe('after blocking');
    });
  });

  it('schedules what gives up its turn in its first step', () => {
    eagerly(function* () {
      const task = createTask(sleep(0, 'next round'));
      expect(task.done()).toBe(false);
      expect(yield* task).toBe('next round');
    });
  });

  it('still tells callbacks through the loop', () => {
    eagerly(function* () {
      const trace: string[] = [];
      const task = createTask(returns(1));
      task.addDoneCallback(() => trace.push('callback'));
      expect(trace).toEqual([]);
      yield* turns();
      expect(trace).toEqual(['callback']);
    });
  });

  it('keeps an error in the task: createTask does not throw it', () => {
    eagerly(function* () {
      const error = new ValueError('no');
      function* fails(): Coroutine {
        throw error;
      }
      const task = createTask(fails());
      expect(task.done()).toBe(true);
      expect(yield* thrownBy(task)).toBe(error);
    });
  });

  it('lets KeyboardInterrupt out of createTask', () => {
    onLoop((loop) => {
      const interrupt = new KeyboardInterrupt();
      function* fails(): Coroutine {
        throw interrupt;
      }
      function* main(): Coroutine {
        loop.createTask(fails(), { eagerStart: true });
      }
      expect(caught(() => loop.runUntilCompleteSync(main()))).toBe(interrupt);
      expect(currentTask(loop)).toBe(null);
    });
  });

  it('makes tasks whose cancellation is refused when they ended in their first step', () => {
    eagerly(function* () {
      const task = createTask(returns('done'));
      expect(task.cancel()).toBe(false);
      expect(yield* task).toBe('done');
      expect(task.cancelled()).toBe(false);
    });
  });

  it('makes tasks that can be cancelled when they did not', () => {
    eagerly(function* () {
      const task = createTask(sleep(0.1));
      expect(task.cancel('cancellation message')).toBe(true);
      expect(task.cancelling()).toBe(1);
      const error = yield* thrownBy(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe('cancellation message');
    });
  });

  it('cancels at its first wait what cancels itself in its first step', () => {
    eagerly(function* () {
      function* cancelsItself(): Coroutine {
        currentTask()!.cancel('own');
        yield* sleep(10);
      }
      expect((yield* thrownBy(createTask(cancelsItself()))).message).toBe('own');
    });
  });

  it('makes the new task the current one in its first step, and the creator again after it', () => {
    eagerly(function* () {
      const seen: unknown[] = [];
      function* asks(): Coroutine {
        seen.push(currentTask());
        yield* sleep(0.1);
        seen.push(currentTask());
      }
      const creator = currentTask();
      const task = createTask(asks());
      expect(currentTask()).toBe(creator);
      expect(Object.is(seen[0], task)).toBe(true);
      yield* task;
      expect(Object.is(seen[1], task)).toBe(true);
    });
  });

  it('nests: the first step may make tasks that start at once too', () => {
    eagerly(function* () {
      const trace: string[] = [];
      function* level(depth: number): Coroutine {
        trace.push(`in ${depth} ${currentTask()!.getName()}`);
        if (depth < 3) createTask(level(depth + 1), { name: `level ${depth + 1}` });
        trace.push(`out ${depth} ${currentTask()!.getName()}`);
      }
      createTask(level(1), { name: 'level 1' });
      expect(trace).toEqual([
        'in 1 level 1',
        'in 2 level 2',
        'in 3 level 3',
        'out 3 level 3',
        'out 2 level 2',
        'out 1 level 1',
      ]);
      yield* turns();
    });
  });

  it('has the task among all tasks in its first step, and no longer if it ended there', () => {
    eagerly(function* () {
      const seen: Set<Task>[] = [];
      function* asks(): Coroutine {
        seen.push(allTasks());
      }
      const task = createTask(asks());
      expect([...seen[0]!].some((other) => Object.is(other, task))).toBe(true);
      expect([...allTasks()].some((other) => Object.is(other, task))).toBe(false);
    });
  });

  it('has the task among all tasks while it waits', () => {
    eagerly(function* (loop) {
      const [first, second] = [loop.createFuture<void>(), loop.createFuture<void>()];
      const sizes: number[] = [];
      function* waits(): Coroutine {
        sizes.push(allTasks().size);
        yield* first;
        second.setResult();
      }
      createTask(waits());
      sizes.push(allTasks().size);
      first.setResult();
      yield* second;
      sizes.push(allTasks().size);
      expect(sizes).toEqual([2, 2, 1]);
    });
  });

  it('runs the first step in the context of the task, a copy of that of its creator', () => {
    const variable = new ContextVar<number>('variable', { default: 0 });
    eagerly(function* () {
      const seen: number[] = [];
      function* changes(): Coroutine {
        seen.push(variable.get());
        variable.set(2);
        yield* sleep(0.1);
        seen.push(variable.get());
        variable.set(3);
      }
      variable.set(1);
      const task = createTask(changes());
      expect(seen).toEqual([1]);
      expect(variable.get()).toBe(1);
      yield* task;
      expect(seen).toEqual([1, 2]);
      expect(variable.get()).toBe(1);
      expect(task.getContext().get(variable)).toBe(3);
    });
  });

  it('gives up its coroutine when it ended in its first step', () => {
    eagerly(function* () {
      const task = createTask(returns(1));
      expect(task.getCoro()).toBe(null);
      yield* task;
      expect(task.getCoro()).toBe(null);
      const waiting = createTask(sleep(0.1));
      expect(waiting.getCoro()).not.toBe(null);
      yield* waiting;
    });
  });

  it('shows the name in the first step', () => {
    eagerly(function* () {
      const names: string[] = [];
      function* asks(): Coroutine {
        names.push(currentTask()!.getName());
      }
      createTask(asks(), { name: 'test name' });
      expect(names).toEqual(['test name']);
      yield* turns();
    });
  });

  it('can be told not to, for one task', () => {
    eagerly(function* () {
      const task = createTask(returns(1), { eagerStart: false });
      expect(task.done()).toBe(false);
      expect(yield* task).toBe(1);
    });
  });

  it('starts nothing while the loop does not run', () => {
    onLoop((loop) => {
      loop.setTaskFactory(eagerTaskFactory);
      const task = loop.createTask(returns(1));
      expect(task.done()).toBe(false);
      expect(loop.runUntilCompleteSync(task)).toBe(1);
      const direct = eagerTaskFactory(loop, returns(2));
      expect(loop.runUntilCompleteSync(direct)).toBe(2);
    });
  });

  it('has a failing child cancel its group through the loop, not inside createTask', () => {
    eagerly(function* () {
      const trace: string[] = [];
      function* fails(): Coroutine {
        throw new ValueError('no');
      }
      const error = yield* thrownBy(
        asyncWith(new TaskGroup(), function* (group) {
          group.createTask(fails());
          trace.push('goes on');
          yield* sleep(10);
          trace.push('never here');
        }),
      );
      expect(error.message).toBe('unhandled errors in a TaskGroup');
      expect(trace).toEqual(['goes on']);
    });
  });
});

describe('createTask with eagerStart', () => {
  it('true starts at once, with the usual factory', () => {
    virtually(function* () {
      let started = false;
      function* starts(): Coroutine<string> {
        started = true;
        return 'ok';
      }
      const task = createTask(starts(), { eagerStart: true });
      expect(started).toBe(true);
      expect(yield* task).toBe('ok');
    });
  });

  it('true is scheduled as usual if the loop does not run', () => {
    onLoop((loop) => {
      const task = new Task(returns('ok'), { loop, eagerStart: true });
      expect(task.done()).toBe(false);
      expect(loop.runUntilCompleteSync(task)).toBe('ok');
    });
  });

  it('false is scheduled as usual', () => {
    virtually(function* (loop) {
      const task = new Task(returns('ok'), { loop, eagerStart: false });
      expect(task.done()).toBe(false);
      expect(yield* task).toBe('ok');
    });
  });
});

describe('createEagerTaskFactory', () => {
  it("makes tasks of a class of one's own", () => {
    class Job<T> extends Task<T> {}
    virtually(function* (loop) {
      loop.setTaskFactory(createEagerTaskFactory(Job));
      const task = createTask(returns(1), { name: 'job' });
      expect(task).toBeInstanceOf(Job);
      expect(task.getName()).toBe('job');
      expect(task.done()).toBe(true);
      yield* turns();
    });
  });

  it('passes all options to a function', () => {
    virtually(function* (loop) {
      const seen: TaskConstructorOptions[] = [];
      const factory = createEagerTaskFactory((coro, options) => {
        seen.push(options);
        return new Task(coro, options);
      });
      loop.setTaskFactory(factory);
      yield* createTask(returns(1), { name: 'one' });
      yield* createTask(returns(1), { eagerStart: false });
      yield* factory(loop, returns(1));
      expect(seen).toEqual([
        { eagerStart: true, name: 'one', loop },
        { eagerStart: false, loop },
        { eagerStart: true, loop },
      ]);
    });
  });

  /** How many tasks are made that do not end in their first step. */
  function countTasks(eager: boolean, main: () => Coroutine<unknown>): number {
    let count = 0;
    onLoop((loop) => {
      function counting<T>(coro: Coroutine<T>, options: TaskConstructorOptions): Task<T> {
        if (options.eagerStart !== true) count++;
        return new Task(coro, options);
      }
      loop.setTaskFactory(
        eager
          ? createEagerTaskFactory(counting)
          : (of, coro, options) => counting(coro, { ...options, loop: of }),
      );
      loop.runUntilCompleteSync(main());
    });
    return count;
  }

  function* chain(depth: number): Coroutine<number> {
    return depth === 0 ? 0 : 1 + (yield* chain(depth - 1));
  }

  function* groups(width: number, depth: number): Coroutine {
    if (depth === 0) return;
    yield* asyncWith(new TaskGroup(), function* (group) {
      for (let i = 0; i < width; i++) group.createTask(groups(width, depth - 1));
    });
  }

  function* gathers(width: number, depth: number): Coroutine {
    if (depth === 0) return;
    yield* gather(...Array.from({ length: width }, () => gathers(width, depth - 1)));
  }

  it('makes no task for a chain of awaits but the outermost', () => {
    expect(countTasks(false, () => chain(100))).toBe(1);
    expect(countTasks(true, () => chain(100))).toBe(0);
  });

  it('makes one for each coroutine of nested groups', () => {
    expect(countTasks(false, () => groups(5, 4))).toBe(781);
    expect(countTasks(true, () => groups(5, 4))).toBe(0);
  });

  it('makes one for each coroutine of nested gathers', () => {
    expect(countTasks(false, () => gathers(5, 4))).toBe(781);
    expect(countTasks(true, () => gathers(5, 4))).toBe(0);
  });
});

describe('setTaskFactory', () => {
  it('passes the loop, the coroutine and all options to the factory', () => {
    virtually(function* (loop) {
      const coro = returns(1);
      const seen: unknown[] = [];
      loop.setTaskFactory((of, given, options) => {
        seen.push(of, given, options);
        return new Task(given, { ...options, loop: of });
      });
      const task = getRunningLoop().createTask(coro, { name: 'made' });
      expect(seen[0]).toBe(loop);
      expect(seen[1]).toBe(coro);
      expect(seen[2]).toEqual({ name: 'made' });
      expect(yield* task).toBe(1);
    });
  });

  it('refuses what cannot be called', () => {
    onLoop((loop) => {
      expect(caught(() => loop.setTaskFactory(1 as never))).toMatchObject({
        name: 'TypeError',
        message: 'task factory must be a callable or None',
      });
      oneRound(loop);
    });
  });
});

import { describe, expect, it } from 'vitest';
import {
  _enterTask,
  _leaveTask,
  _registerTask,
  _swapCurrentTask,
  _unregisterTask,
  allTasks,
  type Coroutine,
  createTask,
  currentTask,
  Future,
  iscoroutinefunction,
  sleep,
  Task,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { caught, onLoop, oneRound, turns, virtually } from './support.js';

describe('currentTask', () => {
  it('is the task that runs', () => {
    onLoop((loop) => {
      function* asks(): Coroutine<[Task | null, Task | null]> {
        return [currentTask(), currentTask(loop)];
      }
      const task = new Task(asks(), { loop });
      const [implicit, explicit] = loop.runUntilCompleteSync(task);
      expect(implicit).toBe(task);
      expect(explicit).toBe(task);
    });
  });

  it('is null when no task runs: in a callback, and of a loop that does not run', () => {
    virtually(function* (loop) {
      const seen: unknown[] = [];
      loop.callSoon(() => seen.push(currentTask()));
      yield* turns();
      expect(seen).toEqual([null]);
      const other = new VirtualEventLoop();
      expect(currentTask(other)).toBe(null);
      other.close();
    });
    onLoop((loop) => {
      expect(currentTask(loop)).toBe(null);
    });
  });

  it('needs a running loop if none is given', () => {
    for (const call of [() => currentTask(), () => currentTask(null)]) {
      expect(caught(call)).toMatchObject({ name: 'RuntimeError', message: 'no running event loop' });
    }
  });

  it('follows tasks that run in turns', () => {
    virtually(function* () {
      function* asks(): Coroutine<boolean> {
        const task = currentTask();
        for (let i = 0; i < 3; i++) {
          yield* sleep(0.1);
          if (currentTask() !== task) return false;
        }
        return true;
      }
      const tasks = [createTask(asks()), createTask(asks())];
      const me = currentTask();
      expect([yield* tasks[0]!, yield* tasks[1]!]).toEqual([true, true]);
      expect(currentTask()).toBe(me);
    });
  });
});

describe('allTasks', () => {
  it('are those of the loop that are not done, in the order they were made', () => {
    virtually(function* (loop) {
      const main = currentTask()!;
      const tasks = [2, 1, 3].map((seconds) => createTask(sleep(seconds), { name: String(seconds) }));
      const names = (): string[] =>
        [...allTasks()].filter((task) => task !== main).map((task) => task.getName());
      expect(names()).toEqual(['2', '1', '3']);
      expect(allTasks(loop).has(main)).toBe(true);
      yield* tasks[1]!;
      expect(names()).toEqual(['2', '3']);
      yield* tasks[0]!;
      expect(names()).toEqual(['3']);
      yield* tasks[2]!;
      expect(names()).toEqual([]);
    });
  });

  it('stay in order though somebody completes a task behind its back', () => {
    onLoop((loop) => {
      const task = loop.createTask(sleep(0, 'own'));
      Future.prototype.setResult.call(task, 'forced');
      expect(task.result()).toBe('forced');
      const other = loop.createTask(sleep(1));
      oneRound(loop);
      oneRound(loop);
      expect([...allTasks(loop)].map((each) => each.getName())).toEqual([other.getName()]);
      loop.runUntilCompleteSync(other);
    });
  });

  it('are asked for by loop from outside, and need a running one if none is given', () => {
    onLoop((loop) => {
      const task = loop.createTask(sleep(0));
      expect([...allTasks(loop)].length).toBe(1);
      const other = new VirtualEventLoop();
      expect(allTasks(other).size).toBe(0);
      other.close();
      loop.runUntilCompleteSync(task);
      expect(allTasks(loop).size).toBe(0);
    });
    expect(caught(() => allTasks())).toMatchObject({
      name: 'RuntimeError',
      message: 'no running event loop',
    });
  });
});

describe('Tasks of another make', () => {
  class Foreign {
    finished = false;
    readonly loop: VirtualEventLoop;
    constructor(loop: VirtualEventLoop) {
      this.loop = loop;
    }
    getLoop(): unknown {
      return this.loop;
    }
    done(): boolean {
      return this.finished;
    }
  }

  it('are among all tasks once they are registered, until they are unregistered', () => {
    onLoop((loop) => {
      const task = new Foreign(loop);
      expect(allTasks(loop).size).toBe(0);
      _registerTask(task);
      expect([...allTasks(loop)] as unknown[]).toEqual([task]);
      _unregisterTask(task);
      expect(allTasks(loop).size).toBe(0);
    });
  });

  it('may have a _loop in place of getLoop', () => {
    onLoop((loop) => {
      const task = { _loop: loop, done: () => false };
      _registerTask(task);
      expect(allTasks(loop).size).toBe(1);
      _unregisterTask(task);
    });
  });

  it('are left out when they are done, and in other loops', () => {
    onLoop((loop) => {
      const task = new Foreign(loop);
      _registerTask(task);
      const other = new VirtualEventLoop();
      expect(allTasks(other).size).toBe(0);
      other.close();
      task.finished = true;
      expect(allTasks(loop).size).toBe(0);
      _unregisterTask(task);
    });
  });

  it('may be unregistered without having been registered', () => {
    onLoop((loop) => {
      _unregisterTask(new Foreign(loop));
      expect(allTasks(loop).size).toBe(0);
    });
  });

  it('are only those: one of ours is registered by itself', () => {
    onLoop((loop) => {
      const task = loop.createTask(sleep(0));
      _registerTask(task);
      expect(allTasks(loop).size).toBe(1);
      loop.runUntilCompleteSync(task);
      expect(allTasks(loop).size).toBe(0);
    });
  });

  it('become the current task by _enterTask, and are it no longer by _leaveTask', () => {
    onLoop((loop) => {
      const task = new Foreign(loop);
      _enterTask(loop, task);
      expect(currentTask(loop) as unknown).toBe(task);
      _leaveTask(loop, task);
      expect(currentTask(loop)).toBe(null);
    });
  });

  it('cannot be entered while another task is current', () => {
    onLoop((loop) => {
      const [one, two] = [{ toString: () => 'one' }, { toString: () => 'two' }];
      _enterTask(loop, one);
      expect(caught(() => _enterTask(loop, two))).toMatchObject({
        name: 'RuntimeError',
        message: 'Cannot enter into task two while another task one is being executed.',
      });
      expect(currentTask(loop) as unknown).toBe(one);
      _leaveTask(loop, one);
    });
  });

  it('cannot be left if they are not current, or if none is', () => {
    onLoop((loop) => {
      const [one, two] = [{ toString: () => 'one' }, { toString: () => 'two' }];
      _enterTask(loop, one);
      expect(caught(() => _leaveTask(loop, two))).toMatchObject({
        name: 'RuntimeError',
        message: 'Leaving task two does not match the current task one.',
      });
      expect(currentTask(loop) as unknown).toBe(one);
      _leaveTask(loop, one);
      expect(caught(() => _leaveTask(loop, one)).message).toBe(
        'Leaving task one does not match the current task None.',
      );
    });
  });

  it('can be swapped in and out', () => {
    onLoop((loop) => {
      const task = new Foreign(loop);
      expect(_swapCurrentTask(loop, task)).toBe(null);
      expect(currentTask(loop) as unknown).toBe(task);
      expect(_swapCurrentTask(loop, null)).toBe(task);
      expect(currentTask(loop)).toBe(null);
      oneRound(loop);
    });
  });
});

describe('iscoroutinefunction', () => {
  it('is true for generator functions, and for no others', () => {
    function* coroutine(): Coroutine {
      yield;
    }
    expect(iscoroutinefunction(coroutine)).toBe(true);
    expect(iscoroutinefunction(() => coroutine())).toBe(false);
    expect(iscoroutinefunction(async () => {})).toBe(false);
    expect(iscoroutinefunction(sleep)).toBe(false);
    expect(iscoroutinefunction(coroutine())).toBe(false);
    expect(iscoroutinefunction(null)).toBe(false);
  });
});

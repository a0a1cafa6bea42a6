import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  RuntimeError,
  sleep,
  type Task,
  TaskGroup,
} from '../../src/index.js';
import { thrown, thrownBy } from '../helpers/virtual.js';
import { crash, inLoopWith, kindsOfTasks, later, MyError, names } from './task-group-support.js';

describe.each(kindsOfTasks)('a TaskGroup of %s', (_, factory) => {
  const inLoop = inLoopWith(factory);

  describe('that is ended by cancel()', () => {
    it('cancels its tasks, and ends without an error', () => {
      inLoop(function* (loop) {
        let tasks: Task[] = [];
        const group = new TaskGroup();
        yield* asyncWith(group, function* () {
          tasks = [group.createTask(later(10, null)), group.createTask(later(10, null))];
          createTask(later(0.1, null)).addDoneCallback(() => {
            group.cancel();
          });
        });
        expect(loop.time()).toBeCloseTo(0.1);
        expect(tasks.map((task) => task.cancelled())).toEqual([true, true]);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('ends its body at the next wait', () => {
      inLoop(function* () {
        let reached = 0;
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.cancel();
          reached++;
          yield* sleep(10);
          reached++;
        });
        expect(reached).toBe(1);
        yield* sleep(0);
      });
    });

    it('can be told so twice', () => {
      inLoop(function* () {
        let reached = false;
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.cancel();
          group.cancel();
          yield* sleep(0);
          reached = true;
        });
        expect(reached).toBe(false);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('does not mind being told so after its end', () => {
      inLoop(function* () {
        const group = new TaskGroup();
        yield* asyncWith(group, function* () {
          yield* sleep(0);
        });
        group.cancel();
        yield* sleep(0);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('before it is entered ends its body at the first wait', () => {
      inLoop(function* () {
        const group = new TaskGroup();
        group.cancel();
        const trace: string[] = [];
        yield* asyncWith(group, function* () {
          trace.push('entered');
          yield* sleep(0);
          trace.push('not reached');
        });
        expect(trace).toEqual(['entered']);
      });
    });

    it('takes no more tasks', () => {
      inLoop(function* () {
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.cancel();
          expect(thrown(() => group.createTask(sleep(1)))).toStrictEqual(
            new RuntimeError('TaskGroup <TaskGroup cancelling> is shutting down'),
          );
        });
      });
    });

    it('cancels the very task that says so, at its first wait', () => {
      inLoop(function* () {
        const trace: string[] = [];
        function* ends(group: TaskGroup): Coroutine {
          group.cancel();
          trace.push('said');
          try {
            yield* sleep(10);
          } catch (e) {
            trace.push((e as Error).name);
            throw e;
          }
        }
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(ends(group));
          yield* sleep(10);
        });
        expect(trace).toEqual(['said', 'CancelledError']);
      });
    });

    it('passes on a cancellation from outside that comes meanwhile, with its message', () => {
      inLoop(function* () {
        const group = new TaskGroup();
        const task = createTask(
          asyncWith(group, function* () {
            group.createTask(later(10, null));
            try {
              yield* sleep(10);
            } finally {
              yield* sleep(1);
            }
          }),
        );
        yield* sleep(0.1);
        group.cancel();
        yield* sleep(0.1);
        task.cancel('from outside');
        const error = yield* thrownBy(task);
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as CancelledError).args).toEqual(['from outside']);
      });
    });

    it('passes on a cancellation from outside that comes while it waits for its tasks', () => {
      inLoop(function* () {
        const group = new TaskGroup();
        function* slowToEnd(): Coroutine {
          try {
            yield* sleep(10);
          } finally {
            yield* sleep(1);
          }
        }
        const task = createTask(
          asyncWith(group, function* () {
            group.createTask(slowToEnd());
          }),
        );
        yield* sleep(0.1);
        group.cancel();
        yield* sleep(0.1);
        task.cancel('from outside');
        const error = yield* thrownBy(task);
        expect((error as CancelledError).args).toEqual(['from outside']);
      });
    });

    it('throws the error of a task that says so and fails', () => {
      inLoop(function* () {
        function* endsAndFails(group: TaskGroup): Coroutine {
          group.cancel();
          throw new MyError();
        }
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(endsAndFails(group));
            yield* sleep(10);
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError)');
      });
    });

    it('throws the error of a task that failed before', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0.1));
            try {
              yield* sleep(10);
            } finally {
              group.cancel();
            }
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it.each([
      ['says so and fails', true],
      ['fails and says so', false],
    ])('throws the error of a body that %s', (_what, before) => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            if (before) group.cancel();
            try {
              throw new MyError();
            } finally {
              if (!before) group.cancel();
            }
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError)');
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('lets the first of several be the winner', () => {
      inLoop(function* (loop) {
        let winner: string | undefined;
        function* runs(group: TaskGroup, name: string, delay: number): Coroutine {
          yield* sleep(delay);
          winner ??= name;
          group.cancel();
        }
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(runs(group, 'slow', 3));
          group.createTask(runs(group, 'fast', 1));
          group.createTask(runs(group, 'medium', 2));
        });
        expect(winner).toBe('fast');
        expect(loop.time()).toBeCloseTo(1);
      });
    });
  });
});

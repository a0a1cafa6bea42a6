import { describe, expect, it } from 'vitest';
import type { ExceptionGroup } from '../../src/index.js';
import {
  allTasks,
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  type ExceptionContext,
  KeyboardInterrupt,
  RuntimeError,
  sleep,
  SystemExit,
  type Task,
  TaskGroup,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy } from '../helpers/virtual.js';
import {
  crash,
  crashWhenCancelled,
  inLoopWith,
  kindsOfTasks,
  later,
  MyBaseError,
  MyError,
  names,
} from './task-group-support.js';

describe.each(kindsOfTasks)('a TaskGroup of %s', (_, factory) => {
  const inLoop = inLoopWith(factory);

  describe('with a task that fails', () => {
    it('cancels the others, and throws the errors as a group', () => {
      inLoop(function* () {
        const trace: string[] = [];
        let sibling!: Task;
        function* cancelled(): Coroutine {
          try {
            yield* sleep(1);
          } catch (e) {
            trace.push((e as Error).name);
            throw e;
          }
          trace.push('not reached');
        }
        function* runner(): Coroutine {
          yield* asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0.1));
            sibling = group.createTask(cancelled());
          });
          trace.push('not reached');
        }
        const error = yield* thrownBy(createTask(runner()));
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
        expect((error as ExceptionGroup).message).toBe('unhandled errors in a TaskGroup');
        expect((error as ExceptionGroup).cause).toBe(undefined);
        expect(trace).toEqual(['CancelledError']);
        expect(sibling.cancelled()).toBe(true);
      });
    });

    it('cancels the body, which is interrupted where it waits', () => {
      inLoop(function* (loop) {
        const trace: string[] = [];
        function* noting(name: string): Coroutine {
          try {
            yield* sleep(10);
          } catch (e) {
            trace.push(`${name} ${(e as Error).name}`);
            throw e;
          }
        }
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            for (let i = 0; i < 3; i++) group.createTask(crash(0.1));
            group.createTask(noting('child'));
            yield* noting('body');
            trace.push('not reached');
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError ValueError ValueError)');
        expect(trace.sort()).toEqual(['body CancelledError', 'child CancelledError']);
        expect(loop.time()).toBeCloseTo(0.1);
      });
    });

    it('cancels its tasks in the order in which they were made', () => {
      inLoop(function* () {
        const order: number[] = [];
        function* noting(index: number): Coroutine {
          try {
            yield* sleep(10);
          } finally {
            order.push(index);
          }
        }
        yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            for (let index = 0; index < 5; index++) group.createTask(noting(index));
            group.createTask(crash(0.1));
          }),
        );
        expect(order).toEqual([0, 1, 2, 3, 4]);
      });
    });

    it('stops tasks that make ever more tasks', () => {
      inLoop(function* () {
        let heads = 0;
        function* hydra(group: TaskGroup): Coroutine {
          heads++;
          yield* sleep(0.01);
          group.createTask(hydra(group));
          group.createTask(hydra(group));
        }
        function* hercules(): Coroutine {
          while (heads < 10) yield* sleep(0.015);
          throw new ValueError('enough');
        }
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(hydra(group));
            group.createTask(hercules());
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
        expect(heads).toBeGreaterThanOrEqual(10);
        yield* sleep(1);
        expect(allTasks().size).toBe(1);
      });
    });

    it('takes no more tasks, and closes their coroutines', () => {
      inLoop(function* () {
        let refusal: unknown;
        const refused = later(0, null);
        function* tries(group: TaskGroup): Coroutine {
          try {
            yield* sleep(10);
          } finally {
            refusal = thrown(() => group.createTask(refused));
          }
        }
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(tries(group));
            group.createTask(crash(0.1));
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
        expect(refusal).toBeInstanceOf(RuntimeError);
        expect((refusal as Error).message).toMatch(/^TaskGroup <TaskGroup .*> is shutting down$/);
        expect(refused.next()).toEqual({ done: true, value: undefined });
      });
    });

    it('leaves the count of cancellations as it was', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0));
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('does not let its own cancellation out', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            const failing = crash(0, new MyError());
            failing.next();
            // Not even a task that fails at its start disturbs the call.
            group.createTask(failing);
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError)');
        // It would come here.
        yield* sleep(0);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('cancels a task that made a failing one while it was being made itself', () => {
      inLoop(function* () {
        let interrupted = false;

        function* third(): Coroutine {
          throw new MyError('third task failed');
        }
        function* second(group: TaskGroup): Coroutine {
          group.createTask(third());
          try {
            yield* sleep(0);
            yield* sleep(0);
          } catch (e) {
            interrupted = e instanceof CancelledError;
            throw e;
          }
        }
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(second(group));
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError)');
        expect(interrupted).toBe(true);
      });
    });

    it('throws what a context manager inside of it throws as it is left, too', () => {
      inLoop(function* () {
        class Database {
          *aenter(): Coroutine {
            yield* sleep(0);
          }

          *aexit(): Coroutine {
            yield* sleep(0);
            throw new MyError('at exit');
          }
        }
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            yield* asyncWith(new Database(), function* () {
              group.createTask(crash(0, new MyError('in a task')));
              yield* sleep(1);
            });
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError MyError)');
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('reports the error if the task that entered it has ended without leaving it', () => {
      const reports: ExceptionContext[] = [];
      inLoop(
        function* () {
          const group = new TaskGroup();
          function* parent(): Coroutine {
            yield* group.aenter();
            group.createTask(crash(0.1), { name: 'child' });
          }
          yield* createTask(parent(), { name: 'parent' });
          yield* sleep(1);
        },
        { reports },
      );
      expect(reports).toHaveLength(1);
      expect(reports[0]!.message).toMatch(
        /^Task <Task finished name='child' .* has errored out but its parent task <Task finished name='parent' .* is already completed$/,
      );
      expect(reports[0]!.exception).toBeInstanceOf(ValueError);
      expect((reports[0]!.task as Task).getName()).toBe('child');
    });
  });

  describe('whose body fails', () => {
    it.each([
      ['after a wait', true],
      ['before any wait', false],
    ])('%s cancels its tasks, and throws a group with the error', (_when, waits) => {
      inLoop(function* () {
        const tasks: Task[] = [];
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            tasks.push(group.createTask(later(1, null)), group.createTask(later(2, null)));
            if (waits) yield* sleep(0.1);
            throw new MyError();
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError)');
        expect(tasks.map((task) => task.cancelled())).toEqual([true, true]);
      });
    });

    it('while it is being cancelled because of a task, throws both errors', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0.1));
            yield* crashWhenCancelled(new MyError());
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError ValueError)');
      });
    });

    it.each([
      ['KeyboardInterrupt', () => new KeyboardInterrupt()],
      ['SystemExit', () => new SystemExit(3)],
    ])('with a %s throws it bare, and reports the errors beside it', (_name, make) => {
      const reports: ExceptionContext[] = [];
      const base = make();
      let group!: TaskGroup;
      inLoop(
        function* () {
          group = new TaskGroup();
          const error = yield* thrownBy(
            asyncWith(group, function* () {
              group.createTask(crash(0.1));
              yield* crashWhenCancelled(base);
            }),
          );
          expect(error).toBe(base);
        },
        { reports },
      );
      expect(reports).toHaveLength(1);
      expect(reports[0]!.message).toBe(
        'TaskGroup task exception was not propagated because the TaskGroup body is being closed with a BaseException',
      );
      expect(reports[0]!.exception).toBeInstanceOf(ValueError);
      expect(reports[0]!.taskGroup).toBe(group);
    });

    it('lets a KeyboardInterrupt of a task leave the loop at once, and throws it bare when the loop goes on', () => {
      const loop = new VirtualEventLoop();
      loop.setTaskFactory(factory);
      const interrupt = new KeyboardInterrupt();
      function* main(): Coroutine {
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(crash(0.1, interrupt));
          group.createTask(later(10, null));
          yield* sleep(10);
        });
      }
      const task = loop.createTask(main());
      expect(thrown(() => loop.runUntilCompleteSync(task))).toBe(interrupt);
      expect(task.done()).toBe(false);
      expect(thrown(() => loop.runUntilCompleteSync(task))).toBe(interrupt);
      expect(task.exception()).toBe(interrupt);
      expect(loop.time()).toBeCloseTo(0.1);
      loop.close();
    });

    it('with another base exception throws it in a BaseExceptionGroup', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0.1));
            yield* crashWhenCancelled(new MyBaseError());
          }),
        );
        expect(names(error)).toBe('BaseExceptionGroup(MyBaseError ValueError)');
      });
    });

    it('beside a base exception of a task throws both in a BaseExceptionGroup', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0.1, new MyBaseError()));
            yield* crashWhenCancelled(new TypeError('in the body'));
          }),
        );
        expect(names(error)).toBe('BaseExceptionGroup(MyBaseError TypeError)');
      });
    });
  });
});

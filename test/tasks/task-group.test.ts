import { describe, expect, it } from 'vitest';
import type { ExceptionGroup } from '../../src/index.js';
import {
  allTasks,
  asyncGenerator,
  asyncWith,
  BaseException,
  BaseExceptionGroup,
  CancelledError,
  ContextVar,
  copyContext,
  type Coroutine,
  createTask,
  currentTask,
  eagerTaskFactory,
  Event,
  type ExceptionContext,
  GeneratorExit,
  KeyboardInterrupt,
  run,
  RuntimeError,
  sleep,
  SystemExit,
  type Task,
  type TaskFactory,
  TaskGroup,
  ValueError,
  wait,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { thrown, thrownBy, turns, virtually, type VirtualOptions } from '../helpers/virtual.js';

class MyError extends Error {}
class MyBaseError extends BaseException {}

/** `value`, after `delay` seconds. */
function* later<T>(delay: number, value: T): Coroutine<T> {
  yield* sleep(delay);
  return value;
}

/** Fails after `delay` seconds. */
function* crash(delay: number, error: Error = new ValueError('crashed')): Coroutine<never> {
  yield* sleep(delay);
  throw error;
}

/** Fails when it is cancelled. */
function* crashWhenCancelled(error: Error): Coroutine {
  try {
    yield* sleep(10);
  } finally {
    // eslint-disable-next-line no-unsafe-finally -- the case
    throw error;
  }
}

/** What an error group holds, as the names of classes; groups in brackets. */
function names(error: unknown): string {
  if (!(error instanceof BaseExceptionGroup)) return (error as Error).constructor.name;
  return `${error.constructor.name}(${error.exceptions.map(names).sort().join(' ')})`;
}

describe.each<[string, TaskFactory | null]>([
  ['tasks that start in the next round', null],
  ['tasks that start at once', eagerTaskFactory],
])('a TaskGroup of %s', (_, factory) => {
  const eager = factory !== null;

  /** Run `main` as a task, in virtual time. */
  function inLoop<T>(main: (loop: VirtualEventLoop) => Coroutine<T>, options: VirtualOptions = {}): T {
    return virtually((loop) => {
      loop.setTaskFactory(factory);
      return main(loop);
    }, options);
  }

  describe('that nothing disturbs', () => {
    it('waits for all its tasks, and gives what the body returns', () => {
      inLoop(function* (loop) {
        const [one, other] = yield* asyncWith(new TaskGroup(), function* (group) {
          return [group.createTask(later(0.1, 42)), group.createTask(later(0.2, 11))];
        });
        expect(loop.time()).toBeCloseTo(0.2);
        expect([one.result(), other.result()]).toEqual([42, 11]);
      });
    });

    it('takes tasks later on in the body', () => {
      inLoop(function* (loop) {
        const tasks: Task<number>[] = [];
        yield* asyncWith(new TaskGroup(), function* (group) {
          tasks.push(group.createTask(later(0.1, 42)));
          yield* sleep(0.15);
          tasks.push(group.createTask(later(0.2, 11)));
        });
        expect(loop.time()).toBeCloseTo(0.35);
        expect(tasks.map((task) => task.result())).toEqual([42, 11]);
      });
    });

    it('takes tasks from its tasks, after the body has ended too', () => {
      inLoop(function* (loop) {
        const done: number[] = [];
        function* root(group: TaskGroup): Coroutine {
          yield* sleep(0.1);
          for (const delay of [0.1, 0.2]) {
            group.createTask(later(delay, delay)).addDoneCallback(() => done.push(delay));
          }
        }
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(root(group));
        });
        expect(done).toEqual([0.1, 0.2]);
        expect(loop.time()).toBeCloseTo(0.3);
      });
    });

    it('does not mind a task that is cancelled by hand', () => {
      inLoop(function* () {
        const tasks: Task<number>[] = [];
        yield* asyncWith(new TaskGroup(), function* (group) {
          tasks.push(group.createTask(later(1, 42)));
          yield* sleep(0.15);
          tasks[0]!.cancel();
          tasks.push(group.createTask(later(0.2, 11)));
        });
        expect(tasks[0]!.cancelled()).toBe(true);
        expect(tasks[1]!.result()).toBe(11);
      });
    });

    it('forgets tasks that have ended', () => {
      inLoop(function* () {
        yield* asyncWith(new TaskGroup(), function* (group) {
          for (let count = 0; count < 10; count++) {
            yield* sleep(0.1);
            group.createTask(later(0.3, null));
            if (count === 5) expect(String(group)).toMatch(/^<TaskGroup tasks=[34] entered>$/);
          }
          yield* sleep(1.35);
          expect(String(group)).toBe('<TaskGroup entered>');
        });
      });
    });

    it('does not suspend when it is empty', () => {
      inLoop(function* (loop) {
        let turned = false;
        loop.callSoon(() => {
          turned = true;
        });
        yield* asyncWith(new TaskGroup(), function* () {
          // nothing
        });
        expect(turned).toBe(false);
        yield* turns();
      });
    });

    it('passes name and context on to the task', () => {
      inLoop(function* () {
        const variable = new ContextVar<string>('variable', { default: 'outside' });
        const context = copyContext();
        context.run(() => variable.set('inside'));
        function* look(): Coroutine<[string, string]> {
          const before = currentTask()!.getName();
          yield* sleep(0);
          return [before, variable.get()];
        }
        yield* asyncWith(new TaskGroup(), function* (group) {
          const task = group.createTask(look(), { name: 'yolo', context });
          expect(task.getName()).toBe('yolo');
          expect(yield* task).toEqual(['yolo', 'inside']);
          expect((yield* group.createTask(look()))[1]).toBe('outside');
        });
      });
    });

    it('tells its state in its text', () => {
      inLoop(function* () {
        const group = new TaskGroup();
        expect(String(group)).toBe('<TaskGroup>');
        const error = yield* thrownBy(
          asyncWith(group, function* () {
            group.createTask(later(1, null));
            expect(String(group)).toBe('<TaskGroup tasks=1 entered>');
            group.createTask(crash(0.1));
            yield* sleep(0.05);
            expect(String(group)).toBe('<TaskGroup tasks=2 entered>');
            try {
              yield* sleep(1);
            } finally {
              expect(String(group)).toMatch(/^<TaskGroup( tasks=1)? errors=1 cancelling>$/);
            }
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
      });
    });
  });

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

  describe('that is cancelled from outside', () => {
    function* cancelSoon(body: () => Coroutine<unknown>, msg?: string): Coroutine<unknown> {
      const task = createTask(body());
      yield* sleep(0.1);
      expect(task.done()).toBe(false);
      task.cancel(msg);
      return yield* thrownBy(task);
    }

    it('while it waits for its tasks cancels them, and passes the cancellation on with its message', () => {
      inLoop(function* () {
        let cancelled = 0;
        function* counting(): Coroutine {
          try {
            yield* sleep(5);
          } catch (e) {
            cancelled++;
            throw e;
          }
        }
        const error = yield* cancelSoon(
          () =>
            asyncWith(new TaskGroup(), function* (group) {
              for (let i = 0; i < 5; i++) group.createTask(counting());
            }),
          'test',
        );
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as CancelledError).args).toEqual(['test']);
        expect(cancelled).toBe(5);
      });
    });

    it('while its body waits cancels both', () => {
      inLoop(function* () {
        const trace: string[] = [];
        function* noting(name: string): Coroutine {
          try {
            yield* sleep(10);
          } catch (e) {
            trace.push(`${name} ${(e as Error).name}`);
            throw e;
          }
        }
        const error = yield* cancelSoon(() =>
          asyncWith(new TaskGroup(), function* (group) {
            for (let i = 0; i < 2; i++) group.createTask(noting('child'));
            yield* noting('body');
          }),
        );
        expect(error).toBeInstanceOf(CancelledError);
        expect(trace).toEqual(['body CancelledError', 'child CancelledError', 'child CancelledError']);
      });
    });

    it('passes the cancellation on when it is empty', () => {
      inLoop(function* () {
        const error = yield* cancelSoon(() =>
          asyncWith(new TaskGroup(), function* () {
            yield* sleep(10);
          }),
        );
        expect(error).toBeInstanceOf(CancelledError);
      });
    });

    it('throws the errors of tasks that fail meanwhile, in place of the cancellation', () => {
      inLoop(function* () {
        const error = yield* cancelSoon(() =>
          asyncWith(new TaskGroup(), function* (group) {
            for (let i = 0; i < 3; i++) group.createTask(crashWhenCancelled(new MyError()));
            yield* sleep(10);
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError MyError MyError)');
      });
    });

    it.each([
      ['an empty group', false],
      ['a group with tasks', true],
    ])('inside of %s throws the errors as a group in a group', (_outer, busy) => {
      inLoop(function* () {
        const error = yield* cancelSoon(() =>
          asyncWith(new TaskGroup(), function* (outer) {
            if (busy) outer.createTask(later(10, null));
            yield* asyncWith(new TaskGroup(), function* (inner) {
              for (let i = 0; i < 2; i++) inner.createTask(crashWhenCancelled(new MyError()));
              yield* sleep(10);
            });
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ExceptionGroup(MyError MyError))');
      });
    });

    it.each([
      ['in the same task', false],
      ['through another task', true],
    ])('throws an error that comes while the body is slow to end, %s', (_where, nested) => {
      inLoop(function* () {
        function* slow(): Coroutine {
          yield* asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0.3));
            try {
              yield* sleep(10);
            } finally {
              yield* sleep(0.5);
            }
          });
        }
        function* through(): Coroutine {
          yield* createTask(slow());
        }
        const error = yield* cancelSoon(nested ? through : slow);
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
      });
    });

    it('throws a group if the body turns the cancellation into an error', () => {
      inLoop(function* () {
        const error = yield* cancelSoon(() =>
          asyncWith(new TaskGroup(), () => crashWhenCancelled(new MyError())),
        );
        expect(names(error)).toBe('ExceptionGroup(MyError)');
      });
    });

    it('and by a failing task at once throws the errors, and the cancellation comes at the next wait', () => {
      inLoop(function* () {
        const event = new Event();
        const trace: string[] = [];
        function* fails(): Coroutine {
          event.set();
          yield* sleep(0);
          throw new MyError();
        }
        function* inner(): Coroutine {
          trace.push(
            names(
              yield* thrownBy(
                asyncWith(new TaskGroup(), function* (group) {
                  group.createTask(fails());
                  yield* sleep(10);
                }),
              ),
            ),
          );
          expect(currentTask()!.cancelling()).toBe(1);
          try {
            yield* sleep(10);
          } catch (e) {
            trace.push(names(e));
            throw e;
          }
        }
        const task = createTask(inner());
        yield* event.wait();
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(trace).toEqual(['ExceptionGroup(MyError)', 'CancelledError']);
      });
    });

    it('again while it waits for its tasks to end stays cancelled, and waits on', () => {
      inLoop(function* (loop) {
        function* slowToEnd(): Coroutine {
          try {
            yield* sleep(10);
          } finally {
            yield* sleep(1);
          }
        }
        const task = createTask(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(slowToEnd());
          }),
        );
        yield* sleep(0.1);
        task.cancel('first');
        yield* sleep(0.1);
        task.cancel('second');
        const error = yield* thrownBy(task);
        expect((error as CancelledError).args).toEqual(['first']);
        expect(loop.time()).toBeCloseTo(1.1);
      });
    });
  });

  describe('in another one', () => {
    it('is cancelled quietly when a task of the outer one fails', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (outer) {
            outer.createTask(crash(0.1));
            yield* asyncWith(new TaskGroup(), function* (inner) {
              inner.createTask(crash(10));
            });
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ValueError)');
      });
    });

    it('has its group of errors in the group of the outer one', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (outer) {
            outer.createTask(crash(10));
            yield* asyncWith(new TaskGroup(), function* (inner) {
              inner.createTask(crash(0.1));
            });
          }),
        );
        expect(names(error)).toBe('ExceptionGroup(ExceptionGroup(ValueError))');
      });
    });

    it('can fail together with it: each throws its own errors', () => {
      inLoop(function* () {
        let first: unknown;
        const second = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (outer) {
            first = yield* thrownBy(
              asyncWith(new TaskGroup(), function* (inner) {
                inner.createTask(crash(0, new MyError()));
                outer.createTask(crash(0, new ValueError()));
              }),
            );
            expect(currentTask()!.cancelling()).toBe(1);
          }),
        );
        expect(names(first)).toBe('ExceptionGroup(MyError)');
        expect(names(second)).toBe('ExceptionGroup(ValueError)');
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });
  });

  describe('used wrongly', () => {
    it.each([
      ['while it is entered', true],
      ['after it was left', false],
    ])('cannot be entered again %s', (_when, nested) => {
      inLoop(function* () {
        const group = new TaskGroup();
        const again = (): Coroutine<unknown> => thrownBy(group.aenter());
        let error: unknown;
        yield* asyncWith(group, function* () {
          if (nested) error = yield* again();
        });
        if (!nested) error = yield* again();
        expect(error).toStrictEqual(
          new RuntimeError('TaskGroup <TaskGroup entered> has already been entered'),
        );
      });
    });

    it.each([
      ['before it is entered', 'TaskGroup <TaskGroup> has not been entered'],
      ['after it was left', 'TaskGroup <TaskGroup entered> is finished'],
    ])('refuses tasks %s, and closes their coroutines', (when, message) => {
      inLoop(function* () {
        const group = new TaskGroup();
        if (when.startsWith('after')) {
          yield* asyncWith(group, function* () {
            // nothing
          });
        }
        const coro = later(0, null);
        expect(thrown(() => group.createTask(coro))).toStrictEqual(new RuntimeError(message));
        expect(coro.next()).toEqual({ done: true, value: undefined });
        expect(thrown(() => group.createTask(Promise.resolve()))).toStrictEqual(new RuntimeError(message));
      });
    });

    it('passes on what else is thrown into its wait, and can still be told to end', () => {
      inLoop(function* () {
        const group = new TaskGroup();
        yield* group.aenter();
        const task = group.createTask(later(10, null));
        yield* turns();
        const leaving = group.aexit(null);
        leaving.next();
        const error = new MyError('thrown in');
        expect(thrown(() => leaving.throw(error))).toBe(error);
        group.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(currentTask()!.cancelling()).toBe(0);
      });
    });

    it('cannot be entered outside of a task', () => {
      inLoop(function* (loop) {
        let error: unknown;
        loop.callSoon(() => {
          error = thrown(() => new TaskGroup().aenter().next());
        });
        yield* turns(2);
        expect(error).toStrictEqual(
          new RuntimeError('TaskGroup <TaskGroup> cannot determine the parent task'),
        );
      });
    });
  });

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

  describe('and GeneratorExit', () => {
    it('lets an asynchronous generator that holds it be closed', () => {
      inLoop(function* () {
        const trace: string[] = [];
        const generator = asyncGenerator<number>(function* (emit) {
          yield* asyncWith(new TaskGroup(), function* (group) {
            group.createTask(later(10, null)).addDoneCallback((task) => trace.push(String(task.cancelled())));
            yield* emit(1);
          });
        });
        expect(yield* generator.anext()).toBe(1);
        yield* generator.aclose();
        expect(trace).toEqual(['true']);
      });
    });

    it('of a task throws a group', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0, new GeneratorExit()));
          }),
        );
        expect(names(error)).toBe('BaseExceptionGroup(GeneratorExit)');
      });
    });

    it('of a task beside another error throws a group of both', () => {
      inLoop(function* () {
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crash(0, new GeneratorExit()));
            group.createTask(crash(0, new MyError()));
          }),
        );
        expect(names(error)).toBe('BaseExceptionGroup(GeneratorExit MyError)');
      });
    });

    it('of the body throws a group with the error of a task, and is bare alone', () => {
      inLoop(function* () {
        const exit = new GeneratorExit();
        const error = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(crashWhenCancelled(new MyError()));
            yield* sleep(0.1);
            throw exit;
          }),
        );
        expect(names(error)).toBe('BaseExceptionGroup(GeneratorExit MyError)');
        const bare = yield* thrownBy(
          asyncWith(new TaskGroup(), function* (group) {
            group.createTask(later(1, null));
            yield* sleep(0.1);
            throw exit;
          }),
        );
        expect(bare).toBe(exit);
      });
    });
  });

  it('takes promises as tasks', async () => {
    function* main(): Coroutine<unknown[]> {
      const tasks = yield* asyncWith(new TaskGroup(), function* (group) {
        return [group.createTask(Promise.resolve(1)), group.createTask(later(0, 2))];
      });
      return tasks.map((task) => task.result());
    }
    expect(await run(main())).toEqual([1, 2]);
  });

  it(eager ? 'cancels nobody inside of createTask' : 'steps nobody inside of createTask', () => {
    inLoop(function* () {
      const trace: string[] = [];

      function* fails(): Coroutine {
        trace.push('started');
        throw new MyError();
      }
      const error = yield* thrownBy(
        asyncWith(new TaskGroup(), function* (group) {
          const task = group.createTask(fails());
          trace.push(task.done() ? 'done' : 'not done');
          expect(currentTask()!.cancelling()).toBe(0);
          yield* wait([task]);
        }),
      );
      expect(names(error)).toBe('ExceptionGroup(MyError)');
      expect(trace).toEqual(eager ? ['started', 'done'] : ['not done', 'started']);
    });
  });
});

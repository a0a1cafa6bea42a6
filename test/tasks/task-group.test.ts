import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  CancelledError,
  ContextVar,
  copyContext,
  type Coroutine,
  currentTask,
  RuntimeError,
  sleep,
  type Task,
  TaskGroup,
  ValueError,
} from '../../src/index.js';
import { thrown, thrownBy, turns } from '../helpers/virtual.js';
import { crash, inLoopWith, kindsOfTasks, later, MyError, names } from './task-group-support.js';

describe.each(kindsOfTasks)('a TaskGroup of %s', (_, factory) => {
  const inLoop = inLoopWith(factory);

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
});

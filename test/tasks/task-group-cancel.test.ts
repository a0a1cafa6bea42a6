import { describe, expect, it } from 'vitest';
import {
  asyncGenerator,
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  GeneratorExit,
  run,
  sleep,
  TaskGroup,
  wait,
} from '../../src/index.js';
import { thrownBy } from '../helpers/virtual.js';
import {
  crash,
  crashWhenCancelled,
  inLoopWith,
  kindsOfTasks,
  later,
  MyError,
  names,
} from './task-group-support.js';

describe.each(kindsOfTasks)('a TaskGroup of %s', (_, factory) => {
  const eager = factory !== null;
  const inLoop = inLoopWith(factory);

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

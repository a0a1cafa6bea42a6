import { describe, expect, it } from 'vitest';
import {
  type Awaitable,
  asyncWith,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  gather,
  sleep,
  SystemExit,
  Task,
  TaskGroup,
  TimeoutError,
  ValueError,
} from '../../src/index.js';
import { caught, onLoop, oneRound, thrownBy, turns, virtually } from './support.js';

function* waits<T>(awaitable: Awaitable<T>): Coroutine<T> {
  return yield* awaitable;
}

describe('Cancelling a task', () => {
  it('throws CancelledError where it waits, and makes it cancelled', () => {
    virtually(function* (loop) {
      const task = createTask(sleep(10, 12));
      loop.callSoon(() => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(task.done()).toBe(true);
      expect(task.cancelled()).toBe(true);
      expect(caught(() => task.result())).toBeInstanceOf(CancelledError);
      expect(caught(() => task.exception())).toBeInstanceOf(CancelledError);
      expect(task.cancel()).toBe(false);
      expect(loop.time()).toBe(0);
    });
  });

  it('works on one that merely gives up its turn', () => {
    virtually(function* () {
      const task = createTask(
        (function* () {
          yield;
          yield;
          return 12;
        })(),
      );
      yield* turns();
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
      expect(task.cancel()).toBe(false);
    });
  });

  it('does nothing to one that is done', () => {
    virtually(function* () {
      const task = createTask(sleep(0, 'result'));
      yield* task;
      expect(task.cancel()).toBe(false);
      expect(task.cancelling()).toBe(0);
      expect(task.result()).toBe('result');
    });
  });

  it('before its first step runs nothing of its body', () => {
    virtually(function* () {
      const trace: string[] = [];
      const task = createTask(
        (function* () {
          try {
            trace.push('body');
            yield;
          } finally {
            trace.push('finally');
          }
        })(),
      );
      task.cancel('early');
      const error = yield* thrownBy(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe('early');
      expect(trace).toEqual([]);
    });
  });

  it('is done to the task when the future that it waits for is cancelled', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const task = createTask(waits(future));
      yield* turns();
      future.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(future.cancelled()).toBe(true);
      expect(task.cancelled()).toBe(true);
    });
  });

  it('together with the future that it waits for is one cancellation', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const seen: Error[] = [];
      const task = createTask(
        (function* () {
          seen.push(yield* thrownBy(future));
          yield* turns(3);
        })(),
      );
      yield* turns();
      future.cancel('future');
      task.cancel('task');
      yield* task;
      expect(seen.map((error) => error.message)).toEqual(['future']);
      expect(future.cancelled()).toBe(true);
      expect(task.cancelled()).toBe(false);
    });
  });

  it('cancels the future that it waits for at once', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const task = createTask(waits(future));
      yield* turns();
      task.cancel('why');
      expect(future.cancelled()).toBe(true);
      expect(task.done()).toBe(false);
      expect((yield* thrownBy(task)).message).toBe('why');
    });
  });

  it('after the awaited future got its result, but before the wake-up, loses the result', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(waits(future));
      yield* turns();
      future.setResult('lost');
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(future.result()).toBe('lost');
    });
  });

  it('after the awaited future failed, but before the wake-up, gives the cancellation', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(waits(future));
      yield* turns();
      future.setException(new ValueError('lost'));
      task.cancel('why');
      expect((yield* thrownBy(task)).message).toBe('why');
      expect(task.cancelled()).toBe(true);
    });
  });

  it('from a callback ends a task that sleeps', () => {
    virtually(function* (loop) {
      const task = createTask(sleep(10));
      loop.callLater(3, () => task.cancel());
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBeCloseTo(3);
    });
  });

  it('through the current task is delivered at its next wait', () => {
    virtually(function* () {
      const trace: string[] = [];
      const task = createTask(
        (function* () {
          currentTask()!.cancel();
          trace.push('goes on');
          yield* sleep(10);
          trace.push('never here');
        })(),
      );
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
      expect(trace).toEqual(['goes on']);
    });
  });

  it('passes over a future that is done, and cancels the next that is not', () => {
    virtually(function* (loop) {
      const done = loop.createFuture<number>();
      done.setResult(1);
      const pending = loop.createFuture();
      const task = createTask(
        (function* () {
          currentTask()!.cancel('why');
          yield* done;
          yield* pending;
        })(),
      );
      yield* turns();
      expect(pending.cancelled()).toBe(true);
      expect((yield* thrownBy(task)).message).toBe('why');
    });
  });

  it('in its last step discards what it returns', () => {
    virtually(function* () {
      const task = createTask(
        (function* () {
          currentTask()!.cancel('at the end');
          return 12;
        })(),
      );
      expect((yield* thrownBy(task)).message).toBe('at the end');
      expect(task.cancelled()).toBe(true);
      expect(task._mustCancel).toBe(false);
      expect(task.cancel()).toBe(false);
    });
  });

  it('in its last step does not hide an error', () => {
    virtually(function* () {
      const error = new ValueError('no');
      const task = createTask(
        (function* () {
          currentTask()!.cancel();
          throw error;
        })() as Coroutine,
      );
      expect(yield* thrownBy(task)).toBe(error);
    });
  });

  it('gives SystemExit that is thrown meanwhile to the loop and to the task', () => {
    onLoop((loop) => {
      const exit = new SystemExit(1);
      const task = loop.createTask(
        (function* () {
          try {
            yield* sleep(10);
          } catch (error) {
            throw error instanceof CancelledError ? exit : error;
          }
        })(),
      );
      oneRound(loop);
      task.cancel();
      expect(task.done()).toBe(false);
      expect(caught(() => oneRound(loop))).toBe(exit);
      expect(task.done()).toBe(true);
      expect(task.cancelled()).toBe(false);
      expect(task.exception()).toBe(exit);
      loop._stopping = false;
    });
  });
});

describe('A coroutine that is cancelled', () => {
  it('may catch it and return: the task is not cancelled, but knows of the request', () => {
    virtually(function* (loop) {
      const [first, second] = [loop.createFuture<void>(), loop.createFuture<void>()];
      const task = createTask(
        (function* () {
          yield* first;
          try {
            yield* second;
          } catch (error) {
            if (error instanceof CancelledError) return 42;
          }
          return 0;
        })(),
      );
      yield* turns();
      expect(task._futWaiter).toBe(first);
      first.setResult();
      yield* turns();
      expect(task._futWaiter).toBe(second);
      task.cancel();
      expect(second.cancelled()).toBe(true);
      expect(yield* task).toBe(42);
      expect(task.cancelled()).toBe(false);
      expect(task.cancelling()).toBe(1);
    });
  });

  it('may ignore it and wait for something else', () => {
    virtually(function* (loop) {
      const futures = [1, 2, 3].map(() => loop.createFuture<number>());
      const task = createTask(
        (function* () {
          yield* futures[0]!;
          yield* thrownBy(futures[1]!);
          return yield* futures[2]!;
        })(),
      );
      yield* turns();
      futures[0]!.setResult(1);
      yield* turns();
      task.cancel();
      expect(futures[1]!.cancelled()).toBe(true);
      yield* turns();
      expect(task._futWaiter).toBe(futures[2]);
      futures[2]!.setResult(42);
      expect(yield* task).toBe(42);
      expect(task.cancelled()).toBe(false);
      expect(futures[2]!.cancelled()).toBe(false);
    });
  });

  it('is cancelled again by a later cancel(): there is no "already cancelling"', () => {
    virtually(function* () {
      const seen: string[] = [];
      const task = createTask(
        (function* () {
          for (let i = 0; i < 3; i++) seen.push((yield* thrownBy(sleep(10))).message);
        })(),
      );
      for (const message of ['one', 'two', 'three']) {
        yield* turns(2);
        expect(task.cancel(message)).toBe(true);
      }
      yield* task;
      expect(seen).toEqual(['one', 'two', 'three']);
      expect(task.cancelling()).toBe(3);
    });
  });

  it('may wait while it cleans up', () => {
    virtually(function* (loop) {
      const task = createTask(
        (function* () {
          try {
            yield* sleep(10);
          } finally {
            yield* sleep(2);
          }
        })(),
      );
      yield* sleep(1);
      task.cancel();
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBeCloseTo(3);
    });
  });

  it('may fail with another error: the task has that one', () => {
    virtually(function* () {
      const task = createTask(
        (function* () {
          try {
            yield* sleep(10);
          } catch (error) {
            throw new ValueError('while cancelled', { cause: error });
          }
        })(),
      );
      yield* turns();
      task.cancel();
      const error = yield* thrownBy(task);
      expect(error.message).toBe('while cancelled');
      expect(error.cause).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(false);
    });
  });

  it('is one out of which a CancelledError comes, even if nobody called cancel()', () => {
    virtually(function* () {
      const error = new CancelledError('by itself');
      const task = createTask(
        (function* (): Coroutine {
          throw error;
        })(),
      );
      expect(yield* thrownBy(task)).toBe(error);
      expect(task.cancelled()).toBe(true);
      expect(task.cancelling()).toBe(0);
    });
  });
});

describe('A chain of tasks that await each other', () => {
  it('is cancelled from the outermost down to the innermost, and ends the other way', () => {
    virtually(function* () {
      const inner = createTask(sleep(10));
      const middle = createTask(waits(inner));
      const outer = createTask(waits(middle));
      const order: string[] = [];
      inner.addDoneCallback(() => order.push('inner'));
      middle.addDoneCallback(() => order.push('middle'));
      outer.addDoneCallback(() => order.push('outer'));
      yield* turns(2);
      outer.cancel();
      expect([outer, middle, inner].map((task) => task.cancelling())).toEqual([1, 1, 1]);
      yield* thrownBy(outer);
      yield* turns();
      expect(order).toEqual(['inner', 'middle', 'outer']);
      expect([outer, middle, inner].map((task) => task.cancelled())).toEqual([true, true, true]);
    });
  });

  it('hands the message down to the innermost wait and out of every outer one', () => {
    virtually(function* () {
      const seen: [string, string][] = [];
      function* level(name: string, awaitable: Awaitable<unknown>): Coroutine {
        try {
          yield* awaitable;
        } catch (error) {
          seen.push([name, (error as Error).message]);
          throw error;
        }
      }
      const inner = createTask(level('inner', sleep(10)));
      const outer = createTask(level('outer', createTask(level('middle', inner))));
      yield* turns(2);
      outer.cancel('because');
      yield* thrownBy(outer);
      expect(seen).toEqual([
        ['inner', 'because'],
        ['middle', 'because'],
        ['outer', 'because'],
      ]);
    });
  });

  it('goes on outside if the innermost swallows the cancellation', () => {
    virtually(function* () {
      const inner = createTask(
        (function* () {
          yield* thrownBy(sleep(10));
          return 'kept';
        })(),
      );
      const outer = createTask(waits(inner));
      yield* turns();
      outer.cancel();
      expect(yield* outer).toBe('kept');
      expect(outer.cancelled()).toBe(false);
      expect(outer.cancelling()).toBe(1);
    });
  });

  it('shares the inner task: cancelling one that waits for it cancels it for all', () => {
    virtually(function* () {
      const inner = createTask(sleep(10));
      const [one, two] = [createTask(waits(inner)), createTask(waits(inner))];
      yield* turns();
      one.cancel();
      yield* thrownBy(one);
      expect(yield* thrownBy(two)).toBeInstanceOf(CancelledError);
      expect(two.cancelling()).toBe(0);
    });
  });
});

describe('The message of a cancellation', () => {
  it('is kept by the task until it is delivered', () => {
    onLoop((loop) => {
      const task = new Task(sleep(0), { loop });
      expect(task._cancelMessage).toBe(undefined);
      task.cancel('my message');
      expect(task._cancelMessage).toBe('my message');
      expect(caught(() => loop.runUntilCompleteSync(task)).message).toBe('my message');
    });
  });

  it('may be replaced before it is delivered', () => {
    onLoop((loop) => {
      const task = new Task(sleep(0), { loop });
      task.cancel('my message');
      task._cancelMessage = 'my new message';
      expect(caught(() => loop.runUntilCompleteSync(task))).toMatchObject({ args: ['my new message'] });
    });
  });

  it('is absent if none was given', () => {
    virtually(function* () {
      const task = createTask(sleep(10));
      task.cancel();
      expect(yield* thrownBy(task)).toMatchObject({ message: '', args: [] });
    });
  });

  it.each([
    ['result()', (task: Task) => task.result()],
    ['exception()', (task: Task) => task.exception()],
  ])('comes out of %s of the task that was cancelled', (_name, read) => {
    virtually(function* () {
      for (const args of [[], ['why'], [7]]) {
        const task = createTask(sleep(10)) as Task;
        yield* turns();
        task.cancel(...args);
        function* asks(): Coroutine {
          while (!task.done()) yield;
          read(task);
        }
        expect(yield* thrownBy(createTask(asks()))).toMatchObject({ name: 'CancelledError', args });
      }
    });
  });

  it('of two requests before the delivery is that of the first that found something to cancel', () => {
    virtually(function* () {
      const seen: Error[] = [];
      const task = createTask(
        (function* () {
          seen.push(yield* thrownBy(sleep(10)));
          // The second is merged into the first: it does not come again.
          yield* sleep(0);
          return 'went on';
        })(),
      );
      yield* turns();
      expect(task.cancel('first')).toBe(true);
      expect(task.cancel('second')).toBe(true);
      expect(task.cancelling()).toBe(2);
      expect(yield* task).toBe('went on');
      expect(seen.map((error) => error.message)).toEqual(['first']);
    });
  });
});

describe('The CancelledError of a task', () => {
  it('is for its first reader the very object that came out of the coroutine, for later ones a new one', () => {
    virtually(function* () {
      let original: unknown;
      const task = createTask(
        (function* () {
          try {
            yield* sleep(10);
          } catch (error) {
            original = error;
            throw error;
          }
        })(),
      );
      yield* turns();
      task.cancel('why');
      const first = yield* thrownBy(task);
      const second = yield* thrownBy(task);
      expect(first).toBe(original);
      expect(second).not.toBe(first);
      expect(second).toBeInstanceOf(CancelledError);
    });
  });
});

describe('cancelling() and uncancel()', () => {
  it('count the requests', () => {
    onLoop((loop) => {
      const task = loop.createTask(sleep(10));
      expect(task.cancelling()).toBe(0);
      expect(String(task)).not.toContain(' cancelling ');
      expect(task.cancel()).toBe(true);
      expect(task.cancelling()).toBe(1);
      expect(String(task)).toContain('cancelling');
      expect(task.cancel()).toBe(true);
      expect(task.cancelling()).toBe(2);
      expect(caught(() => loop.runUntilCompleteSync(task))).toBeInstanceOf(CancelledError);
    });
  });

  it('never count below zero', () => {
    onLoop((loop) => {
      const task = loop.createTask(thrownBy(sleep(10)));
      expect(task.uncancel()).toBe(0);
      oneRound(loop);
      task.cancel();
      task.cancel();
      expect(task.uncancel()).toBe(1);
      expect(task.uncancel()).toBe(0);
      expect(task.uncancel()).toBe(0);
      expect(task.cancelling()).toBe(0);
      // It was passed on to the sleep already, and cannot be taken back there.
      expect(loop.runUntilCompleteSync(task)).toBeInstanceOf(CancelledError);
    });
  });

  it('take back at zero a cancellation that was not delivered yet', () => {
    virtually(function* () {
      const task = createTask(sleep(1, 'kept'));
      task.cancel();
      expect(task._mustCancel).toBe(true);
      expect(task.uncancel()).toBe(0);
      expect(task._mustCancel).toBe(false);
      expect(yield* task).toBe('kept');
    });
  });

  it('do not take it back above zero', () => {
    virtually(function* () {
      const task = createTask(sleep(1));
      task.cancel();
      task.cancel();
      expect(task.uncancel()).toBe(1);
      expect(task._mustCancel).toBe(true);
      expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
    });
  });

  it('let a block of code that cancels its own task tell that from a cancellation from outside', () => {
    /** A deadline by hand: whether it struck, or a CancelledError from outside. */
    function* within(seconds: number, body: Coroutine): Coroutine<boolean> {
      const task = currentTask()!;
      let struck = false;
      const timer = task.getLoop().callLater(seconds, () => {
        struck = true;
        task.cancel();
      });
      try {
        yield* body;
      } catch (error) {
        if (!(struck && error instanceof CancelledError)) throw error;
        if (task.uncancel() > 0) throw error;
      } finally {
        timer.cancel();
      }
      return struck;
    }
    virtually(function* (loop) {
      const expired = createTask(within(1, sleep(10)));
      expect(yield* expired).toBe(true);
      expect(expired.cancelling()).toBe(0);

      const inTime = createTask(within(10, sleep(1)));
      expect(yield* inTime).toBe(false);
      expect(inTime.cancelling()).toBe(0);

      const cancelled = createTask(within(10, sleep(10)));
      yield* turns();
      cancelled.cancel();
      expect(yield* thrownBy(cancelled)).toBeInstanceOf(CancelledError);
      expect(cancelled.cancelling()).toBe(1);

      const both = createTask(within(1, sleep(10)));
      yield* turns();
      loop.callLater(1, () => both.cancel('outside'));
      expect(yield* thrownBy(both)).toBeInstanceOf(CancelledError);
      expect(both.cancelling()).toBe(1);
    });
  });
});

describe('What is cancelled together', () => {
  it('ends together: tasks in a gather, and in a group', () => {
    virtually(function* () {
      const children = [createTask(sleep(10)), createTask(sleep(20))];
      const outer = createTask(
        (function* () {
          yield* gather(...children);
        })(),
      );
      yield* turns();
      outer.cancel();
      yield* thrownBy(outer);
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);

      const group = createTask(
        asyncWith(new TaskGroup(), function* (tasks) {
          children[0] = tasks.createTask(sleep(10));
          children[1] = tasks.createTask(sleep(20));
        }),
      );
      yield* turns(2);
      group.cancel();
      yield* thrownBy(group);
      expect(children.map((child) => child.cancelled())).toEqual([true, true]);
    });
  });

  it('is no TimeoutError', () => {
    virtually(function* () {
      const task = createTask(sleep(10));
      task.cancel();
      expect(yield* thrownBy(task)).not.toBeInstanceOf(TimeoutError);
    });
  });
});

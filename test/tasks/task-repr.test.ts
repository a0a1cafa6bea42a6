import { describe, expect, it } from 'vitest';
import { type Awaitable, type Coroutine, createTask, sleep, Task, ValueError } from '../../src/index.js';
import { caught, onLoop, oneRound, turns, virtually } from './support.js';

function* notmuch(): Coroutine<string> {
  yield;
  return 'abc';
}

function* waits(future: Awaitable<unknown>): Coroutine {
  yield* future;
}

describe('The text of a task', () => {
  it('shows its state, name, coroutine and callbacks through its life', () => {
    onLoop((loop) => {
      const task = new Task(notmuch(), { loop, name: 'TestTask' });
      task.addDoneCallback(function onEnd() {
        // Only its name is of interest.
      });
      expect(String(task)).toBe("<Task pending name='TestTask' coro=<coroutine object> cb=[onEnd()]>");
      task.cancel();
      expect(String(task)).toBe("<Task cancelling name='TestTask' coro=<coroutine object> cb=[onEnd()]>");
      expect(caught(() => loop.runUntilCompleteSync(task)).name).toBe('CancelledError');
      expect(String(task)).toBe("<Task cancelled name='TestTask' coro=<coroutine object done>>");
    });
  });

  it('shows the result, or the error, when it is done', () => {
    onLoop((loop) => {
      const finished = new Task(notmuch(), { loop, name: 'TestTask' });
      loop.runUntilCompleteSync(finished);
      expect(String(finished)).toBe(
        "<Task finished name='TestTask' coro=<coroutine object done> result='abc'>",
      );
      const failed = new Task(
        (function* (): Coroutine {
          throw new ValueError('no');
        })(),
        { loop, name: 'TestTask' },
      );
      caught(() => loop.runUntilCompleteSync(failed));
      expect(String(failed)).toBe(
        "<Task finished name='TestTask' coro=<coroutine object done> exception=ValueError('no')>",
      );
    });
  });

  it('has a name that counts up, if none was given', () => {
    onLoop((loop) => {
      const texts = [1, 2].map(() => String(loop.createTask(notmuch())));
      const numbers = texts.map((text) => Number(/^<Task pending name='Task-(\d+)' /.exec(text)![1]));
      expect(numbers[1]).toBe(numbers[0]! + 1);
    });
  });

  it('tells where the coroutine stands and what it waits for', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(waits(future), { name: 'waiter' });
      yield* turns();
      expect(String(task)).toMatch(
        /^<Task pending name='waiter' coro=<waits\(\) running at .*task-repr\.test\.ts:\d+> wait_for=<Future pending cb=\[Task\.task_wakeup\(\)\]>>$/,
      );
      future.setResult('done');
      yield* task;
    });
  });

  it('tells of the cancellation that is under way', () => {
    virtually(function* (loop) {
      const cleanup = loop.createFuture<undefined>();
      const task = createTask(
        (function* () {
          try {
            yield* sleep(10);
          } finally {
            yield* cleanup;
          }
        })(),
        { name: 'stubborn' },
      );
      yield* turns();
      task.cancel();
      yield* turns();
      expect(String(task)).toMatch(/^<Task cancelling name='stubborn' coro=</);
      cleanup.setResult(undefined);
      yield* turns();
      expect(String(task)).toMatch(/^<Task cancelled name='stubborn' coro=</);
    });
  });

  it('has no coroutine for a task that ended in its eager start', () => {
    virtually(function* () {
      const task = createTask(sleepless(), { eagerStart: true, name: 'eager' });
      expect(String(task)).toBe("<Task finished name='eager' result=1>");
    });
    function* sleepless(): Coroutine<number> {
      return 1;
    }
  });

  it('begins with the name of a subclass', () => {
    class Job<T> extends Task<T> {}
    onLoop((loop) => {
      const job = new Job(notmuch(), { loop, name: 'j' });
      expect(String(job)).toBe("<Job pending name='j' coro=<coroutine object>>");
      loop.runUntilCompleteSync(job);
    });
  });

  it('tells in debug mode where the task was made', () => {
    onLoop((loop) => {
      loop.setDebug(true);
      const task = loop.createTask(notmuch());
      loop.setDebug(false);
      expect(String(task)).toMatch(/created at .*task-repr\.test\.ts:\d+:\d+>$/);
      oneRound(loop);
      loop.runUntilCompleteSync(task);
    });
  });
});

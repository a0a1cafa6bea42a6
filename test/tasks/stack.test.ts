import { describe, expect, it, vi } from 'vitest';
import {
  type Coroutine,
  createTask,
  currentTask,
  type Future,
  sleep,
  type StackFrame,
  type Task,
  ValueError,
} from '../../src/index.js';
import { ForeignFuture } from './foreign-future.js';
import { onLoop, oneRound, turns, virtually } from './support.js';

/** What a file would be. */
class Text {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

function names(frames: readonly StackFrame[]): string[] {
  return frames.map((frame) => frame.name);
}

function* inner<T>(future: Future<T>): Coroutine<T> {
  return yield* future;
}

function* middle<T>(future: Future<T>): Coroutine<T> {
  return yield* inner(future);
}

function* outer<T>(future: Future<T>): Coroutine<T> {
  return yield* middle(future);
}

describe('The stack of a task', () => {
  it('has the frames of the chain of awaits, outermost first, while it waits', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(outer(future));
      yield* turns();
      const frames = task.getStack();
      expect(names(frames)).toEqual(['outer', 'middle', 'inner']);
      for (const frame of frames) {
        expect(frame.filename).toMatch(/stack\.test\.ts$/);
        expect(frame.lineno).toBeGreaterThan(1);
        expect(frame.colno).toBeGreaterThan(0);
      }
      // Looking has not disturbed it.
      expect(task._futWaiter).toBe(future);
      future.setResult('done');
      expect(yield* task).toBe('done');
    });
  });

  it('can be cut to the newest frames', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(outer(future));
      yield* turns();
      expect(names(task.getStack({ limit: 1 }))).toEqual(['inner']);
      expect(names(task.getStack({ limit: 2 }))).toEqual(['middle', 'inner']);
      expect(names(task.getStack({ limit: 10 }))).toEqual(['outer', 'middle', 'inner']);
      expect(names(task.getStack({ limit: 0 }))).toEqual([]);
      expect(names(task.getStack({ limit: null }))).toHaveLength(3);
      future.setResult('done');
      yield* task;
    });
  });

  it('is that of a sleep too', () => {
    virtually(function* () {
      function* sleeps(): Coroutine {
        yield* sleep(1);
      }
      const task = createTask(sleeps());
      yield* turns();
      expect(names(task.getStack())).toEqual(['sleeps']);
      yield* task;
    });
  });

  it('is deeper than a JavaScript stack trace usually is', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      function* deep(depth: number): Coroutine<string> {
        return depth === 0 ? yield* future : yield* deep(depth - 1);
      }
      const task = createTask(deep(40));
      yield* turns();
      expect(task.getStack()).toHaveLength(41);
      future.setResult('done');
      yield* task;
    });
  });

  it('is that of the running task, asked from within', () => {
    virtually(function* () {
      function* asks(): Coroutine<string[]> {
        return names(currentTask()!.getStack());
      }
      function* around(): Coroutine<string[]> {
        return yield* asks();
      }
      expect(yield* createTask(around())).toEqual(['around', 'asks']);
    });
  });

  it('names a function without a name so', () => {
    virtually(function* () {
      const task = createTask(
        (function* () {
          yield* sleep(1);
        })(),
      );
      yield* turns();
      expect(names(task.getStack())).toEqual(['<anonymous>']);
      yield* task;
    });
  });

  it('is empty before the first step, after the last, and for one that waits for a future of another make', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<string>(loop);
      const task = createTask(outer(future as unknown as Future<string>));
      expect(task.getStack()).toEqual([]);
      yield* turns();
      expect(task.getStack()).toEqual([]);
      future.inner.setResult('done');
      yield* task;
      expect(task.getStack()).toEqual([]);
    });
  });

  it('is empty for one that is queued to run, since it waits for nothing', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(outer(future));
      yield* turns();
      future.setResult('done');
      expect(task.getStack()).toEqual([]);
      yield* task;
    });
  });

  it('of one that failed is where the error was thrown', () => {
    virtually(function* () {
      function* fails(): Coroutine {
        yield* sleep(0);
        throw new ValueError('no');
      }
      function* around(): Coroutine {
        yield* fails();
      }
      const task = createTask(around());
      yield* turns(2);
      expect(task.done()).toBe(true);
      expect(names(task.getStack())).toEqual(['around', 'fails']);
      expect(task.exception()).toBeInstanceOf(ValueError);
    });
  });

  it('of one that waits in an iterator written by hand is empty, and looking does not disturb it', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      /** Waits again as long as the future is not done, however often it is asked. */
      const patient = (): Coroutine<string> =>
        ({
          next() {
            return future.done() ? { done: true, value: future.result() } : future[Symbol.iterator]().next();
          },
          throw(error: unknown) {
            throw error;
          },
          return: () => {},
          [Symbol.iterator]() {
            return this;
          },
        }) as unknown as Coroutine<string>;
      function* waits(): Coroutine<string> {
        return yield* patient();
      }
      const tasks = [createTask(waits()), createTask(patient())];
      yield* turns();
      for (const task of tasks) expect(task.getStack()).toEqual([]);
      future.setResult('done');
      for (const task of tasks) expect(yield* task).toBe('done');
    });
  });

  it('of a task made of an iterator written by hand is not looked for: that would step it', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      let steps = 0;
      const once = {
        next: () => (steps++ === 0 ? future[Symbol.iterator]().next() : { done: true, value: 'stepped' }),
        throw: () => {},
        return: () => {},
        [Symbol.iterator]() {
          return this;
        },
      } as unknown as Coroutine<string>;
      const task = createTask(once);
      yield* turns();
      expect(task.getStack()).toEqual([]);
      expect(String(task)).toContain('coro=<coroutine object>');
      expect(steps).toBe(1);
      future.setResult('done');
      expect(yield* task).toBe('stepped');
    });
  });

  it('of one that failed with an error of an odd stack says what it can', () => {
    virtually(function* () {
      const error = new ValueError('no');
      error.stack =
        'ValueError: no\n    at nowhere\n    at /a folder/file.ts:3:4\n    at far (away)\n    at Task._step (task.ts:1:1)';
      const task = createTask(
        (function* (): Coroutine {
          throw error;
        })(),
      );
      yield* turns();
      expect(task.exception()).toBe(error);
      expect(task.getStack()).toEqual([
        { name: 'far', filename: '<unknown>', lineno: 0, colno: 0, isCoroutine: false },
        { name: '<anonymous>', filename: '/a folder/file.ts', lineno: 3, colno: 4, isCoroutine: false },
        { name: '<anonymous>', filename: '<unknown>', lineno: 0, colno: 0, isCoroutine: false },
      ]);
    });
  });

  it('of one that failed with what is no error, or has no stack, is empty', () => {
    virtually(function* () {
      const error = new ValueError('no');
      delete error.stack;
      for (const thrown of [error, 'text']) {
        const task = createTask(
          (function* (): Coroutine {
            throw thrown;
          })(),
        );
        yield* turns();
        expect(task.getStack()).toEqual([]);
        task.exception();
      }
    });
  });
});

describe('printStack', () => {
  it('writes the frames of a task that waits', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(outer(future), { name: 'T' });
      yield* turns();
      const file = new Text();
      task.printStack({ file });
      const lines = file.text.split('\n');
      expect(lines[0]).toMatch(/^Stack for <Task pending name='T' .*> \(most recent call last\):$/);
      expect(lines.slice(1)).toEqual([
        expect.stringMatching(/^ {2}File ".*stack\.test\.ts", line \d+, in outer$/),
        expect.stringMatching(/^ {2}File ".*stack\.test\.ts", line \d+, in middle$/),
        expect.stringMatching(/^ {2}File ".*stack\.test\.ts", line \d+, in inner$/),
        '',
      ]);
      const short = new Text();
      task.printStack({ file: short, limit: 1 });
      expect(short.text.split('\n')).toHaveLength(3);
      future.setResult('done');
      yield* task;
    });
  });

  it('writes the traceback of one that failed, and the error', () => {
    virtually(function* () {
      function* fails(): Coroutine {
        throw new ValueError('no');
      }
      const task = createTask(fails());
      yield* turns();
      const file = new Text();
      task.printStack({ file });
      expect(file.text).toMatch(
        /^Traceback for <Task finished .*> \(most recent call last\):\n {2}File ".*", line \d+, in fails\nValueError: no\n$/,
      );
      task.exception();
    });
  });

  it('says so if there is none', () => {
    onLoop((loop) => {
      const task = loop.createTask(sleep(0)) as Task;
      const file = new Text();
      task.printStack({ file });
      expect(file.text).toBe(`No stack for ${String(task)}\n`);
      loop.runUntilCompleteSync(task);
    });
  });

  it('writes to standard error by default', () => {
    onLoop((loop) => {
      const written = vi.spyOn(console, 'error').mockImplementation(() => {});
      const task = loop.createTask(sleep(1)) as Task;
      task.printStack();
      task.printStack({ file: null });
      expect(written.mock.calls).toEqual([
        [`No stack for ${String(task)}`],
        [`No stack for ${String(task)}`],
      ]);
      written.mockRestore();
      task._logDestroyPending = false;
      oneRound(loop);
    });
  });
});

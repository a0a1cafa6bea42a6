import { describe, expect, it } from 'vitest';
import {
  type Coroutine,
  createTask,
  type Future,
  getRunningLoop,
  RuntimeError,
  shield,
  sleep,
  type Task,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { caught, onLoop, oneRound, thrownBy, turns, virtually } from './support.js';

/** A coroutine that yields `value` without the star. */
function* yields(value: unknown): Coroutine<unknown> {
  return yield value as undefined;
}

describe('A coroutine that yields', () => {
  it('a future without the star is told so', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const error = yield* thrownBy(createTask(yields(future)));
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.message).toMatch(
        /^yield was used instead of yield from in task <Task .*> with <Future pending> \(write `yield\* future`: the star is missing\)$/,
      );
    });
  });

  it('a future that is done without the star is told so too', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<number>();
      future.setResult(1);
      const error = yield* thrownBy(createTask(yields(future)));
      expect(error.message).toContain('yield was used instead of yield from in task');
    });
  });

  it('a coroutine without the star is told so', () => {
    virtually(function* () {
      const error = yield* thrownBy(createTask(yields(sleep(1))));
      expect(error.message).toMatch(
        /^yield was used instead of yield from for generator in task <Task .*> with .* \(write `yield\* coroutine\(\)`: the star is missing\)$/,
      );
    });
  });

  it('a promise is told how to wait for one', () => {
    virtually(function* () {
      const error = yield* thrownBy(createTask(yields(Promise.resolve(1))));
      expect(error.message).toBe(
        'Task got bad yield: <Promise object> (a promise: write `yield* wrapFuture(promise)`)',
      );
    });
  });

  it.each([
    ['a number', 7, '7'],
    ['false', false, 'false'],
    ['a string', 'text', "'text'"],
    ['an object', {}, '<Object object>'],
    ['a function', sleep, '<function sleep>'],
  ])('%s is told what a coroutine waits by', (_kind, value, shown) => {
    virtually(function* () {
      const error = yield* thrownBy(createTask(yields(value)));
      expect(error.message).toBe(
        `Task got bad yield: ${shown} (a coroutine waits by \`yield*\`, and a bare \`yield\` gives up its turn; ` +
          'is this a generator of something else?)',
      );
    });
  });

  it('a wrong thing may catch the error, which comes in the next round, and go on', () => {
    virtually(function* (loop) {
      const trace: string[] = [];
      const task = createTask(
        (function* () {
          loop.callSoon(() => trace.push('callback'));
          trace.push((yield* thrownBy(yields(7))).name);
          yield* sleep(1);
          trace.push('on');
        })(),
      );
      yield* task;
      expect(trace).toEqual(['callback', 'RuntimeError', 'on']);
    });
  });

  it('a wrong thing while it is being cancelled gets the cancellation', () => {
    virtually(function* () {
      const task = createTask(yields(7));
      yield* turns();
      task.cancel();
      expect((yield* thrownBy(task)).name).toBe('CancelledError');
    });
  });
});

describe('A coroutine that resumes a future itself', () => {
  it('is told that it did not wait', () => {
    virtually(function* (loop) {
      const waiting = loop.createFuture()[Symbol.iterator]();
      waiting.next();
      expect(caught(() => waiting.next())).toMatchObject({
        name: 'RuntimeError',
        message: "await wasn't used with future",
      });
    });
  });
});

describe('A task that awaits itself', () => {
  it('gets an error', () => {
    virtually(function* () {
      function* waits(): Coroutine<unknown> {
        return yield* task;
      }
      const task: Task = createTask(waits());
      const error = yield* thrownBy(task);
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.message).toMatch(/^Task cannot await on itself: <Task .*>$/);
    });
  });
});

describe('A future of another loop', () => {
  it('cannot be awaited: the error is thrown into the coroutine', () => {
    const other = new VirtualEventLoop();
    virtually(function* () {
      const future = other.createFuture();
      const caughtInside: Error[] = [];
      const task = createTask(
        (function* () {
          caughtInside.push(yield* thrownBy(future));
        })(),
        { name: 'asker' },
      );
      yield* task;
      expect(caughtInside[0]).toBeInstanceOf(RuntimeError);
      expect(caughtInside[0]!.message).toMatch(
        /^Task <Task pending name='asker' .*> got Future <Future pending> attached to a different loop$/,
      );
    });
    other.close();
  });

  it('fails the task that does not catch that', () => {
    const other = new VirtualEventLoop();
    onLoop((loop) => {
      function* waits(future: Future): Coroutine {
        yield* future;
      }
      const error = caught(() => loop.runUntilCompleteSync(waits(other.createFuture())));
      expect(error.message).toMatch(/^Task .* got Future .* attached to a different loop$/);
    });
    other.close();
  });

  it('gives its result if it is done', () => {
    const other = new VirtualEventLoop();
    const future = other.createFuture<number>();
    future.setResult(1);
    virtually(function* () {
      expect(yield* future).toBe(1);
    });
    other.close();
  });
});

describe('A coroutine that is given to a second task', () => {
  function* work(): Coroutine<string> {
    yield* sleep(1);
    return 'done';
  }

  it('is refused there while the first one runs it, which goes on undisturbed', () => {
    virtually(function* () {
      const coro = work();
      const first = createTask(coro);
      const second = createTask(coro);
      expect((yield* thrownBy(second)).message).toBe('coroutine is being awaited already');
      expect(yield* first).toBe('done');
    });
  });

  it('is refused there when the first one has run it', () => {
    virtually(function* () {
      const coro = work();
      yield* createTask(coro);
      const error = yield* thrownBy(createTask(coro));
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.message).toBe('cannot reuse already awaited coroutine');
    });
  });
});

describe('createTask', () => {
  it.each([
    ['a coroutine function', work, '<function work>'],
    ['a number', 123, '123'],
    ['nothing', undefined, 'undefined'],
    ['an array', [1], '[1]'],
  ])('refuses %s', (_kind, value, shown) => {
    virtually(function* () {
      const error = caught(() => createTask(value as never));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toBe(`a coroutine was expected, got ${shown}`);
    });
  });

  it('refuses a future: it runs by itself already', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      expect(caught(() => createTask(future as never)).message).toBe(
        'a coroutine was expected, got <Future pending>',
      );
    });
  });

  it('needs a running loop', () => {
    const coro = work();
    expect(caught(() => createTask(coro))).toMatchObject({
      name: 'RuntimeError',
      message: 'no running event loop',
    });
  });

  function* work(): Coroutine {
    yield;
  }
});

describe('A callback that waits', () => {
  it('cannot: shield and its like give it futures to add callbacks to', () => {
    virtually(function* (loop) {
      const seen: unknown[] = [];
      loop.callSoon(() => {
        shield(createTask(sleep(1, 'value'))).addDoneCallback((future) => seen.push(future.result()));
      });
      yield* sleep(2);
      expect(seen).toEqual(['value']);
      expect(getRunningLoop()).toBe(loop);
    });
  });

  it('leaves the loop usable if a task is made of the wrong thing in it', () => {
    const reports = onLoop((loop) => {
      loop.callSoon(() => loop.createTask(7 as never));
      oneRound(loop);
      expect(loop.runUntilCompleteSync(sleep(0, 'usable'))).toBe('usable');
    });
    expect(reports).toHaveLength(1);
    expect(reports[0]!.exception).toBeInstanceOf(TypeError);
  });
});

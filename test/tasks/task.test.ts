import { describe, expect, it, vi } from 'vitest';
import {
  allTasks,
  type Coroutine,
  createTask,
  currentTask,
  ensureFuture,
  Future,
  getRunningLoop,
  isfuture,
  KeyboardInterrupt,
  RuntimeError,
  sleep,
  SystemExit,
  Task,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { caught, onLoop, oneRound, thrownBy, turns, virtually, withChosen } from './support.js';
import { ForeignFuture } from './foreign-future.js';

function* notmuch(): Coroutine<string> {
  return 'ok';
}

describe('Task', () => {
  it('runs a coroutine, and has its result and its loop', () => {
    onLoop((loop) => {
      const task = new Task(notmuch(), { loop });
      expect(task.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(task)).toBe('ok');
      expect(task.done()).toBe(true);
      expect(task.result()).toBe('ok');
      expect(task.exception()).toBe(null);
    });
  });

  it('belongs to the chosen loop if none is given, and cannot be made without any', () => {
    onLoop((loop) => {
      const task = withChosen(loop, () => new Task(notmuch()));
      expect(task.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(task)).toBe('ok');
      expect(caught(() => new Task(notmuch()))).toMatchObject({
        name: 'RuntimeError',
        message: "There is no current event loop in thread 'MainThread'.",
      });
    });
  });

  it('is a Future', () => {
    onLoop((loop) => {
      const task = new Task(notmuch(), { loop });
      expect(task).toBeInstanceOf(Future);
      expect(isfuture(task)).toBe(true);
      loop.runUntilCompleteSync(task);
    });
  });

  it('runs nothing before the next round of the loop', () => {
    virtually(function* () {
      const trace: string[] = [];
      const task = createTask(
        (function* () {
          trace.push('task');
        })(),
      );
      trace.push('creator');
      yield* task;
      expect(trace).toEqual(['creator', 'task']);
    });
  });

  it('runs the coroutines that its own awaits as part of itself', () => {
    function* inner(value: number): Coroutine<number> {
      return value;
    }
    expect(
      virtually(function* () {
        return (yield* inner(42)) + (yield* inner(1000));
      }),
    ).toBe(1042);
  });

  it('starts first the task that was made first', () => {
    virtually(function* () {
      const trace: number[] = [];
      function* note(n: number): Coroutine {
        trace.push(n);
        yield;
        trace.push(n);
      }
      const tasks = [1, 2, 3].map((n) => createTask(note(n)));
      for (const task of tasks) yield* task;
      expect(trace).toEqual([1, 2, 3, 1, 2, 3]);
    });
  });

  it('can be awaited by several tasks, and again when it is done', () => {
    virtually(function* () {
      const task = createTask(sleep(1, 'value'));
      function* waits(): Coroutine<string> {
        return yield* task;
      }
      const waiters = [createTask(waits()), createTask(waits())];
      expect(yield* waiters[0]!).toBe('value');
      expect(yield* waiters[1]!).toBe('value');
      expect(yield* task).toBe('value');
    });
  });

  it('gives the very error that came out of its coroutine to all who ask', () => {
    virtually(function* () {
      const error = new ValueError('no');
      const task = createTask(
        (function* (): Coroutine {
          throw error;
        })(),
      );
      expect(yield* thrownBy(task)).toBe(error);
      expect(yield* thrownBy(task)).toBe(error);
      expect(task.exception()).toBe(error);
      expect(task.cancelled()).toBe(false);
    });
  });

  it('has an error whose stack names the coroutine that threw it', () => {
    virtually(function* () {
      function* failing(): Coroutine {
        throw new TypeError('no');
      }
      const task = createTask(failing());
      yield* turns();
      expect((task.exception() as Error).stack).toContain('failing');
    });
  });

  it('fails with whatever was thrown, also with what is no Error', () => {
    virtually(function* () {
      const task = createTask(
        (function* (): Coroutine {
          throw 'text';
        })(),
      );
      expect(yield* thrownBy(task)).toBe('text');
      expect(task.exception()).toBe('text');
    });
  });

  it('refuses setResult and setException: its coroutine decides', () => {
    virtually(function* () {
      const task = createTask(notmuch());
      expect(caught(() => task.setResult('other'))).toMatchObject({
        name: 'RuntimeError',
        message: 'Task does not support set_result operation',
      });
      expect(caught(() => task.setException(new ValueError('no')))).toMatchObject({
        name: 'RuntimeError',
        message: 'Task does not support set_exception operation',
      });
      expect(yield* task).toBe('ok');
    });
  });

  it('gives its coroutine', () => {
    virtually(function* () {
      const coro = notmuch();
      const task = createTask(coro);
      expect(task.getCoro()).toBe(coro);
      yield* task;
      expect(task.getCoro()).toBe(coro);
    });
  });

  it('runs any object with the methods of a coroutine', () => {
    onLoop((loop) => {
      const like = {
        next: () => ({ done: true, value: 42 }),
        throw: () => {},
        return: () => {},
        [Symbol.iterator]() {
          return this;
        },
      };
      const task = loop.createTask(like as unknown as Coroutine<number>);
      expect(loop.runUntilCompleteSync(task)).toBe(42);
    });
  });

  it('cannot be made of anything else', () => {
    onLoop((loop) => {
      for (const coro of [7, null, notmuch, {}, loop.createFuture()]) {
        const error = caught(() => new Task(coro as never, { loop }));
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toMatch(/^a coroutine was expected, got /);
      }
    });
  });

  it('runs a coroutine that is frozen', () => {
    virtually(function* () {
      expect(yield* createTask(Object.freeze(notmuch()))).toBe('ok');
    });
  });

  it('gives its coroutine nothing on a wake-up: it reads the result from the future itself', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const sent: unknown[] = [];
      const waits = {
        next(value: unknown) {
          sent.push(value);
          return sent.length < 2 ? future[Symbol.iterator]().next() : { done: true, value: future.result() };
        },
        throw(error: unknown) {
          throw error;
        },
        return: () => {},
        [Symbol.iterator]() {
          return this;
        },
      };
      const task = createTask(waits as unknown as Coroutine<string>);
      yield* turns();
      future.setResult('result');
      expect(yield* task).toBe('result');
      expect(sent).toEqual([undefined, undefined]);
    });
  });

  it('goes on when the future that it waits for is done', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<number>();
      function* waits(): Coroutine<number> {
        return (yield* future) + 1;
      }
      const task = createTask(waits());
      yield* turns();
      expect(task._futWaiter).toBe(future);
      future.setResult(1);
      expect(task.done()).toBe(false);
      expect(yield* task).toBe(2);
      expect(task._futWaiter).toBe(null);
    });
  });

  it('throws the error of a future that failed into the coroutine that waits', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const task = createTask(thrownBy(future));
      yield* turns();
      const error = new ValueError('no');
      future.setException(error);
      expect(yield* task).toBe(error);
    });
  });

  it('does not suspend for a future that is done', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<number>();
      future.setResult(1);
      let later = false;
      loop.callSoon(() => {
        later = true;
      });
      expect(yield* future).toBe(1);
      expect(later).toBe(false);
    });
  });

  it('gives up one turn for a bare yield, and for a yielded null', () => {
    virtually(function* (loop) {
      const trace: string[] = [];
      loop.callSoon(() => trace.push('callback'));
      yield;
      trace.push('first');
      loop.callSoon(() => trace.push('callback'));
      yield null as unknown as undefined;
      trace.push('second');
      expect(trace).toEqual(['callback', 'first', 'callback', 'second']);
    });
  });

  it('can be left unfinished by stop(), and be run on later', () => {
    onLoop((loop) => {
      let steps = 0;
      const task = loop.createTask(
        (function* () {
          while (steps < 10) {
            yield* sleep(0.1);
            if (++steps === 2) loop.stop();
          }
        })(),
      );
      expect(caught(() => loop.runUntilCompleteSync(task))).toMatchObject({
        name: 'RuntimeError',
        message: 'Event loop stopped before Future completed.',
      });
      expect(task.done()).toBe(false);
      expect(steps).toBe(2);
      loop.runUntilCompleteSync(task);
      expect(steps).toBe(10);
      expect(loop.time()).toBeCloseTo(1);
    });
  });

  it.each([
    ['KeyboardInterrupt', new KeyboardInterrupt()],
    ['SystemExit', new SystemExit(3)],
  ])('stores a %s and lets it leave the loop at once', (_name, error) => {
    onLoop((loop) => {
      const task = loop.createTask(
        (function* (): Coroutine {
          throw error;
        })(),
      );
      let ran = false;
      loop.callSoon(() => {
        ran = true;
      });
      expect(caught(() => loop.runForeverSync())).toBe(error);
      expect(ran).toBe(false);
      expect(task.done()).toBe(true);
      expect(task.exception()).toBe(error);
      oneRound(loop);
      expect(ran).toBe(true);
    });
  });

  it('is held by the loop until it is done, and reported if the loop is closed before', () => {
    let task!: Task<undefined>;
    const reports = onLoop((loop) => {
      task = loop.createTask(sleep(1));
      oneRound(loop);
    });
    expect(reports.map((report) => report.message)).toEqual(['Task was destroyed but it is pending!']);
    expect(reports[0]!.task).toBe(task);
  });

  it('tells where it was made in that report, in debug mode', () => {
    const [report] = onLoop((loop) => {
      loop.setDebug(true);
      loop.createTask(sleep(1));
      oneRound(loop);
      loop.setDebug(false);
    });
    expect(report!.sourceTraceback).toContain('task.test.ts');
  });

  it('is not reported if it is that of runUntilComplete, whose caller knows', () => {
    const reports = onLoop((loop) => {
      loop.callSoon(() => loop.stop());
      expect(caught(() => loop.runUntilCompleteSync(sleep(1))).message).toBe(
        'Event loop stopped before Future completed.',
      );
    });
    expect(reports).toEqual([]);
  });

  it('is not reported, nor among all tasks, if its construction failed', () => {
    const reports = onLoop((loop) => {
      caught(() => new Task(sleep(1), { loop, context: {} as never }));
      expect(allTasks(loop).size).toBe(0);
    });
    expect(reports).toEqual([]);
  });

  it('is not reported if _logDestroyPending is off', () => {
    const reports = onLoop((loop) => {
      loop.createTask(sleep(1))._logDestroyPending = false;
      oneRound(loop);
    });
    expect(reports).toEqual([]);
  });

  it('reports an error that nobody asked for by the name of its class', () => {
    class Job<T> extends Task<T> {}
    const error = new ValueError('no');
    let job!: Job<void>;
    const reports = onLoop((loop) => {
      job = new Job(
        (function* (): Coroutine {
          throw error;
        })(),
        { loop },
      );
      oneRound(loop);
    });
    expect(reports.map((report) => report.message)).toEqual(['Job exception was never retrieved']);
    expect(reports[0]!.exception).toBe(error);
    expect(reports[0]!.future).toBe(job);
  });

  it('reports no error that was asked for, nor one of a failed task that somebody tried to cancel', () => {
    const reports = onLoop((loop) => {
      function* failing(): Coroutine {
        throw new ValueError('no');
      }
      const asked = loop.createTask(failing());
      const cancelled = loop.createTask(failing());
      oneRound(loop);
      expect(asked.exception()).toBeInstanceOf(ValueError);
      expect(cancelled.cancel()).toBe(false);
      expect(cancelled.cancelling()).toBe(0);
      expect(cancelled.cancel()).toBe(false);
    });
    expect(reports).toEqual([]);
  });

  it('cannot be stepped while another task is', () => {
    const reports = onLoop((loop) => {
      const inner = loop.createTask(notmuch(), { name: 'inner' });
      const outer = loop.createTask(
        (function* () {
          inner._run();
        })(),
        { name: 'outer' },
      );
      const error = caught(() => loop.runUntilCompleteSync(outer));
      expect(error).toBeInstanceOf(RuntimeError);
      expect(error.message).toMatch(
        /^Cannot enter into task <Task .*name='inner'.*> while another task <Task .*name='outer'.*> is being executed\.$/,
      );
    });
    expect(reports).toEqual([]);
  });

  it('is made by loop.createTask for a loop that does not run yet', () => {
    onLoop((loop) => {
      expect(loop.runUntilCompleteSync(loop.createTask(notmuch()))).toBe('ok');
    });
  });

  it('is refused by a closed loop, which closes the coroutine', () => {
    const loop = new VirtualEventLoop();
    loop.close();
    const coro = notmuch();
    expect(caught(() => loop.createTask(coro))).toMatchObject({
      name: 'RuntimeError',
      message: 'Event loop is closed',
    });
    expect(coro.next()).toEqual({ done: true, value: undefined });
    const second = notmuch();
    expect(caught(() => ensureFuture(second, { loop })).message).toBe('Event loop is closed');
    expect(second.next()).toEqual({ done: true, value: undefined });
  });
});

describe('The name of a task', () => {
  it('is Task- with a number that goes up, if none is given', () => {
    virtually(function* () {
      const tasks = [createTask(notmuch()), createTask(notmuch(), { name: null })];
      const numbers = tasks.map((task) => Number(/^Task-(\d+)$/.exec(task.getName())![1]));
      expect(numbers[1]).toBe(numbers[0]! + 1);
      for (const task of tasks) yield* task;
    });
  });

  it('is the one that was given to createTask', () => {
    virtually(function* () {
      const task = createTask(notmuch(), { name: 'fetcher' });
      expect(task.getName()).toBe('fetcher');
      yield* task;
    });
  });

  it('may be changed, and is always a string', () => {
    virtually(function* () {
      const task = createTask(notmuch(), { name: 7 as unknown as string });
      expect(task.getName()).toBe('7');
      task.setName([6, 7]);
      expect(task.getName()).toBe('6,7');
      expect(String(task)).toContain("name='6,7'");
      yield* task;
    });
  });

  it('may be the empty string', () => {
    virtually(function* () {
      const task = createTask(notmuch(), { name: '' });
      expect(task.getName()).toBe('');
      yield* task;
    });
  });
});

describe('A task that waits for a future of another make', () => {
  function* waits(future: ForeignFuture<number>): Coroutine<number> {
    return (yield* future) + 1;
  }

  it('goes on with its result', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const task = createTask(waits(future));
      yield* turns();
      expect(task._futWaiter).toBe(future);
      future.inner.setResult(1);
      expect(yield* task).toBe(2);
    });
  });

  it('gets its error', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const task = createTask(waits(future));
      yield* turns();
      future.inner.setException(new ValueError('foreign'));
      expect((yield* thrownBy(task)).message).toBe('foreign');
    });
  });

  it('runs on in its own context', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const seen: unknown[] = [];
      const task = createTask(
        (function* () {
          const context = currentTask()!.getContext();
          seen.push(context._entered);
          yield* future;
          seen.push(context._entered);
        })(),
      );
      yield* turns();
      future.inner.setResult(1);
      yield* task;
      expect(seen).toEqual([true, true]);
    });
  });

  it('passes a cancellation on to it', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const task = createTask(waits(future));
      yield* turns();
      task.cancel('enough');
      expect(future.inner.cancelled()).toBe(true);
      expect((yield* thrownBy(task)).message).toBe('enough');
      expect(task.cancelled()).toBe(true);
    });
  });

  it('passes on a cancellation that came before it waited', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const task = createTask(
        (function* () {
          currentTask()!.cancel('early');
          yield* future;
        })() as Coroutine<unknown>,
      );
      expect((yield* thrownBy(task)).message).toBe('early');
      expect(future.inner.cancelled()).toBe(true);
    });
  });

  it('is thrown the cancellation at its next step if the future does not take it', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const cancel = vi.spyOn(future, 'cancel').mockReturnValue(false);
      const task = createTask(
        (function* () {
          currentTask()!.cancel('early');
          yield* future;
        })() as Coroutine<unknown>,
      );
      yield* turns();
      expect(cancel).toHaveBeenCalledWith('early');
      expect(task.done()).toBe(false);
      future.inner.setResult(1);
      expect((yield* thrownBy(task)).message).toBe('early');
    });
  });

  it('is told if it is one of another loop', () => {
    onLoop((loop) => {
      const other = new VirtualEventLoop();
      const future = new ForeignFuture<number>(other);
      const error = caught(() => loop.runUntilCompleteSync(waits(future)));
      expect(error.message).toMatch(
        /^Task <Task .*> got Future <ForeignFuture> attached to a different loop$/,
      );
      other.close();
    });
  });

  it('is told if the star is missing', () => {
    virtually(function* (loop) {
      const future = new ForeignFuture<number>(loop);
      const task = createTask(
        (function* () {
          yield future as never;
        })() as Coroutine,
      );
      expect((yield* thrownBy(task)).message).toMatch(
        /^yield was used instead of yield from in task <Task .*> with <ForeignFuture>/,
      );
      expect(getRunningLoop()).toBe(loop);
    });
  });
});

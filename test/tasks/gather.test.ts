import { describe, expect, it } from 'vitest';
import {
  CancelledError,
  type Coroutine,
  createTask,
  eagerTaskFactory,
  gather,
  shield,
  sleep,
  type Task,
  ValueError,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { ForeignFuture } from './foreign-future.js';
import { caught, hosted, onLoop, oneRound, thrownBy, turns, virtually, withChosen } from './support.js';

function* fails(seconds: number, error: Error): Coroutine<never> {
  yield* sleep(seconds);
  throw error;
}

describe('gather', () => {
  it('gives the results in the order of its arguments, whatever the order in which they come', () => {
    virtually(function* (loop) {
      const futures = ['a', 'b', 'c'].map(() => loop.createFuture<string>());
      const outer = gather(...futures);
      futures[1]!.setResult('b');
      yield* turns();
      expect(outer.done()).toBe(false);
      futures[0]!.setResult('a');
      futures[2]!.setResult('c');
      yield* turns();
      expect(outer.done()).toBe(true);
      expect(outer.result()).toEqual(['a', 'b', 'c']);
    });
  });

  it('takes futures of another make, done or not', () => {
    virtually(function* (loop) {
      const done = new ForeignFuture<string>(loop);
      const pending = new ForeignFuture<string>(loop);
      done.inner.setResult('done');
      const outer = gather(done as never, pending as never, sleep(1, 'ours'));
      loop.callLater(2, () => {
        pending.inner.setResult('late');
      });
      expect(yield* outer).toEqual(['done', 'late', 'ours']);
      expect(loop.time()).toBeCloseTo(2);
    });
  });

  it('runs coroutines side by side', () => {
    virtually(function* (loop) {
      expect(yield* gather(sleep(2, 'slow'), sleep(1, 'quick'))).toEqual(['slow', 'quick']);
      expect(loop.time()).toBeCloseTo(2);
    });
  });

  it('gives results with returnExceptions too, where there are no errors', () => {
    virtually(function* () {
      expect(yield* gather(sleep(2, 1), sleep(1, 'x'), { returnExceptions: true })).toEqual([1, 'x']);
    });
  });

  it('returns a future: children start whether or not it is awaited', () => {
    virtually(function* () {
      const trace: string[] = [];
      function* child(): Coroutine {
        trace.push('started');
      }
      const outer = gather(child());
      yield* turns(2);
      expect(trace).toEqual(['started']);
      expect(outer.done()).toBe(true);
    });
  });

  it('without arguments is done at once, with nothing', () => {
    virtually(function* (loop) {
      for (const outer of [gather(), gather({ returnExceptions: true })]) {
        expect(outer.done()).toBe(true);
        expect(outer.result()).toEqual([]);
        expect(outer.getLoop()).toBe(loop);
      }
    });
  });

  it('without arguments belongs to the chosen loop, and needs one', () => {
    onLoop((loop) => {
      const outer = withChosen(loop, () => gather());
      expect(outer.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(outer)).toEqual([]);
      expect(caught(() => gather())).toMatchObject({ name: 'RuntimeError' });
    });
  });

  it('with coroutines runs them in the running loop', () => {
    virtually(function* (loop) {
      const outer = gather(sleep(0, 'a'), sleep(0, 'b'));
      expect(outer.getLoop()).toBe(loop);
      expect(yield* outer).toEqual(['a', 'b']);
    });
  });

  it('with coroutines runs them in the chosen loop, and needs one', () => {
    onLoop((loop) => {
      const outer = withChosen(loop, () => gather(sleep(0, 'a'), sleep(0, 'b')));
      expect(outer.getLoop()).toBe(loop);
      expect(loop.runUntilCompleteSync(outer)).toEqual(['a', 'b']);
      expect(caught(() => gather(sleep(0)))).toMatchObject({
        name: 'RuntimeError',
        message: "There is no current event loop in thread 'MainThread'.",
      });
    });
  });

  it('takes the loop of its futures, wherever it is called', () => {
    onLoop((loop) => {
      const futures = [1, 2].map(() => loop.createFuture<number>());
      const outer = gather(...futures);
      expect(outer.getLoop()).toBe(loop);
      futures.forEach((future, i) => future.setResult(i));
      expect(loop.runUntilCompleteSync(outer)).toEqual([0, 1]);
    });
  });

  it('takes the loop of its first future for the coroutines after it', () => {
    onLoop((loop) => {
      const future = loop.createFuture<number>();
      future.setResult(1);
      expect(loop.runUntilCompleteSync(gather(future, sleep(0, 2)))).toEqual([1, 2]);
    });
  });

  it('refuses futures of different loops', () => {
    const other = new VirtualEventLoop();
    onLoop((loop) => {
      expect(caught(() => gather(loop.createFuture(), other.createFuture()))).toMatchObject({
        name: 'ValueError',
        message: 'The future belongs to a different loop than the one specified as the loop argument',
      });
    });
    other.close();
  });

  it('refuses what cannot be awaited, and options that it does not have', () => {
    virtually(function* () {
      expect(caught(() => gather(7 as never))).toMatchObject({
        name: 'TypeError',
        message: 'An asyncio.Future, a coroutine or an awaitable is required',
      });
      expect(caught(() => gather(sleep(0), { return_exceptions: true } as never)).message).toBe(
        "gather() got an unexpected keyword argument 'return_exceptions'; it takes returnExceptions",
      );
    });
  });

  it('takes one that is given twice as one, with its result in both places', () => {
    virtually(function* () {
      let runs = 0;
      function* counts(): Coroutine<string> {
        runs++;
        yield* sleep(1);
        return 'abc';
      }
      const coro = counts();
      expect(yield* gather(coro, sleep(0, 'x'), coro, coro)).toEqual(['abc', 'x', 'abc', 'abc']);
      expect(runs).toBe(1);
    });
  });

  it('takes awaitable objects', () => {
    virtually(function* () {
      const awaitable = {
        *[Symbol.iterator](): Coroutine<string> {
          return yield* sleep(1, 'awaitable');
        },
      };
      expect(yield* gather(awaitable, awaitable)).toEqual(['awaitable', 'awaitable']);
    });
  });

  it('takes promises', async () => {
    const results = await hosted(function* () {
      return yield* gather(Promise.resolve(1), sleep(1, 'two'), Promise.resolve([3]));
    });
    expect(results).toEqual([1, 'two', [3]]);
  });

  it('fails with the rejection of a promise', async () => {
    const error = new ValueError('rejected');
    await hosted(function* () {
      expect(yield* thrownBy(gather(sleep(1), Promise.reject(error)))).toBe(error);
      const [first, second] = yield* gather(Promise.reject(error), sleep(1, 'x'), { returnExceptions: true });
      expect(first).toBe(error);
      expect(second).toBe('x');
    });
  });
});

describe('gather, when a child fails', () => {
  it('fails with the first error at once; the others go on', () => {
    virtually(function* (loop) {
      const error = new ValueError('no');
      const other = createTask(sleep(5, 'other'));
      const outer = gather(fails(1, error), other);
      expect(yield* thrownBy(outer)).toBe(error);
      expect(loop.time()).toBeCloseTo(1);
      expect(other.done()).toBe(false);
      expect(yield* other).toBe('other');
    });
  });

  it('takes note of later errors and cancellations, so that nothing is reported', () => {
    const reports = onLoop((loop) => {
      const futures = [1, 2, 3, 4].map(() => loop.createFuture());
      const outer = gather(...futures);
      const first = new ValueError('first');
      futures[0]!.setResult(1);
      futures[1]!.setException(first);
      futures[2]!.setException(new ValueError('second'));
      futures[3]!.cancel();
      for (let i = 0; i < 4; i++) oneRound(loop);
      expect(outer.exception()).toBe(first);
    });
    expect(reports).toEqual([]);
  });

  it('marks the errors of tasks that it made too', () => {
    const reports = onLoop((loop) => {
      const error = caught(() =>
        loop.runUntilCompleteSync(
          withChosen(loop, () =>
            gather(fails(1, new ValueError('first')), fails(1, new ValueError('second'))),
          ),
        ),
      );
      expect(error.message).toBe('first');
      loop.runUntilCompleteSync(sleep(1));
    });
    expect(reports).toEqual([]);
  });

  it('gives errors in their places, if asked to', () => {
    virtually(function* (loop) {
      const futures = ['a', 'b', 'c'].map(() => loop.createFuture<string>());
      const outer = gather(...futures, { returnExceptions: true });
      const errors = [new ValueError('1'), new RangeError('2')];
      futures[2]!.setException(errors[0]);
      futures[0]!.setException(errors[1]);
      yield* turns();
      expect(outer.done()).toBe(false);
      futures[1]!.setResult('b');
      const results = yield* outer;
      expect(results).toHaveLength(3);
      expect(results[0]).toBe(errors[1]);
      expect(results[1]).toBe('b');
      expect(results[2]).toBe(errors[0]);
    });
  });

  it('fails as one that was cancelled, but is not cancelled itself, if a child is', () => {
    virtually(function* () {
      const children = [createTask(sleep(5)), createTask(sleep(1, 'on'))];
      const outer = gather(...children);
      yield* turns();
      children[0]!.cancel('why');
      const error = yield* thrownBy(outer);
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe('why');
      expect(outer.done()).toBe(true);
      expect(outer.cancelled()).toBe(false);
      expect(outer.exception()).toBeInstanceOf(CancelledError);
      expect(yield* children[1]!).toBe('on');
    });
  });

  it('gives a cancellation in its place, as a new error, if asked to', () => {
    virtually(function* (loop) {
      const future = loop.createFuture();
      const child = createTask(sleep(5));
      const outer = gather(child, sleep(1, 'on'), future, { returnExceptions: true });
      yield* turns();
      child.cancel();
      future.cancel('why');
      const [first, second, third] = yield* outer;
      expect(first).toBeInstanceOf(CancelledError);
      expect((first as CancelledError).args).toEqual(['']);
      expect(second).toBe('on');
      expect((third as CancelledError).args).toEqual(['why']);
      expect(outer.cancelled()).toBe(false);
    });
  });
});

describe('gather, when it is cancelled', () => {
  it('cancels all children, and is done when they are', () => {
    virtually(function* () {
      const trace: string[] = [];
      function* child(name: string): Coroutine {
        try {
          yield* sleep(10);
        } finally {
          yield* sleep(1);
          trace.push(name);
        }
      }
      const outer = gather(child('a'), child('b'));
      yield* turns(2);
      expect(outer.cancel()).toBe(true);
      yield* turns(3);
      expect(outer.done()).toBe(false);
      const error = yield* thrownBy(outer);
      expect(trace).toEqual(['a', 'b']);
      expect(error).toBeInstanceOf(CancelledError);
      expect(outer.cancelled()).toBe(false);
    });
  });

  it('throws CancelledError with returnExceptions too', () => {
    virtually(function* () {
      const outer = gather(sleep(10), sleep(10), { returnExceptions: true });
      yield* turns();
      expect(outer.cancel('why')).toBe(true);
      expect(yield* thrownBy(outer)).toMatchObject({ name: 'CancelledError', message: 'why' });
    });
  });

  it('is refused if no child takes it, and gives the results', () => {
    virtually(function* (loop) {
      for (const returnExceptions of [false, true]) {
        const child = loop.createFuture<number>();
        const outer = gather(child, { returnExceptions });
        child.setResult(1);
        expect(outer.done()).toBe(false);
        expect(outer.cancel()).toBe(false);
        expect(yield* outer).toEqual([1]);
        expect(outer.cancel()).toBe(false);
      }
    });
  });

  it('has the message in the task that awaits it', () => {
    virtually(function* () {
      for (const returnExceptions of [false, true]) {
        for (const args of [[], ['why']]) {
          function* child(): Coroutine {
            yield* sleep(10);
          }
          function* awaits(): Coroutine {
            yield* gather(child(), { returnExceptions });
          }
          const task = createTask(awaits());
          yield* turns(2);
          task.cancel(...args);
          expect(yield* thrownBy(task)).toMatchObject({ name: 'CancelledError', args });
        }
      }
    });
  });

  it('gives the result of a child that swallows it to nobody: it is cancelled all the same', () => {
    virtually(function* () {
      const child = createTask(thrownBy(sleep(10)));
      const outer = gather(child, { returnExceptions: true });
      yield* turns();
      outer.cancel();
      expect(yield* thrownBy(outer)).toBeInstanceOf(CancelledError);
      expect(child.cancelled()).toBe(false);
    });
  });

  it('leaves what is shielded alone', () => {
    virtually(function* () {
      const inner = createTask(sleep(1, 'inner'));
      const outer = gather(shield(inner), sleep(10));
      yield* turns();
      outer.cancel();
      expect(yield* thrownBy(outer)).toBeInstanceOf(CancelledError);
      expect(inner.done()).toBe(false);
      expect(yield* inner).toBe('inner');
    });
  });
});

describe('gather, with children that are done', () => {
  it('is done at once if they all are: they started eagerly', () => {
    virtually(function* (loop) {
      loop.setTaskFactory(eagerTaskFactory);
      function* quick(value: string): Coroutine<string> {
        return value;
      }
      const outer = gather(quick('a'), quick('b'));
      expect(outer.done()).toBe(true);
      expect(outer.result()).toEqual(['a', 'b']);
    });
  });

  it('is done when the others are', () => {
    virtually(function* (loop) {
      loop.setTaskFactory(eagerTaskFactory);
      function* quick(value: string): Coroutine<string> {
        return value;
      }
      const outer = gather(quick('a'), sleep(1, 'b'));
      expect(outer.done()).toBe(false);
      expect(yield* outer).toEqual(['a', 'b']);
    });
  });

  it('has failed at once if one has', () => {
    virtually(function* (loop) {
      const [failed, done] = [loop.createFuture(), loop.createFuture()];
      const error = new ValueError('no');
      failed.setException(error);
      done.setResult(1);
      const outer = gather(done, failed, createTask(sleep(0)));
      expect(outer.done()).toBe(true);
      expect(outer.exception()).toBe(error);
      yield* turns();
    });
  });

  it('takes the error of one that failed in its eager start', () => {
    const reports = onLoop((loop) => {
      loop.setTaskFactory(eagerTaskFactory);
      function* failsNow(): Coroutine {
        throw new ValueError('now');
      }
      function* main(): Coroutine<Error> {
        return yield* thrownBy(gather(sleep(1), failsNow()));
      }
      expect(loop.runUntilCompleteSync(main()).message).toBe('now');
      loop.runUntilCompleteSync(sleep(2));
    });
    expect(reports).toEqual([]);
  });
});

describe('What gather leaves behind', () => {
  it('is no callback on the outer future', () => {
    virtually(function* () {
      const outer = gather(sleep(0));
      expect(String(outer)).toBe('<GatheringFuture pending>');
      yield* outer;
    });
  });

  it('is no report of tasks that it made itself, if the loop is closed before they end', () => {
    const reports = onLoop((loop) => {
      withChosen(loop, () => gather(sleep(1), sleep(2)));
      oneRound(loop);
    });
    expect(reports).toEqual([]);
  });

  it('is that report for tasks that it was given', () => {
    let task!: Task<undefined>;
    const reports = onLoop((loop) => {
      task = loop.createTask(sleep(1));
      gather(task);
      oneRound(loop);
    });
    expect(reports.map((report) => report.message)).toEqual(['Task was destroyed but it is pending!']);
    expect(reports[0]!.task).toBe(task);
  });
});

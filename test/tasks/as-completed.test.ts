import { describe, expect, it } from 'vitest';
import {
  asCompleted,
  asyncFor,
  BREAK,
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  isfuture,
  sleep,
  StopAsyncIteration,
  Task,
  TimeoutError,
  ValueError,
} from '../../src/index.js';
import { caught, hosted, onLoop, thrownBy, turns, virtually, withChosen } from './support.js';

describe('asCompleted by plain iteration', () => {
  it('gives coroutines, each with the next result that comes', () => {
    virtually(function* (loop) {
      const results: string[] = [];
      for (const next of asCompleted([sleep(3, 'c'), sleep(1, 'a'), sleep(2, 'b')]))
        results.push(yield* next);
      expect(results).toEqual(['a', 'b', 'c']);
      expect(loop.time()).toBeCloseTo(3);
    });
  });

  it('gives as many as there are awaitables', () => {
    virtually(function* (loop) {
      const futures = [1, 2].map(() => loop.createFuture<number>());
      const coroutines = [...asCompleted(futures)];
      expect(coroutines).toHaveLength(2);
      futures.forEach((future) => future.setResult(1));
      expect(yield* gather(...coroutines)).toEqual([1, 1]);
    });
  });

  it('lets the coroutines be awaited in any order: each gives what comes next', () => {
    virtually(function* (loop) {
      const [first, second] = [...asCompleted([sleep(1, 'a'), sleep(5, 'b')])];
      expect(yield* second!).toBe('a');
      expect(loop.time()).toBeCloseTo(1);
      expect(yield* first!).toBe('b');
      expect(loop.time()).toBeCloseTo(5);
    });
  });

  it('lets them be awaited side by side', () => {
    virtually(function* (loop) {
      const coroutines = [...asCompleted([sleep(2, 'b'), sleep(1, 'a')])];
      expect(yield* gather(...coroutines)).toEqual(['a', 'b']);
      expect(loop.time()).toBeCloseTo(2);
    });
  });

  it('can be left and taken up again', () => {
    virtually(function* () {
      const iterator = asCompleted([sleep(3, 'c'), sleep(1, 'a'), sleep(2, 'b')]);
      const results: string[] = [];
      for (const next of iterator) {
        results.push(yield* next);
        break;
      }
      expect(results).toEqual(['a']);
      for (const next of iterator) results.push(yield* next);
      expect(results).toEqual(['a', 'b', 'c']);
      expect(iterator.next()).toEqual({ done: true, value: undefined });
    });
  });

  it('throws the error of a child where its turn is', () => {
    virtually(function* () {
      function* fails(): Coroutine<string> {
        yield* sleep(1);
        throw new ValueError('no');
      }
      const [first, second] = [...asCompleted([sleep(2, 'ok'), fails()])];
      expect(yield* thrownBy(first!)).toMatchObject({ message: 'no' });
      expect(yield* second!).toBe('ok');
    });
  });

  it('loses no result when a wait is cancelled', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const iterator = asCompleted([future]);
      const waiting = createTask(iterator.next().value!);
      yield* turns();
      waiting.cancel();
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
      future.setResult('kept');
      expect(yield* iterator.next().value!).toBe('kept');
      expect(iterator.next().done).toBe(true);
    });
  });

  it('hands on the wake-up of a wait that is cancelled just as a result comes', () => {
    virtually(function* (loop) {
      const futures = [1, 2].map(() => loop.createFuture<string>());
      const iterator = asCompleted(futures);
      const waiting = [createTask(iterator.next().value!), createTask(iterator.next().value!)];
      yield* turns();
      futures[0]!.setResult('kept');
      yield* turns();
      // The first waiter has been woken by now, and has not run.
      waiting[0]!.cancel();
      expect(yield* waiting[1]!).toBe('kept');
      expect(waiting[0]!.cancelled()).toBe(true);
      futures[1]!.setResult('last');
      expect(yield* iterator.next().value!).toBe('last');
    });
  });
});

describe('asCompleted with a newcomer', () => {
  it('that takes what another was woken for leaves that one to wait for the next', () => {
    virtually(function* (loop) {
      const futures = [1, 2].map(() => loop.createFuture<string>());
      const iterator = asCompleted(futures);
      const waiting = createTask(iterator.next().value!);
      yield* turns();
      futures[0]!.setResult('first');
      yield* turns();
      // The waiter has been woken by now, and has not run.
      expect(yield* iterator.next().value!).toBe('first');
      futures[1]!.setResult('second');
      expect(yield* waiting).toBe('second');
    });
  });

  it('that takes what a cancelled one was woken for leaves nothing to hand on', () => {
    virtually(function* (loop) {
      const futures = [1, 2].map(() => loop.createFuture<string>());
      const iterator = asCompleted(futures);
      const waiting = createTask(iterator.next().value!);
      yield* turns();
      futures[0]!.setResult('first');
      yield* turns();
      expect(yield* iterator.next().value!).toBe('first');
      waiting.cancel();
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
      futures[1]!.setResult('second');
      expect(yield* iterator.next().value!).toBe('second');
    });
  });
});

describe('asCompleted by asyncFor', () => {
  it('gives the very futures and tasks that were passed in', () => {
    virtually(function* () {
      const tasks = [createTask(sleep(2, 'b')), createTask(sleep(1, 'a'))];
      const seen: Task<string>[] = [];
      yield* asyncFor(asCompleted(tasks), function* (task) {
        expect(task.done()).toBe(true);
        seen.push(task);
      });
      expect(seen[0]).toBe(tasks[1]);
      expect(seen[1]).toBe(tasks[0]);
      expect(seen).toHaveLength(2);
    });
  });

  it('gives new tasks for coroutines, all different', () => {
    virtually(function* () {
      const seen = new Set<unknown>();
      yield* asyncFor(asCompleted([sleep(1, 'a'), sleep(2, 'b')]), function* (future) {
        expect(future).toBeInstanceOf(Task);
        seen.add(future.result());
      });
      expect(seen).toEqual(new Set(['a', 'b']));
    });
  });

  it('can be left and taken up again', () => {
    virtually(function* () {
      const iterator = asCompleted([sleep(3, 'c'), sleep(1, 'a'), sleep(2, 'b')]);
      const results: string[] = [];
      yield* asyncFor(iterator, function* (future) {
        results.push(future.result());
        return BREAK;
      });
      expect(results).toEqual(['a']);
      yield* asyncFor(iterator, function* (future) {
        results.push(future.result());
      });
      expect(results).toEqual(['a', 'b', 'c']);
      expect(yield* thrownBy(iterator.anext())).toBeInstanceOf(StopAsyncIteration);
    });
  });

  it('gives failed ones as what they are', () => {
    virtually(function* () {
      function* fails(): Coroutine<string> {
        throw new ValueError('no');
      }
      const future = yield* asCompleted([fails()]).anext();
      expect(future.exception()).toBeInstanceOf(ValueError);
    });
  });

  it('loses no result when a wait is cancelled', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const iterator = asCompleted([future]);
      const waiting = createTask(iterator.anext());
      yield* turns();
      waiting.cancel();
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
      future.setResult('kept');
      expect(yield* iterator.anext()).toBe(future);
    });
  });
});

describe('asCompleted with a timeout', () => {
  it('throws TimeoutError for each that is not done by then, and cancels nothing', () => {
    virtually(function* (loop) {
      const slow = [createTask(sleep(5, 'b')), createTask(sleep(6, 'c'))];
      const outcomes: string[] = [];
      for (const next of asCompleted([createTask(sleep(1, 'a')), ...slow], { timeout: 2 })) {
        try {
          outcomes.push(yield* next);
        } catch (error) {
          expect(error).toBeInstanceOf(TimeoutError);
          outcomes.push('timeout');
        }
      }
      expect(outcomes).toEqual(['a', 'timeout', 'timeout']);
      expect(loop.time()).toBeCloseTo(2);
      expect(yield* gather(...slow)).toEqual(['b', 'c']);
    });
  });

  it('throws it out of asyncFor', () => {
    virtually(function* (loop) {
      const slow = createTask(sleep(5));
      const error = yield* thrownBy(asyncFor(asCompleted([slow], { timeout: 2 }), function* () {}));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBeCloseTo(2);
      yield* slow;
    });
  });

  it('that is not needed is taken away', () => {
    virtually(function* (loop) {
      for (const next of asCompleted([sleep(1, 'a')], { timeout: 100 })) expect(yield* next).toBe('a');
      expect(loop._scheduled.peek()).toBe(undefined);
      expect(loop.time()).toBeCloseTo(1);
    });
  });

  it('does not take back one that is done just then: it counts as given up', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<string>();
      const iterator = asCompleted([future], { timeout: 1 });
      // Due together with the timeout, and before it: the callback is queued when the timeout strikes.
      loop.callAt(0.9999999999, () => future.setResult('late'));
      expect(yield* thrownBy(iterator.next().value!)).toBeInstanceOf(TimeoutError);
      yield* turns();
      expect(iterator.next().done).toBe(true);
    });
  });

  it('of nothing sets no timer', () => {
    virtually(function* (loop) {
      expect([...asCompleted([], { timeout: 1 })]).toEqual([]);
      expect(loop._scheduled.peek()).toBe(undefined);
    });
  });
});

describe('asCompleted takes', () => {
  it('one that occurs twice once', () => {
    virtually(function* () {
      let runs = 0;
      function* counts(): Coroutine<string> {
        runs++;
        yield* sleep(1);
        return 'abc';
      }
      const coro = counts();
      const results: string[] = [];
      for (const next of asCompleted([coro, coro, sleep(2, 'x')])) results.push(yield* next);
      expect(results).toEqual(['abc', 'x']);
      expect(runs).toBe(1);
    });
  });

  it('promises, as futures', async () => {
    await hosted(function* () {
      const seen: unknown[] = [];
      yield* asyncFor(asCompleted([sleep(1, 2), Promise.resolve('one')]), function* (future) {
        expect(isfuture(future)).toBe(true);
        seen.push(future.result());
      });
      expect(seen).toEqual(['one', 2]);
    });
  });

  it('no single future or coroutine', () => {
    virtually(function* (loop) {
      expect(caught(() => asCompleted(loop.createFuture() as never))).toMatchObject({
        name: 'TypeError',
        message: 'expects an iterable of awaitables, not Future',
      });
      expect(caught(() => asCompleted(sleep(1) as never)).message).toMatch(
        /^expects an iterable of awaitables, not /,
      );
    });
  });

  it('no options that it does not have, and no timeout that is no number', () => {
    expect(caught(() => asCompleted([], { time: 1 } as never)).message).toBe(
      "asCompleted() got an unexpected keyword argument 'time'; it takes timeout",
    );
    expect(caught(() => asCompleted([], { timeout: 'soon' as never })).message).toBe(
      'asCompleted(): timeout must be a number of seconds or null, got string',
    );
  });

  it('the running loop, or the chosen one, and needs one', () => {
    virtually(function* (loop) {
      const future = yield* asCompleted([sleep(0)]).anext();
      expect(future.getLoop()).toBe(loop);
    });
    onLoop((loop) => {
      const iterator = withChosen(loop, () => asCompleted([sleep(0, 'a')]));
      expect(loop.runUntilCompleteSync(iterator.next().value!)).toBe('a');
      expect(caught(() => asCompleted([sleep(0)]))).toMatchObject({
        name: 'RuntimeError',
        message: "There is no current event loop in thread 'MainThread'.",
      });
    });
  });

  it('itself for an iterator of both kinds', () => {
    virtually(function* () {
      const iterator = asCompleted([sleep(0)]);
      expect(iterator[Symbol.iterator]()).toBe(iterator);
      expect(iterator.aiter()).toBe(iterator);
      yield* iterator.anext();
    });
  });
});

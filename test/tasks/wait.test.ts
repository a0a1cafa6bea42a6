import { describe, expect, it } from 'vitest';
import {
  ALL_COMPLETED,
  CancelledError,
  type Coroutine,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Future,
  isfuture,
  sleep,
  type Task,
  ValueError,
  wait,
} from '../../src/index.js';
import { caught, hosted, onLoop, oneRound, thrownBy, turns, virtually } from './support.js';

function* fails(seconds: number): Coroutine<never> {
  yield* sleep(seconds);
  throw new ValueError('no');
}

/** The names of tasks, in order. */
function names(tasks: Iterable<Task<unknown>>): string[] {
  return [...tasks].map((task) => task.getName()).sort();
}

function sleeper(seconds: number): Task<number> {
  return createTask(sleep(seconds, seconds), { name: String(seconds) });
}

describe('wait', () => {
  it('returns when all are done, with two sets', () => {
    virtually(function* (loop) {
      const tasks = [sleeper(1), sleeper(2)];
      const [done, pending] = yield* wait(tasks);
      expect(done).toEqual(new Set(tasks));
      expect(pending).toEqual(new Set());
      expect(loop.time()).toBeCloseTo(2);
      expect([...done].map((task) => task.result())).toEqual([1, 2]);
      // Once more, with what is done by now.
      const again = yield* wait(tasks, { returnWhen: ALL_COMPLETED });
      expect(names(again[0])).toEqual(['1', '2']);
    });
  });

  it('counts one that is given twice once', () => {
    virtually(function* () {
      const task = sleeper(1);
      const [done, pending] = yield* wait([task, task, sleeper(2)]);
      expect(names(done)).toEqual(['1', '2']);
      expect(pending.size).toBe(0);
    });
  });

  it('takes any iterable: a set, an iterator, a generator', () => {
    virtually(function* () {
      function* generate(): Generator<Task<number>> {
        for (const seconds of [1, 2, 3]) yield sleeper(seconds);
      }
      const tasks = [...generate()];
      // A generator is a coroutine by its methods, so its items are asked for by way of an iterable.
      expect(names((yield* wait({ [Symbol.iterator]: generate }))[0])).toEqual(['1', '2', '3']);
      expect(names((yield* wait(new Set(tasks)))[0])).toEqual(['1', '2', '3']);
      expect(names((yield* wait(new Map(tasks.entries()).values()))[0])).toEqual(['1', '2', '3']);
    });
  });

  it('throws no errors: they stay in the futures', () => {
    virtually(function* () {
      const failing = createTask(fails(1), { name: 'failing' });
      const [done] = yield* wait([failing, sleeper(2)]);
      expect(names(done)).toEqual(['2', 'failing']);
      expect(failing.exception()).toBeInstanceOf(ValueError);
    });
  });

  it('marks no error as seen: one that nobody asks for is reported', () => {
    const reports = onLoop((loop) => {
      loop.runUntilCompleteSync(wait([loop.createTask(fails(1))]));
    });
    expect(reports.map((report) => report.message)).toEqual(['Task exception was never retrieved']);
  });

  it('suspends even if all are done', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<number>();
      future.setResult(1);
      let later = false;
      loop.callSoon(() => {
        later = true;
      });
      yield* wait([future]);
      expect(later).toBe(true);
    });
  });

  it('takes promises, as futures', async () => {
    await hosted(function* () {
      const task = sleeper(1);
      const [done, pending] = yield* wait([Promise.resolve('p'), task]);
      expect(pending.size).toBe(0);
      expect(done.has(task)).toBe(true);
      const [promised] = [...done].filter((future) => future !== task);
      expect(isfuture(promised)).toBe(true);
      expect(promised!.result()).toBe('p');
    });
  });
});

describe('wait with returnWhen', () => {
  it('FIRST_COMPLETED returns when the first is done', () => {
    virtually(function* (loop) {
      const tasks = [sleeper(10), sleeper(1)];
      const [done, pending] = yield* wait(tasks, { returnWhen: FIRST_COMPLETED });
      expect(names(done)).toEqual(['1']);
      expect(names(pending)).toEqual(['10']);
      expect(tasks[0]!.done()).toBe(false);
      expect(loop.time()).toBeCloseTo(1);
      yield* wait(tasks);
    });
  });

  it('FIRST_COMPLETED gives all that are done when the waiting task goes on', () => {
    virtually(function* (loop) {
      const futures = ['a', 'b', 'c'].map(() => loop.createFuture<number>());
      loop.callLater(1, () => futures[0]!.setResult(1));
      loop.callLater(1, () => futures[1]!.setResult(2));
      const [done, pending] = yield* wait(futures, { returnWhen: FIRST_COMPLETED });
      expect([...done]).toHaveLength(2);
      expect(pending.has(futures[2]!)).toBe(true);
    });
  });

  it('FIRST_COMPLETED returns for a cancelled one', () => {
    virtually(function* () {
      const tasks = [sleeper(1), sleeper(2)];
      const waiting = createTask(wait(tasks, { returnWhen: FIRST_COMPLETED }));
      yield* turns(2);
      tasks[0]!.cancel();
      const [done, pending] = yield* waiting;
      expect(names(done)).toEqual(['1']);
      yield* wait(pending);
    });
  });

  it('FIRST_EXCEPTION returns when one fails', () => {
    virtually(function* (loop) {
      const tasks = [sleeper(10), createTask(fails(2), { name: 'failing' }), sleeper(1)];
      const [done, pending] = yield* wait(tasks, { returnWhen: FIRST_EXCEPTION });
      expect(names(done)).toEqual(['1', 'failing']);
      expect(names(pending)).toEqual(['10']);
      expect(loop.time()).toBeCloseTo(2);
      yield* wait(tasks);
    });
  });

  it('FIRST_EXCEPTION returns when one fails in its first step', () => {
    virtually(function* (loop) {
      function* failsNow(): Coroutine {
        throw new ValueError('no');
      }
      const tasks = [sleeper(10), createTask(failsNow(), { name: 'failing' })];
      const [done, pending] = yield* wait<Task<unknown>>(tasks, { returnWhen: FIRST_EXCEPTION });
      expect(names(done)).toEqual(['failing']);
      expect(names(pending)).toEqual(['10']);
      expect(loop.time()).toBe(0);
      yield* wait(tasks);
    });
  });

  it('FIRST_EXCEPTION waits for all if none fails, and takes a cancelled one for no failure', () => {
    virtually(function* () {
      const tasks = [sleeper(10), sleeper(1)];
      const waiting = createTask(wait(tasks, { returnWhen: FIRST_EXCEPTION }));
      yield* turns(2);
      tasks[1]!.cancel();
      const [done, pending] = yield* waiting;
      expect(names(done)).toEqual(['1', '10']);
      expect(pending.size).toBe(0);
    });
  });
});

describe('wait with a timeout', () => {
  it('leaves in pending what is not done by then, and cancels nothing', () => {
    virtually(function* (loop) {
      const tasks = [sleeper(1), sleeper(10)];
      const [done, pending] = yield* wait(tasks, { timeout: 2 });
      expect(names(done)).toEqual(['1']);
      expect(names(pending)).toEqual(['10']);
      expect(loop.time()).toBeCloseTo(2);
      expect(yield* tasks[1]!).toBe(10);
    });
  });

  it('that strikes together with one of them gives that one as done', () => {
    virtually(function* () {
      const tasks = [sleeper(1), sleeper(1.5)];
      yield* turns();
      const [done, pending] = yield* wait(tasks, { timeout: 1 });
      expect(names(done)).toEqual(['1']);
      expect(names(pending)).toEqual(['1.5']);
      yield* wait(tasks);
    });
  });

  it('takes its timer away if it is not needed', () => {
    virtually(function* (loop) {
      yield* wait([sleeper(1)], { timeout: 100 });
      expect(loop._scheduled.peek()).toBe(undefined);
      yield* wait([sleeper(1)], { timeout: null });
    });
  });

  it('of zero looks once', () => {
    virtually(function* (loop) {
      const [done, pending] = yield* wait([sleeper(1), sleeper(2)], { timeout: 0 });
      expect(names(done)).toEqual([]);
      expect(pending.size).toBe(2);
      expect(loop.time()).toBe(0);
      yield* wait(pending);
    });
  });

  it('that is no number is refused', () => {
    virtually(function* () {
      const task = sleeper(1);
      expect(caught(() => wait([task], { timeout: '1' as never }))).toMatchObject({
        name: 'TypeError',
        message: 'wait(): timeout must be a number of seconds or null, got string',
      });
      expect(caught(() => wait([task], { timeout: NaN }))).toMatchObject({
        name: 'ValueError',
        message: 'wait(): timeout must not be NaN',
      });
      yield* task;
    });
  });
});

describe('wait that is cancelled', () => {
  it('ends alone: the futures go on', () => {
    virtually(function* (loop) {
      const tasks = [sleeper(1), sleeper(2)];
      const waiting = createTask(wait(tasks, { timeout: 5 }));
      yield* turns(2);
      waiting.cancel();
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
      expect(tasks.map((task) => task.done())).toEqual([false, false]);
      expect(yield* tasks[1]!).toBe(2);
      expect(loop._scheduled.peek()).toBe(undefined);
    });
  });

  it('leaves no callbacks behind; nor does one that timed out', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<void>();
      const waiting = createTask(wait([future]));
      yield* turns();
      expect(String(future)).toBe('<Future pending cb=[onDone()]>');
      waiting.cancel();
      yield* turns();
      expect(String(future)).toBe('<Future pending>');
      yield* wait([future], { timeout: 1 });
      expect(String(future)).toBe('<Future pending>');
    });
  });

  it('together with the completion of what it waits for is cancelled', () => {
    virtually(function* (loop) {
      const future = loop.createFuture<void>();
      const waiting = createTask(wait([future]));
      yield* turns();
      future.setResult();
      yield* turns();
      waiting.cancel();
      expect(yield* thrownBy(waiting)).toBeInstanceOf(CancelledError);
    });
  });
});

describe('wait refuses', () => {
  it('coroutines', () => {
    virtually(function* () {
      const coro = sleep(1);
      expect(yield* thrownBy(wait([coro] as never))).toMatchObject({
        name: 'TypeError',
        message: 'Passing coroutines is forbidden, use tasks explicitly.',
      });
      coro.return(undefined);
    });
  });

  it('a single future, task or coroutine', () => {
    virtually(function* (loop) {
      const task = sleeper(1);
      const message = (value: unknown): Coroutine<string> =>
        (function* () {
          const error = yield* thrownBy(wait(value as never));
          expect(error).toBeInstanceOf(TypeError);
          return error.message;
        })();
      expect(yield* message(task)).toBe('expect a list of futures, not Task');
      expect(yield* message(loop.createFuture())).toBe('expect a list of futures, not Future');
      expect(yield* message(sleep(1))).toMatch(/^expect a list of futures, not /);
      yield* task;
    });
  });

  it('nothing at all', () => {
    virtually(function* () {
      expect(yield* thrownBy(wait([]))).toMatchObject({
        name: 'ValueError',
        message: 'Set of Tasks/Futures is empty.',
      });
    });
  });

  it('what is neither a future nor a promise', () => {
    virtually(function* () {
      expect(yield* thrownBy(wait([7] as never))).toMatchObject({
        name: 'TypeError',
        message: 'wait(): futures, tasks or promises were expected, got 7',
      });
    });
  });

  it('a returnWhen that is none', () => {
    virtually(function* () {
      const task = sleeper(1);
      expect(yield* thrownBy(wait([task], { returnWhen: -1 as never }))).toMatchObject({
        name: 'ValueError',
        message: 'Invalid return_when value: -1',
      });
      yield* task;
    });
  });

  it('options that it does not have', () => {
    expect(caught(() => wait([], { return_when: FIRST_COMPLETED } as never)).message).toBe(
      "wait() got an unexpected keyword argument 'return_when'; it takes timeout, returnWhen",
    );
  });

  it('to work without a running loop', () => {
    onLoop((loop) => {
      const future: Future = loop.createFuture();
      expect(caught(() => wait([future]).next())).toMatchObject({
        name: 'RuntimeError',
        message: 'no running event loop',
      });
      oneRound(loop);
    });
  });
});

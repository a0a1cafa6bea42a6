/*
 * How many rounds of the loop each way of waiting costs: as many as in CPython, neither more nor fewer.
 */
import { describe, expect, it } from 'vitest';
import {
  asCompleted,
  asyncWith,
  type Awaitable,
  type Coroutine,
  createTask,
  eagerTaskFactory,
  Event,
  gather,
  type Future,
  getRunningLoop,
  Lock,
  Queue,
  shield,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '../../src/index.js';
import { roundsOf, thrownBy, turns, virtually } from './support.js';

function* immediate(): Coroutine<string> {
  return 'ok';
}

function* failing(): Coroutine<string> {
  throw new RangeError('no');
}

function* waits<T>(awaitable: Awaitable<T>): Coroutine<T> {
  return yield* awaitable;
}

function done(): Future<number> {
  const future = getRunningLoop().createFuture<number>();
  future.setResult(1);
  return future;
}

function setByCallback(): Future<number> {
  const future = getRunningLoop().createFuture<number>();
  getRunningLoop().callSoon(() => future.setResult(1));
  return future;
}

const setEvent = (): Awaitable<unknown> => {
  const event = new Event();
  event.set();
  return event.wait();
};

const queued = function* (): Coroutine {
  const queue = new Queue<number>();
  yield* queue.put(1);
  yield* queue.get();
};

const group = (...children: Coroutine<unknown>[]): Coroutine =>
  asyncWith(new TaskGroup(), function* (tasks) {
    for (const child of children) tasks.createTask(child);
  });

const next = (task: Task<unknown>): Coroutine<unknown> => asCompleted([task]).next().value!;

describe('It takes no round to await', () => {
  it.each<[string, () => Awaitable<unknown>]>([
    ['a coroutine that returns at once', immediate],
    ['a future that is done', done],
    ['gather() of nothing', () => gather()],
    ['gather() of a future that is done', () => gather(done())],
    ['a lock that is free', () => new Lock().acquire()],
    ['put and get that need not wait', queued],
    ['an event that is set', setEvent],
    ['a group without tasks', () => group()],
    ['waitFor() of what is there at once', () => waitFor(immediate(), 1)],
    ['waitFor() without a timeout', () => waitFor(immediate(), null)],
    ['waitFor() of a future that is done, with no time at all', () => waitFor(done(), 0)],
    ['shield() of a future that is done', () => shield(done())],
  ])('%s', (_what, make) => {
    virtually(function* () {
      expect(yield* roundsOf(make)).toBe(0);
    });
  });

  it('a task that is done', () => {
    virtually(function* () {
      const task = createTask(immediate());
      yield* turns();
      expect(yield* roundsOf(() => task)).toBe(0);
    });
  });

  it('an eager task that ended in its first step', () => {
    virtually(function* (loop) {
      loop.setTaskFactory(eagerTaskFactory);
      expect(yield* roundsOf(() => createTask(immediate()))).toBe(0);
      expect(yield* roundsOf(() => gather(immediate(), immediate()))).toBe(0);
    });
  });
});

describe('It takes one round to await', () => {
  it.each<[string, () => Awaitable<unknown>]>([
    ['sleep(0)', () => sleep(0)],
    ['sleep(-1)', () => sleep(-1)],
    [
      'timeout(0) around sleep(0)',
      () =>
        asyncWith(timeout(0), function* () {
          yield* sleep(0);
        }),
    ],
  ])('%s', (_what, make) => {
    virtually(function* () {
      expect(yield* roundsOf(make)).toBe(1);
    });
  });
});

describe('It takes two rounds to await', () => {
  it.each<[string, () => Awaitable<unknown>]>([
    ['a future that a callback sets', setByCallback],
    ['a new task that returns at once', () => createTask(immediate())],
    ['a new task that fails at once', () => createTask(failing())],
    ['wait() of what is done', () => wait([done()])],
  ])('%s', (_what, make) => {
    virtually(function* () {
      expect(yield* roundsOf(make)).toBe(2);
    });
  });

  it('a sleeping task that was cancelled', () => {
    virtually(function* () {
      const task = createTask(sleep(10));
      yield* turns();
      const cancelled = (): Task<undefined> => {
        task.cancel();
        return task;
      };
      expect(yield* roundsOf(cancelled)).toBe(2);
    });
  });

  it('a task that was cancelled before it started', () => {
    virtually(function* () {
      const cancelled = (): Task<undefined> => {
        const task = createTask(sleep(10));
        task.cancel();
        return task;
      };
      expect(yield* roundsOf(cancelled)).toBe(2);
    });
  });
});

describe('It takes three rounds to await', () => {
  it.each<[string, () => Awaitable<unknown>]>([
    ['gather() of coroutines that return at once', () => gather(immediate(), immediate())],
    ['shield() of a coroutine that returns at once', () => shield(immediate())],
    ['wait() of a new task', () => wait([createTask(immediate())])],
    ['a group with a task that returns at once', () => group(immediate())],
    ['a group with a task that fails at once', () => group(failing())],
    ['waitFor() of a coroutine, with no time at all', () => waitFor(immediate(), 0)],
    ['asCompleted() of one', () => next(createTask(immediate()))],
  ])('%s', (_what, make) => {
    virtually(function* () {
      expect(yield* roundsOf(make)).toBe(3);
    });
  });
});

describe('It takes four rounds to await', () => {
  it('a chain of three tasks that await each other, from the cancellation of the outermost', () => {
    virtually(function* () {
      const inner = createTask(sleep(10));
      const middle = createTask(waits(inner));
      const outer = createTask(waits(middle));
      yield* turns(2);
      const cancelled = (): Task<undefined> => {
        outer.cancel();
        return outer;
      };
      expect(yield* roundsOf(cancelled)).toBe(4);
      expect((yield* thrownBy(outer)).name).toBe('CancelledError');
    });
  });
});

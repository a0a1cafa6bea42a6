/*
 * How many rounds pass until a task that waits goes on: programs rely on the order that follows from it.
 */
import { expect, it } from 'vitest';
import {
  asCompleted,
  type Coroutine,
  createTask,
  Event,
  eagerTaskFactory,
  Future,
  gather,
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
import { VirtualEventLoop } from '../../src/testing/index.js';

function* immediate(): Coroutine<number> {
  return 1;
}

function* failing(): Coroutine {
  throw new Error('no');
}

function doneFuture(): Future<number> {
  const future = new Future<number>();
  future.setResult(1);
  return future;
}

/** A task that is done. */
function* doneTask(): Coroutine<Task<number>> {
  const task = createTask(immediate());
  yield* sleep(0);
  return task;
}

/** The rounds that `body` takes, once `prepare` is over. */
function rounds<T>(prepare: () => Coroutine<T>, body: (prepared: T) => Coroutine<unknown>): number {
  const loop = new VirtualEventLoop();
  let count = 0;
  const runOnce = loop._runOnce.bind(loop);
  loop._runOnce = () => {
    count++;
    runOnce();
  };
  function* main(): Coroutine<number> {
    const prepared = yield* prepare();
    const before = count;
    yield* swallowing(body(prepared));
    return count - before;
  }
  try {
    return loop.runUntilCompleteSync(main());
  } finally {
    loop.close();
  }
}

function* swallowing(coro: Coroutine<unknown>): Coroutine {
  try {
    yield* coro;
  } catch (error) {
    // Failures and cancellations are among what is waited for.
    expect(error).toBeInstanceOf(Error);
  }
}

function* nothing(): Coroutine {
  // Nothing to prepare.
}

const body =
  (make: () => Coroutine<unknown>): (() => number) =>
  () =>
    rounds(nothing, make);

function cancelled(make: () => Coroutine<unknown>, turnsBefore: number): () => number {
  return () =>
    rounds(
      function* () {
        const task = createTask(make());
        for (let i = 0; i < turnsBefore; i++) yield* sleep(0);
        return task;
      },
      function* (task) {
        task.cancel();
        yield* task;
      },
    );
}

function* awaitsTask(task: Task<unknown>): Coroutine {
  yield* task;
}

it.each<[what: string, rounds: number, measure: () => number]>([
  ['a coroutine that returns at once', 0, body(immediate)],
  ['a future that is done', 0, body(() => doneFuture()[Symbol.iterator]() as Coroutine<number>)],
  [
    'gather() of nothing',
    0,
    body(function* () {
      yield* gather();
    }),
  ],
  [
    'gather() of a future that is done',
    0,
    body(function* () {
      yield* gather(doneFuture());
    }),
  ],
  ['a lock that nobody holds', 0, body(() => new Lock().acquire())],
  ['a queue with room', 0, body(() => new Queue<number>().put(1))],
  [
    'a queue with an item',
    0,
    body(function* () {
      const queue = new Queue<number>();
      queue.putNowait(1);
      yield* queue.get();
    }),
  ],
  [
    'an event that is set',
    0,
    body(function* () {
      const event = new Event();
      event.set();
      yield* event.wait();
    }),
  ],
  [
    'an empty task group',
    0,
    body(function* () {
      const group = new TaskGroup();
      yield* group.aenter();
      yield* group.aexit(null);
    }),
  ],
  ['waitFor() of what is immediate, with a second', 0, body(() => waitFor(immediate(), 1))],
  ['waitFor() of what is immediate, without a timeout', 0, body(() => waitFor(immediate(), null))],
  [
    'an eager task that has finished',
    0,
    body(function* () {
      getRunningLoop().setTaskFactory(eagerTaskFactory);
      yield* createTask(immediate());
    }),
  ],
  [
    'a task that is done',
    0,
    () =>
      rounds(doneTask, function* (task) {
        yield* task;
      }),
  ],
  ['sleep(0)', 1, body(() => sleep(0))],
  ['a sleep of less than nothing', 1, body(() => sleep(-1))],
  [
    'a future that a callback sets',
    2,
    body(function* () {
      const future = new Future<void>();
      getRunningLoop().callSoon(() => future.setResult());
      yield* future;
    }),
  ],
  [
    'a new task that returns at once',
    2,
    body(function* () {
      yield* createTask(immediate());
    }),
  ],
  [
    'wait() for a future that is done',
    2,
    body(function* () {
      yield* wait([doneFuture()]);
    }),
  ],
  [
    'gather() of immediate coroutines',
    3,
    body(function* () {
      yield* gather(immediate(), immediate());
    }),
  ],
  [
    'shield() of an immediate coroutine',
    3,
    body(function* () {
      yield* shield(immediate());
    }),
  ],
  [
    'wait() for a new task',
    3,
    body(function* () {
      yield* wait([createTask(immediate())]);
    }),
  ],
  [
    'a task group with an immediate child',
    3,
    body(function* () {
      const group = new TaskGroup();
      yield* group.aenter();
      group.createTask(immediate());
      yield* group.aexit(null);
    }),
  ],
  [
    'a task group with a child that fails',
    3,
    body(function* () {
      const group = new TaskGroup();
      yield* group.aenter();
      group.createTask(failing());
      yield* group.aexit(null);
    }),
  ],
  ['waitFor() of what is immediate, without time', 3, body(() => waitFor(immediate(), 0))],
  [
    'asCompleted() of one',
    3,
    body(function* () {
      for (const next of asCompleted([immediate()])) yield* next;
    }),
  ],
  ['a sleeping task that was cancelled', 2, cancelled(() => sleep(60), 1)],
  ['an unstarted task that was cancelled', 2, cancelled(() => sleep(60), 0)],
  [
    'a chain of three awaiting tasks, cancelled at its outer end',
    4,
    cancelled(function* () {
      yield* createTask(awaitsTask(createTask(sleep(60))));
    }, 3),
  ],
  [
    'timeout(0) around sleep(0)',
    1,
    body(function* () {
      const limit = timeout(0);
      yield* limit.aenter();
      try {
        yield* sleep(0);
      } catch (error) {
        yield* limit.aexit(error);
        throw error;
      }
    }),
  ],
])('%s takes %i rounds', (_, expected, measure) => {
  expect(measure()).toBe(expected);
});

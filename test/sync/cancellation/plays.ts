/*
 * The plays: for each operation that waits, who wants what, who gives it, and what must hold however it went.
 */
import assert from 'node:assert/strict';
import {
  asyncWith,
  Barrier,
  BoundedSemaphore,
  Condition,
  type Coroutine,
  createTask,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  type Task,
} from '../../../src/index.js';
import { turns } from '../support.js';
import { type Play, type Scenario, untilDone } from './stage.js';

interface Takeable {
  toString(): string;
  acquire(): Coroutine<true>;
  release(): void;
  hold(): Coroutine<Disposable>;
  aenter(): Coroutine<null>;
  aexit(error: unknown): Coroutine;
}

/** Something with `places` places is taken and given back. */
function taking(
  make: () => Takeable,
  take: (what: Takeable, inside: () => Coroutine) => Coroutine,
  free: string,
  places = 1,
): Play<void> {
  const what = make();
  const order: number[] = [];
  let busy = 0;
  return {
    // Taking and using are one here: what is cancelled inside must have been given back, too.
    operation: (contender) =>
      take(what, function* () {
        contender.got = true;
        assert(++busy <= places);
        order.push(contender.index);
        try {
          yield* turns(2);
        } finally {
          busy--;
        }
      }),
    *drive(contenders, pace) {
      // Somebody else has all places in the beginning.
      for (let i = 0; i < places; i++) yield* what.acquire();
      yield* turns(2);
      for (let i = 0; i < places; i++) {
        what.release();
        yield* turns(pace);
      }
      yield* untilDone(contenders);
    },
    check(contenders) {
      assert.equal(String(what), free);
      assert.deepEqual(order, [...order].sort());
      for (const { index, struck } of contenders) if (!struck) assert(order.includes(index));
    },
  };
}

function* byAcquire(what: Takeable, inside: () => Coroutine): Coroutine {
  yield* what.acquire();
  try {
    yield* inside();
  } finally {
    what.release();
  }
}

function* byHold(what: Takeable, inside: () => Coroutine): Coroutine {
  using _held = yield* what.hold();
  yield* inside();
}

function waitingForEvent(): Play<true> {
  const event = new Event();
  return {
    operation: () => event.wait(),
    *drive(contenders, pace) {
      yield* turns(1 + pace);
      event.set();
      event.clear();
      yield* untilDone(contenders);
    },
    check(contenders) {
      assert.equal(String(event), '<Event [unset]>');
      for (const { struck, value } of contenders) if (!struck) assert(value);
    },
  };
}

/** Two are notified: two get through, if there are so many, and not fewer because one took its notification along. */
function waitingForNotification(): Play<true> {
  const condition = new Condition();
  return {
    operation: () => asyncWith(condition, () => condition.wait()),
    *drive(contenders, pace) {
      yield* turns(2);
      for (let i = 0; i < 2; i++) {
        yield* asyncWith(condition, function* () {
          condition.notify();
          yield* turns(pace);
        });
      }
      yield* turns(8);
      const through = contenders.filter(({ got }) => got).length;
      const unharmed = contenders.filter(({ struck }) => !struck).length;
      assert(through >= Math.min(2, unharmed));
      yield* asyncWith(condition, function* () {
        condition.notifyAll();
      });
      yield* untilDone(contenders);
    },
    check: () => {
      assert.equal(String(condition), '<Condition [unlocked]>');
    },
  };
}

/** Each takes one unit of a stock; each unit is announced once. Nobody may wait while there is something in stock. */
function waitingForStock(): Play<void> {
  const condition = new Condition();
  let stock = 0;
  let taken = 0;
  function* supply(): Coroutine {
    yield* condition.acquire();
    stock++;
    condition.notify();
    condition.release();
  }
  return {
    operation: () =>
      asyncWith(condition, function* () {
        yield* condition.waitFor(() => stock > 0);
        stock--;
        taken++;
      }),
    *drive(contenders, pace) {
      yield* turns(2);
      for (let i = 0; i < contenders.length; i++) {
        yield* supply();
        yield* turns(pace);
        if (i !== 1) continue;
        yield* turns(8);
        assert(stock === 0 || contenders.every(({ task }) => task.done()));
      }
      yield* untilDone(contenders);
    },
    check(contenders) {
      assert.equal(taken + stock, contenders.length);
      assert.equal(String(condition), '<Condition [unlocked]>');
    },
  };
}

function meetingAtBarrier(): Play<number> {
  const barrier = new Barrier(3);
  return {
    operation: () => barrier.wait(),
    *drive(contenders) {
      yield* untilDone(contenders, 8);
      // Whoever was cancelled while it waited has to be replaced.
      const substitutes: Task[] = [];
      while (contenders.some(({ task }) => !task.done())) {
        substitutes.push(createTask(barrier.wait()));
        assert(substitutes.length < 3);
        yield* turns(8);
      }
      assert(substitutes.every((task) => task.done()));
    },
    check: () => assert.equal(String(barrier), '<Barrier [filling, waiters:0/3]>'),
  };
}

type QueueClass = new (maxsize?: number) => Queue<number>;

/** Take out all that is in `queue`, and say that it is done. */
function drain(queue: Queue<number>): number[] {
  const items: number[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

/** One item for each. Where there is a thief, the first is stolen from under the nose of the one it woke, and put again. */
function getting(QueueOf: QueueClass, thief: boolean): Play<number> {
  const queue = new QueueOf();
  return {
    operation: () => queue.get(),
    *drive(contenders, pace) {
      yield* turns(2);
      for (const { index } of contenders) {
        queue.putNowait(index);
        if (thief && index === 0) {
          const stolen = queue.getNowait();
          yield* turns(pace);
          queue.putNowait(stolen);
        }
        yield* turns(pace);
      }
      yield* untilDone(contenders);
    },
    check(contenders) {
      const got = contenders.filter((contender) => contender.got).map(({ value }) => value!);
      const left = drain(queue);
      assert.deepEqual(
        [...got, ...left].sort(),
        contenders.map(({ index }) => index),
      );
      assert(!String(queue).includes('_getters'));
      // Who was struck and did not get his leaves it to somebody.
      assert.equal(left.length, contenders.length - got.length);
    },
  };
}

/** The queue has one place, which is taken. Where there is a thief, it takes the place that it makes free. */
function putting(QueueOf: QueueClass, thief: boolean): Play<void> {
  const queue = new QueueOf(1);
  queue.putNowait(10);
  const taken: number[] = [];
  return {
    operation: ({ index }) => queue.put(index),
    *drive(contenders, pace) {
      yield* turns(2);
      if (thief) {
        taken.push(queue.getNowait());
        queue.putNowait(11);
        yield* turns(pace);
      }
      for (let i = 0; i < 20 && contenders.some(({ task }) => !task.done()); i++) {
        taken.push(...drain(queue));
        yield* turns(1 + pace);
      }
    },
    check(contenders) {
      taken.push(...drain(queue));
      const put = contenders.filter((contender) => contender.got).map(({ index }) => index);
      assert.deepEqual(taken.slice().sort(), [...put, 10, ...(thief ? [11] : [])].sort());
      assert(!String(queue).includes('_putters'));
    },
  };
}

function joining(QueueOf: QueueClass): Play<void> {
  const queue = new QueueOf();
  for (const item of [1, 2]) queue.putNowait(item);
  return {
    operation: () => queue.join(),
    *drive(contenders, pace) {
      yield* turns(2);
      for (const _ of drain(queue)) {
        queue.taskDone();
        yield* turns(pace);
      }
      yield* untilDone(contenders);
    },
    check: () => assert(queue.join().next().done),
  };
}

const takeables: [string, () => Takeable, string, number][] = [
  ['Lock', () => new Lock(), '<Lock [unlocked]>', 1],
  ['Condition', () => new Condition(), '<Condition [unlocked]>', 1],
  ['Semaphore', () => new Semaphore(2), '<Semaphore [unlocked, value:2]>', 2],
  ['BoundedSemaphore', () => new BoundedSemaphore(1), '<BoundedSemaphore [unlocked, value:1]>', 1],
];

const queues: [string, QueueClass][] = [
  ['Queue', Queue],
  ['PriorityQueue', PriorityQueue],
  ['LifoQueue', LifoQueue],
];

function scenario<T>(name: string, make: () => Play<T>): Scenario {
  return { name, make: make as unknown as () => Play<never> };
}

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [
  ...takeables.flatMap(([name, make, free, places]) => [
    scenario(`${name}.acquire`, () => taking(make, byAcquire, free, places)),
    scenario(`${name}.hold`, () => taking(make, byHold, free, places)),
    scenario(`asyncWith(${name})`, () => taking(make, asyncWith, free, places)),
  ]),
  scenario('Event.wait', waitingForEvent),
  scenario('Condition.wait', waitingForNotification),
  scenario('Condition.waitFor', waitingForStock),
  scenario('Barrier.wait', meetingAtBarrier),
  ...queues.flatMap(([name, QueueOf]) => [
    scenario(`${name}.get`, () => getting(QueueOf, false)),
    scenario(`${name}.get`, () => getting(QueueOf, true)),
    scenario(`${name}.put`, () => putting(QueueOf, false)),
    scenario(`${name}.put`, () => putting(QueueOf, true)),
    scenario(`${name}.join`, () => joining(QueueOf)),
  ]),
];

/*
 * The same small programs on tsyncio, on async-mutex or p-queue where those have such a thing, and (in cases.py) on
 * asyncio and uvloop. Each does `ops` operations; what is measured is the CPU time of one.
 */
import { Mutex, Semaphore as PeerSemaphore } from 'async-mutex';
import PQueue from 'p-queue';
import * as ts from '../../dist/index.js';

function* joined(tasks) {
  for (const task of tasks) yield* task;
}

function spawn(count, make) {
  return Array.from({ length: count }, (_, index) => ts.createTask(make(index)));
}

/** Acquire and release in turns, so that after the first round each acquire waits for another's release. */
function* contend(what, times) {
  for (let i = 0; i < times; i++) {
    yield* what.acquire();
    what.release();
  }
}

/** The same with async-mutex, whose acquire gives the release. */
async function contendPeer(acquire, times) {
  for (let i = 0; i < times; i++) {
    const release = await acquire();
    release();
  }
}

/** Everything is taken when the tasks come, so that all of them queue. */
function* contended(what, places, tasks, ops) {
  for (let i = 0; i < places; i++) yield* what.acquire();
  const running = spawn(tasks, () => contend(what, ops / tasks));
  yield* ts.sleep(0);
  for (let i = 0; i < places; i++) what.release();
  yield* joined(running);
}

async function contendedPeer(what, places, tasks, ops) {
  const acquire = async () => {
    const release = await what.acquire();
    return Array.isArray(release) ? release[1] : release;
  };
  const held = [];
  for (let i = 0; i < places; i++) held.push(await acquire());
  const running = Array.from({ length: tasks }, () => contendPeer(acquire, ops / tasks));
  for (const release of held) release();
  await Promise.all(running);
}

function* produce(queue, times) {
  for (let i = 0; i < times; i++) yield* queue.put(i);
}

function* consume(queue, times) {
  for (let i = 0; i < times; i++) yield* queue.get();
}

function* between(queue, pairs, ops) {
  yield* joined([
    ...spawn(pairs, () => produce(queue, ops / pairs)),
    ...spawn(pairs, () => consume(queue, ops / pairs)),
  ]);
}

/**
 * p-queue runs functions and has no get: a job that does nothing stands for an item that is put and got. The producers
 * wait for room, as those above do: with all jobs queued at once, each costs it 100 microseconds.
 */
async function jobs(concurrency, ops) {
  const queue = new PQueue({ concurrency });
  const nothing = async () => undefined;
  for (let i = 0; i < ops; i++) {
    await queue.onSizeLessThan(concurrency + 1);
    void queue.add(nothing);
  }
  await queue.onIdle();
}

/** `ops` tasks wait; then they are cancelled, the last first. Only that is measured. */
function* cancelled(what, ops, measure) {
  const tasks = spawn(ops, () => what.acquire());
  yield* ts.sleep(0);
  measure.start();
  for (let i = ops - 1; i >= 0; i--) tasks[i].cancel();
  for (let i = 0; i < 3; i++) yield* ts.sleep(0);
  measure.stop();
  if (!tasks.every((task) => task.cancelled())) throw new Error('not all were cancelled');
}

function* heldLock() {
  const lock = new ts.Lock();
  yield* lock.acquire();
  return lock;
}

/** Every case: its name, the operations of a run, and the program in each form there is. */
export const cases = [
  {
    name: 'lock, free',
    ops: 500_000,
    tsyncio: (ops) => contend(new ts.Lock(), ops),
    peers: {
      'async-mutex': (ops) => {
        const mutex = new Mutex();
        return contendPeer(() => mutex.acquire(), ops);
      },
    },
  },
  {
    name: 'lock, handed over between 2 tasks',
    ops: 500_000,
    tsyncio: (ops) => contended(new ts.Lock(), 1, 2, ops),
    peers: { 'async-mutex': (ops) => contendedPeer(new Mutex(), 1, 2, ops) },
  },
  {
    name: 'queue of 1, between 2 tasks',
    ops: 500_000,
    tsyncio: (ops) => between(new ts.Queue(1), 1, ops),
    peers: { 'p-queue': (ops) => jobs(1, ops) },
  },
  {
    name: 'queue of 10, among 100 tasks',
    ops: 500_000,
    tsyncio: (ops) => between(new ts.Queue(10), 50, ops),
    peers: { 'p-queue': (ops) => jobs(10, ops) },
  },
  {
    name: 'semaphore of 10, 1,000 waiters',
    ops: 500_000,
    tsyncio: (ops) => contended(new ts.Semaphore(10), 10, 1000, ops),
    peers: { 'async-mutex': (ops) => contendedPeer(new PeerSemaphore(10), 10, 1000, ops) },
  },
  ...[1000, 10_000, 100_000].map((waiters) => ({
    name: `${waiters.toLocaleString('en')} waiters cancelled, last first`,
    ops: waiters,
    tsyncio: function* (ops, measure) {
      yield* cancelled(yield* heldLock(), ops, measure);
    },
    peers: {},
    measured: true,
  })),
];

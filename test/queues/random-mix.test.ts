/*
 * Random mixes of producers, consumers, thieves (who take without waiting), cancellations and timeouts, on each kind of
 * queue, with the work on an item under a lock or a semaphore; and then the items are counted.
 *
 * A failure prints the seed and the smallest mix that fails. TSYNCIO_SEED=<seed> does the same run again.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  asyncWith,
  type Coroutine,
  getRunningLoop,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  QueueFull,
  QueueShutDown,
  Semaphore,
  sleep,
  type Task,
  TimeoutError,
  wait,
  waitFor,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { withoutTraces } from '../sync/support.js';

const RUNS = 10_000;

/** Times are few and coarse, so that much happens at once. */
const instant = fc.integer({ min: 0, max: 4 }).map((n) => n / 4);
const pause = fc.constantFrom(null, 0, 0.25, 0.25, 0.5);
const limit = fc.constantFrom(null, null, 0, 0.25, 0.5);

const worker = fc.record({ start: instant, count: fc.integer({ min: 1, max: 4 }), pause, limit });

const mixes = fc.record({
  kind: fc.constantFrom(Queue, LifoQueue, PriorityQueue),
  maxsize: fc.integer({ min: 0, max: 3 }),
  places: fc.constantFrom(null, 1, 1, 2, 2),
  producers: fc.array(worker, { minLength: 1, maxLength: 4 }),
  consumers: fc.array(worker, { minLength: 2, maxLength: 5 }),
  strikes: fc.array(fc.record({ at: instant, turns: fc.nat(3), victim: fc.nat(8) }), {
    minLength: 2,
    maxLength: 12,
  }),
  thieves: fc.array(instant, { maxLength: 3 }),
  gifts: fc.array(instant, { maxLength: 3 }),
  shutdown: fc.constantFrom(null, null, { at: 1, immediate: false }, { at: 1, immediate: true }),
});

type Mix = typeof mixes extends fc.Arbitrary<infer M> ? M : never;
type Worker = Mix['producers'][number];

/** One mix on its way. */
class Run {
  readonly queue: Queue<number>;
  readonly guard: Lock | Semaphore | null;
  readonly put: number[] = [];
  readonly got: number[] = [];
  dropped = 0;
  private readonly _freeGuard: string;
  private _lastItem = 0;

  constructor(mix: Mix) {
    this.queue = new mix.kind(mix.maxsize);
    this.guard = mix.places === null ? null : mix.places === 1 ? new Lock() : new Semaphore(mix.places);
    this._freeGuard = String(this.guard);
  }

  *produce(worker: Worker): Coroutine {
    yield* sleep(worker.start);
    for (let i = 0; i < worker.count; i++) {
      const item = ++this._lastItem;
      if (yield* inTime(this.queue.put(item), worker.limit)) this.put.push(item);
      if (worker.pause !== null) yield* sleep(worker.pause);
    }
  }

  *consume(worker: Worker): Coroutine {
    yield* sleep(worker.start);
    for (let i = 0; i < worker.count; i++) {
      const item = yield* inTime(this.queue.get(), worker.limit);
      if (item === null) continue;
      this.got.push(item.value);
      try {
        yield* this._work(worker.pause);
      } finally {
        this.queue.taskDone();
      }
    }
  }

  private *_work(pause: number | null): Coroutine {
    if (pause === null) return;
    if (this.guard === null) yield* sleep(pause);
    else yield* asyncWith(this.guard, () => sleep(pause));
  }

  steal(): void {
    if (this.queue.empty()) return;
    this.got.push(this.queue.getNowait());
    this.queue.taskDone();
  }

  give(): void {
    const item = ++this._lastItem;
    try {
      this.queue.putNowait(item);
      this.put.push(item);
    } catch (error) {
      if (!(error instanceof QueueFull || error instanceof QueueShutDown)) throw error;
    }
  }

  shutdown(immediate: boolean): void {
    if (immediate) this.dropped = this.queue.qsize();
    this.queue.shutdown(immediate);
  }

  /** Nobody waits for what is there. */
  checkNobodyIsForgotten(joiner: Task<void>): void {
    const text = String(this.queue);
    assert(this.queue.empty() || !text.includes('_getters'), `a getter is forgotten: ${text}`);
    assert(this.queue.full() || !text.includes('_putters'), `a putter is forgotten: ${text}`);
    assert(joiner.done() !== text.includes('tasks='), `join: ${text}`);
    assert.equal(String(this.guard), this._freeGuard);
  }

  /** What was put was got, is there, or was dropped by a shutdown; once. */
  checkItems(): void {
    const left: number[] = [];
    while (!this.queue.empty()) left.push(this.queue.getNowait());
    const found = [...this.got, ...left];
    assert.equal(new Set(found).size, found.length, 'an item is doubled');
    assert.equal(found.length + this.dropped, this.put.length, 'an item is lost');
    const put = new Set(this.put);
    assert(found.every((item) => put.has(item)));
    // A queue gives them in their order. What was dropped is the end of it.
    if (this.queue.constructor === Queue) assert.deepEqual(found, this.put.slice(0, found.length));
  }
}

/** What `coro` gives, boxed; null if the time is over or the queue is shut down. */
function* inTime<T>(coro: Coroutine<T>, limit: number | null): Coroutine<{ value: T } | null> {
  try {
    return { value: yield* limit === null ? coro : waitFor(coro, limit) };
  } catch (error) {
    if (error instanceof TimeoutError || error instanceof QueueShutDown) return null;
    throw error;
  }
}

/** Call `strike` so many rounds from now: just when somebody was woken, perhaps. */
function afterTurns(turns: number, strike: () => void): void {
  if (turns === 0) strike();
  else getRunningLoop().callSoon(afterTurns, turns - 1, strike);
}

function* main(mix: Mix): Coroutine {
  const loop = getRunningLoop();
  const run = new Run(mix);
  const tasks = [
    ...mix.producers.map((worker) => loop.createTask(run.produce(worker))),
    ...mix.consumers.map((worker) => loop.createTask(run.consume(worker))),
  ];
  for (const at of mix.gifts) loop.callLater(at, () => run.give());
  for (const at of mix.thieves) loop.callLater(at, () => run.steal());
  for (const { at, turns, victim } of mix.strikes) {
    loop.callLater(at, () => afterTurns(turns, () => tasks[victim % tasks.length]!.cancel()));
  }
  if (mix.shutdown !== null) {
    const { at, immediate } = mix.shutdown;
    loop.callLater(at, () => run.shutdown(immediate));
  }
  // All that happens by itself has happened long before.
  yield* sleep(1000);
  const joiner = loop.createTask(run.queue.join());
  yield* sleep(0);
  run.checkNobodyIsForgotten(joiner);
  for (const task of [...tasks, joiner]) task.cancel();
  yield* wait([...tasks, joiner]);
  for (const task of tasks) if (!task.cancelled()) task.result();
  run.checkItems();
}

describe('a random mix of producers, consumers, cancellations and timeouts', () => {
  it(`loses no item, doubles none, and forgets nobody who waits, in ${RUNS} runs`, () => {
    const seed = process.env.TSYNCIO_SEED;
    const check = fc.property(mixes, (mix) => {
      const loop = new VirtualEventLoop();
      try {
        loop.runUntilCompleteSync(main(mix));
      } finally {
        loop.close();
      }
    });
    withoutTraces(() =>
      fc.assert(check, { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) }),
    );
  }, 120_000);
});

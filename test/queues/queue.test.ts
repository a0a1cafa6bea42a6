import { describe, expect, it } from 'vitest';
import {
  asyncFor,
  asyncWith,
  type Coroutine,
  createTask,
  Event,
  gather,
  getRunningLoop,
  Queue,
  QueueEmpty,
  QueueFull,
  RuntimeError,
  sleep,
  StopAsyncIteration,
  TaskGroup,
  TimeoutError,
  CancelledError,
  waitFor,
} from '../../src/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { spawn, thrownBy, turns, virtually, withoutTraces } from '../sync/support.js';

/** A queue that holds `items`. */
function filled<T>(items: readonly T[], maxsize = 0): Queue<T> {
  const queue = new Queue<T>(maxsize);
  for (const item of items) queue.putNowait(item);
  return queue;
}

/** All items that are in `queue`, taken out. */
function drained<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

describe('Queue', () => {
  it('tells in its text its items, and how many wait', () => {
    virtually(function* () {
      const queue = new Queue<unknown>();
      expect(String(queue)).toBe('<Queue maxsize=0>');
      const getter = createTask(queue.get());
      yield* turns();
      expect(String(queue)).toBe('<Queue maxsize=0 _getters[1]>');
      queue.putNowait(0);
      yield* getter;
      expect(String(queue)).toBe('<Queue maxsize=0 tasks=1>');

      const full = filled<unknown>([1], 1);
      const putter = createTask(full.put(2));
      yield* turns();
      expect(String(full)).toBe('<Queue maxsize=1 _queue=[1] _putters[1] tasks=1>');
      full.getNowait();
      yield* putter;
      expect(String(full)).toBe('<Queue maxsize=1 _queue=[2] tasks=2>');
    });
  });

  it('shows texts and arrays among its items as Python would', () => {
    expect(String(filled(['a', [1, 'b'], null]))).toBe(
      "<Queue maxsize=0 _queue=['a', [1, 'b'], null] tasks=3>",
    );
  });

  it('shows the same text in the console', () => {
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    expect((new Queue() as unknown as Record<symbol, () => string>)[inspect]!()).toBe('<Queue maxsize=0>');
  });

  it('knows whether it is empty', () => {
    virtually(function* () {
      const queue = new Queue<number>();
      expect(queue.empty()).toBe(true);
      yield* queue.put(1);
      expect([queue.empty(), queue.qsize()]).toEqual([false, 1]);
      expect(yield* queue.get()).toBe(1);
      expect(queue.empty()).toBe(true);
    });
  });

  it('knows whether it is full, and is never without a limit', () => {
    for (const unlimited of [new Queue<number>(), new Queue<number>(0), new Queue<number>(-3)]) {
      for (let i = 0; i < 100; i++) unlimited.putNowait(i);
      expect(unlimited.full()).toBe(false);
    }
    const queue = new Queue<number>({ maxsize: 1 });
    expect(queue.full()).toBe(false);
    queue.putNowait(1);
    expect(queue.full()).toBe(true);
  });

  it('takes its limit by position or by name, and nothing else', () => {
    expect([new Queue(3).maxsize, new Queue({ maxsize: 3 }).maxsize, new Queue({}).maxsize]).toEqual([
      3, 3, 0,
    ]);
    expect(() => new Queue({ size: 3 } as never)).toThrow(
      "Queue.__init__() got an unexpected keyword argument 'size'",
    );
    expect(() => new Queue('3' as never)).toThrow(
      new TypeError('Queue(): maxsize must be a number, got string'),
    );
  });

  it('gives its items in the order in which they were put', () => {
    virtually(function* () {
      const queue = new Queue<number>();
      for (const item of [1, 3, 2]) yield* queue.put(item);
      expect([yield* queue.get(), yield* queue.get(), yield* queue.get()]).toEqual([1, 3, 2]);
    });
  });

  it('keeps the order of many items that come and go', () => {
    const queue = new Queue<number>();
    let put = 0;
    let got = 0;
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < round; i++) queue.putNowait(put++);
      for (let i = 0; i < round / 2; i++) expect(queue.getNowait()).toBe(got++);
    }
    expect(drained(queue)).toEqual(Array.from({ length: put - got }, (_, i) => got + i));
  });

  it('makes a put wait while it is full', () => {
    virtually(function* () {
      const queue = new Queue<number>(2);
      const put: number[] = [];
      const task = createTask(
        (function* (): Coroutine<boolean> {
          for (let i = 0; i < 3; i++) {
            yield* queue.put(i);
            put.push(i);
          }
          return true;
        })(),
      );
      yield* turns();
      expect(put).toEqual([0, 1]);
      expect(yield* queue.get()).toBe(0);
      yield* turns();
      expect(put).toEqual([0, 1, 2]);
      expect(drained(queue)).toEqual([1, 2]);
      expect(yield* task).toBe(true);
    });
  });

  it('takes a limit that is no whole number', () => {
    virtually(function* () {
      const queue = filled([1, 2], 1.3);
      expect(queue.full()).toBe(true);
      expect(() => queue.putNowait(3)).toThrow(QueueFull);
      const other = new Queue<number>(1.3);
      yield* other.put(1);
      yield* other.put(2);
      expect(other.full()).toBe(true);
    });
  });

  describe('get', () => {
    it('gives an item that is there without waiting', () => {
      expect(filled([1]).get().next()).toEqual({ done: true, value: 1 });
    });

    it('wakes one who waits to put', () => {
      virtually(function* () {
        const queue = filled([1], 1);
        const putters = spawn(2, (index) => queue.put(10 + index));
        yield* turns();
        expect(yield* queue.get()).toBe(1);
        expect(String(queue)).toBe('<Queue maxsize=1 _putters[1] tasks=1>');
        yield* turns();
        expect(putters.map((task) => task.done())).toEqual([true, false]);
        expect([yield* queue.get(), yield* queue.get()]).toEqual([10, 11]);
      });
    });

    it('waits for an item', () => {
      virtually(function* () {
        const queue = new Queue<number>();
        const started = new Event();
        const task = createTask(
          (function* (): Coroutine<number> {
            started.set();
            return yield* queue.get();
          })(),
        );
        yield* started.wait();
        expect(task.done()).toBe(false);
        getRunningLoop().callLater(0.01, () => queue.putNowait(1));
        expect(yield* task).toBe(1);
      });
    });

    it('gives nothing to one that is cancelled, and the item to the next', () => {
      virtually(function* () {
        const queue = new Queue<string>();
        const [first, second] = spawn(2, () => queue.get());
        yield* turns();
        first!.cancel();
        yield* turns();
        expect(first!.done()).toBe(true);
        yield* queue.put('a');
        yield* turns();
        expect(yield* second!).toBe('a');
      });
    });

    it('gives the items of those who wait to put, one after the other', () => {
      virtually(function* () {
        const queue = new Queue<string>(1);
        createTask(queue.put('a'));
        createTask(queue.put('b'));
        expect([yield* queue.get(), yield* queue.get()]).toEqual(['a', 'b']);
      });
    });

    it('leaves nobody waiting while there are items', () => {
      virtually(function* () {
        const queue = new Queue<number>(1);
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(
            (function* (): Coroutine {
              for (let i = 0; i < 5; i++) yield* queue.put(i);
            })(),
          );
          group.createTask(
            (function* (): Coroutine {
              for (let i = 0; i < 5; i++) expect(yield* queue.get()).toBe(i);
            })(),
          );
        });
      });
    });

    it('is forgotten when it is cancelled', () => {
      virtually(function* () {
        const queue = new Queue<number>(5);
        expect(yield* thrownBy(waitFor(queue.get(), 0.1))).toBeInstanceOf(TimeoutError);
        expect(String(queue)).toBe('<Queue maxsize=5>');
      });
    });

    it('looks again when it is woken, and queues at the end if another was quicker', () => {
      virtually(function* () {
        const queue = new Queue<string>();
        const got: string[] = [];
        const tasks = spawn(2, function* (index) {
          got.push(`${index} got ${yield* queue.get()}`);
        });
        yield* turns();
        queue.putNowait('a');
        expect(queue.getNowait()).toBe('a');
        yield* turns();
        expect(String(queue)).toBe('<Queue maxsize=0 _getters[2] tasks=1>');
        queue.putNowait('b');
        queue.putNowait('c');
        yield* gather(...tasks);
        expect(got).toEqual(['1 got b', '0 got c']);
      });
    });

    it('passes its call on when it is cancelled after it was woken', () => {
      virtually(function* () {
        const queue = new Queue<string>();
        const [woken, next] = spawn(2, () => queue.get());
        yield* turns();
        queue.putNowait('a');
        woken!.cancel();
        expect(yield* waitFor(next!, 1)).toBe('a');
        expect(woken!.cancelled()).toBe(true);
      });
    });
  });

  describe('getNowait', () => {
    it('gives an item that is there', () => {
      expect(filled([1]).getNowait()).toBe(1);
    });

    it('throws if there is none', () => {
      expect(() => new Queue().getNowait()).toThrow(QueueEmpty);
    });

    it('wakes one who waits to put', () => {
      virtually(function* () {
        const queue = filled([1], 1);
        const putters = spawn(2, (index) => queue.put(index));
        yield* turns();
        queue.getNowait();
        yield* turns();
        expect(putters.map((task) => task.done())).toEqual([true, false]);
        drained(queue);
        yield* putters[1]!;
      });
    });
  });

  describe('put', () => {
    it('does not wait while there is room', () => {
      const queue = new Queue<number>(1);
      expect(queue.put(1).next().done).toBe(true);
      expect(queue.getNowait()).toBe(1);
    });

    it('waits for a get', () => {
      virtually(function* () {
        const queue = new Queue<number>(1);
        let finished = false;
        const task = createTask(
          (function* (): Coroutine {
            yield* queue.put(1);
            yield* queue.put(2);
            finished = true;
          })(),
        );
        getRunningLoop().callLater(0.01, () => queue.getNowait());
        yield* turns();
        expect(finished).toBe(false);
        yield* task;
        expect(drained(queue)).toEqual([2]);
      });
    });

    it('does not store the item of one that is cancelled after it was woken', () => {
      virtually(function* () {
        const queue = filled([1], 1);
        const task = createTask(queue.put(2));
        yield* turns();
        expect(queue.getNowait()).toBe(1);
        task.cancel();
        expect(yield* thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(queue.empty()).toBe(true);
        yield* queue.put(2);
        expect(drained(queue)).toEqual([2]);
      });
    });

    it('is done before a get that comes after it', () => {
      virtually(function* () {
        const queue = new Queue<number>();
        const task = createTask(
          (function* (): Coroutine<boolean> {
            yield* queue.put(1);
            return true;
          })(),
        );
        expect(yield* queue.get()).toBe(1);
        expect(task.result()).toBe(true);
      });
    });

    it('leaves the others in their order when one of them is cancelled', () => {
      virtually(function* () {
        const queue = new Queue<string>(1);
        const [a, b, x] = ['a', 'b', 'x'].map((item) => createTask(queue.put(item)));
        yield* turns();
        expect([a!.done(), b!.done()]).toEqual([true, false]);
        x!.cancel();
        yield* turns();
        expect(x!.cancelled()).toBe(true);
        expect(queue.getNowait()).toBe('a');
        yield* turns();
        expect(queue.getNowait()).toBe('b');
        yield* b!;
        expect(queue.empty()).toBe(true);
      });
    });

    it('gives the item to one who waits', () => {
      virtually(function* () {
        const queue = new Queue<string>();
        const task = createTask(queue.get());
        yield* turns();
        yield* queue.put('a');
        expect(yield* task).toBe('a');
      });
    });

    it('leaves nobody waiting while there is room', () => {
      virtually(function* () {
        const queue = new Queue<number>(2);
        yield* asyncWith(new TaskGroup(), function* (group) {
          group.createTask(
            (function* (): Coroutine {
              yield* turns();
              expect(drained(queue)).toEqual([0, 1]);
            })(),
          );
          for (let i = 0; i < 4; i++) group.createTask(queue.put(i));
        });
        expect(drained(queue)).toEqual([2, 3]);
      });
    });

    it('is forgotten when it is cancelled', () => {
      virtually(function* () {
        const queue = filled([1], 1);
        const task = createTask(queue.put(2));
        yield* turns();
        expect(String(queue)).toContain('_putters[1]');
        task.cancel();
        yield* thrownBy(task);
        expect(String(queue)).toBe('<Queue maxsize=1 _queue=[1] tasks=1>');
      });
    });

    it('throws just the cancellation when it was cancelled after it was woken', () => {
      virtually(function* () {
        const queue = filled([1], 1);
        const task = createTask(queue.put(2));
        yield* turns();
        queue.getNowait();
        task.cancel('why');
        expect(yield* thrownBy(task)).toEqual(new CancelledError('why'));
      });
    });

    it('passes its call on when it is cancelled after it was woken', () => {
      virtually(function* () {
        const queue = filled(['a'], 1);
        const [woken, next] = ['b', 'c'].map((item) => createTask(queue.put(item)));
        yield* turns();
        queue.getNowait();
        woken!.cancel();
        yield* waitFor(next!, 1);
        expect([woken!.cancelled(), drained(queue)]).toEqual([true, ['c']]);
      });
    });
  });

  describe('putNowait', () => {
    it('stores an item', () => {
      const queue = new Queue<number>();
      queue.putNowait(1);
      expect(queue.getNowait()).toBe(1);
    });

    it('throws if the queue is full', () => {
      const queue = filled([1], 1);
      expect(() => queue.putNowait(2)).toThrow(QueueFull);
      expect(drained(queue)).toEqual([1]);
    });

    it('wakes one who waits, and no item is lost when that one is cancelled', () => {
      virtually(function* () {
        const queue = new Queue<number>();
        const reader = createTask(queue.get());
        yield* turns();
        queue.putNowait(1);
        queue.putNowait(2);
        reader.cancel();
        expect(yield* thrownBy(reader)).toBeInstanceOf(CancelledError);
        expect([yield* queue.get(), yield* queue.get()]).toEqual([1, 2]);
      });
    });

    it('serves all who wait but the one that is cancelled', () => {
      virtually(function* () {
        const queue = new Queue<number>();
        const readers = spawn(3, () => queue.get());
        yield* turns();
        queue.putNowait(1);
        queue.putNowait(2);
        readers[0]!.cancel();
        expect(yield* thrownBy(readers[0]!)).toBeInstanceOf(CancelledError);
        expect((yield* gather(readers[1]!, readers[2]!)).sort()).toEqual([1, 2]);
      });
    });
  });

  describe('iterating', () => {
    it('takes items until the queue is shut down and empty', () => {
      virtually(function* () {
        const queue = filled([1, 2]);
        const got: number[] = [];
        const task = createTask(
          asyncFor(queue, function* (item) {
            got.push(item);
          }),
        );
        yield* turns();
        queue.putNowait(3);
        yield* turns(2);
        queue.putNowait(4);
        queue.shutdown();
        yield* task;
        expect(got).toEqual([1, 2, 3, 4]);
        expect((yield* thrownBy(queue.anext())) as Error).toBeInstanceOf(StopAsyncIteration);
      });
    });

    it('lets other errors pass', () => {
      virtually(function* () {
        class Broken extends Queue<number> {
          protected override _get(): number {
            throw new RangeError('broken store');
          }
        }
        const queue = new Broken();
        queue.putNowait(1);
        expect(yield* thrownBy(asyncFor(queue, () => undefined as never))).toEqual(
          new RangeError('broken store'),
        );
      });
    });
  });

  it('can keep its items in what a subclass chooses', () => {
    virtually(function* () {
      /** Holds each item once. */
      class UniqueQueue extends Queue<string> {
        declare protected _queue: string[];
        protected override _init(maxsize: number): void {
          expect(maxsize).toBe(2);
          this._queue = [];
        }
        protected override _put(item: string): void {
          if (!this._queue.includes(item)) super._put(item);
        }
      }
      const queue = new UniqueQueue(2);
      for (const item of ['a', 'a', 'b']) queue.putNowait(item);
      expect(String(queue)).toBe("<UniqueQueue maxsize=2 _queue=['a', 'b'] tasks=3>");
      expect([yield* queue.get(), yield* queue.get()]).toEqual(['a', 'b']);
    });
  });

  it('does not count below zero when a subclass holds more than was put', () => {
    class Prefilled extends Queue<number> {
      protected override _init(maxsize: number): void {
        super._init(maxsize);
        super._put(1);
      }
    }
    const queue = new Prefilled();
    queue.shutdown(true);
    expect(String(queue)).toBe('<Prefilled maxsize=0 shutdown>');
  });

  it('belongs to the loop in which somebody first waited for it, and says so in another', () => {
    const queue = new Queue<number>(1);
    virtually(function* () {
      yield* thrownBy(waitFor(queue.get(), 1));
    });
    virtually(function* () {
      const error = new RuntimeError('<Queue maxsize=1> is bound to a different event loop');
      expect(yield* thrownBy(queue.get())).toEqual(error);
      yield* queue.put(1);
      expect(yield* thrownBy(queue.put(2))).toBeInstanceOf(RuntimeError);
      expect(yield* queue.get()).toBe(1);
    });
  });

  it('lets 20,000 getters be cancelled in the worst order in no time', () => {
    const count = 20_000;
    const loop = new VirtualEventLoop();
    const queue = new Queue<string>();
    function* main(): Coroutine<string> {
      const tasks = spawn(count, () => queue.get());
      yield* turns();
      for (let i = count - 1; i > 0; i--) {
        tasks[i]!.cancel();
        if (i % 1000 === 0) yield* turns();
      }
      yield* sleep(1);
      expect(String(queue)).toBe('<Queue maxsize=0 _getters[1]>');
      queue.putNowait('item');
      return yield* tasks[0]!;
    }
    expect(withoutTraces(() => loop.runUntilCompleteSync(main()))).toBe('item');
    loop.close();
  });
});

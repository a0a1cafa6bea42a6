import { describe, expect, it } from 'vitest';
import {
  asyncWith,
  type Coroutine,
  createTask,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueShutDown,
  TaskGroup,
  ValueError,
} from '../../src/index.js';
import { spawn, thrownBy, turns, virtually } from '../sync/support.js';

const CLASSES = { Queue, LifoQueue, PriorityQueue };

/** Nothing can be put into `queue` or got from it. */
function* refusesAll(queue: Queue<string>): Coroutine {
  expect(yield* thrownBy(queue.put('data'))).toBeInstanceOf(QueueShutDown);
  expect(() => queue.putNowait('data')).toThrow(QueueShutDown);
  expect(yield* thrownBy(queue.get())).toBeInstanceOf(QueueShutDown);
  expect(() => queue.getNowait()).toThrow(QueueShutDown);
}

for (const [name, QueueClass] of Object.entries(CLASSES)) {
  describe(`${name}: taskDone and join`, () => {
    it('refuses more work to be done than there was', () => {
      const error = new ValueError('task_done() called too many times');
      const queue = new QueueClass<number>();
      expect(() => queue.taskDone()).toThrow(error);
      queue.putNowait(1);
      queue.taskDone();
      expect(() => queue.taskDone()).toThrow(error);
    });

    it('joins when all items are processed', () => {
      virtually(function* () {
        const queue = new QueueClass<number>();
        for (let i = 0; i < 100; i++) queue.putNowait(i);
        let sum = 0;
        let running = true;
        yield* asyncWith(new TaskGroup(), function* (group) {
          for (let i = 0; i < 2; i++) {
            group.createTask(
              (function* (): Coroutine {
                while (running) {
                  sum += yield* queue.get();
                  queue.taskDone();
                }
              })(),
            );
          }
          yield* queue.join();
          expect(sum).toBe(4950);
          running = false;
          for (let i = 0; i < 2; i++) queue.putNowait(0);
        });
      });
    });

    it('joins an empty queue at once, as often as one likes', () => {
      const queue = new QueueClass<number>();
      for (let i = 0; i < 2; i++) expect(queue.join().next().done).toBe(true);
    });

    it('tells in its text how much is not done', () => {
      const queue = new QueueClass<number>();
      expect(String(queue)).toBe(`<${name} maxsize=0>`);
      for (const item of [1, 2]) {
        queue.putNowait(item);
        queue.getNowait();
      }
      expect(String(queue)).toBe(`<${name} maxsize=0 tasks=2>`);
    });
  });

  describe(`${name}: shutdown`, () => {
    it('shows in its text', () => {
      const queue = new QueueClass<number>();
      queue.shutdown();
      expect(String(queue)).toBe(`<${name} maxsize=0 shutdown>`);
    });

    it('of an empty queue wakes the getters, which throw', () => {
      virtually(function* () {
        const queue = new QueueClass<string>();
        const getters = spawn(2, () => queue.get());
        yield* turns();
        queue.shutdown();
        expect(queue.qsize()).toBe(0);
        expect(queue.join().next().done).toBe(true);
        yield* turns();
        for (const getter of getters) expect(yield* thrownBy(getter)).toBeInstanceOf(QueueShutDown);
        yield* refusesAll(queue);
      });
    });

    it('lets the items that are left be got, and throws then', () => {
      virtually(function* () {
        const queue = new QueueClass<string>(1);
        queue.putNowait('data');
        const joining = createTask(queue.join());
        const putting = createTask(queue.put('data2'));
        yield* turns();
        expect(putting.done()).toBe(false);
        queue.shutdown(false);
        expect(queue.qsize()).toBe(1);
        yield* turns();
        expect(yield* thrownBy(putting)).toBeInstanceOf(QueueShutDown);
        // Full and shut down: there is nothing to wait for.
        expect(yield* thrownBy(queue.put('data3'))).toBeInstanceOf(QueueShutDown);
        expect(yield* queue.get()).toBe('data');
        yield* turns();
        expect(joining.done()).toBe(false);
        yield* refusesAll(queue);
        queue.taskDone();
        yield* joining;
        expect(() => queue.taskDone()).toThrow(ValueError);
      });
    });

    it('drops the items that are left, if it is to be immediate, and joins', () => {
      for (const immediate of [true, { immediate: true }]) {
        virtually(function* () {
          const queue = new QueueClass<string>();
          for (const item of ['a', 'b', 'c']) queue.putNowait(item);
          const joining = createTask(queue.join());
          queue.shutdown(immediate);
          expect(queue.qsize()).toBe(0);
          yield* joining;
          yield* refusesAll(queue);
          expect(() => queue.taskDone()).toThrow(ValueError);
        });
      }
    });

    it('still waits, when immediate, for work on items that were taken before', () => {
      virtually(function* () {
        const queue = new QueueClass<string>();
        for (const item of ['a', 'b']) queue.putNowait(item);
        const joining = createTask(queue.join());
        yield* queue.get();
        queue.shutdown(true);
        expect(String(queue)).toBe(`<${name} maxsize=0 tasks=1 shutdown>`);
        yield* turns(2);
        expect(joining.done()).toBe(false);
        yield* refusesAll(queue);
        queue.taskDone();
        expect(() => queue.taskDone()).toThrow(ValueError);
        yield* joining;
      });
    });

    it('refuses an option that it does not know', () => {
      expect(() => new QueueClass().shutdown({ now: true } as never)).toThrow(
        "Queue.shutdown() got an unexpected keyword argument 'now'",
      );
    });
  });
}

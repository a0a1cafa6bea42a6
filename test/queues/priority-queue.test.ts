import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTask, PriorityQueue, waitFor } from '../../src/index.js';
import { turns, virtually } from '../sync/support.js';

/** `items` in the order in which a queue gives them. */
function ordered<T>(items: readonly T[], queue: PriorityQueue<T> = new PriorityQueue()): T[] {
  for (const item of items) queue.putNowait(item);
  return items.map(() => queue.getNowait());
}

/** Orders by `n`, and cannot be confused with another of the same `n`. */
class Job {
  readonly n: number;

  constructor(n: number) {
    this.n = n;
  }

  compareTo(other: Job): number {
    return this.n - other.n;
  }
}

describe('PriorityQueue', () => {
  it('gives the smallest first', () => {
    virtually(function* () {
      const queue = new PriorityQueue<number>(3);
      for (const item of [1, 3, 2]) yield* queue.put(item);
      expect([yield* queue.get(), yield* queue.get(), yield* queue.get()]).toEqual([1, 2, 3]);
    });
  });

  it('sorts any numbers', () => {
    const check = fc.property(fc.array(fc.integer({ min: -9, max: 9 })), (numbers) => {
      expect(ordered(numbers)).toEqual([...numbers].sort((a, b) => a - b));
    });
    fc.assert(check, { numRuns: 1000 });
  });

  it('gives equal items in the order in which they were put', () => {
    const check = fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (numbers) => {
      const jobs = numbers.map((n) => new Job(n));
      // Array.prototype.sort is stable.
      const expected = [...jobs].sort((a, b) => a.n - b.n);
      expect(ordered(jobs).every((job, i) => job === expected[i])).toBe(true);
    });
    fc.assert(check, { numRuns: 1000 });
  });

  it('stays in order while items come and go', () => {
    const check = fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: null })), (steps) => {
      const queue = new PriorityQueue<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step !== null) {
          queue.putNowait(step);
          model.push(step);
          model.sort((a, b) => a - b);
        } else if (model.length > 0) expect(queue.getNowait()).toBe(model.shift());
      }
      expect(queue.qsize()).toBe(model.length);
    });
    fc.assert(check, { numRuns: 1000 });
  });

  it('compares strings by their characters', () => {
    expect(ordered(['b', 'a', 'ab', ''])).toEqual(['', 'a', 'ab', 'b']);
  });

  it('compares numbers, bigints, booleans and dates by value', () => {
    expect(ordered<unknown>([2n, 1.5, true, 0, false, 1n])).toEqual([0, false, true, 1n, 1.5, 2n]);
    const dates = [3, 1, 2].map((day) => new Date(2024, 0, day));
    expect(ordered(dates).map((date) => date.getDate())).toEqual([1, 2, 3]);
  });

  it('compares arrays as tuples, by the first elements that differ, then by length', () => {
    const items = [[2, 'a'], [1, 'b', 0], [1, 'b'], [1, 'a'], []];
    expect(ordered<unknown>(items)).toEqual([[], [1, 'a'], [1, 'b'], [1, 'b', 0], [2, 'a']]);
  });

  it('does not compare an element with itself', () => {
    const job = {};
    expect(
      ordered<unknown>([
        [1, job, 2],
        [1, job, 1],
      ]),
    ).toEqual([
      [1, job, 1],
      [1, job, 2],
    ]);
  });

  it('asks objects for their compareTo', () => {
    expect(ordered([new Job(2), new Job(1)]).map((job) => job.n)).toEqual([1, 2]);
    expect(ordered([[0, new Job(2)] as const, [0, new Job(1)] as const]).map(([, job]) => job.n)).toEqual([
      1, 2,
    ]);
  });

  it('takes a compare function', () => {
    const queue = new PriorityQueue<{ cost: number }>({ compare: (a, b) => b.cost - a.cost, maxsize: 5 });
    expect(ordered([{ cost: 1 }, { cost: 3 }, { cost: 2 }], queue).map(({ cost }) => cost)).toEqual([
      3, 2, 1,
    ]);
    expect(queue.maxsize).toBe(5);
  });

  it('refuses a compare function that is none, and options that it does not know', () => {
    expect(() => new PriorityQueue({ compare: 1 as never })).toThrow(
      new TypeError('PriorityQueue(): compare must be a function, got 1'),
    );
    expect(() => new PriorityQueue({ key: 1 } as never)).toThrow("unexpected keyword argument 'key'");
    expect(new PriorityQueue({ compare: undefined, maxsize: 2 }).maxsize).toBe(2);
    expect(new PriorityQueue(2).maxsize).toBe(2);
  });

  it('refuses items that have no order, and says of which kinds they are', () => {
    const pairs: [unknown, unknown, string, string][] = [
      [1, 'a', 'string', 'number'],
      ['a', 1n, 'bigint', 'string'],
      [{}, {}, 'Object', 'Object'],
      [null, 1, 'number', 'null'],
      [undefined, 'a', 'string', 'undefined'],
      [NaN, 1, 'number', 'NaN'],
      [NaN, NaN, 'NaN', 'NaN'],
      [1n, NaN, 'NaN', 'bigint'],
      [new Date(NaN), new Date(0), 'Date', 'Date'],
      [[1], 1, 'number', 'Array'],
      [[1, 'a'], [1, 2], 'number', 'string'],
      [Object.create(null), 1, 'number', 'object'],
      [Symbol('s'), 1, 'number', 'symbol'],
    ];
    for (const [first, second, left, right] of pairs) {
      const queue = new PriorityQueue<unknown>();
      queue.putNowait(first);
      expect(() => queue.putNowait(second)).toThrow(
        new TypeError(
          `'<' not supported between instances of '${left}' and '${right}': ` +
            'give the PriorityQueue items of one kind, or a compare function',
        ),
      );
    }
  });

  it('is as it was when an item could not be put', () => {
    virtually(function* () {
      const queue = new PriorityQueue<unknown>();
      for (const item of [1, 2]) queue.putNowait(item);
      expect(() => queue.putNowait('a')).toThrow(TypeError);
      expect(String(queue)).toBe('<PriorityQueue maxsize=0 _queue=[1, 2] tasks=2>');
      expect([queue.getNowait(), queue.getNowait(), queue.empty()]).toEqual([1, 2, true]);
      const getter = createTask(queue.get());
      yield* turns();
      queue.putNowait('a');
      expect(yield* waitFor(getter, 1)).toBe('a');
    });
  });

  it('is as it was when a comparison throws in a get', () => {
    let sound = true;
    const queue = new PriorityQueue<number>({
      compare: (a, b) => {
        if (!sound) throw new RangeError('broken order');
        return a - b;
      },
    });
    for (const item of [5, 4, 3, 2, 1]) queue.putNowait(item);
    sound = false;
    expect(() => queue.getNowait()).toThrow(new RangeError('broken order'));
    expect(queue.qsize()).toBe(5);
    sound = true;
    expect([1, 2, 3, 4, 5].map(() => queue.getNowait())).toEqual([1, 2, 3, 4, 5]);
  });
});

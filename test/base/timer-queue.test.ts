import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MIN_SCHEDULED_TIMER_HANDLES } from '../../src/base/constants.js';
import { TimerQueue, type TimerEntry } from '../../src/base/timer-queue.js';

class Timer implements TimerEntry {
  readonly _when: number;
  readonly label: number | string;
  _sequence = -1;
  _cancelled = false;
  _scheduled = false;

  constructor(when: number, label: number | string = when) {
    this._when = when;
    this.label = label;
  }

  cancelIn(queue: TimerQueue<Timer>): void {
    if (this._cancelled) return;
    this._cancelled = true;
    if (this._scheduled) queue.noteCancelled();
  }
}

function queueOf(...timers: Timer[]): TimerQueue<Timer> {
  const queue = new TimerQueue<Timer>();
  for (const timer of timers) queue.push(timer);
  return queue;
}

function popAllDue(queue: TimerQueue<Timer>, endTime: number): (number | string)[] {
  const labels: (number | string)[] = [];
  for (let timer = queue.popDue(endTime); timer !== undefined; timer = queue.popDue(endTime)) {
    labels.push(timer.label);
  }
  return labels;
}

describe('TimerQueue', () => {
  test('gives timers in the order of their time', () => {
    const queue = queueOf(new Timer(3), new Timer(-5), new Timer(0), new Timer(2));
    expect(popAllDue(queue, Infinity)).toEqual([-5, 0, 2, 3]);
    expect(queue.length).toBe(0);
  });

  test('gives timers for the same instant in the order in which they were set', () => {
    const queue = queueOf(...Array.from({ length: 50 }, (_, i) => new Timer(1, i)));
    expect(popAllDue(queue, 2)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('a timer is due before the end time, not at it', () => {
    const queue = queueOf(new Timer(1), new Timer(2));
    expect(queue.popDue(1)).toBeUndefined();
    expect(popAllDue(queue, 1.5)).toEqual([1]);
    expect(popAllDue(queue, 2)).toEqual([]);
    expect(queue.length).toBe(1);
  });

  test('gives undefined when it is empty', () => {
    const queue = queueOf();
    expect(queue.peek()).toBeUndefined();
    expect(queue.popDue(Infinity)).toBeUndefined();
    queue.prune();
    expect(queue.length).toBe(0);
  });

  test('marks a timer as scheduled while it is in', () => {
    const timer = new Timer(1);
    const queue = queueOf(timer);
    expect(timer._scheduled).toBe(true);
    expect(queue.peek()).toBe(timer);
    queue.popDue(2);
    expect(timer._scheduled).toBe(false);
  });

  test('a timer can be set again after it came out', () => {
    const timer = new Timer(1);
    const queue = queueOf(timer, new Timer(1, 'other'));
    queue.push(queue.popDue(2)!);
    expect(popAllDue(queue, 2)).toEqual(['other', 1]);
  });

  test('prune drops cancelled timers at the front only, when timers are few', () => {
    const timers = [1, 2, 3, 4].map((when) => new Timer(when));
    const queue = queueOf(...timers);
    for (const at of [0, 1, 3]) timers[at]!.cancelIn(queue);
    queue.prune();
    expect(queue.peek()?.label).toBe(3);
    expect(queue.length).toBe(2);
    expect(queue.cancelledCount).toBe(1);
    expect(timers.map((timer) => timer._scheduled)).toEqual([false, false, true, true]);
  });

  test('prune drops all cancelled timers once there are many and most are cancelled', () => {
    const timers = Array.from({ length: MIN_SCHEDULED_TIMER_HANDLES + 2 }, (_, i) => new Timer(i));
    const queue = queueOf(...timers);
    for (const timer of timers.slice(1, 53)) timer.cancelIn(queue);
    queue.prune();
    expect(queue.length).toBe(50);
    expect(queue.cancelledCount).toBe(0);
    expect(timers.filter((timer) => timer._scheduled)).toEqual(timers.filter((timer) => !timer._cancelled));
    expect(popAllDue(queue, Infinity)).toEqual([0, ...Array.from({ length: 49 }, (_, i) => i + 53)]);
  });

  test('prune leaves timers behind the front alone when exactly half are cancelled', () => {
    const timers = Array.from({ length: MIN_SCHEDULED_TIMER_HANDLES + 2 }, (_, i) => new Timer(i));
    const queue = queueOf(...timers);
    for (const timer of timers.slice(1, 52)) timer.cancelIn(queue);
    queue.prune();
    expect(queue.length).toBe(MIN_SCHEDULED_TIMER_HANDLES + 2);
    expect(queue.cancelledCount).toBe(51);
  });

  test('prune leaves timers behind the front alone while there are no more than a hundred', () => {
    const timers = Array.from({ length: MIN_SCHEDULED_TIMER_HANDLES }, (_, i) => new Timer(i));
    const queue = queueOf(...timers);
    for (const timer of timers.slice(1)) timer.cancelIn(queue);
    queue.prune();
    expect(queue.length).toBe(MIN_SCHEDULED_TIMER_HANDLES);
  });

  test('a cancelled timer that is due comes out, and is no longer counted', () => {
    const timers = [new Timer(1), new Timer(2)];
    const queue = queueOf(...timers);
    timers[1]!.cancelIn(queue);
    expect(popAllDue(queue, 3)).toEqual([1, 2]);
    expect(queue.cancelledCount).toBe(0);
  });

  test('is empty after clear', () => {
    const timers = [new Timer(1), new Timer(2)];
    const queue = queueOf(...timers);
    timers[0]!.cancelIn(queue);
    expect(queue.toArray()).toHaveLength(2);
    queue.clear();
    expect([queue.length, queue.cancelledCount]).toEqual([0, 0]);
    expect(timers.some((timer) => timer._scheduled)).toBe(false);
  });

  test('gives the memory of a million timers back once they are cancelled', () => {
    const gc = exposeGc();
    const queue = new TimerQueue<Timer>();
    const last = new Timer(2_000_000);
    queue.push(last);
    gc();
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < 1_000_000; i++) {
      const timer = new Timer(i);
      queue.push(timer);
      timer.cancelIn(queue);
    }
    gc();
    expect(getHeapStatistics().used_heap_size - before).toBeGreaterThan(30_000_000);
    queue.prune();
    gc();
    expect(queue.toArray()).toEqual([last]);
    expect(getHeapStatistics().used_heap_size - before).toBeLessThan(2_000_000);
  });

  test('behaves as a sorted array does, for any sequence of operations', () => {
    const operation = fc.oneof(
      { weight: 8, arbitrary: fc.record({ set: fc.integer({ min: 0, max: 20 }) }) },
      { weight: 8, arbitrary: fc.record({ cancel: fc.nat({ max: 1000 }) }) },
      { weight: 2, arbitrary: fc.record({ due: fc.integer({ min: 0, max: 20 }) }) },
      { weight: 1, arbitrary: fc.constant('prune' as const) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 600, size: 'max' }), (operations) => {
        const queue = new TimerQueue<Timer>();
        let model: Timer[] = [];
        for (const op of operations) {
          if (op === 'prune') {
            queue.prune();
            model = prunedModel(model);
          } else if ('set' in op) {
            const timer = new Timer(op.set);
            queue.push(timer);
            // A stable sort, and the newest last: ties stay in the order in which they were set.
            model = [...model, timer].sort((a, b) => a._when - b._when);
          } else if ('cancel' in op) {
            if (model.length > 0) model[op.cancel % model.length]!.cancelIn(queue);
          } else {
            const due = model.filter((timer) => timer._when < op.due);
            model = model.slice(due.length);
            for (const timer of due) expect(queue.popDue(op.due)).toBe(timer);
            expect(queue.popDue(op.due)).toBeUndefined();
          }
          expect(queue.length).toBe(model.length);
          expect(queue.peek()).toBe(model[0]);
          expect(queue.cancelledCount).toBe(model.filter((timer) => timer._cancelled).length);
        }
      }),
      { numRuns: 100 },
    );

    function prunedModel(model: Timer[]): Timer[] {
      const alive = model.filter((timer) => !timer._cancelled);
      const drop = model.length - alive.length;
      if (model.length > MIN_SCHEDULED_TIMER_HANDLES && drop / model.length > 0.5) return alive;
      return alive.length === 0 ? [] : model.slice(model.indexOf(alive[0]!));
    }
  });
});

/** The garbage collector as a function, without having to start Node with a flag. */
function exposeGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

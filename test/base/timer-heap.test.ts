import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerHeap, type HeapEntry } from '../../src/base/timer-heap.js';

let sequence = 0;

function timer(when: number): HeapEntry {
  return { _when: when, _sequence: sequence++ };
}

function heapOf(...times: number[]): TimerHeap<HeapEntry> {
  const heap = new TimerHeap<HeapEntry>();
  for (const when of times) heap.push(timer(when));
  return heap;
}

function drain(heap: TimerHeap<HeapEntry>): number[] {
  const times: number[] = [];
  while (heap.length > 0) times.push(heap.pop()!._when);
  return times;
}

describe('TimerHeap', () => {
  test('gives timers back by time', () => {
    expect(drain(heapOf(5, 1, 4, -1, 3))).toEqual([-1, 1, 3, 4, 5]);
  });

  test('gives timers for the same instant back by sequence number, in whatever order they were put in', () => {
    const heap = new TimerHeap<HeapEntry>();
    for (const _sequence of [3, 0, 5, 1, 4, 2]) heap.push({ _when: 1, _sequence });
    const order: number[] = [];
    while (heap.length > 0) order.push(heap.pop()!._sequence);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('peek shows the first timer and leaves it in', () => {
    const heap = heapOf(2, 1);
    expect(heap.peek()?._when).toBe(1);
    expect(heap.length).toBe(2);
  });

  test('gives undefined when it is empty', () => {
    const heap = heapOf();
    expect(heap.peek()).toBeUndefined();
    expect(heap.pop()).toBeUndefined();
    expect(heap.length).toBe(0);
  });

  test('retain keeps what it is told to, in order', () => {
    const heap = heapOf(9, 8, 7, 6, 5, 4, 3, 2, 1);
    heap.retain((item) => item._when % 2 === 1);
    expect(drain(heap)).toEqual([1, 3, 5, 7, 9]);
  });

  test('retain can keep nothing', () => {
    const heap = heapOf(2, 1);
    heap.retain(() => false);
    expect(heap.length).toBe(0);
  });

  test('is empty after clear', () => {
    const heap = heapOf(2, 1);
    heap.clear();
    expect(drain(heap)).toEqual([]);
  });

  test('toArray is a copy', () => {
    const heap = heapOf(2, 1);
    heap.toArray().pop();
    expect(heap.toArray().map((item) => item._when)).toEqual([1, 2]);
  });

  test('behaves as a sorted array does, for any sequence of operations', () => {
    const operation = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 50 }) },
      { weight: 3, arbitrary: fc.constant('pop' as const) },
      { weight: 1, arbitrary: fc.constant('retain' as const) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const heap = heapOf();
        let model: HeapEntry[] = [];
        for (const op of operations) {
          if (op === 'pop') {
            expect(heap.pop()).toBe(model.shift());
          } else if (op === 'retain') {
            heap.retain((item) => item._when % 3 !== 0);
            model = model.filter((item) => item._when % 3 !== 0);
          } else {
            const item = timer(op);
            heap.push(item);
            // A stable sort, and the newest last: ties stay in order.
            model = [...model, item].sort((a, b) => a._when - b._when);
          }
          expect(heap.peek()).toBe(model[0]);
          expect(heap.length).toBe(model.length);
        }
        expect(drain(heap)).toEqual(model.map((item) => item._when));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Heap } from '../../src/base/heap.js';

const ascending = (a: number, b: number): boolean => a < b;

function heapOf(...items: number[]): Heap<number> {
  const heap = new Heap(ascending);
  for (const item of items) heap.push(item);
  return heap;
}

function drain(heap: Heap<number>): number[] {
  const items: number[] = [];
  while (heap.length > 0) items.push(heap.pop()!);
  return items;
}

describe('Heap', () => {
  test('gives items back in order', () => {
    expect(drain(heapOf(5, 1, 4, 1, 3))).toEqual([1, 1, 3, 4, 5]);
  });

  test('peek shows the first item and leaves it in', () => {
    const heap = heapOf(2, 1);
    expect(heap.peek()).toBe(1);
    expect(heap.length).toBe(2);
  });

  test('gives undefined when it is empty', () => {
    const heap = heapOf();
    expect(heap.peek()).toBeUndefined();
    expect(heap.pop()).toBeUndefined();
    expect(heap.length).toBe(0);
  });

  test('can hold undefined', () => {
    const heap = new Heap<undefined>(() => false);
    heap.push(undefined);
    heap.push(undefined);
    heap.pop();
    expect(heap.length).toBe(1);
  });

  test('retain keeps what it is told to, in order', () => {
    const heap = heapOf(9, 8, 7, 6, 5, 4, 3, 2, 1);
    heap.retain((item) => item % 2 === 1);
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
    expect(heap.toArray().sort()).toEqual([1, 2]);
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
        let model: number[] = [];
        for (const op of operations) {
          if (op === 'pop') {
            expect(heap.pop()).toBe(model.shift());
          } else if (op === 'retain') {
            heap.retain((item) => item % 3 !== 0);
            model = model.filter((item) => item % 3 !== 0);
          } else {
            heap.push(op);
            model = [...model, op].sort((a, b) => a - b);
          }
          expect(heap.peek()).toBe(model[0]);
        }
        expect(drain(heap)).toEqual(model);
      }),
    );
  });
});

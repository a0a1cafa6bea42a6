import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RING_BUFFER_MIN_CAPACITY, RING_BUFFER_RETAINED_CAPACITY } from '../../src/base/constants.js';
import { RingBuffer } from '../../src/base/ring-buffer.js';

function filled(count: number): RingBuffer<number> {
  const ring = new RingBuffer<number>();
  for (let i = 0; i < count; i++) ring.push(i);
  return ring;
}

describe('RingBuffer', () => {
  test('gives items back in the order in which they came', () => {
    const ring = filled(3);
    expect(ring.length).toBe(3);
    expect([ring.shift(), ring.shift(), ring.shift()]).toEqual([0, 1, 2]);
    expect(ring.length).toBe(0);
  });

  test('gives undefined when it is empty, and goes on working', () => {
    const ring = new RingBuffer<string>();
    expect(ring.shift()).toBeUndefined();
    expect(ring.length).toBe(0);
    ring.push('a');
    expect(ring.shift()).toBe('a');
  });

  test('keeps the order when it wraps around and grows at once', () => {
    const ring = filled(RING_BUFFER_MIN_CAPACITY);
    for (let i = 0; i < 5; i++) ring.shift();
    for (let i = 0; i < 10; i++) ring.push(RING_BUFFER_MIN_CAPACITY + i);
    expect([...ring]).toEqual(Array.from({ length: RING_BUFFER_MIN_CAPACITY + 5 }, (_, i) => i + 5));
    expect(ring.capacity).toBe(2 * RING_BUFFER_MIN_CAPACITY);
  });

  test('is iterated without being changed', () => {
    const ring = filled(4);
    ring.shift();
    expect([...ring]).toEqual([1, 2, 3]);
    expect([...ring]).toEqual([1, 2, 3]);
  });

  test('is empty and small after clear', () => {
    const ring = filled(10_000);
    ring.clear();
    expect([ring.length, ring.capacity]).toEqual([0, RING_BUFFER_MIN_CAPACITY]);
    expect([...ring]).toEqual([]);
    ring.push(1);
    expect(ring.shift()).toBe(1);
  });

  test('gives the slots of a burst back while it empties', () => {
    const ring = filled(1_000_000);
    expect(ring.capacity).toBe(2 ** 20);
    while (ring.length > 10_000) ring.shift();
    expect(ring.capacity).toBe(2 ** 16);
    while (ring.length > 0) ring.shift();
    expect(ring.capacity).toBe(RING_BUFFER_RETAINED_CAPACITY);
  });

  test('keeps its slots while a small queue goes up and down', () => {
    const ring = filled(RING_BUFFER_RETAINED_CAPACITY);
    while (ring.length > 0) ring.shift();
    expect(ring.capacity).toBe(RING_BUFFER_RETAINED_CAPACITY);
  });

  test('does not change its capacity back and forth at a border', () => {
    const ring = filled(32_768);
    const seen: number[] = [];
    for (let round = 0; round < 100; round++) {
      for (const change of [push, shift, shift, push]) {
        change();
        if (seen.at(-1) !== ring.capacity) seen.push(ring.capacity);
      }
    }
    expect(seen).toEqual([65_536]);

    function push(): void {
      ring.push(0);
    }
    function shift(): void {
      ring.shift();
    }
  });

  test('copies an item about once, however bursts follow each other', () => {
    const ring = new RingBuffer<number>();
    let resizes = 0;
    let capacity = ring.capacity;
    const watch = (): void => {
      if (ring.capacity !== capacity) resizes += ring.length;
      capacity = ring.capacity;
    };
    const [bursts, size] = [20, 40_000];
    for (let burst = 0; burst < bursts; burst++) {
      for (let i = 0; i < size; i++) {
        ring.push(i);
        watch();
      }
      while (ring.length > 0) {
        ring.shift();
        watch();
      }
    }
    expect(resizes / (bursts * size)).toBeLessThan(2.1);
  });

  test('does not hold on to what was taken out', () => {
    const ring = new RingBuffer<object>();
    for (let i = 0; i < 100_000; i++) ring.push({});
    for (let i = 0; i < 90_000; i++) ring.shift();
    for (let i = 0; i < 40_000; i++) ring.push({});
    while (ring.length > 7) ring.shift();
    const { _slots } = ring as unknown as { _slots: unknown[] };
    expect(_slots.filter((slot) => slot !== undefined)).toHaveLength(7);
  });

  test('behaves as an array does, for any sequence of operations', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 9000 }) }),
      fc.record({ kind: fc.constant('shift' as const), count: fc.integer({ min: 1, max: 9000 }) }),
      fc.record({ kind: fc.constant('clear' as const), count: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
        const ring = new RingBuffer<number>();
        let model: number[] = [];
        let next = 0;
        let taken = 0;
        for (const { kind, count } of operations) {
          if (kind === 'clear') {
            ring.clear();
            model = [];
            taken = 0;
          }
          for (let i = 0; i < count; i++) {
            if (kind === 'push') {
              ring.push(next);
              model.push(next++);
            } else {
              const [item, expected] = [ring.shift(), model[taken++]];
              if (item !== expected) expect(item).toBe(expected);
            }
          }
          model = model.slice(taken);
          taken = 0;
          expect(ring.length).toBe(model.length);
          expect([...ring].every((item, i) => item === model[i])).toBe(true);
          expect(Math.log2(ring.capacity) % 1).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { asBuffer, ByteQueue } from '../../src/streams/byte-queue.js';

function queueOf(...chunks: readonly string[]): ByteQueue {
  const queue = new ByteQueue();
  for (const chunk of chunks) queue.push(Buffer.from(chunk));
  return queue;
}

describe('ByteQueue', () => {
  it('hands out a chunk itself where all of it is taken, and its memory where a part is', () => {
    const queue = new ByteQueue();
    const chunk = Buffer.from('chunk');
    queue.push(chunk);
    expect(queue.take(5)).toBe(chunk);
    queue.push(chunk);
    queue.push(chunk);
    const part = queue.take(2);
    expect([String(part), part.buffer, part.byteOffset]).toEqual(['ch', chunk.buffer, chunk.byteOffset]);
    expect(String(queue.take(3))).toBe('unk');
    expect(queue.take(5)).toBe(chunk);
    expect(queue.length).toBe(0);
  });

  it('copies where bytes of several chunks are taken', () => {
    const queue = queueOf('one', 'two', 'three');
    expect(String(queue.take(7))).toBe('onetwot');
    const room = new Uint8Array(10);
    expect(queue.takeInto(room)).toBe(4);
    expect(String(Buffer.from(room))).toBe('hree\0\0\0\0\0\0');
    expect(queue.takeInto(room)).toBe(0);
  });

  it('never changes what it has handed out', () => {
    const queue = queueOf('one;', 'two;');
    expect(queue.indexOf(0x3b, 0)).toBe(3);
    const first = queue.take(4);
    for (const more of ['three;', 'four;', 'five;', 'six;']) {
      queue.push(Buffer.from(more));
      expect(queue.indexOf(0x7a, 0)).toBe(-1);
    }
    const second = queue.take(4);
    queue.clear();
    queue.push(Buffer.from('seven;'));
    expect([String(first), String(second), String(queue.take(6))]).toEqual(['one;', 'two;', 'seven;']);
  });

  it('does not find what begins among the bytes and ends behind them', () => {
    const queue = queueOf('a', 'b', 'c');
    expect(queue.indexOf(Buffer.from('abc'), 0)).toBe(0);
    queue.take(1);
    queue.push(Buffer.from('c'));
    expect(queue.indexOf(Buffer.from('ccc'), 0)).toBe(-1);
    expect(queue.indexOf(Buffer.from('cc'), 0)).toBe(1);
    expect(queue.indexOf(Buffer.from('cc'), 2)).toBe(-1);
    expect([queue.byteAt(0), queue.byteAt(2), queue.byteAt(3)]).toEqual([98, 99, undefined]);
  });

  it('makes one piece of very many small ones, and leaves large ones alone', () => {
    const small = new ByteQueue();
    for (let i = 0; i < 1000; i++) small.push(Buffer.from([i & 255]));
    const pieces: Buffer[] = [];
    small.takeChunks(pieces);
    expect(pieces.length).toBeLessThan(100);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 255)));

    const large = new ByteQueue();
    const chunks = Array.from({ length: 200 }, (_, i) => Buffer.alloc(2000, i));
    for (const chunk of chunks) large.push(chunk);
    const out: Buffer[] = [];
    large.takeChunks(out);
    expect(out.every((chunk, i) => chunk === chunks[i])).toBe(true);
  });

  it('does what one long Buffer does, whatever is put in and taken out', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48271) % 0x7fffffff;
      return seed % below;
    };
    for (let run = 0; run < 200; run++) {
      const queue = new ByteQueue();
      let all = Buffer.alloc(0);
      for (let step = 0; step < 60; step++) {
        const kind = random(8);
        if (kind < 4) {
          const chunk = Buffer.from(
            Array.from({ length: 1 + random(run % 2 === 0 ? 3 : 40) }, () => random(4)),
          );
          queue.push(chunk);
          all = Buffer.concat([all, chunk]);
        } else if (kind === 4) {
          const n = random(all.length + 1);
          expect(queue.take(n).equals(all.subarray(0, n))).toBe(true);
          all = all.subarray(n);
        } else if (kind === 5) {
          const pattern = Buffer.from(Array.from({ length: 1 + random(3) }, () => random(4)));
          const offset = random(all.length + 1);
          const expected = all.indexOf(pattern, offset);
          expect(queue.indexOf(pattern.length === 1 ? pattern[0]! : pattern, offset)).toBe(expected);
        } else if (kind === 6) {
          const room = Buffer.alloc(random(20), 9);
          const n = queue.takeInto(room);
          expect(room.subarray(0, n).equals(all.subarray(0, room.length))).toBe(true);
          all = all.subarray(n);
        } else if (random(10) === 0) {
          queue.clear();
          all = Buffer.alloc(0);
        }
        expect(queue.length).toBe(all.length);
      }
      expect(queue.take(queue.length).equals(all)).toBe(true);
    }
  });
});

describe('asBuffer', () => {
  it('is the same memory, whatever it is given', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    expect(asBuffer(bytes.subarray(1, 3))).toEqual(Buffer.from([2, 3]));
    expect(asBuffer(bytes.subarray(1, 3)).buffer).toBe(bytes.buffer);
    expect(asBuffer(bytes.buffer)).toEqual(Buffer.from([1, 2, 3, 4]));
    const buffer = Buffer.from('x');
    expect(asBuffer(buffer)).toBe(buffer);
  });
});

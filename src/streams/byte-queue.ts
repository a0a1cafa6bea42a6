/*
 * The bytes that were received and not read yet: pieces go in at the end, any number of bytes comes out at the front.
 *
 *     _front                                        _rest
 *   +---------------+--------------+-------------+  +-------+  +----+  +-----------+
 *   |  handed out   |  to be read  |    room     |  | chunk |  | .. |  |   chunk   |
 *   +---------------+--------------+-------------+  +-------+  +----+  +-----------+
 *                 _start          _end
 *
 * A chunk is taken as it came and handed out as it came, whole or in parts, wherever one is enough. Bytes of several are
 * copied: once, into what is handed out; or into memory of our own, when something is to be searched for in them. That
 * memory is written to only behind `_end`, so what was handed out of it never changes; and it at least doubles whenever
 * it grows, so a byte is copied about twice in all, however small the chunks are.
 *
 * Invariants: the front is empty only when all is; there is room behind `_end` only in memory of our own.
 */
import { MERGE_CHUNK_BYTES, MERGE_CHUNKS } from '../base/constants.js';
import { RingBuffer } from '../base/ring-buffer.js';
import { type Bytes, bytesOf } from '../socket/bytes.js';

// Where there is no Buffer, in a browser, there are no streams either; but whatever imports this file must load.
export const NO_BYTES: Buffer =
  typeof Buffer === 'undefined' ? (new Uint8Array(0) as Buffer) : Buffer.alloc(0);

/** `data` as a Buffer on the same memory. */
export function asBuffer(data: Bytes): Buffer {
  if (Buffer.isBuffer(data)) return data;
  const bytes = bytesOf(data);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A queue of bytes. */
export class ByteQueue {
  /** How many bytes are in it. */
  length: number = 0;
  private _front: Buffer = NO_BYTES;
  private _start: number = 0;
  private _end: number = 0;
  private _rest: RingBuffer<Buffer> | null = null;

  /** Put bytes in at the end. They are not copied, and are the queue's own from now on. */
  push(chunk: Buffer): void {
    if (this.length === 0) this._begin(chunk);
    else this._pushRest(chunk);
    this.length += chunk.length;
  }

  private _begin(chunk: Buffer): void {
    this._front = chunk;
    this._start = 0;
    this._end = chunk.length;
  }

  private _pushRest(chunk: Buffer): void {
    const rest = (this._rest ??= new RingBuffer());
    rest.push(chunk);
    // Many small ones would cost more memory for themselves than for their bytes.
    if (rest.length % MERGE_CHUNKS === 0 && this.length < rest.length * MERGE_CHUNK_BYTES) this._merge();
  }

  /** Take out the first `n` bytes, of which there must be so many. */
  take(n: number): Buffer {
    const start = this._start;
    const left = this._end - start - n;
    if (left < 0) return this._takeCopy(n);
    const front = this._front;
    this.length -= n;
    this._start = start + n;
    if (left === 0) this._next();
    return n === front.length ? front : front.subarray(start, start + n);
  }

  /** Of more than one chunk. */
  private _takeCopy(n: number): Buffer {
    const data = Buffer.allocUnsafe(n);
    this.takeInto(data);
    return data;
  }

  /** Take out as many bytes as there are, or as there is room for. @returns how many. */
  takeInto(room: Uint8Array): number {
    const total = Math.min(room.length, this.length);
    let done = 0;
    while (done < total) {
      const n = Math.min(this._end - this._start, total - done);
      this._front.copy(room, done, this._start, this._start + n);
      done += n;
      this.length -= n;
      this._start += n;
      if (this._start === this._end) this._next();
    }
    return total;
  }

  /** Take out all there is, as it came, into `chunks`. */
  takeChunks(chunks: Buffer[]): void {
    while (this.length > 0) chunks.push(this.take(this._end - this._start));
  }

  /** Forget all bytes. */
  clear(): void {
    this.length = 0;
    this._rest = null;
    this._begin(NO_BYTES);
  }

  /** All of the front is taken. */
  private _next(): void {
    this._begin(this._rest?.shift() ?? NO_BYTES);
  }

  /** Where `pattern`, or the byte of that value, first begins at or behind `offset`; -1 if it is not there as a whole. */
  indexOf(pattern: Buffer | number, offset: number): number {
    if (this._rest !== null && this._rest.length > 0) this._merge();
    if (this._end === this._front.length) {
      const found = this._front.indexOf(pattern, this._start + offset);
      return found < 0 ? -1 : found - this._start;
    }
    const found = this._front.subarray(this._start + offset, this._end).indexOf(pattern);
    return found < 0 ? -1 : found + offset;
  }

  /** The byte at `offset`, or undefined. */
  byteAt(offset: number): number | undefined {
    if (offset >= this.length) return undefined;
    if (this._rest !== null && this._rest.length > 0) this._merge();
    return this._front[this._start + offset];
  }

  /** Copy all into one piece of memory. */
  private _merge(): void {
    const rest = this._rest!;
    const length = this._end - this._start;
    let total = length;
    for (const chunk of rest) total += chunk.length;
    if (this._start + total > this._front.length || this._end === this._front.length) {
      const memory = Buffer.allocUnsafe(total * 2);
      this._front.copy(memory, 0, this._start, this._end);
      this._begin(memory);
      this._end = length;
    }
    for (let chunk = rest.shift(); chunk !== undefined; chunk = rest.shift()) {
      chunk.copy(this._front, this._end);
      this._end += chunk.length;
    }
  }
}

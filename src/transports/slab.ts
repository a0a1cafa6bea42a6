/*
 * Memory to receive into. What came is handed out as a view of it, uncopied, and the rest is used for what comes next:
 *
 *      |  handed out  |  handed out  |  room for the next receive   |
 *      0                            used                         length
 *
 * Whoever keeps a piece keeps all of its slab alive, as with Buffer.allocUnsafe and its pool. So there are two kinds, for
 * small pieces to lie among small ones: of a large slab, a small piece is copied out, and its room used again.
 */
import { allocateSlab } from '../platform/memory.js';

/** For pieces of some hundred bytes: making a slab costs some microseconds, which dozens of them share. */
const SMALL_SLAB_BYTES = 64 * 1024;
/** Also the most that is received at once, for one connection not to keep the others waiting. */
export const LARGE_SLAB_BYTES: number = 256 * 1024;
/** At least so much room is offered, whatever is expected. */
const LEAST_ROOM = 4096;
/** Who expects more than this receives into large slabs. */
const MOST_OF_SMALL = 8192;

/** What `subarray` of a Buffer makes its views by, after some checks. */
type View = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Buffer;

/** One slab at a time, and how much of it was handed out. */
export class Slab {
  /** @internal */
  bytes: Buffer;
  /** Where the room begins. @internal */
  used: number = 0;
  private readonly _size: number;
  private _buffer: ArrayBufferLike;
  private readonly _View: View;

  constructor(size: number) {
    this._size = size;
    this.bytes = allocateSlab(size);
    this._buffer = this.bytes.buffer;
    this._View = (Buffer as unknown as { [Symbol.species]: View })[Symbol.species];
  }

  /** See to it that there is room for `length` bytes. There is none if somebody has detached the memory. */
  ensure(length: number): void {
    if (this.bytes.length - this.used >= length) return;
    this.bytes = allocateSlab(this._size);
    this._buffer = this.bytes.buffer;
    this.used = 0;
  }

  /** Hand out the first `length` bytes of the room. */
  take(length: number): Buffer {
    const piece = new this._View(this._buffer, this.used, length);
    // Pieces begin where a processor likes to copy to.
    this.used += (length + 7) & ~7;
    return piece;
  }
}

let small: Slab | undefined;
let large: Slab | undefined;

/** Where to receive when some `expected` bytes are likely to come. */
export function slabFor(expected: number): Slab {
  let slab;
  if (expected <= MOST_OF_SMALL) slab = small ??= new Slab(SMALL_SLAB_BYTES);
  else slab = large ??= new Slab(LARGE_SLAB_BYTES);
  slab.ensure(expected > LEAST_ROOM ? expected : LEAST_ROOM);
  return slab;
}

/** The `length` bytes that were received into the room of `slab`. */
export function takeFrom(slab: Slab, length: number): Buffer {
  if (slab === small || length > LEAST_ROOM) return slab.take(length);
  const own = slabFor(length);
  slab.bytes.copy(own.bytes, own.used, slab.used, slab.used + length);
  return own.take(length);
}
